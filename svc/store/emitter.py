"""The canonical spelling of a record file: one value, one sequence of bytes.

Block style, UTF-8 unescaped, LF, two blanks of indentation, lists at the column of their key, `{}` and `[]` only for
what is empty. A text stays plain only where YAML 1.1 and YAML 1.2 both read it as that text; what has several lines
or is long is written as `|` where that loses nothing; everything else is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text

MAX_DEPTH: Final = 20
MAX_KEY: Final = 200
MAX_DIGITS: Final = 18
LONG: Final = 120
"""A text of more characters than this stands as a block of its own."""

WORD: Final = r"[^\W\d_](?:[\w ./@-]*[\w./@-])?"
"""A text that stands plain: a letter or hanzi first, then letters, hanzi, digits, `._/@-`, blanks between them."""

PLAIN: Final = pattern(WORD)

RESERVED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that one YAML or another reads as something else than text, in any mixture of cases."""

_LONGEST: Final = max(map(len, RESERVED))

CONTROLS: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff"
"""Characters no text in a record may hold: controls other than line feed and tab, lone surrogates, the byte mark."""

FORBIDDEN: Final = pattern(f"[{CONTROLS}]")

STRANGE: Final = pattern(f"[{CONTROLS}\t\u2028\u2029]")
"""Those, and the ones that only double quotes can hold: most texts have neither, and are searched once."""

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\u2028": "\\L", "\u2029": "\\P"}
_TO_ESCAPE: Final = pattern('[\\\\"\n\t\u2028\u2029]')
# A block keeps its text when no line starts the text with a blank, ends in one, and at most one line feed ends it.
_BLOCK: Final = pattern(r"[^ \n][^\n]*(?<! )(?:\n+(?! *\n)[^\n]+(?<! ))*\n?")
_INT: Final = 10**MAX_DIGITS
_EMPTY: Final[dict[type, str]] = {Mapping: "{}", list: "[]"}


def emit(value: Mapping[str, Json]) -> str:
    """The canonical text of a mapping, its keys in the order they have. Refuses (exit 2) what a record cannot hold."""
    if not value:
        return "{}\n"
    lines: list[str] = []
    _mapping(value, 0, "", lines, 1)
    lines.append("")
    return "\n".join(lines)


def _mapping(value: Mapping[str, Json], indent: int, first: str, lines: list[str], depth: int) -> None:
    """Lines of a mapping at `indent`; its first line starts with `first` instead of blanks when that is given."""
    lead, other = first or " " * indent, " " * indent
    for key, item in value.items():
        if not isinstance(key, str) or len(key) > MAX_KEY:
            raise _unfit("键必须是不超过 200 字的文字", "a key must be a text of at most 200 characters")
        name = lead + _key(key)
        lead = other
        if isinstance(item, str):
            lines.append(name + ": " + spell(item, indent))
        elif item is None or isinstance(item, int):
            lines.append(name + ": " + _scalar(item))
        elif (kind := _kind(item, depth)) is Mapping and item:
            lines.append(name + ":")
            _mapping(item, indent + 2, "", lines, depth + 1)
        elif item:
            lines.append(name + ":")
            _sequence(item, indent, "", lines, depth + 1)
        else:
            lines.append(name + ": " + _EMPTY[kind])


def _sequence(items: list[Json] | tuple[Json, ...], indent: int, first: str, lines: list[str], depth: int) -> None:
    """Lines of a list whose dashes stand at `indent`."""
    lead, other = (first or " " * indent) + "- ", " " * indent + "- "
    for item in items:
        if isinstance(item, str):
            lines.append(lead + spell(item, indent))
        elif item is None or isinstance(item, int):
            lines.append(lead + _scalar(item))
        elif (kind := _kind(item, depth)) is Mapping and item:
            _mapping(item, indent + 2, lead, lines, depth + 1)
        elif item:
            _sequence(item, indent + 2, lead, lines, depth + 1)
        else:
            lines.append(lead + _EMPTY[kind])
        lead = other


def _kind(value: Json, depth: int) -> type:
    """Mapping or list, of what may stand inside a container at `depth`."""
    kind = Mapping if isinstance(value, (dict, Mapping)) else list if isinstance(value, (list, tuple)) else None
    if kind is None:
        name = type(value).__name__
        raise _unfit(f"不能写入 {name} 类型的值", f"a value of type {name} cannot be written")
    if depth >= MAX_DEPTH:
        raise _unfit("嵌套过深", "nested too deeply")
    return kind


def _scalar(value: int | None) -> str:
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if not -_INT < value < _INT:
        raise _unfit("整数超过 18 位，请写成文字", "an integer of more than 18 digits; write it as text")
    return str(int(value))


def spell(text: str, indent: int) -> str:
    """A text as the value of a key, or as an item of a list, that stands at column `indent`."""
    if (len(text) > LONG or "\n" in text) and not STRANGE.search(text) and _BLOCK.fullmatch(text):
        return _block(text, indent + 2)
    return spell_on_a_line(text)


def is_word(text: str) -> bool:
    """Whether a text stands plain, where it stands on one line."""
    return PLAIN.fullmatch(text) is not None and (len(text) > _LONGEST or text.lower() not in RESERVED)


def spell_on_a_line(text: str) -> str:
    """A text on one line: plain, else in single quotes, in double quotes where only those can hold it."""
    if is_word(text):
        return text
    strange = STRANGE.search(text) is not None
    if strange and FORBIDDEN.search(text):
        raise _forbidden(text)
    if strange or "\n" in text:
        return '"' + _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text) + '"'
    return "'" + text.replace("'", "''") + "'"


# Keys are few and come again and again.
_key: Final = lru_cache(maxsize=4096)(spell_on_a_line)


def _block(text: str, indent: int) -> str:
    head, body = ("|", text[:-1]) if text.endswith("\n") else ("|-", text)
    margin = " " * indent
    return head + "".join("\n" + margin + line if line else "\n" for line in body.split("\n"))


def _forbidden(text: str) -> Refusal:
    found = FORBIDDEN.search(text)
    code = f"U+{ord(found[0]):04X}" if found else ""
    return _unfit(f"文字中含有不可用的字符 {code}", f"a text holds the character {code}, which records cannot keep")


def _unfit(zh: str, en: str) -> Refusal:
    return Refusal(Text(zh, en), exit=Exit.USAGE)
