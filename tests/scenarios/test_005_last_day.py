"""Scenario 5: failed on the last day of the warranty, reported the day after."""

from __future__ import annotations

from typing import Any


def test_005_fault_on_the_last_day_reported_after(clerk: Any) -> None:
    """CG956-0002 failed on 4 March, its last day, and was reported on the 5th: judged by the day of the fault."""
    call = clerk.checked("CG956-0002", "fault_time=2008-03-04 17:00")
    check = clerk.show(call)["fields"]["warranty_check"]
    assert check["basis"] == "fault_time"
    assert check["on"] == "2008-03-04"
    assert check["verdict"] == "eligible"


def test_005_the_card_says_by_which_day(clerk: Any) -> None:
    """Whoever looks at the call sees by which of the two days it was judged."""
    call = clerk.checked("CG956-0002", "fault_time=2008-03-04 17:00")
    card = clerk.svc("show", call).out
    assert "判定日期" in card and "2008-03-04" in card
    assert "判定依据" in card and "故障时间" in card


def test_005_a_fault_after_the_last_day_is_expired(clerk: Any) -> None:
    call = clerk.checked("CG956-0002", "fault_time=2008-03-05 00:00")
    assert clerk.show(call)["fields"]["warranty_check"]["verdict"] == "expired"


def test_005_fault_cannot_lie_after_its_report(clerk: Any) -> None:
    given = ("serial=CG956-0001", "channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0123")
    more = ("fault_place=示例工地", "fault_symptom=漏油", "fault_time=2008-03-05 09:30")
    said = clerk.refused(4, "create", "intake", *given, *more, "--at", "2008-03-05 09:00", me="wang.fang")
    assert "故障时间晚于报修时间" in said


def test_005_report_stays_under_warranty(clerk: Any) -> None:
    """The repair report inherits the same decision."""
    call = clerk.checked("CG956-0002", "fault_time=2008-03-04 17:00")
    sheet = clerk.dispatch(call)
    report = clerk.report(sheet, "no_parts=true", now="2008-03-05 10:00")
    assert clerk.show(report)["fields"]["in_warranty_on_fault"] is True
    clerk.done("advance", report, "submit", me="zhang.wei")
