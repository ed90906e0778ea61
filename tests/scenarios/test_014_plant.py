"""Scenario 14: a visit by the plant needs the plant."""

from __future__ import annotations

from typing import Any

WORDS = ("mode=plant_visit", "fault_class=ordinary", "assigned_to+=ren.fei")


def test_014_plant_visit_without_plant(clerk: Any) -> None:
    """mode = plant_visit and no plant: refused, clause 4.2.5, with what to add."""
    call = clerk.checked()
    said = clerk.refused(4, "create", "dispatch", f"intake={call}", *WORDS, me="wang.fang")
    assert "须写明生产厂" in said
    assert "依据：4.2.5\n" in said
    assert "plant=" in said


def test_014_with_the_plant_it_goes(clerk: Any) -> None:
    call = clerk.checked()
    sheet = clerk.done("create", "dispatch", f"intake={call}", *WORDS, "plant=plant1", me="wang.fang")
    assert clerk.show(sheet)["fields"]["plant"] == "plant1"
    clerk.done("advance", sheet, "accept", me="ren.fei")


def test_014_a_unit_that_is_no_plant(clerk: Any) -> None:
    call = clerk.checked()
    said = clerk.refused(4, "create", "dispatch", f"intake={call}", *WORDS, "plant=qa", me="wang.fang")
    assert "所填部门不是生产厂" in said


def test_014_plant_with_another_mode_is_not_taken(clerk: Any) -> None:
    call = clerk.checked()
    words = (f"intake={call}", "mode=station_visit", "fault_class=ordinary", "assigned_to+=zhang.wei", "plant=plant1")
    assert "plant" in clerk.refused(4, "create", "dispatch", *words, me="wang.fang")
