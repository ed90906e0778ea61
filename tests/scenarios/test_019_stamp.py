"""Scenario 19: a stamp instead of a signature."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest


@pytest.mark.parametrize("kind", ["signed_sheet", "stamped_sheet"])
def test_019_stamp_is_as_good_as_signature(clerk: Any, kind: str) -> None:
    """Either is accepted; the log names the user, who acted for him, and the paper with its digest."""
    _, _, report = clerk.signed(kind)
    record = clerk.show(report, now="2008-03-06 09:00")
    assert record["state"] == "user_signed"
    last = record["log"][-1]
    assert (last["role"], last["through"], last["on_behalf_of"]) == ("customer", "service_person", "示例矿业")
    (paper,) = record["evidence"]
    assert (paper["kind"], paper["file"]) == (kind, f"{kind}-1.png")
    assert paper["sha256"] == hashlib.sha256(clerk.paper.read_bytes()).hexdigest()
    assert (clerk.path(report).with_suffix("") / paper["file"]).read_bytes() == clerk.paper.read_bytes()


def test_019_stamped_report_is_verified_and_filed(clerk: Any) -> None:
    _, _, report = clerk.signed("stamped_sheet")
    clerk.done("advance", report, "verify", "result=effective", "method=call_back", now="2008-03-06 09:00")
    clerk.done("advance", report, "file", me="sun.li", now="2008-03-06 09:10")
    assert clerk.show(report, now="2008-03-06 10:00")["state"] == "filed"


def test_019_another_name_than_the_customer(clerk: Any) -> None:
    """The name is the customer's of the register unless another is given."""
    _, _, report = clerk.repaired()
    words = ("--on-behalf-of", "王建国", "--evidence", f"signed_sheet={clerk.paper}")
    clerk.done("advance", report, "user_sign", *words, me="zhang.wei", now="2008-03-05 17:10")
    assert clerk.record(report)["log"][-1]["on_behalf_of"] == "王建国"
