"""The index of one clone: derived from the commits, never the truth, made anew whenever it is in doubt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from svc.domain.refusal import Refusal, Text
from svc.index.database import (
    Again,
    Damaged,
    TooMuch,
    Trouble,
    asking,
    connect,
    files_of,
    hasty,
    settle,
    shared,
    writing,
)
from svc.index.tables import get, sealed
from svc.store.git import Git
from svc.store.snapshot import Snapshot

# A command that asks the index nothing does without what makes and reads it: each module costs it a hundredth.
if TYPE_CHECKING:
    import sqlite3

    from svc.index.rows import Rows
    from svc.index.touches import Made
    from svc.store.crew import Crew

TRIES: Final = 4
BUILD_WAIT: Final = 30.0
"""Seconds to wait for another process that is making the index, before asking the commit instead."""


class Index:
    """The files of the index below `own` (`.git/svc`). `tell` is told how many records were read to bring it up to a
    commit, each time that was needed."""

    def __init__(self, own: Path, tell: Callable[[int], None] = lambda _count: None) -> None:
        self.files = files_of(own)
        self._tell = tell
        self._rows: Rows | None = None

    def at(self, snapshot: Snapshot) -> Rows | None:
        """The rows of exactly this commit; None where they cannot be had: then the commit itself is asked."""
        if self._rows is not None and self._rows.rev == snapshot.rev:
            return self._rows
        self.close()
        if snapshot.rev is None:
            return None
        for _ in range(TRIES):
            try:
                self._rows = self._open(snapshot, snapshot.rev)
                return self._rows
            except Again:
                continue
            except (Trouble, Refusal):
                return None
        return None

    def made(self, snapshot: Snapshot, path: str, git: Git) -> list[Made] | None:
        """The commits that led to what stands at a record's path, oldest first; None where git has to be asked."""
        rows, oid = self.at(snapshot), snapshot.oid(path)
        newest = self.files.newest()
        if rows is None or oid is None or newest is None or snapshot.rev is None:
            return None
        from svc.index import touches

        db = None
        try:
            with asking():
                db = connect(newest)
                shared(db)
                touches.bring(db, git, snapshot.rev)
                settle(db, newest)
                return touches.chain(db, path, oid)
        except (Trouble, Refusal):
            return None
        finally:
            _close(db)

    def close(self) -> None:
        """Let go of the rows."""
        if self._rows is not None:
            rows, self._rows = self._rows, None
            rows.close()

    def condemn(self) -> None:
        """What was found damaged while it was read is not asked again, by nobody."""
        self.close()
        path = self.files.newest()
        if path is not None:
            self.files.drop(path)

    def trouble(self, snapshot: Snapshot) -> Text | None:
        """What is wrong with the file, looked at in whole; None where nothing is, or where there is none yet."""
        from svc.index import proof

        path, db = self.files.newest(), None
        if path is None:
            return None
        try:
            with asking():
                db = connect(path)
                return proof.trouble(db, snapshot)
        except Damaged:
            return proof.DAMAGED
        except Trouble:
            return proof.UNUSABLE
        finally:
            _close(db)

    def renew(self, snapshot: Snapshot) -> bool:
        """Make the index anew, whatever there is; whether that could be done."""
        self.close()
        try:
            self._build(snapshot, self.files.newest())
        except (Trouble, Refusal):
            return False
        return True

    def _open(self, snapshot: Snapshot, rev: str) -> Rows:
        """The newest file, brought to the commit; made anew where there is none or it is not to be trusted."""
        from svc.index.rows import Rows

        path = self.files.newest()
        if path is not None:
            db = None
            try:
                with asking():
                    db = connect(path)
                    if not sealed(db):
                        raise Damaged("of other software")
                    settle(db, path)
                    if self._bring(db, snapshot, rev):
                        settle(db, path)
                return Rows(db, rev)
            except (Damaged, TooMuch):
                _close(db)
            except BaseException:
                _close(db)
                raise
        self._build(snapshot, path)
        raise Again

    def _bring(self, db: sqlite3.Connection, snapshot: Snapshot, rev: str) -> bool:
        """Bring an open index to a commit; whether that took anything."""
        if get(db, "commit") == rev:
            return False
        from svc.index.refresh import bring

        shared(db)
        with writing(db), _crew() as crew:
            if get(db, "commit") == rev:
                return False
            count = bring(db, snapshot, crew)
        self._tell(count)
        return True

    def _build(self, snapshot: Snapshot, bad: Path | None) -> None:
        """Make a new index in place of `bad` (None: of none); nothing where somebody else has done so meanwhile."""
        with self.files.renewing(BUILD_WAIT):
            if self.files.newest() != bad:
                return
            made = self.files.aside()
            try:
                with asking(), _crew() as crew:
                    count = _make(made, snapshot, crew)
                self.files.publish(made)
            except BaseException:
                self.files.drop(made)
                raise
        self._tell(count)


def _crew() -> Crew:
    from svc.store.crew import Crew, processors

    return Crew(processors())


def _make(path: Path, snapshot: Snapshot, crew: Crew) -> int:
    from svc.index.refresh import build

    db = connect(path, new=True)
    try:
        hasty(db)
        count = build(db, snapshot, crew)
        shared(db)
        return count
    finally:
        db.close()


def _close(db: sqlite3.Connection | None) -> None:
    if db is not None:
        with contextlib.suppress(Trouble), asking():
            db.close()
