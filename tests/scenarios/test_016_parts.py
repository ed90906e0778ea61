"""Scenario 16: parts, or the word that there are none."""

from __future__ import annotations

from typing import Any


def test_016_neither_parts_nor_no_parts(clerk: Any) -> None:
    """A report that lists no parts and does not say so is not submitted (4.2.4)."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet)
    said = clerk.refused(4, "advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    assert "须填写所需零件，或注明不需零件" in said
    assert "依据：4.2.4\n" in said
    assert f"处理：svc advance {report} fill no_parts=true\n" in said


def test_016_the_remedy_works(clerk: Any) -> None:
    _, sheet = clerk.on_site()
    report = clerk.report(sheet)
    clerk.done("advance", report, "fill", "no_parts=true", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:41")
    assert clerk.show(report)["state"] == "submitted"


def test_016_with_parts_an_issue_is_asked_for(clerk: Any) -> None:
    """Self-made and bought-in parts are entered with their class, and accepting the report asks for them."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet, 'parts:=[{"part":"P-1","qty":2},{"part":"P-2","qty":1}]')
    assert [p["class"] for p in clerk.record(report)["fields"]["parts"]] == ["self_made", "bought_in"]
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", report, "accept", now="2008-03-05 16:00")
    (issue,) = clerk.record(report)["log"][-1]["created"]
    fields = clerk.record(issue)["fields"]
    assert [(line["part"], line["qty"]) for line in fields["lines"]] == [("P-1", 2), ("P-2", 1)]
    assert fields["free_of_charge"] is True


def test_016_both_is_a_contradiction(clerk: Any) -> None:
    _, sheet = clerk.on_site()
    report = clerk.report(sheet, 'parts:=[{"part":"P-1","qty":2}]', "no_parts=true")
    assert "既填了零件又注明不需零件" in clerk.refused(
        4, "advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40"
    )
