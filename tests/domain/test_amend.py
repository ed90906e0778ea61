"""Amending: what follows from a field follows again, and a gate that was passed must still stand open."""

from __future__ import annotations

from typing import Any

import pytest

from svc.domain.amend import mentions
from svc.domain.record import Record
from svc.domain.refusal import Refusal

NEEDS = [{"compare": ["count", "le", 10], "say": {"zh": "太多", "en": "too many"}}]
START: dict[str, Any] = {
    "to": "open",
    "by": ["clerk"],
    "clause": "1",
    "text": {"zh": "起", "en": "start"},
    "takes": ["thing", "day", "count", "lines", "kind"],
    "needs": NEEDS,
    "copies": {"group.a": "thing.kind", "group.b": "group.a"},
    "derive": {"end": {"months": ["day", "count"]}, "total": {"sum": "lines.*.amount"}},
}
AMEND = {"in": ["open"], "by": ["clerk"], "reason": "required", "clause": "1"}


def started(small: Any, *fields: str) -> Record:
    small.flow("sheet", actions={"begin": START}, amend={**AMEND, "fields": list(fields)})
    for code, kind in (("T-1", "red"), ("T-2", "blue")):
        small.put("thing", code, kind=kind)
    gave = {"thing": "T-1", "day": "2026-01-31", "count": 1, "lines": [{"amount": "1.00"}], "kind": "x"}
    made: Record = small.do("begin", gave=gave).lead.after
    return made


def amended(small: Any, record: Record, **gave: Any) -> Record:
    after: Record = small.do("amend", record, gave=gave, reason="写错").lead.after
    return after


def test_what_was_derived_and_copied_is_so_again(small: Any) -> None:
    record = started(small, "day", "thing", "lines")
    assert (record.fields["end"], record.fields["group"]) == ("2026-02-28", {"a": "red", "b": "red"})
    assert amended(small, record, day="2026-03-15").fields["end"] == "2026-04-15"
    assert amended(small, record, thing="T-2").fields["group"] == {"a": "blue", "b": "blue"}
    assert amended(small, record, lines=[{"amount": "2.00"}, {"amount": "0.50"}]).fields["total"] == "2.50"


def test_what_does_not_rest_on_the_field_stays(small: Any) -> None:
    record = started(small, "kind")
    small.put("thing", "T-1", kind="green")
    after = amended(small, record, kind="y")
    assert after.fields["group"] == {"a": "red", "b": "red"}, "what was frozen is not copied again"
    assert after.log[-1].filled == {}


def test_a_gate_that_was_passed_must_still_stand_open(small: Any) -> None:
    record = started(small, "count")
    assert amended(small, record, count=10).fields["end"] == "2026-11-30"
    with pytest.raises(Refusal, match="太多"):
        amended(small, record, count=11)


def test_only_what_may_be_amended_where_it_may_with_a_reason(small: Any) -> None:
    record = started(small, "kind")
    with pytest.raises(Refusal, match="不填"):
        amended(small, record, flag=True)
    with pytest.raises(Refusal, match="理由"):
        small.do("amend", record, gave={"kind": "y"})
    done = small.do("finish", record).lead.after
    with pytest.raises(Refusal, match="此时不能"):
        amended(small, done, kind="y")


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("day", True),
        ("day.x", True),
        ("days", False),
        ({"months": ["day", 1]}, True),
        ({"where": {"day": {}}}, True),
        ({"any": [{"has": ["kind", "day"]}]}, True),
        ({"compare": ["kind", "eq", 3]}, False),
        (3, False),
    ],
)
def test_whether_a_rule_speaks_of_a_field(rule: Any, found: bool) -> None:
    assert mentions(rule, ["day"]) is found
