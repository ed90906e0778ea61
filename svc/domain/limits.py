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
from svc.domain.paths import MISSING, Json, get
from svc.domain.record import Entry
from svc.domain.refusal import Refusal, Text
from svc.domain.spans import DAY
from svc.domain.times import FIRST_YEAR, LAST_YEAR, day_end
from svc.domain.told import entries
from svc.domain.typed import amount, typed
from svc.domain.working_time import MIDNIGHT, PAUSED, Stretch, course, day_course, days, due

_SECONDS: Final = {"minutes": 60, "hours": 3600}
DAYS: Final = "days"
UNITS: Final = (*_SECONDS, DAYS)
BEYOND = Text(f"超出 {FIRST_YEAR} 至 {LAST_YEAR} 年。", f"it lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")


class Pause(NamedTuple):
    """A stay in a state whose time does not count, since the step that led there; `lasts`: known up to `end` only."""

    begin: datetime
    end: datetime
    state: Text
    entry: Entry
    lasts: bool = False

    @property
    def why(self) -> Text:
        """The state, and the reason given for it."""
        reason = self.entry.reason
        zh, en = (f"（{reason}）", f" ({reason})") if reason else ("", "")
        return Text(f"{PAUSED.zh}，{self.state.zh}{zh}", f"{PAUSED.en}, {self.state.en}{en}")


class Limit(NamedTuple):
    """A limit or target reckoned from `start`. `due` None: `unset` names the setting nobody has set; where it is not
    that, `why` says what keeps it from being reckoned, `remedy` what to do.

    `number` of `unit` (hours, minutes, days) as the flow, a setting or a field gives it; `until` says when on the last
    day. `agreed`: the due time was not reckoned, a field holds it.
    """

    start: datetime
    due: datetime | None = None
    unset: str | None = None
    why: Text | None = None
    remedy: Text | None = None
    unit: str = ""
    number: Decimal | None = None
    until: str = MIDNIGHT
    calendar: Calendar | None = None
    pauses: tuple[Pause, ...] = ()
    agreed: bool = False

    def course(self, zone: tzinfo) -> Iterator[Stretch]:
        """How the due time came out, instant by instant (days: day by day); nothing where it was agreed or not
        reckoned."""
        if self.due is None or self.number is None or self.agreed or self.due < self.start:
            return
        calendar = self.calendar or always(zone)
        held = [(pause.begin, pause.end) for pause in self.pauses]
        whole = self.unit == DAYS
        told = day_course(calendar, self.start, int(self.number), held) if whole else None
        for stretch in told or course(calendar, self.start, self.due, held):
            yield from self._named(stretch) if stretch.why == PAUSED else (stretch,)

    def _named(self, stretch: Stretch) -> Iterator[Stretch]:
        """A paused stretch by the states in which it was paused."""
        for pause in self.pauses:
            begin, end = max(stretch.begin, pause.begin), min(stretch.end, pause.end)
            if begin < end:
                yield stretch._replace(begin=begin, end=end, why=pause.why)


def reckon(raw: Mapping[str, Json], start: datetime, case: Case, now: datetime) -> Limit:
    """The limit `raw` of a flow from `start`; pauses that still last are known up to `now`."""
    agreed = _last(case, raw["extends"]) if "extends" in raw else None
    if agreed is not None:
        return Limit(start, agreed, agreed=True)
    if "due" in raw:
        moment = _moment(case.value(raw["due"]), case)
        return Limit(start, moment, why=None if moment else _nothing(raw["due"], case), agreed=True)
    return _reckoned(raw, start, case, now)


def unagreed(raw: Mapping[str, Json], start: datetime, case: Case, now: datetime) -> Limit:
    """The limit as it would be without what was agreed on (`extends`)."""
    return reckon({word: value for word, value in raw.items() if word != "extends"}, start, case, now)


def agreements(raw: Mapping[str, Json], case: Case) -> Iterator[tuple[Entry, datetime]]:
    """Every time agreed on (`extends`) in this very record, with the step that gave it, oldest first."""
    for entry in case.log:
        for part in (entry.gave, entry.filled, entry.added):
            moment = _latest(get(part, raw["extends"]), case)
            if moment is not None:
                yield entry, moment


@lru_cache(maxsize=8)
def always(zone: tzinfo) -> Calendar:
    """The calendar of elapsed time: open day and night."""
    return Calendar("24h", zone, (((0, DAY),),) * 7)


def _reckoned(raw: Mapping[str, Json], start: datetime, case: Case, now: datetime) -> Limit:
    unit, count, unset = _length(raw, start, case)
    made = Limit(start, unit=unit, number=count, unset=unset, until=raw.get("until", MIDNIGHT))
    if count is None:
        return made if unset else made._replace(why=_nothing(raw.get("field", raw.get("setting")), case))
    name, unset = _named(raw.get("calendar"), start, case)
    if unset:
        return made._replace(unset=unset)
    pauses = tuple(_pauses(raw.get("pauses", ()), case, now))
    try:
        if not (name or pauses or "until" in raw):
            return made._replace(due=_elapsed(start, unit, count, case.scene.zone))
        made = made._replace(pauses=pauses, calendar=case.scene.calendars[name] if name else None)
        return made._replace(due=_ends(made, count, case.scene.zone))
    except KeyError:
        why = Text(f"没有日历 {name}。", f"there is no calendar {name}.")
        return made._replace(unset=_owner(raw), why=why, remedy=Text.same("svc calendar list"))
    except Refusal as refusal:
        return made._replace(unset=_owner(raw), why=refusal.what, remedy=refusal.remedy)
    except OverflowError:
        return made._replace(why=BEYOND)


def _elapsed(start: datetime, unit: str, count: Decimal, zone: tzinfo) -> datetime:
    if unit in _SECONDS:
        return _sane(start + timedelta(seconds=int(count * _SECONDS[unit])))
    return _sane(day_end(start.astimezone(zone).date() + timedelta(days=int(count)), zone))


def _ends(made: Limit, count: Decimal, zone: tzinfo) -> datetime:
    calendar = made.calendar or always(zone)
    held = [(pause.begin, pause.end) for pause in made.pauses]
    if made.unit in _SECONDS:
        return due(calendar, made.start, int(count * _SECONDS[made.unit]), held)
    return days(calendar, made.start, int(count), made.until, held)


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


def _nothing(path: str, case: Case) -> Text:
    """Words for a field or setting that holds no time or number that could be used."""
    info = case.form.schema.info(path)
    title = info.title if info else Text.same(path)
    return Text(f"“{title.zh}”没有可用的值。", f'"{title.en}" holds nothing to reckon with.')


def _owner(raw: Mapping[str, Json]) -> str | None:
    """The setting to look at when a calendar is of no use: the one that names it, else the calendar's own."""
    named = raw.get("calendar")
    if named is None:
        return None
    return str(named["setting"]) if isinstance(named, Mapping) else f"calendar.{named}"


def _pauses(states: Json, case: Case, now: datetime) -> Iterator[Pause]:
    """The stays of the record in one of the states, by its live steps and what a migration tells; the last one lasts
    until now."""
    held: Pause | None = None
    for entry in entries(case.form, case.log) if states else ():
        at = datetime.fromisoformat(entry.at)
        if held is not None and entry.to != held.entry.to:
            yield held._replace(end=at)
            held = None
        if held is None and entry.to in states:
            known = case.form.states.get(entry.to)
            held = Pause(at, at, known.title if known else Text.same(entry.to), entry)
    if held is not None and held.begin < now:
        yield held._replace(end=now, lasts=True)


def _last(case: Case, path: str) -> datetime | None:
    """The time agreed on last, where one was."""
    return _latest(case.value(path), case)


def _latest(found: Json, case: Case) -> datetime | None:
    if isinstance(found, list):
        found = found[-1] if found else MISSING
    return _moment(found, case)


def _moment(value: Json, case: Case) -> datetime | None:
    """An instant, or 24:00 of a date; nothing outside the years that are known here."""
    found = typed(value) if value is not MISSING else None
    if not isinstance(found, date) or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found if isinstance(found, datetime) else day_end(found, case.scene.zone)


def _sane(moment: datetime) -> datetime:
    """The instant; OverflowError outside the years that are known here."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise OverflowError(moment.year)
    return moment
