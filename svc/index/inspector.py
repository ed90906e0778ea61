"""One record file after the other, checked against everything: made so that several processes can share the work.

What was asked of other files is noted beside each verdict, so that a verdict can be kept as long as the answers stand.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

from svc.domain.calendar_book import CalendarBook
from svc.domain.check import Subject, judge
from svc.domain.findings import Finding
from svc.domain.ids import Place, evidence_folder, place_of
from svc.domain.paths import Json
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Refusal, Text
from svc.domain.spelling import as_written
from svc.domain.world import Scene
from svc.index.world import CommitWorld, path_of
from svc.store.paths import oid_of
from svc.store.standing import Disk, Standing
from svc.store.yaml_file import dump, load, load_spelled, load_with_lines

Files = Disk | Standing
State = str | None
"""What was found at a path: the blob that was read, `THERE` where only a file was looked for, None where none is."""
THERE = ""
_ASKED = 20_000
_READ = 500
"""So many answers, and so many records, are kept in one process."""


class Tolerant(CommitWorld):
    """A world in which a broken record is there, empty: what points at it is not to blame.

    It keeps few records at a time, and notes in `used` what it was asked for.
    """

    def __init__(self, files: Files, library: Library) -> None:
        super().__init__(files, library)
        self.files = files
        self.used: dict[str, State] = {}
        self._paths: dict[tuple[str, str], str | None] = {}
        self._there: dict[str, bool] = {}
        self._read_ones: dict[str, tuple[Record | None, State]] = {}

    def record(self, form: str, id: str) -> Record | None:
        """One record, read from its own path; None where there is none."""
        path = self._path(form, id)
        if path is None:
            return None
        found = self._read_ones.get(path)
        if found is None:
            data = self.files.read(path)
            found = (self.read(data, path), oid_of("blob", data)) if data is not None else (None, None)
            _put(self._read_ones, path, found, _READ)
        self.used[path] = found[1]
        return found[0]

    def known(self, form: str, id: str) -> bool:
        """Whether there is such a record, without reading it."""
        path = self._path(form, id)
        if path is None:
            return False
        there = self._there.get(path)
        if there is None:
            there = self.files.has(path)
            _put(self._there, path, there, _ASKED)
        self.used.setdefault(path, THERE if there else None)
        return there

    def read(self, data: bytes, path: str) -> Record | None:
        """The record, or a blank one in its place."""
        place = place_of(path)
        try:
            raw = load(data, path)
        except Refusal:
            return _blank(place, {}) if place else None
        form = self.library.form_of(str(raw.get("form")), str(raw.get("procedure")))
        try:
            if form is not None and form.schema.valid(raw):
                return Record.from_dict(raw)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        return _blank(place, raw) if place else None

    def _path(self, form: str, id: str) -> str | None:
        key = (form, id)
        if key not in self._paths:
            _put(self._paths, key, path_of(self.library, form, id), _ASKED)
        return self._paths[key]


def _put(kept: dict[Any, Any], key: object, value: object, most: int) -> None:
    """Keep a value; what is full is emptied, for what is asked often is soon there again."""
    if len(kept) >= most:
        kept.clear()
    kept[key] = value


def _blank(place: Place, raw: Mapping[str, Json]) -> Record:
    fields = raw.get("fields")
    kept = fields if isinstance(fields, dict) else {}
    return Record(place.id, place.form, str(raw.get("procedure")), str(raw.get("state")), place.year, kept, (), ())


class Task(NamedTuple):
    """One record file to inspect: its path, the blob that stood there, the files that belong to it."""

    path: str
    blob: str
    beside: tuple[str, ...] = ()


class Report(NamedTuple):
    """What the inspection of some record files, in their order, came to.

    `findings`: of each. `used`: path -> what was found there, of all other files that were asked for; `uses`: for each
    record file the places in `used` of those that it rests on. `steady`: every file still held what the task says.
    """

    findings: list[list[Finding]]
    used: dict[str, State]
    uses: list[array[int]]
    steady: bool


class Brief(NamedTuple):
    """What every verdict rests on besides the files: procedures, zone, lane, time. It can be handed to a process."""

    root: str
    documents: Mapping[str, Json]
    in_force: tuple[str, ...]
    zone: tzinfo
    lane: str
    now: datetime


def inspector(brief: Brief) -> Callable[[Sequence[Task]], Report]:
    """The inspection of the files of a work tree, for a process of its own."""
    return Inspector(Disk(Path(brief.root)), brief).inspect


class Inspector:
    """Inspects record files as they stand in a work tree or in the index."""

    def __init__(self, files: Files, brief: Brief) -> None:
        library = Library.read(brief.documents, brief.in_force)
        self.files = files
        self.world = Tolerant(files, library)
        calendars = CalendarBook(brief.documents)
        self.scene = Scene(self.world, library, brief.zone, brief.lane, brief.now, calendars)
        self._steady = True

    def inspect(self, tasks: Sequence[Task]) -> Report:
        """Inspect one file after the other; nothing that a file holds stops it."""
        report = Report([], {}, [], True)
        places: dict[str, int] = {}
        for task in tasks:
            self.world.used = {}
            report.findings.append(self._one(task))
            for path, state in self.world.used.items():
                places.setdefault(path, len(places))
                before = report.used.get(path, state)
                self._steady &= (before is None) == (state is None)
                # A file that was read tells more than one that was seen to be there.
                report.used[path] = before or state
            report.uses.append(array("I", (places[path] for path in self.world.used)))
        return report._replace(steady=self._steady)

    def _one(self, task: Task) -> list[Finding]:
        data = self.files.read(task.path)
        if data is None or oid_of("blob", data) != task.blob:
            self._steady = False
        if data is None:
            return []
        return list(self._record(task, data))

    def _record(self, task: Task, data: bytes) -> Iterator[Finding]:
        """One record file: its YAML, its spelling, then everything the domain checks."""
        path = task.path
        try:
            raw, canonical = load_spelled(data, path)
        except Refusal as refusal:
            yield Finding(path, max(getattr(refusal, "line", 1), 1), "", refusal.what, "yaml")
            return
        try:
            subject = Subject(path, raw, self.scene, self._digests(task), _lines(path, data), self.world.known)
            found, folded = judge(subject)
            yield from found
            same = folded is None or as_written(raw, folded)
            again = data if canonical and same else dump(_written(folded, raw))
        except Exception as error:  # noqa: BLE001 - whatever a file holds, it is a finding and never a traceback
            why = error.what if isinstance(error, Refusal) else Text.same(f"{type(error).__name__}: {error}"[:200])
            yield Finding(path, 1, "", Text(f"无法核查：{why.zh}", f"cannot be judged: {why.en}"), "unreadable")
            return
        if again != data:
            words = Text("不是规范写法", "not the canonical spelling")
            yield Finding(path, first_difference(again, data), "", words, "canonical")

    def _digests(self, task: Task) -> dict[str, str]:
        """Name -> SHA-256 of the files that belong to a record."""
        start = len(evidence_folder(task.path)) + 1
        return {name[start:]: hashlib.sha256(data).hexdigest() for name, data in self.files.read_many(task.beside)}


def _written(folded: Record | None, raw: Mapping[str, Json]) -> Mapping[str, Json]:
    """A record as it should be written: a sound one as the engine itself would, keys in the order of its log."""
    return raw if folded is None else folded.to_dict()


def _lines(path: str, data: bytes) -> Callable[[str], int]:
    """The line of a dotted path in a record file, or of what stands above it; read only when something is wrong."""
    known: dict[str, int] = {}

    def line(field: str) -> int:
        if not known:
            known.update({"": 1, **load_with_lines(data, path)[1]})
        while field not in known:
            field = field.rpartition(".")[0]
        return known[field]

    return line


def first_difference(one: bytes, other: bytes) -> int:
    """The first line (from 1) in which two files differ."""
    ours, theirs = one.split(b"\n"), other.split(b"\n")
    pairs = enumerate(zip(ours, theirs, strict=False), 1)
    return next((n for n, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
