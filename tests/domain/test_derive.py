"""Derived fields: to the cent, to the day, and refused where a table is not of one mind."""

from __future__ import annotations

from typing import Any

import pytest

from svc.domain.derive import derive
from svc.domain.paths import MISSING
from svc.domain.refusal import Refusal

LINES = [
    {"name": "x", "amount": "100.10", "kind": "a"},
    {"name": "y", "amount": "200.20", "kind": "b"},
    {"name": "z", "kind": "a"},
]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"sum": "lines.*.amount"}, "300.30"),
        ({"sum": "late.*.amount"}, "0.00"),
        ({"months": ["day", 1]}, "2026-02-28"),  # clamped to the end of the month
        ({"months": ["day", 25]}, "2028-02-29"),  # a leap year
        ({"months": ["day", "count"]}, "2026-04-30"),
        ({"months": ["began", 12]}, "2027-01-31"),
        ({"months": ["end", 12]}, MISSING),
        ({"lookup": "kind", "in": {"a": "first", "b": "second"}}, "first"),
        ({"lookup": "end", "in": {}}, MISSING),
        ({"count": "lines"}, 3),
        ({"count": "late"}, 0),
        ({"table": [{"when": {"where": {"kind": {"const": "a"}}}, "is": 1}, {"otherwise": True, "is": 2}]}, 1),
        ({"table": [{"when": {"where": {"kind": {"const": "b"}}}, "is": 1}, {"otherwise": True, "from": "count"}]}, 3),
        ({"holds": {"has": ["kind"]}}, True),
        ({"holds": {"has": ["end"]}}, False),
        ({"when": {"has": ["end"]}, "holds": {"has": ["kind"]}}, MISSING),
        ({"tally": "lines", "by": "kind"}, {"a": 2, "b": 1}),
        ({"ratio": ["count", {"value": 8}]}, "37.5"),
        ({"ratio": [1, "count"]}, "33.3"),
        ({"ratio": [2, "count"]}, "66.7"),
        ({"ratio": ["count", {"value": 0}]}, MISSING),
    ],
)
def test_rules(small: Any, rule: dict[str, Any], expected: object) -> None:
    case = small.case(kind="a", count=3, day="2026-01-31", began="2026-01-31T23:59:00+08:00", lines=LINES)
    assert derive(rule, case) == expected


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"lookup": "kind", "in": {"b": 1}}, "a"),
        ({"table": [{"when": {"has": ["count"]}, "is": 1}, {"when": {"has": ["kind"]}, "is": 2}]}, "2"),
        ({"table": [{"when": {"has": ["end"]}, "is": 1}]}, "0"),
    ],
)
def test_what_no_row_or_more_than_one_fits_is_refused(small: Any, rule: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as refused:
        derive(rule, small.case(kind="a", count=3))
    assert words in refused.value.what.zh


def test_collect_freezes_the_ids_of_a_state(small: Any) -> None:
    for id, state, kind in (("SH-1", "done", "a"), ("SH-2", "done", "b"), ("SH-3", "open", "a")):
        small.put("sheet", id, state, kind=kind)
    case = small.case(kind="a")
    assert derive({"collect": {"form": "sheet", "states": ["done"]}}, case) == ["SH-1", "SH-2"]
    assert derive({"collect": {"form": "sheet", "where": {"kind": {"const": "a"}}}}, case) == ["SH-1", "SH-3"]
    assert derive({"collect": {"form": "sheet", "where": {"kind": "kind"}, "states": ["done"]}}, case) == ["SH-1"]


def test_a_count_of_linked_records(small: Any) -> None:
    sheet = small.put("sheet", "SH-1")
    small.put("slip", "SL-1", sheet="SH-1")
    assert derive({"count": {"form": "slip", "via": {"inverse": "sheet"}}}, small.case(sheet)) == 1
