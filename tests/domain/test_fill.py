"""What a deed writes: given, stamped, copied, appended, derived, in that order; and what it does not take."""

from __future__ import annotations

from typing import Any

import pytest

from svc.domain.refusal import Exit, Refusal

MAKES = {"to": "open", "by": ["clerk"], "clause": "1", "text": {"zh": "记", "en": "note down"}}


def made(small: Any, gave: dict[str, Any], **action: Any) -> dict[str, Any]:
    """The fields of a sheet made by an action of that kind."""
    small.flow("sheet", actions={"write": {**MAKES, **action}})
    return dict(small.do("write", gave=gave).lead.after.fields)


def refused(small: Any, gave: dict[str, Any], **action: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        made(small, gave, **action)
    return found.value


def test_copies_cross_links_and_stay_away_where_there_is_nothing(small: Any) -> None:
    small.put("thing", "T-1", kind="red")
    copies = {"kind": "thing.kind", "day": "thing.until", "people": "thing.owner"}
    assert made(small, {"thing": "T-1"}, takes=["thing"], copies=copies) == {"thing": "T-1", "kind": "red"}


def test_copies_see_those_before_them(small: Any) -> None:
    copies = {"kind": {"value": "a"}, "group.a": "kind", "group.b": {"first": ["end", "group.a"]}}
    assert made(small, {}, copies=copies)["group"] == {"a": "a", "b": "a"}


def test_copies_go_item_by_item(small: Any) -> None:
    small.put("thing", "T-1", kind="red")
    lines = [{"thing": "T-1"}, {"name": "x"}]
    copies = {"lines.*.kind": "lines.*.thing.kind"}
    assert made(small, {"lines": lines}, asks=["lines"], copies=copies)["lines"] == [
        {"thing": "T-1", "kind": "red"},
        {"name": "x"},
    ]


def test_variables_of_the_deed(small: Any) -> None:
    copies = {"kind": "$actor", "group.a": "$role", "group.b": "$unit", "began": "$at", "day": "$today"}
    found = made(small, {}, copies=copies)
    assert (found["kind"], found["group"]) == ("ann", {"a": "clerk", "b": "U-ann"})
    assert (found["began"], found["day"]) == ("2026-11-23T12:00:00+08:00", "2026-11-23")


def test_a_derived_value_given_by_hand_must_agree(small: Any) -> None:
    lines = [{"amount": "1.10"}, {"amount": "2.20"}]
    rule: dict[str, Any] = {"asks": ["lines"], "takes": ["total"], "derive": {"total": {"sum": "lines.*.amount"}}}
    assert made(small, {"lines": lines, "total": "3.30"}, **rule)["total"] == "3.30"
    assert "3.30" in refused(small, {"lines": lines, "total": "3.31"}, **rule).what.zh


def test_an_item_is_added_with_what_is_asked_and_copied(small: Any) -> None:
    adds = {"lines": {"asks": ["name"], "takes": ["amount"], "copies": {"kind": "$actor"}}}
    assert made(small, {"lines": {"name": "x"}}, adds=adds)["lines"] == [{"name": "x", "kind": "ann"}]
    assert "name" in refused(small, {"lines": {"amount": "1.00"}}, adds=adds).what.zh
    assert "kind" in refused(small, {"lines": {"name": "x", "kind": "y"}}, adds=adds).what.zh


@pytest.mark.parametrize("gave", [{"kind": "a"}, {"colour": "red"}, {"group": {"a": "x"}}, {"lines": []}])
def test_what_is_not_asked_is_not_taken(small: Any, gave: dict[str, Any]) -> None:
    assert refused(small, gave, takes=["count"]).exit == Exit.DENIED


def test_a_condition_on_what_is_taken(small: Any) -> None:
    takes = ["kind", {"field": "count", "when": {"where": {"kind": {"const": "a"}}}}]
    assert made(small, {"kind": "a", "count": 1}, takes=takes)["count"] == 1
    refused(small, {"kind": "b", "count": 1}, takes=takes)


@pytest.mark.parametrize(
    ("gave", "words"),
    [
        ({"group": []}, "一组字段"),
        ({"group": "x"}, "一组字段"),
        ({"group": {}}, "有内容"),
        ({"lines": {}}, "列表"),
        ({"lines": ["x"]}, "一组字段"),
        ({"kind": ["x"]}, "单个的值"),
        ({"people": [["x"]]}, "单个的值"),
    ],
)
def test_another_shape_is_refused_before_anything_is_laid_over_it(small: Any, gave: dict[str, Any], words: str) -> None:
    found = refused(small, gave, takes=["group", "lines", "kind", "people"], copies={"group.b": {"value": "x"}})
    assert words in found.what.zh
    assert found.exit == Exit.USAGE
