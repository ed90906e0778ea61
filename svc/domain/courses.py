"""By which moves a record can have come to a state: the flow as a graph, and what its gates ask of steps long past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from svc.domain.flow import Action, Guard, Way
from svc.domain.judging import differing
from svc.domain.procedure import Form


class Move(NamedTuple):
    """One action from a state ('' = it makes the record) to another, or staying where it is, by one of its ways."""

    action: Action
    way: Way
    start: str
    to: str


@dataclass(frozen=True)
class Courses:
    """The moves of one form that can come before a record stands in `state`."""

    form: Form
    state: str

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Every move of the flow, the rights aside; what only another deed does where no person leads the same way."""
        actions = [action for action in self.form.actions.values() if not action.kind]
        found = [move for action in actions for move in _moves(action)]
        able = {(move.start, move.to) for move in found if not move.way.by.nobody}
        return tuple(move for move in found if not move.way.by.nobody or (move.start, move.to) not in able)

    @cached_property
    def before(self) -> frozenset[str]:
        """The states from which the state can be reached, itself and the beginning among them."""
        found = {self.state}
        while more := {move.start for move in self.moves if move.to in found} - found:
            found |= more
        return frozenset(found)

    def onward(self, start: str) -> Iterator[Move]:
        """The moves that lead from a state nearer to the one wanted."""
        return (move for move in self.moves if move.start == start != move.to and move.to in self.before)

    def staying(self, state: str) -> Iterator[Move]:
        """The moves that leave a record in a state."""
        return (move for move in self.moves if move.start == move.to == state)

    @cached_property
    def personal(self) -> frozenset[str]:
        """The actions whose doer matters: a gate asks for another person than who did them, or of who does them."""
        found: set[str] = set()
        for action in self.form.actions.values():
            named = [one for way in action.ways for guard in _guards(way) for one in differing(guard)]
            found |= {*named, *((action.name,) if named else ())}
        return frozenset(found)

    def timed(self, move: Move, running: Iterable[str]) -> bool:
        """Whether a clock among those that are `running` needs to know when a move was made."""
        for name in running:
            raw = self.form.flow["clocks"][name]
            until = [raw["until"]] if isinstance(raw["until"], str) else raw["until"]
            pauses = [state for key in ("limit", "target") for state in raw.get(key, {}).get("pauses", ())]
            if move.action.name in until or move.to in pauses or move.start in pauses:
                return True
        return False


def _moves(action: Action) -> Iterator[Move]:
    for way in action.ways:
        for start in way.froms or ("",):
            yield from (Move(action, way, start, to) for to in way.targets(start))


def _guards(way: Way) -> list[Guard]:
    return [*way.needs, *([way.when] if way.when else [])]
