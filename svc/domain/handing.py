"""`KIND=PATH` words: which evidence is handed in, and for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from svc.domain.near import near
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown

_INDEX = pattern(r"[0-9]{1,3}\Z")
Kinds = Mapping[str, Text]


class Handing(NamedTuple):
    """One file to hand in: its kind, where it lies; the item of a list it belongs to; the form, when it is for a
    record that the deed creates."""

    kind: str
    path: str
    item: int | None = None
    form: str | None = None


def parse_evidence(
    words: Sequence[str], kinds: Kinds, children: Mapping[str, Kinds] | None = None
) -> tuple[Handing, ...]:
    """The files that `KIND=PATH`, `KIND.0=PATH`, `FORM.KIND=PATH` and `FORM.KIND.0=PATH` hand in, in their order.

    A kind is named by id or Chinese title. Refusal (usage) for an unknown kind, with near matches, an empty path, or
    the same word twice.
    """
    handed: list[Handing] = []
    for word in words:
        one = _handing(word, kinds, children or {})
        if one in handed:
            raise _usage(word, Text("同一凭证给了两次", "this evidence is given twice"))
        handed.append(one)
    return tuple(handed)


def _handing(word: str, kinds: Kinds, children: Mapping[str, Kinds]) -> Handing:
    name, equals, path = word.partition("=")
    if not equals or not name or not path.strip() or "\x00" in path:
        raise _usage(word, Text("凭证写作 种类=文件", "write evidence as KIND=PATH"))
    steps = name.strip().split(".")
    item = int(steps.pop()) if len(steps) > 1 and _INDEX.match(steps[-1]) else None
    if len(steps) == 1 and (kind := _kind(steps[0], kinds)) is not None:
        return Handing(kind, path, item)
    if len(steps) == 2 and steps[0] in children and (kind := _kind(steps[1], children[steps[0]])) is not None:
        return Handing(kind, path, item, steps[0])
    known = [*kinds, *(title.zh for title in kinds.values())]
    known += [f"{form}.{kind}" for form, inner in children.items() for kind in inner]
    raise _usage(word, Text("没有这种凭证", "no such kind of evidence"), near(".".join(steps), known))


def _kind(word: str, kinds: Kinds) -> str | None:
    if word in kinds:
        return word
    titled = [kind for kind, title in kinds.items() if title.zh == word]
    return titled[0] if len(titled) == 1 else None


def _usage(word: str, why: Text, details: tuple[Text, ...] = ()) -> Refusal:
    return Refusal(
        Text(f"{why.zh}：{shown(word)}", f"{why.en}: {shown(word)}"),
        exit=Exit.USAGE,
        where=Text.same(shown(word)),
        details=details,
    )
