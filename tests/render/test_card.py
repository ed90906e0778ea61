"""Cards: labels and values aligned."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from svc.render.card import card
from svc.render.terminal import width

PAIRS = [
    ("编号", "PG-0101-26-00398-83"),
    ("故障现象", "发动机漏油，转向失灵，需要更换总成"),
    ("说明", "一\n二\x1b"),
    ("空", ""),
]


def test_a_card() -> None:
    assert list(card(PAIRS)) == [
        "编号：    PG-0101-26-00398-83",
        "故障现象：发动机漏油，转向失灵，需要更换总成",
        "说明：    一",
        "          二\\x1b",
        "空：",
    ]


def test_a_narrow_card_in_english() -> None:
    pairs = [("Id", "PG-0101-26-00398-83"), ("A rather long label", "x")]
    assert list(card(pairs, lang="en", columns=30, indent=2)) == [
        "  Id:             PG-0101-26-0",
        "                  0398-83",
        "  A rather long…: x",
    ]


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=5), st.integers(20, 70))
def test_cards_keep_to_their_columns(pairs: list[tuple[str, str]], columns: int) -> None:
    assert all(width(line) <= columns for line in card(pairs, columns=columns))


def test_nothing_is_a_card_of_no_lines() -> None:
    assert list(card([])) == []
