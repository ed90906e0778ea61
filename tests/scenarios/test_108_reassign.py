"""Scenario 108: reassigned after acceptance."""

from __future__ import annotations

from typing import Any


def test_108_clocks_still_count_from_the_report(clerk: Any) -> None:
    """Another person is sent at 12:00; the hour and the 24 hours still run from the report at 10:00."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 10:30")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
    before = {c["name"]: c["due"] for c in clerk.show(sheet, "--clocks", now="2008-03-05 11:30")["clocks"]}
    clerk.refused(4, "advance", sheet, "reassign", "assigned_to+=liu.yang", now="2008-03-05 12:00")
    clerk.done(
        "advance", sheet, "reassign", 'assigned_to:=["liu.yang"]', "--reason", "张伟生病", now="2008-03-05 12:00"
    )
    shown = clerk.show(sheet, "--clocks", now="2008-03-05 12:10")
    after = {c["name"]: c["due"] for c in shown["clocks"]}
    assert before == after
    assert after["dispatch"] == "2008-03-05T11:00:00+08:00"
    assert after["arrival"] == "2008-03-06T10:00:00+08:00"
    assert shown["state"] == "issued"
    assert shown["fields"]["assigned_to"] == ["liu.yang"]
    assert [c["late"] for c in shown["clocks"] if c["name"] == "dispatch"] == [False]


def test_108_the_new_one_goes_and_may_be_late(clerk: Any) -> None:
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, "fault_class=major", now="2008-03-05 10:30")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
    clerk.done(
        "advance", sheet, "reassign", 'assigned_to:=["liu.yang"]', "--reason", "张伟生病", now="2008-03-06 09:00"
    )
    clerk.refused(4, "advance", sheet, "accept", me="zhang.wei", now="2008-03-06 09:10")
    clerk.done("advance", sheet, "accept", me="liu.yang", now="2008-03-06 09:10")
    clerk.done("advance", sheet, "arrive", me="liu.yang", now="2008-03-06 10:30")
    assert clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-03-06 11:00").out.split() == [sheet]


def test_108_the_reassignment_is_kept(clerk: Any) -> None:
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 10:30")
    clerk.done(
        "advance", sheet, "reassign", 'assigned_to:=["liu.yang"]', "--reason", "张伟生病", now="2008-03-05 12:00"
    )
    (kept,) = clerk.record(sheet)["fields"]["reassignments"]
    assert (kept["to"], kept["by"], kept["at"]) == (["liu.yang"], "zhao.qiang", "2008-03-05T12:00:00+08:00")
    assert clerk.record(sheet)["log"][-1]["reason"] == "张伟生病"
