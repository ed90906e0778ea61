"""Instants, dates and months: their one spelling in files, and the grammar in which people type them.

In files an instant is `YYYY-MM-DDTHH:MM:SS+08:00` (seconds, offset), a date `YYYY-MM-DD`, a month `YYYY-MM`.
The grammar for people is small and strict: what it does not know is refused with its forms, never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown

_INSTANT = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-5][0-9]\Z")
_DATE = pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_MONTH = pattern(r"([0-9]{4})-([0-9]{2})\Z")

_DAY = r"(?:(?P<year>[0-9]{4})-)?(?P<month>[0-9]{2})-(?P<day>[0-9]{2})|(?P<word>今天|昨天|today|yesterday)"
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
_LOCAL = pattern(rf"(?:(?:{_DAY}) +)?{_CLOCK}\Z", re.IGNORECASE)
_DAY_ONLY = pattern(rf"(?:{_DAY})\Z", re.IGNORECASE)
_BACK = pattern(r"-(?P<count>[0-9]{1,5})(?P<unit>[dhm])\Z")
_RFC3339 = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]"
    r"(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(?P<offset>[Zz]|[+-][0-9]{2}:[0-5][0-9])?\Z"
)
T = TypeVar("T")

_YESTERDAY = ("昨天", "yesterday")

# Years outside are slips of the finger; before 1970 zones have offsets that carry seconds.
FIRST_YEAR, LAST_YEAR = 1970, 2999

# Only the full-width block: NFKC at large would also read ① as a digit.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

TIME_FORMS = (
    Text("2026-11-23 15:20  2026-11-23 15:20:05", "2026-11-23 15:20  2026-11-23 15:20:05"),
    Text("11-23 15:20（今年；若在一天以后，则为去年）", "11-23 15:20 (this year; last year if over a day ahead)"),
    Text("15:20（今天）", "15:20 (today)"),
    Text("今天 15:20  昨天 15:20", "today 15:20  yesterday 15:20"),
    Text("-2h  -30m  -1d（两小时前、三十分钟前、一天前）", "-2h  -30m  -1d (hours, minutes, days ago)"),
    Text("2026-11-23T15:20:05+08:00（RFC 3339）", "2026-11-23T15:20:05+08:00 (RFC 3339)"),
)
DATE_FORMS = (
    Text("2026-11-23", "2026-11-23"),
    Text("11-23（今年；若在一天以后，则为去年）", "11-23 (this year; last year if over a day ahead)"),
    Text("今天  昨天", "today  yesterday"),
    Text("-1d（一天前）", "-1d (a day ago)"),
)


def half_width(text: str) -> str:
    """`text` with full-width letters, digits, punctuation and spaces made half-width, edges stripped."""
    return text.translate(_HALF_WIDTH).strip()


def format_instant(moment: datetime) -> str:
    """The spelling of `moment` in files; fractions of a second are dropped. ValueError for a naive one."""
    offset = moment.utcoffset()
    if offset is None or offset % timedelta(minutes=1):
        raise ValueError(f"an instant needs an offset of whole minutes: {moment!r}")
    return moment.replace(microsecond=0).isoformat()


def parse_instant(text: str) -> datetime:
    """The aware datetime that `text` spells as files spell it; Refusal (usage) for anything else."""
    try:
        if _INSTANT.match(text) and not text.endswith("-00:00"):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise _unreadable(text, TIME_FORMS[-1:])


def parse_date(text: str) -> date:
    """The date that `text` spells as `YYYY-MM-DD`; Refusal (usage) for anything else."""
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _unreadable(text, DATE_FORMS[:1])


def parse_month(text: str) -> date:
    """The first day of the month that `text` spells as `YYYY-MM`; Refusal (usage) for anything else."""
    try:
        if _MONTH.match(text):
            return date.fromisoformat(text + "-01")
    except ValueError:
        pass
    raise _unreadable(text, (Text.same("2026-11"),))


def read_time(text: str, now: datetime, tz: tzinfo) -> datetime:
    """The instant a person means by `text` at `now`, in `tz`; whole seconds.

    Without an offset the words are local to `tz`. A local time that the zone skips is refused, one that it has
    twice is the first. Refusal (usage) with all forms for anything outside the grammar.
    """
    words, here = half_width(text), _here(now, tz)
    if (back := _BACK.match(words)) is not None:
        return _sane(_ago(back, here, text), text, TIME_FORMS)
    if (full := _RFC3339.match(words)) is not None:
        return _sane(_absolute(full, tz, text), text, TIME_FORMS)
    if (local := _LOCAL.match(words)) is None:
        raise _unreadable(text, TIME_FORMS)
    hour, minute, second = (int(local[part] or 0) for part in ("hour", "minute", "second"))
    clock = _made(lambda: time(hour, minute, second), text, TIME_FORMS)
    named = local["month"] or local["word"]
    day = _day(local, here, clock, text, TIME_FORMS) if named else here.date()
    return _sane(_made(lambda: at_local(datetime.combine(day, clock), tz, text), text, TIME_FORMS), text, TIME_FORMS)


def read_date(text: str, now: datetime, tz: tzinfo) -> date:
    """The date a person means by `text` at `now`, in `tz`; Refusal (usage) with all forms otherwise."""
    words, here = half_width(text), _here(now, tz)
    if (back := _BACK.match(words)) is not None and back["unit"] == "d":
        day = _made(lambda: here.date() - timedelta(days=int(back["count"])), text, DATE_FORMS)
        return _plausible(day, text, DATE_FORMS)
    if (found := _DAY_ONLY.match(words)) is None:
        raise _unreadable(text, DATE_FORMS)
    return _day(found, here, time(), text, DATE_FORMS)


def at_local(local: datetime, tz: tzinfo, text: str | None = None) -> datetime:
    """The naive `local` in `tz`: the first of two, a Refusal (usage) where the zone skips it."""
    moment = local.replace(tzinfo=tz, fold=0)
    if moment.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != local:
        typed = shown(text if text is not None else local.isoformat(" "))
        what = Text(f"当地没有这个时刻（时钟在此拨快）：{typed}", f"the clocks skip this local time: {typed}")
        raise Refusal(what, exit=Exit.USAGE)
    return moment


def local_date(moment: datetime, tz: tzinfo) -> date:
    """The calendar day of `moment` in `tz`."""
    return moment.astimezone(tz).date()


def in_zone(moment: datetime, tz: tzinfo) -> datetime:
    """`moment` as a clock in `tz` shows it; at the edge of the years that computers know, as it is."""
    try:
        return moment.astimezone(tz)
    except OverflowError:
        return moment


def at_second(seconds: int, tz: tzinfo) -> datetime:
    """The instant so many seconds after 1970-01-01T00:00Z, in `tz`; beyond the years computers know, the last one."""
    try:
        return datetime.fromtimestamp(seconds, tz)
    except (ValueError, OverflowError, OSError):
        return (datetime.max if seconds > 0 else datetime.min).replace(microsecond=0, tzinfo=UTC)


def day_start(day: date, tz: tzinfo) -> datetime:
    """The first instant of the local `day`; where the zone skips midnight, the instant after the gap."""
    midnight = datetime.combine(day, time(), tz)
    return midnight.astimezone(UTC).astimezone(tz)


def day_end(day: date, tz: tzinfo) -> datetime:
    """24:00 of the local `day` = the first instant that is no longer in it; every instant of the day lies before."""
    return day_start(day + timedelta(days=1), tz)


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later (earlier when negative), clamped to the end of that month; ValueError
    beyond the years that dates know.

    Counting months is inclusive: a term of 12 months from 2026-01-15 covers 2027-01-15 as its last day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _here(now: datetime, tz: tzinfo) -> datetime:
    if now.utcoffset() is None:
        raise ValueError("now must be aware")
    return now.astimezone(tz).replace(microsecond=0)


def _ago(found: re.Match[str], here: datetime, text: str) -> datetime:
    """Hours and minutes are real time; days keep the clock time."""
    count, unit = int(found["count"]), found["unit"]
    if unit == "d":
        day = _made(lambda: here.date() - timedelta(days=count), text, TIME_FORMS)
        return here if count == 0 else at_local(datetime.combine(day, here.time()), here.tzinfo or UTC, text)
    length = timedelta(hours=count) if unit == "h" else timedelta(minutes=count)
    return (here.astimezone(UTC) - length).astimezone(here.tzinfo)


def _absolute(found: re.Match[str], tz: tzinfo, text: str) -> datetime:
    offset = (found["offset"] or "").upper().replace("Z", "+00:00")
    spelled = f"{found['date']}T{found['clock']}{offset}"
    moment = _made(lambda: datetime.fromisoformat(spelled), text, TIME_FORMS)
    return _made(lambda: moment.astimezone(tz) if offset else at_local(moment, tz, text), text, TIME_FORMS)


def _day(found: re.Match[str], here: datetime, clock: time, text: str, forms: tuple[Text, ...]) -> date:
    """The day of `found`; without a year this year's, or last year's when that lies more than a day ahead."""
    if found["word"]:
        return here.date() - timedelta(days=1 if found["word"].lower() in _YESTERDAY else 0)
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return _plausible(_made(lambda: date(int(found["year"]), month, day), text, forms), text, forms)
    nearest = _made(lambda: date(here.year, month, day), text, forms)
    if datetime.combine(nearest, clock) - here.replace(tzinfo=None) > timedelta(days=1):
        return _made(lambda: date(here.year - 1, month, day), text, forms)
    return nearest


def _plausible(day: date, text: str, forms: tuple[Text, ...]) -> date:
    if not 1900 <= day.year <= LAST_YEAR:
        raise _unreadable(text, forms)
    return day


def _sane(moment: datetime, text: str, forms: tuple[Text, ...]) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _unreadable(text, forms)
    return moment


def _made(make: Callable[[], T], text: str, forms: tuple[Text, ...]) -> T:
    """`make()`, or the refusal when no calendar or clock has such a value."""
    try:
        return make()
    except (ValueError, OverflowError):
        raise _unreadable(text, forms) from None


def _unreadable(text: str, forms: tuple[Text, ...]) -> Refusal:
    typed = shown(text)
    what = Text(f"看不懂这个时间：“{typed}”。可以写：", f"cannot read this time: “{typed}”. It may be written:")
    return Refusal(what, exit=Exit.USAGE, details=forms)
