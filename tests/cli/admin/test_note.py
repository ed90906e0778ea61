"""`svc note`: a remark beside the course of a record."""

from __future__ import annotations

from typing import Any

import pytest

NOW = "2026-03-06 09:00"


def test_a_note_is_kept_and_the_state_stays(world: Any) -> None:
    answer = world.svc("note", "customer/kh-001", "下午三点后联系", me="wang.fang", now=NOW)
    assert (answer.code, answer.out) == (0, "kh-001 active\n")
    entry = world.svc("show", "customer/kh-001", "-O", "json", now=NOW).json["log"][-1]
    assert (entry["action"], entry["text"], entry["by"]) == ("note", "下午三点后联系", "wang.fang")
    assert world.svc("check", now=NOW).code == 0


def test_long_text_from_standard_input(world: Any) -> None:
    world.done("note", "customer/kh-001", "-", stdin="第一行\r\n第二行\r\n", now=NOW)
    entry = world.svc("show", "customer/kh-001", "-O", "json", now=NOW).json["log"][-1]
    assert entry["text"] == "第一行\n第二行"
    assert world.svc("check", now=NOW).code == 0


@pytest.mark.parametrize(("text", "stdin"), [("", ""), ("  ", ""), ("-", " \n")])
def test_an_empty_note_is_refused(world: Any, same: Any, text: str, stdin: str) -> None:
    with same(world.root):
        answer = world.svc("note", "customer/kh-001", text, stdin=stdin, now=NOW)
    assert (answer.code, answer.out, answer.err) == (
        2,
        "",
        "错误：备注是空的。\n  位置：customer/kh-001\n  处理：svc note customer/kh-001 文字\n",
    )


def test_what_nobody_can_see_is_refused(world: Any, same: Any) -> None:
    with same(world.root):
        answer = world.svc("note", "customer/kh-001", "a\x1b[31mb", now=NOW)
        unknown = world.svc("note", "nothing", "x", now=NOW)
        dry = world.svc("note", "customer/kh-001", "x", "-n", now=NOW)
    assert answer.code in (2, 4)
    assert "\x1b" not in answer.err
    assert (unknown.code, unknown.err) == (3, "错误：找不到 nothing。\n  位置：nothing\n  处理：svc query nothing\n")
    assert dry.code == 0
