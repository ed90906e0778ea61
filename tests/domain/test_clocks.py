"""Clocks: on time to the second, days to midnight, numbers from fields and settings, and what is owed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from svc.domain.clocks import clocks, owed, owed_words

BEGAN = "2026-11-23T09:00:00+08:00"
WORDS = {"zh": "时限", "en": "clock"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def running(small: Any, limit: dict[str, Any], now: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
    """The clock of a sheet that began at nine, as known at `now`; None when it does not run."""
    small.flow("sheet", clocks={"it": {**WORDS, "from": "began", "until": "finish", "limit": limit, **more}})
    sheet = small.put("sheet", "SH-1", **{"began": BEGAN, **(fields or {})})
    found = clocks(small.case(sheet), at(now))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("limit", "on_time", "late"),
    [
        ({"hours": 1}, "2026-11-23T10:00:00", "2026-11-23T10:00:01"),
        ({"minutes": 30}, "2026-11-23T09:30:00", "2026-11-23T09:30:01"),
        ({"days": 1}, "2026-11-24T23:59:59", "2026-11-25T00:00:01"),  # the first day is not counted
        ({"field": "count", "unit": "hours"}, "2026-11-23T12:00:00", "2026-11-23T12:00:01"),
        ({"setting": "set", "unit": "days"}, "2026-11-26T23:59:59", "2026-11-27T00:00:01"),
        ({"due": "day"}, "2026-11-25T23:59:59", "2026-11-26T00:00:01"),
    ],
)
def test_the_limit_itself_is_on_time(small: Any, limit: dict[str, Any], on_time: str, late: str) -> None:
    fields = {"count": 3, "day": "2026-11-25"}
    assert not running(small, limit, on_time, fields).late
    assert running(small, limit, late, fields).late


def test_a_clock_without_its_start_does_not_run(small: Any) -> None:
    assert running(small, {"hours": 1}, "2026-11-23T12:00:00", {"began": None}) is None


def test_a_clock_counts_only_while_its_condition_holds(small: Any) -> None:
    when = {"where": {"kind": {"const": "a"}}}
    assert running(small, {"hours": 1}, "2026-11-23T12:00:00", {"kind": "b"}, when=when) is None
    assert running(small, {"hours": 1}, "2026-11-23T12:00:00", {"kind": "a"}, when=when).late


def test_a_setting_that_nobody_has_set_makes_nothing_late(small: Any) -> None:
    one = running(small, {"setting": "limit", "unit": "hours"}, "2027-01-01T00:00:00")
    assert (one.unset, one.due, one.late) == ("limit", None, False)


def test_met_in_time_stays_in_time(small: Any) -> None:
    small.flow("sheet", clocks={"it": {**WORDS, "from": "began", "until": "finish", "limit": {"hours": 4}}})
    sheet = small.put("sheet", "SH-1", began=BEGAN)
    done = small.do("finish", sheet).lead.after
    one = clocks(small.case(done), at("2030-01-01T00:00:00"))[0]
    assert (one.late, one.open, one.left, one.by_step) == (False, False, None, 2)


def test_a_record_that_ended_otherwise_stops_its_clock(small: Any) -> None:
    small.flow("sheet", clocks={"it": {**WORDS, "from": "began", "until": "finish", "limit": {"hours": 4}}})
    ended = small.do("cancel", small.put("sheet", "SH-1", began=BEGAN), reason="错").lead.after
    one = clocks(small.case(ended), at("2030-01-01T00:00:00"))[0]
    assert (one.stopped, one.late, one.left) == (True, False, None)


def test_what_is_owed_until_a_reason_pays(small: Any) -> None:
    clock = {**WORDS, "from": "began", "until": "finish", "limit": {"hours": 1}}
    small.flow("sheet", clocks={"it": clock, "told": {**clock, "owes": False}}, delays="late")
    late = small.do("finish", small.put("sheet", "SH-1", began=BEGAN)).lead.after
    debts = owed(small.case(late), small.now)
    assert [one.clock.name for one in debts] == ["it"], "a clock that does not owe is counted and asks nothing"
    assert owed_words(debts)[0].zh.startswith("时限 超期 ") and "120" in owed_words(debts)[0].zh
    small.now = small.now.replace(hour=13)
    paid = small.do("note", late, text="说明", reason="堵车").lead.after
    assert owed(small.case(paid), small.now) == []
    assert paid.fields["late"] == [{"which": "it", "reason": "堵车", "by": "ann", "at": "2026-11-23T13:00:00+08:00"}]
