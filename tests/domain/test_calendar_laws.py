"""What holds for every calendar: sums, mirror images, day counts, and months, against counting second by second."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from svc.domain.calendar import Calendar
from svc.domain.spans import union, without
from svc.domain.times import add_months, day_end
from svc.domain.working_time import MIDNIGHT, back, course, day_course, days, due, elapsed, first_open

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Around both changes of the clocks in the north and the south, a year's end, a leap day.
FIRST_DAYS = (
    "2026-03-06",
    "2026-03-27",
    "2026-04-03",
    "2026-10-02",
    "2026-10-23",
    "2026-10-30",
    "2026-12-29",
    "2028-02-27",
)
SPAN = 6


def segment(edges: tuple[int, int]) -> str:
    """Two quarters of an hour of the day as a segment; the first may be the later one: over midnight."""
    a, b = edges
    end = "24:00" if b == 96 else f"{b // 4:02d}:{b % 4 * 15:02d}"
    return f"{a // 4:02d}:{a % 4 * 15:02d}-{end}"


segments = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda pair: pair[0] != pair[1]).map(segment), max_size=3
)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Calendar, datetime, datetime, list[tuple[datetime, datetime]]]:
    """A calendar with exceptions on a few days, two instants within them, and pauses."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    first = date.fromisoformat(draw(st.sampled_from(FIRST_DAYS)))
    dates = [str(first + timedelta(days=n)) for n in range(SPAN)]
    some = st.sampled_from(dates)
    week = draw(st.fixed_dictionaries({day: segments for day in WEEK}))
    week[WEEK[first.weekday()]] = week[WEEK[first.weekday()]] or ["00:15-23:45"]
    raw = {
        "timezone": zone.key,
        "week": week,
        "holidays": draw(st.lists(some | some.map(lambda day: day[5:]), max_size=2)),
        "workdays": draw(st.dictionaries(some, segments, max_size=2)),
        "breaks": draw(st.dictionaries(some, segments, max_size=2)),
    }
    begin = int(datetime(first.year, first.month, first.day, tzinfo=zone).timestamp())
    seconds = st.integers(begin, begin + SPAN * 86400).map(lambda second: datetime.fromtimestamp(second, zone))
    pauses = [tuple(sorted(pair)) for pair in draw(st.lists(st.tuples(seconds, seconds), max_size=2))]
    a, b = sorted((draw(seconds), draw(seconds)))
    return Calendar.from_dict(raw, "drawn"), a, b, pauses  # type: ignore[return-value]


def is_open(calendar: Calendar, second: int, pauses: list[tuple[datetime, datetime]]) -> bool:
    """Whether one second is open, asked of the day it belongs to by the instants at which days begin."""
    day = datetime.fromtimestamp(second, calendar.zone).date()
    near = (day - timedelta(days=1), day, day + timedelta(days=1))
    within = any(a <= second < b for one in near for a, b in calendar.spans(one))
    return within and not any(a.timestamp() <= second < b.timestamp() for a, b in pauses)


@settings(max_examples=150)
@given(scenes())
def test_what_is_due_after_the_time_elapsed_is_at_or_before_the_end(scene: Any) -> None:
    calendar, start, end, pauses = scene
    gone = elapsed(calendar, start, end, pauses)
    assert due(calendar, start, gone, pauses) <= end
    assert elapsed(calendar, start, due(calendar, start, gone, pauses), pauses) == gone


@settings(max_examples=150)
@given(scenes(), st.integers(1, 200_000))
def test_due_is_the_first_instant_and_back_the_last(scene: Any, seconds: int) -> None:
    calendar, start, _, pauses = scene
    there = due(calendar, start, seconds, pauses)
    assert elapsed(calendar, start, there, pauses) == seconds
    assert elapsed(calendar, start, there - timedelta(seconds=1), pauses) == seconds - 1
    here = back(calendar, start, seconds, pauses)
    assert elapsed(calendar, here, start, pauses) == seconds
    assert is_open(calendar, int(here.timestamp()), pauses)


@settings(max_examples=100)
@given(scenes(), st.integers(0, SPAN * 86400))
def test_elapsed_time_adds_up(scene: Any, offset: int) -> None:
    calendar, start, end, pauses = scene
    middle = min(start + timedelta(seconds=offset), end, key=lambda moment: moment.timestamp())
    parts = elapsed(calendar, start, middle, pauses) + elapsed(calendar, middle, end, pauses)
    assert parts == elapsed(calendar, start, end, pauses)
    assert 0 <= parts <= (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()


@settings(max_examples=60)
@given(scenes(), st.integers(0, 3000))
def test_elapsed_time_is_the_number_of_open_seconds(scene: Any, length: int) -> None:
    calendar, start, _, pauses = scene
    begin = int(start.timestamp())
    counted = sum(is_open(calendar, second, pauses) for second in range(begin, begin + length))
    assert elapsed(calendar, start, calendar.at(begin + length), pauses) == counted


@settings(max_examples=100)
@given(scenes())
def test_first_open_is_open_and_nothing_before_it_is(scene: Any) -> None:
    calendar, start, _, pauses = scene
    there = first_open(calendar, start, pauses)
    assert there >= start
    assert elapsed(calendar, start, there, pauses) == 0
    assert is_open(calendar, int(there.timestamp()), pauses)


@settings(max_examples=100)
@given(scenes(), st.integers(0, 8), st.integers(0, 8))
def test_counting_days_adds_up_and_ends_on_open_days(scene: Any, one: int, two: int) -> None:
    calendar, start, _, pauses = scene
    noon = start.replace(hour=12, minute=0, second=0)
    first = days(calendar, noon, one, "time", pauses)
    assert days(calendar, first, two, MIDNIGHT, pauses) == days(calendar, noon, one + two, MIDNIGHT, pauses)
    end = days(calendar, noon, one, MIDNIGHT, pauses)
    assert end == day_end(first.date(), calendar.zone)
    closings = sum(
        bool(without(calendar.spans(noon.date() + timedelta(days=n)), held(pauses)))
        for n in range(1, (first.date() - noon.date()).days + 1)
    )
    assert closings == one


def held(pauses: list[tuple[datetime, datetime]]) -> tuple[tuple[int, int], ...]:
    """Pauses as spans."""
    return union((int(a.timestamp()), int(b.timestamp())) for a, b in pauses)


@settings(max_examples=100)
@given(scenes())
def test_the_course_tells_every_instant_once(scene: Any) -> None:
    calendar, start, end, pauses = scene
    told = list(course(calendar, start, end, pauses))
    assert not told or (told[0].begin, told[-1].end) == (start, end)
    assert all(a.end == b.begin for a, b in pairwise(told))
    gone = sum((s.end.astimezone(UTC) - s.begin.astimezone(UTC)).total_seconds() for s in told if s.counted)
    assert gone == elapsed(calendar, start, end, pauses) == (told[-1].total if told else 0)


@settings(max_examples=100)
@given(scenes(), st.integers(0, 8))
def test_the_course_of_days_tells_every_day_once(scene: Any, count: int) -> None:
    """Whole local days without a gap; those that count are open, and their number is the number asked for."""
    calendar, start, _, pauses = scene
    told = list(day_course(calendar, start, count, pauses))
    first = start.astimezone(calendar.zone).date()
    assert told[0].begin == calendar.at(calendar.start(first))
    assert (told[0].end, told[0].counted) == (calendar.at(calendar.start(first + timedelta(days=1))), False)
    assert all(a.end == b.begin and (a.counted, a.why) != (b.counted, b.why) for a, b in pairwise(told))
    assert told[-1].end == (days(calendar, start, count, MIDNIGHT, pauses) if count else told[0].end)
    assert told[-1].total == count
    for stretch in told[1:]:
        for n in range((stretch.end.date() - stretch.begin.date()).days):
            spans = without(calendar.spans(stretch.begin.date() + timedelta(days=n)), held(pauses))
            assert bool(spans) is stretch.counted


@given(st.dates(date(1970, 1, 1), date(2900, 1, 1)), st.integers(0, 240), st.integers(0, 240))
@example(date(2024, 1, 31), 1, 0)
@example(date(2023, 1, 31), 1, 12)
def test_months_lead_to_the_corresponding_day(day: date, one: int, two: int) -> None:
    there = add_months(day, one)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == one
    last = (there.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert there.day == min(day.day, last.day)
    assume(there.day == day.day)
    assert add_months(there, two) == add_months(day, one + two)


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(spans, spans)
def test_spans_are_sets_of_seconds(these: list[tuple[int, int]], those: list[tuple[int, int]]) -> None:
    left = {second for a, b in these for second in range(a, b)}
    right = {second for a, b in those for second in range(a, b)}
    assert {second for a, b in union(these) for second in range(a, b)} == left
    found = without(union(these), union(those))
    assert {second for a, b in found for second in range(a, b)} == left - right
    assert all(a < b for a, b in found)
    assert all(b < c for (_, b), (c, _) in pairwise(union(these)))
