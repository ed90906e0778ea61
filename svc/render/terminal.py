"""Text on a terminal: what may be shown, how many columns it takes, how it is cut and wrapped.

Widths are those of wcwidth; its import (40 ms) is spared where text is plain ASCII and hanzi.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from svc.domain.pattern import pattern

ELLIPSIS = "…"

# C0, DEL, C1; soft hyphen and letters or marks that show as nothing; bidi, zero-width, line separators, fillers,
# tags; lone surrogates and non-characters, which no terminal can be sent.
UNSAFE = pattern(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_WIDE = (("\u3001", "\u3029"), ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uff01", "\uff60"), ("\uffe5", "\uffe5"))
_NARROW = frozenset("“”‘’…—·●○→①②③④⑤⑥⑦⑧⑨⑩□■─│")
# A word, or one wide character; with the closing punctuation that must not start a line.
_PIECE = pattern("(?: +|[\u2e80-\uffef]|[^ \u2e80-\uffef]+)[，。；：！？、）》」』】”’…]*")


class _Plain(dict[str, int]):
    """The columns of plain characters, each looked up once: ASCII, hanzi, common marks. KeyError for any other.

    A regular expression of these ranges takes longer to compile than a command's whole text to be measured.
    """

    def __missing__(self, char: str) -> int:
        if " " <= char <= "~" or char in _NARROW:
            columns = 1
        elif any(first <= char <= last for first, last in _WIDE):
            columns = 2
        else:
            raise KeyError(char)
        self[char] = columns
        return columns


_columns = _Plain().__getitem__


def safe_text(text: str, *, lines: bool = False) -> str:
    """`text` with all that could steer a terminal or hide in it as `\\x1b` or `\\u202e`; `lines` keeps line feeds."""
    if text.isascii() and text.isprintable() or _plain_width(text) is not None:
        return text
    return UNSAFE.sub(lambda found: found[0] if lines and found[0] == "\n" else ascii(found[0])[1:-1], text)


def one_line(text: str) -> str:
    """`text`, safe and on one line: white space with a line feed in it becomes one space."""
    text = text.strip()
    return safe_text(re.sub(r"\s*\n\s*", " ", text) if "\n" in text else text)


def width(text: str) -> int:
    """The columns that safe `text` takes."""
    if text.isascii():
        return len(text)
    columns = _plain_width(text)
    if columns is not None:
        return columns
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def _plain_width(text: str) -> int | None:
    """The columns of a text of plain characters only; None for any other."""
    try:
        return sum(map(_columns, text))
    except KeyError:
        return None


def clip(text: str, columns: int) -> str:
    """Safe `text` in at most `columns` (1 or more), an ellipsis in place of what is cut."""
    if width(text) <= columns:
        return text
    kept = bisect_right(range(len(text) + 1), columns - 1, key=lambda end: width(text[:end])) - 1
    return text[:kept].rstrip() + ELLIPSIS


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Safe `text` filled up with spaces to `columns`, `right` for flush right."""
    fill = " " * (columns - width(text))
    return fill + text if right else text + fill


def wrap(text: str, columns: int) -> list[str]:
    """Safe `text` in lines of at most `columns` (2 or more): broken at spaces and between wide characters, never
    before closing punctuation, inside a word only when it fills a line by itself. Its line feeds stay."""
    return [line for paragraph in text.split("\n") for line in _wrapped(paragraph, max(columns, 2))]


def _wrapped(paragraph: str, columns: int) -> list[str]:
    lines, line = [], ""
    for piece in _PIECE.findall(paragraph) or [""]:
        if width(line) + width(piece.rstrip()) > columns and line.strip():
            lines.append(line.rstrip())
            line = ""
        line += piece if line or not lines else piece.lstrip()
        while width(line.rstrip()) > columns:
            kept = bisect_right(range(len(line) + 1), columns, key=lambda end: width(line[:end])) - 1
            lines.append(line[:kept].rstrip())
            line = line[kept:].lstrip()
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines
