"""How long a clock gives: the due instant of its limit or target, in elapsed time or in a calendar's, and why.

Hours and minutes are exact: of elapsed time, or of open time where a calendar is named. N days end on the Nth following
day (open day), the first not counted, at its 24:00 unless `until` says otherwise. Time in the states of `pauses` does
not count; of a day at least a moment must count. A time agreed on (`extends`) stands in place of the reckoned one.
What cannot be reckoned is not guessed: no due instant, and the setting that nobody has set or the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from svc.domain.calendar import Calendar
from svc.domain.case import Case
from svc.domain.paths import MISSING, Json
from svc.domain.refusal import Refusal, Text
from svc.domain.spans import DAY
from svc.domain.times import day_end
from svc.domain.typed import amount, typed
from svc.domain.working_time import MIDNIGHT, Pauses, Stretch, course, days, due

_SECONDS: Final = {"minutes": 60, "hours": 3600}
UNITS: Final = (*_SECONDS, "days")


class Limit(NamedTuple):
    """A limit or target reckoned from `start`. `due` None: `unset` names the setting nobody has set, `why` says more."""

    start: datetime
    due: datetime | None = None
    unset: str | None = None
    why: Text | None = None
    calendar: Calendar | None = None
    pauses: Pauses = ()
    agreed: bool = False

    def course(self, zone: tzinfo) -> Iterator[Stretch]:
        """How the due time came out, instant by instant; nothing where it was agreed or not reckoned."""
        if self.due is None or self.agreed or self.due < self.start:
            return iter(())
        return course(self.calendar or always(zone), self.start, self.due, self.pauses)


def reckon(raw: Mapping[str, Json], start: datetime, case: Case, now: datetime) -> Limit:
    """The limit `raw` of a flow from `start`; pauses that still last are known up to `now`."""
    agreed = _last(case, raw["extends"]) if "extends" in raw else None
    if agreed is not None:
        return Limit(start, agreed, agreed=True)
    if "due" in raw:
        return Limit(start, _moment(case.value(raw["due"]), case), agreed=True)
    unit, count, unset = _length(raw, start, case)
    if count is None:
        return Limit(start, unset=unset)
    name, unset = _named(raw.get("calendar"), start, case)
    if unset:
        return Limit(start, unset=unset)
    pauses = tuple(_pauses(raw.get("pauses", ()), case, now))
    if not (name or pauses or "until" in raw):
        return Limit(start, _elapsed(start, unit, count, case.scene.zone))
    try:
        calendar = case.scene.calendars[name] if name else always(case.scene.zone)
        return Limit(start, _ends(start, unit, count, calendar, pauses, raw), calendar=calendar, pauses=pauses)
    except KeyError:
        return Limit(start, unset=_owner(raw), why=Text(f"没有日历 {name}", f"there is no calendar {name}"))
    except Refusal as refusal:
        return Limit(start, unset=_owner(raw), why=refusal.what)


@lru_cache(maxsize=8)
def always(zone: tzinfo) -> Calendar:
    """The calendar of elapsed time: open day and night."""
    return Calendar("24h", zone, (((0, DAY),),) * 7)


def _elapsed(start: datetime, unit: str, count: Decimal, zone: tzinfo) -> datetime:
    if unit in _SECONDS:
        return start + timedelta(seconds=int(count * _SECONDS[unit]))
    return day_end(start.astimezone(zone).date() + timedelta(days=int(count)), zone)


def _ends(
    start: datetime, unit: str, count: Decimal, calendar: Calendar, pauses: Pauses, raw: Mapping[str, Json]
) -> datetime:
    if unit in _SECONDS:
        return due(calendar, start, int(count * _SECONDS[unit]), pauses)
    return days(calendar, start, int(count), raw.get("until", MIDNIGHT), pauses)


def _length(raw: Mapping[str, Json], start: datetime, case: Case) -> tuple[str, Decimal | None, str | None]:
    """Unit and number; or the setting that is not set."""
    if "setting" in raw:
        found = case.scene.setting(raw["setting"], start)
        return raw["unit"], amount(found), raw["setting"] if found is MISSING else None
    if "field" in raw:
        return raw["unit"], amount(case.value(raw["field"])), None
    unit = next(unit for unit in UNITS if unit in raw)
    return unit, Decimal(raw[unit]), None


def _named(raw: Json, start: datetime, case: Case) -> tuple[str | None, str | None]:
    """The name of the calendar, as in force at the start; or the setting that has to name it."""
    if not isinstance(raw, Mapping):
        return raw, None
    found = case.scene.setting(raw["setting"], start)
    return (None, raw["setting"]) if found is MISSING else (str(found), None)


def _owner(raw: Mapping[str, Json]) -> str | None:
    """The setting to look at when a calendar is of no use: the one that names it, else the calendar's own."""
    named = raw.get("calendar")
    if named is None:
        return None
    return str(named["setting"]) if isinstance(named, Mapping) else f"calendar.{named}"


def _pauses(states: Json, case: Case, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From when to when the record stood in one of the states, by its live steps; the last stay lasts until now."""
    since: datetime | None = None
    for entry in case.log if states else ():
        at = datetime.fromisoformat(entry.at)
        if since is None and entry.to in states:
            since = at
        elif since is not None and entry.to not in states:
            yield since, at
            since = None
    if since is not None and since < now:
        yield since, now


def _last(case: Case, path: str) -> datetime | None:
    """The time agreed on last, where one was."""
    found = case.value(path)
    if isinstance(found, list):
        found = found[-1] if found else MISSING
    return _moment(found, case)


def _moment(value: Json, case: Case) -> datetime | None:
    """An instant, or 24:00 of a date."""
    found = typed(value) if value is not MISSING else None
    if isinstance(found, datetime):
        return found
    return day_end(found, case.scene.zone) if isinstance(found, date) else None
