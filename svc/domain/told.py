"""What a log says was done: what was recorded, and before it what a migration tells of.

A told step counts for time limits, and against whoever it names; it never counts as a deed that somebody in svc did.
So what asks for another person fails closed: the doer must be named, and who entered or vouched is no other person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from svc.domain.flow import CHOSEN
from svc.domain.past import Migrated, Past
from svc.domain.procedure import Form
from svc.domain.record import Entry


class Done(NamedTuple):
    """One thing done: the action, from where to where, at which step of the log. Of a told one `by` and `at` may be
    None, and `behind` are who entered it and who vouches."""

    action: str
    from_: str | None
    to: str
    step: int
    by: str | None
    at: str | None
    behind: tuple[str, ...] = ()


def done(form: Form, log: Sequence[Entry]) -> Iterator[Done]:
    """Everything that a log of live entries says was done, in order."""
    if log and log[0].migrated is not None:
        yield from told(form, log, log[0].migrated)
    yield from (Done(e.action, e.from_, e.to, e.step, e.by, e.at) for e in log)


def first(form: Form, log: Sequence[Entry], actions: Collection[str]) -> tuple[int, str | None] | None:
    """The step at which any of some actions was first done, and when; None where none was."""
    if log and log[0].migrated is not None:
        for one in told(form, log, log[0].migrated):
            if one.action in actions:
                return one.step, one.at
    return next(((entry.step, entry.at) for entry in log if entry.action in actions), None)


def entries(form: Form, log: Sequence[Entry]) -> Iterator[Entry]:
    """The entries of a log, before a migration the steps it tells of as entries of its own, those of unknown time aside."""
    if log and log[0].migrated is not None:
        for one in told(form, log, log[0].migrated):
            if one.at is not None:
                yield log[0]._replace(action=one.action, from_=one.from_, to=one.to, at=one.at, reason=None)
    yield from log


def told(form: Form, log: Sequence[Entry], migrated: Migrated) -> Iterator[Done]:
    """The steps that a migration tells of and no later step of the log has taken the force of."""
    before = None
    for past in standing(form, log, migrated):
        yield Done(past.action, before, past.to, log[0].step, past.by, past.at, behind(log))
        before = past.to


def behind(log: Sequence[Entry]) -> tuple[str, ...]:
    """Who stands behind what is told of a migrated record: who entered it, and who vouches; of any other nobody."""
    mark = log[0].migrated if log else None
    return (log[0].by, mark.vouched_by) if mark is not None else ()


def standing(form: Form, log: Sequence[Entry], migrated: Migrated) -> list[Past]:
    """The told steps without those behind a state that the record was sent back to."""
    steps, again = list(migrated.done), set[str]()
    for entry in log[1:]:
        action = form.actions.get(entry.action)
        if action is not None and action.voids is not None:
            after = voided_after(action.voids["after"], entry.to)
            at = None if after in again else reached(steps, after)
            if at is not None:
                keep = action.voids.get("keep", ())
                steps = [*steps[: at + 1], *(past for past in steps[at + 1 :] if past.action in keep)]
        if entry.to != entry.from_:
            again.add(entry.to)
    return steps


def voided_after(after: str, to: str) -> str:
    """The state behind which steps lose force: the one named, or the one that was chosen or led to."""
    return to if after in (CHOSEN, "to") else after


def reached(steps: Sequence[Past], state: str) -> int | None:
    """The place of the told step that led to a state; None where none did."""
    found = [n for n, past in enumerate(steps) if past.to == state and (n == 0 or steps[n - 1].to != state)]
    return found[-1] if found else None


def doers(form: Form, log: Sequence[Entry], actions: Collection[str]) -> set[str] | None:
    """Who had a hand in any of some actions; None where nobody did one, or where it is told and not by whom."""
    found: set[str] = set()
    for one in done(form, log):
        if one.action in actions:
            if one.by is None:
                return None
            found.update((one.by, *one.behind))
    return found or None
