"""Scenario 18: no signature, no stamp."""

from __future__ import annotations

from typing import Any

VERIFY = ("verify", "result=effective", "method=call_back")


def test_018_unsigned_report_is_neither_verified_nor_filed(clerk: Any) -> None:
    """Repaired, but the user has neither signed nor stamped: 4.2.7."""
    _, _, report = clerk.repaired()
    for words in (VERIFY, ("file",)):
        said = clerk.refused(4, "advance", report, *words, now="2008-03-06 09:00")
        assert "依据：4.2.7\n" in said
        assert f"位置：{report}  状态 repaired（已维修）" in said
        assert f"svc advance {report} user_sign" in said


def test_018_signing_needs_the_paper(clerk: Any) -> None:
    """The user has no account: an insider acts in the user's name and must hand in the sheet."""
    _, _, report = clerk.repaired()
    said = clerk.refused(4, "advance", report, "user_sign", me="zhang.wei", now="2008-03-05 17:10")
    assert "用户签字的呈报表或用户盖章的呈报表" in said
    assert "依据：4.2.7\n" in said
    assert "--evidence signed_sheet=" in said


def test_018_dispatch_is_not_closed_either(clerk: Any) -> None:
    _, sheet, _ = clerk.repaired()
    clerk.done("advance", sheet, "finish", me="zhang.wei", now="2008-03-05 17:20")
    assert "维修效果尚未核实" in clerk.refused(4, "advance", sheet, "close", now="2008-03-05 17:30")
