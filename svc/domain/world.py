"""What a decision may look at: the records at the parent commit, the procedures in force, the time, the zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from typing import NamedTuple, Protocol

from svc.domain.calendar import Calendar
from svc.domain.core import SETTING
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Form, Library
from svc.domain.record import Record
from svc.domain.typed import typed


class World(Protocol):
    """The records of a repository at one commit."""

    def record(self, form: str, id: str) -> Record | None:
        """One record, or None."""

    def pointing(self, form: str, field: str, id: str) -> Sequence[Record]:
        """The records of `form` whose link `field` names `id`, in the order of their ids."""

    def valued(self, form: str, field: str, folded: str) -> Sequence[Record]:
        """The records of `form` whose `field` is the text `folded`, case aside (`folded` is casefolded); `field` may be
        `past.FORMER`, the old number of a migrated record."""

    def all(self, form: str) -> Sequence[Record]:
        """All records of a form, in the order of their ids."""

    def each(self, names: Iterable[tuple[str, str]]) -> Iterator[Record]:
        """The records of some (form, id), in that order and not held; what is not there is passed over."""

    def last_sequence(self, form: str, lane: str, year: int) -> int:
        """The highest number ever given to that form in that lane and year; 0 when none."""

    def alike(self, form: str, key: str) -> str | None:
        """The key of a register entry that differs from `key` at most in case and width, or None."""

    def bound_in(self, record: Record) -> str | None:
        """The number of the bound volume that lists the record, or None."""


class Acting(NamedTuple):
    """The person who acts, the role it acts in, and, for an outsider's role, for whom and through which own role."""

    person: str
    role: str
    scope: str | None = None
    unit: str | None = None
    through: str | None = None
    on_behalf_of: str | None = None


class Scene(NamedTuple):
    """Everything a decision reads besides the record: no clock, folder, environment or git behind it."""

    world: World
    library: Library
    zone: tzinfo
    lane: str
    now: datetime
    calendars: Mapping[str, Calendar] = {}

    def form_of(self, record: Record) -> Form | None:
        """The form a record is judged by: that of the revision it names."""
        return self.library.form_of(record.form, record.procedure)

    def find(self, links: Sequence[str], value: Json) -> Record | None:
        """The record a link names: the forms the link allows, tried in order; `form/key` names the form."""
        return next((found for form, id in self.named(links, value) if (found := self.world.record(form, id))), None)

    def named(self, links: Sequence[str], value: Json) -> list[tuple[str, str]]:
        """The (form, id) that a link may mean, in the order in which they are tried."""
        if not isinstance(value, str):
            return []
        form, _, key = value.partition("/")
        return [(form, key)] if key and form in links else [(name, value) for name in links]

    def setting(self, name: str, at: datetime) -> Json:
        """The value of a setting in force at an instant: what was set, else the declared default, else MISSING."""
        record = self.world.record(SETTING, name)
        found: Json = MISSING
        for value in record.fields.get("values", []) if record else []:
            begin = _begins(value.get("from"), self.zone)
            if begin is not None and begin <= at:
                found = value["value"]
        if found is MISSING:
            found = self.library.settings.get(name, {}).get("value", MISSING)
        return found

    def beginnings(self, name: str) -> list[datetime]:
        """The instants at which the values that a setting was given come into force."""
        record = self.world.record(SETTING, name)
        found = (_begins(value.get("from"), self.zone) for value in (record.fields.get("values", []) if record else []))
        return [begin for begin in found if begin is not None]


def _begins(start: Json, zone: tzinfo) -> datetime | None:
    """The instant from which a value in force from a date or an instant is in force; None where it never is."""
    begin = typed(start)
    if isinstance(begin, datetime):
        return begin
    return datetime.combine(begin, time(), zone) if isinstance(begin, date) else None
