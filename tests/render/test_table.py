"""Tables: aligned whatever stands in them, never wider than the terminal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.refusal import Text
from svc.render import table as module
from svc.render.table import Column, cell, fit, table
from svc.render.terminal import width

ID = Column("id", Text("编号", "Id"), whole=True)
FAULT = Column("fault", Text("故障现象", "Fault"))
STATE = Column("state", Text("状态", "State"))
COST = Column("cost", Text("费用", "Cost"), right=True)
ROWS: list[list[Any]] = [
    ["PG-0101-26-00398-83", "到达现场", "发动机漏油，转向失灵，需要更换总成\n第二行 | x", "12.50"],
    ["PG-0101-26-00399-11", None, "12E5", "-5.00"],
    ["PG-0101-26-00400-11", True, ["a", "b\x1b[31m"], "1.10"],
]


def test_a_table() -> None:
    assert list(table([ID, STATE, FAULT, COST], ROWS)) == [
        "编号                 状态      故障现象                                        费用",
        "-------------------  --------  ---------------------------------------------  -----",
        "PG-0101-26-00398-83  到达现场  发动机漏油，转向失灵，需要更换总成 第二行 | x  12.50",
        "PG-0101-26-00399-11            12E5                                           -5.00",
        "PG-0101-26-00400-11  是        a、b\\x1b[31m                                    1.10",
    ]


def test_the_widest_text_gives_way_on_a_narrow_terminal() -> None:
    assert list(table([ID, STATE, FAULT, COST], ROWS, room=60)) == [
        "编号                 状态      故障现象                 费用",
        "-------------------  --------  ----------------------  -----",
        "PG-0101-26-00398-83  到达现场  发动机漏油，转向失灵…   12.50",
        "PG-0101-26-00399-11            12E5                    -5.00",
        "PG-0101-26-00400-11  是        a、b\\x1b[31m             1.10",
    ]


def test_rows_become_cards_where_no_table_fits() -> None:
    assert list(table([ID, STATE, COST], [[row[0], row[1], row[3]] for row in ROWS[:2]], room=30, lang="en")) == [
        "Id:    PG-0101-26-00398-83",
        "State: 到达现场",
        "Cost:  12.50",
        "",
        "Id:    PG-0101-26-00399-11",
        "State:",
        "Cost:  -5.00",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert list(table([ID, COST], [])) == ["编号  费用", "----  ----"]


@pytest.mark.parametrize("serial", ["12E5", "1.10", "00e0", "0012.50", "12345678901234567890", "1_000", "inf", "0x1"])
def test_serials_are_shown_to_the_letter(serial: str) -> None:
    assert list(table([FAULT, COST], [[serial, serial]]))[-1].split() == [serial, serial]


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (None, "", ""),
        (True, "是", "yes"),
        (3, "3", "3"),
        (["a", "b"], "a、b", "a, b"),
        ({"数": 1}, '{"数": 1}', '{"数": 1}'),
    ],
)
def test_cells(value: Any, zh: str, en: str) -> None:
    assert (cell(value), cell(value, "en")) == (zh, en)


CELLS = st.none() | st.text(max_size=40) | st.text("发动机漏油 ab，", max_size=60)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.integers(20, 90))
def test_tables_keep_to_the_terminal(rows: list[tuple[Any, ...]], room: int) -> None:
    lines = list(table([FAULT, STATE, Column("note", Text.same("n"))], rows, room=room))
    assert all(width(line) <= room for line in lines)
    assert len(lines) >= 2 or not rows


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_large_tables_look_like_small_ones(rows: list[tuple[Any, ...]]) -> None:
    columns = [FAULT, COST, STATE]
    small = list(table(columns, rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LARGE", 0)
        assert list(table(columns, rows)) == small


def test_what_gives_way() -> None:
    assert fit([ID, FAULT, STATE, COST], [19, 60, 20, 6], 100) == [19, 49, 20, 6]
    assert fit([ID, FAULT, STATE, COST], [19, 60, 20, 6], 63) == [19, 16, 16, 6]
    assert fit([ID, FAULT, STATE, COST], [19, 60, 20, 6], 40) is None
    assert fit([ID, FAULT], [19, 9000], 60) == [19, 39]
    assert fit([ID], [19], 18) is None
    assert fit([ID, COST], [19, 6], 20) is None
    assert fit([FAULT], [19], 18) == [18]
