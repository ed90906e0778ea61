"""Scenario 20: signed, not verified."""

from __future__ import annotations

from typing import Any


def test_020_signed_but_unverified_is_not_filed(clerk: Any) -> None:
    """Filing waits for the verification (4.2.7); the refusal names the step that is due."""
    _, _, report = clerk.signed()
    said = clerk.refused(4, "advance", report, "file", now="2008-03-06 09:00")
    assert "须处于：已核实" in said
    assert "依据：4.2.7\n" in said
    assert f"svc advance {report} verify" in said


def test_020_the_repairer_does_not_verify(clerk: Any) -> None:
    """Somebody else must; also when the repairer holds the role."""
    held = '[{"role":"service_person","from":"2008-01-01"},{"role":"cs_dept","from":"2008-01-01"}]'
    _, _, report = clerk.signed()
    clerk.done("advance", "zhang.wei", "change_roles", f"roles:={held}", me="li.min")
    words = ("verify", "result=effective", "method=call_back")
    said = clerk.refused(4, "advance", report, *words, me="zhang.wei", now="2008-03-06 09:00")
    assert "维修效果须由维修人以外的人核实" in said
    clerk.done("advance", report, *words, now="2008-03-06 09:00")
    clerk.done("advance", report, "file", now="2008-03-06 09:10")
