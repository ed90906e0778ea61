"""Scenario 100: times without an offset are local."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2008-03-05 09:20", "2008-03-05T09:20:00+08:00"),
        ("2008-03-05T09:20:07", "2008-03-05T09:20:07+08:00"),
        ("03-05 09:20", "2008-03-05T09:20:00+08:00"),
        ("09:20", "2008-03-05T09:20:00+08:00"),
        ("今天 09:20", "2008-03-05T09:20:00+08:00"),
        ("昨天 09:20", "2008-03-04T09:20:00+08:00"),
        ("-2h", "2008-03-05T08:00:00+08:00"),
        ("2008-03-05T01:20:00Z", "2008-03-05T09:20:00+08:00"),
        ("2008-03-05T10:20:00+09:00", "2008-03-05T09:20:00+08:00"),
    ],
)
def test_100_read_as_local_and_stored_with_offset(clerk: Any, given: str, kept: str) -> None:
    """Whatever way a time is typed, it is read in +08:00 and stored with its offset."""
    call = clerk.intake("CG956-0001", f"reported_at={given}")
    record = clerk.record(call)
    assert record["fields"]["reported_at"] == kept
    assert record["log"][0]["at"] == kept
    assert record["log"][0]["recorded"] == "2008-03-05T10:00:00+08:00"


def test_100_at_and_the_time_field_are_one(clerk: Any) -> None:
    by_field = clerk.intake("CG956-0001", "reported_at=09:20")
    by_option = clerk.intake("CG956-0001", at="09:20")
    assert clerk.record(by_field)["fields"]["reported_at"] == clerk.record(by_option)["fields"]["reported_at"]


@pytest.mark.parametrize("given", ["11-20", "20/11/2008", "9点20", "1205000000", "2008-02-30 10:00", "25:00"])
def test_100_anything_else_is_refused_with_the_forms(clerk: Any, given: str) -> None:
    clerk.look()
    words = ("serial=CG956-0001", "channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0123")
    more = ("fault_place=示例工地", "fault_symptom=漏油", f"reported_at={given}")
    said = clerk.refused(2, "create", "intake", *words, *more, me="wang.fang")
    assert "15:20" in said


def test_100_same_in_any_zone_of_the_machine(clerk: Any) -> None:
    """The machine's own time zone has no say."""
    words = ("create", "intake", "serial=CG956-0001", "channel=phone", "reporter.name=王建国")
    more = ("reporter.phone=000-5550-0123", "fault_place=示例工地", "fault_symptom=漏油", "reported_at=09:20")
    answer = clerk.process(*words, *more, me="wang.fang", env={"TZ": "America/New_York"})
    assert answer.returncode == 0, answer.stderr.decode()
    id = answer.stdout.decode().split()[0]
    assert clerk.record(id)["fields"]["reported_at"] == "2008-03-05T09:20:00+08:00"
