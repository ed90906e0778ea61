"""Which part of a guard can still be judged over a step that was taken before svc, and which nobody can tell any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.flow import Guard
from svc.domain.guards import CONDITIONS, present
from svc.domain.paths import Json, under
from svc.domain.procedure import Form
from svc.domain.record import Entry
from svc.domain.times import parse_instant
from svc.domain.world import Acting

KIND = "evidence:"
BEYOND = ("linked", "unique", "joined", "scope", "differs")
"""The conditions that look beyond a record's own fields and evidence; `rests_on` names them with a `?` in front."""


class Knowing(NamedTuple):
    """What is known of a case told of: what is told as unknown (`lacks`), whether linked records are looked at."""

    form: Form
    lacks: tuple[str, ...]
    links: bool = True

    def lacking(self, name: str) -> bool:
        """Whether a field (or what stands below it), `evidence:KIND` or an action is told as unknown."""
        return any(name == one or ":" not in name and under(name, [one]) for one in self.lacks)

    def judged(self, guard: Guard, case: Case) -> bool:
        """Whether a guard rests on nothing but what is told and can still be looked at."""
        return all(self._clear(one, case) for one in rests_on(guard))

    def known(self, guard: Guard, case: Case) -> Guard | None:
        """The part of a guard that can be judged: of conditions that must all hold those that can; None if none can."""
        if "each" in guard or ("when" in guard and not self.judged(guard["when"], case)):
            return guard if self.judged(guard, case) else None
        kept: dict[str, Json] = {}
        for word in (word for word in CONDITIONS if word in guard):
            raw = guard[word]
            if word == "where":
                kept[word] = {path: schema for path, schema in raw.items() if self._clear(path, case)}
            elif word in ("has", "lacks"):
                kept[word] = [path for path in raw if self._clear(path, case)]
            elif word == "all":
                kept[word] = [part for one in raw if (part := self.known(one, case)) is not None]
            elif self.judged({word: raw}, case):
                kept[word] = raw
        kept = {word: raw for word, raw in kept.items() if raw}
        return {**kept, **({"when": guard["when"]} if "when" in guard else {})} if kept else None

    def _clear(self, one: str, case: Case) -> bool:
        """Whether one thing that a guard rests on is told and can be looked at."""
        beyond = one.startswith("?") and (one != "?differs" or "$actor" in case.untold)
        if beyond or one.partition(".")[0] in case.untold or ".$" in one:
            return False
        if self.lacking(one) and not present(one, case):
            return False
        return self.links or not crosses(self.form, one)


UNTOLD = ("$role", "$unit", "$on_behalf_of")


def seen(case: Case, start: str, by: str | None, at: str | None, log: tuple[Entry, ...]) -> Case:
    """The case at a step that is told of: from which state, by whom and when as far as that is known, after which log.

    In which role, of which unit and for whom somebody acted then is never known.
    """
    untold = frozenset((*UNTOLD, *(() if by else ("$actor",)), *(() if at else ("$at", "$year"))))
    when = parse_instant(at) if at else case.scene.now
    return replace(case, state=start, acting=Acting(by or "", ""), at=when, log=log, untold=untold)


def differing(guard: Guard) -> Iterator[str]:
    """The actions whose doers a guard asks the actor to differ from."""
    raw = guard.get("differs", ())
    if not isinstance(raw, Mapping):
        yield from [raw] if isinstance(raw, str) else raw
    for inner in _inner(guard):
        yield from differing(inner)


def rests_on(guard: Guard) -> Iterator[str]:
    """Everything a guard rests on: paths, variables, `evidence:KIND`, and `?WORD` for a condition of `BEYOND`."""
    yield from (f"?{word}" for word in BEYOND if word in guard)
    yield from guard.get("where", {})
    for word in ("has", "lacks"):
        yield from guard.get(word, ())
    for operand in guard.get("compare", ()):
        yield from paths_of(operand)
    if "each" in guard:
        yield str(guard["each"])
    if isinstance(guard.get("differs"), Mapping):
        yield str(guard["differs"]["from"])
    for inner in _inner(guard):
        yield from rests_on(inner)


def _inner(guard: Guard) -> list[Guard]:
    return [
        *guard.get("any", ()),
        *guard.get("all", ()),
        *(guard[word] for word in ("not", "when") if word in guard),
    ]


def paths_of(operand: Json) -> Iterator[str]:
    """The paths and variables of an operand (the word of a comparison is none of its sides and does no harm)."""
    if isinstance(operand, str):
        yield operand
    elif isinstance(operand, Mapping) and "value" not in operand and "setting" not in operand:
        for inner in operand.values():
            yield from (path for one in (inner if isinstance(inner, list) else [inner]) for path in paths_of(one))


def crosses(form: Form, path: str) -> bool:
    """Whether a path leads into a linked record; of an item's path nobody knows, so it counts as one."""
    steps = path.split(".")
    heads = (".".join(steps[:n]) for n in range(1, len(steps)))
    return steps[0] == "item" or any((info := form.schema.info(head)) is not None and info.link for head in heads)
