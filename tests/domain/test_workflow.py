"""A deed on several records: what it makes and moves, once each, all or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from svc.domain.refusal import Exit, Refusal

STEP = {"by": ["clerk"], "clause": "1", "text": {"zh": "步", "en": "step"}}
SEND = {**STEP, "from": "open", "to": "sent"}
SLIP = {"form": "slip", "with": {"sheet": "$id", "name": "kind"}}


def test_a_made_record_says_within_which_step(small: Any) -> None:
    small.flow("sheet", actions={"send": {**SEND, "creates": [SLIP]}})
    deed = small.do("send", small.do("start", gave={"kind": "a"}).lead.after)
    sheet, slip = (change.after for change in deed.changes)
    assert sheet.log[-1].created == (slip.id,)
    assert (slip.log[0].within, slip.fields) == (f"{sheet.id}#2", {"sheet": sheet.id, "name": "a"})
    assert slip.log[0].by == "ann"


def test_one_record_an_item_where_the_condition_holds(small: Any) -> None:
    rule = {
        "form": "slip",
        "each": "lines",
        "when": {"has": ["item.name"]},
        "with": {"sheet": "$id", "name": "item.name"},
    }
    small.flow("sheet", actions={"send": {**SEND, "creates": [rule]}})
    lines = [{"name": "x"}, {"amount": "1.00"}, {"name": "y"}]
    deed = small.do("send", small.do("start", gave={"lines": lines}).lead.after)
    assert [change.after.fields["name"] for change in deed.changes[1:]] == ["x", "y"]
    assert len({change.after.id for change in deed.changes}) == 3, "each has a number of its own"


def test_what_only_the_made_record_needs_is_given_for_it(small: Any) -> None:
    small.flow("sheet", actions={"send": {**SEND, "creates": [SLIP]}})
    sheet = small.do("start").lead.after
    deed = small.do("send", sheet, children={"slip": {"note": "急"}})
    assert deed.changes[1].after.fields["note"] == "急"
    with pytest.raises(Refusal, match="不填"):
        small.do("send", sheet, children={"slip": {"flag": True}})


def test_two_forms_that_make_and_move_each_other_do_so_once(small: Any) -> None:
    small.flow("sheet", actions={"send": {**SEND, "creates": [{"form": "slip", "with": {"sheet": "$id"}}]}})
    small.flow(
        "slip",
        actions={"make": {**STEP, "to": "open", "asks": ["sheet"], "also": [{"record": "sheet", "action": "send"}]}},
    )
    from_sheet = small.do("send", small.do("start").lead.after)
    assert [change.after.form for change in from_sheet.changes] == ["sheet", "slip"]
    sheet = small.do("start").lead.after
    from_slip = small.do("make", form="slip", gave={"sheet": sheet.id})
    assert sorted(change.after.form for change in from_slip.changes) == ["sheet", "slip"]
    assert from_slip.lead.after.log[-1].moved == (sheet.id,)
    assert from_slip.changes[1].after.state == "sent"


def test_moved_records_are_found_backwards_too(small: Any) -> None:
    rule = {"record": {"inverse": "sheet", "form": "slip"}, "action": "use"}
    small.flow("sheet", actions={"send": {**SEND, "also": [rule]}})
    sheet = small.do("start").lead.after
    for _ in range(2):
        small.do("make", form="slip", gave={"sheet": sheet.id})
    deed = small.do("send", sheet)
    assert [change.after.state for change in deed.changes] == ["sent", "done", "done"]


def test_a_moved_record_that_refuses_refuses_the_whole(small: Any) -> None:
    rule = {"record": {"inverse": "sheet", "form": "slip"}, "action": "use"}
    small.flow("sheet", actions={"send": {**SEND, "also": [rule]}})
    sheet = small.do("start").lead.after
    slip = small.do("make", form="slip", gave={"sheet": sheet.id}).lead.after
    small.do("use", slip)
    with pytest.raises(Refusal, match="已处于"):
        small.do("send", sheet)
    assert small.world.record("sheet", sheet.id).state == "open"


def test_a_link_that_is_not_there_is_refused(small: Any) -> None:
    small.flow("sheet", actions={"send": {**SEND, "also": [{"record": "thing", "action": "enter"}]}})
    with pytest.raises(Refusal) as refused:
        small.do("send", small.do("start").lead.after)
    assert refused.value.exit == Exit.NOT_FOUND
    with pytest.raises(Refusal) as refused:
        small.do("start", gave={"thing": "T-9"})
    assert refused.value.exit == Exit.NOT_FOUND


def test_numbers_have_no_gaps_and_keys_are_taken_once(small: Any) -> None:
    first, second = (small.do("start").lead.after.id for _ in range(2))
    assert [int(id.split("-")[3]) for id in (first, second)] == [1, 2]
    small.do("enter", form="thing", gave={"code": "Ab-1"})
    for code in ("ab-1", "ＡＢ-1"):
        with pytest.raises(Refusal, match="已有 Ab-1"):
            small.do("enter", form="thing", gave={"code": code})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"gave": {"kind": "\ud800"}}, "UTF-8"),
        ({"reason": "\udcff"}, "UTF-8"),
        ({"gave": {"\ud800": "x"}}, "UTF-8"),
        ({"gave": {"kind": "a\x00b"}}, "填写有误"),
        ({"gave": {"day": "2026-02-30"}}, "填写有误"),
    ],
)
def test_text_that_no_file_can_hold_is_refused(small: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        small.do("start", **more)


def test_what_is_asked_is_missed_before_anything_rests_on_it(small: Any) -> None:
    table = [{"when": {"where": {"kind": {"const": "a"}}}, "is": "x"}]
    small.flow(
        "sheet", actions={"write": {**STEP, "to": "open", "asks": ["kind"], "derive": {"group.a": {"table": table}}}}
    )
    with pytest.raises(Refusal, match="缺少"):
        small.do("write")


def test_steps_happen_in_order_and_not_ahead(small: Any) -> None:
    sheet = small.do("start").lead.after
    with pytest.raises(Refusal, match="早于上一步"):
        small.do("finish", sheet, at=small.now.replace(hour=11))
    with pytest.raises(Refusal, match="将来"):
        small.do("finish", sheet, at=small.now.replace(hour=13))
    with pytest.raises(Refusal, match="不是同一时间"):
        small.do("finish", sheet, at=small.now, gave={"done": "2026-11-23T12:00:01+08:00"})
    assert small.do("finish", sheet).lead.after.fields["done"] == "2026-11-23T12:00:00+08:00"
