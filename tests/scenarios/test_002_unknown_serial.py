"""Scenario 2: a serial number that the register does not have."""

from __future__ import annotations

from typing import Any


def test_002_unknown_serial_is_refused_at_the_check(clerk: Any) -> None:
    """The call is written down, the check of the warranty refuses with clause 4.2.2; nothing free can follow."""
    call = clerk.intake("CG956-9999")
    assert "machine" not in clerk.record(call)["fields"]
    head = clerk.head
    said = clerk.refused(
        4, "advance", call, "check_warranty", "certificate_seen=true", "handbook_seen=true", me="wang.fang"
    )
    assert said == (
        "错误：出厂编号不在主机档案中，不能“核查三包”。\n"
        f"  位置：{call}  状态 received（已登记）\n"
        "  依据：4.2.2\n"
        "  处理：先建档  svc create warranty-handbook serial=CG956-9999；其他品牌写 brand=品牌\n"
    )
    assert clerk.head == head
    assert clerk.record(call)["state"] == "received"


def test_002_no_dispatch_and_no_free_parts_follow(clerk: Any) -> None:
    call = clerk.intake("CG956-9999")
    words = (f"intake={call}", "mode=station_visit", "fault_class=ordinary", "assigned_to+=zhang.wei")
    assert "依据：4.2." in clerk.refused(4, "create", "dispatch", *words, me="wang.fang")
    words = (f"intake={call}", "station=ST1", "cause=material", "fault_detail=漏油", "no_parts=true")
    assert "依据：4.2." in clerk.refused(4, "create", "repair-report", *words, "fault_class=ordinary", me="ma.chao")


def test_002_other_brand_stays_outside(clerk: Any) -> None:
    """A machine of another brand is judged as such and goes no further (clause 2)."""
    call = clerk.intake("XX-1", "brand=示例重工", "certificate_seen=true", "handbook_seen=true")
    clerk.done("advance", call, "check_warranty", me="wang.fang")
    assert clerk.show(call)["fields"]["warranty_check"]["verdict"] == "other_brand"
    given = ("dispatch.mode=other", "dispatch.fault_class=ordinary")
    said = clerk.refused(4, "advance", call, "dispatch", *given, me="wang.fang")
    assert "非成工产品" in said and "依据：2\n" in said
    assert "依据：2\n" in clerk.refused(4, "advance", call, "to_paid", "paid_reason=expired")
