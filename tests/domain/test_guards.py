"""Guards: what holds, what does not, and that what is absent never does."""

from __future__ import annotations

from typing import Any

import pytest

from svc.domain.guards import holds

LATER = "2026-11-23T18:00:00+08:00"


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        ({}, True),
        ({"where": {"kind": {"const": "a"}}}, True),
        ({"where": {"kind": {"enum": ["b"]}}}, False),
        ({"where": {"kind": {"const": "a"}, "count": {"minimum": 5}}}, False),
        ({"where": {"end": {}}}, False),  # absent: even a schema that takes anything fails
        ({"where": {"end": {"not": {"const": "x"}}}}, False),
        ({"has": ["kind", "count"]}, True),
        ({"has": ["kind", "end"]}, False),
        ({"has": ["people"]}, False),  # an empty list is nothing
        ({"has": ["evidence:paper"]}, False),
        ({"lacks": ["end", "people"]}, True),
        ({"lacks": ["end", "kind"]}, False),
        ({"compare": ["count", "eq", 3]}, True),
        ({"compare": ["count", "ne", 3]}, False),
        ({"compare": ["size", "gt", "count"]}, True),  # decimals, not texts: 12.5 > 3
        ({"compare": ["size", "lt", {"value": "9"}]}, False),
        ({"compare": ["size", "eq", {"value": "12.50"}]}, False),  # texts to the letter
        ({"compare": ["day", "le", "began"]}, True),  # a date against an instant: the whole local day
        ({"compare": ["began", "le", "day"]}, True),
        ({"compare": ["day", "lt", "began"]}, False),
        ({"compare": ["began", "lt", {"value": LATER}]}, True),
        ({"compare": ["kind", "le", "size"]}, False),  # no order
        ({"compare": ["end", "eq", "end"]}, False),  # absent on both sides
        ({"compare": ["end", "ne", "kind"]}, False),
        ({"compare": ["kind", "in", {"value": ["a", "b"]}]}, True),
        ({"compare": ["kind", "in", {"value": "a"}]}, False),
        ({"compare": ["lines.*.name", "subset", {"value": ["x", "y", "z"]}]}, True),
        ({"compare": ["lines.*.name", "subset", {"value": ["x"]}]}, False),
        ({"compare": [{"plus": "day", "months": 1}, "eq", {"value": "2026-12-23"}]}, True),
        ({"compare": [{"date": "began"}, "eq", "day"]}, True),
        ({"compare": [{"year_end": "day"}, "eq", {"value": "2026-12-31"}]}, True),
        ({"compare": ["count", "eq", {"setting": "set"}]}, True),
        ({"any": [{"has": ["end"]}, {"has": ["kind"]}]}, True),
        ({"any": []}, False),
        ({"all": [{"has": ["end"]}, {"has": ["kind"]}]}, False),
        ({"not": {"has": ["end"]}}, True),
        ({"when": {"has": ["end"]}, "where": {"kind": {"const": "z"}}}, True),
        ({"when": {"has": ["kind"]}, "where": {"kind": {"const": "z"}}}, False),
        ({"each": "lines", "has": ["item.name"]}, True),
        ({"each": "lines", "where": {"item.name": {"const": "x"}}}, False),
        ({"each": "late", "has": ["item.name"]}, False),  # an absent list fails
        ({"has": ["kind"], "lacks": ["kind"]}, False),
    ],
)
def test_conditions(small: Any, guard: dict[str, Any], expected: bool) -> None:
    lines = [{"name": "x"}, {"name": "y"}]
    began = "2026-11-23T09:00:00+08:00"
    case = small.case(kind="a", count=3, size="12.5", day="2026-11-23", began=began, lines=lines, people=[])
    assert holds(guard, case) is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"at_least": 2}, True),
        ({"at_least": 3}, False),
        ({"at_most": 1}, False),
        ({"where": {"$state": {"const": "done"}}, "at_most": 1}, True),
        ({"where": {"$state": {"const": "done"}}, "at_least": 2}, False),
        ({"where": {"$state": {"const": "done"}}, "every": True}, False),
        ({"where": {"name": {"type": "string"}}, "every": True}, True),
        ({"where": {"note": {}}}, False),
        ({"where": {"$state": {"const": "shut"}}, "at_most": 0}, True),
    ],
)
def test_linked_records_are_counted(small: Any, more: dict[str, Any], expected: bool) -> None:
    sheet = small.put("sheet", "SH-1", year=2026)
    small.put("slip", "SL-1", "open", sheet="SH-1", name="a")
    small.put("slip", "SL-2", "done", sheet="SH-1", name="b")
    small.put("slip", "SL-3", "done", sheet="SH-2", name="c")
    guard = {"linked": {"form": "slip", "via": {"inverse": "sheet"}, **more}}
    assert holds(guard, small.case(sheet)) is expected


def test_two_hops_and_the_same_values(small: Any) -> None:
    small.put("thing", "T-1", kind="a")
    here = small.put("sheet", "SH-1", thing="T-1", kind="a")
    small.put("sheet", "SH-2", thing="T-1", kind="b")
    there: dict[str, Any] = {"form": "sheet", "via": ["thing", {"inverse": "thing"}]}
    assert holds({"linked": {**there, "at_least": 2}}, small.case(here))
    assert holds({"linked": {**there, "same": ["kind"], "at_most": 1}}, small.case(here))
    assert not holds({"linked": {**there, "same": ["end"]}}, small.case(here)), "absent on both sides is not the same"


@pytest.mark.parametrize(
    ("guard", "who", "expected"),
    [
        ({"differs": "start"}, "bob", True),
        ({"differs": "start"}, "ann", False),
        ({"differs": ["start", "finish"]}, "bob", True),
        ({"differs": "finish"}, "bob", False),  # nobody has done it: there is nobody to differ from
        ({"differs": {"from": "people"}}, "cy", True),
        ({"differs": {"from": "people"}}, "dee", False),
        ({"differs": {"from": "end"}}, "cy", False),
        ({"scope": "kind"}, "ann", True),
        ({"scope": "kind"}, "dee", False),
        ({"scope": "end"}, "ann", False),
    ],
)
def test_who_acts(small: Any, guard: dict[str, Any], who: str, expected: bool) -> None:
    sheet = small.put("sheet", "SH-1", kind="S-clerk", people=["dee"])
    assert holds(guard, small.case(sheet, who)) is expected


@pytest.mark.parametrize(("joined", "expected"), [({"roles": ["clerk"]}, True), ({"roles": ["clerk", "chief"]}, False)])
def test_joined_by_roles(small: Any, joined: dict[str, Any], expected: bool) -> None:
    assert holds({"joined": {"action": "start", **joined}}, small.case(small.put("sheet", "SH-1"))) is expected


def test_joined_by_units(small: Any) -> None:
    sheet = small.put("sheet", "SH-1", people=["U-ann"])
    assert holds({"joined": {"action": "start", "units": "people"}}, small.case(sheet))
    other = small.put("sheet", "SH-2", people=["U-ann", "U-bob"])
    assert not holds({"joined": {"action": "start", "units": "people"}}, small.case(other))
    assert not holds({"joined": {"action": "start", "units": "end"}}, small.case(other))


def test_unique_looks_at_other_records_and_at_no_case(small: Any) -> None:
    small.put("sheet", "SH-1", kind="Abc", day="2026-11-23")
    assert not holds({"unique": "kind"}, small.case(kind="aBC"))
    assert holds({"unique": ["kind", "day"]}, small.case(kind="abc", day="2026-11-24"))
    assert holds({"unique": "kind"}, small.case(count=1)), "what is absent collides with nothing"
