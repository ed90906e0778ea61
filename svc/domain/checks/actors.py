"""Who did each step: a person of the register, in a role held on the day, that the action takes."""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain.checks.log import Found, Step, takes
from svc.domain.core import PERSON
from svc.domain.people import ANYONE, roles_on
from svc.domain.refusal import Text
from svc.domain.times import parse_instant
from svc.domain.world import Scene


def findings(course: Sequence[Step], scene: Scene) -> Found:
    """Steps by nobody of the register, in a role not held that day, or in a role that the action does not take."""
    for step in course:
        entry, way = step.entry, step.way
        person = scene.world.record(PERSON, entry.by)
        if person is None:
            yield f"{step.where}.by", Text(f"人员登记中没有 {entry.by}", f"no person {entry.by} in the register")
            continue
        own = entry.through or entry.role
        day = parse_instant(entry.recorded).astimezone(scene.zone).date()
        held = {role.role for role in roles_on(person, day)}
        # A step that anyone may do, or whoever did the step before, needs no role.
        free = way is not None and (way.by.anyone or way.by.same)
        if own not in held and not (own == ANYONE and not held and free):
            yield (
                f"{step.where}.role",
                Text(f"{entry.by} 当日没有角色 {own}", f"{entry.by} did not hold {own} that day"),
            )
        if entry.within is None and way is not None and not takes(way, entry, scene.library):
            yield (
                f"{step.where}.role",
                Text(f"角色 {entry.role} 不能办理此步", f"the role {entry.role} may not do this step"),
            )
