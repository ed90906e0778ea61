"""Scenario 15: parts by mail: no arrival, but a waybill."""

from __future__ import annotations

from typing import Any


def mailed(clerk: Any) -> tuple[str, str]:
    """(dispatch sheet by mail, its parts issue): accepted, approved and picked."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, "mode=part_mail", now="2008-03-05 10:30")
    clerk.done("advance", sheet, "accept", now="2008-03-05 10:40")
    report = clerk.report(sheet, 'parts:=[{"part":"P-1","qty":2}]', now="2008-03-05 11:00")
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 11:10")
    clerk.done("advance", report, "accept", now="2008-03-05 11:20")
    (issue,) = clerk.record(report)["log"][-1]["created"]
    clerk.done("advance", issue, "approve", now="2008-03-05 11:30")
    clerk.done("advance", issue, "pick", "stock_slip_no=CK-1", me="he.jun", now="2008-03-05 11:40")
    return str(sheet), str(issue)


def test_015_arrival_is_not_for_mailed_parts(clerk: Any) -> None:
    """Nobody arrives: `arrive` is refused and pointed to shipping, and no arrival clock runs."""
    sheet, _ = clerk.once(mailed)
    said = clerk.refused(4, "advance", sheet, "arrive", me="zhang.wei", now="2008-03-05 12:00")
    assert "换件、寄件方式不需到达现场" in said
    assert "依据：4.2.5\n" in said
    assert f"处理：svc advance {sheet} ship\n" in said
    shown = clerk.show(sheet, "--clocks", now="2008-03-08 12:00")
    assert "arrival" not in {c["name"] for c in shown["clocks"]}
    assert "arrived_at" not in shown["fields"]


def test_015_waybill_is_needed(clerk: Any) -> None:
    sheet, issue = clerk.once(mailed)
    said = clerk.refused(4, "advance", issue, "ship", me="he.jun", now="2008-03-05 12:00")
    assert "寄件须填写运单号" in said
    assert f"处理：svc advance {issue} ship waybill_no=运单号\n" in said
    assert "没有已发出的三包件发放单" in clerk.refused(4, "advance", sheet, "ship", now="2008-03-05 12:00")


def test_015_with_the_waybill_to_the_end(clerk: Any) -> None:
    """Shipped, finished without anybody having been on site."""
    sheet, issue = clerk.once(mailed)
    clerk.done("advance", issue, "ship", "waybill_no=YD-1", me="he.jun", now="2008-03-05 12:00")
    clerk.done("advance", sheet, "ship", now="2008-03-05 12:10")
    assert clerk.show(sheet)["state"] == "parts_sent"
    clerk.done("advance", sheet, "finish", now="2008-03-06 09:00")
    assert clerk.show(sheet, now="2008-03-06 10:00")["state"] == "repaired"
