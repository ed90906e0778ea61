"""The records of one commit, found by the index: which records there are is asked of it, what they hold of the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from svc.domain.core import VOLUME
from svc.domain.ids import Place, parse_id, record_path
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.index.database import Damaged, Trouble
from svc.index.index import Index
from svc.index.records import held
from svc.index.world import CommitWorld, HighWater, contents_path, ends, is_register, path_of, read_record, texts_at
from svc.store.snapshot import Snapshot

if TYPE_CHECKING:
    from svc.index.rows import Light, Rows

T = TypeVar("T")


class IndexedWorld(CommitWorld):
    """A commit's world that asks the index which records to read, and the commit where the index cannot be asked.

    `deciding`: what is decided upon is read from the commit; a row counts only if it is of the very blob that stands in
    the tree. Otherwise rows are shown as they stand, once the index is in use.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        library: Library,
        high: HighWater,
        as_of: datetime | None,
        index: Index,
        *,
        deciding: bool,
    ) -> None:
        super().__init__(snapshot, library, high, as_of)
        self._index = index
        self._rows: Rows | None = None
        self._asked = False
        self.deciding = deciding

    @property
    def rows(self) -> Rows | None:
        """The rows of this commit; None where the index cannot be asked."""
        if not self._asked:
            self._asked = True
            self._rows = self._index.at(self.snapshot)
        return self._rows

    def ask(self, question: Callable[[Rows], T]) -> T | None:
        """What the rows answer; None where they cannot, and then they are not asked again."""
        rows = self.rows
        if rows is None:
            return None
        try:
            return question(rows)
        except Trouble as trouble:
            self._rows = None
            if isinstance(trouble, Damaged):
                self._index.condemn()
            return None

    def of_form(self, form: str, question: Callable[[Rows], T]) -> T | None:
        """The same about a form; None also where something in its folders cannot be read: the commit tells what."""
        return self.ask(lambda rows: question(rows) if rows.sound(form) else None)

    def record(self, form: str, id: str) -> Record | None:
        """One record: from the commit while something is decided or the index is not in use, else from its row."""
        if self.deciding or self._rows is None:
            return super().record(form, id)
        path = path_of(self.library, form, id)
        if path is None:
            return None
        if path not in self._records:
            found = self.of_form(form, lambda rows: rows.records(form, [id]))
            if found is None:
                return super().record(form, id)
            self._keep(path, self._past(found[id][1]) if id in found else None)
        return self._records[path]

    def all(self, form: str) -> Sequence[Record]:
        """All records of a form, by id; where they are many, read anew each time one goes through them."""
        if form not in self._forms:
            register = is_register(self.library, form)
            ids = self.of_form(form, lambda rows: rows.ids(form, register))
            if ids is None:
                return super().all(form)
            found = held(ids, lambda names: self._read_ids(form, names))
            if not isinstance(found, list):
                return found
            self._forms[form] = found
        return self._forms[form]

    def _block(self, names: Sequence[tuple[str, str]]) -> Iterator[Record]:
        forms = {form: [id for other, id in names if other == form] for form in {form for form, _ in names}}
        found = {(r.form, r.id): r for form, ids in forms.items() for r in self._read_ids(form, ids)}
        return (found[name] for name in names if name in found)

    def _read_ids(self, form: str, ids: Sequence[str]) -> Iterable[Record]:
        """The records of some ids, in that order, by their rows; those whose row is not of the tree's blob, or cannot
        be read, by the commit."""
        found = self.of_form(form, lambda rows: rows.records(form, ids)) or {}
        for id in ids:
            record: Record | None = None
            if id in found:
                oid, record = found[id]
                if self.deciding and self.snapshot.oid(self._path(form, id)) != oid:
                    record = None
            record = self._past(record) if record else next(self._read_paths([self._path(form, id)]), None)
            if record is not None:
                yield record

    @property
    def past(self) -> bool:
        """Whether the records are looked at as they once stood: rows tell how they stand now."""
        return self._as_of is not None

    def read_rows(self, lights: Sequence[Light]) -> dict[int, Record]:
        """The records of some rows, by row; by the commit where the index can no longer be asked."""
        found = self.ask(lambda rows: rows.bodies([light.rid for light in lights])) or {}
        lost = [light for light in lights if light.rid not in found]
        for light, (_, data) in zip(lost, self.snapshot.read_many(map(self._light_path, lost)), strict=True):
            found[light.rid] = read_record(data, self._light_path(light))
        return found

    def _light_path(self, light: Light) -> str:
        return record_path(light.form, light.id, light.year)

    def _path(self, form: str, id: str) -> str:
        number = None if is_register(self.library, form) else parse_id(id)
        return record_path(form, id, number.year if number else None)

    def _past(self, record: Record) -> Record | None:
        return record.as_of(self._as_of) if self._as_of else record

    def _holding(self, form: str, field: str, text: str, *, folded: bool) -> list[Record]:
        if self._as_of is not None:
            return super()._holding(form, field, text, folded=folded)
        register = is_register(self.library, form)
        ids = self.of_form(form, lambda rows: rows.holding(form, field, text, register))
        if ids is None:
            return super()._holding(form, field, text, folded=folded)
        near = (self.record(form, id) or next(iter(self._read_ids(form, [id])), None) for id in ids)
        return [record for record in near if record is not None and text in _said(record, field, folded)]

    def numbered(self, tail: Sequence[int]) -> list[Place]:
        """The numbered records whose number ends so, by their place in the tree."""
        found = self.ask(lambda rows: rows.tails(tail) if rows.whole() else None)
        if found is None:
            return super().numbered(tail)
        places = [place for place in found if ends(place, tail)]
        return sorted(places, key=lambda place: record_path(*place))

    def bound_in(self, record: Record) -> str | None:
        """The volume that lists the record: the index tells where to look, the contents list itself decides."""
        paths = self.of_form(VOLUME, lambda rows: rows.bound(record.id)) if self._as_of is None else None
        if paths is None:
            return super().bound_in(record)
        volumes = (self.record(VOLUME, path.split("/")[2]) for path in paths)
        found = [volume for volume in volumes if volume is not None and volume.fields.get("tag")]
        listing = [v.id for v in found if contents_path(v) in paths and record.id in set(self._listed_in(v))]
        return max(listing, default=None)


def _said(record: Record, field: str, folded: bool) -> list[str]:
    found = texts_at(record, field)
    return [text.casefold() for text in found] if folded else found
