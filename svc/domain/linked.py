"""Linked records, forward and backward, up to two hops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svc.domain.case import Case
from svc.domain.compiled import fits
from svc.domain.paths import MISSING, Json
from svc.domain.record import Record
from svc.domain.typed import same


def linked(raw: Mapping[str, Json], case: Case) -> tuple[list[Record], list[Record]]:
    """The records a `linked` condition finds, and those of them that satisfy its `where` and `same`."""
    found = reach(raw, case)
    return found, [record for record in found if _satisfies(raw, record, case)]


def reach(raw: Mapping[str, Json], case: Case) -> list[Record]:
    """The records that `via` leads to from the case's record, in the order met, each once."""
    forms = [raw["form"]] if isinstance(raw.get("form"), str) else list(raw.get("form", ()))
    via = raw["via"]
    hops: Sequence[Json] = via if isinstance(via, list) else [via]
    if len(hops) == 1:
        return _once(_hop(hops[0], forms, case))
    middle = _hop(hops[0], _forms(hops[0]), case)
    return _once([record for near in middle for record in _hop(hops[1], forms, _at(near, case))])


def _forms(hop: Json) -> list[str]:
    form = hop.get("form", ()) if isinstance(hop, Mapping) else ()
    return [form] if isinstance(form, str) else list(form)


def _at(record: Record, case: Case) -> Case:
    form = case.scene.form_of(record) or case.form
    return Case.of(case.scene, record, form, case.acting, case.at)


def _hop(hop: Json, forms: Sequence[str], case: Case) -> list[Record]:
    """One hop: along an own link field, or back along another form's link field."""
    if isinstance(hop, Mapping) and "inverse" in hop:
        world = case.scene.world
        return [r for form in (_forms(hop) or forms) for r in world.pointing(form, hop["inverse"], case.id)]
    path = hop["field"] if isinstance(hop, Mapping) else hop
    value = case.value(path)
    info = case.form.schema.info(path)
    links = info.link if info else forms
    values = value if isinstance(value, list) else [value]
    found = [case.scene.find(links, item) for item in values if item is not MISSING]
    return [record for record in found if record is not None and (not forms or record.form in forms)]


def _once(records: Sequence[Record]) -> list[Record]:
    return list({(record.form, record.id): record for record in records}.values())


def _satisfies(raw: Mapping[str, Json], record: Record, case: Case) -> bool:
    there = _at(record, case)
    for path, schema in raw.get("where", {}).items():
        value = record.state if path == "$state" else there.value(path)
        if value is MISSING or not fits(value, schema):
            return False
    for path in raw.get("same", ()):
        mine, theirs = case.value(path), there.value(path)
        if mine is MISSING or theirs is MISSING or not same(mine, theirs):
            return False
    return True
