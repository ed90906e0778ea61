"""The columns of migrated cases: what a heading means, what a cell tells, and which cells tell nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from svc.domain.past import Migrated, Past
from svc.domain.past_columns import Told, lack_named, own_key, read_told, state_named
from svc.domain.refusal import Refusal, Text
from svc.domain.values import Reading

READING = Reading(datetime(2026, 3, 5, 9, 0, tzinfo=UTC), UTC, lambda name: "")
KINDS = {"paper": Text("纸", "paper")}


@pytest.fixture
def form(small: Any) -> Any:
    """A sheet with two actions of its own name."""
    words = {"text": {"zh": "寄出", "en": "send out"}, "by": ["clerk"], "clause": "1"}
    return small.flow("sheet", actions={"send": {"from": "open", "to": "sent", **words}}).library.forms["sheet"]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        *(
            ("state", "state"),
            ("状态", "state"),
            ("former", "former"),
            ("原编号", "former"),
            ("at", "at"),
            ("时间", "at"),
        ),
        *(("lacks", "lacks"), ("不明", "lacks"), ("done.send", "done.send"), ("办理人.寄出", "done.send")),
        *(("at.send", "at.send"), ("时间.send out", "at.send"), ("at.kind", None), ("kind", None), ("done", None)),
        *(("State", None), ("", None), ("at.", None)),
    ],
)
def test_headings(form: Any, heading: str, key: str | None) -> None:
    assert own_key(form, heading) == key


@pytest.mark.parametrize("heading", ["done.sent", "办理人.", "done.cancel", "done.send.x"])
def test_a_person_of_no_action(form: Any, heading: str) -> None:
    with pytest.raises(Refusal) as caught:
        own_key(form, heading)
    assert "there is no action" in caught.value.what.en


def told(form: Any, base: Told | None = None, **cells: str) -> tuple[Told, list[str]]:
    """What the cells of a row tell, and its faults."""
    own = {key.replace("_", "."): (key, text) for key, text in cells.items()}
    found, faults = read_told(7, own, base or Told(), form, KINDS, READING, lambda links, value: f"{links[0]}:{value}")
    return found, [fault.line().en for fault in faults]


def test_cells(form: Any) -> None:
    found, faults = told(
        form,
        state="open",
        former=" 2026-041 ",
        at="2026-03-04 15:20",
        lacks="标题; evidence.纸；寄出;day",
        done_send="王芳",
        at_send="2026-03-04 10:00",
    )
    assert faults == []
    assert (found.state, found.at) == ("open", "2026-03-04T15:20:00+00:00")
    assert found.mark == Migrated(
        "",
        "",
        "2026-041",
        (Past("send", "", "person:王芳", "2026-03-04T10:00:00+00:00"),),
        ("标题", "evidence:paper", "send", "day"),
    )


def test_what_holds_for_all_rows_stands_unless_a_row_says_otherwise(form: Any) -> None:
    base = Told("done", None, Migrated("cy", "", None, (), ("day",)))
    found, _ = told(form, base, lacks="day; kind")
    assert (found.state, found.mark.vouched_by, found.mark.lacks) == ("done", "cy", ("day", "kind"))
    assert told(form, base, state="sent")[0].state == "sent"
    assert base.mark.lacks == ("day",)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"state": "gone"},
            "row 7 “state”: there is no state gone: open  word; done  word; sent  word; shut  word; void  word",
        ),
        ({"at": "昨天"}, "row 7 “at”: “昨天”: a time is written 2025-03-04 15:20"),
        ({"at_send": "2026-02-30 09:00"}, "row 7 “at_send”: "),
        (
            {"former": "a\u202eb"},
            "row 7 “former”: old number cannot be “a\\u202eb”: it holds the control character U+202E",
        ),
        ({"former": "x" * 201}, "row 7 “former”: the old number has more than 200 characters"),
        ({"former": "x" * 200}, ""),
    ],
)
def test_cells_that_cannot_be_read(form: Any, cells: dict[str, str], said: str) -> None:
    faults = told(form, **cells)[1]
    assert len(faults) == bool(said)
    assert not said or faults[0].startswith(said)


def test_names_of_what_is_unknown(form: Any) -> None:
    for word, name in (
        ("kind", "kind"),
        ("evidence:paper", "evidence:paper"),
        ("凭证.纸", "evidence:paper"),
        ("evidence.map", "evidence:map"),
        ("send", "send"),
        ("group.a", "group.a"),
        ("whatever", "whatever"),
    ):
        assert lack_named(form, KINDS, word) == name
    assert state_named(form, "sent") == "sent"
