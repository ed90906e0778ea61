"""One action on one record: which way it goes, what it gives and fills, whether every guard lets it through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from svc.domain import clocks, gates, misfits, papers
from svc.domain.amend import amended
from svc.domain.case import Case
from svc.domain.core import AMEND, BESIDE, UNDO, UPGRADE
from svc.domain.deed import Handed, Request
from svc.domain.fill import Filled, fill, known
from svc.domain.flow import Action, Way
from svc.domain.guards import applies
from svc.domain.paths import Json, leaves, merge
from svc.domain.people import Asked, acting
from svc.domain.procedure import Form
from svc.domain.record import Entry, Record, void
from svc.domain.refusal import Refusal, Text
from svc.domain.times import format_instant
from svc.domain.told import done, voided_after
from svc.domain.world import Acting, Scene


class Step(NamedTuple):
    """One action about to be done. `inside` = done within another deed (`by` is not asked), as that deed's actor."""

    scene: Scene
    form: Form
    action: Action
    record: Record | None
    id: str
    request: Request
    person: Record
    inside: Acting | None = None
    within: str | None = None


def take(step: Step) -> Record:
    """The record after the action, or a Refusal; nothing outside is touched."""
    at = gates.event_time(step.scene, step.action, step.request, step.record)
    case = _case(step, at)
    way, case, filled, entry = _go(step, case)
    handed = step.request.handed
    entry, case = _paid(step, case, entry, way)
    gates.asked(case, step.action, way, filled.given)
    known(case, step.action, way, filled.given)
    papers.require(way.papers, _paper(way, case.acting), handed, case, step.action)
    gates.reasoned(case, step.action, way, step.request.reason)
    gates.worded(case, step.action, step.request.text)
    gates.pass_guards(case, step.action, way)
    gates.unique(case, step.action)
    case = replace(case, log=(*case.log, entry))
    if step.action.settles:
        gates.settled(case, step.action)
    return _record(step, entry, entry.to, handed)


def _go(step: Step, case: Case) -> tuple[Way, Case, Filled, Entry]:
    """The first way whose condition holds over what this deed gives and fills, with the case as it then is.

    Who may not go a way without condition is let try the next; a way whose condition holds is the one, whoever acts.
    """
    refused: Refusal | None = None
    passed: Refusal | None = None
    for way in gates.open_ways(case, step.action):
        mine: Refusal | None = None
        try:
            there = replace(case, acting=_who(step, case, way))
        except Refusal as refusal:
            mine, there = refusal, case
            if way.when is None:
                refused = refused or refusal
                continue
        if way.when is None:
            _given(step, there, way)
        there, filled, entry = _laid(step, there, way)
        if applies(way.when, replace(there, log=(*case.log, entry))):
            if mine is not None:
                raise mine
            return way, there, filled, entry
        if mine is None:
            gates.asked(there, step.action, way, filled.given)
        passed = passed or mine
    raise refused or passed or misfits.no_way(case, step.action)


def _given(step: Step, case: Case, way: Way) -> None:
    """Refuse what is asked and not given before anything is derived from it."""
    gave = step.request.gave
    gates.asked(case.with_fields(merge(case.fields, gave)), step.action, way, [path for path, _ in leaves(gave)])


def _laid(step: Step, case: Case, way: Way) -> tuple[Case, Filled, Entry]:
    """What the deed gives and fills along a way, laid over the case."""
    filled = fill(case, step.action, step.request.gave, case.at)
    if step.action.kind == AMEND:
        filled = amended(case.with_fields(filled.fields), filled)
    kinds = frozenset(item.kind.partition(".")[0] for item in step.request.handed)
    there = replace(case, fields=filled.fields, kinds=case.kinds | kinds)
    return there, filled, _entry(step, there, filled, gates.target(there, step.action, way, step.request.to), case.at)


def _who(step: Step, case: Case, way: Way) -> Acting:
    """In which role the person acts; inside another deed, as that deed's actor."""
    if step.inside is not None:
        return step.inside
    ask = Asked(step.scene.now, step.request.role, step.request.on_behalf_of)
    there = case.with_fields(merge(case.fields, step.request.gave))
    who = acting(there, way, step.person, step.action, ask)
    if who.through is not None and who.on_behalf_of is None:
        raise misfits.nameless(replace(case, acting=who), step.action)
    return who


def _case(step: Step, at: datetime) -> Case:
    nobody = Acting(step.person.id, "")
    if step.record is None:
        return Case(step.scene, step.form, step.id, "", {}, nobody, at)
    return Case.of(step.scene, step.record, step.form, nobody, at)


def _entry(step: Step, case: Case, filled: Filled, to: str, at: datetime) -> Entry:
    who, zone = case.acting, step.scene.zone
    first = step.record is None
    return Entry(
        step=1 if step.record is None else len(step.record.log) + 1,
        action=step.action.name,
        to=to,
        by=who.person,
        role=who.role,
        at=format_instant(at.astimezone(zone)),
        recorded=format_instant(step.scene.now.astimezone(zone)),
        from_=None if first else case.state,
        through=who.through,
        on_behalf_of=who.on_behalf_of,
        reason=step.request.reason,
        gave=filled.gave,
        filled=filled.filled,
        added=filled.added,
        within=step.within,
        text=step.request.text,
        seen=step.request.expect,
        procedure=step.form.procedure if first or step.action.kind == UPGRADE else None,
    )


def _paid(step: Step, case: Case, entry: Entry, way: Way) -> tuple[Entry, Case]:
    """A reason that the action does not ask for itself pays every late clock, this step's included."""
    if not entry.reason or gates.asks_reason(case, way):
        return entry, case
    debts = clocks.owed(replace(case, log=(*case.log, entry)), case.at)
    if not debts:
        return entry, case
    names = tuple(running.clock.name for running in debts)
    added = dict(entry.added)
    field = step.form.flow.get("delays")
    if field:
        items = [{"which": n, "reason": entry.reason, "by": entry.by, "at": entry.at} for n in names]
        added[field] = [*added.get(field, []), *items]
        fields: Mapping[str, Json] = {**case.fields, field: [*case.fields.get(field, []), *items]}
        case = case.with_fields(fields)
    return entry._replace(pays=names, added=added), case


def _paper(way: Way, who: Acting) -> str | None:
    """The paper an outsider signs, when the person acts for one."""
    if who.through is None:
        return None
    return next((a.paper for a in way.by.actors if a.role == who.role and who.through and a.through), None)


def _record(step: Step, entry: Entry, to: str, handed: tuple[Handed, ...]) -> Record:
    """The record with the new entry, steps voided where the action says so, its schema satisfied."""
    new = papers.filed(step.record, handed, entry.step, entry.by)
    if step.record is None:
        year = None if step.form.key else step.scene.now.astimezone(step.scene.zone).year
        blank = Record(step.id, step.form.name, step.form.procedure, "", year, {}, (), ())
        made = blank.entered([entry], new)
    else:
        made = step.record.entered(_voided(step, entry, to), new)
    gates.fits_schema(made, step.form, step.action)
    return made


def _voided(step: Step, entry: Entry, to: str) -> list[Entry]:
    """The log with the new entry at its end and the steps behind the chosen state voided."""
    assert step.record is not None
    log, rule = list(step.record.log), step.action.voids
    if rule is None:
        return [*log, entry]
    after = voided_after(rule["after"], to)
    gone = tuple(steps_after(step.record, after, rule.get("keep", ()), step.form))
    return [*void(log, gone, entry.step), entry._replace(voids=gone)]


def steps_after(record: Record, state: str, keep: tuple[str, ...] | list[str], form: Form) -> list[int]:
    """The live steps behind the last time the record reached `state`; kept actions, notes and attachments aside."""
    moved = (one for one in done(form, record.live) if one.to == state and one.from_ != one.to)
    found = [one.step for one in moved]
    if not found:
        raise Refusal(
            Text(f"本单从未到过状态 {state}，不能退回到那里。", f"the record was never in the state {state}."),
            where=Text.same(record.id),
            remedy=Text.same(f"svc show {record.id} --log"),
        )
    # What was undone stays undone: an undoing gives a record nothing that could lose force.
    beside = {*keep, *BESIDE, UNDO}
    return [e.step for e in record.live if e.step > found[-1] and e.action not in beside]
