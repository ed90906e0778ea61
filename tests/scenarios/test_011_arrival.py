"""Scenario 11: 24 hours to be on site."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("at", "late"),
    [("2008-03-06 09:59", False), ("2008-03-06 10:00", False), ("2008-03-06 10:01", True)],
    ids=["23h59", "24h", "24h01"],
)
def test_011_arrival_within_24_hours_of_the_report(clerk: Any, at: str, late: bool) -> None:
    """Reported on 5 March at 10:00; 23 h 59 min after it on time, 24 h 01 min after it late, and accepted all the same."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 10:30")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
    clerk.done("advance", sheet, "arrive", f"到达时间={at}", me="zhang.wei", now="2008-03-06 12:00")
    shown = clerk.show(sheet, "--clocks", now="2008-03-06 12:00")
    assert shown["state"] == "on_site"
    assert shown["fields"]["arrived_at"] == f"{at.replace(' ', 'T')}:00+08:00"
    arrival = next(c for c in shown["clocks"] if c["name"] == "arrival")
    assert (arrival["due"], arrival["late"]) == ("2008-03-06T10:00:00+08:00", late)


def test_011_late_arrival_is_counted(clerk: Any) -> None:
    """A major fault has no other limit left: the query finds the late arrival, and only that one."""
    ids = []
    for serial, at in (("CG956-0001", "09:59"), ("CG956-0003", "10:01")):
        call = clerk.checked(serial, now="2008-03-05 10:00")
        ids.append(clerk.dispatch(call, "fault_class=major", now="2008-03-05 10:30"))
        clerk.done("advance", ids[-1], "accept", me="zhang.wei", now="2008-03-05 11:00")
        clerk.done("advance", ids[-1], "arrive", f"arrived_at=2008-03-06 {at}", me="zhang.wei", now="2008-03-06 12:00")
    found = clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-03-07 12:00").out.split()
    assert found == ids[1:]
