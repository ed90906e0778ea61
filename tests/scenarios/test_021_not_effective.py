"""Scenario 21: the repair had no effect."""

from __future__ import annotations

from typing import Any


def test_021_not_effective_reopens(clerk: Any) -> None:
    """Verified as not effective, the report is reopened; it stays in the register as such, to be cited in a claim."""
    _, sheet, report = clerk.signed()
    clerk.done("advance", report, "verify", "result=not_effective", "method=visit", now="2008-03-06 09:00")
    record = clerk.show(report, now="2008-03-06 10:00")
    assert record["state"] == "reopened"
    assert record["fields"]["verification"]["result"] == "not_effective"
    assert record["fields"]["verification"]["by"] == "zhao.qiang"
    found = clerk.svc("query", "repair-report", "state:reopened", "result:not_effective", "-O", "ids")
    assert found.out.split() == [report]
    clerk.done("advance", sheet, "finish", me="zhang.wei", now="2008-03-06 09:10")
    clerk.refused(4, "advance", sheet, "close", now="2008-03-06 09:20")


def test_021_it_is_not_filed_but_done_again(clerk: Any) -> None:
    """Rework, with a reason, starts it anew; all that happened before stays in its log."""
    _, _, report = clerk.signed()
    clerk.done("advance", report, "verify", "result=not_effective", "method=visit", now="2008-03-06 09:00")
    clerk.refused(4, "advance", report, "file", now="2008-03-06 09:10")
    clerk.refused(4, "advance", report, "rework", now="2008-03-06 09:10")
    clerk.done("advance", report, "rework", "--reason", "仍漏油", now="2008-03-06 09:10")
    record = clerk.record(report)
    assert record["state"] == "draft"
    assert [e["action"] for e in record["log"]][-2:] == ["verify", "rework"]
