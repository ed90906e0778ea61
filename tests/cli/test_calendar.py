"""`svc calendar`: what there is, what a day is and why, a year imported, a calendar put into force by a recorded deed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import types
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import svc.cli.calendar  # noqa: F401 - so that `english` finds it
from svc.store.yaml_file import load

Svc = Callable[..., Any]
CN = "schemas/calendars/cn-working.yaml"


def test_list_outside_a_repository(svc: Svc) -> None:
    (found,) = svc("calendar", "list", "-O", "json").json
    assert (found["id"], found["timezone"], found["years"]) == ("cn-working", "Asia/Shanghai", [2025, 2026])
    assert found["from"] == "随附"


def test_list_of_a_repository(company: Any) -> None:
    assert company.svc("calendar", "list", "-q").lines == ["cn-working"]
    assert company.svc("calendar", "list", "-O", "json").json[0]["from"] == "记录库"


def test_days_of_a_month(svc: Svc) -> None:
    answer = svc("calendar", "show", "cn-working", "--month", "2026-10", "-O", "json")
    days = answer.json
    assert len(days) == 31
    assert days[0] == {"date": "2026-10-01", "weekday": "星期四", "open": False, "hours": "", "why": "放假日"}
    assert days[9]["open"] is True
    assert days[9]["why"] == "该日另定时段"
    assert sum(day["open"] for day in days) == 18
    assert answer.err == "上班 18 天，共 144 小时\n"


def test_days_of_a_year(svc: Svc) -> None:
    answer = svc("calendar", "show", "--year", "2026", "-q")
    assert len(answer.lines) == 365
    # 261 weekdays of 2026, less 19 holidays on weekdays, with 6 made up.
    assert answer.err == "上班 248 天，共 1984 小时\n"


def test_document(svc: Svc) -> None:
    shown = svc("calendar", "show", "cn-working", "-O", "yaml")
    assert load(shown.out.encode(), "x")["timezone"] == "Asia/Shanghai"
    card = svc("calendar", "show", "cn-working", now="2026-11-23 09:00")
    assert card.lines[0].startswith("title：")
    assert "2026-11-30  星期一  是    08:00-12:00 13:30-17:30  按每周时段" in card.lines


def test_document_in_a_year_without_data(svc: Svc) -> None:
    """The card is shown; the month that has no data is left out."""
    answer = svc("calendar", "show", "cn-working", "--as-of", "2027-01-05 09:00", now="2027-02-01 09:00")
    assert answer.code == 0
    assert "2027" not in answer.out
    refused = svc("calendar", "show", "cn-working", "--year", "2027")
    assert refused.code == 4
    assert "日历没有 2027 年的数据；有：2025、2026。" in refused.err


def test_why_a_day_is_open(svc: Svc) -> None:
    assert svc("calendar", "explain", "2026-10-10", "cn-working").lines == [
        "日期：2026-10-10 星期六  上班",
        "缘由：该日另定时段",
        "时段：08:00-12:00 13:30-17:30  共 8 h",
        "起止：2026-10-10T08:00:00+08:00 .. 2026-10-10T12:00:00+08:00",
        "起止：2026-10-10T13:30:00+08:00 .. 2026-10-10T17:30:00+08:00",
        "日历：cn-working  国务院办公厅 2025、2026 年节假日安排（放假与调休补班）；每日时段由单位自定，此处只为按日计算",
    ]


def test_why_a_day_is_closed(svc: Svc) -> None:
    found = svc("calendar", "explain", "昨天", "-O", "json", now="2026-10-02 09:00").json
    assert (found["date"], found["open"], found["why"], found["spans"]) == ("2026-10-01", False, "放假日", [])


def test_a_day_of_the_clock_change(svc: Svc, tmp_path: Path) -> None:
    """What the wall shows and what really passes are told apart."""
    (tmp_path / "c.yaml").write_text('timezone: Europe/Berlin\nweek: {sun: ["00:00-06:00"]}\n', "utf-8")
    found = svc("calendar", "explain", "2026-03-29", str(tmp_path / "c.yaml"), "-O", "json").json
    assert found["hours"] == "00:00-06:00"
    assert found["seconds"] == 5 * 3600
    assert found["spans"] == [["2026-03-29T00:00:00+01:00", "2026-03-29T06:00:00+02:00"]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "a", "b"), 2),
        (("explain",), 2),
        (("explain", "2026-02-30"), 2),
        (("explain", "2027-01-01"), 4),
        (("show", "nobody"), 3),
        (("show", "cn-working", "--month", "2026-13"), 2),
        (("show", "cn-working", "--year", "26"), 2),
        (("set", "cn-working"), 2),
        (("set", "cn-working", "gone.yaml", "--reason", "x"), 6),
        (("import",), 2),
        (("import", "next"), 2),
        (("drop",), 2),
    ],
)
def test_refused(words: tuple[str, ...], code: int, svc: Svc) -> None:
    assert svc("calendar", *words).code == code


# ── the holidays of a year ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the importer asks of chinesecalendar, for 2027 alone: two holidays, one make-up day."""

    def is_workday(day: date) -> bool:
        if day.year != 2027:
            raise NotImplementedError("no available data")
        return day.isoformat() == "2027-01-03" or (
            day.weekday() < 5 and day.isoformat() not in ("2027-01-01", "2027-10-01")
        )

    module = types.ModuleType("chinese_calendar")
    module.is_workday = is_workday  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "chinese_calendar", module)


def test_import_shows_the_calendar_with_the_year(library: None, svc: Svc) -> None:
    made = svc("calendar", "import", "2027", "cn-working", "-O", "json").json
    assert made["years"] == [2025, 2026, 2027]
    assert [day for day in made["holidays"] if day.startswith("2027")] == ["2027-01-01", "2027-10-01"]
    assert made["workdays"]["2027-01-03"] == ["08:00-12:00", "13:30-17:30"]
    assert made["workdays"]["2026-01-04"] == ["08:00-12:00", "13:30-17:30"]


def test_import_of_a_year_without_data(library: None, svc: Svc) -> None:
    answer = svc("calendar", "import", "2028")
    assert answer.code == 3
    assert "节假日数据没有 2028 年" in answer.err


def test_import_without_the_library(monkeypatch: pytest.MonkeyPatch, svc: Svc) -> None:
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)
    answer = svc("calendar", "import", "2026")
    assert answer.code == 6
    assert "pip install 'svc[cn]'" in answer.err


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_the_shipped_calendar_is_what_the_library_says(year: str, root: Path, svc: Svc) -> None:
    pytest.importorskip("chinese_calendar", reason="the extra svc[cn] is not installed")
    made = svc("calendar", "import", year, "cn-working", "-O", "json").json
    shipped = load((root / CN).read_bytes(), CN)
    assert made["holidays"] == shipped["holidays"]
    assert made["workdays"] == shipped["workdays"]


# ── a deed of an administrator ────────────────────────────────────────────────────────────────────────────────────


def head(world: Any, *args: str) -> str:
    return subprocess.run(["git", "-C", str(world.root), *args], capture_output=True, text=True, check=True).stdout


def test_import_puts_a_year_into_force(library: None, world: Any) -> None:
    answer = world.svc("calendar", "import", "2027", "cn-working", "--reason", "国务院办公厅 2027 年安排")
    assert answer.code == 0, answer.err
    data = (world.root / CN).read_bytes()
    assert load(data, CN)["years"] == [2025, 2026, 2027]
    assert sorted(head(world, "show", "--name-only", "--format=", "HEAD").split()) == sorted(
        [CN, *(path for path in head(world, "show", "--name-only", "--format=", "HEAD").split() if "/setting/" in path)]
    )
    setting = world.svc("show", "calendar.cn-working", "-O", "json").json
    (value,) = setting["fields"]["values"]
    assert value["value"] == hashlib.sha256(data).hexdigest()
    assert value["source"] == "国务院办公厅 2027 年安排"
    assert setting["log"][0]["by"] == "li.min"
    assert world.svc("calendar", "explain", "2027-01-03", "-O", "json").json["open"] is True


def test_set_takes_the_file_as_it_is(world: Any, tmp_path: Path) -> None:
    """A calendar of the company's own: comments and all; then the same again changes nothing."""
    file = tmp_path / "own.yaml"
    file.write_text('# 值班\ntimezone: Asia/Shanghai\nweek: {mon: ["08:00-16:00"], sun: ["08:00-16:00"]}\n', "utf-8")
    before = head(world, "rev-parse", "HEAD")
    assert world.svc("calendar", "set", "duty", str(file), "--reason", "值班表", "-n").code == 0
    assert head(world, "rev-parse", "HEAD") == before
    assert world.done("calendar", "set", "duty", str(file), "--reason", "值班表") == "calendar.duty"
    assert (world.root / "schemas/calendars/duty.yaml").read_bytes() == file.read_bytes()
    assert world.svc("calendar", "list", "-q").lines == ["cn-working", "duty"]
    again = world.svc("calendar", "set", "duty", str(file), "--reason", "再来")
    assert again.code == 4
    assert "没有改动" in again.err


def test_set_from_json(world: Any, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text('{"timezone": "UTC", "week": {"mon": ["08:00-16:00"]}}', "utf-8")
    world.done("calendar", "set", "duty", str(file), "--reason", "值班表")
    assert load((world.root / "schemas/calendars/duty.yaml").read_bytes(), "x")["timezone"] == "UTC"


def test_past_days_keep_their_hours(world: Any, tmp_path: Path) -> None:
    file = tmp_path / "cn.yaml"
    text = (world.root / CN).read_text("utf-8")
    file.write_text(text.replace("- '2026-02-23'\n", ""), "utf-8")
    refused = world.svc("calendar", "set", "cn-working", str(file), "--reason", "更正", now="2026-03-05 09:00")
    assert refused.code == 4
    assert "2026-02-23 已经过去" in refused.err
    done = world.svc("calendar", "set", "cn-working", str(file), "--reason", "更正", "--correct")
    assert done.code == 0, done.err
    file.write_text(text.replace("- '2026-02-23'\n", "").replace("- '2026-10-07'\n", ""), "utf-8")
    assert world.svc("calendar", "set", "cn-working", str(file), "--reason", "调整").code == 0


def test_only_an_administrator_sets(world: Any, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text('timezone: UTC\nweek: {mon: ["08:00-16:00"]}\n', "utf-8")
    before = head(world, "rev-parse", "HEAD")
    assert world.svc("calendar", "set", "duty", str(file), "--reason", "值班表", me="wang.fang").code == 4
    assert head(world, "rev-parse", "HEAD") == before


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("../x", 'timezone: UTC\nweek: {mon: ["08:00-16:00"]}\n', 2),
        ("Duty", 'timezone: UTC\nweek: {mon: ["08:00-16:00"]}\n', 2),
        ("duty", "timezone: UTC\nweek: {mon: []}\n", 2),
        ("duty", 'timezone: UTC\ntitle: only\nweek: {mon: ["08:00-16:00"]}\n', 2),
        ("duty", "timezone: [", 6),
    ],
)
def test_set_refuses(name: str, text: str, code: int, world: Any, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text, "utf-8")
    assert world.svc("calendar", "set", name, str(file), "--reason", "x").code == code


def test_set_needs_a_reason(world: Any, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text('timezone: UTC\nweek: {mon: ["08:00-16:00"]}\n', "utf-8")
    answer = world.svc("calendar", "set", "duty", str(file))
    assert answer.code == 2
    assert "缺少 --reason" in answer.err


def test_in_english(svc: Svc, english: None) -> None:
    assert svc("calendar", "explain", "2026-10-01", "cn-working").lines[:2] == [
        "date:     2026-10-01 Thursday  closed",
        "why:      a holiday",
    ]


def test_target_in_service_hours_once_the_calendar_is_named(world: Any, tmp_path: Path) -> None:
    """A call at 10:00, arrival not yet: eight hours of 08-12 and 13:30-17:30, holidays or not, and 24 hours at most."""
    sheet = "PG-0101-26-00001-13"
    start = ("--reason", "管理评审", "--from", "2026-01-01")
    world.done("setting", "set", "repair.starts_on", "reported_at", *start)
    assert clock_of(world, sheet)["target"] is None
    file = tmp_path / "service.yaml"
    days = ", ".join(
        f'{day}: ["08:00-12:00", "13:30-17:30"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    )
    file.write_text(f"timezone: Asia/Shanghai\nweek: {{{days}}}\n", "utf-8")
    world.done("calendar", "set", "service-hours", str(file), "--reason", "7×8")
    world.done("setting", "set", "service.calendar", "service-hours", *start)
    found = clock_of(world, sheet)
    assert (found["start"], found["target"], found["due"]) == (
        "2026-03-03T10:00:00+08:00",
        "2026-03-04T10:00:00+08:00",
        "2026-03-04T10:00:00+08:00",
    )
    assert world.svc("check").code == 0


def clock_of(world: Any, sheet: str) -> Any:
    """The clock of the repair."""
    found = world.svc("show", sheet, "--clocks", "-O", "json").json
    return next(one for one in found["clocks"] if one["name"] == "repair")
