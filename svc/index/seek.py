"""Which field a name means, in one form or in many: by id, unique tail or Chinese title, dotted across links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from svc.domain.fieldnames import find
from svc.domain.near import near
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.schema import FieldInfo
from svc.domain.shown import shown

DEEPEST = 6
"""So many names a dotted path may have."""


class Found(NamedTuple):
    """A field as asked for: its path (`*` for each item of a list, links crossed) and what its schema says."""

    path: str
    info: FieldInfo

    @property
    def key(self) -> str:
        """The path without `*`: the name of a column."""
        return ".".join(step for step in self.path.split(".") if step != "*")


def readings(library: Library, form: Form, name: str) -> list[Found]:
    """What `name` may mean in one form, best reading only."""
    own = [Found(path, info) for path in find(name, form.schema) if (info := form.schema.info(path))]
    if own:
        return own
    words = name.split(".")[:DEEPEST]
    for cut in range(len(words) - 1, 0, -1):
        found = {one.path: one for one in _across(library, form, words, cut)}
        if found:
            return list(found.values())
    return []


def _across(library: Library, form: Form, words: Sequence[str], cut: int) -> Iterable[Found]:
    """Readings that step over a link after the first `cut` names."""
    for path in find(".".join(words[:cut]), form.schema):
        info = form.schema.info(path)
        if info is None:
            continue
        head, above = f"{path}.*" if info.many else path, info.title
        for known in (found for link in info.link if (found := library.form(link))):
            for tail in readings(library, known, ".".join(words[cut:])):
                own = tail.info.title
                title = Text(f"{above.zh}·{own.zh}", f"{above.en}: {own.en}")
                yield Found(f"{head}.{tail.path}", tail.info._replace(title=title))


def seek(library: Library, forms: Sequence[Form], name: str, others: Iterable[str] = ()) -> Mapping[str, Found]:
    """The field that `name` means, by form; Refusal (usage) with near matches where no form has it, with the
    candidates where it means several in every form that has it."""
    found = {form.name: options for form in forms if (options := readings(library, form, name))}
    clear = {form: options[0] for form, options in found.items() if len(options) == 1}
    if clear:
        return clear
    explain = Text.same(f"svc explain {forms[0].name}" if len(forms) == 1 else "svc explain FORM")
    if found:
        options = [one for group in found.values() for one in group]
        raise Refusal(
            Text(f"字段名 {shown(name)} 不止指一个：", f"the field name {shown(name)} means several:"),
            exit=Exit.USAGE,
            where=Text.same(shown(name)),
            details=tuple(
                dict.fromkeys(Text(f"{o.key}  {o.info.title.zh}", f"{o.key}  {o.info.title.en}") for o in options)
            ),
            remedy=explain,
        )
    known = [*others, *_names(forms)]
    raise Refusal(
        Text(f"没有这个字段：{shown(name)}。", f"no such field: {shown(name)}."),
        exit=Exit.USAGE,
        where=Text.same(shown(name)),
        details=near(name, known),
        remedy=explain,
    )


def _names(forms: Sequence[Form]) -> Iterable[str]:
    """Every name that fields go by: path, last word, titles."""
    for form in forms:
        for info in form.schema.fields():
            dotted = ".".join(step for step in info.path.split(".") if step != "*")
            yield from (dotted, dotted.rpartition(".")[2], info.title.zh, info.title.en)
