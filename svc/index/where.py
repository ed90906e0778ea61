"""Conditions on rows in SQL, and how they are put together: exactly what is meant, or at least nothing less."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, NamedTuple

from svc.domain.procedure import Form, Library
from svc.index.row import BREAK, VERBATIM, key_of
from svc.index.rows import Rows, Where
from svc.index.tables import CELLS

ANY: Final = Where("1", (), False)
"""Says nothing: the test decides."""
ALL: Final = Where("1")
NEVER: Final = Where("0")
MANY_ROWS: Final = 2_000
"""From so many hits on the texts are looked through in the order of the rows, instead of gathering them first."""


class Ground(NamedTuple):
    """Where a condition is put: the rows, the form in force, and every revision of it that a record may name."""

    rows: Rows
    form: Form
    revisions: Sequence[Form]

    @classmethod
    def of(cls, rows: Rows, form: Form, library: Library) -> Ground:
        """The ground of one form."""
        known = (procedure.forms.get(form.name) for procedure in library.procedures.values())
        return cls(rows, form, [one for one in known if one is not None])

    def fields(self, path: str, behind: str = "") -> list[int]:
        """The numbers of a path in the cells, the items of its lists included."""
        return self.rows.fields(self.form.name, path, behind)

    def known(self) -> Where:
        """Records of a revision that the repository holds: of others no field is known."""
        return among("r.procedure", [form.procedure for form in self.revisions])


Narrow = Callable[[Ground], Where]


def both(wheres: Iterable[Where]) -> Where:
    """All of some conditions."""
    found = [where for where in wheres if where != ALL]
    if NEVER in found:
        return NEVER
    if not found:
        return ALL
    return Where(_joined(" AND ", found), _values(found), all(where.exact for where in found))


def either(wheres: Iterable[Where]) -> Where:
    """Any of some conditions."""
    found = [where for where in wheres if where != NEVER]
    if not found:
        return NEVER
    if ANY in found:
        return ANY
    if ALL in found:
        return ALL
    return Where(_joined(" OR ", found), _values(found), all(where.exact for where in found))


def _joined(word: str, wheres: Sequence[Where]) -> str:
    return word.join(f"({where.sql})" for where in wheres)


def _values(wheres: Iterable[Where]) -> tuple[object, ...]:
    return tuple(value for where in wheres for value in where.values)


def among(column: str, values: Collection[object]) -> Where:
    """A column that holds one of some values."""
    return Where(f"{column} IN ({','.join('?' * len(values))})", tuple(values)) if values else NEVER


def loose(where: Where) -> Where:
    """A condition that holds for no fewer rows than it is meant for."""
    return where if where in (NEVER, ANY) else where._replace(exact=False)


def cells(fields: Collection[int], sql: str, values: Sequence[object]) -> Where:
    """A row with a cell (`c`) in one of some fields for which `sql` holds."""
    if not fields:
        return NEVER
    inside = among("field", fields)
    each = [f"SELECT rid FROM {table} WHERE {inside.sql} AND {sql}" for table in CELLS]
    return Where(f"r.rid IN ({' UNION ALL '.join(each)})", (*inside.values, *values) * len(CELLS))


def holding(fields: Collection[int], texts: Collection[str]) -> Where:
    """A row that holds one of some texts, to the letter, in one of some fields."""
    if not texts:
        return NEVER
    keys = sorted({key_of(text) for text in texts})
    if set(keys) != set(texts):
        return alike(fields, texts)
    inside, kinds = among("value", keys), among("kind", VERBATIM)
    return cells(fields, f"{inside.sql} AND {kinds.sql}", (*keys, *kinds.values))


def alike(fields: Collection[int], texts: Collection[str]) -> Where:
    """A row that holds in one of some fields one of some texts, case and what is too long for a cell aside."""
    keys = sorted({key_of(text) for text in texts})
    return loose(cells(fields, among("value", keys).sql, keys)) if keys else NEVER


def text(rows: Rows, form: str, wanted: str) -> Where:
    """Rows of a form whose searched text holds a folded text."""
    if not wanted:
        return ALL
    near = rows.near(wanted, MANY_ROWS)
    if near is not None:
        return among("r.rid", near.get(form, ()))
    inside = Where("EXISTS (SELECT 1 FROM words w WHERE w.rid = r.rid AND instr(w.text, ?))", (wanted,))
    return inside if BREAK not in wanted else loose(inside)
