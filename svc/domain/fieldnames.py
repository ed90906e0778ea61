"""Which field a typed name means: a path, a unique tail of one, or the Chinese titles along it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from svc.domain.near import near
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.values import FieldInfo, Fields

_INDEX = pattern(r"[0-9]{1,3}\Z")
Step = str | int


class Target(NamedTuple):
    """The field meant, and the steps to it: names, an index after a list, `*` where one new item is meant."""

    info: FieldInfo
    steps: tuple[Step, ...]

    @property
    def item(self) -> bool:
        """Whether one item of a list is meant, not the list."""
        return bool(self.steps) and isinstance(self.steps[-1], int)


def find(name: str, fields: Fields) -> list[str]:
    """The paths that `name` may mean, best reading only: the whole path by ids, by titles, a tail by ids, by titles."""
    names = tuple(word for word in name.split(".") if not _INDEX.match(word))
    ranked: dict[int, list[str]] = {}
    for path in fields.paths():
        if names and (rank := _rank(names, _plain(path), fields)) is not None:
            ranked.setdefault(rank, []).append(path)
    return ranked[min(ranked)] if ranked else []


def target(name: str, fields: Fields, form: str, others: Iterable[str] = ()) -> Target:
    """The one field that `name` means; Refusal (usage) with near matches, or with the candidates when several."""
    found = find(name, fields)
    if not found:
        raise _unknown(name, fields, form, others)
    if len(found) > 1:
        what = Text(f"字段名 {shown(name)} 不止指一个：", f"the field name {shown(name)} means several:")
        candidates = tuple(Text(f"{_dotted(p)}  {_title(p, fields)}", _dotted(p)) for p in found)
        raise Refusal(what, exit=Exit.USAGE, details=candidates, remedy=Text.same(f"svc explain {form}"))
    info = fields.info(found[0])
    assert info is not None
    return Target(info, _steps(name, found[0], fields))


def _rank(names: tuple[str, ...], plain: tuple[str, ...], fields: Fields) -> int | None:
    offset = len(plain) - len(names)
    if offset < 0:
        return None
    tail = 2 if offset else 0
    if plain[offset:] == names:
        return tail
    steps = range(offset, len(plain))
    fits = all(names[n - offset] in (plain[n], _title(".".join(plain[: n + 1]), fields)) for n in steps)
    return tail + 1 if fits else None


def _steps(name: str, path: str, fields: Fields) -> tuple[Step, ...]:
    """The concrete steps of `name` along `path`; Refusal (usage) for an index out of place or one that is missing."""
    plain, words = _plain(path), name.split(".")
    offset = len(plain) - sum(1 for word in words if not _INDEX.match(word))
    indexes: dict[int, int] = {}
    at = offset
    for word in words:
        if not _INDEX.match(word):
            at += 1
        elif at in indexes or not _many(plain[:at], fields):
            raise _misplaced(name, Text(f"{word} 前面不是列表", f"what stands before {word} is no list"))
        else:
            indexes[at] = int(word)
    lists = [n for n in range(1, len(plain)) if _many(plain[:n], fields)]
    missing = [n for n in lists if n not in indexes]
    if missing and len(lists) + len(indexes) > 1:
        example = ".".join(f"{word}.0" if n + 1 in lists else word for n, word in enumerate(plain))
        raise _misplaced(name, Text(f"缺少序号，例如 {example}", f"an index is missing, as in {example}"))
    steps: list[Step] = []
    for n, word in enumerate(plain, start=1):
        steps.append(word)
        if n in indexes or n in missing:
            steps.append(indexes.get(n, "*"))
    return tuple(steps)


def _many(plain: tuple[str, ...], fields: Fields) -> bool:
    info = fields.info(".".join(plain)) if plain else None
    return info is not None and info.many


def _plain(path: str) -> tuple[str, ...]:
    return tuple(step for step in path.split(".") if step != "*")


def _dotted(path: str) -> str:
    return ".".join(_plain(path))


def _title(path: str, fields: Fields) -> str:
    info = fields.info(path)
    return info.title.zh if info else ""


def _misplaced(name: str, why: Text) -> Refusal:
    what = Text(f"字段名 {shown(name)}：{why.zh}", f"field name {shown(name)}: {why.en}")
    return Refusal(what, exit=Exit.USAGE)


def _unknown(name: str, fields: Fields, form: str, others: Iterable[str]) -> Refusal:
    known = [word for path in fields.paths() for word in (_dotted(path), _plain(path)[-1], _title(path, fields))]
    what = Text(f"没有这个字段：{shown(name)}", f"no such field: {shown(name)}")
    return Refusal(
        what, exit=Exit.USAGE, details=near(name, (*known, *others)), remedy=Text.same(f"svc explain {form}")
    )
