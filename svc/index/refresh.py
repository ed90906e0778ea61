"""The index brought to a commit: from nothing, or by what changed since the commit it stands at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from svc.domain.ids import Place, place_of
from svc.domain.refusal import Refusal
from svc.index.database import TooMuch
from svc.index.filling import Filler
from svc.index.reading import File, read
from svc.index.row import Row
from svc.index.tables import KEYS, get, make, put, seal
from svc.index.world import RECORDS, REPORTS, bound_ids, is_contents
from svc.store.crew import Crew
from svc.store.paths import is_name
from svc.store.snapshot import Change, Snapshot

if TYPE_CHECKING:
    import sqlite3

MANY: Final = 5_000
"""From so many changes on, and where they are more than half of what there is, a new index is made from nothing."""
_FILE: Final = "file"
_ENDING: Final = ".yaml"


class Sorter:
    """Sorts what stands at paths: files to be read, and in `odd` what no record's folder may hold."""

    def __init__(self) -> None:
        self.odd: list[str] = []
        self.read = 0
        self._named: dict[str, bool] = {"": True}

    def files(self, there: Iterable[tuple[str, str, str]]) -> Iterator[File]:
        """The files among (path, kind, blob) that may be records'."""
        for path, kind, oid in there:
            if kind == _FILE and path.endswith(_ENDING):
                yield File(path, oid)
            elif kind != _FILE or not self.named(path):
                self.odd.append(path)

    def rows(self, snapshot: Snapshot, files: Iterable[File], crew: Crew) -> Iterator[Row]:
        """The rows of files; those that cannot be read are odd."""
        for file, found in read(snapshot, files, crew):
            if isinstance(found, Row):
                yield found
            elif found is None or not self.named(file.path):
                self.odd.append(file.path)
            self.read += found is not False

    def named(self, path: str) -> bool:
        """Whether every step of a path is a name that may be read."""
        folder, _, name = path.rpartition("/")
        if folder not in self._named:
            self._named[folder] = self.named(folder)
        return self._named[folder] and is_name(name)

    def enter(self, db: sqlite3.Connection) -> None:
        """Enter what is odd, by the form in whose folder it stands."""
        db.executemany("INSERT OR REPLACE INTO odd VALUES(?, ?)", ((path, _form(path)) for path in self.odd))


def _form(path: str) -> str:
    steps = path.split("/")
    return steps[2] if len(steps) > 2 else ""


def build(db: sqlite3.Connection, snapshot: Snapshot, crew: Crew) -> int:
    """A whole index in an empty file; how many records were read. It counts only when all of it stands there."""
    db.execute("BEGIN")
    make(db)
    sorter = Sorter()
    Filler(db).put(sorter.rows(snapshot, sorter.files(snapshot.entries(RECORDS)), crew))
    sorter.enter(db)
    lists = ((path, oid) for path, kind, oid in snapshot.entries(REPORTS) if is_contents(path) and kind == _FILE)
    _enter_lists(db, snapshot, lists)
    for statement in KEYS:
        db.execute(statement)
    _stand_at(db, snapshot)
    db.execute("COMMIT")
    seal(db)
    return sorter.read


def bring(db: sqlite3.Connection, snapshot: Snapshot, crew: Crew) -> int:
    """Bring an open index, inside its transaction, from the commit it stands at to another; how many records were read.

    Only folders that differ are opened, only files that differ are read. TooMuch where that does not pay.
    """
    root = get(db, "root")
    sorter = Sorter()
    if root != (snapshot.root or ""):
        try:
            changes = list(_changes(db, snapshot, root))
        except Refusal:
            # The tree it was made of is no longer whole (history rewritten and swept): nothing to compare with.
            raise TooMuch from None
        _enter(db, snapshot, changes, sorter, crew)
    _stand_at(db, snapshot)
    return sorter.read


def _changes(db: sqlite3.Connection, snapshot: Snapshot, root: str) -> Iterator[Change]:
    """What differs; TooMuch as soon as it is too much."""
    (count,) = db.execute("SELECT count(*) FROM record").fetchone()
    base = snapshot.beside(root or None)
    for prefix in (RECORDS, REPORTS):
        for n, change in enumerate(snapshot.changes(base, prefix)):
            if n >= MANY and n > count / 2:
                raise TooMuch
            yield change


def _enter(db: sqlite3.Connection, snapshot: Snapshot, changes: Iterable[Change], sorter: Sorter, crew: Crew) -> None:
    """Take out what stood at the changed paths, put in what stands there now."""
    records = [change for change in changes if not change.path.startswith(REPORTS + "/")]
    places: list[Place] = [place for change in records if (place := place_of(change.path)) is not None]
    filler = Filler(db)
    filler.take_out(places)
    db.executemany("DELETE FROM odd WHERE path = ?", ((change.path,) for change in records))
    there = ((change.path, change.mode, change.after) for change in records if change.after is not None)
    filler.put(sorter.rows(snapshot, sorter.files(there), crew))
    filler.gather()
    sorter.enter(db)
    lists = (change for change in changes if is_contents(change.path))
    _enter_lists(db, snapshot, ((one.path, one.after if one.mode == _FILE else None) for one in lists))


def _enter_lists(db: sqlite3.Connection, snapshot: Snapshot, lists: Iterable[tuple[str, str | None]]) -> None:
    """The contents lists of volumes; None where one is gone."""
    for path, oid in lists:
        db.execute("DELETE FROM bound WHERE path = ?", (path,))
        ids = bound_ids(snapshot.blob(oid)) if oid else ()
        db.executemany("INSERT OR IGNORE INTO bound VALUES(?, ?)", ((id, path) for id in ids))


def _stand_at(db: sqlite3.Connection, snapshot: Snapshot) -> None:
    put(db, "commit", snapshot.rev or "")
    put(db, "root", snapshot.root or "")
