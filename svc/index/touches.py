"""Which commits made a record what it is: every change of a record's file, by the blobs before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from svc.domain.ids import place_of
from svc.domain.refusal import Refusal
from svc.index.database import writing
from svc.index.tables import get, put
from svc.index.world import RECORDS
from svc.store.git import Git
from svc.store.history import Touch, touches

if TYPE_CHECKING:
    import sqlite3

LOGGED: Final = "logged"
"""The word under which the index says which commit's history it holds."""


class Made(NamedTuple):
    """The commit that made a file what it was after it: the name of its blob."""

    sha: str
    after: str


def bring(db: sqlite3.Connection, git: Git, rev: str) -> None:
    """Let the table hold the changes of all commits in the history of `rev`, and of no others."""
    if get(db, LOGGED) == rev:
        return
    with writing(db):
        logged = get(db, LOGGED)
        try:
            # What is no longer in the history goes; where even its name is unknown, everything is listed anew.
            gone = {touch.sha for touch in touches(git, [logged, f"^{rev}"], RECORDS)} if logged else set()
            fresh = touches(git, [rev, f"^{logged}"] if logged else [rev], RECORDS)
            _change(db, gone, fresh)
        except Refusal:
            db.execute("DELETE FROM touch")
            _change(db, (), touches(git, [rev], RECORDS))
        put(db, LOGGED, rev)


def _change(db: sqlite3.Connection, gone: Iterable[str], fresh: Iterable[Touch]) -> None:
    db.executemany("DELETE FROM touch WHERE sha = ?", ((_packed(sha),) for sha in gone))
    db.executemany("INSERT OR REPLACE INTO touch VALUES(?, ?, ?, ?)", _rows(fresh))


def _rows(found: Iterable[Touch]) -> Iterator[tuple[str, bytes, bytes, bytes]]:
    for touch in found:
        if place_of(touch.path) is not None:
            yield touch.path, _packed(touch.sha), _packed(touch.before or ""), _packed(touch.after or "")


def _packed(oid: str) -> bytes:
    return bytes.fromhex(oid)


def chain(db: sqlite3.Connection, path: str, oid: str) -> list[Made] | None:
    """The commits that led, one after the other, to the blob that stands at a path, oldest first.

    None where that is not plain (a content that came back, a file that went away, a merge that made something new):
    then git has to be asked.
    """
    found = db.execute("SELECT sha, before, after FROM touch WHERE path = ?", (path,)).fetchall()
    by_after = {after.hex(): (sha.hex(), before.hex()) for sha, before, after in found}
    if len(by_after) != len(found) or "" in by_after:
        return None
    made: list[Made] = []
    while oid and oid in by_after and len(made) <= len(found):
        sha, before = by_after[oid]
        made.append(Made(sha, oid))
        oid = before
    return made[::-1] if made and not oid else None
