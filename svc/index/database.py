"""The one seam to SQLite: a file opened for an index, and what its errors mean."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from svc.store.generations import Generations

if TYPE_CHECKING:
    import sqlite3

CACHE: Final = "cache_size = -24000"
"""For who writes: 24 MB. Pages that find no room there are written, read and written again before a commit."""

BUSY_WAIT: Final = 5.0
"""Seconds to wait for another process that is writing into the same index."""

LOG_BYTES: Final = 2_000_000
"""Bytes of the log after which it is moved into the file."""

# SQLite's primary result codes for what says nothing against the file itself: no permission, busy, locked, no memory,
# read-only, interrupted, input or output failed, disk full, cannot be opened.
_NOT_NOW: Final = frozenset({3, 5, 6, 7, 8, 9, 10, 13, 14})


class Trouble(Exception):
    """The index cannot be asked: ask the commit instead."""


class Unusable(Trouble):
    """Not now: busy, not writable, disk full. The file may be sound."""


class Again(Trouble):
    """It has been made anew, or another process has moved it on: open it again."""


class Damaged(Trouble):
    """The file is no index of this software, or no longer whole: it has to be made anew."""


class TooMuch(Exception):
    """More has changed than it pays to change: make the index anew."""


@contextlib.contextmanager
def asking() -> Iterator[None]:
    """Turns what SQLite raises inside the block into Trouble."""
    import sqlite3

    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        kind = Unusable if code is not None and code & 0xFF in _NOT_NOW else Damaged
        raise kind(str(error)) from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise Unusable("asked for what no database holds") from error


def files_of(own: Path) -> Generations:
    """The files of the index below svc's own folder (`.git/svc`)."""
    return Generations(own / "index", ".db")


def connect(path: Path, *, new: bool = False) -> sqlite3.Connection:
    """An open file; without `new` it must be there. Transactions are begun and ended by whoever asks."""
    import sqlite3

    uri = f"{path.absolute().as_uri()}?mode={'rwc' if new else 'rw'}"
    # What is no longer needed may be swept up, and closed, by another thread than the one that asked.
    return sqlite3.connect(uri, uri=True, timeout=BUSY_WAIT, isolation_level=None, check_same_thread=False)


def hasty(db: sqlite3.Connection) -> None:
    """For a file that nobody else knows yet and that is thrown away when anything fails: no journal, a large cache."""
    for setting in ("page_size = 8192", "journal_mode = OFF", "synchronous = OFF", CACHE):
        db.execute(f"PRAGMA {setting}")


def shared(db: sqlite3.Connection) -> None:
    """For a file that others read while one writes: readers and the writer do not wait for each other, and a power cut
    takes the last changes at most, never the order of the pages."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA wal_autocheckpoint = 0")
    db.execute(f"PRAGMA {CACHE}")


def settle(db: sqlite3.Connection, path: Path) -> None:
    """Move what is in the log into the file, where it is much and nobody is in the way, and empty the log: every
    process that opens the file first reads the whole of it, and knows not what was moved already."""
    try:
        large = Path(f"{path}-wal").stat().st_size > LOG_BYTES
    except OSError:
        return
    if large:
        db.execute("PRAGMA busy_timeout = 0")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute(f"PRAGMA busy_timeout = {int(BUSY_WAIT * 1000)}")


@contextlib.contextmanager
def writing(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes: wholly done, or not at all."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(Trouble), asking():
            db.execute("ROLLBACK")
        raise
