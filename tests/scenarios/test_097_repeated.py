"""Scenario 97: the same command once more."""

from __future__ import annotations

from typing import Any


def test_097_already_in_state(clerk: Any) -> None:
    """Repeated after success: exit 4, "already in state …", nothing committed; each step of a case."""
    _call, sheet, report = clerk.verified()
    clerk.done("advance", report, "file", now="2008-03-06 09:10")
    clerk.done("advance", sheet, "close", now="2008-03-06 09:20")
    for id, words, state in ((report, ("file",), "已归档"), (sheet, ("close",), "已关闭")):
        said = clerk.refused(4, "advance", id, *words, now="2008-03-06 10:00")
        assert f"已处于“{state}”状态" in said
        assert f"svc show {id}" in said


def test_097_right_after_the_first(clerk: Any) -> None:
    call = clerk.checked()
    sheet = clerk.dispatch(call)
    clerk.done("advance", sheet, "accept", me="zhang.wei")
    head = clerk.head
    said = clerk.refused(4, "advance", sheet, "accept", me="zhang.wei")
    assert "已处于“已接单”状态" in said
    assert clerk.head == head


def test_097_in_english(clerk: Any) -> None:
    call = clerk.checked()
    sheet = clerk.dispatch(call)
    clerk.done("advance", sheet, "accept", me="zhang.wei")
    answer = clerk.process("--lang", "en", "advance", sheet, "accept", me="zhang.wei")
    assert answer.returncode == 4
    assert b'already in the state "accepted"' in answer.stderr


def test_097_actions_that_stay_may_be_repeated(clerk: Any) -> None:
    """An action that stays in its state is not "already done"."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet)
    for _ in range(2):
        clerk.done("advance", report, "fill", "no_parts=true", me="zhang.wei", now="2008-03-05 15:40")


def test_097_the_same_register_entry(clerk: Any) -> None:
    words = ("create", "unit", "code=x", "name=示例", "kind=department")
    clerk.done(*words, me="li.min")
    assert "已有 x" in clerk.refused(4, *words, me="li.min")
