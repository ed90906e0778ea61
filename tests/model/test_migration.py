"""What svc itself has brought to a state can be entered there as migrated: with the same fields, by the same course, and
nothing for `check` to find. What cannot is told why, and these are all the reasons there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from forms_support.books import Case, all_cases
from forms_support.expect import Outcome
from forms_support.play import Player
from forms_support.stage import library, stage

from svc.domain.check import Subject, check
from svc.domain.core import MIGRATE
from svc.domain.deed import Change, Handed, Request
from svc.domain.flow import Action
from svc.domain.migration import Unfit, migrate
from svc.domain.past import Migrated, Past
from svc.domain.procedure import Form
from svc.domain.record import Record

# Records that no migration could make: a request that only another deed makes, a call that was taken back, fields that
# were amended into what no gate lets through.
NOT_SO = frozenset(
    (
        "到“已申请”不经过“随呈报表申请”（organise）",
        "到“已批准”不经过“随呈报表申请”（organise）",
        "到“已备件”不经过“随呈报表申请”（organise）",
        "到“已发出”不经过“随呈报表申请”（organise）",
        "“派工”早于“恢复待办”",
        "既填了零件又注明不需零件（4.2.4）",
    )
)


def outcomes() -> Iterator[tuple[Case, Outcome, Change]]:
    """Everything that the cases bring about, migrations aside and what other offices left there."""
    player, seen = Player(library()), set[str]()
    for case in all_cases():
        done = player.play(case) if case.deed is not None and "there" not in case.deed else None
        for change in done.deed.changes if done is not None and done.deed is not None else ():
            told = repr((change.after.form, change.after.fields, [entry.action for entry in change.after.live]))
            if done is not None and change.after.log[0].migrated is None and told not in seen:
                seen.add(told)
                yield case, done, change


def takes(form: Form | None, after: Record) -> Action | None:
    """The right by which a record could be entered where it stands."""
    action = form.actions.get(MIGRATE) if form else None
    return action if action is not None and after.state in action.ways[0].choose else None


def asked(form: Form, after: Record) -> Request:
    """The migration of a record as a sheet would tell it: its fields, its files, who did what when."""
    steps = [e for e in after.live if not form.actions[e.action].kind]
    files = [item for item in after.standing if not form.actions[after.log[item.step - 1].action].kind]
    gave: dict[str, Any] = dict(after.fields)
    for field in (form.key, *(name for rule in form.uniques for name in rule["fields"])) if form.key else ():
        gave[str(field)] += "-X"
    mark = Migrated("zhao.gang", "", "A-1", tuple(Past(e.action, "", e.by, e.at) for e in steps))
    handed = tuple(Handed(item.kind, item.sha256, 1, ".jpg") for item in files)
    return Request(MIGRATE, gave, {}, handed, None, "启用前的业务", to=after.state, migrated=mark)


def test_what_went_the_way_can_be_entered_where_it_stands() -> None:
    clerk, entered, refused = stage().people["records_clerk"], Counter[tuple[str, str]](), set[str]()
    for case, outcome, change in outcomes():
        after, form = change.after, outcome.scene.form_of(change.after)
        if form is None or takes(form, after) is None or after.procedure not in library().in_force:
            continue
        scene = outcome.scene._replace(now=outcome.scene.now + timedelta(days=1))
        request = asked(form, after)
        try:
            made = migrate(scene, clerk, form, request).lead.after
        except Unfit as refusal:
            refused |= {detail.zh for detail in refusal.details}
            continue
        assert made.fields == request.gave, case.id
        assert made.state == after.state
        files = {item.file: item.sha256 for item in made.evidence}
        path = Change(None, made).path
        assert [one.said("en") for one in check(Subject(path, made.to_dict(), scene, files, lambda path: 1))] == []
        assert Record.from_dict(made.to_dict()) == made
        entered[(form.name, made.state)] += 1
    assert refused <= NOT_SO
    states = {(form.name, state) for form in library().forms.values() for state in _states(form)}
    assert set(entered) >= {one for one in states if one[0] != "parts-issue"}
    assert sum(entered.values()) > 150


def _states(form: Form) -> tuple[str, ...]:
    action = form.actions.get(MIGRATE)
    return action.ways[0].choose if action else ()
