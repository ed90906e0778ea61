"""Scenario 3: the warranty ended yesterday."""

from __future__ import annotations

from typing import Any


def test_003_ended_yesterday_is_expired(clerk: Any) -> None:
    """CG956-0002's warranty ended on 4 March: reported on 5 March it is `expired`, and only paid service remains."""
    call = clerk.checked("CG956-0002")
    check = clerk.show(call)["fields"]["warranty_check"]
    assert (check["on"], check["in_warranty"], check["verdict"]) == ("2008-03-05", False, "expired")
    given = ("dispatch.mode=station_visit", "dispatch.fault_class=ordinary", "dispatch.assigned_to+=zhang.wei")
    said = clerk.refused(4, "advance", call, "dispatch", *given, me="wang.fang")
    assert "已超过保修期或工作小时" in said
    assert "依据：4.2.6\n" in said
    assert f"处理：svc advance {call} to_paid" in said


def test_003_the_remedy_works(clerk: Any) -> None:
    """What the refusal says to do makes the paid service."""
    call = clerk.checked("CG956-0002")
    clerk.done("advance", call, "to_paid")
    (paid,) = clerk.record(call)["log"][-1]["created"]
    assert clerk.show(call)["state"] == "paid_service"
    assert clerk.show(paid)["fields"] == {"intake": call, "reason": "expired", "machine": "CG956-0002"}


def test_003_last_day_is_still_inside(clerk: Any) -> None:
    """CG956-0003's last day is 5 March; one second before midnight it still counts."""
    call = clerk.checked("CG956-0003", now="2008-03-05 23:59:59")
    assert clerk.show(call)["fields"]["warranty_check"]["verdict"] == "eligible"
    late = clerk.checked("CG956-0003", now="2008-03-06 00:00")
    assert clerk.show(late)["fields"]["warranty_check"]["verdict"] == "expired"


def test_003_expired_is_a_mark_of_time(clerk: Any) -> None:
    """Nobody moves a handbook to `expired`: it is derived, shown and queryable, at any moment asked for."""
    found = clerk.svc("query", "warranty-handbook", "state:expired", "-O", "ids")
    assert found.out.split() == ["CG956-0002"]
    before = clerk.svc("query", "warranty-handbook", "state:expired", "-O", "ids", "--as-of", "2008-03-04 12:00")
    assert (before.code, before.out) == (0, "")
    assert clerk.record("CG956-0002")["state"] == "registered"
