"""Scenario 107: an arrival before its dispatch, or tomorrow."""

from __future__ import annotations

from typing import Any

import pytest


def accepted(clerk: Any) -> str:
    """A dispatch sheet made at 10:30 and accepted at 11:00."""
    sheet = clerk.dispatch(clerk.checked(now="2008-03-05 10:00"), now="2008-03-05 10:30")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
    return str(sheet)


@pytest.mark.parametrize(
    ("at", "what"),
    [
        ("09:00", "早于上一步"),
        ("10:45", "早于上一步"),
        ("2008-03-04 23:00", "早于上一步"),
        ("15:01", "时间在将来"),
        ("2008-03-06 09:00", "时间在将来"),
    ],
)
@pytest.mark.parametrize("by", ["--at", "arrived_at"])
def test_107_arrival_out_of_order(clerk: Any, at: str, what: str, by: str) -> None:
    """Earlier than what was done before it, or in the future: refused, whichever way it is given (4.2.3)."""
    sheet = clerk.look(accepted)
    words = ("--at", at) if by == "--at" else (f"arrived_at={at}",)
    said = clerk.refused(4, "advance", sheet, "arrive", *words, me="zhang.wei", now="2008-03-05 15:00")
    assert what in said
    assert "依据：4.2.3\n" in said
    assert "--at" in said


def test_107_the_minute_itself(clerk: Any) -> None:
    """At the very time of the step before, and now, are both in order."""
    sheet = clerk.once(accepted)
    clerk.done("advance", sheet, "arrive", "--at", "11:00", me="zhang.wei", now="2008-03-05 15:00")
    assert clerk.record(sheet)["fields"]["arrived_at"] == "2008-03-05T11:00:00+08:00"


def test_107_two_different_times_are_refused(clerk: Any) -> None:
    sheet = clerk.look(accepted)
    words = ("arrived_at=14:00", "--at", "14:10")
    said = clerk.refused(2, "advance", sheet, "arrive", *words, me="zhang.wei", now="2008-03-05 15:00")
    assert "不是同一时间" in said


def test_107_dispatch_before_its_report(clerk: Any) -> None:
    call = clerk.checked(now="2008-03-05 10:00")
    words = (f"intake={call}", "mode=station_visit", "fault_class=ordinary", "assigned_to+=zhang.wei")
    said = clerk.refused(4, "create", "dispatch", *words, "--at", "09:30", me="wang.fang")
    assert "派工时间早于报修时间" in said
