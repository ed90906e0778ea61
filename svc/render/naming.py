"""What paths of a form are called in words, links crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from svc.domain.core import PERSON
from svc.domain.paths import Json
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Text
from svc.domain.schema import FieldInfo

DOLLARS: Mapping[str, Text] = {
    "$actor": Text("办理人", "the person acting"),
    "$unit": Text("办理人的部门", "the unit of the person acting"),
    "$role": Text("所任角色", "the role acted in"),
    "$on_behalf_of": Text("所代的人", "the person acted for"),
    "$at": Text("办理时间", "the time of the action"),
    "$now": Text("此刻", "now"),
    "$today": Text("今天", "today"),
    "$year": Text("办理的年度", "the year of the action"),
    "$id": Text("本单编号", "this record's id"),
    "$state": Text("状态", "state"),
    "$form": Text("表单", "form"),
}
ITEM = Text("该项", "the item")


class Named(NamedTuple):
    """A path in words, and what its values are called: the schema's word on it, or the titles of states or roles."""

    title: Text
    info: FieldInfo | None = None
    titles: Mapping[str, Text] = MappingProxyType({})

    def value(self, value: Json) -> Text:
        """A literal as a value of this path, in words."""
        if isinstance(value, bool):
            return Text("是", "yes") if value else Text("否", "no")
        known = self.titles.get(str(value)) or (self.info.enum.get(str(value)) if self.info else None)
        return known or Text.same(str(value))


def named(library: Library, forms: Sequence[Form], path: str) -> Named:
    """A path of any of `forms` (the first that knows it) in words; the path itself where none does."""
    head, _, rest = path.partition(".")
    if head == "item":
        inner = _inside(library, forms, rest) if rest else None
        return Named(_joined(ITEM, inner.title), inner.info) if inner else Named(ITEM)
    if head in DOLLARS:
        return _dollar(library, forms, head, rest)
    for form in forms:
        if (found := _walk(library, form, path.split("."))) is not None:
            return found
    return Named(Text.same(path))


def _dollar(library: Library, forms: Sequence[Form], head: str, rest: str) -> Named:
    if rest and (person := library.form(PERSON)):
        return Named(_joined(DOLLARS[head], named(library, (person,), rest).title))
    if head == "$role":
        return Named(DOLLARS[head], None, {name: library.role_title(name) for name in library.roles})
    if head == "$state":
        return Named(DOLLARS[head], None, {s.id: s.title for form in forms for s in form.states.values()})
    if head == "$form":
        return Named(DOLLARS[head], None, {form.name: form.title for form in library.forms.values()})
    return Named(DOLLARS[head])


def _inside(library: Library, forms: Sequence[Form], rest: str) -> Named:
    """A path inside the items of whichever list has such a field."""
    for form in forms:
        for info in form.schema.fields():
            if info.many and (found := _walk(library, form, [*info.path.split("."), "*", *rest.split(".")])):
                return Named(found.title, found.info, found.titles)
    return Named(Text.same(rest))


def _walk(library: Library, form: Form, steps: Sequence[str]) -> Named | None:
    """The longest declared field at the head, then on from the form it links to."""
    for cut in range(len(steps), 0, -1):
        info = form.schema.info(".".join(steps[:cut]))
        if info is None:
            continue
        rest = [step for step in steps[cut:] if step != "*"]
        if not rest:
            return Named(info.title, info)
        targets = [found for name in info.link if (found := library.form(name))]
        there = named(library, targets, ".".join(rest)) if targets else None
        return Named(_joined(info.title, there.title), there.info, there.titles) if there else None
    return None


def _joined(head: Text, tail: Text) -> Text:
    return Text(f"{head.zh}·{tail.zh}", f"{head.en}: {tail.en}")
