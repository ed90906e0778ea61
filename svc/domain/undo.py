"""Taking back the last step of a record, and with it what that step made or moved elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from svc.domain.case import Case
from svc.domain.core import CANCEL, COMPANY, UNDO
from svc.domain.deed import Change, Request
from svc.domain.flow import Action
from svc.domain.gates import not_bound, reasoned
from svc.domain.people import Asked, acting, place
from svc.domain.procedure import Form
from svc.domain.record import Entry, Record
from svc.domain.refusal import Refusal, Text
from svc.domain.times import format_instant
from svc.domain.world import Acting, Scene


def undone(
    scene: Scene, person: Record, form: Form, record: Record, action: Action, request: Request
) -> Iterator[Change]:
    """The changes that void the last live step: the record's own, then those of the records that step made or moved."""
    nobody = Acting(person.id, "")
    case = Case.of(scene, record, form, nobody, scene.now)
    not_bound(scene, record, form)
    last = record.last
    case = replace(case, log=(last,))
    who = acting(case, action.ways[0], person, action, Asked(scene.now, request.role))
    reasoned(case, action, action.ways[0], request.reason)
    _may_go(scene, case, record, last, action)
    stamp = format_instant(scene.now.astimezone(scene.zone))
    entry = Entry(
        len(record.log) + 1, UNDO, "", who.person, who.role, stamp, stamp, record.state, reason=request.reason
    )
    if last.migrated is not None:
        yield _cancelled(scene, record, entry)
        return
    yield _voided(record, last, entry)
    within = f"{record.ref}#{entry.step}"
    for other in _others(scene, last):
        theirs = entry._replace(step=len(other.log) + 1, from_=other.state, within=within)
        yield _cancelled(scene, other, theirs) if other.ref in last.created else _voided(other, other.last, theirs)


def _voided(record: Record, last: Entry, entry: Entry) -> Change:
    """The record with its last step void; what that step had voided counts again."""
    log = _taken_back([*record.log, entry._replace(voids=(last.step,))], last.step, entry.step)
    before = [e for e in log if e.live and e.step < last.step]
    return Change(record, record.entered([*log[:-1], log[-1]._replace(to=before[-1].to)]))


def _taken_back(log: list[Entry], last: int, by: int) -> list[Entry]:
    """The log with step `last` void: what it had voided counts again, and voids again what it voids itself. So undoing
    an undoing brings back the step that was undone."""
    force = {entry.step: entry.voided_by for entry in log}
    takes = {entry.step: entry.voids for entry in log}

    def void(step: int, by: int) -> None:
        force[step] = by
        for other in [s for s, voider in force.items() if voider == step]:
            force[other] = None
            for inner in takes[other]:
                void(inner, other)

    void(last, by)
    return [entry._replace(voided_by=force[entry.step]) for entry in log]


def _cancelled(scene: Scene, record: Record, entry: Entry) -> Change:
    """A record that the undone step had made: it stays, in the state its form cancels to."""
    form = scene.form_of(record)
    assert form is not None
    entry = entry._replace(to=form.actions[CANCEL].ways[0].to)
    return Change(record, record.entered([*record.log, entry]))


def _others(scene: Scene, last: Entry) -> list[Record]:
    refs = (*last.created, *last.moved)
    return [found for ref in refs if (found := by_ref(scene, ref)) is not None]


def by_ref(scene: Scene, ref: str) -> Record | None:
    """The record a log names: `form/key`, or a number."""
    form, _, key = ref.partition("/")
    if key:
        return scene.world.record(form, key)
    return scene.find(tuple(scene.library.forms), ref)


def _may_go(scene: Scene, case: Case, record: Record, last: Entry, action: Action) -> None:
    """Refuse what cannot be taken back: a first step, a step of another deed, a step others have built upon.

    A migrated case is entered by its first step: taken back, it stands where its form cancels to.
    """
    if last.migrated is not None and CANCEL in case.form.actions:
        pointing = tuple(pointing_at(scene, record))
        if pointing:
            words = Text(f"已有单据指向本单：{'、'.join(pointing)}", f"records point at it: {', '.join(pointing)}")
            raise _cannot(case, action, words, None, f"svc show {record.id} --links")
        return
    if last.from_ is None:
        raise _cannot(
            case,
            action,
            Text("第一步不能撤回，请撤销本单", "the first step cannot be undone: cancel the record"),
            CANCEL,
        )
    if last.within is not None:
        parent = last.within.partition("#")[0]
        words = Text(f"这一步随 {parent} 一起发生，请在那里撤回", f"this step belongs to {parent}: undo it there")
        raise _cannot(case, action, words, None, f"svc undo {parent} --reason …")
    moved_on = tuple(o.ref for o in _others(scene, last) if not _untouched(scene, o, last))
    if moved_on:
        words = Text(
            f"由这一步产生的单据已有进展：{'、'.join(moved_on)}",
            f"records made by this step have moved on: {', '.join(moved_on)}",
        )
        raise _cannot(case, action, words, None, f"svc show {moved_on[0]} --log")


def pointing_at(scene: Scene, record: Record) -> Iterator[str]:
    """The records that name this one in a link and are not cancelled."""
    for form in scene.library.forms.values():
        for info in form.schema.fields():
            for other in scene.world.pointing(form.name, info.path, record.id) if record.form in info.link else ():
                if not cancelled(scene.form_of(other), other):
                    yield other.ref


def cancelled(form: Form | None, record: Record) -> bool:
    """Whether a record stands where its form cancels to."""
    action = form.actions.get(CANCEL) if form else None
    return action is not None and action.ways[0].to == record.state


def _untouched(scene: Scene, other: Record, last: Entry) -> bool:
    """Whether nothing has happened to the other record since; a made one must know how to be cancelled."""
    if other.ref in last.created:
        form = scene.form_of(other)
        return other.last.from_ is None and form is not None and CANCEL in form.actions
    return other.last.within is not None


def _cannot(case: Case, action: Action, why: Text, instead: str | None, command: str = "") -> Refusal:
    return Refusal(
        Text(f"{why.zh}。", f"{why.en}."),
        where=place(case),
        clause=action.clause or COMPANY,
        remedy=Text.same(command or f"svc advance {case.id} {instead} --reason …"),
    )
