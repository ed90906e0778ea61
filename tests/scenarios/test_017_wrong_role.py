"""Scenario 17: submitted by somebody whose role does not allow it."""

from __future__ import annotations

from typing import Any

import pytest


def drafted(clerk: Any) -> str:
    """A repair report that waits to be submitted."""
    _, sheet = clerk.on_site()
    return str(clerk.report(sheet, "no_parts=true"))


@pytest.mark.parametrize("who", ["qian.hua", "xu.lei", "tang.wei", "wang.fang"])
def test_017_wrong_role_makes_no_commit(clerk: Any, who: str) -> None:
    """The area chief (and whoever else) may not submit a repair report: exit 4, no commit, not a byte changed."""
    report = clerk.look(drafted)
    head = clerk.head
    said = clerk.refused(4, "advance", report, "submit", me=who, now="2008-03-05 15:40")
    assert clerk.head == head
    assert "不能办理“呈报”" in said
    assert "须为：服务维修站、派出人员、客户服务部" in said
    assert "依据：4.2.4\n" in said
    assert clerk.record(report)["state"] == "draft"


def test_017_the_remedy_finds_somebody(clerk: Any) -> None:
    """The message says how to look up who may; that command answers with people who hold the role."""
    report = clerk.look(drafted)
    said = clerk.refused(4, "advance", report, "submit", me="qian.hua", now="2008-03-05 15:40")
    command = said.rpartition("svc ")[2].split()
    found = clerk.svc(*command, "-O", "ids").out.split()
    assert set(found) & {"ma.chao", "gu.yue", "zhang.wei", "liu.yang"}


def test_017_a_role_that_is_not_held(clerk: Any) -> None:
    """`--as` names a role that the person does not have."""
    report = clerk.look(drafted)
    clerk.refused(4, "advance", report, "submit", "--as", "station", me="zhang.wei", now="2008-03-05 15:40")
