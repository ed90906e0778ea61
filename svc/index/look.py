"""One record as a query sees it: its case, clocks and marks worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from svc.domain.case import Case
from svc.domain.links import link_values
from svc.domain.past import Migrated
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Text
from svc.domain.times import at_second, in_zone
from svc.domain.world import Acting, Scene

if TYPE_CHECKING:
    from svc.domain.clocks import Running
    from svc.index.rows import Light

NOBODY = Acting("", "")


class Look:
    """A record in its scene. Times are aware; what a record does not have is MISSING or empty."""

    def __init__(self, scene: Scene, record: Record) -> None:
        self.scene = scene
        self.id, self.form_id, self.state = record.id, record.form, record.state
        self._procedure, self._year = record.procedure, record.year
        self._record = record

    @property
    def record(self) -> Record:
        """The record itself."""
        return self._record

    def bare(self) -> Look:
        """The same, to be kept among many."""
        return self

    @cached_property
    def form(self) -> Form | None:
        """The form of the revision that the record names; None where the repository no longer holds it."""
        return self.scene.library.form_of(self.form_id, self._procedure)

    @cached_property
    def case(self) -> Case | None:
        """The record as guards and clocks see it."""
        return Case.of(self.scene, self.record, self.form, NOBODY, self.scene.now) if self.form else None

    @cached_property
    def running(self) -> list[Running]:
        """The clocks that run or ran."""
        from svc.domain.clocks import clocks

        return clocks(self.case, self.scene.now) if self.case else []

    @cached_property
    def marks(self) -> list[str]:
        """The marks that time alone has set."""
        if not (self.form and self.form.marks and self.case):
            return []
        from svc.domain.clocks import marks

        return marks(self.case)

    @cached_property
    def at(self) -> datetime:
        """When the last step of its course happened."""
        return in_zone(datetime.fromisoformat(self.record.last.at), self.scene.zone)

    @cached_property
    def opened(self) -> datetime:
        """When it was made; of a migrated record the first of the times that are told of it."""
        return in_zone(datetime.fromisoformat(self.record.log[0].began), self.scene.zone)

    @property
    def migrated(self) -> Migrated | None:
        """What was told when it was entered, where it began before svc."""
        return self.record.log[0].migrated

    @property
    def year(self) -> int:
        """The year in its number; of a register entry the year in which it was made."""
        return self._year if self._year is not None else self.opened.year

    @property
    def late(self) -> bool:
        """Whether any limit is or was exceeded."""
        return any(one.late for one in self.running)

    @property
    def overdue(self) -> bool:
        """Whether a limit that still runs is exceeded."""
        return any(one.late and one.open for one in self.running)

    @property
    def next(self) -> Running | None:
        """The running clock that is due first."""
        due = [one for one in self.running if one.open and one.due]
        return min(due, key=lambda one: one.due or one.now, default=None)

    @property
    def final(self) -> bool:
        """Whether the record has come to its end."""
        state = self.form.states.get(self.state) if self.form else None
        return state is not None and state.final

    @property
    def state_title(self) -> Text:
        """The state in words."""
        state = self.form.states.get(self.state) if self.form else None
        return state.title if state else Text.same(self.state)

    @property
    def mark_titles(self) -> list[Text]:
        """The marks in words."""
        return [mark.title for mark in self.form.marks if mark.name in self.marks] if self.form else []

    def value(self, path: str) -> Json:
        """What stands at a path, links crossed; MISSING where nothing does."""
        return self.case.value(path) if self.case else MISSING

    def links(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Every link in its fields: (path, forms it may name, id)."""
        return link_values(self.form, self.record.fields) if self.form else iter(())


class Shared:
    """The records of some rows, read together as soon as one of them is asked for."""

    def __init__(self, lights: Sequence[Light], read: Callable[[Sequence[Light]], dict[int, Record]]) -> None:
        self._lights, self._read = lights, read

    @cached_property
    def records(self) -> dict[int, Record]:
        """The records by row."""
        return self._read(self._lights)


class RowLook(Look):
    """A row of the index in its scene; its record is read when more is asked for than the row tells."""

    def __init__(self, scene: Scene, light: Light, shared: Shared | None = None) -> None:
        self.scene = scene
        self.light, self._shared = light, shared
        self.id, self.form_id, self.state = light.id, light.form, light.state
        self._procedure, self._year = light.procedure, light.year

    @classmethod
    def each(
        cls, scene: Scene, lights: Sequence[Light], read: Callable[[Sequence[Light]], dict[int, Record]]
    ) -> Iterator[Self]:
        """Rows that are read together."""
        shared = Shared(lights, read)
        return (cls(scene, light, shared) for light in lights)

    @property
    def record(self) -> Record:
        """The record itself."""
        if self._shared is None:
            raise LookupError(f"the record of {self.id} is to be read with others")
        return self._shared.records[self.light.rid]

    def bare(self) -> RowLook:
        """The same without its record, to be kept among many."""
        return RowLook(self.scene, self.light)

    @cached_property
    def at(self) -> datetime:
        """When the last step of its course happened."""
        return at_second(self.light.at, self.scene.zone)

    @cached_property
    def opened(self) -> datetime:
        """When it was made."""
        return at_second(self.light.opened, self.scene.zone)
