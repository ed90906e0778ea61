"""Whether the links of a record lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svc.domain.paths import Json, leaves
from svc.domain.procedure import Form
from svc.domain.record import Fields, Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.world import Scene


def link_values(form: Form, fields: Fields) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Every link in a record's fields: (path, forms it may name, the id)."""
    for path, value in leaves(fields):
        yield from _links(form, path, value)


def _links(form: Form, path: str, value: Json) -> Iterator[tuple[str, tuple[str, ...], str]]:
    info = form.schema.info(path)
    if isinstance(value, list):
        for n, item in enumerate(value):
            if isinstance(item, dict):
                for inner, leaf in leaves(item):
                    yield from _links(form, f"{path}.{n}.{inner}", leaf)
            elif info and info.link and isinstance(item, str):
                yield path, info.link, item
    elif info and info.link and isinstance(value, str):
        yield path, info.link, value


def resolve_links(scene: Scene, form: Form, gave: Fields, fresh: Sequence[Record]) -> None:
    """Refuse (exit 3) a link that was given and names no record, neither in the repository nor in this deed."""
    known = {(other.form, other.id) for other in fresh}
    for path, links, value in link_values(form, gave):
        bare = value.partition("/")[2] or value
        if scene.find(links, value) is None and not any((name, bare) in known for name in links):
            title = info.title if (info := form.schema.info(path)) else Text.same(path)
            raise Refusal(
                Text(f"“{title.zh}”所指的 {value} 不存在。", f"{title.en}: there is no {value}."),
                exit=Exit.NOT_FOUND,
                where=Text.same(f"{form.name} {path}={value}"),
                remedy=Text.same(f"svc query {links[0]}" if links else "svc query"),
            )
