"""The parts of a calendar document, read strictly: every complaint names the calendar and the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.spans import DAY, Hours, Span, union
from svc.domain.times import FIRST_YEAR, LAST_YEAR

KEYS: Final = ("title", "source", "timezone", "years", "week", "holidays", "workdays", "breaks")
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK: Final = r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?"
_SEGMENT: Final = pattern(rf"{_CLOCK}-(?:{_CLOCK}|(24:00))\Z")
_DATE: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_YEARLY: Final = pattern(r"[0-9]{2}-[0-9]{2}\Z")
_LEAP: Final = 2000
_ONE: Final = timedelta(days=1)

Dated = dict[date, Hours]


class Reading:
    """Reads the parts of one calendar document. Refusal (usage) for anything the format does not know."""

    def __init__(self, name: str) -> None:
        self.name = name

    def keys(self, raw: Json) -> Mapping[str, Json]:
        """The document itself: a mapping without unknown keys."""
        if not isinstance(raw, Mapping):
            self.bad("", "须为一组键值", "must be a mapping")
        for key in raw:
            if key not in KEYS:
                known = " ".join(KEYS)
                self.bad(shown(str(key)), f"没有这个键；有：{known}", f"no such key; there are: {known}")
        return raw

    def zone(self, raw: Json) -> ZoneInfo:
        """`timezone`: a name of the IANA database."""
        try:
            if isinstance(raw, str) and raw:
                return ZoneInfo(raw)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        typed = shown(str(raw))
        self.bad("timezone", f"没有时区 {typed}", f"there is no time zone {typed}")

    def years(self, raw: Json) -> frozenset[int]:
        """`years`: the years with data; absent = every year."""
        if raw is None:
            return frozenset()
        known = range(FIRST_YEAR, LAST_YEAR + 1)
        if not isinstance(raw, list) or not raw or any(type(year) is not int or year not in known for year in raw):
            self.bad("years", "须为年份的列表", "must be a list of years")
        return frozenset(raw)

    def week(self, raw: Json) -> tuple[Hours, ...]:
        """`week`: the hours of each weekday, Monday first, what runs over midnight on the day it runs into."""
        if not isinstance(raw, Mapping):
            self.bad("week", "缺少每周的时段", "lacks the segments of the week")
        for key in raw:
            if key not in WEEK:
                self.bad(f"week.{shown(str(key))}", f"星期写作 {' '.join(WEEK)}", f"weekdays are {' '.join(WEEK)}")
        split = [self._split(f"week.{day}", raw.get(day, [])) for day in WEEK]
        return tuple(union([*split[n][0], *split[n - 1][1]]) for n in range(len(WEEK)))

    def dated(self, key: str, raw: Json) -> tuple[Dated, Dated]:
        """`workdays` or `breaks`: the hours of each date listed; and, of dates not listed, what runs over into them."""
        if not isinstance(raw, Mapping):
            self.bad(key, "须为 日期: 时段", "must be date: segments")
        split = {self.date(f"{key}.{day}", day): self._split(f"{key}.{day}", spans) for day, spans in raw.items()}
        after = {day + _ONE: union(late) for day, (_, late) in split.items() if late}
        listed = {day: union([*early, *after.get(day, ())]) for day, (early, _) in split.items()}
        return listed, {day: late for day, late in after.items() if day not in split}

    def holidays(self, raw: Json) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
        """`holidays`: dates, and (month, day) of every year."""
        if not isinstance(raw, list):
            self.bad("holidays", "须为日期的列表", "must be a list of dates")
        days: set[date] = set()
        yearly: set[tuple[int, int]] = set()
        for n, one in enumerate(raw):
            if isinstance(one, str) and _YEARLY.match(one):
                there = self.date(f"holidays.{n}", f"{_LEAP}-{one}")
                yearly.add((there.month, there.day))
            else:
                days.add(self.date(f"holidays.{n}", one))
        return frozenset(days), frozenset(yearly)

    def date(self, key: str, raw: Json) -> date:
        """One date, `YYYY-MM-DD`."""
        try:
            if isinstance(raw, str) and _DATE.match(raw):
                return date.fromisoformat(raw)
        except ValueError:
            pass
        self.bad(key, f"不是日期：{shown(str(raw))}", f"no date: {shown(str(raw))}")

    def bad(self, key: str, zh: str, en: str) -> NoReturn:
        """Refuse the document."""
        raise Refusal(
            Text(f"日历读不懂：{zh}。", f"cannot read the calendar: {en}."),
            exit=Exit.USAGE,
            where=Text.same(f"{self.name} {key}".strip()),
            remedy=Text.same("svc calendar show cn-working -O yaml"),
        )

    def _split(self, key: str, raw: Json) -> tuple[list[Span], list[Span]]:
        """The segments up to midnight, and what of them lies after midnight."""
        if not isinstance(raw, list):
            self.bad(key, "须为时段的列表", "must be a list of segments")
        spans = [self._segment(key, one) for one in raw]
        return [(a, b if a < b else DAY) for a, b in spans], [(0, b) for a, b in spans if b < a]

    def _segment(self, key: str, raw: Json) -> Span:
        found = _SEGMENT.match(raw) if isinstance(raw, str) else None
        if found is None:
            typed = shown(str(raw))
            self.bad(key, f"时段写作 08:00-12:00，不是 {typed}", f"a segment is written 08:00-12:00, not {typed}")
        a = _second(found.group(1, 2, 3))
        b = DAY if found[7] else _second(found.group(4, 5, 6))
        if a == b:
            self.bad(key, f"时段没有长短：{found[0]}", f"a segment without length: {found[0]}")
        return a, b


def _second(parts: Sequence[str | None]) -> int:
    hour, minute, second = (int(part or 0) for part in parts)
    return hour * 3600 + minute * 60 + second
