"""What surely stands in a record: by state, the fields that every way into it has asked, stamped, copied or derived.

A deed that leaves a record its schema refuses never happens, so what the schema requires always counts; a deed whose
`needs` fail never happens either, so what they name counts too. Fields are never taken away again, but for the steps
that `voids` takes back: such a deed leads back to what stood when its state was first reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from svc.domain.core import CANCEL, PERSON
from svc.domain.flow import CHOSEN, Action, Guard, Item, Way
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.proofs.book import Sheet
from svc.domain.proofs.reach import View, fields_node
from svc.domain.proofs.terms import KIND
from svc.domain.schema import resolve

Paths = frozenset[str]
Implied = tuple[Paths, Paths]
ALWAYS = ("$actor", "$unit", "$role", "$at", "$now", "$today", "$id", "$state", "$year")


@dataclass(frozen=True)
class Known:
    """The paths that surely stand at some place of a flow; `implied`: where the first all stand, the second do too."""

    view: View
    paths: Paths
    implied: tuple[Implied, ...] = ()
    others: Mapping[str, Paths] = field(default_factory=dict)
    """For each other form what stands in all its records."""

    def plus(self, paths: Iterable[str]) -> Known:
        """With more paths, and what they imply."""
        more = replace(self, paths=self.paths | {self.view.full(path) for path in paths})
        for if_, then in self.implied:
            if not then <= more.paths and all(more.sure(path) for path in if_):
                return more.plus(then)
        return more

    def over(self, path: str) -> Known:
        """For each item of a list."""
        return replace(self, view=self.view.over(path))

    def sure(self, path: str) -> bool:
        """Whether something surely stands at `path`."""
        path = self.view.full(path)
        if path.startswith("$"):
            head, _, rest = path.partition(".")
            people = self.view.library.forms.get(PERSON) if rest else None
            return head in ALWAYS and (not rest or people is not None and self.there(people, rest.split(".")))
        return all(_stands(self, form, path.split("."), self.paths) for form in self.view.forms)

    def there(self, form: Form, steps: Sequence[str], paths: Paths = frozenset()) -> bool:
        """Whether something surely stands at a path of another form, where `paths` do besides what always does."""
        return _stands(self, form, steps, self.others.get(form.name, frozenset()) | paths)

    def operand(self, raw: Json) -> bool:
        """Whether an operand surely has a value."""
        if isinstance(raw, str):
            return self.sure(raw)
        if not isinstance(raw, Mapping) or "value" in raw or "setting" in raw:
            return True
        if "first" in raw:
            return any(self.operand(one) for one in raw["first"])
        parts = [raw[word] for word in _PARTS if word in raw]
        return "find" not in raw and all(self.operand(part) for part in parts)

    def doubtful(self, raw: Json) -> list[str]:
        """The paths an operand rests on that may be absent; the alternatives of `first` and `find` are meant to be."""
        if isinstance(raw, str):
            return [] if self.sure(raw) else [raw]
        if not isinstance(raw, Mapping):
            return []
        return [path for word in _PARTS if word in raw for path in self.doubtful(raw[word])]


_PARTS = ("date", "month", "year", "year_end", "plus", "months", "days", "hours")


def _stands(known: Known, form: Form, steps: Sequence[str], paths: Paths) -> bool:
    """Whether something surely stands in `form` at the path of `steps`, where `paths` do."""
    return _step(known, form, fields_node(form), list(steps), [], paths)


def _step(known: Known, form: Form, node: Mapping[str, Json], steps: list[str], done: list[str], paths: Paths) -> bool:
    whole = ".".join([*done, *steps])
    if not steps or any(path == whole or path.startswith(whole + ".") for path in paths):
        return True
    node = resolve(node, form.schema.document)
    head, rest = steps[0], steps[1:]
    if node.get("type") == "array":
        return head == "*" and _step(known, form, node.get("items", {}), rest, [*done, head], paths)
    if "x-link" in node:
        names = [node["x-link"]] if isinstance(node["x-link"], str) else node["x-link"]
        forms = [known.view.library.forms[name] for name in names if name in known.view.library.forms]
        below = ".".join([*done, ""])
        inner = frozenset(path.removeprefix(below) for path in paths if path.startswith(below))
        return head.startswith("$") or bool(forms) and all(known.there(one, steps, inner) for one in forms)
    here = ".".join([*done, head])
    given = any(path == here or path.startswith(here + ".") for path in paths)
    if head not in node.get("properties", {}) or not (given or head in node.get("required", ())):
        return False
    return _step(known, form, node["properties"][head], rest, [*done, head], paths)


def unconditional(items: Iterable[Item]) -> list[str]:
    """The names of the items that always count."""
    return [item.name.partition(".*")[0] for item in items if item.when is None]


def named(guard: Guard) -> list[str]:
    """The paths that must stand for a guard to hold, conditions and alternatives aside."""
    if "when" in guard or "each" in guard:
        return []
    found = [*guard.get("where", {}), *guard.get("has", ())]
    if "compare" in guard:
        found += [one for one in (guard["compare"][0], guard["compare"][2]) if isinstance(one, str)]
    return found + [path for one in guard.get("all", ()) for path in named(one)]


def implications(needs: Iterable[Guard]) -> tuple[Implied, ...]:
    """`when: {has: …}` with `has`: where the first stand, the second must."""
    found = []
    for guard in needs:
        when = guard.get("when", {})
        if set(when) == {"has"} and "has" in guard:
            found.append((frozenset(when["has"]), frozenset(guard["has"])))
    return tuple(found)


@dataclass(frozen=True)
class Presence:
    """What surely stands in each state of one form; `others`: what stands in all records of each other form."""

    sheet: Sheet
    others: Mapping[str, Paths] = field(default_factory=dict)

    @cached_property
    def states(self) -> dict[str, Paths]:
        """For each reachable state what stands on entering it."""
        found: dict[str, Paths] = {}
        moving = [a for a in self.sheet.form.actions.values() if not a.kind or a.kind == CANCEL]
        changed = True
        while changed:
            changed = False
            for action in moving:
                for way in action.ways:
                    for start in way.froms or ("",):
                        changed |= self._arrive(found, action, way, start)
        return found

    def _arrive(self, found: dict[str, Paths], action: Action, way: Way, start: str) -> bool:
        if start and start not in found:
            return False
        changed = False
        for target in way.targets(start):
            base = found.get(start, frozenset())
            if action.voids is not None and target != start:
                after = target if action.voids["after"] in (CHOSEN, "to") else action.voids["after"]
                if after not in found:
                    continue
                base = found[after]
            there = self.leaving(action, way, base).paths
            old = found.get(target)
            found[target] = there if old is None else old & there
            changed |= found[target] != old
        return changed

    @cached_property
    def always(self) -> Paths:
        """What stands in every state."""
        return frozenset.intersection(*self.states.values()) if self.states else frozenset()

    def known(self, paths: Paths, implied: tuple[Implied, ...] = ()) -> Known:
        """Paths of this form as knowledge."""
        return Known(self.sheet.view, paths, implied, self.others)

    def before(self, way: Way) -> Paths:
        """What stands in every state that a way starts from."""
        bases = [self.states[name] for name in way.froms if name in self.states]
        return frozenset.intersection(*bases) if bases else frozenset()

    def deriving(self, action: Action, way: Way) -> dict[str, Known]:
        """For each derived field what stands when it is computed."""
        return dict(self._derived(action, way, self._filled(action, way, self.before(way))))

    def leaving(self, action: Action, way: Way, base: Paths) -> Known:
        """What stands after the deed."""
        return self._derived(action, way, self._filled(action, way, base))[-1][1]

    def _derived(self, action: Action, way: Way, known: Known) -> list[tuple[str, Known]]:
        """What stands before each derived field, and at last (under no name) what stands after all of them.

        What the deed's guards name counts from the start, unless it is derived only later.
        """
        steps, later = [], set(action.derive)
        for name, rule in action.derive.items():
            known = required(known, way.needs, later)
            steps.append((name, known))
            later.discard(name)
            if rule_sure(rule, known):
                known = known.plus([name])
        return [*steps, ("", required(known, way.needs, ()))]

    def _filled(self, action: Action, way: Way, base: Paths) -> Known:
        """What stands once the deed's own fields are given, stamped, copied and appended."""
        known = self.known(base, (*implications(way.needs), *copied(action))).plus(unconditional(way.asks))
        known = known.plus([action.time] if action.time else [])
        for name, raw in action.copies.items():
            if known.operand(raw):
                known = known.plus([name])
        return known.plus(action.adds)


def copied(action: Action) -> tuple[Implied, ...]:
    """What stands once the source of a copy does, unless the same deed fills that source only later."""
    found, later = [], [*action.copies, *action.derive]
    for name, raw in action.copies.items():
        later.remove(name)
        for source in raw["first"] if isinstance(raw, Mapping) and "first" in raw else [raw]:
            if isinstance(source, str) and not _heads(source, later):
                found.append((frozenset([source]), frozenset([name])))
    return tuple(found)


def required(known: Known, needs: Iterable[Guard], later: Iterable[str]) -> Known:
    """With what a deed's guards name, unless the deed derives it only `later`; of alternatives what each comes to."""
    later = tuple(later)
    for guard in needs:
        known = known.plus(_now(guard, later))
        options = [known.plus(_now(one, later)) for one in guard.get("any", ())] if "when" not in guard else []
        if options and "each" not in guard:
            known = known.plus(path for path in options[0].paths if all(one.sure(path) for one in options))
    return known


def _now(guard: Guard, later: tuple[str, ...]) -> list[str]:
    return [path for path in named(guard) if not path.startswith(KIND) and not _heads(path, later)]


def _heads(path: str, fields: Iterable[str]) -> bool:
    return any(path == name or path.startswith(name + ".") or name.startswith(path + ".") for name in fields)


def rule_sure(rule: Mapping[str, Json], known: Known) -> bool:
    """Whether a rule of `derive` surely gives a value."""
    when = rule.get("when")
    if when is not None and not (set(when) == {"has"} and all(known.sure(path) for path in when["has"])):
        return False
    if "table" in rule:
        return all("is" in row or known.operand(row["from"]) for row in rule["table"])
    if "months" in rule:
        return all(known.operand(one) for one in rule["months"])
    if "lookup" in rule:
        return known.operand(rule["lookup"])
    return "ratio" not in rule


def presences(sheets: Iterable[Sheet]) -> dict[tuple[str, str], Presence]:
    """The presence of every form, by (procedure, form); what stands in linked records is found form by form first."""
    sheets = list(sheets)
    others: dict[str, Paths] = {}
    for _ in range(2):
        others = {sheet.form.name: Presence(sheet, others).always for sheet in sheets}
    return {(sheet.form.procedure, sheet.form.name): Presence(sheet, others) for sheet in sheets}
