"""Times as people type them and as files spell them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain import times
from svc.domain.refusal import Exit, Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 16, 30, 45, 999, tzinfo=SHANGHAI)


def read(text: str, now: datetime = NOW) -> str:
    return times.format_instant(times.read_time(text, now, SHANGHAI))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-23 15:20", "2026-11-23T15:20:00+08:00"),
        ("2026-11-23 15:20:05", "2026-11-23T15:20:05+08:00"),
        ("  2026-11-23   15:20 ", "2026-11-23T15:20:00+08:00"),
        ("２０２６－１１－２３　１５：２０", "2026-11-23T15:20:00+08:00"),
        ("11-23 15:20", "2026-11-23T15:20:00+08:00"),
        ("11-24 16:30", "2026-11-24T16:30:00+08:00"),
        ("11-24 16:31", "2025-11-24T16:31:00+08:00"),
        ("12-31 23:00", "2025-12-31T23:00:00+08:00"),
        ("15:20", "2026-11-23T15:20:00+08:00"),
        ("１５：２０", "2026-11-23T15:20:00+08:00"),
        ("今天 15:20", "2026-11-23T15:20:00+08:00"),
        ("昨天 15:20:07", "2026-11-22T15:20:07+08:00"),
        ("today 15:20", "2026-11-23T15:20:00+08:00"),
        ("Yesterday 15:20", "2026-11-22T15:20:00+08:00"),
        ("-2h", "2026-11-23T14:30:45+08:00"),
        ("－３０m", "2026-11-23T16:00:45+08:00"),
        ("-1d", "2026-11-22T16:30:45+08:00"),
        ("-0m", "2026-11-23T16:30:45+08:00"),
        ("2026-11-23T15:20:05+08:00", "2026-11-23T15:20:05+08:00"),
        ("2026-11-23T07:20:05Z", "2026-11-23T15:20:05+08:00"),
        ("2026-11-23t07:20:05.75z", "2026-11-23T15:20:05+08:00"),
        ("2026-11-23 09:20:05+02:00", "2026-11-23T15:20:05+08:00"),
        ("2026-11-23T15:20:05", "2026-11-23T15:20:05+08:00"),
        ("2026-12-31T20:00:00Z", "2027-01-01T04:00:00+08:00"),
    ],
)
def test_every_form_of_the_grammar_reads(text: str, instant: str) -> None:
    assert read(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "now", "现在", "明天 15:20", "tomorrow 15:20", "今天", "今天15:20", "2026-11-23", "11-23", "1520"),
        *("15:2", "9:05", "24:00", "25:00", "15:60", "15:20:60", "3pm", "15.20", "11/23 15:20", "2026/11/23 15:20"),
        *("2026-02-30 15:20", "2026-13-01 15:20", "2026-00-10 15:20", "02-29 10:00", "0000-01-01 10:00"),
        *("0001-01-01 00:00", "9999-12-31 23:59", "1899-12-31 10:00", "-2", "-2w", "2h", "+2h", "-1.5h", "-99999d"),
        *("2026-11-23T15:20", "2026-11-23T15:20:05+0800", "2026-11-23T15:20:05+25:00", "2026-11-23T24:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-W48-1 10:00", "20261123 15:20"),
        *("١٥:٢٠", "①5:20", "15:20\n16:20", "15:20\x00", "2026‐11‐23 15:20", "-2h\u200b", "1" * 5000),
    ],
)
def test_anything_else_is_refused_with_every_form(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        times.read_time(text, NOW, SHANGHAI)
    assert refused.value.exit is Exit.USAGE
    assert refused.value.details == times.TIME_FORMS
    assert len(refused.value.what.zh) < 120


def test_refusal_in_full() -> None:
    with pytest.raises(Refusal) as refused:
        times.read_time("明天", NOW, SHANGHAI)
    assert refused.value.lines("zh") == [
        "错误：看不懂这个时间：“明天”。可以写：",
        "  - 2026-11-23 15:20  2026-11-23 15:20:05",
        "  - 11-23 15:20（今年；若在一天以后，则为去年）",
        "  - 15:20（今天）",
        "  - 今天 15:20  昨天 15:20",
        "  - -2h  -30m  -1d（两小时前、三十分钟前、一天前）",
        "  - 2026-11-23T15:20:05+08:00（RFC 3339）",
    ]


def test_the_day_is_that_of_the_zone_not_of_the_clock_given() -> None:
    late = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    assert read("15:20", late) == "2027-01-01T15:20:00+08:00"
    assert read("昨天 15:20", late) == "2026-12-31T15:20:00+08:00"
    assert read("12-31 23:00", late) == "2026-12-31T23:00:00+08:00"


def test_leap_day_without_a_year_needs_a_leap_year() -> None:
    leap = datetime(2028, 3, 1, 9, 0, tzinfo=SHANGHAI)
    assert read("02-29 10:00", leap) == "2028-02-29T10:00:00+08:00"
    before = datetime(2028, 2, 1, 9, 0, tzinfo=SHANGHAI)
    with pytest.raises(Refusal):
        read("02-29 10:00", before)


def test_local_time_that_the_zone_skips_is_refused() -> None:
    now = datetime(2026, 4, 1, tzinfo=BERLIN)
    with pytest.raises(Refusal) as refused:
        times.read_time("2026-03-29 02:30", now, BERLIN)
    assert refused.value.what.zh == "当地没有这个时刻（时钟在此拨快）：2026-03-29 02:30"
    with pytest.raises(Refusal):
        times.read_time("-1d", datetime(2026, 3, 30, 2, 30, tzinfo=BERLIN), BERLIN)
    with pytest.raises(Refusal):
        times.read_time("2026-03-29T02:30:00", now, BERLIN)


def test_ambiguous_local_time_is_the_first() -> None:
    found = times.read_time("2026-10-25 02:30", datetime(2026, 11, 1, tzinfo=BERLIN), BERLIN)
    assert times.format_instant(found) == "2026-10-25T02:30:00+02:00"


def test_hours_back_are_real_hours_and_days_back_keep_the_clock() -> None:
    now = datetime(2026, 3, 29, 12, 0, tzinfo=BERLIN)
    assert times.format_instant(times.read_time("-24h", now, BERLIN)) == "2026-03-28T11:00:00+01:00"
    assert times.format_instant(times.read_time("-1d", now, BERLIN)) == "2026-03-28T12:00:00+01:00"
    twice = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN)
    assert times.format_instant(times.read_time("-0d", twice, BERLIN)) == "2026-10-25T02:30:00+01:00"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("1965-03-01", date(1965, 3, 1)),
        ("11-24", date(2026, 11, 24)),
        ("11-25", date(2025, 11, 25)),
        ("今天", date(2026, 11, 23)),
        ("yesterday", date(2026, 11, 22)),
        ("-1d", date(2026, 11, 22)),
        ("２０２６－１１－２３", date(2026, 11, 23)),
    ],
)
def test_dates_read(text: str, day: date) -> None:
    assert times.read_date(text, NOW, SHANGHAI) == day


@pytest.mark.parametrize(
    "text", ["", "2026-02-29", "2026-11-23 15:20", "-2h", "20261123", "1776-07-04", "-99999d", "明天"]
)
def test_dates_refuse_the_rest(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        times.read_date(text, NOW, SHANGHAI)
    assert (refused.value.exit, refused.value.details) == (Exit.USAGE, times.DATE_FORMS)


@given(st.datetimes(datetime(1970, 1, 2), datetime(2999, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_instants_round_trip(local: datetime, minutes: int) -> None:
    moment = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    spelled = times.format_instant(moment)
    assert times.parse_instant(spelled) == moment
    assert times.format_instant(times.parse_instant(spelled)) == spelled
    assert times.read_time(spelled, NOW, UTC) == moment


@given(st.text(max_size=30) | st.text("0123456789-: Tdhm今天昨", max_size=22))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        moment = times.read_time(text, NOW, SHANGHAI)
    except Refusal as refused:
        assert refused.exit is Exit.USAGE
    else:
        assert times.parse_instant(times.format_instant(moment)) == moment


@pytest.mark.parametrize(
    "text",
    ["2026-11-23T15:20:05Z", "2026-11-23 15:20:05+08:00", "2026-11-23T15:20:05+08:00\n", "2026-02-30T00:00:00+08:00"]
    + ["2026-11-23T15:20:05-00:00", "2026-11-23T15:20:05", "２026-11-23T15:20:05+08:00", "2026-11-23T15:20:05+08:60"],
)
def test_files_know_one_spelling_of_an_instant(text: str) -> None:
    with pytest.raises(Refusal):
        times.parse_instant(text)


def test_dates_and_months_of_files() -> None:
    assert times.parse_date("2024-02-29") == date(2024, 2, 29)
    assert times.parse_month("2026-11") == date(2026, 11, 1)
    for text in ("2023-02-29", "2026-1-1", "20260101", "2026-W01-1", "2026-01-01\n"):
        with pytest.raises(Refusal):
            times.parse_date(text)
    for text in ("2026-13", "2026-1", "202611", "2026-11\n", "0000-01"):
        with pytest.raises(Refusal):
            times.parse_month(text)


def test_an_instant_without_an_offset_is_a_bug() -> None:
    with pytest.raises(ValueError):
        times.format_instant(datetime(2026, 1, 1))
    with pytest.raises(ValueError):
        times.format_instant(datetime(1900, 1, 1, tzinfo=SHANGHAI))
    with pytest.raises(ValueError):
        times.read_time("15:20", datetime(2026, 1, 1), SHANGHAI)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 8, 31), 0, date(2026, 8, 31)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
    ],
)
def test_months_end_on_the_corresponding_day(day: date, months: int, end: date) -> None:
    assert times.add_months(day, months) == end


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 600), st.integers(0, 600))
def test_months_clamp_and_never_overshoot(day: date, first: int, second: int) -> None:
    end = times.add_months(day, first)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == first
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)
    assert times.add_months(day, first + second) >= times.add_months(end, second)


def test_ends_of_days() -> None:
    assert times.format_instant(times.day_end(date(2026, 11, 23), SHANGHAI)) == "2026-11-24T00:00:00+08:00"
    skipped = ZoneInfo("Asia/Beirut")
    assert times.format_instant(times.day_end(date(2026, 3, 28), skipped)) == "2026-03-29T01:00:00+03:00"
    assert times.local_date(datetime(2026, 12, 31, 20, tzinfo=UTC), SHANGHAI) == date(2027, 1, 1)


@given(st.dates(date(1990, 1, 1), date(2035, 1, 1)), st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Asia/Beirut"]))
def test_a_day_holds_exactly_its_instants(day: date, zone: str) -> None:
    tz = ZoneInfo(zone)
    start, end = times.day_start(day, tz), times.day_end(day, tz)
    second = timedelta(seconds=1)
    assert times.local_date(start, tz) == day == times.local_date(end.astimezone(UTC) - second, tz)
    assert times.local_date(end, tz) == day + timedelta(days=1)
    assert times.local_date(start.astimezone(UTC) - second, tz) == day - timedelta(days=1)


def test_at_second_at_the_edge_of_the_years() -> None:
    assert times.at_second(0, SHANGHAI).isoformat() == "1970-01-01T08:00:00+08:00"
    assert times.at_second(10**15, SHANGHAI).isoformat() == "9999-12-31T23:59:59+00:00"
    assert times.at_second(-(10**15), SHANGHAI).isoformat() == "0001-01-01T00:00:00+00:00"


def test_in_zone_at_the_edge_of_the_years() -> None:
    """What a zone cannot show stays as it is."""
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert times.in_zone(far, SHANGHAI) == far
    assert times.in_zone(NOW, BERLIN).isoformat() == "2026-11-23T09:30:45.000999+01:00"
