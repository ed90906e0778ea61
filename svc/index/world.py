"""The records of one commit as the domain asks for them: read on demand, each once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from svc.domain.core import VOLUME
from svc.domain.ids import parse_id, place_of, record_path
from svc.domain.keys import fold_key, key_folder
from svc.domain.paths import MISSING, get
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.store.snapshot import Snapshot
from svc.store.yaml_file import load


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
        self._inverse: dict[tuple[str, str], dict[str, list[Record]]] = {}
        self._values: dict[tuple[str, str], dict[str, list[Record]]] = {}
        self._bound: dict[str, str] | None = None

    def record(self, form: str, id: str) -> Record | None:
        """One record, read from its own path; None where there is none."""
        path = path_of(self.library, form, id)
        if path is None:
            return None
        if path not in self._records:
            data = self.snapshot.read(path)
            self._records[path] = self._read(data, path) if data is not None else None
        return self._records[path]

    def read(self, data: bytes, path: str) -> Record | None:
        """The record that a file's bytes spell; a file that is no record is refused."""
        return read_record(data, path)

    def all(self, form: str) -> list[Record]:
        """All records of a form, by id."""
        if form not in self._forms:
            wanted = [p for folder in self._folders(form) for p in self.snapshot.walk(folder) if is_record(p)]
            fresh = [path for path in wanted if path not in self._records]
            for path, data in self.snapshot.read_many(fresh):
                self._records[path] = self._read(data, path)
            found = (self._records.get(path) for path in wanted)
            self._forms[form] = sorted((r for r in found if r is not None), key=lambda r: r.id)
        return self._forms[form]

    def _read(self, data: bytes, path: str) -> Record | None:
        """A record, as it stood at `as_of` where that was asked for."""
        record = self.read(data, path)
        return record.as_of(self._as_of) if self._as_of and record else record

    def _folders(self, form: str) -> list[str]:
        known = self.library.form(form)
        if known is not None and known.key:
            return [f"records/register/{form}"]
        years = [name for name, kind in self.snapshot.children("records") if kind == "folder" and name.isdigit()]
        return [f"records/{year}/{form}" for year in years]

    def pointing(self, form: str, field: str, id: str) -> list[Record]:
        """The records of `form` whose link `field` names `id`."""
        if (form, field) not in self._inverse:
            index: dict[str, list[Record]] = {}
            for record in self.all(form):
                value = get(record.fields, field)
                for name in value if isinstance(value, list) else [value]:
                    if name is not MISSING:
                        index.setdefault(str(name), []).append(record)
            self._inverse[(form, field)] = index
        return self._inverse[(form, field)].get(id, [])

    def valued(self, form: str, field: str, folded: str) -> list[Record]:
        """The records of `form` whose `field` is the text `folded`, case aside."""
        if (form, field) not in self._values:
            index: dict[str, list[Record]] = {}
            for record in self.all(form):
                value = get(record.fields, field)
                for one in value if isinstance(value, list) else [value]:
                    index.setdefault(str(one).casefold(), []).append(record)
            self._values[(form, field)] = index
        return self._values[(form, field)].get(folded, [])

    def last_sequence(self, form: str, lane: str, year: int) -> int:
        """The highest sequence in the tree or ever remembered; numbers are never given twice."""
        base = f"records/{year}/{form}/{lane}"
        parts = [name for name, kind in self.snapshot.children(base) if kind == "folder" and name.isdigit()]
        names = self.snapshot.children(f"{base}/{max(parts, key=int)}") if parts else []
        ids = (parse_id(name.removesuffix(".yaml")) for name, _ in names)
        highest = max((found.sequence for found in ids if found), default=0)
        remembered = self._high.high_water(f"{form}-{lane}-{year}") if self._high else 0
        return max(highest, remembered)

    def alike(self, form: str, key: str) -> str | None:
        """The register's key that is the same but for case and width."""
        from_folder = self.snapshot.children(f"records/register/{form}/{key_folder(key)}")
        for name, kind in from_folder:
            found = owner_key(f"records/register/{form}/{key_folder(key)}/{name}") if kind == "file" else None
            if found is not None and fold_key(found) == fold_key(key):
                return found
        return None

    def bound_in(self, record: Record) -> str | None:
        """The volume that lists the record, as the contents lists under reports/ tell."""
        if self._bound is None:
            self._bound = dict(self._read_bound())
        return self._bound.get(record.id)

    def _read_bound(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for volume in self.all(VOLUME):
            tag = volume.fields.get("tag")
            data = self.snapshot.read(contents_path(volume)) if tag else None
            for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"))) if data else ():
                found[str(row.get("id"))] = volume.id
        return found


def contents_path(volume: Record) -> str:
    """Where the contents list of a bound volume stands."""
    return f"reports/{volume.fields['year_bound']}/{volume.id}/contents.csv"


def path_of(library: Library, form: str, id: str) -> str | None:
    """The path a record of that form and id has; None where no such id can be."""
    known = library.form(form)
    if known is not None and known.key:
        return record_path(form, id, None)
    parsed = parse_id(id)
    if parsed is None or (known is not None and known.prefix != parsed.prefix):
        return None
    return record_path(form, id, parsed.year)


def is_record(path: str) -> bool:
    """Whether a path is a record's file rather than a piece of evidence."""
    return place_of(path) is not None


def owner_key(path: str) -> str | None:
    """The register key whose file a path is."""
    place = place_of(path)
    return place.id if place else None


def read_record(data: bytes, path: str) -> Record:
    """A record out of its file's bytes; a file that is no record, or another's, is refused with its place."""
    try:
        record = Record.from_dict(load(data, path))
        place = place_of(path)
        if place is None or (place.form, place.id, place.year) != (record.form, record.id, record.year):
            raise ValueError(path)
        return record
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(
            Text("记录文件不成形，无法读取。", "the record file has not the shape of a record."),
            exit=Exit.ENVIRONMENT,
            where=Text.same(path),
            remedy=Text.same(f"svc check {path}"),
        ) from error
