"""Arithmetic in the open time of a calendar: due, elapsed, open, back, days; and how a result came about, by the
second (`course`) or by the day (`day_course`).

A pause removes itself from the calendar: what it covers is closed. Instants come in and go out as aware datetimes,
whole seconds, and go out in the calendar's zone. No open time before or after the instants in question means that the
calendar's years are not asked about either: only a day that has to be looked at must have data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final, NamedTuple

from svc.domain.calendar import ONE, Calendar
from svc.domain.refusal import Refusal, Text
from svc.domain.spans import DAY, Hours, Span, union, without
from svc.domain.times import FIRST_YEAR, LAST_YEAR

Pauses = Sequence[tuple[datetime, datetime]]
Piece = tuple[int, int, int, Text]
"""From one instant to another, how much of it counted (seconds or days), why."""

TIME, CLOSING, MIDNIGHT = UNTIL = ("time", "closing", "midnight")
"""When on the last of so many days something is due."""
BARREN: Final = 20 * 366
"""So many days without open time in a row end a search."""
LONGEST: Final = (LAST_YEAR - FIRST_YEAR + 1) * 366 * DAY
"""More seconds than there are between the years known here."""

PAUSED = Text("暂停计时", "paused")
OUTSIDE = Text("非工作时段", "outside working hours")
COUNTED = Text("计时", "counted")
FIRST_DAY = Text("起始日", "the first day")


def due(calendar: Calendar, start: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
    """The first instant by which `seconds` of open time have passed since `start`: used up at closing = due at closing.

    No time at all has passed at `start` itself, open or not. Refusal for a negative amount, a year without data, or when
    the calendar does not open often enough.
    """
    left, begin = _amount(seconds), _second(start)
    if not left:
        return calendar.at(begin)
    for a, b in _forward(calendar, begin, None, _holes(pauses)) if left <= LONGEST else ():
        if b - a >= left:
            return calendar.at(a + left)
        left -= b - a
    raise _never(calendar, calendar.at(begin))


def back(calendar: Calendar, start: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
    """The last instant from which `seconds` of open time pass until `start`: the mirror image of `due`."""
    left, end = _amount(seconds), _second(start)
    if not left:
        return calendar.at(end)
    for a, b in _backward(calendar, end, _holes(pauses)) if left <= LONGEST else ():
        if b - a >= left:
            return calendar.at(b - left)
        left -= b - a
    raise _never(calendar, calendar.at(end))


def elapsed(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses = ()) -> int:
    """Seconds of open time from `start` to `end`; Refusal when `end` lies before `start`."""
    begin, stop = _ordered(start, end)
    return sum(b - a for a, b in _forward(calendar, begin, stop, _holes(pauses)))


def first_open(calendar: Calendar, start: datetime, pauses: Pauses = ()) -> datetime:
    """The first open instant at or after `start`."""
    begin = _second(start)
    for a, _ in _forward(calendar, begin, None, _holes(pauses)):
        return calendar.at(a)
    raise _never(calendar, calendar.at(begin))


def days(calendar: Calendar, start: datetime, count: int, until: str, pauses: Pauses = ()) -> datetime:
    """`count` open days after the local day of `start`, which is not counted; 0 is that day itself.

    A day with any open time counts. On the last day: TIME the same time on the clock, CLOSING its last closing, MIDNIGHT
    its 24:00.
    """
    holes, local = _holes(pauses), start.astimezone(calendar.zone)
    day = _open_day(calendar, local.date(), _amount(count), holes)
    if until == MIDNIGHT:
        return calendar.at(calendar.start(day + ONE))
    if until == TIME:
        clock = local.time()
        return calendar.at(calendar.edge(day, clock.hour * 3600 + clock.minute * 60 + clock.second))
    spans = without(calendar.spans(day), holes)
    if not spans:
        what = Text(f"{day} 不上班，没有下班时刻。", f"{day} is closed and has no closing time.")
        raise Refusal(what, where=Text.same(calendar.name), remedy=Text.same(f"--until {MIDNIGHT}"))
    return calendar.at(spans[-1][1])


class Stretch(NamedTuple):
    """A stretch of time that counted, or did not and why; `total` = seconds (of a day course: days) counted up to its
    end."""

    begin: datetime
    end: datetime
    counted: bool
    total: int
    why: Text


def course(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses = ()) -> Iterator[Stretch]:
    """From `start` to `end` without a gap, instant by instant: what counted, what did not and why."""
    begin, stop = _ordered(start, end)
    return _joined(calendar, _pieces(calendar, begin, stop, _holes(pauses)))


def day_course(calendar: Calendar, start: datetime, count: int, pauses: Pauses = ()) -> Iterator[Stretch]:
    """The days that `days` counts, whole local days, from that of `start` on; `total` in days.

    Refusal when the calendar does not open on so many days.
    """
    holes, day = _holes(pauses), start.astimezone(calendar.zone).date()
    last = _open_day(calendar, day, _amount(count), holes)
    return _joined(calendar, _day_pieces(calendar, day, last, holes))


def _joined(calendar: Calendar, pieces: Iterator[Piece]) -> Iterator[Stretch]:
    """The pieces as stretches with their running total; neighbours that counted alike, for the same reason, are one."""
    total, told = 0, None
    for a, b, counted, why in pieces:
        total += counted
        here = Stretch(calendar.at(a), calendar.at(b), counted > 0, total, why)
        if told is not None and (told.counted, told.why) == (here.counted, why):
            here = here._replace(begin=told.begin)
        elif told is not None:
            yield told
        told = here
    if told is not None:
        yield told


def _day_pieces(calendar: Calendar, first: date, last: date, holes: Hours) -> Iterator[Piece]:
    """The local days from `first`, which does not count, to `last`."""
    day, why, counted = first, FIRST_DAY, 0
    while True:
        yield calendar.start(day), calendar.start(day + ONE), counted, why
        if day == last:
            return
        day += ONE
        spans = calendar.spans(day)
        counted = int(bool(without(spans, holes)))
        why = COUNTED if counted else PAUSED if spans else calendar.why(day)


def _pieces(calendar: Calendar, begin: int, stop: int, holes: Hours) -> Iterator[Piece]:
    """Every piece of time between two instants, day by day."""
    for day in _days(calendar, begin, stop):
        whole = (max(begin, calendar.start(day)), min(stop, calendar.start(day + ONE)))
        spans = calendar.spans(day)
        outside = OUTSIDE if spans else calendar.why(day)
        counted = without(_clip(spans, *whole), holes)
        closed = without((whole,), spans)
        paused = without(without((whole,), closed), counted)
        kinds = ((counted, 1, COUNTED), (closed, 0, outside), (paused, 0, PAUSED))
        yield from sorted((a, b, (b - a) * count, why) for found, count, why in kinds for a, b in found if a < b)


def _forward(calendar: Calendar, begin: int, stop: int | None, holes: Hours) -> Iterator[Span]:
    """The open spans from `begin`, to `stop` or until nothing opens any more."""
    barren = 0
    for day in _days(calendar, begin, stop):
        found = without(calendar.spans(day), holes)
        barren = 0 if found else barren + 1
        if stop is None and barren > BARREN:
            return
        for a, b in found:
            if b > begin and (stop is None or a < stop):
                yield max(a, begin), b if stop is None else min(b, stop)


def _backward(calendar: Calendar, end: int, holes: Hours) -> Iterator[Span]:
    """The open spans before `end`, the latest first, until nothing was open any more."""
    day, barren = calendar.day_of(end), 0
    if end == calendar.start(day):
        day -= ONE
    while day.year >= FIRST_YEAR and barren <= BARREN:
        found = without(calendar.spans(day), holes)
        barren = 0 if found else barren + 1
        yield from ((a, min(b, end)) for a, b in reversed(found) if a < end)
        day -= ONE


def _days(calendar: Calendar, begin: int, stop: int | None) -> Iterator[date]:
    """The local days that lie, wholly or in part, between two instants."""
    if stop is not None and stop <= begin:
        return
    day = calendar.day_of(begin)
    while day.year <= LAST_YEAR and (stop is None or calendar.start(day) < stop):
        yield day
        day += ONE


def _open_day(calendar: Calendar, day: date, count: int, holes: Hours) -> date:
    """The `count`-th open day after `day`."""
    first, barren = day, 0
    while count:
        day += ONE
        opens = bool(without(calendar.spans(day), holes))
        count -= opens
        barren = 0 if opens else barren + 1
        if barren > BARREN or day.year > LAST_YEAR:
            raise _never(calendar, datetime.combine(first, time(), calendar.zone))
    return day


def spelled(moment: datetime) -> str:
    """An instant with its offset, whole seconds; unlike in records the offset may be any that a zone ever had."""
    return moment.replace(microsecond=0).isoformat()


def _clip(spans: Hours, begin: int, stop: int) -> Hours:
    return tuple((max(a, begin), min(b, stop)) for a, b in spans if b > begin and a < stop)


def _holes(pauses: Pauses) -> Hours:
    return union(_ordered(a, b) for a, b in pauses)


def _ordered(start: datetime, end: datetime) -> Span:
    begin, stop = _second(start), _second(end)
    if stop < begin:
        a, b = spelled(start), spelled(end)
        raise Refusal(
            Text(f"止 {b} 早于起 {a}。", f"the end {b} lies before the start {a}."),
            where=Text.same(f"{a}..{b}"),
            remedy=Text.same(f"{b}..{a}"),
        )
    return begin, stop


def _second(moment: datetime) -> int:
    return int(moment.replace(microsecond=0).timestamp())


def _amount(count: int) -> int:
    if count < 0:
        what = Text(f"时长不能为负：{count}。", f"an amount cannot be negative: {count}.")
        raise Refusal(what, where=Text.same(str(count)), remedy=Text.same("svc clock back"))
    return count


def _never(calendar: Calendar, moment: datetime) -> Refusal:
    return Refusal(
        Text(
            f"从 {spelled(moment)} 算起，日历没有足够的工作时间。",
            f"the calendar does not open often enough, counted from {spelled(moment)}.",
        ),
        where=Text.same(calendar.name),
        remedy=Text.same(f"svc calendar show {calendar.name}"),
    )
