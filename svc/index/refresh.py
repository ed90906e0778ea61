"""The index brought to a commit: from nothing, or by what changed since the commit it stands at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from svc.domain.ids import Place, place_of
from svc.domain.refusal import Refusal
from svc.index.filling import Filler
from svc.index.row import Row, row_of
from svc.index.tables import KEYS, get, make, put, seal
from svc.index.world import RECORDS, REPORTS, bound_ids, is_contents, record_of
from svc.store.paths import is_name
from svc.store.snapshot import Change, Snapshot
from svc.store.yaml_file import load

if TYPE_CHECKING:
    import sqlite3

MANY: Final = 5_000
"""From so many changes on, and where they are more than half of what there is, a new index is made from nothing."""
_FILE: Final = "file"
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, StopIteration)


class TooMuch(Exception):
    """More has changed than it pays to change: make the index anew."""


class Work(NamedTuple):
    """What there is to do: records to take out, files to read as records, other paths (`odd`: what no record's place
    may hold) and contents lists of volumes (None: gone)."""

    out: list[Place]
    read: list[tuple[Place, str, str]]
    paths: list[str]
    odd: list[str]
    contents: list[tuple[str, str | None]]
    folders: dict[str, bool]

    @classmethod
    def empty(cls) -> Work:
        """Nothing to do yet."""
        return cls([], [], [], [], [], {"": True})

    def take(self, path: str, kind: str, after: str | None) -> None:
        """Sort one path in by what it is after the change (None: gone)."""
        place = place_of(path)
        self.paths.append(path)
        if place is not None:
            self.out.append(place)
            if after is not None and kind == _FILE:
                self.read.append((place, path, after))
        if after is not None and (kind != _FILE or (place is None and not self._named(path))):
            self.odd.append(path)

    def _named(self, path: str) -> bool:
        """Whether every step of a path is a name that may be read."""
        folder, _, name = path.rpartition("/")
        if folder not in self.folders:
            self.folders[folder] = self._named(folder)
        return self.folders[folder] and is_name(name)


def fill(db: sqlite3.Connection, snapshot: Snapshot) -> int:
    """Fill an empty file with everything that a commit holds; how many records were read."""
    make(db)
    work = Work.empty()
    for path, kind, oid in snapshot.entries(RECORDS):
        work.take(path, kind, oid)
    for path, kind, oid in snapshot.entries(REPORTS):
        if is_contents(path) and kind == _FILE:
            work.contents.append((path, oid))
    work.out.clear()
    work.paths.clear()
    _do(db, snapshot, work)
    for statement in KEYS:
        db.execute(statement)
    _stand_at(db, snapshot)
    return len(work.read)


def bring(db: sqlite3.Connection, snapshot: Snapshot) -> int:
    """Bring an open index, inside its transaction, from the commit it stands at to another; how many records were read.

    Only folders that differ are opened, only files that differ are read. TooMuch where that does not pay.
    """
    root = get(db, "root")
    if root == (snapshot.root or ""):
        _stand_at(db, snapshot)
        return 0
    work = Work.empty()
    try:
        for change in _changes(db, snapshot, root):
            if change.path.startswith(REPORTS + "/"):
                if is_contents(change.path):
                    work.contents.append((change.path, change.after if change.mode == _FILE else None))
            else:
                work.take(change.path, change.mode, change.after)
    except Refusal:
        # The tree it was made of is no longer whole (history rewritten and swept): nothing to compare with.
        raise TooMuch from None
    _do(db, snapshot, work)
    _stand_at(db, snapshot)
    return len(work.read)


def _changes(db: sqlite3.Connection, snapshot: Snapshot, root: str) -> Iterator[Change]:
    """What differs; TooMuch as soon as it is too much."""
    (count,) = db.execute("SELECT count(*) FROM record").fetchone()
    base = snapshot.beside(root or None)
    for prefix in (RECORDS, REPORTS):
        for n, change in enumerate(snapshot.changes(base, prefix)):
            if n >= MANY and n > count / 2:
                raise TooMuch
            yield change


def _do(db: sqlite3.Connection, snapshot: Snapshot, work: Work) -> None:
    filler = Filler(db)
    db.executemany("DELETE FROM odd WHERE path = ?", ((path,) for path in work.paths))
    filler.take_out(work.out)
    odd = list(work.odd)
    filler.put(_rows(snapshot, work.read, odd))
    db.executemany("INSERT OR REPLACE INTO odd VALUES(?, ?)", ((path, _form(path)) for path in odd))
    for path, oid in work.contents:
        db.execute("DELETE FROM bound WHERE path = ?", (path,))
        ids = bound_ids(snapshot.blob(oid)) if oid else ()
        db.executemany("INSERT OR IGNORE INTO bound VALUES(?, ?)", ((id, path) for id in ids))


def _rows(snapshot: Snapshot, wanted: Iterable[tuple[Place, str, str]], odd: list[str]) -> Iterator[Row]:
    """The rows of files; what is no readable record is named in `odd` instead."""
    files = list(wanted)
    for (place, path, oid), data in zip(files, snapshot.blobs(oid for _, _, oid in files), strict=True):
        try:
            raw = load(data, path)
            row = row_of(place, oid, raw, record_of(raw, place))
        except (Refusal, *_UNREADABLE):
            odd.append(path)
        else:
            yield row


def _form(path: str) -> str:
    """The form in whose folder a path stands."""
    steps = path.split("/")
    return steps[2] if len(steps) > 2 else ""


def _stand_at(db: sqlite3.Connection, snapshot: Snapshot) -> None:
    put(db, "commit", snapshot.rev or "")
    put(db, "root", snapshot.root or "")


def build(db: sqlite3.Connection, snapshot: Snapshot) -> int:
    """A whole index in an empty file; how many records were read. It counts only when all of it stands there."""
    db.execute("BEGIN")
    read = fill(db, snapshot)
    db.execute("COMMIT")
    seal(db)
    return read
