"""Scenario 61: the year is not over."""

from __future__ import annotations

from typing import Any

import pytest


def finished(clerk: Any) -> None:
    """Everything is closed, the retention years are set."""
    clerk.filed()
    clerk.set("record_control.retention_years", "5")


@pytest.mark.parametrize("now", ["2008-03-10 09:00", "2008-12-31 23:59:59"])
def test_061_bind_before_the_end(clerk: Any, now: str) -> None:
    """Everything is closed, but the year runs: refused, clause 4.2.9, nothing opened, nothing written."""
    clerk.look(finished)
    said = clerk.refused(4, "bind", "2008", me="sun.li", now=now)
    assert "2008 年度尚未结束" in said
    assert "依据：4.2.9\n" in said
    assert clerk.svc("volume", "list", "-O", "json").json == []


def test_061_on_new_years_day_it_goes(clerk: Any) -> None:
    """The year ends in the repository's time zone."""
    clerk.once(finished)
    assert clerk.svc("bind", "2008", me="sun.li", now="2009-01-01 00:00").code == 0
