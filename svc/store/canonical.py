"""The short way to read canonical record files: line by line, several times faster than the C loader.

It accepts only text in the emitter's spelling, or so close to it that every YAML reader agrees, and answers None to
everything else, which the strict loader then reads or refuses.
"""

from __future__ import annotations

import re
from typing import Final

from svc.domain.paths import Json
from svc.store import emitter

MAX_EVENTS: Final = 20_000
"""More parser events than this are refused by the strict loader, so the short way stops well before."""

_STRANGE: Final = re.compile(emitter.FORBIDDEN.pattern[:-1] + "\t\u2028\u2029]")
_PLAIN: Final = emitter.PLAIN.pattern
_QUOTED: Final = r"'((?:[^']|'')*)'"
_ESCAPED: Final = r'"((?:[^"\\]|\\[\\"ntLP])*)"'
_INTEGER: Final = rf"-?(?:0|[1-9][0-9]{{0,{emitter.MAX_DIGITS - 1}}})"
_VALUE: Final = rf"(?:({_PLAIN})|{_QUOTED}|([^ ].*))$"
# Groups of a line: key as word, quoted, escaped; value as word, quoted, anything else. The last one says what stands.
_line: Final = re.compile(rf"(?:({_PLAIN})|{_QUOTED}|{_ESCAPED}):(?: {_VALUE}|$)").match
_item: Final = re.compile(_VALUE).match
_WORD, _QUOTE, _REST = 4, 5, 6
_escaped: Final = re.compile(_ESCAPED).fullmatch
_integer: Final = re.compile(_INTEGER).fullmatch
_ESCAPE: Final = re.compile(r"\\.")
_MEANT: Final = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\t": "\t", "\\L": "\u2028", "\\P": "\u2029"}
_LONGEST: Final = max(map(len, emitter.RESERVED))
_FIXED: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}


class _Unusual(Exception):
    """This text is not for the short way."""


def parse(text: str) -> dict[str, Json] | None:
    """The mapping of a canonical text, None for anything out of the ordinary."""
    if not text.endswith("\n") or _STRANGE.search(text):
        return None
    lines = text.split("\n")
    lines.pop()
    parser = _Parser(lines)
    try:
        value = parser.mapping(0, 1)
    except _Unusual:
        return None
    few = 2 * (len(lines) + parser.opened) + 4 <= MAX_EVENTS
    return value if few and parser.at == len(lines) else None


class _Parser:
    """A position in the lines; every method reads on from it.

    Who calls `mapping` or `sequence` has seen that the first line belongs to it, blanks or dashes before `indent`.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.opened = 0

    def mapping(self, indent: int, depth: int) -> dict[str, Json]:
        """The mapping whose keys stand at `indent`."""
        self._open(depth)
        built: dict[str, Json] = {}
        lines, count, margin = self.lines, len(self.lines), " " * indent
        while self.at < count:
            line = lines[self.at]
            if built and not line.startswith(margin):
                break
            found = _line(line, indent)
            if found is None:
                raise _Unusual
            key = found[1] or _key(found)
            if key in built or len(key) > emitter.MAX_KEY or (len(key) <= _LONGEST and _reserved(found)):
                raise _Unusual
            self.at += 1
            kind = found.lastindex
            if kind == _QUOTE:
                built[key] = found[_QUOTE].replace("''", "'")
            elif kind == _WORD:
                built[key] = _word(found[_WORD])
            elif kind == _REST:
                built[key] = self.other(found[_REST], indent)
            else:
                built[key] = self.below(indent, depth + 1)
        return built

    def below(self, indent: int, depth: int) -> Json:
        """What stands under a key: a list at its column, or a mapping two columns in."""
        line = self.lines[self.at] if self.at < len(self.lines) else ""
        if line.startswith(" " * indent + "- "):
            return self.sequence(indent, depth)
        if line.startswith(" " * (indent + 2)):
            return self.mapping(indent + 2, depth)
        raise _Unusual

    def sequence(self, indent: int, depth: int) -> list[Json]:
        """The list whose dashes stand at `indent`."""
        self._open(depth)
        built: list[Json] = []
        lead = " " * indent + "- "
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if built and not line.startswith(lead):
                break
            built.append(self.item(line, indent + 2, depth + 1))
        return built

    def item(self, line: str, start: int, depth: int) -> Json:
        """One item, which starts behind its dash."""
        if line.startswith("- ", start):
            return self.sequence(start, depth)
        if _line(line, start):
            return self.mapping(start, depth)
        found = _item(line, start)
        if found is None:
            raise _Unusual
        self.at += 1
        if found[1] is not None:
            return _word(found[1])
        return found[2].replace("''", "'") if found[2] is not None else self.other(found[3], start - 2)

    def other(self, text: str, indent: int) -> Json:
        """A value that is no word and in no single quotes."""
        if text in ("|", "|-"):
            return self.block(indent + 2, text)
        if _integer(text):
            return int(text)
        if text == "{}":
            return {}
        if text == "[]":
            return []
        if _escaped(text):
            return _unescaped(text[1:-1])
        raise _Unusual

    def block(self, indent: int, head: str) -> str:
        """The lines of a literal block indented by `indent`."""
        margin = " " * indent
        found: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line and not line.startswith(margin):
                break
            found.append(line[indent:])
            self.at += 1
        if not found or found[0][:1] in ("", " ") or not found[-1]:
            raise _Unusual
        if any(line and line[-1] == " " for line in found):
            raise _Unusual
        return "\n".join(found) + ("\n" if head == "|" else "")

    def _open(self, depth: int) -> None:
        self.opened += 1
        if depth > emitter.MAX_DEPTH:
            raise _Unusual


def _word(text: str) -> Json:
    if len(text) > _LONGEST or text.lower() not in emitter.RESERVED:
        return text
    if text in _FIXED:
        return _FIXED[text]
    raise _Unusual


def _key(found: re.Match[str]) -> str:
    """A key in quotes."""
    return found[2].replace("''", "'") if found[2] is not None else _unescaped(found[3])


def _reserved(found: re.Match[str]) -> bool:
    """Whether a key without quotes is a word that one YAML or another takes for something else."""
    return found[1] is not None and found[1].lower() in emitter.RESERVED


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _MEANT[match[0]], text)
