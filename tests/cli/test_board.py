"""`svc` alone: the greeting, what waits, what to do next; and a welcome where there is no repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

BOARD = """\
张伟（派出人员） 示例机械 2026-03-05 09:00
待办 2 项，超期 2 项。

剩余        编号                 表单            状态    时限  到期              可办
----------  -------------------  --------------  ------  ----  ----------------  --------
超 23 小时  PG-0101-26-00001-13  三包服务派工单  已接单  到位  2026-03-04 10:00  到达现场
超 19 小时  PG-0101-26-00002-10  三包服务派工单  已派工  到位  2026-03-04 14:00  接单

下一步：到达现场
  svc advance PG-0101-26-00001-13 arrive
"""

EMPTY = """\
李敏（管理员） 示例机械 2026-03-05 09:00
没有待办。

可新建：
  svc create authorisation  授权
"""


def test_board(company: Any) -> None:
    answer = company.svc(me="zhang.wei")
    assert (answer.code, answer.out, answer.err) == (0, BOARD, "")


def test_nothing_waits(company: Any) -> None:
    assert company.svc(me="li.min").out.startswith(EMPTY)


def test_next_is_a_step_forward_rather_than_one_aside(company: Any) -> None:
    """A head of department may reassign what is late, but what comes next is to check the call that waits."""
    assert company.svc(me="zhao.qiang").lines[-1] == "  svc advance BX-0101-26-00003-91 check_warranty"


def test_json_is_what_todo_gives(company: Any) -> None:
    assert company.svc("-O", "json", me="zhang.wei").json == company.svc("todo", "-O", "json", me="zhang.wei").json


def test_the_command_to_paste_goes_through(world: Any) -> None:
    words = world.svc(me="zhang.wei").lines[-1].split()
    assert world.svc(*words[1:], "--at", "2026-03-04 09:00", me="zhang.wei").code == 0


def test_many_are_cut_short(world: Any) -> None:
    call = ("channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0123", "fault_place=示例工地")
    for n in range(15):
        given = ("serial=CG956-0001", f"fault_symptom=漏油 {n}")
        world.done("create", "intake", *call, *given, me="wang.fang", now="2026-03-05 08:40")
    shown = world.svc(me="wang.fang").lines
    assert shown[1] == "待办 16 项，超期 0 项。"
    assert "还有 1 项：svc todo" in shown
    assert shown[-1] == "  svc advance BX-0101-26-00003-91 check_warranty"


def test_no_repository_is_a_welcome(svc: Callable[..., Any]) -> None:
    answer = svc()
    assert (answer.code, answer.err) == (0, "")
    assert "svc init 文件夹 --procedure" in answer.out
    assert "svc demo" in answer.out


def test_a_named_folder_without_records_is_refused(svc: Callable[..., Any], tmp_path: Path) -> None:
    assert svc("-C", str(tmp_path)).code == 6
    assert svc(SVC_REPO=str(tmp_path)).code == 6


def test_a_stranger_is_refused(company: Any) -> None:
    assert company.svc(me="nobody@example.com").code == 4


def test_speaks_english(company: Any, english: None) -> None:
    shown = company.svc(me="zhang.wei").lines
    assert shown[:2] == ["张伟 (service person), 示例机械, 2026-03-05 09:00", "2 waiting, 2 overdue."]
    assert shown[-2:] == ["next: arrive", "  svc advance PG-0101-26-00001-13 arrive"]


def test_a_narrow_terminal(company: Any, narrow: None) -> None:
    assert company.svc(me="zhang.wei").lines[3:5] == [
        "剩余        编号                 状态    可办",
        "----------  -------------------  ------  --------",
    ]
