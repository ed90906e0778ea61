"""Scenario 4: within the months, beyond the hours."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("hours", "fits", "verdict"),
    [
        ("2000", True, "eligible"),
        ("2000.0", True, "eligible"),
        ("2000.1", False, "expired"),
        ("3500", False, "expired"),
    ],
)
def test_004_hour_limit(clerk: Any, hours: str, fits: bool, verdict: str) -> None:
    """CG962 carries a limit of 2000 hours; exactly 2000 is inside."""
    call = clerk.checked("CG962-0001", f"hour_meter={hours}")
    check = clerk.show(call)["fields"]["warranty_check"]
    assert (check["in_warranty"], check["hours_ok"], check["verdict"]) == (True, fits, verdict)


def test_004_beyond_the_hours_only_paid_service(clerk: Any) -> None:
    call = clerk.checked("CG962-0001", "hour_meter=2001")
    given = ("dispatch.mode=station_visit", "dispatch.fault_class=ordinary", "dispatch.assigned_to+=zhang.wei")
    assert "依据：4.2.6\n" in clerk.refused(4, "advance", call, "dispatch", *given, me="wang.fang")
    clerk.done("advance", call, "to_paid")
    assert clerk.show(call)["fields"]["paid_reason"] == "expired"


def test_004_the_hours_have_to_be_given(clerk: Any) -> None:
    """Nothing is supposed: with a limit the meter is asked for."""
    call = clerk.intake("CG962-0001")
    words = ("certificate_seen=true", "handbook_seen=true")
    said = clerk.refused(4, "advance", call, "check_warranty", *words, me="wang.fang")
    assert "须填写工作小时" in said and "hour_meter=" in said
