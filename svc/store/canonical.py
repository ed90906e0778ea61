"""The short way to read canonical record files: several times faster than the C loader.

It reads exactly what the emitter writes, to the letter: every piece is compared with the emitter's own spelling of what
was read. To anything else it answers None, and the strict loader reads or refuses it. What one line says by itself (its
column, dashes, key and value) does not hang on the lines around it and repeats from record to record, so that is worked
out once and kept.
"""

from __future__ import annotations

from typing import Any, Final

from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.store import emitter

MAX_EVENTS: Final = 20_000
"""More parser events than this are refused by the strict loader, so the short way stops well before."""

_KEY: Final = rf"{emitter.WORD}|'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\""
# Groups: blanks, dashes, key as it is spelled, value behind it; value without a key.
_LINE: Final = pattern(rf"( *)((?:- )*)(?:({_KEY}):(?: (.+))?|(.+))$")
_INTEGER: Final = pattern(rf"-?[1-9][0-9]{{0,{emitter.MAX_DIGITS - 1}}}|0")
_ESCAPE: Final = pattern(r"\\.")
_MEANT: Final = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\t": "\t", "\\L": "\u2028", "\\P": "\u2029"}
_FIXED: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}

# What the value of a line is: ready; in the lines below; a block of text; no keys; no items; nothing that is read here.
_READY, _BELOW, _BLOCK, _NO_KEYS, _NO_ITEMS, _BAD = range(6)
_MARKS: Final = {"|": _BLOCK, "|-": _BLOCK, "{}": _NO_KEYS, "[]": _NO_ITEMS}
# A line's place is its column times this, plus its dashes.
_COLUMN: Final = 32
_INSIDE: Final = 2 * _COLUMN
_KEPT: Final = 20_000

_Line = tuple[int, str | None, int, Any]
"""Place, key, what the value is, the value."""
_NOTHING: Final[_Line] = (-1, None, _BAD, None)


class _Unusual(Exception):
    """This text is not for the short way."""


class _Lines(dict[str, _Line]):
    """Line -> what it says; emptied when it is full, for what repeats is soon there again."""

    def __missing__(self, line: str) -> _Line:
        found = _said(line)
        if found is not _NOTHING:
            if len(self) >= _KEPT:
                self.clear()
            self[line] = found
        return found


_known: Final = _Lines()
# Everything before the colon -> place and key.
_heads: Final[dict[str, tuple[int, str]]] = {}


def parse(text: str) -> dict[str, Json] | None:
    """The mapping that a text in the emitter's spelling stands for; None for every other text, and for `{}`."""
    if not text.endswith("\n") or emitter.STRANGE.search(text):
        return None
    lines = text.split("\n")
    lines.pop()
    parser = _Parser(lines)
    try:
        value, end = parser.mapping(0, 0, 1)
    except _Unusual:
        return None
    # No line makes more than three events (a key, the two ends of what is empty), no container more than two.
    few = 3 * end + 2 * parser.opened + 4 <= MAX_EVENTS
    return value if few and end == len(lines) and parser.said[0][0] == 0 else None


class _Parser:
    """The lines of one text. Every method reads on from line `at` and answers what it read and the line behind it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.said: list[_Line] = [_known[line] for line in lines]
        self.said.append(_NOTHING)
        self.opened = 0

    def mapping(self, at: int, place: int, depth: int) -> tuple[dict[str, Json], int]:
        """The mapping whose keys stand at `place`; the first of them may stand behind dashes."""
        self._open(depth)
        said, start, inner = self.said, at, 0
        built: dict[str, Json] = {}
        here, key, kind, value = said[at]
        while True:
            if key is None:
                raise _Unusual
            at += 1
            if kind:
                below = at
                built[key], at = self.other(kind, value, at, place, depth + 1)
                inner += at - below
            else:
                built[key] = value
            here, key, kind, value = said[at]
            if here != place:
                break
        if here > place or len(built) != at - start - inner:
            raise _Unusual
        return built, at

    def sequence(self, at: int, place: int, dashes: int, depth: int) -> tuple[list[Json], int]:
        """The list whose dashes stand at the column of `place`; before the first item there are `dashes` of them."""
        self._open(depth)
        said = self.said
        built: list[Json] = []
        item: Json
        while True:
            _, key, kind, value = said[at]
            if dashes > 1:
                item, at = self.sequence(at, place + _INSIDE, dashes - 1, depth + 1)
            elif key is not None:
                item, at = self.mapping(at, place + _INSIDE, depth + 1)
            elif kind:
                item, at = self.other(kind, value, at + 1, place, depth + 1)
            else:
                item, at = value, at + 1
            built.append(item)
            dashes = said[at][0] - place
            if not 0 < dashes < _COLUMN:
                break
        if dashes > 0:
            raise _Unusual
        return built, at

    def other(self, kind: int, value: Json, at: int, place: int, depth: int) -> tuple[Json, int]:
        """A value that was not ready on its line, the one before `at`, which stands at the column of `place`."""
        if kind == _BLOCK:
            return self.block(at, place // _COLUMN, value)
        if kind == _BELOW:
            here = self.said[at][0]
            if place < here < place + _COLUMN:
                return self.sequence(at, place, here - place, depth)
            if here == place + _INSIDE:
                return self.mapping(at, here, depth)
        elif depth <= emitter.MAX_DEPTH and kind != _BAD:
            return ({} if kind == _NO_KEYS else []), at
        raise _Unusual

    def block(self, at: int, column: int, head: str) -> tuple[str, int]:
        """The lines of a literal block under a line at `column`."""
        margin = " " * (column + 2)
        end = at
        while end < len(self.lines) and (not self.lines[end] or self.lines[end].startswith(margin)):
            end += 1
        raw = self.lines[at:end]
        text = "\n".join(line[len(margin) :] for line in raw) + ("\n" if head == "|" else "")
        if emitter.spell(text, column) != "\n".join((head, *raw)):
            raise _Unusual
        return text, end

    def _open(self, depth: int) -> None:
        self.opened += 1
        if depth > emitter.MAX_DEPTH:
            raise _Unusual


def _said(line: str) -> _Line:
    """What a line says by itself."""
    head, colon, tail = line.partition(": ")
    known = _heads.get(head) if colon else None
    if known is None:
        found = _LINE.match(line)
        spot = _place(found) if found else None
        if found is None or spot is None:
            return _NOTHING
        place, key = spot
        if key is not None and found[4] is None:
            return place, key, _BELOW, None
        tail = found[5] if key is None else found[4]
    else:
        place, key = known
    kind, value = _value(tail)
    return (place, key, kind, value) if kind != _BAD else _NOTHING


def _place(found: Any) -> tuple[int, str | None] | None:
    """The place and key of a line, None where no emitter would have written them so."""
    blanks, behind = found.end(1), found.end(2)
    dashes = (behind - blanks) // 2
    if dashes >= _COLUMN:
        return None
    place = blanks * _COLUMN + dashes
    spelled = found[3]
    if spelled is None:
        return place, None
    key = _meant(spelled)
    if len(key) > emitter.MAX_KEY or emitter.spell_on_a_line(key) != spelled:
        return None
    if len(_heads) >= _KEPT:
        _heads.clear()
    _heads[found.string[: found.end(3)]] = (place, key)
    return place, key


def _value(tail: str) -> tuple[int, Json]:
    """What stands behind a key or dash: what it is, and the value."""
    if len(tail) <= emitter.LONG:
        if emitter.is_word(tail):
            return _READY, tail
        text = tail[1:-1]
        if tail[:1] == "'" == tail[-1:] and text and "'" not in text:
            return (_BAD, None) if emitter.is_word(text) else (_READY, text)
    if tail in _MARKS:
        return _MARKS[tail], tail
    if tail in _FIXED:
        return _READY, _FIXED[tail]
    text = _meant(tail)
    if emitter.spell(text, 0) == tail:
        return _READY, text
    return (_READY, int(tail)) if _INTEGER.fullmatch(tail) else (_BAD, None)


def _meant(spelled: str) -> str:
    """The text that is spelled so, if any is."""
    if spelled[:1] == "'":
        return spelled[1:-1].replace("''", "'")
    return _ESCAPE.sub(_character, spelled[1:-1]) if spelled[:1] == '"' else spelled


def _character(found: Any) -> str:
    return _MEANT.get(found[0], "")
