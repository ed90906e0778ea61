"""The records around a record: those it names, and those that name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from svc.domain.paths import Json
from svc.domain.refusal import Text
from svc.index.facts import title
from svc.index.look import Look


@dataclass(frozen=True, slots=True)
class Related:
    """One linked record. `to`: this record names it in `field`; else it names this record in its `field`."""

    to: bool
    field: str
    title: Text
    form: str
    id: str
    look: Look | None

    def to_dict(self) -> dict[str, Json]:
        """As JSON; the state is null where the record is not there."""
        state = self.look.state if self.look else None
        direction = "to" if self.to else "from"
        return {"direction": direction, "field": self.field, "form": self.form, "id": self.id, "state": state}


def related(look: Look) -> Iterator[Related]:
    """Forward links in the order of the fields, then inverse ones by form and id."""
    seen: set[tuple[str, str]] = set()
    for path, links, value in look.links():
        if (path, value) in seen:
            continue
        seen.add((path, value))
        found = look.scene.find(links, value)
        form, id = (found.form, found.id) if found else (links[0] if links else "", value)
        yield Related(True, path, title(look.form, path), form, id, Look(look.scene, found) if found else None)
    yield from _inverse(look)


def _inverse(look: Look) -> Iterator[Related]:
    me, world = look.record, look.scene.world
    names = (me.id, f"{me.form}/{me.id}")
    for form in look.scene.library.forms.values():
        for info in form.schema.fields():
            if me.form not in info.link:
                continue
            found = {record.id: record for name in names for record in world.pointing(form.name, info.path, name)}
            for id in sorted(found):
                yield Related(False, info.path, title(form, info.path), form.name, id, Look(look.scene, found[id]))
