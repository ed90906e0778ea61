"""Scenario 1: the warranty check finds a machine eligible."""

from __future__ import annotations

from typing import Any


def test_001_eligible_machine_can_be_dispatched(clerk: Any) -> None:
    """A known 成工 machine in its warranty, certificate and handbook shown: `eligible`, and a dispatch can be made."""
    call = clerk.checked()
    shown = clerk.show(call)
    assert shown["state"] == "checked"
    assert shown["fields"]["brand"] == "成工"
    assert shown["fields"]["warranty_check"] == {
        "on": "2008-03-05",
        "certificate": True,
        "handbook": True,
        "basis": "reported_at",
        "missing": [],
        "in_warranty": True,
        "hours_ok": True,
        "verdict": "eligible",
    }
    sheet = clerk.dispatch(call)
    assert clerk.show(sheet)["state"] == "issued"
    assert clerk.show(call)["state"] == "dispatched"
    assert clerk.show(call)["log"][-1]["within"].startswith(f"{sheet}#1")


def test_001_dispatch_may_be_made_from_the_call(clerk: Any) -> None:
    """The same deed the other way round: the call is dispatched, and that makes the sheet."""
    call = clerk.checked()
    given = ("dispatch.mode=station_visit", "dispatch.fault_class=ordinary", "dispatch.assigned_to+=zhang.wei")
    clerk.done("advance", call, "dispatch", *given, me="wang.fang")
    (made,) = clerk.record(call)["log"][-1]["created"]
    assert clerk.record(made)["fields"]["intake"] == call
    assert clerk.git("rev-list", "--count", "HEAD~1..HEAD") == "1"


def test_001_verdict_is_found_by_query(clerk: Any) -> None:
    call = clerk.checked()
    found = clerk.svc("query", "intake", "verdict:eligible", "-O", "ids")
    assert (found.code, found.out.split()) == (0, [call])
