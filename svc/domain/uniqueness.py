"""Whether a record is the only one of its form with certain values."""

from __future__ import annotations

from collections.abc import Sequence

from svc.domain.case import Case
from svc.domain.paths import MISSING


def is_unique(case: Case, fields: Sequence[str], except_: Sequence[str]) -> bool:
    """No other record of the form, outside the states `except_`, has the same values in `fields`.

    A record that lacks one of the fields collides with nothing.
    """
    return clash(case, fields, except_) is None


def clash(case: Case, fields: Sequence[str], except_: Sequence[str]) -> str | None:
    """The id of a record that already has the same values, or None."""
    mine = [_folded(case.value(field)) for field in fields]
    if MISSING in mine:
        return None
    first = mine[0]
    world, form = case.scene.world, case.form.name
    near = world.valued(form, fields[0], first) if isinstance(first, str) else world.all(form)
    for record in near:
        if record.id == case.id or record.state in except_:
            continue
        there = case.with_fields(record.fields)
        if [_folded(there.value(field)) for field in fields] == mine:
            return record.id
    return None


def _folded(value: object) -> object:
    """Texts compare without case, so that one mailbox is one person."""
    return value.casefold() if isinstance(value, str) else value
