"""Scenario 10: a national holiday."""

from __future__ import annotations

from typing import Any


def test_010_the_promise_has_no_holidays(clerk: Any) -> None:
    """Reported on 1 May at 10:00: the hour and the 24 hours run as on any day (7x8, no rest days)."""
    call = clerk.checked(now="2008-05-01 10:00")
    sheet = clerk.dispatch(call, now="2008-05-01 10:30")
    due = {c["name"]: c["due"] for c in clerk.show(sheet, "--clocks", now="2008-05-01 11:00")["clocks"]}
    assert due["dispatch"] == "2008-05-01T11:00:00+08:00"
    assert due["arrival"] == "2008-05-02T10:00:00+08:00"


def test_010_late_on_a_holiday_is_late(clerk: Any) -> None:
    call = clerk.checked(now="2008-05-01 10:00")
    sheet = clerk.dispatch(call, now="2008-05-01 11:01")
    assert clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-05-01 12:00").out.split() == [sheet]


def test_010_weekend_night_as_well(clerk: Any) -> None:
    """Saturday at 23:30 until Sunday at 00:30."""
    call = clerk.checked(now="2008-03-08 23:30")
    clocks = clerk.show(call, "--clocks", now="2008-03-08 23:40")["clocks"]
    assert [(c["name"], c["due"]) for c in clocks] == [("dispatch", "2008-03-09T00:30:00+08:00")]
