"""Calendars as frozen values: which hours of which local day count as working time.

A day is closed or has segments `[start, end)` in seconds of the local clock. In this order: a date under `workdays` has
exactly the segments given there, a holiday has none, any other day those of its weekday; `breaks` of the date are taken
out last. A segment that runs over midnight is split: what lies after midnight is of the next day, and closed with it.

An edge is a time on the wall. Of two such moments the first counts; one that the zone skips counts as if the clock had
not yet been put forward (02:30 is then shown as 03:30). Instants are whole seconds since 1970-01-01T00:00Z.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from svc.domain.calendar_file import Reading
from svc.domain.paths import Json
from svc.domain.refusal import Refusal, Text
from svc.domain.spans import DAY, Hours, Span, union, without

ONE: Final = timedelta(days=1)
# Within 28 years each date falls on every weekday.
_CYCLE: Final = range(2000, 2028)

OPEN_WEEKDAY = Text("按每周时段", "as the week says")
CLOSED_WEEKDAY = Text("每周的休息日", "closed every week")
HOLIDAY = Text("放假日", "a holiday")
YEARLY_HOLIDAY = Text("每年放假的日子", "a yearly holiday")
OVERRIDDEN = Text("该日另定时段", "this date has hours of its own")
OVERRIDDEN_CLOSED = Text("该日另定为不上班", "this date is set closed")
BROKEN = Text("该日其间停工", "closed in between on this date")


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar. `years` empty = every year; else any other year is refused.

    `week` Monday first; `yearly` holds (month, day); `late` what runs over midnight from one of `workdays` into a date
    that is not among them. Times of day in seconds, at most 86,400.
    """

    name: str
    zone: tzinfo
    week: tuple[Hours, ...]
    title: Text | None = None
    source: str = ""
    years: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    workdays: Mapping[date, Hours] = field(default_factory=dict)
    late: Mapping[date, Hours] = field(default_factory=dict)
    breaks: Mapping[date, Hours] = field(default_factory=dict)
    _spans: dict[int, Hours] = field(default_factory=dict, compare=False, repr=False)
    _starts: dict[int, int] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_dict(cls, raw: Json, name: str) -> Calendar:
        """Read a calendar document. Refusal (usage) for what the format does not know, and for one never open."""
        reading = Reading(name)
        raw = reading.keys(raw)
        zone, week = reading.zone(raw.get("timezone")), reading.week(raw.get("week"))
        title = Text.from_dict(raw["title"]) if "title" in raw else None
        years = reading.years(raw.get("years"))
        holidays, yearly = reading.holidays(raw.get("holidays", []))
        workdays, late = reading.dated("workdays", raw.get("workdays", {}))
        listed, over = reading.dated("breaks", raw.get("breaks", {}))
        source = str(raw.get("source", ""))
        made = cls(name, zone, week, title, source, years, holidays, yearly, workdays, late, {**listed, **over})
        if not any(made.hours(day) for day in _candidates(made)):
            reading.bad("week", "没有任何工作时间", "there is no open time at all")
        return made

    def hours(self, day: date) -> Hours:
        """The open segments of a local day, in seconds of its clock; Refusal for a year without data."""
        self.covered(day.year)
        if day in self.workdays:
            found = self.workdays[day]
        elif day in self.holidays or (day.month, day.day) in self.yearly:
            found = ()
        else:
            found = self.week[day.weekday()]
            found = union([*found, *self.late[day]]) if day in self.late else found
        return without(found, self.breaks.get(day, ()))

    def why(self, day: date) -> Text:
        """Why the day is open or closed as it is; Refusal for a year without data."""
        hours = self.hours(day)
        if day in self.workdays:
            reason = OVERRIDDEN if hours else OVERRIDDEN_CLOSED
        elif day in self.holidays:
            reason = HOLIDAY
        elif (day.month, day.day) in self.yearly:
            reason = YEARLY_HOLIDAY
        else:
            reason = OPEN_WEEKDAY if self.week[day.weekday()] or day in self.late else CLOSED_WEEKDAY
        if day not in self.breaks:
            return reason
        return Text(f"{reason.zh}；{BROKEN.zh}", f"{reason.en}; {BROKEN.en}")

    def covered(self, year: int) -> None:
        """Refuse a year for which the calendar has no data: make-up days are announced, not guessed."""
        if self.years and year not in self.years:
            known = "、".join(map(str, sorted(self.years)))
            raise Refusal(
                Text(
                    f"日历没有 {year} 年的数据；有：{known}。",
                    f"the calendar has no data for {year}, only for {known}.",
                ),
                where=Text.same(self.name),
                remedy=Text.same(f"svc calendar import {year} {self.name}"),
            )

    def spans(self, day: date) -> Hours:
        """The open instants of a local day; Refusal for a year without data."""
        key = day.toordinal()
        found = self._spans.get(key)
        if found is None:
            found = self._spans[key] = tuple(self._placed(day))
        return found

    def start(self, day: date) -> int:
        """The first instant of a local day."""
        key = day.toordinal()
        found = self._starts.get(key)
        if found is None:
            found = self._starts[key] = int(datetime.combine(day, time(), self.zone).timestamp())
        return found

    def edge(self, day: date, second: int) -> int:
        """The instant at which the local clock shows that second of the day."""
        if second == DAY:
            return self.start(day + ONE)
        local = datetime.combine(day, time()) + timedelta(seconds=second)
        return int(local.replace(tzinfo=self.zone).timestamp())

    def day_of(self, instant: int) -> date:
        """The day in which an instant lies, by where the days begin (a repeated hour never leads back a day)."""
        day = datetime.fromtimestamp(instant, self.zone).date()
        if instant < self.start(day):
            return day - ONE
        return day + ONE if instant >= self.start(day + ONE) else day

    def at(self, instant: int) -> datetime:
        """An instant as an aware datetime in the calendar's zone."""
        return datetime.fromtimestamp(instant, self.zone)

    def _placed(self, day: date) -> Iterator[Span]:
        hours = self.hours(day)
        first, last = self.start(day), self.start(day + ONE)
        if last - first == DAY:
            yield from ((first + a, first + b) for a, b in hours)
            return
        edges = ((max(self.edge(day, a), first), min(self.edge(day, b), last)) for a, b in hours)
        yield from union(edges)


def _candidates(calendar: Calendar) -> Iterator[date]:
    """Days among which one is open if any is."""
    known = calendar.years
    yield from (day for day in calendar.workdays if not known or day.year in known)
    for year in sorted(known) or _CYCLE:
        first = date(year, 1, 1)
        yield from (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
