"""What was measured beside what is allowed: figures, whether they hold, tables of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.timing import median


@dataclass(frozen=True)
class Figure:
    """One line of the table. `value` and `limit` are in `unit`; `least` says that the limit is the least, not the most.

    A figure that does not rest on time (`counted`) counts what must not be there. NaN: it could not be measured.
    """

    work: str
    size: int | None
    value: float
    limit: float
    unit: str = "C"
    least: bool = False
    note: str = ""

    @property
    def counted(self) -> bool:
        """Whether the figure says the same on every machine."""
        return self.unit == ""

    @property
    def holds(self) -> bool:
        """Whether the limit is kept; what could not be measured does not keep it."""
        return self.value >= self.limit if self.least else self.value <= self.limit

    @property
    def failed(self) -> bool:
        """Whether it could not be measured at all."""
        return math.isnan(self.value)

    def cells(self) -> list[str]:
        """The line's cells, as `TITLES` names them."""
        sign = "≥" if self.least else "≤"
        verdict = "failed" if self.failed else "holds" if self.holds else "OVER"
        size = f"{self.size:,}" if self.size else ""
        return [
            self.work,
            size,
            _number(self.value, self.unit),
            f"{sign} {_number(self.limit, self.unit)}",
            verdict,
            self.note,
        ]


TITLES = ("work", "records", "measured", "limit", "", "how")


def against(work: str, size: int | None, taken: Sequence[float], base: Sequence[float], limit: float) -> Figure:
    """The median of some seconds over the median of the base's seconds, in C."""
    note = f"{1000 * median(taken):.0f} ms, slowest {1000 * max(taken):.0f}; C {1000 * median(base):.0f} ms; {len(taken)} runs"
    return Figure(work, size, median(taken) / median(base), limit, note=note)


def failure(work: str, size: int | None, why: str) -> Figure:
    """The figure of what could not be measured."""
    return Figure(work, size, math.nan, 0.0, unit="", note=" ".join(why.split()))


def verdict(figures: Iterable[Figure], *, sane: bool = False) -> int:
    """The exit code: 1 when a figure is over its limit. `sane` minds only what does not rest on the machine's speed."""
    return int(any(not figure.holds for figure in figures if not sane or figure.counted))


def table(figures: Sequence[Figure], *, markdown: bool) -> list[str]:
    """The lines of the table, aligned or in Markdown."""
    lines = [list(TITLES), *(figure.cells() for figure in figures)]
    if markdown:
        head, *body = ("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        return [head, "|" + "---|" * len(TITLES), *body]
    wide = [max(len(line[n]) for line in lines) for n in range(len(TITLES))]
    return ["  ".join(cell.ljust(wide[n]) for n, cell in enumerate(line)).rstrip() for line in lines]


def _number(value: float, unit: str) -> str:
    if math.isnan(value):
        return "–"
    if unit in ("C", "× git"):
        return f"{value:.2f} {unit}"
    return f"{value:,.0f} {unit}".rstrip()
