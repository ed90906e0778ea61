"""Scenario 12: 24 hours for an ordinary repair, none for a major one."""

from __future__ import annotations

from typing import Any

import pytest


def repaired_after(clerk: Any, fault: str, at: str) -> str:
    """A dispatch sheet finished at `at`, reported on 5 March at 10:00."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, f"fault_class={fault}", now="2008-03-05 10:30")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
    clerk.done("advance", sheet, "arrive", me="zhang.wei", now="2008-03-05 15:00")
    clerk.report(sheet, "no_parts=true")
    clerk.done("advance", sheet, "finish", f"repaired_at={at}", me="zhang.wei", now=at)
    return str(sheet)


def test_012_ordinary_fault_after_30_hours_is_late(clerk: Any) -> None:
    """The limit is 24 hours from the start that the setting repair.starts_on names: here the report."""
    sheet = repaired_after(clerk, "ordinary", "2008-03-06 16:00")
    (clock,) = (c for c in clerk.show(sheet, "--clocks", now="2008-03-06 17:00")["clocks"] if c["name"] == "repair")
    assert (clock["start"], clock["due"]) == ("2008-03-05T10:00:00+08:00", "2008-03-06T10:00:00+08:00")
    assert clock["late"] is True
    assert clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-03-06 17:00").out.split() == [sheet]


def test_012_major_fault_has_no_repair_deadline(clerk: Any) -> None:
    """Engine replaced: after 30 hours, after 30 days, nothing is late."""
    sheet = repaired_after(clerk, "major", "2008-03-06 16:00")
    shown = clerk.show(sheet, "--clocks", now="2008-04-06 16:00")
    assert "repair" not in {c["name"] for c in shown["clocks"]}
    assert clerk.svc("query", "dispatch", "late", "-O", "ids", now="2008-04-06 16:00").out == ""


@pytest.mark.parametrize(("start", "due"), [("reported_at", "06T10:00"), ("arrived_at", "06T15:00")])
def test_012_the_start_is_a_setting(clerk: Any, start: str, due: str) -> None:
    """4.2.3 does not say from when: the company does, and a dispatch keeps what was in force when it began."""
    words = ("values.source=公司规定", f'values.value:="{start}"')
    clerk.done("advance", "setting/repair.starts_on", "change", *words, me="li.min", now="2008-03-01 08:00")
    _, sheet = clerk.on_site()
    (clock,) = (c for c in clerk.show(sheet, "--clocks", now="2008-03-05 16:00")["clocks"] if c["name"] == "repair")
    assert clock["due"] == f"2008-03-{due}:00+08:00"


def test_012_a_later_change_moves_no_deadline(clerk: Any) -> None:
    """The setting as in force when the sheet was made counts for it; what the company decides later is for later ones."""
    _, sheet = clerk.on_site()
    words = ("values.source=公司规定", 'values.value:="arrived_at"')
    clerk.done("advance", "setting/repair.starts_on", "change", *words, me="li.min", now="2008-03-05 15:30")
    (clock,) = (c for c in clerk.show(sheet, "--clocks", now="2008-03-05 16:00")["clocks"] if c["name"] == "repair")
    assert clock["due"] == "2008-03-06T10:00:00+08:00"


def test_012_major_by_a_finding_on_site(clerk: Any) -> None:
    """The class may be amended on site, with a reason; the clock then follows it."""
    _, sheet = clerk.on_site()
    clerk.done("advance", sheet, "amend", "fault_class=major", "--reason", "须换发动机", now="2008-03-05 16:00")
    shown = clerk.show(sheet, "--clocks", now="2008-03-07 16:00")
    assert "repair" not in {c["name"] for c in shown["clocks"]}
