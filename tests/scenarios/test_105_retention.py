"""Scenario 105: nobody has said how long the volume is kept."""

from __future__ import annotations

from typing import Any


def test_105_unset_retention_stops_binding(clerk: Any) -> None:
    """The number is not in the procedure: binding is refused and says where it comes from; nothing is invented."""
    clerk.filed()
    said = clerk.refused(4, "bind", "2008", me="sun.li", now="2009-01-05 09:00")
    assert "保存年限未设定" in said
    assert "CG.QP.04.02-2008" in said
    assert "依据：4.2.9\n" in said
    assert "处理：svc setting set record_control.retention_years 年数 --reason 依据\n" in said


def test_105_the_remedy_works(clerk: Any) -> None:
    """Set by the administrator, with its source: the year is bound and kept until the end of the fifth year."""
    clerk.filed()
    words = ("setting", "set", "record_control.retention_years", "5", "--reason", "CG.QP.04.02-2008")
    clerk.refused(4, *words, now="2009-01-05 09:00")
    clerk.done(*words, me="li.min", now="2009-01-05 09:00")
    for n, who in enumerate(("sun.li", "chen.jie", "zhao.qiang"), 1):
        clerk.svc("bind", "2008", me=who, now=f"2009-01-05 09:0{n}")
    (volume,) = clerk.svc("volume", "list", "-O", "json", now="2009-01-06 09:00").json
    assert (volume["state"], volume["keep_until"]) == ("bound", "2013-12-31")


def test_105_unset_is_shown_as_unset(clerk: Any) -> None:
    """Displays say 未设定."""
    out = clerk.svc("setting", "list").out
    (line,) = (line for line in out.splitlines() if "record_control.retention_years" in line)
    assert "未设定" in line
    assert "CG.QP.04.02-2008" in out


def test_105_other_work_is_not_stopped(clerk: Any) -> None:
    """Only the deed that needs the number is refused."""
    _call, sheet, _report = clerk.filed()
    assert clerk.record(sheet)["state"] == "closed"
