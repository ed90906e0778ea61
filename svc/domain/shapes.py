"""Whether what was given has the shape its form declares: a group where a group stands, a list where a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from svc.domain.flow import Action
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.refusal import Exit, Refusal, Text

_GROUP = Text("一组字段", "a group of fields")
# It would say nothing and yet count as given.
_SOME = Text("有内容的一组字段", "a group of fields that is not empty")
_LIST = Text("列表", "a list")
_ONE = Text("单个的值", "a single value")


def shaped(form: Form, action: Action, gave: Mapping[str, Json]) -> None:
    """Refuse (usage) a value of another shape than its field, before anything is laid over it.

    Unknown fields are refused elsewhere, by name; the parts of an item that the action adds come as a group.
    """
    for path, wanted in _misfits(form, action, gave, ""):
        info = form.schema.info(path)
        title = info.title if info else Text.same(path)
        raise Refusal(
            Text(f"“{title.zh}”应为{wanted.zh}（{path}）。", f"{title.en} must be {wanted.en} ({path})."),
            exit=Exit.USAGE,
            where=Text.same(f"{form.name} {path}"),
            remedy=Text.same(f"svc explain {form.name}"),
        )


def _misfits(form: Form, action: Action, value: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, Text]]:
    for key, one in value.items():
        path = f"{prefix}{key}"
        info = form.schema.info(path)
        if info is None or info.type in ("any", "json"):
            continue
        if info.many and path not in action.adds:
            if not isinstance(one, list):
                yield path, _LIST
                continue
            items = one
        else:
            items = [one]
        for item in items:
            yield from _of_one(form, action, item, path)


def _of_one(form: Form, action: Action, item: Json, path: str) -> Iterator[tuple[str, Text]]:
    """One value, or one item of a list."""
    if not form.schema.grouped(path):
        if isinstance(item, (Mapping, list)):
            yield path, _ONE
    elif isinstance(item, Mapping) and item:
        yield from _misfits(form, action, item, f"{path}.")
    else:
        yield path, _SOME if item == {} else _GROUP
