"""Spans `[start, end)` of whole seconds: of a local day, or of time itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Span = tuple[int, int]
"""[start, end): seconds of a local day, or instants."""
Hours = tuple[Span, ...]
"""Spans in order that do not touch."""

DAY: Final = 86_400


def union(spans: Iterable[Span]) -> Hours:
    """The spans in order; those that overlap or touch are one, empty ones none."""
    merged: list[Span] = []
    for a, b in sorted(span for span in spans if span[0] < span[1]):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return tuple(merged)


def without(spans: Hours, holes: Hours) -> Hours:
    """`spans` with `holes` taken out; both in order."""
    if not holes or not spans:
        return spans
    left: list[Span] = []
    for a, b in spans:
        for c, d in holes:
            if d <= a:
                continue
            if c >= b:
                break
            if c > a:
                left.append((a, c))
            a = max(a, d)
        if a < b:
            left.append((a, b))
    return tuple(left)


def clock(second: int) -> str:
    """A second of the day as `08:00` or `08:00:30`; the end of the day is 24:00."""
    hour, rest = divmod(second, 3600)
    minute, second = divmod(rest, 60)
    return f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")
