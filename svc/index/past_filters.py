"""Conditions on migrated records: that they are, by their old number, by who vouches; and the people that a text names."""

from __future__ import annotations

from typing import Final

from svc.domain.core import PERSON
from svc.domain.past import FORMER
from svc.domain.refusal import Text
from svc.domain.world import Scene
from svc.index import bounds
from svc.index.asking import Condition
from svc.index.folded import fold
from svc.index.row import VOUCHED
from svc.index.rows import Where
from svc.index.where import Ground, cells, holding, loose
from svc.index.words import label


def _marked(ground: Ground) -> Where:
    """Every migrated record, by the cell that says who vouches."""
    return loose(cells(ground.fields(VOUCHED), "1", ()))


MIGRATED: Final = Condition(lambda look: look.migrated is not None, _marked)
"""Whether a record began before svc."""


def former(text: str) -> Condition:
    """The number it had before it was migrated, or the start of it."""
    wanted = fold(text)

    def numbered(ground: Ground) -> Where:
        return loose(cells(ground.fields(FORMER), "1", ()))

    return Condition(
        lambda look: look.record.former is not None and fold(look.record.former).startswith(wanted), numbered
    )


def vouched_by(text: str, scene: Scene) -> Condition:
    """Who vouches for a migrated record: by id, name or e-mail."""
    people = people_named(text, scene)
    return Condition(
        lambda look: look.migrated is not None and look.migrated.vouched_by in people,
        lambda ground: loose(holding(ground.fields(VOUCHED), people)),
    )


def people_named(text: str, scene: Scene) -> set[str]:
    """The people that a text names: by id, name or e-mail; Refusal (usage) where there is none."""
    folded = fold(text)
    everybody = scene.world.all(PERSON)
    people = {
        person.id
        for person in everybody
        if folded in (fold(person.id), fold(label(person)))
        or folded in {fold(value) for value in person.fields.values() if isinstance(value, str) and "@" in value}
    }
    if not people:
        raise bounds.unknown(Text("人员", "such person:"), text, (label(person) for person in everybody))
    return people
