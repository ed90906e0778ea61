"""Guards: conditions as data. They fail closed: what is absent, unknown or unordered does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from svc.domain.case import Case
from svc.domain.compiled import fits
from svc.domain.core import PERSON
from svc.domain.flow import Guard
from svc.domain.linked import linked
from svc.domain.paths import MISSING, Json
from svc.domain.told import behind, doers
from svc.domain.typed import ordered, same
from svc.domain.uniqueness import is_unique

CONDITIONS = ("where", "has", "lacks", "compare", "linked", "differs", "scope", "joined", "unique", "any", "all", "not")
ORDERS: Mapping[str, Callable[[int], bool]] = {
    "lt": lambda order: order < 0,
    "le": lambda order: order <= 0,
    "ge": lambda order: order >= 0,
    "gt": lambda order: order > 0,
}


def applies(guard: Guard | None, case: Case) -> bool:
    """Whether a `when` holds; no `when` always does."""
    return guard is None or holds(guard, case)


def holds(guard: Guard, case: Case) -> bool:
    """Whether every condition of a guard holds. A guard with `when` counts only when that holds; with `each`, for
    every item of the list (an absent list fails)."""
    if "when" in guard and not holds(guard["when"], case):
        return True
    if "each" in guard:
        items = case.value(guard["each"])
        inner = {key: value for key, value in guard.items() if key not in ("each", "when")}
        return isinstance(items, list) and all(holds(inner, case.with_item(item, guard["each"])) for item in items)
    return all(_RULES[word](guard[word], case) for word in CONDITIONS if word in guard)


def _where(raw: Mapping[str, Json], case: Case) -> bool:
    return all((value := case.value(path)) is not MISSING and fits(value, schema) for path, schema in raw.items())


def present(path: str, case: Case) -> bool:
    """Whether something stands at a path or, for `evidence:KIND`, whether such evidence stands."""
    kind = path.removeprefix("evidence:")
    if kind != path:
        return kind in case.kinds
    return (value := case.value(path)) is not MISSING and value not in (None, "", [], {})


def _has(raw: Sequence[str], case: Case) -> bool:
    return all(present(path, case) for path in raw)


def _lacks(raw: Sequence[str], case: Case) -> bool:
    return not any(present(path, case) for path in raw)


def _compare(raw: Sequence[Any], case: Case) -> bool:
    left, word, right = case.operand(raw[0]), raw[1], case.operand(raw[2])
    if left is MISSING or right is MISSING:
        return False
    if word == "eq":
        return same(left, right)
    if word == "ne":
        return not same(left, right)
    if word == "in":
        return isinstance(right, list) and any(same(left, item) for item in right)
    if word == "subset":
        both = isinstance(left, list) and isinstance(right, list)
        return both and all(any(same(a, b) for b in right) for a in left)
    order = ordered(left, right, case.scene.zone)
    return order is not None and ORDERS[word](order)


def _linked(raw: Mapping[str, Json], case: Case) -> bool:
    found, good = linked(raw, case)
    enough = len(good) >= raw.get("at_least", 0 if "at_most" in raw or raw.get("every") else 1)
    few = len(good) <= raw.get("at_most", len(good))
    return enough and few and (not raw.get("every") or len(good) == len(found))


def _differs(raw: Json, case: Case) -> bool:
    """Another person than: whoever did the action(s), or whoever stands in a field."""
    if isinstance(raw, Mapping):
        people = case.value(raw["from"])
        named = people if isinstance(people, list) else [people]
        return people is not MISSING and case.acting.person not in (*named, *behind(case.log))
    found = doers(case.form, case.log, [raw] if isinstance(raw, str) else raw)
    return found is not None and case.acting.person not in found


def _scope(raw: str, case: Case) -> bool:
    """The acting role covers the office, area or station that a field names; for an outsider, it is that one."""
    value = case.value(raw)
    if value is MISSING:
        return False
    if case.acting.through is None:
        return case.acting.scope is not None and case.acting.scope == value
    return case.acting.on_behalf_of in (value, case.value(f"{raw}.name"))


def _joined(raw: Mapping[str, Json], case: Case) -> bool:
    """Each of several roles or units has done the action (this deed counts; what a migration tells of does not)."""
    done = [entry for entry in case.log if entry.action == raw["action"]]
    if "roles" in raw:
        return set(raw["roles"]) <= {entry.role for entry in done}
    units = case.value(raw["units"])
    if not isinstance(units, list) or not units:
        return False
    return set(units) <= {unit for entry in done if (unit := _unit(case, entry.by))}


def _unit(case: Case, person: str) -> Json:
    record = case.scene.world.record(PERSON, person)
    return record.fields.get("unit") if record else None


def _unique(raw: Json, case: Case) -> bool:
    fields: Iterable[str] = [raw] if isinstance(raw, str) else raw
    return is_unique(case, tuple(fields), ())


_RULES: Mapping[str, Callable[[Any, Case], bool]] = {
    "where": _where,
    "has": _has,
    "lacks": _lacks,
    "compare": _compare,
    "linked": _linked,
    "differs": _differs,
    "scope": _scope,
    "joined": _joined,
    "unique": _unique,
    "any": lambda raw, case: any(holds(guard, case) for guard in raw),
    "all": lambda raw, case: all(holds(guard, case) for guard in raw),
    "not": lambda raw, case: not holds(raw, case),
}
