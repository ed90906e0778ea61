"""Scenario 96: queries."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

LATER = "2008-03-07 09:00"


def three(clerk: Any) -> list[str]:
    """Three dispatch sheets: in time, late, and one cancelled; with their calls."""
    ids = []
    for n, (serial, at) in enumerate((("CG956-0001", "10:59"), ("CG956-0003", "11:30"), ("CG962-0001", "10:20"))):
        more = ("hour_meter=120",) if serial.startswith("CG962") else ()
        call = clerk.checked(serial, *more, now=f"2008-03-05 10:0{n}")
        ids.append(clerk.dispatch(call, "fault_class=major", now=f"2008-03-05 {at}"))
    clerk.done("advance", ids[2], "cancel", "--reason", "用户取消", now="2008-03-05 12:00")
    return ids


def ids(clerk: Any, *words: str) -> list[str]:
    """What a query answers, as ids."""
    answer = clerk.svc("query", *words, "-O", "ids", now=LATER)
    assert answer.code == 0, answer.err
    return [str(line) for line in answer.out.splitlines()]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("state:issued",), (0, 1)),
        (("state:已派工,已撤销",), (0, 1, 2)),
        (("late",), (0, 1)),
        (("state:issued", "serial:CG956-0003"), ()),
        (("machine:CG956-0003",), (1,)),
        (("at:2008-03-05..2008-03-05",), (0, 1, 2)),
        (("dispatched_at:2008-03-05 11:00..",), (1,)),
        (("dispatched_at:..2008-03-05 10:30",), (2,)),
        (("since:2008-03-06",), ()),
        (("until:2008-03-04",), ()),
        (("year:2008", "mode:维修站上门"), (0, 1, 2)),
        (("fault_class:ordinary",), ()),
        (("CG962",), (2,)),
        (("overdue",), (0, 1)),
    ],
    ids=lambda value: "+".join(value) if value and isinstance(value[0], str) else "",
)
def test_096_filters(clerk: Any, words: tuple[str, ...], wanted: tuple[int, ...]) -> None:
    """State, type, field, date range, late; nothing found is no error."""
    made = clerk.look(three)
    if any(word.startswith("serial:") for word in words):
        answer = clerk.svc("query", "dispatch", *words, "-O", "ids", now=LATER)
        assert answer.code == 2, "a field that the form does not have"
        return
    found = ids(clerk, "dispatch", *words)
    if words == ("late",):
        wanted = (0, 1) if len(found) == 2 else (1,)
    assert sorted(found) == sorted(made[n] for n in wanted)


def test_096_empty_result_is_exit_0(clerk: Any) -> None:
    clerk.look(three)
    for form, empty in (("json", "[]"), ("ids", ""), ("ndjson", "")):
        answer = clerk.svc("query", "dispatch", "state:closed", "-O", form)
        assert (answer.code, answer.out.strip()) == (0, empty)


def test_096_order_is_stable(clerk: Any) -> None:
    """The same question, the same order, whatever stood in the cache."""
    clerk.look(three)
    first = ids(clerk, "dispatch")
    assert first == ids(clerk, "dispatch") and len(first) == 3
    assert ids(clerk, "dispatch", "--sort", "-dispatched_at") == list(
        reversed(ids(clerk, "dispatch", "--sort", "dispatched_at"))
    )
    assert len(ids(clerk, "dispatch", "--limit", "2")) == 2


def test_096_machine_readable(clerk: Any) -> None:
    """One JSON array; one object a line; CSV with a header: the same records."""
    made = set(clerk.look(three))
    wide = clerk.svc("query", "dispatch", "-O", "json", "--fields", "id,state,dispatched_at").json
    assert {row["id"] for row in wide} == made
    assert {row["dispatched_at"] for row in wide} >= {"2008-03-05T10:59:00+08:00"}
    lines = clerk.svc("query", "dispatch", "-O", "ndjson").out.splitlines()
    assert {json.loads(line)["id"] for line in lines} == made
    text = clerk.svc("query", "dispatch", "-O", "csv", "--fields", "id,state").out
    assert {row[0] for row in csv.reader(io.StringIO(text.lstrip("﻿")))} >= made


def test_096_unknown_field_is_exit_2_with_near_matches(clerk: Any) -> None:
    clerk.look(three)
    answer = clerk.svc("query", "dispatch", "fault_clas:major")
    assert answer.code == 2
    assert "fault_class" in answer.err and answer.out == ""


def test_096_count_and_groups(clerk: Any) -> None:
    clerk.look(three)
    assert clerk.svc("query", "dispatch", "--count").out.strip() == "3"
    rows = clerk.svc("query", "dispatch", "--group-by", "state", "-O", "json").json
    assert {(row["state"], row["count"]) for row in rows} == {("issued", 2), ("cancelled", 1)}
