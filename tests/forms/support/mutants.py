"""Every rule of every form left out in turn: what can be deleted from a flow, and the flow without it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from forms_support.stage import Json

from svc.domain.guards import CONDITIONS

Path = tuple[str | int, ...]
GONE = ...


class Mutant(NamedTuple):
    """One rule left out: in which document, of which action (None = of the whole form), where, what stands there then."""

    procedure: str
    form: str | None
    action: str | None
    path: Path
    value: Json = GONE

    @property
    def label(self) -> str:
        """The mutant in words."""
        where = ".".join(str(step) for step in self.path)
        then = "left out" if self.value is GONE else f"= {self.value}"
        return f"{self.procedure}/{self.form or 'procedure'}: {where} {then}"


def mutated(document: Mapping[str, Json], mutant: Mutant) -> dict[str, Json]:
    """The document as the mutant has it."""
    changed = copy.deepcopy(dict(document))
    node: Json = changed
    for step in mutant.path[:-1]:
        node = node[step]
    if mutant.value is GONE:
        del node[mutant.path[-1]]
    else:
        node[mutant.path[-1]] = mutant.value
    return changed


Change = tuple[Path, Json]
Changes = Iterator[Change]


def of_flow(procedure: str, form: str, flow: Mapping[str, Json], fields: Sequence[str]) -> Iterator[Mutant]:
    """Every mutant of a form; `fields` are the paths that its schema declares."""
    for name, raw in flow["actions"].items():
        for path, value in _action(raw, ("actions", name), fields):
            yield Mutant(procedure, form, name, path, value)
    for name in ("amend", "cancel", "undo", "attach", "note", "upgrade", "migrate"):
        if name in flow:
            yield Mutant(procedure, form, name, (name,))
            for path, value in (*_action(flow[name], (name,), fields), *_migrated(flow[name], (name,))):
                yield Mutant(procedure, form, name, path, value)
    for path, value in _whole(flow):
        yield Mutant(procedure, form, None, path, value)


def of_head(procedure: str, head: Mapping[str, Json], used: str) -> Iterator[Mutant]:
    """Every mutant of what a procedure says for all its forms; `used` is the text of their flows, where a setting
    must be named: the others are the commands' own and proved there."""
    for name, raw in head.get("rights", {}).items():
        for path, value in (*_action(raw, ("rights", name), ()), *_migrated(raw, ("rights", name))):
            yield Mutant(procedure, None, name, path, value)
    for role, bound in head.get("binds", {}).items():
        for n in range(len(bound)):
            yield Mutant(procedure, None, None, ("binds", role, n))
    for name, raw in head.get("settings", {}).items():
        if "value" in raw and name in used:
            yield Mutant(procedure, None, None, ("settings", name, "value"))


def _whole(flow: Mapping[str, Json]) -> Changes:
    """Clocks, marks, what is unique, where late reasons go."""
    for name, clock in flow.get("clocks", {}).items():
        at: Path = ("clocks", name)
        yield at, GONE
        yield from _guarded(clock, at)
        yield from _items(clock, "until", at)
        for word in ("limit", "target"):
            for unit, number in clock.get(word, {}).items():
                if isinstance(number, int):
                    yield (*at, word, unit), number + 1
        yield from (((*at, "owes"), GONE),) if "owes" in clock else ()
        start = clock["from"]
        if isinstance(start, Mapping):
            yield from _items(start, "choose", (*at, "from"))
    for name, mark in flow.get("marks", {}).items():
        yield ("marks", name), GONE
        yield from _items(mark, "in", ("marks", name))
        yield from _guard(mark["when"], ("marks", name, "when"))
    for n, rule in enumerate(flow.get("unique", ())):
        yield ("unique", n), GONE
        yield from _items(rule, "fields", ("unique", n))
        if "except" in rule:
            yield ("unique", n, "except"), GONE
            yield from _items(rule, "except", ("unique", n))
    if "delays" in flow:
        yield ("delays",), GONE


def _action(raw: Mapping[str, Json], at: Path, fields: Sequence[str]) -> Changes:
    """One action, or one way of it."""
    yield from _given(raw, at, fields)
    yield from _papers(raw.get("evidence", {}), (*at, "evidence"))
    yield from _by(raw, at)
    for word in ("from", "in"):
        if isinstance(raw.get(word), list):
            yield from (((*at, word, n), GONE) for n in range(len(raw[word])))
        elif word in raw:
            yield (*at, word), []
    if isinstance(raw.get("to"), Mapping):
        yield from _items(raw["to"], "choose", (*at, "to"))
    for n, guard in enumerate(raw.get("needs", ())):
        yield (*at, "needs", n), GONE
        yield from _guard(guard, (*at, "needs", n))
    yield from _filled(raw, at)
    yield from _followed(raw, at)
    for word in ("time", "settles"):
        if word in raw:
            yield (*at, word), GONE
    if "voids" in raw:
        yield (*at, "voids"), GONE
        yield from (((*at, "voids", "keep", n), GONE) for n in range(len(raw["voids"].get("keep", ()))))
    if "reason" in raw:
        yield (*at, "reason"), GONE
        if isinstance(raw["reason"], Mapping):
            yield (*at, "reason"), "required"
            yield from _guard(raw["reason"]["when"], (*at, "reason", "when"))
    for n, route in enumerate(raw.get("routes", ())):
        yield (*at, "routes", n), GONE
        yield from _guarded(route, (*at, "routes", n))
        yield from _action(route, (*at, "routes", n), fields)


def _migrated(raw: Mapping[str, Json], at: Path) -> Changes:
    """What only the right to enter migrated cases says: states, who vouches, until when, what may be unknown."""
    for word in ("states", "vouched_by", "may_lack"):
        yield from (((*at, word, n), GONE) for n in range(len(raw.get(word, ()))))
    yield from (((*at, word), GONE) for word in ("another", "until") if word in raw)


def _given(raw: Mapping[str, Json], at: Path, fields: Sequence[str]) -> Changes:
    """What is asked and taken. What the action also fills may be given by hand anyway; there `takes` only tells so."""
    filled = {*raw.get("copies", {}), *raw.get("derive", {}), raw.get("time")}
    heads = {path.partition(".*")[0] for path in filled if path}
    for word in ("asks", "takes", "fields", "kinds"):
        for n, item in enumerate(raw.get(word, ())):
            name = item if isinstance(item, str) else item["field"]
            inner = {path for path in fields if path.startswith(name + ".")}
            if word == "asks" or not (name in heads or inner and inner <= filled):
                yield (*at, word, n), GONE
            if isinstance(item, Mapping):
                yield from _guarded(item, (*at, word, n))


def _papers(raw: Mapping[str, Json], at: Path) -> Changes:
    for word in ("all", "any", "may"):
        for n, item in enumerate(raw.get(word, ())):
            yield (*at, word, n), GONE
            if isinstance(item, Mapping):
                yield from _guarded(item, (*at, word, n))
    if "for" in raw:
        yield (*at, "for"), GONE


def _by(raw: Mapping[str, Json], at: Path) -> Changes:
    if isinstance(raw.get("by"), str):
        yield from (((*at, "by"), "none"),) if raw["by"] != "none" else ()
        return
    for n, actor in enumerate(raw.get("by", ())):
        yield (*at, "by", n), GONE
        if isinstance(actor, Mapping):
            yield from (((*at, "by", n, word), GONE) for word in ("paper", "names") if word in actor)
            yield from _items(actor, "through", (*at, "by", n))


def _filled(raw: Mapping[str, Json], at: Path) -> Changes:
    for field, operand in raw.get("copies", {}).items():
        yield (*at, "copies", field), GONE
        yield from _operand(operand, (*at, "copies", field))
    for field, rule in raw.get("derive", {}).items():
        yield (*at, "derive", field), GONE
        yield from _guarded(rule, (*at, "derive", field), _paths(rule.get("holds", {})))
        yield from _rule(rule, (*at, "derive", field))
    for field, rule in raw.get("adds", {}).items():
        yield (*at, "adds", field), GONE
        yield from (((*at, "adds", field, word, n), GONE) for word in ("asks", "takes") for n in _places(rule, word))
        for key, operand in rule.get("copies", {}).items():
            yield (*at, "adds", field, "copies", key), GONE
            yield from _operand(operand, (*at, "adds", field, "copies", key))


def _places(rule: Mapping[str, Json], word: str) -> list[int]:
    """The items of a list of names; those that the rule copies too are left alone."""
    copied = rule.get("copies", {})
    return [n for n, name in enumerate(rule.get(word, ())) if word == "asks" or name not in copied]


def _operand(operand: Json, at: Path) -> Changes:
    if isinstance(operand, Mapping) and "first" in operand:
        yield from _items(operand, "first", at)
    for word in ("date", "month", "year"):
        if isinstance(operand, Mapping) and word in operand:
            yield from _operand(operand[word], (*at, word))


def _rule(rule: Mapping[str, Json], at: Path) -> Changes:
    for n, row in enumerate(rule.get("table", ())):
        yield (*at, "table", n), GONE
        if "when" in row:
            yield from _guard(row["when"], (*at, "table", n, "when"))
    for value in rule.get("in", ()):
        yield (*at, "in", value), GONE
    if "holds" in rule:
        yield from _guard(rule["holds"], (*at, "holds"))


def _followed(raw: Mapping[str, Json], at: Path) -> Changes:
    for word in ("creates", "also"):
        for n, rule in enumerate(raw.get(word, ())):
            here: Path = (*at, word, n)
            yield here, GONE
            yield from _guarded(rule, here)
            for field, operand in rule.get("with", {}).items():
                yield (*here, "with", field), GONE
                if isinstance(operand, Mapping) and "give" in operand:
                    yield from (((*here, "with", field, "give", key), GONE) for key in operand["give"])


def _guarded(raw: Mapping[str, Json], at: Path, beside: Sequence[str] = ()) -> Changes:
    """What counts under a condition: the condition left out, and everything in it."""
    if "when" in raw:
        yield (*at, "when"), GONE
        yield from _guard(raw["when"], (*at, "when"), beside)


def _guard(guard: Mapping[str, Json], at: Path, beside: Sequence[str] = ()) -> Changes:
    """A guard without one of its conditions, or without a part of one.

    A `has` is left alone where a condition beside it (also `beside`, what it is the `when` of) fails anyway when the
    path is absent: the language asks for the `has`, so that a reader is told what absence means.
    """
    yield from _guarded(guard, at)
    paths = [*beside, *_paths(guard)]
    real = [n for n, path in enumerate(guard.get("has", ())) if not _heads(path, paths)]
    words = [word for word in CONDITIONS if word in guard]
    for word in words:
        if len(words) > 1 and (word != "has" or real):
            yield (*at, word), GONE
    for path, schema in guard.get("where", {}).items():
        if len(guard["where"]) > 1:
            yield (*at, "where", path), GONE
        yield from _schema(schema, (*at, "where", path))
    yield from (((*at, "has", n), GONE) for n in real if len(guard["has"]) > 1)
    yield from _items(guard, "lacks", at)
    yield from _linked(guard.get("linked", {}), (*at, "linked"))
    for word in ("any", "all"):
        yield from _items(guard, word, at)
        for n, inner in enumerate(guard.get(word, ())):
            yield from _guard(inner, (*at, word, n))
    if "not" in guard:
        yield from _guard(guard["not"], (*at, "not"))
    if isinstance(guard.get("differs"), list):
        yield from _items(guard, "differs", at)
    if "roles" in guard.get("joined", {}):
        yield from _items(guard["joined"], "roles", (*at, "joined"))


def _paths(guard: Mapping[str, Json]) -> list[str]:
    """The paths without which a guard fails: those of its conditions, and of everything in its `all`."""
    compared = [side for side in guard.get("compare", ()) if isinstance(side, str)]
    inner = [path for one in guard.get("all", ()) for path in _paths(one)]
    return [*guard.get("where", {}), *compared, guard.get("scope", ""), *inner]


def _heads(path: str, paths: Sequence[str]) -> bool:
    return any(other == path or other.startswith(path + ".") for other in paths)


def _linked(raw: Mapping[str, Json], at: Path) -> Changes:
    for path, schema in raw.get("where", {}).items():
        yield (*at, "where", path), GONE
        yield from _schema(schema, (*at, "where", path))
    yield from (((*at, "same", n), GONE) for n in range(len(raw.get("same", ()))))
    for word in ("at_most", "every"):
        if word in raw:
            yield (*at, word), GONE
    if raw.get("at_least", 1) > 1:
        yield (*at, "at_least"), GONE


def _schema(schema: Json, at: Path) -> Changes:
    """Every value of an enumeration, also under `not`."""
    if isinstance(schema, Mapping):
        yield from _items(schema, "enum", at)
        if "not" in schema:
            yield from _schema(schema["not"], (*at, "not"))


def _items(raw: Mapping[str, Json], word: str, at: Path) -> Changes:
    """Every item of a list that has more than one: without its last item the whole rule is gone, and stands elsewhere."""
    items = raw.get(word, ())
    if isinstance(items, list) and len(items) > 1:
        yield from (((*at, word, n), GONE) for n in range(len(items)))
