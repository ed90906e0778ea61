"""People: who they are, which roles they hold on a day, in which of them they act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.core import COMPANY, PERSON
from svc.domain.flow import Action, Actor, By, Way
from svc.domain.paths import MISSING
from svc.domain.record import Entry, Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.world import Acting, Scene

ANYONE = "anyone"
"""The role of somebody who acts and holds none, where the action takes anybody."""


class Held(NamedTuple):
    """A role a person holds, and the office, area or station it covers (None = no one place)."""

    role: str
    scope: str | None


def by_email(scene: Scene, email: str) -> Record | None:
    """The person of the register with that e-mail, whatever its case."""
    folded = email.strip().casefold()
    return next(iter(scene.world.valued(PERSON, "git_email", folded)), None)


def roles_on(person: Record, day: date) -> list[Held]:
    """The roles a person holds on a day; first and last day included."""
    found = []
    for role in person.fields.get("roles", []):
        start, end = role.get("from", ""), role.get("to", "9999-12-31")
        if start <= day.isoformat() <= end:
            found.append(Held(role["role"], role.get("scope")))
    return found


def active(scene: Scene, person: Record) -> bool:
    """Whether a person is still with the company: not in a final state of its form."""
    form = scene.form_of(person)
    return form is not None and not form.states[person.state].final


def whoever(scene: Scene, email: str) -> Record:
    """The active person behind an e-mail; anybody else is refused."""
    person = by_email(scene, email)
    if person is None or not active(scene, person):
        raise Refusal(
            Text(
                f"{email} 不在人员登记中（或已离职），不能办理。", f"{email} is not an active person of the register."
            ),
            where=Text("人员登记 git_email", "person register, git_email"),
            clause="core@1 person",
            remedy=Text("由管理员执行  svc create person …", "an administrator runs  svc create person …"),
        )
    return person


def acting(case: Case, way: Way, person: Record, action: Action, ask: Asked) -> Acting:
    """In which role the person acts, or the refusal that names who may. Roles count on the day of writing."""
    held = roles_on(person, ask.recorded.astimezone(case.scene.zone).date())
    found = list(options(case, way.by, person, held, ask))
    if ask.role is not None:
        found = [option for option in found if ask.role in (option.role, option.through)]
    fitting = [option for option in found if _in_scope(option, way, case)] or found
    if not fitting:
        raise _nobody(case, way, person, action, held)
    return fitting[0]


class Asked(NamedTuple):
    """How the person asks to act: in which role, for whom, and when it is written down."""

    recorded: datetime
    role: str | None = None
    on_behalf_of: str | None = None


def options(case: Case, by: By, person: Record, held: list[Held], ask: Asked) -> Iterator[Acting]:
    """Every way the person could act, in the order of the flow, then of the register."""
    unit = person.fields.get("unit")
    if by.anyone:
        yield from (Acting(person.id, h.role, h.scope, unit) for h in held)
        if not held:
            yield Acting(person.id, ANYONE, None, unit)
    if by.same and case.log and person.id == case.log[-1].by:
        # As an insider, also where the step was done for somebody outside: nobody outside takes it back.
        mine = case.log[-1].through or case.log[-1].role
        roles = [h.role for h in held]
        yield Acting(person.id, mine if mine in roles else next(iter(roles), ANYONE), None, unit)
    for actor in by.actors:
        yield from _for_actor(case, actor, person, held, ask)


def _for_actor(case: Case, actor: Actor, person: Record, held: list[Held], ask: Asked) -> Iterator[Acting]:
    unit = person.fields.get("unit")
    if not actor.through:
        may = case.scene.library.holders(actor.role)
        yield from (Acting(person.id, h.role, h.scope, unit) for h in held if h.role in may)
        return
    name = ask.on_behalf_of or _named(case, actor)
    for h in held:
        if any(h.role in case.scene.library.holders(role) for role in actor.through):
            yield Acting(person.id, actor.role, h.scope, unit, h.role, name)


def _named(case: Case, actor: Actor) -> str | None:
    """The outsider's name where the record tells it."""
    value = case.value(actor.names) if actor.names else MISSING
    return value if isinstance(value, str) else None


def _in_scope(option: Acting, way: Way, case: Case) -> bool:
    """Whether the scope guards of the way hold in this role; used only to choose among several roles."""
    fields = [guard["scope"] for guard in way.needs if "scope" in guard]
    return all(option.through or option.scope == case.value(field) for field in fields)


def _nobody(case: Case, way: Way, person: Record, action: Action, held: list[Held]) -> Refusal:
    wanted = [role_words(case.scene, actor) for actor in way.by.actors]
    mine = "、".join(case.scene.library.role_title(h.role).zh for h in held) or "无"
    mine_en = ", ".join(case.scene.library.role_title(h.role).en for h in held) or "none"
    zh, en = "、".join(w.zh for w in wanted), ", ".join(w.en for w in wanted)
    name = person.fields.get("name", person.id)
    if way.by.nobody:
        return Refusal(
            Text(f"“{action.text.zh}”只随别的办理一起发生。", f'"{action.text.en}" happens only inside another deed.'),
            where=place(case),
            clause=action.clause,
            remedy=Text.same(f"svc explain {case.form.name}"),
        )
    role = way_role(case.scene, way)
    remedy = Text(f"由有此角色的人员办理，查：svc query person {role}", f"ask one of: svc query person {role}")
    if way.by.same and not way.by.actors:
        zh, en = "办理上一步的本人", "whoever did the last step"
        remedy = Text(f"由本人办理，查：svc show {case.id} --log", f"ask that person: svc show {case.id} --log")
    return Refusal(
        Text(
            f"{name} 的角色（{mine}）不能办理“{action.text.zh}”，须为：{zh}。",
            f'{name} ({mine_en}) may not do "{action.text.en}"; it takes: {en}.',
        ),
        exit=Exit.DENIED,
        where=place(case),
        clause=action.clause or COMPANY,
        remedy=remedy,
    )


def way_role(scene: Scene, way: Way) -> str:
    """A role to look people up by: the first insider's role that may take this way."""
    actor = next(iter(way.by.actors), None)
    role = (actor.through[0] if actor.through else actor.role) if actor else ""
    return next(iter(sorted(scene.library.holders(role) - {role})), role)


def role_words(scene: Scene, actor: Actor) -> Text:
    """A role in words, with the roles bound to it, or the insiders it acts through."""
    title = scene.library.role_title(actor.role)
    if not actor.through:
        bound = [scene.library.role_title(role) for role in sorted(scene.library.holders(actor.role) - {actor.role})]
        if not bound:
            return title
        zh, en = "或".join(t.zh for t in bound), " or ".join(t.en for t in bound)
        return Text(f"{title.zh}（{zh}）", f"{title.en} ({en})")
    through = [scene.library.role_title(role) for role in actor.through]
    zh, en = "或".join(t.zh for t in through), " or ".join(t.en for t in through)
    return Text(f"{title.zh}（经{zh}）", f"{title.en} (through {en})")


def place(case: Case) -> Text:
    """Where a refusal stands: the record and its state."""
    state = case.form.states.get(case.state)
    if state is None:
        return case.form.title
    return Text(f"{case.id}  状态 {state.id}（{state.title.zh}）", f"{case.id}  state {state.id} ({state.title.en})")


def again(case: Case, action: Action) -> str:
    """The command that asked for the action, to be completed; `…` stands for the fields that were given with it."""
    verb = f"svc advance {case.id} {action.name}" if case.state else f"svc create {case.form.name}"
    return f"{verb} …" if any(way.asks for way in action.ways) else verb


def acted(scene: Scene, entry: Entry) -> Acting:
    """The actor of a log entry, with the scope and unit the register gives for the day of writing."""
    person = scene.world.record(PERSON, entry.by)
    role = entry.through or entry.role
    day = datetime.fromisoformat(entry.recorded).astimezone(scene.zone).date()
    held = [h.scope for h in roles_on(person, day) if h.role == role] if person else []
    unit = person.fields.get("unit") if person else None
    return Acting(entry.by, entry.role, held[0] if held else None, unit, entry.through, entry.on_behalf_of)
