"""Scenario 13: the late dispatch owes a reason."""

from __future__ import annotations

from typing import Any


def late_and_done(clerk: Any) -> tuple[str, str]:
    """(dispatch sheet, report): dispatched one minute late, everything else in time, verified."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 11:01")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:10")
    clerk.done("advance", sheet, "arrive", me="zhang.wei", now="2008-03-05 15:00")
    report = clerk.report(sheet, "no_parts=true")
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", report, "accept", now="2008-03-05 16:00")
    words = ("repair_detail=更换油封", "assembly_replaced=false", "performance_restored=true")
    clerk.done("advance", report, "record_repair", *words, me="zhang.wei", now="2008-03-05 17:00")
    paper = ("--evidence", f"signed_sheet={clerk.paper}")
    clerk.done("advance", report, "user_sign", *paper, me="zhang.wei", now="2008-03-05 17:10")
    clerk.done("advance", sheet, "finish", me="zhang.wei", now="2008-03-05 17:20")
    clerk.done("advance", report, "verify", "result=effective", "method=call_back", now="2008-03-05 18:00")
    return sheet, report


def test_013_closing_waits_for_the_reason(clerk: Any) -> None:
    """Every step went through; closing is refused until the reason is recorded, and says by how much it was late."""
    sheet, _ = clerk.once(late_and_done)
    said = clerk.refused(4, "advance", sheet, "close", now="2008-03-05 18:10")
    assert said == (
        "错误：超期尚未说明原因，不能“关闭”。\n"
        "  - 派工 超期 1 分钟\n"
        f"  位置：{sheet}  状态 repaired（已修复）\n"
        "  依据：4.2.3\n"
        f"  处理：svc advance {sheet} close --reason 原因\n"
    )


def test_013_the_reason_may_come_with_the_closing(clerk: Any) -> None:
    sheet, _ = clerk.once(late_and_done)
    clerk.done("advance", sheet, "close", "--reason", "电话占线", now="2008-03-05 18:10")
    record = clerk.show(sheet, now="2008-03-05 18:20")
    assert record["state"] == "closed"
    assert record["log"][-1]["pays"] == ["dispatch"]
    assert [d["which"] for d in record["fields"]["delay_reasons"]] == ["dispatch"]


def test_013_or_with_any_later_step(clerk: Any) -> None:
    """Late without a reason, paid when taken up: closing then asks nothing more."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 11:01")
    clerk.done("advance", sheet, "accept", "--reason", "电话占线", me="zhang.wei", now="2008-03-05 11:10")
    assert clerk.record(sheet)["log"][-1]["pays"] == ["dispatch"]


def test_013_a_reason_of_the_step_itself_pays_nothing(clerk: Any) -> None:
    """Reassigning asks a reason of its own; that one does not count for being late."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 11:01")
    clerk.done("advance", sheet, "reassign", "assigned_to+=liu.yang", "--reason", "改派", now="2008-03-05 11:10")
    assert "pays" not in clerk.record(sheet)["log"][-1]
    assert "delay_reasons" not in clerk.record(sheet)["fields"]


def test_013_what_is_owed_is_shown(clerk: Any) -> None:
    sheet, _ = clerk.once(late_and_done)
    assert "派工" in clerk.svc("show", sheet, "--clocks", now="2008-03-05 18:10").out
    found = clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-03-05 18:10").out.split()
    assert found == [sheet]
