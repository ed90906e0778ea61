"""Worlds without a repository: records in memory, alone or laid over another world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from svc.domain.deed import Deed
from svc.domain.ids import parse_id
from svc.domain.keys import fold_key
from svc.domain.paths import MISSING
from svc.domain.record import Record
from svc.domain.world import World


class Layered:
    """A world with further records laid over `base` (None: over nothing). The domain's `World`."""

    def __init__(self, base: World | None = None, records: Iterable[Record] = ()) -> None:
        self.base = base
        self._own: dict[str, dict[str, Record]] = {}
        self._sequences: dict[tuple[str, str, int], int] = {}
        self._folds: dict[str, dict[str, str]] = {}
        self._found: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
        for record in records:
            self.put(record)

    def put(self, record: Record) -> None:
        """Add a record or replace it."""
        self._own.setdefault(record.form, {})[record.id] = record
        self._folds.setdefault(record.form, {})[fold_key(record.id)] = record.id
        for (form, field), index in self._found.items():
            if form == record.form:
                _enter(index, record, field)
        number = parse_id(record.id) if record.year is not None else None
        if number is not None:
            key = (record.form, number.lane, number.year)
            self._sequences[key] = max(self._sequences.get(key, 0), number.sequence)

    def forget(self, record: Record) -> None:
        """Take a record out of the layer."""
        self._own.get(record.form, {}).pop(record.id, None)
        self._folds.get(record.form, {}).pop(fold_key(record.id), None)

    def take_up(self, deed: Deed) -> None:
        """Lay what a deed comes to over the world."""
        for change in deed.changes:
            self.put(change.after)

    def record(self, form: str, id: str) -> Record | None:
        """One record, the layer first."""
        own = self._own.get(form, {}).get(id)
        return own or (self.base.record(form, id) if self.base else None)

    def all(self, form: str) -> Sequence[Record]:
        """All records of a form, by id."""
        own = self._own.get(form, {})
        below = [r for r in self.base.all(form) if r.id not in own] if self.base else []
        return sorted([*below, *own.values()], key=lambda r: r.id)

    def pointing(self, form: str, field: str, id: str) -> Sequence[Record]:
        """The records of `form` whose link `field` names `id`."""
        own = self._own.get(form, {})
        below = [r for r in self.base.pointing(form, field, id) if r.id not in own] if self.base else []
        mine = [record for record in self._near(form, field, id.casefold()) if id in _values(record, field)]
        return sorted([*below, *mine], key=lambda r: r.id)

    def valued(self, form: str, field: str, folded: str) -> Sequence[Record]:
        """The records of `form` whose `field` is that text, case aside."""
        own = self._own.get(form, {})
        below = [r for r in self.base.valued(form, field, folded) if r.id not in own] if self.base else []
        mine = [r for r in self._near(form, field, folded) if folded in (str(v).casefold() for v in _values(r, field))]
        return [*below, *mine]

    def _near(self, form: str, field: str, folded: str) -> list[Record]:
        """The layer's records that have, or had before they were replaced, that text in `field`."""
        own, index = self._own.get(form, {}), self._found.get((form, field))
        if index is None:
            index = self._found[(form, field)] = {}
            for record in own.values():
                _enter(index, record, field)
        return [own[id] for id in index.get(folded, ()) if id in own]

    def each(self, names: Iterable[tuple[str, str]]) -> Iterator[Record]:
        """The records of some (form, id), in that order."""
        return (record for form, id in names if (record := self.record(form, id)) is not None)

    def last_sequence(self, form: str, lane: str, year: int) -> int:
        """The highest number given, in the layer or below."""
        below = self.base.last_sequence(form, lane, year) if self.base else 0
        return max(below, self._sequences.get((form, lane, year), 0))

    def alike(self, form: str, key: str) -> str | None:
        """The key that differs at most in case and width."""
        own = self._folds.get(form, {}).get(fold_key(key))
        return own or (self.base.alike(form, key) if self.base else None)

    def bound_in(self, record: Record) -> str | None:
        """The bound volume that lists the record."""
        return self.base.bound_in(record) if self.base else None


def _enter(index: dict[str, dict[str, None]], record: Record, field: str) -> None:
    for value in _values(record, field):
        index.setdefault(str(value).casefold(), {})[record.id] = None


def _values(record: Record, field: str) -> list[object]:
    value = record.held(field)
    return value if isinstance(value, list) else [] if value is MISSING else [value]
