"""`svc todo`: what waits for whom, by the time that is left."""

from __future__ import annotations

from typing import Any

import pytest

ONE, TWO = "PG-0101-26-00001-13", "PG-0101-26-00002-10"
FIRST, SECOND, THIRD = "BX-0101-26-00001-97", "BX-0101-26-00002-94", "BX-0101-26-00003-91"

BOARD = """\
剩余        编号                 表单            状态    时限  到期              可办
----------  -------------------  --------------  ------  ----  ----------------  ----------------
超 23 小时  PG-0101-26-00001-13  三包服务派工单  已接单  到位  2026-03-04 10:00  改派
超 19 小时  PG-0101-26-00002-10  三包服务派工单  已派工  到位  2026-03-04 14:00  改派
剩 30 分    BX-0101-26-00003-91  报修登记        已登记  派工  2026-03-05 09:30  核查三包、关闭
            BX-0101-26-00001-97  报修登记        已派工                          转有偿服务、关闭
            BX-0101-26-00002-94  报修登记        已派工                          转有偿服务、关闭
"""


def test_by_the_time_left(company: Any) -> None:
    assert company.svc("todo", me="zhao.qiang").out == BOARD


def test_only_what_one_may_do(company: Any) -> None:
    """Who was sent may arrive or accept; who was not has nothing to do, whatever the role."""
    mine = company.svc("todo", "-O", "json", me="zhang.wei").json
    assert [(row["id"], row["actions"]) for row in mine] == [(ONE, ["arrive"]), (TWO, ["accept"])]
    assert mine[0] == {
        "id": ONE,
        "form": "dispatch",
        "state": "accepted",
        "clock": "arrival",
        "due": "2026-03-04T10:00:00+08:00",
        "left": -82800,
        "actions": ["arrive"],
    }
    assert company.svc("todo", me="sun.li").out == ""
    assert company.svc("todo", me="sun.li").err == "没有待办。\n"


def test_who_was_not_sent_has_nothing_to_do(world: Any) -> None:
    given = ("code=liu.yang", "name=刘洋", "employee_no=0006", "unit=cs", "git_email=liu.yang@example.com")
    world.done("create", "person", *given, 'roles:=[{"role": "service_person", "from": "2026-01-01"}]')
    assert world.svc("todo", "-q", me="liu.yang").lines == []


@pytest.mark.parametrize(
    ("whom", "ids"),
    [
        ("张伟", [ONE, TWO]),
        ("zhang.wei", [ONE, TWO]),
        ("ZHANG.WEI@EXAMPLE.COM", [ONE, TWO]),
        ("service_person", [ONE, TWO]),
        ("派出人员", [ONE, TWO]),
        ("接线专人", [THIRD]),
        ("research", []),
    ],
)
def test_for_a_person_or_a_role(whom: str, ids: list[str], company: Any) -> None:
    assert company.svc("todo", "--for", whom, "-q").lines == ids


def test_overdue_and_due_soon(company: Any) -> None:
    assert company.svc("todo", "--overdue", "-q", me="zhao.qiang").lines == [ONE, TWO]
    assert company.svc("todo", "--due", "30m", "-q", me="zhao.qiang").lines == [ONE, TWO, THIRD]
    assert company.svc("todo", "--due", "29m", "-q", me="zhao.qiang").lines == [ONE, TWO]
    assert company.svc("todo", "--due", "4小时", "-q", me="wang.fang").lines == [THIRD]


def test_check_tells_by_its_exit_code(company: Any) -> None:
    assert company.svc("todo", "--check", me="zhang.wei").code == 1
    assert company.svc("todo", "--check", me="wang.fang").code == 0
    assert company.svc("todo", "--check", "--due", "1h", me="wang.fang").code == 1
    assert company.svc("todo", "--check", "--overdue", me="wang.fang").code == 0


def test_as_of(company: Any) -> None:
    then = company.svc("todo", "-O", "json", "--as-of", "2026-03-03 10:30", me="wang.fang").json
    assert [(row["id"], row["left"]) for row in then] == [(FIRST, 1800)]


def test_refuses(company: Any) -> None:
    assert company.svc("todo", "--for", "谁").code == 3
    assert company.svc("todo", "--due", "soon").err == (
        "错误：看不懂这段时间：soon。\n  位置：--due soon\n  处理：写作 30m、4h、2d（分、小时、天）\n"
    )
    assert company.svc("todo", me="nobody").code == 4


def test_a_narrow_terminal_keeps_four_columns(company: Any, narrow: None) -> None:
    assert company.svc("todo", me="zhang.wei").lines == [
        "剩余        编号                 状态    可办",
        "----------  -------------------  ------  --------",
        "超 23 小时  PG-0101-26-00001-13  已接单  到达现场",
        "超 19 小时  PG-0101-26-00002-10  已派工  接单",
    ]


def test_speaks_english(company: Any, english: None) -> None:
    row = company.svc("todo", me="zhang.wei").lines[2]
    assert row == (
        "23 h over  PG-0101-26-00001-13  Warranty dispatch sheet  accepted  arrival  2026-03-04 10:00  arrive"
    )
