"""Many records as one deed: an import. Every row is decided; all refusals are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from svc.domain.deed import Change, Deed, Request
from svc.domain.memory import Layered
from svc.domain.migration import migrate, permit
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal
from svc.domain.workflow import decide
from svc.domain.world import Scene


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its number there, and what it asks for."""

    number: int
    request: Request


def decide_all(
    scene: Scene, person: Record, form: Form, rows: Sequence[Row]
) -> tuple[Deed | None, list[tuple[int, Refusal]]]:
    """The one deed of all rows, or the refusals by row number (then there is no deed). A row sees the rows before it.

    What no row of migrated cases can mend is refused at once, for all of them.
    """
    for row in rows[:1]:
        if row.request.migrated is not None:
            permit(scene, person, form, row.request)
    layer = Layered(scene.world)
    there = scene._replace(world=layer)
    changes: list[Change] = []
    refused: list[tuple[int, Refusal]] = []
    about: list[str] = []
    last: Deed | None = None
    for row in rows:
        try:
            last = _decided(there, person, form, row.request)
        except Refusal as refusal:
            refused.append((row.number, refusal))
            continue
        layer.take_up(last)
        changes += last.changes
        about.append(last.lead.after.ref)
    if refused or last is None:
        return None, refused
    return Deed(_whole(changes), person.id, last.text, last.clause, scene.now, tuple(about)), []


def _decided(scene: Scene, person: Record, form: Form, request: Request) -> Deed:
    if request.migrated is not None:
        return migrate(scene, person, form, request)
    return decide(scene, person, form, None, request)


def _whole(changes: Sequence[Change]) -> tuple[Change, ...]:
    """One change a record: a record that several rows touched is there once, from its first before to its last after."""
    found: dict[tuple[str, str], Change] = {}
    for change in changes:
        key = (change.after.form, change.after.id)
        old = found.get(key)
        found[key] = Change(old.before, change.after, (*old.files, *change.files)) if old else change
    return tuple(found.values())
