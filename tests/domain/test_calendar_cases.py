"""A table of clock questions and answers, each worked out twice without the code under test.

`clock_cases.csv` holds the cases. `by` says where an answer comes from: `reference` = the slow code below, which marks
every single minute open or closed and then counts minutes; `hand` = worked out on paper as `note` tells, and found by the
reference too; `paper` = on paper alone, because the reference knows no seconds.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svc.domain.calendar import Calendar
from svc.domain.clock_case import OPS, answer
from svc.domain.refusal import Refusal

OFFICE = ["08:00-12:00", "13:30-17:30"]
NINE_TO_FIVE = ["09:00-17:00"]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKDAYS, "sat", "sun")


def on(days: Sequence[str], segments: list[str]) -> dict[str, list[str]]:
    """The same segments on each of the days."""
    return {day: segments for day in days}


CALENDARS: dict[str, dict[str, Any]] = {
    # Two halves of a day, an ordinary week; holidays, make-up days, an odd closed day, half days.
    "office": {
        "timezone": "Asia/Shanghai",
        "week": on(WORKDAYS, OFFICE),
        "holidays": ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07", "01-01", "02-29"],
        "workdays": {
            "2026-10-10": OFFICE,
            "2026-09-20": ["08:00-12:00"],
            "2026-11-25": [],
            "2026-10-02": ["10:00-11:00"],
        },
        "breaks": {
            "2026-11-24": ["09:00-10:15", "16:00-24:00"],
            "2026-11-26": ["00:00-24:00"],
            "2026-10-10": ["08:00-09:00"],
        },
    },
    # The promise of seven days and eight hours: no rest days.
    "service": {"timezone": "Asia/Shanghai", "week": on(EVERY_DAY, OFFICE)},
    "always": {"timezone": "Europe/Berlin", "week": on(EVERY_DAY, ["00:00-24:00"])},
    "newyork": {
        "timezone": "America/New_York",
        "week": on(WORKDAYS, NINE_TO_FIVE) | {"sun": ["00:00-04:00", "12:00-16:00"]},
        "holidays": ["12-25", "07-04", "2026-11-26"],
    },
    "nights": {"timezone": "Europe/Berlin", "week": on(EVERY_DAY, ["22:00-06:00"]), "holidays": ["12-25"]},
    "lordhowe": {"timezone": "Australia/Lord_Howe", "week": on(EVERY_DAY, ["01:00-03:00", "09:00-17:00"])},
    # Opens and closes inside the hours that spring skips and autumn repeats.
    "edges": {"timezone": "America/New_York", "week": {"sun": ["01:30-02:30", "02:45-05:00"], "sat": ["23:00-24:00"]}},
    "kathmandu": {"timezone": "Asia/Kathmandu", "week": on(("sun", *WORKDAYS), ["10:00-17:00"])},
    "covered": {"timezone": "Asia/Shanghai", "years": [2026], "week": on(WORKDAYS, OFFICE)},
    # One night shift set for one date, another date cut short in the middle of the night.
    "special": {
        "timezone": "Asia/Shanghai",
        "week": {"mon": OFFICE, "tue": OFFICE},
        "workdays": {"2026-06-06": ["20:00-02:00"], "2026-06-13": ["22:00-06:00"], "2026-06-14": ["10:00-12:00"]},
        "breaks": {"2026-06-13": ["23:00-01:00"]},
        "holidays": ["2026-06-09"],
    },
    "apia": {"timezone": "Pacific/Apia", "week": on(EVERY_DAY, ["08:00-16:00"])},
    "stjohns": {"timezone": "America/St_Johns", "week": on(EVERY_DAY, ["00:00-01:00", "23:00-24:00"])},
    "cairo": {"timezone": "Africa/Cairo", "week": on(EVERY_DAY, ["00:00-02:00", "22:00-24:00"])},
}

CASES = Path(__file__).with_name("clock_cases.csv")


def cases() -> list[dict[str, str]]:
    """The rows of the table."""
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def question(row: Mapping[str, str]) -> dict[str, Any]:
    """A row as a line of a batch: `given` is an end, a number of seconds or of days; pauses are `A..B A..B`."""
    asked: dict[str, Any] = {"op": row["op"], "start": row["start"]}
    if row["op"] == "elapsed":
        asked["end"] = row["given"]
    elif row["op"] == "days":
        count, _, until = row["given"].partition(" ")
        asked.update(days=int(count), until=until)
    elif row["op"] != "open":
        asked["seconds"] = _seconds(row["given"])
    asked["pauses"] = [pause.split("..") for pause in row["pauses"].split()]
    return asked


def _seconds(text: str) -> int:
    """`1h30m15s` as seconds."""
    total, number = 0, ""
    for char in text:
        if char.isdigit():
            number += char
        else:
            total, number = total + int(number) * {"h": 3600, "m": 60, "s": 1}[char], ""
    return total


# ── the reference: minute by minute ───────────────────────────────────────────────────────────────────────────────

MINUTE = timedelta(minutes=1)
ONE = timedelta(days=1)


@lru_cache(maxsize=4096)
def faces(zone: str, day: date) -> tuple[dict[int, datetime], int]:
    """What the wall clock shows on a local day, by watching it: minute of the day -> the first UTC minute that shows
    it; and by how many minutes it jumps forward."""
    tz = ZoneInfo(zone)
    around = datetime(day.year, day.month, day.day, 12, tzinfo=tz).astimezone(UTC)
    minute, last = around - timedelta(hours=16), around + timedelta(hours=16)
    first: dict[int, datetime] = {}
    jump, before = 0, minute.astimezone(tz).replace(tzinfo=None)
    while minute < last:
        minute += MINUTE
        local = minute.astimezone(tz).replace(tzinfo=None)
        if local.date() == day:
            first.setdefault(local.hour * 60 + local.minute, minute)
        jump = max(jump, int((local - before) / MINUTE) - 1)
        before = local
    return first, jump


def moment(zone: str, day: date, minute: int) -> datetime:
    """The UTC minute at which the clock first shows that minute of the day; skipped, so much later as it jumped."""
    if minute >= 24 * 60:
        return moment(zone, day + ONE, minute - 24 * 60)
    first, jump = faces(zone, day)
    return first[minute] if minute in first else moment(zone, day, minute + jump)


def minutes_of(segment: str) -> tuple[int, int]:
    """`08:00-12:00` in minutes of the day; an end before the start lies on the next day."""
    (a, b), (c, d) = (map(int, edge.split(":")) for edge in segment.split("-"))
    return a * 60 + b, c * 60 + d + (24 * 60 if (c, d) < (a, b) else 0)


def listed(segments: list[str], before: list[str]) -> list[tuple[int, int]]:
    """The segments of a day up to midnight, and what the day before sends over midnight."""
    today = [(a, min(b, 24 * 60)) for a, b in map(minutes_of, segments)]
    return today + [(0, b - 24 * 60) for _, b in map(minutes_of, before) if b > 24 * 60]


def marked(raw: Mapping[str, Any], day: date) -> set[datetime]:
    """The open UTC minutes of one local day."""
    week, workdays, zone = raw["week"], raw.get("workdays", {}), raw["timezone"]
    yesterday = day - ONE
    if raw.get("years") and day.year not in raw["years"]:
        raise LookupError(day.year)
    if not faces(zone, day)[0]:
        return set()
    sent = workdays.get(str(yesterday), [])
    if str(day) in workdays:
        segments = listed(workdays[str(day)], sent)
    elif {str(day), f"{day:%m-%d}"} & set(raw.get("holidays", [])):
        segments = []
    else:
        segments = listed(week.get(EVERY_DAY[day.weekday()], []), week.get(EVERY_DAY[yesterday.weekday()], []))
        segments += listed([], sent)
    breaks = listed(raw.get("breaks", {}).get(str(day), []), raw.get("breaks", {}).get(str(yesterday), []))
    return spread(zone, day, segments) - spread(zone, day, breaks)


def spread(zone: str, day: date, segments: list[tuple[int, int]]) -> set[datetime]:
    """Every UTC minute in the segments of one local day."""
    found: set[datetime] = set()
    midnight = moment(zone, day, 24 * 60)
    for a, b in segments:
        minute, end = moment(zone, day, a), moment(zone, day, b)
        while minute < min(end, midnight):
            found.add(minute)
            minute += MINUTE
    return found


def reference(raw: Mapping[str, Any], asked: Mapping[str, Any]) -> datetime | int:
    """The answer to a question in whole minutes, by counting minutes."""
    tz = ZoneInfo(raw["timezone"])

    def instant(text: str) -> datetime:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=tz)).astimezone(UTC)

    start = instant(asked["start"])
    pauses = [(instant(a), instant(b)) for a, b in asked["pauses"]]

    def opened(day: date) -> set[datetime]:
        return {m for m in marked(raw, day) if not any(a <= m < b for a, b in pauses)}

    local = start.astimezone(tz)
    if asked["op"] == "days":
        return _reference_days(raw, asked, local, opened)
    if asked["op"] == "elapsed":
        end = instant(asked["end"])
        last = (end - MINUTE).astimezone(tz).date() + (timedelta(0) if raw.get("years") else ONE)
        looked = (local.date() + n * ONE for n in range((last - local.date()).days + 1))
        return 60 * sum(1 for day in looked for m in opened(day) if start <= m < end)
    if asked["op"] != "back":
        # A question is answered within two years, or the case is wrong.
        later = (m for n in range(750) for m in sorted(opened(local.date() + n * ONE)) if m >= start)
        return next(later) if asked["op"] == "open" else _nth(later, asked["seconds"] // 60, start - MINUTE) + MINUTE
    begin = local.date() + (timedelta(0) if raw.get("years") else ONE)
    earlier = (m for n in range(750) for m in sorted(opened(begin - n * ONE), reverse=True) if m < start)
    return _nth(earlier, asked["seconds"] // 60, start)


def _nth(minutes: Iterator[datetime], count: int, none: datetime) -> datetime:
    """The `count`-th of the minutes; `none` for no minute at all."""
    return next(m for n, m in enumerate(minutes, 1) if n == count) if count else none


def _reference_days(
    raw: Mapping[str, Any], asked: Mapping[str, Any], local: datetime, opened: Callable[[date], set[datetime]]
) -> datetime:
    day = local.date()
    for _ in range(asked["days"]):
        day += ONE
        while not opened(day):
            day += ONE
    if asked["until"] == "closing":
        return max(opened(day)) + MINUTE
    return moment(raw["timezone"], day, 24 * 60 if asked["until"] == "midnight" else local.hour * 60 + local.minute)


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────


ROWS = cases()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_calendar_answers(row: Mapping[str, str]) -> None:
    calendar = Calendar.from_dict(CALENDARS[row["calendar"]], row["calendar"])
    if row["value"] == "refused":
        with pytest.raises(Refusal):
            answer(question(row), calendar)
        return
    assert str(answer(question(row), calendar)) == row["value"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["by"] != "paper"], ids=lambda row: row["id"])
def test_reference_answers(row: Mapping[str, str]) -> None:
    """The table is what the slow code says too: an answer is never only what the code under test came to."""
    raw = CALENDARS[row["calendar"]]
    if row["value"] == "refused":
        with pytest.raises(LookupError):
            reference(raw, question(row))
        return
    found = reference(raw, question(row))
    if isinstance(found, datetime):
        found = found.astimezone(ZoneInfo(raw["timezone"])).isoformat()  # type: ignore[assignment]
    assert str(found) == row["value"]


def test_table_is_large_and_covers_every_question() -> None:
    assert len(ROWS) >= 150
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert {row["op"] for row in ROWS} == set(OPS)
    assert {row["calendar"] for row in ROWS} == set(CALENDARS)
    assert {row["by"] for row in ROWS} == {"hand", "reference", "paper"}
    assert all(row["note"] for row in ROWS if row["by"] != "reference")
