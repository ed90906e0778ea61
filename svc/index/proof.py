"""Whether the file of an index is whole, and says of the records what the commit says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from svc.domain.ids import place_of, record_path
from svc.domain.refusal import Text
from svc.index.tables import get, sealed
from svc.index.world import RECORDS
from svc.store.snapshot import Snapshot

if TYPE_CHECKING:
    import sqlite3

DAMAGED: Final = Text("查询用的索引已损坏", "the index of records is damaged")
DIFFERING: Final = Text("查询用的索引与提交不符", "the index of records is not what the commit says")
UNUSABLE: Final = Text("查询用的索引现在用不了", "the index of records cannot be used now")


def trouble(db: sqlite3.Connection, snapshot: Snapshot) -> Text | None:
    """What is wrong with an open file; nothing with one of other software, which the next command makes anew."""
    if not sealed(db):
        return None
    if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        return DAMAGED
    return DIFFERING if get(db, "commit") == snapshot.rev and _held(db) != _there(db, snapshot) else None


def _held(db: sqlite3.Connection) -> dict[str, str]:
    """Path -> blob of every record's file that the index could read."""
    rows = db.execute("SELECT form, id, year, oid FROM record")
    return {record_path(form, id, year): oid for form, id, year, oid in rows}


def _there(db: sqlite3.Connection, snapshot: Snapshot) -> dict[str, str]:
    """The same as the commit has it, without the paths that the index names as not readable."""
    odd = {path for (path,) in db.execute("SELECT path FROM odd")}
    there = ((path, oid) for path, kind, oid in snapshot.entries(RECORDS) if kind == "file" and path not in odd)
    return {path: oid for path, oid in there if place_of(path) is not None}
