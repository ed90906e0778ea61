"""The records of one commit as the domain asks for them: read on demand, each once."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from svc.domain.core import VOLUME
from svc.domain.ids import Place, parse_id, place_of, record_path
from svc.domain.keys import fold_key, key_folder
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.index.records import KEPT, blocks, held
from svc.store.snapshot import Snapshot
from svc.store.yaml_file import load

RECORDS: Final = "records"
REPORTS: Final = "reports"
REGISTER: Final = "records/register"
_CONTENTS: Final = "contents.csv"


class HighWater(Protocol):
    """What remembers the highest number ever given, beside the tree."""

    def high_water(self, key: str) -> int:
        """The highest sequence remembered under `key`; 0 when none."""


class CommitWorld:
    """The records at one commit (domain's `World`). Nothing is read before it is asked for."""

    def __init__(
        self, snapshot: Snapshot, library: Library, high: HighWater | None = None, as_of: datetime | None = None
    ) -> None:
        self.snapshot = snapshot
        self._as_of = as_of
        self.library = library
        self._high = high
        self._records: dict[str, Record | None] = {}
        self._forms: dict[str, list[Record]] = {}
        self._named: dict[tuple[str, str, bool], dict[str, list[str]]] = {}
        self._bound: dict[str, str] | None = None

    def record(self, form: str, id: str) -> Record | None:
        """One record, read from its own path; None where there is none."""
        path = path_of(self.library, form, id)
        if path is None:
            return None
        if path not in self._records:
            data = self.snapshot.read(path)
            self._keep(path, self._read(data, path) if data is not None else None)
        return self._records[path]

    def read(self, data: bytes, path: str) -> Record | None:
        """The record that a file's bytes spell; a file that is no record is refused."""
        return read_record(data, path)

    def all(self, form: str) -> Sequence[Record]:
        """All records of a form, by id; where they are many, read anew each time one goes through them."""
        if form not in self._forms:
            paths = [path for folder in self._folders(form) for path in self.snapshot.walk(folder)]
            places = [(place.id, path) for path in paths if (place := place_of(path)) is not None]
            found = held([path for _, path in sorted(places)], self._read_paths)
            if not isinstance(found, list):
                return found
            self._forms[form] = found
        return self._forms[form]

    def each(self, names: Iterable[tuple[str, str]]) -> Iterator[Record]:
        """The records of some (form, id), in that order, read some at a time and not held."""
        for block in blocks(names):
            yield from self._block(block)

    def _block(self, names: Sequence[tuple[str, str]]) -> Iterator[Record]:
        return self._read_paths([path for form, id in names if (path := path_of(self.library, form, id)) is not None])

    def _read_paths(self, paths: Sequence[str]) -> Iterator[Record]:
        fresh = dict(self.snapshot.read_many([path for path in paths if path not in self._records]))
        found = {path: self._read(data, path) for path, data in fresh.items()}
        known = {path: self._records[path] for path in paths if path in self._records}
        for path, record in found.items():
            self._keep(path, record)
        both = known | found
        return (record for path in paths if (record := both.get(path)) is not None)

    def _keep(self, path: str, record: Record | None) -> None:
        if len(self._records) >= KEPT:
            self._records.clear()
        self._records[path] = record

    def _read(self, data: bytes, path: str) -> Record | None:
        """A record, as it stood at `as_of` where that was asked for."""
        record = self.read(data, path)
        return record.as_of(self._as_of) if self._as_of and record else record

    def _folders(self, form: str) -> list[str]:
        if is_register(self.library, form):
            return [f"{REGISTER}/{form}"]
        years = [name for name, kind in self.snapshot.children(RECORDS) if kind == "folder" and name.isdigit()]
        return [f"{RECORDS}/{year}/{form}" for year in years]

    def pointing(self, form: str, field: str, id: str) -> Sequence[Record]:
        """The records of `form` whose link `field` names `id`, by id."""
        return self._holding(form, field, id, folded=False)

    def valued(self, form: str, field: str, folded: str) -> Sequence[Record]:
        """The records of `form` whose `field` is the text `folded`, case aside."""
        return self._holding(form, field, folded, folded=True)

    def _holding(self, form: str, field: str, text: str, *, folded: bool) -> list[Record]:
        """The records of a form that hold a text in a field. Only names are kept, not records."""
        key = (form, field, folded)
        if key not in self._named:
            names: dict[str, list[str]] = {}
            for record in self.all(form):
                for value in dict.fromkeys(texts_at(record, field)):
                    names.setdefault(value.casefold() if folded else value, []).append(record.id)
            self._named[key] = names
        found = (self._member(form, id) for id in dict.fromkeys(self._named[key].get(text, ())))
        return [record for record in found if record is not None]

    def _member(self, form: str, id: str) -> Record | None:
        """A record that `all` has told of."""
        return self.record(form, id) or next((record for record in self.all(form) if record.id == id), None)

    def last_sequence(self, form: str, lane: str, year: int) -> int:
        """The highest sequence in the tree or ever remembered; numbers are never given twice."""
        base = f"{RECORDS}/{year}/{form}/{lane}"
        parts = [name for name, kind in self.snapshot.children(base) if kind == "folder" and name.isdigit()]
        names = self.snapshot.children(f"{base}/{max(parts, key=int)}") if parts else []
        ids = (parse_id(name.removesuffix(".yaml")) for name, _ in names)
        highest = max((found.sequence for found in ids if found), default=0)
        remembered = self._high.high_water(f"{form}-{lane}-{year}") if self._high else 0
        return max(highest, remembered)

    def numbered(self, tail: Sequence[int]) -> list[Place]:
        """The numbered records whose number ends so (check digits may be left out), in the order of the tree."""
        places = (place_of(path) for path in self.snapshot.walk(RECORDS))
        return [place for place in places if place is not None and place.year is not None and ends(place, tail)]

    def alike(self, form: str, key: str) -> str | None:
        """The register's key that is the same but for case and width."""
        from_folder = self.snapshot.children(f"{REGISTER}/{form}/{key_folder(key)}")
        for name, kind in from_folder:
            found = owner_key(f"{REGISTER}/{form}/{key_folder(key)}/{name}") if kind == "file" else None
            if found is not None and fold_key(found) == fold_key(key):
                return found
        return None

    def bound_in(self, record: Record) -> str | None:
        """The volume that lists the record, as the contents lists under reports/ tell."""
        if self._bound is None:
            self._bound = {id: volume.id for volume in self.all(VOLUME) for id in self._listed_in(volume)}
        return self._bound.get(record.id)

    def _listed_in(self, volume: Record) -> Iterable[str]:
        """The ids in the contents list of a volume; of one that is not sealed yet none count."""
        data = self.snapshot.read(contents_path(volume)) if volume.fields.get("tag") else None
        return bound_ids(data) if data else ()


def ends(place: Place, tail: Sequence[int]) -> bool:
    """Whether a record's number ends so; its check digits may be left out."""
    parts, wanted = [int(part) for part in place.id.split("-")[1:]], list(tail)
    return wanted in (parts[-len(wanted) :], parts[-1 - len(wanted) : -1])


def bound_ids(data: bytes) -> Iterator[str]:
    """The ids that a contents list names."""
    import csv

    return (str(row.get("id")) for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"))))


def is_contents(path: str) -> bool:
    """Whether a path is that of a volume's contents list."""
    steps = path.split("/")
    return len(steps) == 4 and steps[0] == REPORTS and steps[3] == _CONTENTS


def texts_at(record: Record, field: str) -> list[str]:
    """What stands in a field as texts, each item of its lists for itself."""
    return list(_texts(record.held(field)))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not MISSING:
        yield str(value)


def contents_path(volume: Record) -> str:
    """Where the contents list of a bound volume stands."""
    return f"{REPORTS}/{volume.fields['year_bound']}/{volume.id}/{_CONTENTS}"


def is_register(library: Library, form: str) -> bool:
    """Whether the records of a form are the entries of a register."""
    known = library.form(form)
    return known is not None and bool(known.key)


def path_of(library: Library, form: str, id: str) -> str | None:
    """The path a record of that form and id has; None where no such id can be."""
    if is_register(library, form):
        return register_path(form, id)
    known, parsed = library.form(form), parse_id(id)
    if parsed is None or (known is not None and known.prefix != parsed.prefix):
        return None
    return record_path(form, id, parsed.year)


def register_path(form: str, key: str) -> str | None:
    """The path of a register's entry; None for what cannot be a key, as links that were edited by hand may hold."""
    try:
        return record_path(form, key, None)
    except Refusal:
        return None


def is_record(path: str) -> bool:
    """Whether a path is a record's file rather than a piece of evidence."""
    return place_of(path) is not None


def owner_key(path: str) -> str | None:
    """The register key whose file a path is."""
    place = place_of(path)
    return place.id if place else None


def record_of(raw: dict[str, Json], place: Place | None) -> Record:
    """The record that a file's content spells; KeyError, TypeError, ValueError or AttributeError for what is none, or
    is another's than its place says."""
    record = Record.from_dict(raw)
    if place is None or tuple(place) != (record.form, record.id, record.year):
        raise ValueError(record.id)
    return record


def read_record(data: bytes, path: str) -> Record:
    """A record out of its file's bytes; a file that is no record, or another's, is refused with its place."""
    try:
        return record_of(load(data, path), place_of(path))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(
            Text("记录文件不成形，无法读取。", "the record file has not the shape of a record."),
            exit=Exit.ENVIRONMENT,
            where=Text.same(path),
            remedy=Text.same(f"svc check {path}"),
        ) from error
