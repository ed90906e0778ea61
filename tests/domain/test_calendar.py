"""Calendar documents: what is read, what is refused and why; what a day is; a year laid in; days that may not change."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from svc.domain.calendar import Calendar
from svc.domain.calendar_year import refuse_past, usual_hours, with_year, year_of
from svc.domain.clock_case import answer
from svc.domain.compiled import fits
from svc.domain.refusal import Exit, Refusal
from svc.domain.spans import clock
from svc.domain.working_time import course, due
from svc.store.yaml_file import load

OFFICE = ["08:00-12:00", "13:30-17:30"]
PLAIN: dict[str, Any] = {"timezone": "Asia/Shanghai", "week": {"mon": OFFICE, "tue": OFFICE}}

EVERY_DATE = [f"{date(2000, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)]


def made(**more: Any) -> Calendar:
    return Calendar.from_dict({**PLAIN, **more}, "cal")


def hours(calendar: Calendar, day: str) -> str:
    return " ".join(f"{clock(a)}-{clock(b)}" for a, b in calendar.hours(date.fromisoformat(day)))


@pytest.mark.parametrize(
    ("more", "day", "expected", "why"),
    [
        ({}, "2026-11-23", "08:00-12:00 13:30-17:30", "按每周时段"),
        ({}, "2026-11-25", "", "每周的休息日"),
        ({"holidays": ["2026-11-23"]}, "2026-11-23", "", "放假日"),
        ({"holidays": ["11-23"]}, "2026-11-23", "", "每年放假的日子"),
        ({"holidays": ["11-23"]}, "2027-11-23", "", "每年放假的日子"),
        ({"workdays": {"2026-11-25": ["09:00-10:00"]}}, "2026-11-25", "09:00-10:00", "该日另定时段"),
        ({"workdays": {"2026-11-23": []}}, "2026-11-23", "", "该日另定为不上班"),
        ({"workdays": {"2026-11-23": ["09:00-10:00"]}, "holidays": ["11-23"]}, "2026-11-23", "09:00-10:00", "该日另定时段"),
        ({"breaks": {"2026-11-23": ["09:00-15:00"]}}, "2026-11-23", "08:00-09:00 15:00-17:30", "按每周时段；该日其间停工"),
        ({"breaks": {"2026-11-23": ["00:00-24:00"]}}, "2026-11-23", "", "按每周时段；该日其间停工"),
        ({"week": {"mon": ["22:00-06:00"]}}, "2026-11-23", "22:00-24:00", "按每周时段"),
        ({"week": {"mon": ["22:00-06:00"]}}, "2026-11-24", "00:00-06:00", "按每周时段"),
        ({"week": {"sun": ["22:00-06:00"]}}, "2026-11-23", "00:00-06:00", "按每周时段"),
        ({"week": {"mon": ["22:00-00:00"], "wed": OFFICE}}, "2026-11-24", "", "每周的休息日"),
        ({"week": {"mon": ["22:00-06:00"]}, "holidays": ["11-24"]}, "2026-11-24", "", "每年放假的日子"),
        ({"week": {"mon": ["22:00-06:00"]}, "holidays": ["11-23"]}, "2026-11-24", "00:00-06:00", "按每周时段"),
        ({"workdays": {"2026-11-25": ["22:00-02:00"]}}, "2026-11-26", "00:00-02:00", "按每周时段"),
        ({"workdays": {"2026-11-22": ["22:00-02:00"]}}, "2026-11-23", "00:00-02:00 08:00-12:00 13:30-17:30", "按每周时段"),
        ({"workdays": {"2026-11-22": ["22:00-02:00"]}, "holidays": ["11-23"]}, "2026-11-23", "", "每年放假的日子"),
        ({"breaks": {"2026-11-22": ["22:00-09:00"]}}, "2026-11-23", "09:00-12:00 13:30-17:30", "按每周时段；该日其间停工"),
        ({"week": {"mon": ["08:00-10:00", "09:00-11:00", "11:00-12:00"]}}, "2026-11-23", "08:00-12:00", "按每周时段"),
        ({"week": {"mon": ["08:00:30-09:00:15"]}}, "2026-11-23", "08:00:30-09:00:15", "按每周时段"),
        ({"week": {"mon": ["00:00-24:00"]}}, "2026-11-23", "00:00-24:00", "按每周时段"),
    ],
)  # fmt: skip
def test_day(more: dict[str, Any], day: str, expected: str, why: str) -> None:
    calendar = made(**more)
    assert hours(calendar, day) == expected
    assert calendar.why(date.fromisoformat(day)).zh == why


@pytest.mark.parametrize(
    ("raw", "where", "said"),
    [
        ([], "cal", "须为一组键值"),
        ({}, "cal timezone", "没有时区"),
        ({**PLAIN, "timezone": "Asia/Nowhere"}, "cal timezone", "没有时区 Asia/Nowhere"),
        ({**PLAIN, "timezone": "../etc/passwd"}, "cal timezone", "没有时区"),
        ({**PLAIN, "timezone": "America"}, "cal timezone", "没有时区"),
        ({**PLAIN, "timezone": 8}, "cal timezone", "没有时区 8"),
        ({"timezone": "UTC"}, "cal week", "缺少每周的时段"),
        ({**PLAIN, "week": {"monday": []}}, "cal week.monday", "星期写作"),
        ({**PLAIN, "week": {"mon": "08:00-12:00"}}, "cal week.mon", "时段的列表"),
        ({**PLAIN, "week": {"mon": ["8:00-12:00"]}}, "cal week.mon", "不是 8:00-12:00"),
        ({**PLAIN, "week": {"mon": ["08:00-12:60"]}}, "cal week.mon", "不是 08:00-12:60"),
        ({**PLAIN, "week": {"mon": ["08:00-24:01"]}}, "cal week.mon", "不是 08:00-24:01"),
        ({**PLAIN, "week": {"mon": ["08:00-12:00\n"]}}, "cal week.mon", "时段写作"),
        ({**PLAIN, "week": {"mon": ["08:00-08:00"]}}, "cal week.mon", "没有长短"),
        ({**PLAIN, "week": {}}, "cal week", "没有任何工作时间"),
        ({**PLAIN, "week": {"mon": []}}, "cal week", "没有任何工作时间"),
        ({**PLAIN, "week": {"mon": []}, "workdays": {"2026-01-01": []}}, "cal week", "没有任何工作时间"),
        ({**PLAIN, "years": [2026], "week": {}, "workdays": {"2027-01-01": OFFICE}}, "cal week", "没有任何工作时间"),
        (
            {**PLAIN, "week": {}, "workdays": {"2026-01-01": OFFICE}, "breaks": {"2026-01-01": ["07:00-18:00"]}},
            "cal week",
            "没有任何工作时间",
        ),
        ({**PLAIN, "holidays": EVERY_DATE}, "cal week", "没有任何工作时间"),
        ({**PLAIN, "holidays": "2026-01-01"}, "cal holidays", "日期的列表"),
        ({**PLAIN, "holidays": ["2026-02-30"]}, "cal holidays.0", "不是日期：2026-02-30"),
        ({**PLAIN, "holidays": ["02-30"]}, "cal holidays.0", "不是日期"),
        ({**PLAIN, "holidays": ["1-1"]}, "cal holidays.0", "不是日期：1-1"),
        ({**PLAIN, "holidays": [20260101]}, "cal holidays.0", "不是日期"),
        ({**PLAIN, "workdays": []}, "cal workdays", "须为 日期: 时段"),
        ({**PLAIN, "workdays": {"01-01": OFFICE}}, "cal workdays.01-01", "不是日期"),
        ({**PLAIN, "breaks": {"2026-01-01": None}}, "cal breaks.2026-01-01", "时段的列表"),
        ({**PLAIN, "years": []}, "cal years", "年份的列表"),
        ({**PLAIN, "years": ["2026"]}, "cal years", "年份的列表"),
        ({**PLAIN, "years": [0]}, "cal years", "年份的列表"),
        ({**PLAIN, "hollidays": []}, "cal hollidays", "没有这个键"),
    ],
)  # fmt: skip
def test_refused(raw: Any, where: str, said: str) -> None:
    with pytest.raises(Refusal) as caught:
        Calendar.from_dict(raw, "cal")
    assert caught.value.exit == Exit.USAGE
    assert caught.value.where is not None and caught.value.where.zh == where
    assert said in caught.value.what.zh


def test_only_a_date_of_its_own_opens_a_calendar() -> None:
    calendar = made(week={}, workdays={"2026-03-01": ["08:00-12:00"]})
    start = datetime(2026, 1, 1, tzinfo=calendar.zone)
    assert due(calendar, start, 4 * 3600).isoformat() == "2026-03-01T12:00:00+08:00"
    with pytest.raises(Refusal, match="没有足够的工作时间"):
        due(calendar, start, 4 * 3600 + 1)


@pytest.mark.parametrize("op", ["due", "back", "open", "days"])
def test_a_search_ends(op: str) -> None:
    """Nothing opens any more, or so much time is asked for that no year holds it."""
    calendar = made(week={}, workdays={"2026-03-01": ["08:00-12:00"]})
    start = "2026-03-02T00:00:00" if op != "back" else "2026-03-01T00:00:00"
    with pytest.raises(Refusal, match="没有足够的工作时间"):
        answer({"op": op, "start": start, "seconds": 1, "days": 1, "until": "time"}, calendar)
    with pytest.raises(Refusal, match="没有足够的工作时间"):
        answer({"op": "due", "start": start, "seconds": 10**15}, made())


def test_year_without_data_names_the_years_there_are() -> None:
    with pytest.raises(Refusal) as caught:
        made(years=[2025, 2026]).hours(date(2027, 1, 4))
    assert caught.value.what.zh == "日历没有 2027 年的数据；有：2025、2026。"
    assert caught.value.remedy is not None and caught.value.remedy.zh == "svc calendar import 2027 cal"


def test_the_course_says_why_time_did_not_count() -> None:
    calendar = made(holidays=["2026-11-24"])
    start, end = (datetime.fromisoformat(text) for text in ("2026-11-23T17:00:00+08:00", "2026-11-30T08:30:00+08:00"))
    pause = (datetime.fromisoformat("2026-11-23T17:20:00+08:00"), datetime.fromisoformat("2026-11-23T17:40:00+08:00"))
    told = [
        (f"{s.begin:%d %H:%M}", f"{s.end:%d %H:%M}", s.counted, s.total, s.why.zh)
        for s in course(calendar, start, end, [pause])
    ]
    assert told == [
        ("23 17:00", "23 17:20", True, 1200, "计时"),
        ("23 17:20", "23 17:30", False, 1200, "暂停计时"),
        ("23 17:30", "24 00:00", False, 1200, "非工作时段"),
        ("24 00:00", "25 00:00", False, 1200, "放假日"),
        ("25 00:00", "30 00:00", False, 1200, "每周的休息日"),
        ("30 00:00", "30 08:00", False, 1200, "非工作时段"),
        ("30 08:00", "30 08:30", True, 3000, "计时"),
    ]


# ── a calendar that changes ───────────────────────────────────────────────────────────────────────────────────────

DOCUMENT: dict[str, Any] = {
    **PLAIN,
    "years": [2025, 2026],
    "holidays": ["2025-01-01", "2026-01-01", "12-25"],
    "workdays": {"2025-01-26": OFFICE, "2026-01-04": OFFICE},
    "breaks": {"2026-02-02": ["08:00-09:00"]},
}


def test_year_is_laid_in() -> None:
    free, made_up = {date(2027, 1, 1), date(2027, 10, 1)}, {date(2027, 1, 3)}
    part = year_of(2027, lambda day: day in made_up or day.weekday() < 5 and day not in free, usual_hours(DOCUMENT))
    assert part == {"years": [2027], "holidays": ["2027-01-01", "2027-10-01"], "workdays": {"2027-01-03": OFFICE}}
    grown = with_year(DOCUMENT, part)
    assert grown["years"] == [2025, 2026, 2027]
    assert grown["holidays"] == ["2025-01-01", "2026-01-01", "2027-01-01", "2027-10-01", "12-25"]
    assert list(grown["workdays"]) == ["2025-01-26", "2026-01-04", "2027-01-03"]
    assert grown["breaks"] == DOCUMENT["breaks"]
    assert with_year(grown, part) == grown


def test_year_replaces_what_stood_for_it() -> None:
    again = with_year(DOCUMENT, {"years": [2026], "holidays": ["2026-01-02"], "workdays": {}})
    assert again["holidays"] == ["2025-01-01", "2026-01-02", "12-25"]
    assert list(again["workdays"]) == ["2025-01-26"]
    assert again["years"] == [2025, 2026]


def test_calendar_that_claims_no_years_stays_so() -> None:
    assert "years" not in with_year(PLAIN, {"years": [2026], "holidays": ["2026-01-01"], "workdays": {}})


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({}, None),
        ({"years": [2025, 2026, 2027]}, None),
        ({"holidays": ["2025-01-01", "2026-01-01", "12-25", "2026-11-24"]}, None),
        ({"holidays": ["2025-01-01", "2026-01-01", "12-25", "2026-11-23"]}, None),
        ({"holidays": ["2025-01-01", "2026-01-01", "12-25", "2026-11-17"]}, "2026-11-17"),
        ({"holidays": ["2025-01-01", "12-25"]}, None),
        ({"workdays": {"2026-01-04": OFFICE}}, "2025-01-26"),
        ({"week": {"mon": OFFICE}}, "2025-01-07"),
        ({"years": [2026, 2027]}, "2025-01-01"),
        ({"timezone": "Asia/Tokyo"}, "2025-01-06"),
    ],
)
def test_past_days_keep_their_hours(more: dict[str, Any], refused: str | None) -> None:
    """2025-01-01 and 2026-01-01 are closed weekdays in this week, so dropping them as holidays changes nothing."""
    old, new = Calendar.from_dict(DOCUMENT, "cal"), Calendar.from_dict({**DOCUMENT, **more}, "cal")
    if refused is None:
        refuse_past(old, new, date(2026, 11, 23))
        return
    with pytest.raises(Refusal) as caught:
        refuse_past(old, new, date(2026, 11, 23))
    assert caught.value.what.zh.startswith(refused)
    assert caught.value.exit == Exit.DENIED


# ── what is shipped ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_shipped_calendar_is_one(root: Path) -> None:
    schema = json.loads((root / "schemas" / "calendar.schema.json").read_text("utf-8"))
    found = sorted((root / "schemas" / "calendars").glob("*.yaml"))
    assert found
    for path in found:
        raw = load(path.read_bytes(), path.name)
        assert fits(raw, schema)
        Calendar.from_dict(raw, path.stem)


@pytest.mark.parametrize("raw", [PLAIN, DOCUMENT])
def test_the_schema_allows_what_is_read(raw: dict[str, Any], root: Path) -> None:
    assert fits(raw, json.loads((root / "schemas" / "calendar.schema.json").read_text("utf-8")))
