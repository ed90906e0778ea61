"""Checking: a record as a deed left it passes; each thing changed by hand is found, by its own check, once."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from svc.domain.check import Subject, check
from svc.domain.ids import record_path

Raw = dict[str, Any]
STEP = {"by": ["clerk"], "clause": "1", "text": {"zh": "步", "en": "step"}}


@pytest.fixture
def sheet(small: Any) -> Raw:
    """A sheet of three steps with a paper and a link."""
    small.put("thing", "T-1", kind="red")
    send = {
        **STEP,
        "from": "open",
        "to": "sent",
        "asks": ["kind"],
        "evidence": {"all": ["paper"]},
        "reason": "required",
    }
    back = {**STEP, "from": "sent", "to": "open", "voids": {"after": "open"}}
    small.flow("sheet", actions={"send": send, "back": back})
    made = small.do("start", gave={"thing": "T-1", "count": 1}).lead.after
    sent = small.do("send", made, gave={"kind": "a"}, files=["paper"], reason="急").lead.after
    raw: Raw = small.do("note", sent, text="好").lead.after.to_dict()
    return raw


def found(small: Any, raw: Raw, files: dict[str, str] | None = None, path: str | None = None) -> list[tuple[str, str]]:
    """(rule, field) of every finding."""
    path = path or record_path("sheet", raw["id"], 2026)
    files = {"paper-1.jpg": f"{0:064x}"} if files is None else files
    return [(one.rule, one.field) for one in check(Subject(path, raw, small.scene, files, lambda field: 1))]


def test_what_a_deed_left_passes(small: Any, sheet: Raw) -> None:
    assert found(small, sheet) == []


CHANGES: list[tuple[Callable[[Raw], Any], list[tuple[str, str]]]] = [
    (lambda raw: raw.update(form="other"), [("schema", "procedure"), ("place", "id")]),
    (lambda raw: raw["fields"].update(colour="red"), [("schema", "fields.colour")]),
    (lambda raw: raw["fields"].update(count="1"), [("schema", "fields.count")]),
    (lambda raw: raw["log"][1].update(at="2026-11-23T12:00:00+08:00\n"), [("schema", "log.1.at")]),
    (lambda raw: raw.update(state="open"), [("fold", "state")]),
    (lambda raw: raw["fields"].update(kind="b"), [("fold", "fields.kind")]),
    (lambda raw: raw["fields"].pop("count"), [("fold", "fields.count")]),
    (lambda raw: raw["log"][2].update(step=4), [("log", "log")]),
    (lambda raw: raw["log"][1].update(at="2026-11-23T11:00:00+08:00"), [("log", "log.1.at")]),
    (lambda raw: raw["log"][1].update(recorded="2026-11-23T13:00:00+08:00"), [("log", "log.2.recorded")]),
    (lambda raw: raw["log"][1].update(at="2026-11-23T12:30:00+08:00"), [("log", "log.1.at")]),
    (lambda raw: raw["log"][1].update(voids=[1]), [("log", "log.1.voids")]),
    (lambda raw: raw["log"][1].pop("reason"), [("gave", "log.1.reason")]),
    (lambda raw: raw["log"][1].update(by="zed"), [("actor", "log.1.by"), ("evidence", "evidence.0.step")]),
    (lambda raw: raw["log"][1].update(role="chief"), [("actor", "log.1.role"), ("actor", "log.1.role")]),
    (lambda raw: raw["log"][2].update(role="chief"), [("actor", "log.2.role")]),
    (lambda raw: raw["evidence"][0].update(step=1), [("evidence", "log.1")]),
    (lambda raw: raw["evidence"][0].update(sha256="a" * 64), [("evidence", "evidence.0.sha256")]),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_each_change_by_hand_is_found(small: Any, sheet: Raw, change: Callable[[Raw], Any], expected: Any) -> None:
    raw = copy.deepcopy(sheet)
    change(raw)
    assert found(small, raw) == expected


def test_what_was_given_and_not_asked(small: Any, sheet: Raw) -> None:
    sheet["fields"]["flag"] = sheet["log"][1]["gave"]["flag"] = True
    assert found(small, sheet) == [("gave", "log.1.gave.flag")]
    del sheet["fields"]["flag"], sheet["log"][1]["gave"], sheet["fields"]["kind"]
    assert found(small, sheet) == [("gave", "log.1.gave.kind")]


def test_files_missing_beside_and_elsewhere(small: Any, sheet: Raw) -> None:
    assert found(small, sheet, {}) == [("evidence", "evidence.0.file")]
    assert found(small, sheet, {"paper-1.jpg": f"{0:064x}", "x.jpg": "0"}) == [("evidence", "evidence")]
    assert found(small, sheet, path="records/2026/sheet/0101/00/other.yaml") == [("place", "id")]


def test_links_that_lead_nowhere(small: Any, sheet: Raw) -> None:
    small.world.forget(small.world.record("thing", "T-1"))
    assert found(small, sheet) == [("link", "fields.thing")]


def test_a_role_that_anyone_need_not_hold_is_not_made_up(small: Any, sheet: Raw) -> None:
    """Whoever holds roles acts in one of them; only who holds none is `anyone`."""
    sheet["log"][2]["role"] = "anyone"
    assert found(small, sheet) == [("actor", "log.2.role")]
    sheet["log"][2].update(by="dee")
    assert found(small, sheet) == []
