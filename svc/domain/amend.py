"""Amending: what was derived from an amended field is derived anew; the gates already passed must still hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.derive import derive
from svc.domain.fill import Filled
from svc.domain.flow import Action, Guard
from svc.domain.gates import denied
from svc.domain.guards import holds
from svc.domain.judging import Knowing, seen
from svc.domain.past import Migrated
from svc.domain.paths import MISSING, Json, get, put, under
from svc.domain.people import acted
from svc.domain.record import Entry
from svc.domain.times import parse_instant
from svc.domain.told import told


class Past(NamedTuple):
    """One step already taken: its entry, its action, the case as it stood then, over the amended fields; of a step that
    a migration tells of (`told`), what is known."""

    entry: Entry
    action: Action
    case: Case
    told: Knowing | None = None


def amended(case: Case, filled: Filled) -> Filled:
    """What an amendment writes, with everything that follows from it; refused when a passed gate no longer holds."""
    touched = list(filled.given)
    for past in _pasts(case):
        filled = _refilled(past, case, filled, touched)
    case = case.with_fields(filled.fields)
    for past in _pasts(case):
        for guard in _guards(past):
            asked = guard if past.told is None else past.told.known(guard, past.case)
            if asked is not None and mentions(asked, touched) and not holds(asked, past.case):
                raise denied(case, past.action, guard)
    return filled


def _pasts(case: Case) -> Iterator[Past]:
    """The live steps with their actions; the case of each sees the amended fields, its own actor, time and log."""
    if case.log and case.log[0].migrated is not None:
        yield from _told(case, case.log[0].migrated)
    for n, entry in enumerate(case.log):
        action = case.form.actions.get(entry.action)
        if action is not None and not action.kind:
            who, at = acted(case.scene, entry), parse_instant(entry.at)
            there = replace(case, acting=who, at=at, state=entry.from_ or "", log=case.log[:n])
            yield Past(entry, action, there)


def _told(case: Case, mark: Migrated) -> Iterator[Past]:
    """The steps that a migration tells of and that still count."""
    knowing = Knowing(case.form, mark.lacks)
    for one in told(case.form, case.log, mark):
        action = case.form.actions.get(one.action)
        if action is not None:
            entry = case.log[0]._replace(action=one.action, from_=one.from_, to=one.to, migrated=None)
            yield Past(entry, action, seen(case, one.from_ or "", one.by, one.at, ()), knowing)


def _refilled(past: Past, case: Case, filled: Filled, touched: list[str]) -> Filled:
    """Copy and derive again what rests on touched fields; what comes out differently is touched too."""
    for field, rule in (*past.action.copies.items(), *past.action.derive.items()):
        if field in filled.given or not mentions(rule, touched) or ".*." in field:
            continue
        there = past.case.with_fields(filled.fields)
        value = derive(rule, there) if field in past.action.derive else there.operand(rule)
        if value is MISSING or value == get(filled.fields, field):
            continue
        touched.append(field)
        fields: Mapping[str, Json] = put(filled.fields, field, value)
        filled = filled._replace(fields=fields, filled=put(filled.filled, field, value))
    return filled


def _guards(past: Past) -> list[Guard]:
    """The guards of the way that the step went."""
    for way in past.action.ways:
        starts = past.entry.from_ in way.froms if past.entry.from_ else not way.froms
        if starts and past.entry.to in way.targets(past.entry.from_ or ""):
            return list(way.needs)
    return []


def mentions(rule: Json, paths: list[str]) -> bool:
    """Whether a rule of the language speaks of one of the paths (its keys and its texts are looked at)."""
    if isinstance(rule, str):
        return under(rule, paths)
    if isinstance(rule, Mapping):
        return any(under(key, paths) or mentions(value, paths) for key, value in rule.items())
    return isinstance(rule, list) and any(mentions(item, paths) for item in rule)
