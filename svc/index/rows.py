"""The rows of an index that stands at one commit: what can be asked of them."""

from __future__ import annotations

import json
import weakref
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from svc.domain.ids import Place
from svc.domain.record import Record
from svc.index.database import Again, Damaged, Unusable, asking
from svc.index.folded import starting
from svc.index.row import BREAK, ITEM, key_of, tokens
from svc.index.tables import CELLS, get

if TYPE_CHECKING:
    import sqlite3

DEEPEST: Final = 4
"""So many lists in lists a value may stand in and still be found."""
_LIGHT: Final = "r.rid, r.form, r.id, r.procedure, r.year, r.state, r.opened, r.at"
_LARGEST: Final = 2**63 - 1


class Light(NamedTuple):
    """What a row says of a record without its body. `opened` and `at` are seconds since 1970."""

    rid: int
    form: str
    id: str
    procedure: str
    year: int | None
    state: str
    opened: int
    at: int


class Where(NamedTuple):
    """A condition on rows (`r`) in SQL with its values. `exact`: it holds for exactly the rows it is meant for;
    else for these and perhaps others, which are then looked at one by one."""

    sql: str
    values: tuple[object, ...] = ()
    exact: bool = True


class Rows:
    """An open index, pinned to one commit for as long as this object is used. Every question may raise Trouble."""

    def __init__(self, db: sqlite3.Connection, rev: str) -> None:
        self.rev = rev
        self._db: sqlite3.Connection | None = db
        self._end = weakref.finalize(self, db.close)
        self._fields: dict[str, dict[str, int]] = {}
        self._sound: dict[str, bool] = {}
        self._near: dict[str, dict[str, list[int]] | None] = {}
        with asking():
            db.execute("BEGIN")
            if get(db, "commit") != rev:
                raise Again
            self.search = bool(get(db, "search"))

    def close(self) -> None:
        """Let go of the commit, and of the file."""
        self._db = None
        self._end()

    def sound(self, form: str) -> bool:
        """Whether all that stands in the folders of a form could be read."""
        if form not in self._sound:
            self._sound[form] = not self._all("SELECT 1 FROM odd WHERE form = ? LIMIT 1", (form,))
        return self._sound[form]

    def whole(self) -> bool:
        """Whether everything in the tree could be read."""
        return not self._all("SELECT 1 FROM odd LIMIT 1", ())

    def ids(self, form: str, register: bool) -> list[str]:
        """The ids of all records of a form."""
        return [
            id
            for (id,) in self._all(f"SELECT id FROM record r WHERE form = ? AND {_kind(register)} ORDER BY id", (form,))
        ]

    def records(self, form: str, ids: Sequence[str]) -> Mapping[str, tuple[str, Record]]:
        """Id -> (blob, record) of those ids that the form has."""
        sql = f"SELECT id, oid, json, sum FROM record JOIN body USING (rid) WHERE form = ? AND id IN ({_marks(ids)})"
        return {id: (oid, _record(*body)) for id, oid, *body in self._all(sql, (form, *ids))}

    def bodies(self, rids: Sequence[int]) -> dict[int, Record]:
        """The records of some rows."""
        sql = f"SELECT rid, json, sum FROM body WHERE rid IN ({_marks(rids)})"
        return {rid: _record(*body) for rid, *body in self._all(sql, tuple(rids))}

    def holding(self, form: str, path: str, value: str, register: bool) -> list[str]:
        """The ids of the records of a form that hold a text in a field, by id; and perhaps of some that hold it in
        other letters, or one that goes on beyond what a cell holds."""
        fields = self.fields(form, path)
        if not fields:
            return []
        each = [f"SELECT rid FROM {table} WHERE field IN ({_marks(fields)}) AND value = ?" for table in CELLS]
        sql = f"SELECT r.id FROM record r WHERE rid IN ({' UNION ALL '.join(each)}) AND {_kind(register)} ORDER BY r.id"
        return [id for (id,) in self._all(sql, (*fields, key_of(value)) * len(CELLS))]

    def fields(self, form: str, path: str, behind: str = "") -> list[int]:
        """The numbers of a path in the cells: its own, and those of the items where lists stand there; `behind` as the
        cells mark paths."""
        if form not in self._fields:
            self._fields[form] = dict(self._all("SELECT path, n FROM field WHERE form = ?", (form,)))
        known = self._fields[form]
        return [known[deep] for n in range(DEEPEST) if (deep := path + ITEM * n + behind) in known]

    def near(self, wanted: str, most: int) -> dict[str, list[int]] | None:
        """The rows in whose texts a folded text stands, by form; None where there may be more than `most`, or where
        that cannot be told by the full-text table."""
        if not self.search or len(wanted) < 2 or BREAK in wanted:
            return None
        if wanted not in self._near:
            asked = " ".join(f'"{word}"' for word in tokens(wanted).split(" "))
            rids = [
                rid for (rid,) in self._all(f"SELECT rowid FROM gram WHERE gram MATCH ? LIMIT {most + 1}", (asked,))
            ]
            self._near[wanted] = self._saying(wanted, rids) if len(rids) <= most else None
        return self._near[wanted]

    def _saying(self, wanted: str, rids: Sequence[int]) -> dict[str, list[int]]:
        """Those of some rows in whose texts a text really stands, by form."""
        sql = (
            f"SELECT r.form, rid FROM words JOIN record r USING (rid) WHERE rid IN ({_marks(rids)}) AND instr(text, ?)"
        )
        found: dict[str, list[int]] = {}
        for form, rid in self._all(sql, (*rids, wanted)):
            found.setdefault(form, []).append(rid)
        return found

    def tails(self, tail: Sequence[int]) -> list[Place]:
        """The numbered records whose sequence or check digits are the last of some numbers."""
        if max(tail) > _LARGEST:
            return []
        last, before = tail[-1], tail[-2] if len(tail) > 1 else None
        digits = "digits = ?" if before is None else "digits = ? AND number = ?"
        values = (last, last) if before is None else (last, last, before)
        sql = f"SELECT form, id, year FROM record WHERE year IS NOT NULL AND (number = ? OR ({digits}))"
        return [Place(*row) for row in self._all(sql, values)]

    def starting(self, typed: str, most: int) -> list[tuple[str, str]]:
        """(id, form) of at most so many records whose id begins so."""
        if self._db is None:
            raise Unusable("closed")
        with asking():
            return starting(self._db, typed, most)

    def bound(self, id: str) -> list[str]:
        """The contents lists of volumes that name a record."""
        return [path for (path,) in self._all("SELECT path FROM bound WHERE id = ? ORDER BY path", (id,))]

    def select(
        self, form: str, register: bool, wheres: Iterable[Where], after: str = "", most: int = -1
    ) -> list[Light]:
        """The rows of a form for which every condition holds, by id: at most so many (-1: all), behind an id."""
        sql, values = _where(form, register, [*wheres, *([Where("r.id > ?", (after,))] if after else [])])
        found = self._all(f"SELECT {_LIGHT} FROM record r WHERE {sql} ORDER BY r.id LIMIT ?", (*values, most))
        return [Light(*row) for row in found]

    def count(self, form: str, register: bool, wheres: Iterable[Where]) -> int:
        """How many rows of a form there are for which every condition holds."""
        sql, values = _where(form, register, wheres)
        return int(self._all(f"SELECT count(*) FROM record r WHERE {sql}", values)[0][0])

    def _all(self, sql: str, values: tuple[object, ...]) -> list[Any]:
        if self._db is None:
            raise Unusable("closed")
        with asking():
            return self._db.execute(sql, values).fetchall()


def _kind(register: bool) -> str:
    """Registers hold entries, numbered forms numbers: what lies in the wrong one belongs to neither."""
    return f"r.year IS {'' if register else 'NOT '}NULL"


def _where(form: str, register: bool, wheres: Iterable[Where]) -> tuple[str, tuple[object, ...]]:
    asked = [Where("r.form = ?", (form,)), Where(_kind(register)), *wheres]
    return " AND ".join(f"({where.sql})" for where in asked), tuple(v for where in asked for v in where.values)


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _record(body: bytes, checksum: int) -> Record:
    """The record of a body; Damaged where it is not what was put in."""
    try:
        if zlib.crc32(body) == checksum:
            return Record.from_dict(json.loads(body.decode("utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged(repr(error)) from error
    raise Damaged("a body is garbled")
