"""The log as a course: numbered, in order of time, each step lawful from the state before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from svc.domain.core import BESIDE, CANCEL, UNDO
from svc.domain.flow import Action, Way
from svc.domain.procedure import Form, Library
from svc.domain.record import Entry, Record
from svc.domain.refusal import Text
from svc.domain.times import parse_instant

Found = Iterator[tuple[str, Text]]


class Step(NamedTuple):
    """A log entry (the `n`th, from 0) with the form it was made under, its action there, and the way it went."""

    n: int
    entry: Entry
    form: Form
    action: Action | None
    way: Way | None

    @property
    def where(self) -> str:
        """The path of the entry in the record."""
        return f"log.{self.n}"


def steps(record: Record, form: Form, library: Library) -> list[Step]:
    """The log, each entry under the revision that was in force for it; `form` where that is not here."""
    found: list[Step] = []
    judged, procedure = form, ""
    for n, entry in enumerate(record.log):
        if entry.procedure and entry.procedure != procedure:
            procedure = entry.procedure
            judged = library.form_of(record.form, procedure) or form
        found.append(Step(n, entry, judged, judged.actions.get(entry.action), way_of(judged, entry, library)))
    return found


def findings(record: Record, course: Sequence[Step]) -> Found:
    """What is wrong with the course of a record's log."""
    yield from _numbers(record)
    yield from _times(record)
    yield from _voids(record)
    state = ""
    for step in course:
        yield from _lawful(step, state)
        state = step.entry.to


def _numbers(record: Record) -> Found:
    steps = [entry.step for entry in record.log]
    if steps != list(range(1, len(steps) + 1)):
        yield "log", Text(f"步骤编号不连续：{steps}", f"the steps are not numbered in order: {steps}")
    if not record.log[0].procedure:
        yield "log.0.procedure", Text("第一步须写明程序版本", "the first step names no revision")


def _times(record: Record) -> Found:
    """Steps are written down in order, and none before it happened; those of the course happen in order."""
    written = [parse_instant(entry.recorded) for entry in record.log]
    happened = [parse_instant(entry.at) for entry in record.log]
    for n, entry in enumerate(record.log):
        if n and written[n] < written[n - 1]:
            yield f"log.{n}.recorded", Text("早于上一步的记录时间", "written down before the step before it")
        if happened[n] > written[n]:
            yield f"log.{n}.at", Text("晚于记录时间", "happened after it was written down")
        before = _before(record.log, n)
        if before is not None and entry.action not in BESIDE and happened[n] < happened[before]:
            yield f"log.{n}.at", Text("早于上一步", "happened before the step before it")


def _before(log: tuple[Entry, ...], n: int) -> int | None:
    """The step of the course before the nth that counted when the nth was written."""
    for m in range(n - 1, -1, -1):
        gone = log[m].voided_by is not None and (log[m].voided_by or 0) <= log[n].step
        if not gone and log[m].action not in BESIDE:
            return m
    return None


def _voids(record: Record) -> Found:
    """What one step voids and what says it was voided agree."""
    for n, entry in enumerate(record.log):
        for step in entry.voids if entry.live else ():
            if not 0 < step < entry.step or record.log[step - 1].voided_by != entry.step:
                yield f"log.{n}.voids", Text(f"第 {step} 步并未注明作废", f"step {step} does not say that it is voided")
        if entry.voided_by is not None:
            by = entry.voided_by
            if not entry.step < by <= len(record.log) or entry.step not in record.log[by - 1].voids:
                yield f"log.{n}.voided_by", Text(f"第 {by} 步并未作废本步", f"step {by} does not void this one")


def _lawful(step: Step, state: str) -> Found:
    entry, form, action, where = step.entry, step.form, step.action, step.where
    if (entry.from_ or "") != state:
        yield (
            f"{where}.from",
            Text(f"上一步到达的是 {state or '（新建）'}", f"the step before led to {state or '(nothing)'}"),
        )
    if entry.to not in form.states:
        yield f"{where}.to", Text(f"没有状态 {entry.to}", f"there is no state {entry.to}")
    elif action is None:
        yield f"{where}.action", Text(f"没有动作 {entry.action}", f"there is no action {entry.action}")
    elif entry.action == UNDO:
        if not entry.voids and not _cancels(form, entry.to):
            yield f"{where}.voids", Text("撤回须注明作废的步骤", "an undo names the step it voids")
    elif step.way is None:
        words = f"{entry.from_ or '—'} → {entry.to}"
        yield where, Text(f"“{action.text.zh}”不能 {words}", f'"{action.text.en}" does not lead {words}')


def _cancels(form: Form, state: str) -> bool:
    """Whether an undone making has put the record where its form cancels to."""
    action = form.actions.get(CANCEL)
    return action is not None and action.ways[0].to == state


def _fits(way: Way, entry: Entry) -> bool:
    from_ = entry.from_ or ""
    starts = from_ in way.froms if way.froms else True
    return starts and entry.to in way.targets(from_)


def way_of(form: Form, entry: Entry, library: Library) -> Way | None:
    """The way a log entry went, as far as its states and its role tell; the first, where they leave several."""
    action = form.actions.get(entry.action)
    fitting = [way for way in action.ways if _fits(way, entry)] if action else []
    return next((way for way in fitting if takes(way, entry, library)), fitting[0] if fitting else None)


def takes(way: Way, entry: Entry, library: Library) -> bool:
    """Whether the way takes the role in which the entry was made."""
    if way.by.anyone or way.by.same:
        return True
    for actor in way.by.actors:
        if not actor.through and entry.through is None and entry.role in library.holders(actor.role):
            return True
        insiders = {held for role in actor.through for held in library.holders(role)}
        if entry.through in insiders and entry.role == actor.role and entry.on_behalf_of:
            return True
    return False
