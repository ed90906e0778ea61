"""Scenario 90: an action that fails a guard."""

from __future__ import annotations

from typing import Any


def test_090_nothing_happens_and_the_message_says_why(clerk: Any) -> None:
    """No file changes, no commit, exit 4; the message names the field, the clause and what to do."""
    _call, sheet = clerk.on_site()
    head, count = clerk.head, clerk.git("rev-list", "--count", "HEAD")
    said = clerk.refused(4, "advance", sheet, "finish", me="zhang.wei", now="2008-03-05 16:00")
    assert (clerk.head, clerk.git("rev-list", "--count", "HEAD")) == (head, count)
    assert clerk.git("status", "--porcelain") == ""
    lines = said.splitlines()
    assert lines[0] == "错误：没有填写维修呈报表，不能“修复”。"
    assert lines[1] == f"  位置：{sheet}  状态 on_site（已到现场）"
    assert lines[2] == "  依据：4.2.7"
    assert lines[3].startswith(f"  处理：svc create repair-report dispatch={sheet}")


def test_090_missing_fields_are_all_named(clerk: Any) -> None:
    """By title and by id, and the command to paste carries them."""
    said = clerk.refused(4, "create", "intake", "serial=CG956-0001", "channel=phone", me="wang.fang")
    for name in ("reporter.name", "reporter.phone", "fault_place", "fault_symptom"):
        assert f"（{name}）" in said
        assert f"{name}=…" in said.splitlines()[-1]
    assert "依据：4.2.3\n" in said


def test_090_dry_run_is_the_same_path(clerk: Any) -> None:
    """`-n` refuses with the same words."""
    _, sheet = clerk.on_site()
    words = ("advance", sheet, "finish")
    plain = clerk.refused(4, *words, me="zhang.wei", now="2008-03-05 16:00")
    assert clerk.refused(4, "-n", *words, me="zhang.wei", now="2008-03-05 16:00") == plain
