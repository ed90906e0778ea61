"""`svc setting`: values with a date and a source, by an administrator."""

from __future__ import annotations

from typing import Any

import pytest

import svc.cli.setting  # noqa: F401 - so that `english` finds it

NOW = "2026-03-06 09:00"
YEARS = "record_control.retention_years"


def test_list_says_what_is_not_set(world: Any) -> None:
    listed = {row["name"]: row for row in world.svc("setting", "list", "-O", "json", now=NOW).json}
    assert listed[YEARS] == {
        "name": YEARS,
        "title": "服务原始资料的保存年数",
        "value": None,
        "source": "CG.QP.04.02-2008《记录控制程序》（4.2.9 引用，年数不在本程序内）",
        "since": None,
    }
    (line,) = [line for line in world.svc("setting", "list", now=NOW).lines if line.startswith(YEARS)]
    assert "未设定" in line


def test_set_then_change(world: Any) -> None:
    first = world.svc("setting", "set", YEARS, "10", "--reason", "CG.QP.04.02-2008", "--from", "2026-01-01", now=NOW)
    assert (first.code, first.out) == (0, f"{YEARS} active\n")
    world.done("setting", "set", YEARS, "12", "--reason", "CG.QP.04.02-2018", now="2026-03-07 09:00")
    shown = world.svc("setting", "show", YEARS, "-O", "json", now="2026-03-08 09:00").json
    assert (shown["value"], shown["source"], shown["since"]) == (12, "CG.QP.04.02-2018", "2026-03-07T09:00:00+08:00")
    assert [item["from"] for item in shown["values"]] == ["2026-01-01T00:00:00+08:00", "2026-03-07T09:00:00+08:00"]
    text = world.svc("setting", "show", YEARS, now="2026-03-08 09:00").out
    assert "12 年" in text and "10 年  CG.QP.04.02-2008" in text
    (row,) = [r for r in world.svc("setting", "list", "-O", "json", now=NOW).json if r["name"] == "evidence.max_mb"]
    assert (row["value"], row["since"]) == (20, None)
    assert world.svc("check").code == 0


def test_a_value_from_a_later_day_waits_for_it(world: Any) -> None:
    world.done("setting", "set", YEARS, "10", "--reason", "x", "--from", "2026-04-01", now=NOW)
    before = world.svc("setting", "show", YEARS, "-O", "json", now="2026-03-31 23:59").json
    after = world.svc("setting", "show", YEARS, "-O", "json", now="2026-04-01 00:00").json
    assert (before["value"], after["value"]) == (None, 10)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("warranty.covered_causes", '["material","wear"]', ["material", "wear"]),
        ("signatures", "required", "required"),
        ("parts.supply_unit", "5", "5"),
        ("parts.supply_unit", "示例车间", "示例车间"),
    ],
)
def test_values_are_json_or_text(world: Any, name: str, typed: str, value: object) -> None:
    world.done("setting", "set", name, typed, "--reason", "x", now=NOW)
    assert world.svc("setting", "show", name, "-O", "json", now=NOW).json["value"] == value


REFUSED = {
    "a value the schema refuses": (
        ("set", YEARS, "0", "--reason", "x"),
        2,
        f"错误：设定 {YEARS} 不能是 0。\n  - “{YEARS}”不得小于 1\n  位置：{YEARS}\n  处理：svc setting show {YEARS}\n",
    ),
    "no number": (
        ("set", YEARS, "十年", "--reason", "x"),
        2,
        (
            f"错误：设定 {YEARS} 不能是 十年。\n  - “{YEARS}”应为整数，现为 “十年”\n"
            f"  位置：{YEARS}\n  处理：svc setting show {YEARS}\n"
        ),
    ),
    "an unknown setting": (
        ("set", "record_control.retention_year", "10", "--reason", "x"),
        3,
        (
            f"错误：没有设定 record_control.retention_year。\n  - 是否指 {YEARS}\n"
            "  位置：record_control.retention_year\n  处理：svc setting list\n"
        ),
    ),
    "no source": (
        ("set", YEARS, "10"),
        2,
        f"错误：缺少 --reason。\n  位置：svc setting set {YEARS} 10\n  处理：svc setting set 名称 值 --reason 依据\n",
    ),
    "no value": (
        ("set", YEARS),
        2,
        f"错误：缺少 值。\n  位置：svc setting set {YEARS}\n  处理：svc setting set 名称 值 --reason 依据\n",
    ),
    "no name": (
        ("show",),
        2,
        "错误：缺少 名称。\n  位置：svc setting show\n  处理：svc setting set 名称 值 --reason 依据\n",
    ),
    "the procedures in force": (
        ("set", "procedures.in_force", '["core@1"]', "--reason", "x"),
        4,
        (
            "错误：程序由“采用”改变，不直接设定。\n  位置：procedures.in_force\n  依据：[company]\n"
            "  处理：svc procedure adopt 名称@版次 --reason 依据\n"
        ),
    ),
}


@pytest.mark.parametrize(("words", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_refusals(world: Any, same: Any, words: tuple[str, ...], code: int, said: str) -> None:
    with same(world.root):
        answer = world.svc("setting", *words, now=NOW)
    assert (answer.code, answer.out, answer.err) == (code, "", said)


def test_only_administrators(world: Any, same: Any) -> None:
    with same(world.root):
        answer = world.svc("setting", "set", YEARS, "10", "--reason", "x", me="wang.fang", now=NOW)
    assert (answer.code, answer.err) == (
        4,
        (
            "错误：王芳 的角色（接线专人）不能办理“设定”，须为：管理员。\n  位置：设定\n  依据：[company]\n"
            "  处理：由有此角色的人员办理，查：svc query person administrator\n"
        ),
    )


def test_dry_run(world: Any, same: Any) -> None:
    with same(world.root):
        assert world.svc("setting", "set", YEARS, "10", "--reason", "x", "-n", now=NOW).code == 0


def test_in_english(world: Any, english: None) -> None:
    answer = world.svc("setting", "set", YEARS, "0", "--reason", "x", now=NOW)
    assert answer.err == (
        f"error: the setting {YEARS} cannot be 0.\n  - {YEARS} must not be below 1\n"
        f"  at: {YEARS}\n  do: svc setting show {YEARS}\n"
    )
