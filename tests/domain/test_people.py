"""People: roles by the day, the role that fits, somebody outside through somebody inside, and the step's own doer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from svc.domain.people import by_email, roles_on, whoever
from svc.domain.refusal import Refusal

SIGN = {"from": "open", "to": "same", "clause": "1", "text": {"zh": "签", "en": "sign"}}
CLIENT = {"role": "client", "through": ["clerk"], "paper": "paper", "names": "kind"}


@pytest.mark.parametrize(
    ("day", "held"),
    [("2026-01-31", []), ("2026-02-01", ["a"]), ("2026-02-28", ["a"]), ("2026-03-01", ["b"]), ("2099-01-01", ["b"])],
)
def test_first_and_last_day_count(small: Any, day: str, held: list[str]) -> None:
    roles = [{"role": "a", "from": "2026-02-01", "to": "2026-02-28"}, {"role": "b", "from": "2026-03-01"}]
    person = small.put("person", "eve", roles=roles, git_email="eve@example.com")
    assert [one.role for one in roles_on(person, date.fromisoformat(day))] == held


def test_a_mailbox_is_one_person_whatever_its_case(small: Any) -> None:
    found = by_email(small.scene, " Ann@Example.COM ")
    assert found is not None and found.id == "ann"
    assert by_email(small.scene, "nobody@example.com") is None


def test_who_has_left_does_nothing(small: Any) -> None:
    small.put("person", "eve", "left", git_email="eve@example.com")
    for email in ("eve@example.com", "nobody@example.com"):
        with pytest.raises(Refusal):
            whoever(small.scene, email)


def entry(small: Any, who: str = "ann", **more: Any) -> Any:
    by = more.pop("by")
    small.flow("sheet", actions={"sign": {**SIGN, "by": by, **more.pop("action", {})}})
    return small.do("sign", small.put("sheet", "SH-1", kind="李四"), who, **more).lead.entry


def test_a_role_of_several_is_chosen(small: Any) -> None:
    assert entry(small, "bob", by=["clerk", "chief"]).role == "clerk"
    assert entry(small, "bob", by=["chief", "clerk"]).role == "chief"
    assert entry(small, "bob", by=["clerk", "chief"], role="chief").role == "chief"


def test_the_role_whose_scope_fits_is_chosen(small: Any) -> None:
    small.put(
        "person",
        "eve",
        roles=[{"role": "clerk", "from": "2026-01-01", "scope": s} for s in ("A", "李四")],
        git_email="eve@x",
    )
    needs = [{"scope": "kind", "say": {"zh": "不是", "en": "no"}}]
    assert entry(small, "eve", by=["clerk"], action={"needs": needs}).role == "clerk"
    with pytest.raises(Refusal):
        entry(small, "ann", by=["clerk"], action={"needs": needs})


def test_somebody_outside_acts_through_somebody_inside_with_a_paper(small: Any) -> None:
    found = entry(small, by=[CLIENT], files=["paper"])
    assert (found.role, found.through, found.on_behalf_of) == ("client", "clerk", "李四")
    assert entry(small, by=[CLIENT], files=["paper"], on_behalf_of="王五").on_behalf_of == "王五"
    with pytest.raises(Refusal, match="纸"):
        entry(small, by=[CLIENT])
    with pytest.raises(Refusal, match="姓名"):
        entry(small, by=[{**CLIENT, "names": "end"}], files=["paper"])


def test_the_scope_of_somebody_outside_is_themselves(small: Any) -> None:
    needs = [{"scope": "kind", "say": {"zh": "不是", "en": "no"}}]
    assert entry(small, by=[CLIENT], files=["paper"], action={"needs": needs}).role == "client"
    with pytest.raises(Refusal, match="不是"):
        entry(small, by=[CLIENT], files=["paper"], on_behalf_of="王五", action={"needs": needs})


def test_anyone_acts_in_a_role_they_hold_or_in_none(small: Any) -> None:
    assert entry(small, "cy", by="anyone").role == "chief"
    assert entry(small, "dee", by="anyone").role == "anyone"


def test_nobody_does_alone_what_happens_only_inside_another_deed(small: Any) -> None:
    with pytest.raises(Refusal, match="只随别的办理"):
        entry(small, by="none")


def test_what_was_done_for_somebody_outside_is_taken_back_as_an_insider(small: Any) -> None:
    small.flow("sheet", actions={"sign": {**SIGN, "by": [CLIENT]}})
    signed = small.do("sign", small.put("sheet", "SH-1", kind="李四"), files=["paper"]).lead.after
    undo = small.do("undo", signed, reason="错").lead.entry
    assert (undo.role, undo.through) == ("clerk", None)
    with pytest.raises(Refusal, match="办理上一步的本人"):
        small.do("undo", signed, "bob", reason="错")


def test_a_way_without_condition_that_one_may_not_go_leaves_the_next(small: Any) -> None:
    routes = [{"from": "open", "to": "done", "by": ["clerk"]}, {"from": "open", "to": "sent", "by": ["chief"]}]
    small.flow("sheet", actions={"sign": {**SIGN, "routes": routes}})
    assert small.do("sign", small.put("sheet", "SH-1"), "cy").lead.after.state == "sent"
    assert small.do("sign", small.put("sheet", "SH-2"), "ann").lead.after.state == "done"


def test_a_way_whose_condition_holds_is_the_one_whoever_acts(small: Any) -> None:
    """Else the role that the first way leaves out would slip through the second."""
    first = {"from": "open", "to": "done", "by": ["clerk"], "when": {"where": {"kind": {"const": "a"}}}}
    small.flow("sheet", actions={"sign": {**SIGN, "routes": [first, {"from": "open", "to": "sent", "by": ["chief"]}]}})
    with pytest.raises(Refusal, match="须为"):
        small.do("sign", small.put("sheet", "SH-1", kind="a"), "cy")
    assert small.do("sign", small.put("sheet", "SH-2", kind="b"), "cy").lead.after.state == "sent"
    with pytest.raises(Refusal):
        small.do("sign", small.put("sheet", "SH-3", kind="b"), "ann")
