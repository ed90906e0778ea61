"""The tables of the index, and by what it is known that a file holds them as this software fills them."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING, Final

from svc import __version__
from svc.index.database import Damaged, asking

if TYPE_CHECKING:
    import sqlite3

APPLICATION: Final = 0x73766378
"""SQLite's `application_id` of an index."""
FORMAT: Final = 5
"""SQLite's `user_version`: raised whenever the tables, or what stands in them, change."""

# How text folds hangs on Python's Unicode tables: an index filled by another Python is made anew.
SOFTWARE: Final = f"{__version__} {FORMAT} {unicodedata.unidata_version} {sys.maxunicode}"

_CELLS: Final = """(field INTEGER NOT NULL, value TEXT NOT NULL, kind INTEGER NOT NULL, rid INTEGER NOT NULL, num,
    PRIMARY KEY(field, value, kind, rid)) WITHOUT ROWID"""
CELLS: Final = ("cell", "fresh")
"""The tables of cells: all of them, and those of the rows that came last. A row's cells lie on as many pages as it has
values, all over a large table; in a small one they lie together, and are moved into the large one many at a time."""

TABLES: Final = (
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
    # One row a record. `number` and `digits` are sequence and check digits, `opened` and `at` seconds since 1970.
    """CREATE TABLE record(rid INTEGER PRIMARY KEY, form TEXT NOT NULL, id TEXT NOT NULL, folded TEXT NOT NULL,
    oid TEXT NOT NULL, procedure TEXT NOT NULL, year INTEGER, lane TEXT, number INTEGER, digits INTEGER,
    state TEXT NOT NULL, opened INTEGER NOT NULL, at INTEGER NOT NULL)""",
    # The record as JSON, and a checksum of it: what a disk garbles is not shown as a record.
    "CREATE TABLE body(rid INTEGER PRIMARY KEY, json BLOB NOT NULL, sum INTEGER NOT NULL)",
    "CREATE TABLE words(rid INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE field(n INTEGER PRIMARY KEY, form TEXT NOT NULL, path TEXT NOT NULL, UNIQUE(form, path))",
    *(f"CREATE TABLE {table}{_CELLS}" for table in CELLS),
    # Paths under which the tree holds something else than a readable record in its place, by form.
    "CREATE TABLE odd(path TEXT PRIMARY KEY, form TEXT NOT NULL) WITHOUT ROWID",
    # Which contents lists of bound volumes name a record.
    "CREATE TABLE bound(id TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY(id, path)) WITHOUT ROWID",
    # What each commit made of each record's file: the names of commit and blobs as bytes, empty where there is no file.
    """CREATE TABLE touch(path TEXT NOT NULL, sha BLOB NOT NULL, before BLOB NOT NULL, after BLOB NOT NULL,
    PRIMARY KEY(path, sha)) WITHOUT ROWID""",
)
KEYS: Final = (
    "CREATE UNIQUE INDEX record_id ON record(form, id)",
    "CREATE INDEX record_folded ON record(folded, form, id)",
    "CREATE INDEX record_state ON record(form, state, id)",
    "CREATE INDEX record_at ON record(form, at)",
    "CREATE INDEX record_number ON record(number)",
    "CREATE INDEX record_digits ON record(digits)",
    *(f"CREATE INDEX {table}_num ON {table}(field, num) WHERE num IS NOT NULL" for table in CELLS),
    "CREATE INDEX bound_path ON bound(path)",
)
"""Made after the tables are filled: sorting once is cheaper than finding each place."""
SEARCH: Final = "CREATE VIRTUAL TABLE gram USING fts5(text, content='', columnsize=0, detail=none, tokenize='ascii')"
"""The pairs of characters of each searched text; where SQLite has no FTS5 the texts are looked through instead."""


def make(db: sqlite3.Connection) -> None:
    """The empty tables; the keys come when they are filled."""
    for statement in TABLES:
        db.execute(statement)
    try:
        with asking():
            db.execute(SEARCH)
        put(db, "search", "fts5")
    except Damaged:
        put(db, "search", "")


def seal(db: sqlite3.Connection) -> None:
    """Mark a filled file as an index of this software."""
    put(db, "software", SOFTWARE)
    db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute(f"PRAGMA application_id = {APPLICATION}")


def sealed(db: sqlite3.Connection) -> bool:
    """Whether a file is an index of this software; sqlite3.DatabaseError where it is no database."""
    marks = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    return marks == [APPLICATION, FORMAT] and get(db, "software") == SOFTWARE


def get(db: sqlite3.Connection, name: str) -> str:
    """One word of the index about itself; empty where it is not said."""
    found = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else ""


def put(db: sqlite3.Connection, name: str, value: str) -> None:
    """Say one word of the index about itself."""
    db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (name, value))
