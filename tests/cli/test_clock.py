"""`svc clock`: one question, and a file of them; answers for programs, and how they came about for people."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import svc.cli.clock  # noqa: F401 - so that `english` finds it

Svc = Callable[..., Any]

CALENDAR = """\
timezone: Asia/Shanghai
week: {mon: ["08:00-12:00", "13:30-17:30"], tue: ["08:00-12:00", "13:30-17:30"]}
holidays: [2026-11-24, "12-25"]
"""


@pytest.fixture
def cal(tmp_path: Path) -> str:
    path = tmp_path / "cal.yaml"
    path.write_text(CALENDAR, "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("due", "--start", "2026-11-23 16:00", "--hours", "1"), "2026-11-23T17:00:00+08:00"),
        (("due", "--start", "2026-11-23T16:00", "--hours", "1.5"), "2026-11-23T17:30:00+08:00"),
        (("due", "--start", "2026-11-23 16:00", "--hours", "1", "--minutes", "31"), "2026-11-30T08:01:00+08:00"),
        (("due", "--start", "2026-11-23T08:00:00Z", "--seconds", "10"), "2026-11-23T16:00:10+08:00"),
        (("due", "--start", "16:00", "--hours", "1"), "2026-11-23T17:00:00+08:00"),
        (("due", "--hours", "1"), "2026-11-23T10:00:00+08:00"),
        (("due", "--as-of", "2026-11-23 10:30", "--hours", "1"), "2026-11-23T11:30:00+08:00"),
        (("due", "--start", "-1h", "--hours", "2"), "2026-11-23T10:00:00+08:00"),
        (("back", "--start", "2026-11-30 09:00", "--minutes", "90"), "2026-11-23T17:00:00+08:00"),
        (("open", "--start", "2026-11-23 12:00"), "2026-11-23T13:30:00+08:00"),
        (("elapsed", "--start", "2026-11-23 11:00", "--end", "2026-11-23 14:00"), "5400"),
        (("elapsed", "--start", "2026-11-23 08:00"), "3600"),
        (("days", "--start", "2026-11-23 11:00", "--days", "1"), "2026-12-01T00:00:00+08:00"),
        (("days", "--start", "2026-11-23 11:00", "--days", "1", "--until", "closing"), "2026-11-30T17:30:00+08:00"),
        (("days", "--start", "2026-11-23 11:00", "--days", "1", "--until", "time"), "2026-11-30T11:00:00+08:00"),
        (
            ("due", "--start", "2026-11-23 09:00", "--hours", "1", "--pause", "2026-11-23 09:30..2026-11-23 09:40"),
            "2026-11-23T10:10:00+08:00",
        ),
        (
            ("due", "--start", "2026-11-23 09:00", "--hours", "1", "--pause", "09:30..09:40"),
            "2026-11-23T10:10:00+08:00",
        ),
    ],
)
def test_one_question(words: tuple[str, ...], value: str, cal: str, svc: Svc) -> None:
    """The answer alone on stdout; no repository is needed."""
    answer = svc("clock", *words, "--calendar", cal, now="2026-11-23 09:00")
    assert (answer.code, answer.out, answer.err) == (0, value + "\n", "")


def test_one_question_as_json(cal: str, svc: Svc) -> None:
    words = ("--start", "2026-11-23 16:00", "--hours", "1", "--pause", "2026-11-23 16:10..2026-11-23 16:20")
    assert svc("clock", "due", "--calendar", cal, *words, "-O", "json").json == {
        "op": "due",
        "calendar": cal,
        "start": "2026-11-23T16:00:00+08:00",
        "seconds": 3600,
        "pauses": [["2026-11-23T16:10:00+08:00", "2026-11-23T16:20:00+08:00"]],
        "value": "2026-11-23T17:10:00+08:00",
    }


def test_how_it_came_about(cal: str, svc: Svc) -> None:
    words = ("due", "--calendar", cal, "--start", "2026-11-23 17:00", "--hours", "1", "--how")
    assert svc("clock", *words).lines == [
        "起                         止                         计     累计  说明",
        "-------------------------  -------------------------  --  -------  ------------",
        "2026-11-23T17:00:00+08:00  2026-11-23T17:30:00+08:00  是  0:30:00  计时",
        "2026-11-23T17:30:00+08:00  2026-11-24T00:00:00+08:00  否  0:30:00  非工作时段",
        "2026-11-24T00:00:00+08:00  2026-11-25T00:00:00+08:00  否  0:30:00  放假日",
        "2026-11-25T00:00:00+08:00  2026-11-30T00:00:00+08:00  否  0:30:00  每周的休息日",
        "2026-11-30T00:00:00+08:00  2026-11-30T08:00:00+08:00  否  0:30:00  非工作时段",
        "2026-11-30T08:00:00+08:00  2026-11-30T08:30:00+08:00  是  1:00:00  计时",
    ]
    told = svc("clock", *words, "-O", "ndjson").lines
    assert json.loads(told[-1]) == {
        "begin": "2026-11-30T08:00:00+08:00",
        "end": "2026-11-30T08:30:00+08:00",
        "counted": True,
        "total": 3600,
        "why": "计时",
    }


def test_how_it_went_back(cal: str, svc: Svc) -> None:
    words = ("back", "--calendar", cal, "--start", "2026-11-23 09:00", "--minutes", "30", "--how", "-O", "ids")
    assert svc("clock", *words).lines == ["2026-11-23T08:30:00+08:00"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "缺少 due elapsed open back days"),
        (("later",), "later"),
        (("due",), "缺少 --hours / --minutes / --seconds"),
        (("due", "--hours", "-1"), "整秒数"),
        (("due", "--hours", "0.0001"), "整秒数"),
        (("due", "--hours", "nan"), "整秒数"),
        (("due", "--hours", "八"), "整秒数"),
        (("days",), "缺少 --days"),
        (("days", "--days", "-1"), "--days"),
        (("due", "--hours", "1", "--start", "noon"), "看不懂这个时间"),
        (("due", "--hours", "1", "--pause", "09:00"), "起..止"),
        (("due", "--hours", "1", "--pause", "10:00..09:00"), "早于起"),
        (("elapsed", "--start", "10:00", "--end", "09:00"), "早于起"),
    ],
)
def test_unreadable(words: tuple[str, ...], said: str, cal: str, svc: Svc) -> None:
    answer = svc("clock", *words, "--calendar", cal)
    assert answer.code in (2, 4)
    assert said in answer.err
    assert answer.out == ""


# ── a file of questions ───────────────────────────────────────────────────────────────────────────────────────────


def asked(folder: Path, *cases: Any) -> str:
    """A file with one case a line."""
    path = folder / "cases.ndjson"
    lines = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in cases)
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def test_batch_as_the_contract_says(cal: str, tmp_path: Path, svc: Svc) -> None:
    """One result object a line, in the same order; the calendar is found beside the file."""
    common = {"calendar": "cal.yaml", "start": "2026-11-23T16:00:00"}
    file = asked(
        tmp_path,
        {
            "id": "a",
            "op": "due",
            **common,
            "seconds": 28800,
            "pauses": [["2026-11-30T08:00:00", "2026-11-30T09:00:00"]],
        },
        {"id": "b", "op": "elapsed", **common, "end": "2026-11-30T09:00:00", "pauses": []},
        {"id": "c", "op": "open", **common},
        {"id": "d", "op": "back", **common, "seconds": 600},
        {"id": "e", "op": "days", **common, "days": 3, "until": "time"},
        {"id": "f", "op": "days", **common, "days": 3, "until": "closing"},
        {"id": "g", "op": "days", **common, "days": 3, "until": "midnight"},
    )
    answer = svc("clock", "--batch", file)
    assert (answer.code, answer.err) == (0, "")
    assert answer.lines == [
        '{"id": "a", "value": "2026-11-30T17:00:00+08:00"}',
        '{"id": "b", "value": 9000}',
        '{"id": "c", "value": "2026-11-23T16:00:00+08:00"}',
        '{"id": "d", "value": "2026-11-23T15:50:00+08:00"}',
        '{"id": "e", "value": "2026-12-07T16:00:00+08:00"}',
        '{"id": "f", "value": "2026-12-07T17:30:00+08:00"}',
        '{"id": "g", "value": "2026-12-08T00:00:00+08:00"}',
    ]


def test_batch_answers_the_whole_table(root: Path, tmp_path: Path, svc: Svc) -> None:
    """The table of cases worked out by hand and by independent code (tests/domain), through the command line."""
    table = runpy.run_path(str(root / "tests" / "domain" / "test_calendar_cases.py"))
    for name, document in table["CALENDARS"].items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    rows = table["cases"]()
    lines = ({"id": row["id"], "calendar": f"{row['calendar']}.json", **table["question"](row)} for row in rows)
    answer = svc("clock", "--batch", asked(tmp_path, *lines))
    assert (answer.code, answer.err, len(answer.lines)) == (0, "", len(rows))
    found = [json.loads(line) for line in answer.lines]
    assert [one["id"] for one in found] == [row["id"] for row in rows]
    told = ["refused" if "error" in one else str(one["value"]) for one in found]
    assert told == [row["value"] for row in rows]
    assert len(rows) >= 150


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"op": "due", "start": "2026-11-23T16:00:00"}, "seconds"),
        ({"op": "due", "start": "2026-11-23T16:00:00", "seconds": -1}, "seconds"),
        ({"op": "due", "start": "2026-11-23T16:00:00", "seconds": "60"}, "seconds"),
        ({"op": "due", "start": "2026-11-23T16:00:00", "seconds": True}, "seconds"),
        ({"op": "due", "seconds": 1}, "start 不是时刻"),
        ({"op": "due", "start": 5, "seconds": 1}, "start 不是时刻"),
        ({"op": "due", "start": "15:00", "seconds": 1}, "start 不是时刻"),
        ({"op": "due", "start": "2026-13-01T00:00:00", "seconds": 1}, "看不懂这个时间"),
        ({"op": "due", "start": "2026-11-23T16:00:00", "seconds": 1, "pauses": {}}, "pauses"),
        ({"op": "due", "start": "2026-11-23T16:00:00", "seconds": 1, "pauses": [["2026-11-23T16:00:00"]]}, "pauses"),
        ({"op": "elapsed", "start": "2026-11-23T16:00:00"}, "end 不是时刻"),
        ({"op": "elapsed", "start": "2026-11-23T16:00:00", "end": "2026-11-23T15:00:00"}, "早于起"),
        ({"op": "days", "start": "2026-11-23T16:00:00", "days": 1.5}, "1.5"),
        ({"op": "days", "start": "2026-11-23T16:00:00", "days": 1, "until": "noon"}, "until"),
        ({"op": "later", "start": "2026-11-23T16:00:00"}, "op 可写"),
        ({"start": "2026-11-23T16:00:00"}, "op 可写"),
        ({"op": "open", "start": "2026-11-23T16:00:00", "calendar": None}, "缺少 calendar"),
        ({"op": "open", "start": "2026-11-23T16:00:00", "calendar": "gone.yaml"}, "读不了 gone.yaml"),
        ({"op": "open", "start": "2026-11-23T16:00:00", "calendar": "nobody"}, "没有日历 nobody"),
        (
            {"op": "open", "start": "2026-11-23T16:00:00", "calendar": {"timezone": "UTC", "week": {}}},
            "没有任何工作时间",
        ),
        ({"op": "open", "start": "2027-01-01T00:00:00", "calendar": "cn-working"}, "日历没有 2027 年的数据"),
        ("nonsense", "不是可读的 JSON"),
        ('{"id": NaN}', "不是可读的 JSON"),
        ("[1, 2]", "这一行不是一个对象。 ["),
        ('{"id": "x", "id": "y"}', "id"),
    ],
)
def test_what_cannot_be_answered_is_said_in_its_line(case: Any, said: str, cal: str, tmp_path: Path, svc: Svc) -> None:
    """The lines before and after are answered all the same."""
    good = {"id": 1, "op": "open", "calendar": "cal.yaml", "start": "2026-11-23T16:00:00"}
    bad = {"calendar": "cal.yaml", "id": "bad", **case} if isinstance(case, dict) else case
    answer = svc("clock", "--batch", asked(tmp_path, good, bad, "", {**good, "id": None}))
    first, second, third = map(json.loads, answer.lines)
    assert (answer.code, first["value"], third["id"]) == (0, "2026-11-23T16:00:00+08:00", None)
    assert set(second) == {"id", "error"}
    assert said in second["error"]
    assert second["id"] == ("bad" if isinstance(case, dict) else None)


def test_batch_takes_a_document_itself_and_a_name(tmp_path: Path, svc: Svc) -> None:
    whole = {"timezone": "America/New_York", "week": {"mon": ["09:00-17:00"]}}
    file = asked(
        tmp_path,
        {"id": 1, "op": "open", "calendar": whole, "start": "2026-11-23T17:00:00"},
        {"id": 2, "op": "open", "calendar": "cn-working", "start": "2026-10-01T08:00:00"},
    )
    values = [json.loads(line)["value"] for line in svc("clock", "--batch", file).lines]
    assert values == ["2026-11-30T09:00:00-05:00", "2026-10-08T08:00:00+08:00"]


def test_batch_from_standard_input(cal: str, svc: Svc) -> None:
    case = json.dumps({"id": 1, "op": "open", "calendar": cal, "start": "2026-11-23T12:00:00"})
    assert svc("clock", "--batch", "-", stdin=case).json == {"id": 1, "value": "2026-11-23T13:30:00+08:00"}


def test_batch_reads_a_calendar_in_json(tmp_path: Path, svc: Svc) -> None:
    (tmp_path / "c.json").write_text('{"timezone": "UTC", "week": {"mon": ["09:00-17:00"]}}', "utf-8")
    file = asked(tmp_path, {"id": 1, "op": "open", "calendar": "c.json", "start": "2026-11-23T17:00:00"})
    assert svc("clock", "--batch", file).json == {"id": 1, "value": "2026-11-30T09:00:00+00:00"}


def test_batch_that_is_not_there(svc: Svc) -> None:
    answer = svc("clock", "--batch", "gone.ndjson")
    assert answer.code == 6
    assert "gone.ndjson" in answer.err


def test_batch_to_a_file(cal: str, tmp_path: Path, svc: Svc) -> None:
    file = asked(tmp_path, {"id": 1, "op": "open", "calendar": "cal.yaml", "start": "2026-11-23T12:00:00"})
    assert svc("clock", "--batch", file, "-o", str(tmp_path / "out.ndjson")).out == ""
    assert json.loads((tmp_path / "out.ndjson").read_text("utf-8"))["id"] == 1


def test_batch_in_english(cal: str, tmp_path: Path, svc: Svc, english: None) -> None:
    file = asked(tmp_path, {"id": 1, "op": "due", "calendar": "cal.yaml", "start": "2026-11-23T12:00:00"})
    assert svc("clock", "--batch", file).json["error"] == "seconds must be a whole number, not None. [seconds]"


def test_a_name_means_the_repository_calendar(company: Any) -> None:
    words = ("clock", "open", "--calendar", "cn-working", "--start", "2026-10-01 09:00")
    assert company.svc(*words).out == "2026-10-08T08:00:00+08:00\n"
    assert company.svc(*words[:2], *words[4:]).out == "2026-10-08T08:00:00+08:00\n"
    assert company.svc("clock", "open", "--calendar", "nobody").code == 3


def test_a_repository_that_is_not_there(svc: Svc) -> None:
    """Named wrongly, the shipped calendars are not quietly used in its place."""
    assert svc("-C", "nowhere", "clock", "open", "--calendar", "cn-working").code == 6
