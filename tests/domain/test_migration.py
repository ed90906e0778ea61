"""What a migration tells counts for clocks and against whoever it names, and never as a deed that somebody did here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from svc.domain.case import Case
from svc.domain.check import Subject, check
from svc.domain.clocks import clocks
from svc.domain.core import MIGRATE
from svc.domain.courses import Courses
from svc.domain.deed import Change, Deed, Handed, Request
from svc.domain.guards import holds
from svc.domain.judging import Knowing, rests_on, seen
from svc.domain.migration import Unfit, migrate
from svc.domain.past import Migrated, Past
from svc.domain.record import Entry, Record
from svc.domain.refusal import Refusal
from svc.domain.told import doers, done
from svc.domain.world import Acting

WORDS = {"zh": "字", "en": "word"}
NINE, TEN, ELEVEN = (f"2026-11-20T{hour}:00:00+08:00" for hour in ("09", "10", "11"))
RIGHT = {
    "states": ["open", "sent", "done"],
    "by": ["clerk"],
    "vouched_by": ["chief"],
    "another": True,
    "until": "until",
    "reason": "required",
    "clause": "[company]",
}


def act(**raw: Any) -> dict[str, Any]:
    return {"by": ["clerk"], "clause": "1", "text": WORDS, **raw}


@pytest.fixture
def moving(small: Any) -> Any:
    """Sheets that can be entered as open, sent or done; who finishes must not be who sent; sending back voids."""
    small.flow(
        "sheet",
        migrate=dict(RIGHT),
        actions={
            "send": act(**{"from": "open", "to": "sent"}),
            "look": act(**{"from": "sent", "to": "same", "takes": ["kind"]}),
            "finish": act(
                **{"from": "sent", "to": "done", "time": "done"},
                needs=[{"differs": "send", "say": {"zh": "须由他人办", "en": "somebody else"}}],
            ),
            "return": act(**{"from": ["sent", "done"], "to": "open", "voids": {"after": "open"}, "reason": "required"}),
            "join": act(**{"from": "done", "to": "same"}),
        },
        cancel={"from": ["open"], "to": "void", "by": ["clerk"], "reason": "required", "clause": "1"},
    )
    small.put("setting", "until", name="until", values=[{"value": "2026-12-31", "from": "2026-01-01T00:00:00+08:00"}])
    return small


def mark(*done: Past, voucher: str = "cy", former: str | None = "A-1", lacks: tuple[str, ...] = ()) -> Migrated:
    return Migrated(voucher, "", former, done, lacks)


def enter(small: Any, state: str, told: Migrated, who: str = "ann", **more: Any) -> Record:
    """One sheet entered as migrated and taken up."""
    files = tuple(Handed(kind, "0" * 64, 1, ".jpg") for kind in more.pop("files", ()))
    request = Request(MIGRATE, more.pop("gave", {}), {}, files, more.pop("at", None), "旧账", to=state, migrated=told)
    deed: Deed = migrate(small.scene, small.world.record("person", who), small.library.forms["sheet"], request)
    small.world.take_up(deed)
    return deed.lead.after


def wrong(small: Any, state: str, told: Migrated, **more: Any) -> list[str]:
    """What is missing or wrong, in English."""
    with pytest.raises(Unfit) as caught:
        enter(small, state, told, **more)
    return [detail.en for detail in caught.value.details]


def findings(small: Any, record: Record) -> list[str]:
    """What check says of a record."""
    files = {item.file: item.sha256 for item in record.evidence}
    found = check(Subject(Change(None, record).path, record.to_dict(), small.scene, files, lambda path: 1))
    return [f"{one.field}: {one.message.en}" for one in found]


SENT = Past("send", "", "bob", TEN)


def test_it_stands_where_it_was_and_says_how_it_came_there(moving: Any) -> None:
    record = enter(moving, "sent", mark(SENT))
    assert (record.state, len(record.log)) == ("sent", 1)
    entry = record.log[0]
    assert (entry.at, entry.migrated) == (
        TEN,
        Migrated("cy", "chief", "A-1", (Past("start", "open"), Past("send", "sent", "bob", TEN))),
    )
    assert entry.began == TEN
    assert Record.from_dict(record.to_dict()) == record
    assert findings(moving, record) == []


def test_the_time_of_its_state_may_be_given_beside(moving: Any) -> None:
    record = enter(moving, "sent", mark(Past("send", "", "bob")), at=datetime.fromisoformat(ELEVEN))
    assert record.log[0].at == ELEVEN
    assert record.log[0].migrated is not None and record.log[0].migrated.done[1].at == ELEVEN
    assert wrong(moving, "sent", mark(SENT, former="A-2"), at=datetime.fromisoformat(ELEVEN)) == [
        'the time (at) is not that of "word"'
    ]


def test_without_any_time_it_stands_there_since_it_was_entered(moving: Any) -> None:
    record = enter(moving, "sent", mark(Past("send", "", "bob")))
    assert record.log[0].at == record.log[0].recorded
    assert findings(moving, record) == []


@pytest.mark.parametrize(("who", "may"), [("bob", False), ("ann", False), ("cy", False), ("dan", True)])
def test_another_person_than_the_doer_the_clerk_and_the_voucher(moving: Any, who: str, may: bool) -> None:
    """bob sent, ann entered, cy vouches."""
    record = enter(moving, "sent", mark(SENT))
    case = moving.case(record, who=who)
    assert holds({"differs": "send"}, case) is may


@pytest.mark.parametrize(("who", "may"), [("bob", False), ("ann", False), ("cy", False), ("dan", True)])
def test_another_person_than_a_field_tells(moving: Any, who: str, may: bool) -> None:
    """bob stands in the field; ann entered that he does, cy vouches for it."""
    record = enter(moving, "sent", mark(SENT), gave={"people": ["bob"]})
    assert holds({"differs": {"from": "people"}}, moving.case(record, who=who)) is may
    plain = moving.put("sheet", "SH-plain", people=["bob"], by="ann")
    assert holds({"differs": {"from": "people"}}, moving.case(plain, who=who)) is (who != "bob")


def test_a_told_step_without_its_doer_lets_nobody_pass(moving: Any) -> None:
    """No import makes such an entry; a file that holds one gives no right to anybody."""
    assert wrong(moving, "sent", mark()) == ['who did "word" is not told (done.send)']
    record = enter(moving, "sent", mark(SENT))
    past = record.log[0].migrated
    assert past is not None
    hollow = past._replace(done=(past.done[0], past.done[1]._replace(by=None)))
    forged = record.entered([record.log[0]._replace(migrated=hollow)])
    assert not holds({"differs": "send"}, moving.case(forged, who="dan"))
    assert 'log.0.migrated: who did "word" is not told (done.send)' in findings(moving, forged)


def test_what_was_recorded_later_counts_with_what_was_told(moving: Any) -> None:
    form = moving.library.forms["sheet"]
    record = enter(moving, "sent", mark(SENT))
    back = moving.do("return", record, who="bob", reason="错").lead.after
    again = moving.do("send", back, who="ann").lead.after
    assert doers(form, again.live, ["send"]) == {"ann"}
    assert doers(form, again.live, ["start"]) is None
    assert doers(form, again.live, ["finish"]) is None


def test_sent_back_takes_the_force_of_what_was_told(moving: Any) -> None:
    form = moving.library.forms["sheet"]
    record = enter(moving, "done", mark(SENT, Past("finish", "", "dee", ELEVEN)))
    assert [one.action for one in done(form, record.live)] == ["start", "send", "finish", MIGRATE]
    back = moving.do("return", record, who="bob", reason="错").lead.after
    assert back.state == "open" and back.log[1].voids == ()
    assert [one.action for one in done(form, back.live)] == ["start", MIGRATE, "return"]
    assert findings(moving, back) == []


def test_a_second_sending_back_leaves_alone_what_was_told(moving: Any) -> None:
    form = moving.library.forms["sheet"]
    record = enter(moving, "sent", mark(SENT))
    first = moving.do("return", record, who="bob", reason="错").lead.after
    sent = moving.do("send", first, who="bob").lead.after
    second = moving.do("return", sent, who="bob", reason="又错").lead.after
    assert [entry.voided_by for entry in second.log] == [None, None, 4, None]
    assert [one.action for one in done(form, second.live)] == ["start", MIGRATE, "return", "return"]


def test_a_joint_step_is_done_here(moving: Any) -> None:
    record = enter(moving, "done", mark(SENT, Past("finish", "", "dee", ELEVEN), Past("join", "", "bob", ELEVEN)))
    assert "join" in [one.action for one in done(moving.library.forms["sheet"], record.live)]
    assert not holds({"joined": {"action": "join", "roles": ["clerk"]}}, moving.case(record))
    after = moving.do("join", record, who="bob").lead.after
    assert holds({"joined": {"action": "join", "roles": ["clerk"]}}, moving.case(after))


def clock(**raw: Any) -> dict[str, Any]:
    return {"watch": {**WORDS, "from": "began", "until": "finish", "limit": {"hours": 2}, "clause": "1", **raw}}


def running(small: Any, record: Record) -> Any:
    """The one clock of a sheet."""
    form = small.library.forms["sheet"]
    (one,) = clocks(Case.of(small.scene, record, form, Acting("", ""), small.now), small.now)
    return one


def test_a_clock_is_met_when_it_is_told(moving: Any) -> None:
    moving.flow("sheet", clocks=clock(), actions={"start": act(to="open", takes=["began"])})
    told = mark(SENT, Past("finish", "", "dee", ELEVEN))
    one = running(moving, enter(moving, "done", told, gave={"began": NINE}))
    assert (one.met.isoformat(), one.late, one.stopped) == (ELEVEN, False, False)
    late = running(moving, enter(moving, "sent", mark(SENT, former="A-2"), gave={"began": NINE}))
    assert (late.met, late.late, late.open) == (None, True, True)


def test_a_clock_met_nobody_knows_when_is_neither_late_nor_open(moving: Any) -> None:
    right = {**RIGHT, "may_lack": ["done"]}
    moving.flow("sheet", clocks=clock(), migrate=right, actions={"start": act(to="open", takes=["began"])})
    told = mark(SENT, Past("finish", "", "dee"), lacks=("done",))
    one = running(moving, enter(moving, "done", told, gave={"began": NINE}))
    assert (one.met, one.late, one.open, one.stopped, one.by_step) == (None, False, False, True, 1)


def test_a_clock_asks_when_a_step_without_a_time_field_was_done(moving: Any) -> None:
    moving.flow("sheet", clocks=clock(until="send"), actions={"start": act(to="open", takes=["began"])})
    assert wrong(moving, "sent", mark(Past("send", "", "bob")), gave={"began": NINE}) == [
        'when "word" was done is not told (at.send)'
    ]


def test_the_time_it_paused_before_counts(moving: Any) -> None:
    limit = {"hours": 2, "pauses": ["sent"]}
    moving.flow("sheet", clocks=clock(limit=limit), actions={"start": act(to="open", takes=["began"])})
    record = enter(moving, "done", mark(SENT, Past("finish", "", "dee", ELEVEN)), gave={"began": NINE})
    assert running(moving, record).due.isoformat() == "2026-11-20T12:00:00+08:00"
    assert wrong(moving, "sent", mark(Past("send", "", "bob"), former="B"), gave={"began": NINE}) == [
        'when "word" was done is not told (at.send)'
    ]


def test_of_two_ways_the_one_that_is_told(moving: Any) -> None:
    moving.flow("sheet", actions={"skip": act(**{"from": "open", "to": "done"})})
    direct = enter(moving, "done", mark(former="A"))
    assert direct.log[0].migrated is not None
    assert [past.action for past in direct.log[0].migrated.done] == ["start", "skip"]
    around = enter(moving, "done", mark(SENT, Past("finish", "", "dee", ELEVEN), former="B"))
    assert around.log[0].migrated is not None
    assert [past.action for past in around.log[0].migrated.done] == ["start", "send", "finish"]


def test_a_way_whose_condition_nobody_can_tell_is_closed(moving: Any) -> None:
    when = {"linked": {"form": "slip", "via": {"inverse": "sheet"}, "at_least": 1}}
    moving.flow("sheet", actions={"send": act(routes=[{"from": "open", "to": "sent", "when": when}])})
    assert wrong(moving, "sent", mark(SENT)) == [
        'nothing leads to "word" with what is given',
    ]


def test_a_step_in_the_middle_lies_where_its_time_says(moving: Any) -> None:
    moving.flow("sheet", actions={"look": act(**{"from": ["sent", "done"], "to": "same", "takes": ["kind"]})})
    late = Past("look", "", "bob", "2026-11-20T12:00:00+08:00")
    record = enter(moving, "done", mark(SENT, late, Past("finish", "", "dee", ELEVEN)), gave={"kind": "x"})
    assert record.log[0].migrated is not None
    assert [past.action for past in record.log[0].migrated.done] == ["start", "send", "finish", "look"]
    assert findings(moving, record) == []


def test_a_field_of_a_step_that_is_not_told(moving: Any) -> None:
    assert enter(moving, "sent", mark(SENT), gave={"kind": "x"}).fields == {"kind": "x"}
    assert wrong(moving, "sent", mark(SENT, former="B"), gave={"total": "3.00"}) == [
        'money (total) is not filled in before "word"'
    ]


GUARDS: list[tuple[Any, Any]] = [
    ({"where": {"kind": {}}}, {"where": {"kind": {}}}),
    ({"where": {"kind": {}, "thing.$state": {}}}, {"where": {"kind": {}}}),
    ({"where": {"thing.$state": {}}}, None),
    ({"has": ["kind", "evidence:paper"]}, {"has": ["kind"]}),
    ({"has": ["evidence:paper"]}, None),
    ({"compare": ["$role", "eq", {"value": "clerk"}]}, None),
    ({"compare": ["$actor", "in", "people"]}, None),
    ({"compare": ["$at", "le", "began"]}, None),
    ({"compare": ["$today", "ge", "day"]}, {"compare": ["$today", "ge", "day"]}),
    ({"linked": {"form": "slip", "via": {"inverse": "sheet"}}, "where": {"kind": {}}}, {"where": {"kind": {}}}),
    ({"scope": "thing"}, None),
    ({"unique": "kind"}, None),
    ({"joined": {"action": "x", "roles": ["clerk"]}}, None),
    ({"differs": "send"}, None),
    ({"differs": {"from": "people"}}, None),
    ({"any": [{"has": ["kind"]}, {"scope": "thing"}]}, None),
    ({"all": [{"has": ["kind"]}, {"scope": "thing"}]}, {"all": [{"has": ["kind"]}]}),
    ({"not": {"scope": "thing"}, "has": ["kind"]}, {"has": ["kind"]}),
    ({"when": {"has": ["kind"]}, "has": ["size"]}, {"when": {"has": ["kind"]}, "has": ["size"]}),
    ({"when": {"compare": ["$role", "eq", {"value": "clerk"}]}, "has": ["size"]}, None),
    ({"each": "lines", "has": ["item.kind"]}, {"each": "lines", "has": ["item.kind"]}),
    ({"each": "lines", "compare": ["item.name", "eq", "$actor"]}, None),
]


@pytest.mark.parametrize(("guard", "left"), GUARDS)
def test_what_can_still_be_judged_of_a_guard(moving: Any, guard: Any, left: Any) -> None:
    """Nobody tells who did it or when, and the paper is told as unknown."""
    case = seen(moving.case(kind="x"), "open", None, None, ())
    knowing = Knowing(moving.library.forms["sheet"], ("evidence:paper",))
    assert knowing.known(guard, case) == left
    assert knowing.judged(guard, case) is (left == guard)


def test_who_did_it_and_when_can_be_judged_where_they_are_told(moving: Any) -> None:
    case = seen(moving.case(people=["bob"], began=NINE), "open", "bob", TEN, ())
    knowing = Knowing(moving.library.forms["sheet"], ())
    for guard, holding in (
        ({"compare": ["$actor", "in", "people"]}, True),
        ({"compare": ["$at", "le", "began"]}, False),
        ({"differs": {"from": "people"}}, False),
    ):
        assert knowing.known(guard, case) == guard
        assert holds(guard, case) is holding
    assert knowing.known({"compare": ["$unit", "eq", "kind"]}, case) is None
    assert case.value("$unit") != case.value("$actor") == "bob"


def test_in_the_record_alone_no_link_is_followed(moving: Any) -> None:
    case, form = moving.case(kind="x"), moving.library.forms["sheet"]
    guard = {"where": {"thing.kind": {}, "kind": {}}}
    assert Knowing(form, (), links=False).known(guard, case) == {"where": {"kind": {}}}
    assert Knowing(form, (), links=True).known(guard, case) == guard
    assert Knowing(form, (), links=False).known({"each": "lines", "has": ["item.kind"]}, case) is None


def test_everything_that_a_guard_rests_on() -> None:
    guard = {
        "when": {"has": ["a"]},
        "where": {"b.c": {}},
        "lacks": ["evidence:x"],
        "compare": [{"plus": "d", "days": {"first": ["e", {"value": 3}]}}, "le", {"setting": "s"}],
        "any": [{"not": {"differs": {"from": "f"}}}, {"unique": "g"}],
    }
    assert set(rests_on(guard)) - {"le"} == {"a", "b.c", "evidence:x", "d", "e", "?differs", "f", "?unique"}


def test_only_what_a_person_does_leads_where_a_person_does_it(moving: Any) -> None:
    moving.flow("sheet", actions={"slip_in": act(**{"from": "open", "to": "sent", "by": "none"})})
    names = {move.action.name for move in Courses(moving.library.forms["sheet"], "sent").moves}
    assert "slip_in" not in names and "send" in names
    moving.flow("sheet", actions={"drop": act(**{"from": "open", "to": "done", "by": "none"})})
    assert "drop" in {move.action.name for move in Courses(moving.library.forms["sheet"], "done").moves}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"who": "dee"}, 'Dee (none) may not do "enter as migrated"'),
        ({"voucher": "ann"}, "Ann may not vouch"),
        ({"voucher": "nobody"}, "nobody is not an active person"),
        ({"voucher": ""}, "nobody is named who vouches."),
        ({"who": "bob", "voucher": "bob"}, "who vouches must be another person than who enters."),
    ],
)
def test_who_enters_and_who_vouches(moving: Any, change: dict[str, str], words: str) -> None:
    who = change.get("who", "ann")
    with pytest.raises(Refusal) as caught:
        enter(moving, "sent", mark(SENT, voucher=change.get("voucher", "cy")), who=who)
    assert caught.value.what.en.startswith(words)


def test_the_clerk_may_vouch_where_the_form_does_not_mind(moving: Any) -> None:
    moving.flow("sheet", migrate={key: value for key, value in RIGHT.items() if key != "another"})
    record = enter(moving, "sent", mark(Past("send", "", "ann", TEN), voucher="bob"), who="bob")
    assert findings(moving, record) == []
    assert not holds({"differs": "send"}, moving.case(record, who="bob"))


def test_a_setting_that_is_no_day_opens_nothing(moving: Any) -> None:
    for value in ("soon", 3, None, "2026-11-22", NINE):
        moving.put("setting", "until", name="until", values=[{"value": value, "from": "2026-01-01T00:00:00+08:00"}])
        with pytest.raises(Refusal) as caught:
            enter(moving, "sent", mark(SENT))
        assert "migration" in caught.value.what.en


def test_a_form_that_takes_none(small: Any) -> None:
    request = Request(MIGRATE, migrated=mark())
    with pytest.raises(Refusal) as caught:
        migrate(small.scene, small.world.record("person", "ann"), small.library.forms["slip"], request)
    assert caught.value.what.en.endswith("takes no migrated cases.")


@pytest.mark.parametrize(
    "raw",
    [
        {"vouched_by": "cy", "role": "chief"},
        {"vouched_by": "cy", "role": "chief", "done": None},
        {"vouched_by": "cy", "role": "chief", "done": ["x"]},
        {"vouched_by": "cy", "role": "chief", "done": [{"to": "open"}]},
        "x",
        ["x"],
        3,
    ],
)
def test_a_mark_of_another_shape_is_no_record(raw: Any) -> None:
    entry = {"step": 1, "action": MIGRATE, "to": "open", "by": "ann", "role": "clerk", "at": NINE, "recorded": NINE}
    with pytest.raises((KeyError, TypeError)):
        Entry.from_dict({**entry, "migrated": raw})
