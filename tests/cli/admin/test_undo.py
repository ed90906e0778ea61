"""`svc undo`: the last step loses its force and stays readable."""

from __future__ import annotations

from typing import Any

import pytest

NOW = "2026-03-06 09:00"


@pytest.fixture
def sheet(world: Any) -> str:
    """The id of the dispatch that the service person has accepted."""
    (id,) = world.svc("query", "dispatch", "state:accepted", "-q", now=NOW).lines
    return str(id)


def test_the_last_step_is_voided(world: Any, sheet: str) -> None:
    answer = world.svc("undo", sheet, "--reason", "接错单", me="zhang.wei", now=NOW)
    assert (answer.code, answer.out) == (0, f"{sheet} issued\n")
    log = world.svc("show", sheet, "-O", "json", now=NOW).json["log"]
    assert (log[1]["voided_by"], log[2]["action"], log[2]["voids"], log[2]["reason"]) == (3, "undo", [2], "接错单")
    assert world.svc("check", now=NOW).code == 0


def test_the_making_of_a_record_is_cancelled_not_undone(world: Any) -> None:
    (id,) = world.svc("query", "dispatch", "state:issued", "-q", now=NOW).lines
    answer = world.svc("undo", id, "--reason", "x", me="wang.fang", now=NOW)
    assert answer.code == 4
    assert answer.err.startswith("错误：第一步不能撤回，请撤销本单。\n")
    assert f"  处理：svc advance {id} cancel --reason …\n" in answer.err


def test_refusals(world: Any, sheet: str, same: Any) -> None:
    with same(world.root):
        silent = world.svc("undo", sheet, me="zhang.wei", now=NOW)
        other = world.svc("undo", sheet, "--reason", "x", me="sun.li", now=NOW)
        unknown = world.svc("undo", "nothing", "--reason", "x", now=NOW)
        changed = world.svc("undo", sheet, "--reason", "x", "--expect", "0" * 64, me="zhang.wei", now=NOW)
        dry = world.svc("undo", sheet, "--reason", "x", "-n", me="zhang.wei", now=NOW)
    assert (silent.code, silent.err) == (
        4,
        (
            f"错误：“撤回一步”须说明理由。\n  位置：{sheet}  状态 accepted（已接单）\n"
            f"  处理：svc advance {sheet} undo --reason 理由\n"
        ),
    )
    assert other.code == 4
    assert other.err.startswith("错误：孙丽 的角色（研究所）不能办理“撤回一步”，须为：办理上一步的本人。\n")
    assert (unknown.code, changed.code, dry.code) == (3, 5, 0)
