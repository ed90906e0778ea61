"""What waits: the records that somebody could move on now, and how much time is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from svc.domain.case import Case
from svc.domain.clocks import Running
from svc.domain.flow import Action, By, Guard, Way
from svc.domain.guards import CONDITIONS, holds
from svc.domain.paths import under
from svc.domain.people import Asked, Held, options, roles_on
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal
from svc.domain.world import Acting, Scene
from svc.index.look import Look

_EVIDENCE = "evidence:"


@dataclass(frozen=True)
class Hand:
    """Whose hand it waits for: a person with the roles held today, or a role whoever holds it (`person` None)."""

    person: Record | None
    roles: tuple[Held, ...]

    @classmethod
    def of(cls, person: Record, day: date) -> Hand:
        """A person on a day."""
        return cls(person, tuple(roles_on(person, day)))


@dataclass(frozen=True)
class Waiting:
    """A record that waits: what could be done with it, in the order of the flow, and the clock that is due first."""

    look: Look
    actions: tuple[Action, ...]
    clock: Running | None

    @property
    def left(self) -> timedelta | None:
        """Time until it is due, negative when over; None without a clock."""
        return self.clock.left if self.clock else None

    @property
    def next(self) -> Action:
        """What to do next: what moves the record on without a reason first, what meets the clock before the rest."""
        until = self.clock.clock.until if self.clock else ()
        return min(self.actions, key=lambda one: (self.asks_reason(one), not self._moves(one), one.name not in until))

    def asks_reason(self, action: Action) -> bool:
        """Whether the action asks a reason whatever is given: a step aside rather than the next one."""
        return all(way.reason is True for way in action.ways if self.look.state in way.froms)

    def _moves(self, action: Action) -> bool:
        state = self.look.state
        return any(state not in way.targets(state) for way in action.ways if state in way.froms)


def waiting(looks: Iterable[Look], hand: Hand) -> list[Waiting]:
    """What waits for a hand, the least time left first, what has no limit last."""
    found = [one for look in looks if (one := _waits(look, hand)) is not None]
    return sorted(found, key=lambda one: (one.left is None, one.left or timedelta(0), one.look.id))


def _waits(look: Look, hand: Hand) -> Waiting | None:
    """The record as it waits; None where it has ended, where a register's entry has no limit running, or where this
    hand can do nothing."""
    if look.case is None or look.final or look.form is None or (look.form.key and look.next is None):
        return None
    actions = tuple(possible(look.case, look.form, hand))
    return Waiting(look, actions, look.next) if actions else None


def possible(case: Case, form: Form, hand: Hand) -> Iterator[Action]:
    """The actions of the flow (rights aside) that this hand could take from the record's state."""
    for action in form.actions.values():
        if not action.kind and any(_may(case, action, way, hand) for way in _open(case, action)):
            yield action


def _open(case: Case, action: Action) -> Iterator[Way]:
    """The ways that start here and are not closed already; a condition on what is still to be given stays open."""
    for way in action.ways:
        if case.state not in way.froms or way.by.nobody:
            continue
        if way.when is None:
            yield way
            return
        if not _decided(way.when, action, way):
            yield way
        elif holds(way.when, case):
            yield way
            return


def _decided(guard: Guard, action: Action, way: Way) -> bool:
    """Whether a condition rests only on what the record has, not on what the action still gives or fills."""
    given = [item.name for item in (*way.asks, *way.takes)]
    given += [*action.copies, *action.derive, *action.adds, *([action.time] if action.time else [])]
    return not any(under(path, given) for path in _words(guard))


def _words(node: object) -> Iterator[str]:
    """Every text in a condition: its paths are among them."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _words(value)
    elif isinstance(node, str):
        yield node


def _may(case: Case, action: Action, way: Way, hand: Hand) -> bool:
    """Whether the hand fits the way: a role of it, and the guards that look at who acts."""
    if hand.person is None:
        return any(_stands_in(case.scene, way.by, held.role) for held in hand.roles)
    acting = options(case, way.by, hand.person, list(hand.roles), Asked(case.scene.now))
    return any(_fits(case, action, way, one) for one in acting)


def _stands_in(scene: Scene, by: By, role: str) -> bool:
    wanted = {name for actor in by.actors for name in (actor.through or (actor.role,))}
    return by.anyone or any(role in scene.library.holders(name) for name in wanted)


def _fits(case: Case, action: Action, way: Way, acting: Acting) -> bool:
    """Whether the guards that can be judged before anything is given let this person through."""
    there = replace(case, acting=acting)
    try:
        return all(holds(guard, there) for guard in way.needs if _judged(guard, action, way, acting))
    except Refusal:
        return True


def _judged(guard: Guard, action: Action, way: Way, acting: Acting) -> bool:
    if not _decided(guard, action, way) or (acting.through and "scope" in set(_words(guard))):
        return False
    return _simple(guard)


def _simple(guard: Guard) -> bool:
    """Whether a guard looks only at who acts and at the record itself: not at other records or evidence."""
    for word, rule in guard.items():
        if word in ("any", "all"):
            if not all(_simple(inner) for inner in rule):
                return False
        elif word in ("not", "when"):
            if not _simple(rule):
                return False
        elif word in ("has", "lacks"):
            if any(path.startswith(_EVIDENCE) for path in rule):
                return False
        elif word in CONDITIONS and word not in ("where", "compare", "scope", "differs"):
            return False
    return True


def makes(scene: Scene, hand: Hand) -> Iterator[Form]:
    """The forms of which this hand may make a record."""
    for form in scene.library.forms.values():
        for action in form.firsts:
            if any(_may_make(scene, way, hand) for way in action.ways):
                yield form
                break


def _may_make(scene: Scene, way: Way, hand: Hand) -> bool:
    return not way.by.nobody and any(_stands_in(scene, way.by, held.role) for held in hand.roles)
