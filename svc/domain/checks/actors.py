"""Who did each step: a person of the register, in a role held on the day, that the action takes."""

from __future__ import annotations

from collections.abc import Iterator

from svc.domain.checks.log import takes, way_of
from svc.domain.core import PERSON
from svc.domain.people import ANYONE, roles_on
from svc.domain.procedure import Form
from svc.domain.record import Entry, Record
from svc.domain.refusal import Text
from svc.domain.times import parse_instant
from svc.domain.world import Scene

Found = Iterator[tuple[str, Text]]


def findings(record: Record, form: Form, scene: Scene) -> Found:
    """Steps by nobody of the register, in a role not held that day, or in a role that the action does not take."""
    for n, entry in enumerate(record.log):
        where = f"log.{n}"
        person = scene.world.record(PERSON, entry.by)
        if person is None:
            yield f"{where}.by", Text(f"人员登记中没有 {entry.by}", f"no person {entry.by} in the register")
            continue
        own = entry.through or entry.role
        day = parse_instant(entry.recorded).astimezone(scene.zone).date()
        held = {role.role for role in roles_on(person, day)}
        if own not in held and not (own == ANYONE and not held and _roleless(form, entry, scene)):
            yield f"{where}.role", Text(f"{entry.by} 当日没有角色 {own}", f"{entry.by} did not hold {own} that day")
        way = way_of(form, entry, scene.library)
        if entry.within is None and way is not None and not takes(way, entry, scene.library):
            yield (
                f"{where}.role",
                Text(f"角色 {entry.role} 不能办理此步", f"the role {entry.role} may not do this step"),
            )


def _roleless(form: Form, entry: Entry, scene: Scene) -> bool:
    """Whether the step needs no role: anyone may do it, or whoever did the step before."""
    way = way_of(form, entry, scene.library)
    return way is not None and (way.by.anyone or way.by.same)
