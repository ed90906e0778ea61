"""Rows as a table that keeps its columns, whatever stands in the cells and however narrow the terminal is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from svc.domain.refusal import Text
from svc.render.card import card
from svc.render.terminal import clip, one_line, pad, width

GAP = 2
NARROWEST = 6
"""Columns below which no column is cut: the rows are shown as cards instead."""
SMALL, LARGE = 20, 500
"""Rows for which tabulate is not called: below, what it imports takes half as long as a whole command; above, it takes
four times as long as joining lines."""

Value = Any
"""A JSON value."""


class Column(NamedTuple):
    """A column: its key (ASCII, for JSON and CSV), its title; `right` for amounts; `whole` = never cut (ids)."""

    key: str
    title: Text
    right: bool = False
    whole: bool = False


def cell(value: Value, lang: str = "zh") -> str:
    """A JSON value as one safe line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("yes" if value else "no") if lang == "en" else ("是" if value else "否")
    if isinstance(value, (list, tuple)):
        return (", " if lang == "en" else "、").join(cell(item, lang) for item in value)
    if isinstance(value, dict):
        return one_line(json.dumps(value, ensure_ascii=False))
    return one_line(str(value))


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, lang: str = "zh", room: int | None = None
) -> Iterator[str]:
    """The lines of a table: header, rule, rows. `room` = columns of the terminal (None: as wide as it needs).

    Too wide, the widest columns of text are cut with an ellipsis; where that is not enough, each row is a card.
    """
    titles = [one_line(column.title.said(lang)) for column in columns]
    cells = [[cell(value, lang) for value in row] for row in rows]
    natural = [max(map(width, parts)) for parts in zip(titles, *cells, strict=True)]
    fitted = natural if room is None else fit(columns, natural, room)
    if fitted is None:
        yield from _cards(titles, cells, lang, room)
        return
    if fitted != natural:
        titles, *cells = [[clip(*pair) for pair in zip(row, fitted, strict=True)] for row in [titles, *cells]]
    made = _tabulated if SMALL < len(cells) < LARGE else _joined
    yield from made(columns, [titles, ["-" * size for size in fitted], *cells], fitted)


def fit(columns: Sequence[Column], natural: Sequence[int], room: int) -> list[int] | None:
    """The widths in which a table fits into `room`, the widest text cut first; None where it cannot fit."""
    soft = [n for n, column in enumerate(columns) if not column.right and not column.whole]
    fitted = [min(size, room) if n in soft else size for n, size in enumerate(natural)]
    over = sum(fitted) + GAP * (len(fitted) - 1) - room
    for _ in range(over):
        widest = max(soft, key=lambda n: fitted[n], default=None)
        if widest is None or fitted[widest] <= NARROWEST:
            return None
        fitted[widest] -= 1
    return fitted


def _tabulated(columns: Sequence[Column], lines: Sequence[Sequence[str]], _widths: Sequence[int]) -> Iterator[str]:
    from tabulate import tabulate

    sides = ["right" if column.right else "left" for column in columns]
    # Without disable_numparse the serial 12E5 would be shown as 1.2e+06. The title is a line like any other, because
    # tabulate makes a column two wider than its header.
    made = tabulate(lines, tablefmt="plain", disable_numparse=True, colalign=sides)
    yield from (line.rstrip() for line in made.split("\n"))


def _joined(columns: Sequence[Column], lines: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """What `_tabulated` gives, line by line."""
    gap = " " * GAP
    for line in lines:
        parts = zip(line, widths, columns, strict=True)
        yield gap.join(pad(text, size, right=column.right) for text, size, column in parts).rstrip()


def _cards(titles: Sequence[str], cells: Sequence[Sequence[str]], lang: str, room: int | None) -> Iterator[str]:
    for n, row in enumerate(cells):
        if n:
            yield ""
        yield from card(list(zip(titles, row, strict=True)), lang=lang, columns=room)
