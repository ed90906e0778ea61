"""Rows in every format that `--format` knows, as pieces of text to be written one after the other."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from svc.domain.pattern import pattern
from svc.render.table import Column, Value, cell, table
from svc.render.terminal import UNSAFE, safe_text

BLOCK = 500
"""Rows made into one piece of text."""
BOM = "\ufeff"

Dump = Callable[[Any], str]
Rows = Iterable[Sequence[Value]]

_FORMULA = pattern(r"\s*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n\x00']")
_PLAIN_NUMBER = pattern(r"-[0-9]+(\.[0-9]+)?\Z")


def output(
    format: str,
    columns: Sequence[Column],
    rows: Rows,
    *,
    lang: str = "zh",
    room: int | None = None,
    bom: bool = False,
    dump: Dump | None = None,
) -> Iterator[str]:
    """`rows` (a value for each column) in `format`, ending with a line feed; nothing for no ids.

    `room`: columns of the terminal, for tables. `bom`: a CSV that Excel opens as UTF-8. `dump`: how YAML is written.
    """
    if format == "table":
        yield from (line + "\n" for line in table(columns, rows, lang=lang, room=room))
    elif format == "json":
        yield from _array(columns, rows)
    elif format == "ndjson":
        yield from (json_text(_object(columns, row)) + "\n" for row in rows)
    elif format == "csv":
        yield from _csv(columns, rows, bom=bom)
    elif format == "yaml" and dump is not None:
        yield from _yaml(columns, rows, dump)
    elif format == "ids":
        at = next((n for n, column in enumerate(columns) if column.key == "id"), 0)
        yield from (cell(row[at]) + "\n" for row in rows)
    else:
        raise ValueError(f"no format {format!r}")


def document(format: str, value: Value, *, dump: Dump | None = None) -> str:
    """One whole value (a record) as json, ndjson or yaml, ending with a line feed."""
    if format == "yaml" and dump is not None:
        return dump(value)
    if format not in ("json", "ndjson"):
        raise ValueError(f"no format {format!r} of one value")
    return json_text(value, indent=2 if format == "json" else None) + "\n"


def json_text(value: Value, *, indent: int | None = None) -> str:
    """Strict JSON, text unescaped but for what could steer a terminal or hide: that is `\\u001b`, which reads back."""
    made = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else _escaped(found[0]), made)


def _escaped(char: str) -> str:
    # Python leaves DEL alone: it is ASCII.
    return f"\\u{ord(char):04x}" if char <= "\uffff" else json.dumps(char)[1:-1]


def neutralised(text: str) -> str:
    """`text` with a leading `'` where a spreadsheet might run it, or where it starts with one itself.

    Formula signs of every width, behind spaces too, and control characters; plain negative numbers stay numbers.
    """
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.match(text) else text


def restored(text: str) -> str:
    """The text that `neutralised` was given."""
    return text.removeprefix("'")


def _object(columns: Sequence[Column], row: Sequence[Value]) -> dict[str, Value]:
    return {column.key: value for column, value in zip(columns, row, strict=True)}


def _array(columns: Sequence[Column], rows: Rows) -> Iterator[str]:
    lead = "[\n"
    for row in rows:
        yield lead + json_text(_object(columns, row))
        lead = ",\n"
    yield "[]\n" if lead == "[\n" else "\n]\n"


def _yaml(columns: Sequence[Column], rows: Rows, dump: Dump) -> Iterator[str]:
    """One list, dumped item by item: block lists that follow each other are one list."""
    empty = True
    for row in rows:
        yield dump([_object(columns, row)])
        empty = False
    if empty:
        yield dump([])


def _csv(columns: Sequence[Column], rows: Rows, *, bom: bool) -> Iterator[str]:
    lead = BOM if bom else ""
    yield lead + _csv_lines([[column.key for column in columns]])
    remaining = iter(rows)
    while block := list(islice(remaining, BLOCK)):
        yield _csv_lines([[_csv_cell(value) for value in row] for row in block])


def _csv_lines(rows: Sequence[Sequence[str]]) -> str:
    import csv

    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(
        [safe_text(neutralised(text), lines=True) for text in row] for row in rows
    )
    return made.getvalue()


def _csv_cell(value: Value) -> str:
    """A JSON value as a machine reads it: true and false, lists with semicolons, groups as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, (list, Mapping)) for item in value):
        return "; ".join(_csv_cell(item) for item in value)
    return json_text(value)
