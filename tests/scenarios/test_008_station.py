"""Scenario 8: a station that is not designated."""

from __future__ import annotations

from typing import Any


def test_008_suspended_station_opens_no_report(clerk: Any) -> None:
    """ST2 is suspended: it may not open a repair report (4.2.2)."""
    call = clerk.checked()
    words = (f"intake={call}", "station=ST2", "cause=material", "fault_detail=漏油", "fault_class=ordinary")
    said = clerk.refused(4, "create", "repair-report", *words, me="gu.yue")
    assert "该维修站未经客户服务部指定" in said
    assert "依据：4.2.2\n" in said
    assert not list((clerk.root / "records" / "2008").rglob("WX-*"))


def test_008_designated_station_opens_its_own(clerk: Any) -> None:
    """ST1 is designated; another station's person may not write in its name."""
    call = clerk.checked()
    words = (f"intake={call}", "station=ST1", "cause=material", "fault_detail=漏油", "fault_class=ordinary")
    assert "只能由本维修站填写" in clerk.refused(4, "create", "repair-report", *words, me="gu.yue")
    report = clerk.done("create", "repair-report", *words, me="ma.chao")
    assert clerk.show(report)["fields"]["station"] == "ST1"


def test_008_no_dispatch_to_it_either(clerk: Any) -> None:
    call = clerk.checked()
    words = (f"intake={call}", "mode=other", "fault_class=ordinary", "station=ST2")
    assert "依据：4.2.2\n" in clerk.refused(4, "create", "dispatch", *words, me="wang.fang")


def test_008_designated_again_it_may(clerk: Any) -> None:
    call = clerk.checked()
    clerk.done("advance", "ST2", "resume", "--reason", "整改完毕")
    words = (f"intake={call}", "station=ST2", "cause=material", "fault_detail=漏油", "fault_class=ordinary")
    clerk.done("create", "repair-report", *words, me="gu.yue")
