"""Scenario 7: misuse is not a case for the warranty."""

from __future__ import annotations

from typing import Any


def test_007_misuse_is_pointed_to_paid_service(clerk: Any) -> None:
    """A report whose cause is misuse is not submitted; the refusal names the paid service, clause 4.2.6."""
    call, sheet = clerk.on_site()
    report = clerk.report(sheet, "cause=misuse", "no_parts=true")
    said = clerk.refused(4, "advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    assert said == (
        "错误：使用不当不属三包，按有偿服务办理，不能“呈报”。\n"
        f"  位置：{report}  状态 draft（草稿）\n"
        "  依据：4.2.6\n"
        f"  处理：svc create paid-service intake={call} reason=misuse --reason 原因\n"
    )
    assert clerk.record(report)["state"] == "draft"


def test_007_the_remedy_works(clerk: Any) -> None:
    call, sheet = clerk.on_site()
    clerk.report(sheet, "cause=misuse", "no_parts=true")
    paid = clerk.done(
        *("create", "paid-service", f"intake={call}", "reason=misuse", "--reason", "超载作业"), now="2008-03-05 16:00"
    )
    assert clerk.show(call)["state"] == "paid_service"
    assert clerk.show(paid)["fields"]["reason"] == "misuse"


def test_007_other_causes_have_to_be_decided(clerk: Any) -> None:
    """Material is covered; another cause waits for the service department's decision (4.2.2), misuse never passes."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet, "cause=design", "no_parts=true")
    said = clerk.refused(4, "advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    assert "依据：4.2.2\n" in said and "decide_cause" in said
    clerk.done(
        *("advance", report, "decide_cause", "cause_decision.covered=true", "cause_decision.text=属设计问题"),
        now="2008-03-05 15:45",
    )
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:50")
