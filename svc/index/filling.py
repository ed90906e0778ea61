"""Rows put into the index and taken out of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from svc.domain.ids import Place
from svc.index.database import Damaged
from svc.index.records import blocks
from svc.index.row import Row, cells_of, tokens
from svc.index.tables import CELLS, get

if TYPE_CHECKING:
    import sqlite3

BLOCK = 500
"""Rows put in by one statement."""
MOST_FRESH = 30_000
"""So many cells lie by themselves at most: those of a thousand records."""
_WHOLE = """SELECT rid, json, sum, text FROM record JOIN body USING (rid) JOIN words USING (rid)
WHERE form = ? AND id = ?"""


class Filler:
    """Puts rows into the tables of one open index, and takes them out. Nothing is committed here."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._search = bool(get(db, "search"))
        self._fields = {(form, path): n for n, form, path in db.execute("SELECT n, form, path FROM field")}
        self._last = max(self._fields.values(), default=0)
        self._cells_go = "fresh" if db.execute("SELECT 1 FROM record LIMIT 1").fetchone() else "cell"

    def put(self, rows: Iterable[Row]) -> int:
        """Put new rows in; how many."""
        (rid,) = self._db.execute("SELECT coalesce(max(rid), 0) FROM record").fetchone()
        first = rid
        for block in blocks(rows, BLOCK):
            self._put([(rid + n, row) for n, row in enumerate(block, 1)])
            rid += len(block)
        return int(rid - first)

    def take_out(self, places: Iterable[Place]) -> None:
        """Take the rows of records out; those that are not there are no matter."""
        for place in places:
            found = self._db.execute(_WHOLE, (place.form, place.id)).fetchone()
            if found is not None:
                self._take_out(place.form, *found)

    def gather(self) -> None:
        """Move the cells of the rows that came last to all others, when they have become many."""
        if self._db.execute("SELECT count(*) FROM fresh").fetchone()[0] > MOST_FRESH:
            self._db.execute("INSERT INTO cell SELECT * FROM fresh ORDER BY field, value, kind, rid")
            self._db.execute("DELETE FROM fresh")

    def _take_out(self, form: str, rid: int, body: bytes, checksum: int, text: str) -> None:
        """What was put in for a row is worked out again from its record: nothing else remembers where it stands."""
        if zlib.crc32(body) != checksum:
            raise Damaged(f"body {rid}")
        try:
            stood = cells_of(json.loads(body))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Damaged(f"body {rid}") from error
        one = self._db.execute
        if self._search:
            one("INSERT INTO gram(gram, rowid, text) VALUES('delete', ?, ?)", (rid, tokens(text)))
        cells = [(self._field(form, path), value, kind, rid) for path, value, kind, _ in stood]
        for table in CELLS:
            self._db.executemany(f"DELETE FROM {table} WHERE field = ? AND value = ? AND kind = ? AND rid = ?", cells)
        for table in ("record", "body", "words"):
            one(f"DELETE FROM {table} WHERE rid = ?", (rid,))

    def _put(self, rows: Sequence[tuple[int, Row]]) -> None:
        many = self._db.executemany
        many("INSERT INTO record VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", [(rid, *row.head) for rid, row in rows])
        many("INSERT INTO body VALUES(?,?,?)", [(rid, row.body, row.sum) for rid, row in rows])
        many("INSERT INTO words VALUES(?,?)", [(rid, row.text) for rid, row in rows])
        if self._search:
            many("INSERT INTO gram(rowid, text) VALUES(?,?)", [(rid, row.pairs) for rid, row in rows])
        many(f"INSERT INTO {self._cells_go} VALUES(?,?,?,?,?)", self._cells(rows))

    def _cells(self, rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, str, int, int, float | None]]:
        for rid, row in rows:
            form = str(row.head[0])
            for path, value, kind, num in row.cells:
                yield self._field(form, path), value, kind, rid, num

    def _field(self, form: str, path: str) -> int:
        n = self._fields.get((form, path))
        if n is None:
            n = self._last = self._last + 1
            self._fields[(form, path)] = n
            self._db.execute("INSERT INTO field VALUES(?,?,?)", (n, form, path))
        return n
