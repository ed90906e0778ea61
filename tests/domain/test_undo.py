"""Taking back: the last step and what came with it, and taking back the taking back."""

from __future__ import annotations

from typing import Any

import pytest

from svc.domain.record import Record
from svc.domain.refusal import Refusal

STEP = {"by": ["clerk"], "clause": "1", "text": {"zh": "步", "en": "step"}}
SEND = {**STEP, "from": "open", "to": "sent", "takes": ["kind"]}
BACK = {**STEP, "from": "sent", "to": "open", "voids": {"after": "open"}, "reason": "required"}


def sheet(small: Any) -> Record:
    small.flow("sheet", actions={"send": SEND, "back": BACK})
    made: Record = small.do("start", gave={"kind": "a"}).lead.after
    return made


def undone(small: Any, record: Record) -> Record:
    after: Record = small.do("undo", record, reason="错").lead.after
    return after


def counting(record: Record) -> list[int]:
    return [entry.step for entry in record.live]


def test_a_step_and_its_fields_are_taken_back(small: Any) -> None:
    sent = small.do("send", sheet(small), gave={"kind": "b"}).lead.after
    again = undone(small, sent)
    assert (again.state, again.fields, counting(again)) == ("open", {"kind": "a"}, [1, 3])


def test_taking_back_what_was_taken_back_brings_it_again(small: Any) -> None:
    sent = small.do("send", sheet(small), gave={"kind": "b"}).lead.after
    twice = undone(small, undone(small, sent))
    assert (twice.state, twice.fields, counting(twice)) == ("sent", {"kind": "b"}, [1, 2, 4])
    thrice = undone(small, twice)
    assert (thrice.state, thrice.fields, counting(thrice)) == ("open", {"kind": "a"}, [1, 3, 5])


def test_what_a_step_had_voided_counts_again(small: Any) -> None:
    sent = small.do("send", sheet(small), gave={"kind": "b"}).lead.after
    back = small.do("back", sent, reason="缺").lead.after
    assert (back.state, back.fields, counting(back)) == ("open", {"kind": "a"}, [1, 3])
    again = undone(small, back)
    assert (again.state, again.fields, counting(again)) == ("sent", {"kind": "b"}, [1, 2, 4])


def test_sending_back_leaves_undoings_alone(small: Any) -> None:
    """An undoing that lost its force would leave what it undid without a voider."""
    once = undone(small, small.do("send", sheet(small)).lead.after)
    back = small.do("back", small.do("send", once).lead.after, reason="缺").lead.after
    assert counting(back) == [1, 3, 5]
    again = undone(small, back)
    assert (again.state, counting(again)) == ("sent", [1, 3, 4, 6])


def test_the_first_step_is_cancelled_not_undone(small: Any) -> None:
    with pytest.raises(Refusal, match="第一步"):
        undone(small, sheet(small))


def test_what_the_step_made_is_cancelled_with_it(small: Any) -> None:
    creates = [{"form": "slip", "with": {"sheet": "$id"}}]
    small.flow("sheet", actions={"send": {**SEND, "creates": creates}})
    deed = small.do("send", small.do("start").lead.after)
    slip = deed.changes[1].after
    undo = small.do("undo", deed.lead.after, reason="错")
    assert [change.after.state for change in undo.changes] == ["open", "void"]
    assert undo.changes[1].entry.within == f"{undo.lead.after.id}#3"
    small.world.put(slip)
    used = small.do("use", slip).lead.after
    with pytest.raises(Refusal, match=used.id):
        small.do("undo", deed.lead.after, reason="错")
    with pytest.raises(Refusal, match="请在那里撤回|第一步"):
        small.do("undo", slip, reason="错")


def test_a_reason_that_no_file_can_hold_is_refused(small: Any) -> None:
    sent = small.do("send", sheet(small)).lead.after
    for reason in ("\x00", "\ud800", " "):
        with pytest.raises(Refusal):
            small.do("undo", sent, reason=reason)
