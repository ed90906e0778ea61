"""Scenario 6: no certificate."""

from __future__ import annotations

from typing import Any


def test_006_no_certificate_is_not_eligible(clerk: Any) -> None:
    """The dates would do; without the certificate the verdict is `no_documents`, and what is missing is named."""
    call = clerk.intake()
    clerk.done("advance", call, "check_warranty", "certificate_seen=false", "handbook_seen=true", me="wang.fang")
    shown = clerk.show(call)
    check = shown["fields"]["warranty_check"]
    assert (check["in_warranty"], check["verdict"], check["missing"]) == (True, "no_documents", ["certificate"])
    assert "合格证" in clerk.svc("show", call).out
    given = ("dispatch.mode=station_visit", "dispatch.fault_class=ordinary", "dispatch.assigned_to+=zhang.wei")
    said = clerk.refused(4, "advance", call, "dispatch", *given, me="wang.fang")
    assert "缺合格证" in said
    assert "依据：4.2.2\n" in said


def test_006_shown_later_it_is_checked_again(clerk: Any) -> None:
    """The remedy of the refusal: check again, with a reason; the first verdict stays in the log."""
    call = clerk.intake()
    clerk.done("advance", call, "check_warranty", "certificate_seen=false", "handbook_seen=true", me="wang.fang")
    clerk.refused(4, "advance", call, "check_warranty", "certificate_seen=true", me="wang.fang")
    clerk.done(*("advance", call, "check_warranty", "certificate_seen=true", "--reason", "补示"), me="wang.fang")
    shown = clerk.show(call)
    assert shown["fields"]["warranty_check"]["verdict"] == "eligible"
    assert shown["log"][1]["filled"]["warranty_check"]["verdict"] == "no_documents"
    clerk.dispatch(call)


def test_006_both_papers_missing_are_both_named(clerk: Any) -> None:
    call = clerk.intake()
    clerk.done("advance", call, "check_warranty", "certificate_seen=否", "handbook_seen=否", me="wang.fang")
    assert clerk.show(call)["fields"]["warranty_check"]["missing"] == ["certificate", "handbook"]


def test_006_papers_are_not_supposed(clerk: Any) -> None:
    """Whether they were shown has to be said."""
    call = clerk.intake()
    said = clerk.refused(4, "advance", call, "check_warranty", me="wang.fang")
    assert "须写明用户是否出示合格证和保修手册" in said
