"""The short way to read canonical record files: line by line, several times faster than the C loader.

It accepts only text in the emitter's spelling, or so close to it that every YAML reader agrees, and answers None to
everything else, which the strict loader then reads or refuses.
"""

from __future__ import annotations

import re
from typing import Final

from svc.domain.paths import Json
from svc.store import emitter

_PLAIN: Final = emitter.PLAIN.pattern
_STRANGE: Final = re.compile(emitter.FORBIDDEN.pattern[:-1] + "\t\u2028\u2029]")
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'")
_ESCAPED: Final = re.compile(r'"(?:[^"\\]|\\[\\"ntLP])*"')
_ESCAPE: Final = re.compile(r"\\.")
_MEANT: Final = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\t": "\t", "\\L": "\u2028", "\\P": "\u2029"}
_INTEGER: Final = re.compile(rf"-?(?:0|[1-9][0-9]{{0,{emitter.MAX_DIGITS - 1}}})")
_FIXED: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}
MAX_EVENTS: Final = 20_000
"""More parser events than this are refused by the strict loader, so the short way stops well before."""


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
        value = parser.mapping(0, None, 1)
    except _Unusual:
        return None
    few = 2 * (len(lines) + parser.opened) + 4 <= MAX_EVENTS
    return value if few and parser.at == len(lines) else None


class _Parser:
    """A position in the lines; every method reads on from it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.opened = 0

    def mapping(self, indent: int, rest: str | None, depth: int) -> dict[str, Json]:
        """The mapping whose keys stand at `indent`; `rest` is its first line when that began behind a dash."""
        self.opened += 1
        if depth > emitter.MAX_DEPTH:
            raise _Unusual
        built: dict[str, Json] = {}
        count = len(self.lines)
        margin = " " * indent
        while True:
            if rest is None:
                if self.at >= count:
                    break
                line = self.lines[self.at]
                if not line.startswith(margin):
                    break
                rest = line[indent:]
                if rest[:1] in (" ", "-", ""):
                    if rest[:1] == "-" and built:
                        break
                    raise _Unusual
            key, value = _split(rest)
            if key in built:
                raise _Unusual
            self.at += 1
            built[key] = self.below(indent, depth) if value is None else self.scalar(value, indent)
            rest = None
        if not built:
            raise _Unusual
        return built

    def below(self, indent: int, depth: int) -> Json:
        """What stands under a key: a list at its column, or a mapping two columns in."""
        line = self.lines[self.at] if self.at < len(self.lines) else ""
        if line.startswith("- ", indent) and not line[:indent].strip(" "):
            return self.sequence(indent, None, depth + 1)
        if line.startswith(" " * (indent + 2)):
            return self.mapping(indent + 2, None, depth + 1)
        raise _Unusual

    def sequence(self, indent: int, rest: str | None, depth: int) -> list[Json]:
        """The list whose dashes stand at `indent`."""
        self.opened += 1
        if depth > emitter.MAX_DEPTH:
            raise _Unusual
        built: list[Json] = []
        lead = " " * indent + "- "
        while True:
            if rest is None:
                if self.at >= len(self.lines) or not self.lines[self.at].startswith(lead):
                    return built
                rest = self.lines[self.at][indent:]
            built.append(self.item(rest[2:], indent, depth))
            rest = None

    def item(self, rest: str, indent: int, depth: int) -> Json:
        """One item, whose text behind the dash is `rest`."""
        if rest.startswith("- "):
            return self.sequence(indent + 2, rest, depth + 1)
        if _KEYED.match(rest):
            return self.mapping(indent + 2, rest, depth + 1)
        if not rest:
            raise _Unusual
        self.at += 1
        return self.scalar(rest, indent)

    def scalar(self, text: str, indent: int) -> Json:
        """A value on the line, or the block that the line opens."""
        if text[0] == "'" and _QUOTED.fullmatch(text):
            return text[1:-1].replace("''", "'")
        if text in _FIXED:
            return _FIXED[text]
        if emitter.PLAIN.fullmatch(text):
            if text.lower() in emitter.RESERVED:
                raise _Unusual
            return text
        if _INTEGER.fullmatch(text):
            return int(text)
        if text[0] == '"' and _ESCAPED.fullmatch(text):
            return _unescaped(text)
        if text in ("|", "|-"):
            return self.block(indent + 2, text)
        if text == "{}":
            return {}
        if text == "[]":
            return []
        raise _Unusual

    def block(self, indent: int, head: str) -> str:
        """The lines of a literal block indented by `indent`."""
        margin = " " * indent
        found: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.startswith(margin):
                found.append(line[indent:])
            elif not line:
                found.append("")
            else:
                break
            self.at += 1
        if not found or not found[0] or found[0][0] == " " or not found[-1].strip(" "):
            raise _Unusual
        if any(line and line[-1] == " " for line in found):
            raise _Unusual
        return "\n".join(found) + ("\n" if head == "|" else "")


_KEYED: Final = re.compile(rf"(?:({_PLAIN})|'((?:[^'\n]|'')*)'|({_ESCAPED.pattern})):(?: (?=[^ ])|$)")


def _split(text: str) -> tuple[str, str | None]:
    """The key of a line, and its value where one stands on the line."""
    found = _KEYED.match(text)
    if found is None:
        raise _Unusual
    key, quoted, escaped = found.groups()
    if quoted is not None:
        key = quoted.replace("''", "'")
    elif escaped is not None:
        key = _unescaped(escaped)
    elif key.lower() in emitter.RESERVED:
        raise _Unusual
    if len(key) > emitter.MAX_KEY:
        raise _Unusual
    return key, text[found.end() :] or None


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANT[found[0]], text[1:-1])
