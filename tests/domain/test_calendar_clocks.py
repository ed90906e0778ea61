"""Clocks of a flow in working time: calendars named or set, pauses by state, agreed times, targets beside limits."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svc.domain.calendar_book import CalendarBook
from svc.domain.case import Case
from svc.domain.clocks import Running, clocks, idle, owed
from svc.domain.compiled import fits
from svc.domain.limits import agreements, reckon, unagreed
from svc.domain.memory import Layered
from svc.domain.procedure import Library
from svc.domain.record import Entry, Record
from svc.domain.refusal import Refusal
from svc.domain.world import Acting, Scene
from svc.store.schemas import load_folder

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = ["08:00-12:00", "13:30-17:30"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
CALENDARS = {
    "calendars/office.yaml": {
        "timezone": "Asia/Shanghai",
        "years": [2026],
        "week": {day: OFFICE for day in WEEKDAYS},
        "holidays": ["2026-10-01"],
    },
    "calendars/service.yaml": {"timezone": "Asia/Shanghai", "week": {day: OFFICE for day in (*WEEKDAYS, "sat", "sun")}},
    "calendars/broken.yaml": {"timezone": "Nowhere", "week": {}},
}
STATES = {name: {"zh": name, "en": name} for name in ("begun", "resting", "queried", "over")}
FLOW: dict[str, Any] = {
    "form": "errand",
    "title": {"zh": "事项", "en": "errand"},
    "bound": "never",
    "retention": "workflow",
    "states": {**STATES, "over": {**STATES["over"], "final": True}},
    "clocks": {},
    "actions": {
        "begin": {
            "to": "begun",
            "by": ["clerk"],
            "clause": "1",
            "text": {"zh": "开始", "en": "begin"},
            "takes": ["since"],
        },
        "finish": {
            "from": "begun",
            "to": "over",
            "by": ["clerk"],
            "clause": "1",
            "text": {"zh": "完成", "en": "finish"},
        },
    },
}


@lru_cache(maxsize=1)
def shipped(root: Path) -> Mapping[str, Any]:
    """The project's schemas by path below their folder."""
    return {path.removeprefix("schemas/"): document for path, document in load_folder(root / "schemas").items()}


def library(root: Path, spans: Mapping[str, Any]) -> Library:
    """The shipped schemas, and a procedure of one form with one clock."""
    documents = dict(shipped(root))
    flow = copy.deepcopy(FLOW)
    words = {"zh": "办结", "en": "done", "from": "since", "until": "finish", "clause": "1"}
    flow["clocks"]["done"] = {**words, **spans}
    assert fits(flow, documents["flow.schema.json"]), spans
    documents["sample@1/errand.flow.yaml"] = flow
    documents["sample@1/errand.schema.json"] = copy.deepcopy(documents["core@1/unit.schema.json"])
    documents["sample@1/procedure.yaml"] = {
        "procedure": "sample",
        "revision": 1,
        "title": {"zh": "样例", "en": "sample"},
        "uses": ["core@1"],
        "roles": {"clerk": {"zh": "经办", "en": "clerk"}},
        "prefixes": {"errand": "QQ"},
        "settings": {"work.calendar": {"zh": "日历", "en": "calendar", "schema": {"type": "string"}, "source": "样例"}},
    }
    return Library.read(documents, ("core@1", "sample@1"))


def at(text: str) -> str:
    return f"2026-{text}:00+08:00"


def run(
    root: Path, spans: Mapping[str, Any], *, now: str, log: tuple[tuple[str, ...], ...], **more: Any
) -> tuple[Running, Case]:
    """The clock of a record with that log; `setting`: what names the calendar."""
    case = made(root, spans, now=now, log=log, **more)
    (found,) = clocks(case, case.at)
    return found, case


def made(root: Path, spans: Mapping[str, Any], *, now: str, log: tuple[tuple[str, ...], ...], **more: Any) -> Case:
    """A record with that log: (action, state, time, reason) a step; the first step gave its fields."""
    known = library(root, spans)
    values = [{"value": name, "from": f"{day}T00:00:00+08:00", "source": "x"} for name, day in more.pop("setting", ())]
    world = Layered()
    if values:
        world.put(
            Record(
                "work.calendar",
                "setting",
                "core@1",
                "active",
                None,
                {"name": "work.calendar", "values": values},
                (),
                (),
            )
        )
    moment = datetime.fromisoformat(at(now))
    scene = Scene(world, known, ZONE, "0101", moment, CalendarBook(CALENDARS))
    entries = tuple(
        Entry(n, action, to, "li.min", "clerk", at(when), at(when), reason=next(iter(reason), None))
        for n, (action, to, when, *reason) in enumerate(log, 1)
    )
    fields = {"since": entries[0].at, **more}
    form = known.forms["errand"]
    return Case(scene, form, "QQ-1", entries[-1].to, fields, Acting("li.min", "clerk"), moment, log=entries)


FRIDAY = (("begin", "begun", "11-20T16:00"),)


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ({"hours": 8}, "11-21T00:00"),
        ({"days": 2}, "11-23T00:00"),
        ({"hours": 8, "calendar": "office"}, "11-23T16:00"),
        ({"minutes": 90, "calendar": "office"}, "11-20T17:30"),
        ({"minutes": 91, "calendar": "office"}, "11-23T08:01"),
        ({"hours": 8, "calendar": "service"}, "11-21T16:00"),
        ({"days": 2, "calendar": "office"}, "11-25T00:00"),
        ({"days": 2, "calendar": "office", "until": "closing"}, "11-24T17:30"),
        ({"days": 2, "calendar": "office", "until": "time"}, "11-24T16:00"),
        ({"days": 2, "until": "time"}, "11-22T16:00"),
        ({"days": 2, "calendar": "service"}, "11-23T00:00"),
        ({"field": "length", "unit": "days", "calendar": "office"}, "11-26T00:00"),
        ({"hours": 8, "calendar": "office", "extends": "agreed"}, "12-02T00:00"),
        ({"hours": 8, "extends": "talks.*.until"}, "11-27T12:00"),
        ({"hours": 8, "extends": "nothing"}, "11-21T00:00"),
        ({"due": "since", "extends": "agreed"}, "12-02T00:00"),
        ({"due": "agreed"}, "12-02T00:00"),
    ],
)
def test_limit(limit: dict[str, Any], due: str, root: Path) -> None:
    talks = [{"until": at("11-25T12:00")}, {"until": at("11-27T12:00")}]
    spans = {"limit": limit}
    found, _ = run(root, spans, now="11-20T16:00", log=FRIDAY, agreed="2026-12-01", talks=talks, length=3)
    assert found.due is not None and found.due.astimezone(ZONE).isoformat() == at(due)
    assert found.unset is None


def test_target_and_limit_on_different_calendars(root: Path) -> None:
    spans = {"target": {"hours": 8, "calendar": "office"}, "limit": {"hours": 71}}
    found, _ = run(root, spans, now="11-20T16:00", log=FRIDAY)
    assert found.target is not None and found.target.isoformat() == at("11-23T16:00")
    assert found.due is not None and found.due.isoformat() == at("11-23T15:00")


@pytest.mark.parametrize(
    ("limit", "now", "due"),
    [
        # 1:30 counted on Friday morning (10:30-12:00) before the rest; from Monday 10:00 the rest of it.
        ({"hours": 4, "calendar": "office"}, "11-30T08:00", "11-23T14:00"),
        ({"hours": 4}, "11-30T08:00", "11-23T12:30"),
        ({"days": 1, "calendar": "office"}, "11-30T08:00", "11-24T00:00"),
        # As known on Saturday the rest still lasts: the due time moves along with it.
        ({"hours": 4}, "11-21T12:00", "11-21T14:30"),
        ({"hours": 4, "calendar": "office"}, "11-21T12:00", "11-23T10:30"),
    ],
)
def test_time_in_a_pausing_state_does_not_count(limit: dict[str, Any], now: str, due: str, root: Path) -> None:
    log = [("begin", "begun", "11-20T10:30"), ("rest", "resting", "11-20T12:00"), ("ask", "queried", "11-21T09:00")]
    log += [("resume", "begun", "11-23T10:00")] if now > "11-23" else []
    spans = {"limit": {**limit, "pauses": ["resting", "queried"]}}
    found, case = run(root, spans, now=now, log=tuple(log))
    assert found.due is not None and found.due.astimezone(ZONE).isoformat() == at(due)
    assert not owed(case, case.at) or now > "11-23"


def test_notes_do_not_end_a_pause(root: Path) -> None:
    log = (("begin", "begun", "11-20T10:00"), ("rest", "resting", "11-20T11:00"), ("note", "resting", "11-20T11:30"))
    found, _ = run(root, {"limit": {"hours": 2, "pauses": ["resting"]}}, now="11-20T15:00", log=log)
    assert found.due is not None and found.due.isoformat() == at("11-20T16:00")
    assert not found.late


@pytest.mark.parametrize(
    ("setting", "due", "unset"),
    [
        ((), None, "work.calendar"),
        ((("office", "2026-01-01"),), "11-23T16:00", None),
        ((("office", "2026-01-01"), ("service", "2026-11-21")), "11-23T16:00", None),
        ((("office", "2026-01-01"), ("service", "2026-11-20")), "11-21T16:00", None),
        ((("nobody", "2026-01-01"),), None, "work.calendar"),
    ],
)
def test_setting_names_the_calendar_in_force_at_the_start(
    setting: tuple[tuple[str, str], ...], due: str | None, unset: str | None, root: Path
) -> None:
    spans = {"limit": {"hours": 8, "calendar": {"setting": "work.calendar"}}}
    found, case = run(root, spans, now="12-20T16:00", log=FRIDAY, setting=setting)
    assert (found.due.isoformat() if found.due else None) == (at(due) if due else None)
    assert found.unset == unset
    assert bool(owed(case, case.at)) is (due is not None)


@pytest.mark.parametrize(
    ("calendar", "why"),
    [
        ("nobody", "没有日历 nobody。"),
        ("broken", "日历读不懂：没有时区 Nowhere。"),
        ("office", "日历没有 2027 年的数据；有：2026。"),
    ],
)
def test_what_cannot_be_reckoned_is_not_guessed(calendar: str, why: str, root: Path) -> None:
    """Nobody is late against a calendar that does not know; the rest of the repository is not disturbed."""
    spans = {"limit": {"hours": 8, "calendar": calendar}, "target": {"hours": 1}}
    log = (("begin", "begun", "12-31T16:00"),)
    found, case = run(root, spans, now="12-31T18:00", log=log)
    assert (found.due, found.unset) == (None, f"calendar.{calendar}")
    assert found.limit is not None and found.limit.why is not None and found.limit.why.zh == why
    assert found.target is not None
    assert owed(case, case.at) == []


def test_target_that_nobody_has_set_is_named(root: Path) -> None:
    spans = {"limit": {"hours": 24}, "target": {"hours": 8, "calendar": {"setting": "work.calendar"}}}
    found, _ = run(root, spans, now="11-20T16:00", log=FRIDAY)
    assert found.due is not None and found.target is None
    assert found.unset is None
    assert found.goal is not None and found.goal.unset == "work.calendar"


def test_the_shipped_procedure_counts_its_target_in_service_hours(root: Path) -> None:
    """4.2.3: an ordinary fault in a working day, at most 24 hours; which eight hours those are is the company's to say."""
    (clock,) = (
        clock
        for path, flow in shipped(root).items()
        if path.startswith("chenggong@1/") and path.endswith(".flow.yaml")
        for clock in flow.get("clocks", {}).values()
        if "target" in clock
    )
    assert clock["target"] == {"hours": 8, "calendar": {"setting": "service.calendar"}}
    assert clock["limit"] == {"hours": 24}
    assert "value" not in shipped(root)["chenggong@1/procedure.yaml"]["settings"]["service.calendar"]


def test_course_of_a_due_time(root: Path) -> None:
    """Each stay in a pausing state stands by itself, with the reason given for it."""
    log = (*FRIDAY, ("rest", "resting", "11-20T17:00", "缺件"), ("ask", "queried", "11-23T08:30"))
    log = (*log, ("resume", "begun", "11-23T09:00"))
    spans = {"limit": {"hours": 2, "calendar": "office", "pauses": ["resting", "queried"]}}
    found, _ = run(root, spans, now="11-23T09:00", log=log)
    assert found.limit is not None
    assert [(one.entry.step, one.lasts) for one in found.limit.pauses] == [(2, False), (3, False)]
    told = [(f"{s.begin:%d %H:%M}", f"{s.end:%d %H:%M}", s.total // 60, s.why.zh) for s in found.limit.course(ZONE)]
    assert told == [
        ("20 16:00", "20 17:00", 60, "计时"),
        ("20 17:00", "20 17:30", 60, "暂停计时，resting（缺件）"),
        ("20 17:30", "21 00:00", 60, "非工作时段"),
        ("21 00:00", "23 00:00", 60, "每周的休息日"),
        ("23 00:00", "23 08:00", 60, "非工作时段"),
        ("23 08:00", "23 08:30", 60, "暂停计时，resting（缺件）"),
        ("23 08:30", "23 09:00", 60, "暂停计时，queried"),
        ("23 09:00", "23 10:00", 120, "计时"),
    ]


def test_course_of_elapsed_time_is_one_stretch(root: Path) -> None:
    found, _ = run(root, {"limit": {"hours": 8}}, now="11-20T16:00", log=FRIDAY)
    assert found.limit is not None
    (told,) = found.limit.course(ZONE)
    assert (told.counted, told.total) == (True, 8 * 3600)


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        # Friday to Tuesday: a weekend between, the holiday of 1 October is far off.
        (
            {"days": 2, "calendar": "office"},
            [("11-20", "11-20", 0, "起始日"), ("11-21", "11-22", 0, "每周的休息日"), ("11-23", "11-24", 2, "计时")],
        ),
        ({"days": 3}, [("11-20", "11-20", 0, "起始日"), ("11-21", "11-23", 3, "计时")]),
        # Rested from Friday evening into Monday afternoon: the Saturday was closed anyhow, of Monday a moment counted.
        (
            {"days": 1, "calendar": "service", "pauses": ["resting"]},
            [
                ("11-20", "11-20", 0, "起始日"),
                ("11-21", "11-22", 0, "暂停计时，resting"),
                ("11-23", "11-23", 1, "计时"),
            ],
        ),
    ],
)
def test_course_of_days(limit: dict[str, Any], told: list[tuple[str, str, int, str]], root: Path) -> None:
    """Days are counted by the day: which counted, which did not and why."""
    log = (*FRIDAY, ("rest", "resting", "11-20T18:00"), ("resume", "begun", "11-23T15:00"))
    found, _ = run(root, {"limit": limit}, now="11-23T16:00", log=log)
    assert found.limit is not None
    days = [
        (f"{s.begin:%m-%d}", f"{s.end - timedelta(days=1):%m-%d}", s.total, s.why.zh) for s in found.limit.course(ZONE)
    ]
    assert days == told


def test_a_pause_that_lasts_is_known_up_to_now(root: Path) -> None:
    log = (*FRIDAY, ("rest", "resting", "11-20T17:00"))
    found, _ = run(root, {"limit": {"hours": 2, "pauses": ["resting"]}}, now="11-20T18:30", log=log)
    assert found.limit is not None
    (pause,) = found.limit.pauses
    assert (pause.lasts, pause.end.isoformat()) == (True, at("11-20T18:30"))


def test_a_holiday_in_the_course_is_called_one(root: Path) -> None:
    log = (("begin", "begun", "09-30T17:00"),)
    found, _ = run(root, {"limit": {"hours": 1, "calendar": "office"}}, now="09-30T17:00", log=log)
    assert found.limit is not None
    skipped = [(f"{s.begin:%m-%d %H:%M}", s.why.zh) for s in found.limit.course(ZONE) if not s.counted]
    assert skipped == [("09-30 17:30", "非工作时段"), ("10-01 00:00", "放假日"), ("10-02 00:00", "非工作时段")]


def test_the_times_agreed_on_and_the_steps_that_gave_them(root: Path) -> None:
    """Whether a step gave the time, filled it, or added it to a list; what the limit was before is still known."""
    raw = {"hours": 8, "extends": "talks.*.until"}
    first, second = {"until": at("11-25T12:00")}, {"until": "2026-11-27"}
    case = made(root, {"limit": raw}, now="11-20T16:00", log=FRIDAY, talks=[first, second])
    began, talk = case.log[0]._replace(gave={"talks": [first]}), case.log[0]._replace(step=2, added={"talks": [second]})
    case = replace(case, log=(began, talk))
    told = [(entry.step, moment.astimezone(ZONE).isoformat()) for entry, moment in agreements(raw, case)]
    assert told == [(1, at("11-25T12:00")), (2, at("11-28T00:00"))]
    start = datetime.fromisoformat(began.at)
    before = unagreed(raw, start, case, case.at)
    assert (before.due, before.agreed) == (datetime.fromisoformat(at("11-21T00:00")), False)
    assert reckon(raw, start, case, case.at).agreed


@pytest.mark.parametrize(
    ("spans", "off", "begins"),
    [
        ({"from": "until"}, False, "until"),
        ({"when": {"has": ["until"]}}, True, "since"),
        ({"from": {"setting": "work.calendar", "choose": ["since", "until"]}}, False, None),
    ],
)
def test_why_a_clock_does_not_run(spans: dict[str, Any], off: bool, begins: str | None, root: Path) -> None:
    """Its condition does not hold, nothing stands where it begins, or the setting names no start that it knows."""
    more = {"limit": {"hours": 1}, **spans}
    case = made(root, more, now="11-20T17:00", log=FRIDAY, setting=(("noon", "2026-01-01"),))
    assert clocks(case, case.at) == []
    assert [(one.off, one.begins) for one in idle(case)] == [(off, begins)]


def test_a_clock_that_runs_is_not_idle(root: Path) -> None:
    case = made(root, {"limit": {"hours": 1}}, now="11-20T17:00", log=FRIDAY)
    assert idle(case) == []


@pytest.mark.parametrize(("day", "due"), [("11-20", "11-20T17:00"), ("11-21", None)])
def test_a_record_keeps_the_start_that_was_in_force_when_it_was_made(day: str, due: str | None, root: Path) -> None:
    """A setting that changes moves no deadline that already runs."""
    spans = {"from": {"setting": "work.calendar", "choose": ["since"]}, "limit": {"hours": 1}}
    found, _ = run(root, spans, now="11-30T17:00", log=FRIDAY, setting=(("since", f"2026-{day}"),))
    assert (found.due.isoformat() if found.due else None) == (at(due) if due else None)
    assert found.unset == (None if due else "work.calendar")


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ({"field": "length", "unit": "hours"}, "超出 1970 至 2999 年。"),
        ({"field": "length", "unit": "days"}, "超出 1970 至 2999 年。"),
        ({"field": "nothing", "unit": "days"}, "“nothing”没有可用的值。"),
        ({"due": "far"}, "“far”没有可用的值。"),
        ({"due": "late"}, "“late”没有可用的值。"),
        ({"hours": 8, "calendar": "office", "until": "closing", "extends": "far"}, ""),
    ],
)
def test_what_no_calendar_reaches_is_said(limit: dict[str, Any], why: str, root: Path) -> None:
    """Numbers and times beyond the years that are known make no due time, and no error."""
    far = {"length": 10**15, "far": "9999-12-31", "late": "9999-12-31T23:59:59-08:00"}
    case = made(root, {"limit": {"hours": 1}}, now="11-20T17:00", log=FRIDAY, **far)
    found = reckon(limit, datetime.fromisoformat(case.log[0].at), case, case.at)
    assert (found.why.zh if found.why else "") == why
    assert (found.due is None) is bool(why)
    assert list(found.course(ZONE)) == [] if why else found.calendar


def test_a_start_beyond_the_years_is_none(root: Path) -> None:
    case = made(root, {"limit": {"hours": 1}}, now="11-20T17:00", log=FRIDAY, since="9999-12-31T23:59:59-08:00")
    assert clocks(case, case.at) == []
    assert [one.begins for one in idle(case)] == ["since"]


@pytest.mark.parametrize(
    ("calendar", "remedy"),
    [("nobody", "svc calendar list"), ("office", "svc calendar import 2027 office")],
)
def test_what_to_do_about_a_calendar_that_does_not_know(calendar: str, remedy: str, root: Path) -> None:
    log = (("begin", "begun", "12-31T16:00"),)
    found, _ = run(root, {"limit": {"hours": 8, "calendar": calendar}}, now="12-31T18:00", log=log)
    assert found.limit is not None and found.limit.remedy is not None
    assert found.limit.remedy.zh == remedy


def test_agreed_time_has_no_course(root: Path) -> None:
    found, _ = run(
        root, {"limit": {"hours": 8, "extends": "agreed"}}, now="11-20T16:00", log=FRIDAY, agreed="2026-12-01"
    )
    assert found.limit is not None and found.limit.agreed
    assert list(found.limit.course(ZONE)) == []


@pytest.mark.parametrize(
    ("span", "fine"),
    [
        ({"hours": 8, "calendar": "office"}, True),
        ({"hours": 8, "calendar": {"setting": "work.calendar"}, "pauses": ["resting"], "extends": "agreed"}, True),
        ({"days": 8, "until": "closing"}, True),
        ({"hours": 8, "until": "closing"}, False),
        ({"days": 8, "until": "noon"}, False),
        ({"hours": 8, "calendar": "Office"}, False),
        ({"hours": 8, "calendar": ["office"]}, False),
        ({"hours": 8, "pauses": []}, False),
        ({"due": "agreed", "calendar": "office"}, False),
    ],
)
def test_flow_schema(span: dict[str, Any], fine: bool, root: Path) -> None:
    schema = shipped(root)["flow.schema.json"]
    clock = {"zh": "办结", "en": "done", "from": "since", "until": "finish", "clause": "1", "limit": span}
    assert fits({**FLOW, "clocks": {"done": clock}}, schema) is fine


def test_calendars_are_read_one_by_one() -> None:
    book = CalendarBook(CALENDARS)
    assert list(book) == ["broken", "office", "service"]
    assert len(book) == 3 and "office" in book and "nobody" not in book
    assert book["office"] is book["office"]
    with pytest.raises(Refusal):
        book["broken"]
