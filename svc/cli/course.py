"""How a due time came out, stretch by stretch: as lines for people, and as data."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import NamedTuple

from svc.cli.lang import said, t
from svc.domain.limits import DAYS, Limit, Pause
from svc.domain.paths import Json
from svc.domain.times import format_instant, in_zone
from svc.domain.working_time import Stretch
from svc.index.words import minute
from svc.render.lengths import clocked, several
from svc.render.terminal import pad, width


class Part(NamedTuple):
    """A stretch of a course and how much of it counted; or, where there are too many, how many are left out."""

    stretch: Stretch | None
    counted: int
    left_out: int = 0


def limit_dict(limit: Limit, zone: tzinfo) -> dict[str, Json]:
    """A limit or target as JSON: what it was reckoned from, and its whole course; instants with their offset."""
    days = limit.unit == DAYS

    def spelled(moment: datetime) -> str:
        return format_instant(in_zone(moment, zone))

    return {
        "due": spelled(limit.due) if limit.due else None,
        "number": str(limit.number) if limit.number is not None else None,
        "unit": limit.unit or None,
        "until": limit.until if days else None,
        "calendar": limit.calendar.name if limit.calendar else None,
        "agreed": limit.agreed,
        "unset": limit.unset,
        "why": said(limit.why) if limit.why else None,
        "pauses": [_pause(pause, spelled(pause.begin), spelled(pause.end)) for pause in limit.pauses],
        "course": [
            {
                "begin": spelled(one.begin),
                "end": spelled(one.end),
                "counted": one.counted,
                "total": one.total,
                "why": said(one.why),
            }
            for one in limit.course(zone)
        ],
    }


def _pause(pause: Pause, begin: str, end: str) -> dict[str, Json]:
    entry = pause.entry
    return {
        "begin": begin,
        "end": end,
        "lasts": pause.lasts,
        "state": entry.to,
        "step": entry.step,
        "reason": entry.reason,
    }


def course_lines(limit: Limit, zone: tzinfo, most: int) -> Iterator[str]:
    """The stretches of a course, a line each; of more than `most` the first and the last and a count."""
    days = limit.unit == DAYS
    parts = list(_abridged(limit.course(zone), most))
    spans = [_span(one.stretch, days, zone) if one.stretch else "" for one in parts]
    widest = max(map(width, spans), default=0)
    for part, span in zip(parts, spans, strict=True):
        size = said(several(part.counted, DAYS)) if days else clocked(part.counted)
        if part.stretch is None:
            yield t(f"……其间还有 {part.left_out} 段，计 {size}", f"… {part.left_out} more in between, {size} counted")
        else:
            yield f"{pad(span, widest)}  {_words(part.stretch, size, days)}"


def _words(one: Stretch, size: str, days: bool) -> str:
    if not one.counted:
        return t(f"不计：{one.why.zh}", f"not counted: {one.why.en}")
    total = said(several(one.total, DAYS)) if days else clocked(one.total)
    return t(f"计 {size}，累计 {total}", f"{size} counted, {total} in all")


def _span(one: Stretch, days: bool, zone: tzinfo) -> str:
    """From when to when, as short as it stays clear; whole days by their dates, the last one included."""
    if days:
        first, last = one.begin.date(), (one.end - timedelta(seconds=1)).date()
        return f"{first}" if first == last else f"{first} .. {last}"
    return between(one.begin, one.end, zone)


def between(begin: datetime, end: datetime, zone: tzinfo) -> str:
    """Two instants, what both share said once: `2026-09-30 16:00 .. 17:30`."""
    a, b = in_zone(begin, zone), in_zone(end, zone)
    whole = minute(b)
    return f"{minute(a)} .. {whole[11:] if a.date() == b.date() else whole[5:] if a.year == b.year else whole}"


def _abridged(course: Iterable[Stretch], most: int) -> Iterator[Part]:
    """The parts of a course, what lies between its first and last ones told by its number only."""
    half, parts = most // 2, _parts(course)
    yield from islice(parts, half)
    last: deque[Part] = deque(maxlen=half)
    between, left, counted = [], 0, 0
    for part in parts:
        if len(last) == half:
            between, left, counted = [last[0]], left + 1, counted + last[0].counted
        last.append(part)
    # Of one stretch its number would be no shorter.
    yield from between if left < 2 else [Part(None, counted, left)]
    yield from last


def _parts(course: Iterable[Stretch]) -> Iterator[Part]:
    before = 0
    for stretch in course:
        yield Part(stretch, stretch.total - before)
        before = stretch.total
