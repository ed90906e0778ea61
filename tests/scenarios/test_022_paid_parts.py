"""Scenario 22: no free parts for a paid case."""

from __future__ import annotations

from typing import Any


def paid(clerk: Any) -> tuple[str, str]:
    """(service call, accepted repair report with parts): the call passed to paid service afterwards."""
    call, sheet = clerk.on_site()
    report = clerk.report(sheet, 'parts:=[{"part":"P-1","qty":2}]')
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", report, "accept", now="2008-03-05 16:00")
    words = ("cause_presumed=misuse",)
    clerk.done("advance", call, "to_paid", *words, now="2008-03-05 16:10")
    return str(call), str(report)


def test_022_free_issue_is_refused_for_a_paid_case(clerk: Any) -> None:
    """The call was passed to paid service (4.2.6): parts are not issued free of charge."""
    call, report = clerk.once(paid)
    words = (f"repair_report={report}", 'lines:=[{"part":"P-1","qty":2}]')
    said = clerk.refused(4, "create", "parts-issue", *words, now="2008-03-05 16:20")
    assert "三包件不免费发放" in said
    assert "依据：4.2.6\n" in said
    assert f"svc show {call} --links" in said


def test_022_the_issue_on_its_way_stops(clerk: Any) -> None:
    """What was asked for before is neither approved nor shipped; it is refused, with a reason."""
    _, report = clerk.once(paid)
    (issue,) = clerk.record(report)["log"][-1]["created"]
    assert "依据：4.2.6\n" in clerk.refused(4, "advance", issue, "approve", now="2008-03-05 16:20")
    clerk.done("advance", issue, "refuse", "--reason", "使用不当", now="2008-03-05 16:30")
    assert clerk.show(issue, now="2008-03-05 17:00")["state"] == "refused"


def test_022_free_is_not_a_choice(clerk: Any) -> None:
    """`free_of_charge` is filled, and cannot be given otherwise."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet, 'parts:=[{"part":"P-1","qty":2}]')
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", report, "accept", now="2008-03-05 16:00")
    words = (f"repair_report={report}", 'lines:=[{"part":"P-1","qty":1}]', "free_of_charge=false")
    clerk.refused(4, "create", "parts-issue", *words, now="2008-03-05 16:20")
