"""Scenario 9: one hour to dispatch."""

from __future__ import annotations

from typing import Any

import pytest


def clock(clerk: Any, id: str, name: str, now: str | None = None) -> dict[str, Any]:
    """One clock of a record as `svc show --clocks` gives it."""
    return next(c for c in clerk.show(id, "--clocks", now=now)["clocks"] if c["name"] == name)


def test_009_dispatched_within_the_hour_is_on_time(clerk: Any) -> None:
    """Reported at 10:00, dispatched at 10:59."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 10:59")
    found = clock(clerk, sheet, "dispatch", now="2008-03-05 11:30")
    assert found["due"] == "2008-03-05T11:00:00+08:00"
    assert found["met"] == "2008-03-05T10:59:00+08:00"
    assert found["late"] is False
    assert clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-03-05 11:30").out == ""


def test_009_two_minutes_later_it_goes_through_and_counts(clerk: Any) -> None:
    """Dispatched at 11:01: accepted, counted as late, and a reason is owed (4.2.3)."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 11:01")
    found = clock(clerk, sheet, "dispatch", now="2008-03-05 11:30")
    assert (found["late"], found["open"], found["clause"]) == (True, False, "4.2.3")
    late = clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-03-05 11:30")
    assert late.out.split() == [sheet]
    assert "delay_reasons" not in clerk.record(sheet)["fields"]


def test_009_a_reason_with_the_late_step_pays_it(clerk: Any) -> None:
    call = clerk.checked(now="2008-03-05 10:00")
    words = (f"intake={call}", "mode=station_visit", "fault_class=ordinary", "assigned_to+=zhang.wei")
    sheet = clerk.done(*("create", "dispatch", *words, "--reason", "电话占线"), me="wang.fang", now="2008-03-05 11:01")
    record = clerk.record(sheet)
    assert record["log"][0]["pays"] == ["dispatch"]
    assert [(d["which"], d["reason"], d["by"]) for d in record["fields"]["delay_reasons"]] == [
        ("dispatch", "电话占线", "wang.fang")
    ]
    assert clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-03-05 11:30").out.split() == [sheet]


@pytest.mark.parametrize(("at", "late"), [("10:59", False), ("11:00", False), ("11:01", True)])
def test_009_an_open_call_is_overdue_at_the_same_moment(clerk: Any, at: str, late: bool) -> None:
    """Nothing done yet: the call itself becomes overdue after the hour."""
    call = clerk.checked(now="2008-03-05 10:00")
    found = clerk.svc("query", "intake", "overdue", "-O", "ids", now=f"2008-03-05 {at}").out.split()
    assert found == ([call] if late else [])
