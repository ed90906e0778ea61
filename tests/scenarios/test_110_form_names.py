"""Scenario 110: the names that the source has for form 用户原—03."""

from __future__ import annotations

from typing import Any

import pytest

NAMES = (
    "repair-report",
    "用户原—03",
    "用户原-03",
    "用户原03",
    "成工牌产品售后服务三包维修呈报表",
    "成工牌产品售后服务维修呈报表",
    "《成工牌产品售后服务维修呈报表》",
    "《成工牌产品售后服务(三包)维修呈报表》",
    "维修呈报表",
)


@pytest.mark.parametrize("name", NAMES)
def test_110_every_name_makes_the_same_form(clerk: Any, name: str) -> None:
    """Clause 4.2.4 prints another title than section 6; both, the code in any dash, and the id are one form."""
    _, sheet = clerk.on_site()
    words = (f"dispatch={sheet}", "cause=material", "fault_detail=油封损坏")
    report = clerk.done("create", name, *words, me="zhang.wei", now="2008-03-05 15:30")
    assert clerk.record(report)["form"] == "repair-report"


@pytest.mark.parametrize("name", NAMES)
def test_110_explain_and_query_know_it(clerk: Any, name: str) -> None:
    clerk.look()
    answer = clerk.svc("explain", name)
    assert answer.code == 0, answer.err
    assert "用户原—03" in answer.out and "成工牌产品售后服务三包维修呈报表" in answer.out
    assert clerk.svc("query", name, "-O", "ids").code == 0


def test_110_the_other_codes(clerk: Any) -> None:
    """The four records of section 6, by code."""
    clerk.look()
    for code, form in (("用户原-01", "warranty-handbook"), ("用户原—02", "dispatch"), ("用户原03", "repair-report")):
        assert form in clerk.svc("explain", code).out


def test_110_something_like_it_is_not_it(clerk: Any) -> None:
    clerk.look()
    said = clerk.refused(3, "create", "用户原-09")
    assert "没有表单 用户原-09" in said
