"""Rows that somebody writes as YAML instead of a table: `rows:`, a list of mappings, each opened into flat columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from svc.domain.paths import Json
from svc.domain.refusal import Exit, Refusal, Text
from svc.store.yaml_file import load_with_lines

ROWS: Final = "rows"
BETWEEN: Final = ";"


def read_rows(data: bytes, where: str) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """The headings, and (line in the file, one text for each heading) of every row; an absent value is ''.

    Nested maps become dotted headings, lists of values one cell (or `NAME.0`, `NAME.1` where a value holds a
    semicolon), lists of maps `NAME.0.KEY`. Refuses (exit 2) another shape, or a column that a row gives twice.
    """
    found, lines = load_with_lines(data, where, bom=True)
    rows = found.get(ROWS)
    if set(found) != {ROWS} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _refused(where, 1, Text("应写作 rows: 及其下一列映射", "must be `rows:` with a list of mappings below"))
    cells: list[tuple[int, dict[str, str]]] = []
    for n, row in enumerate(rows):
        line, opened = lines.get(f"{ROWS}.{n}", 1), dict[str, str]()
        for name, text in _opened(row, ""):
            if name in opened:
                raise _refused(where, line, Text(f"{name} 写了两次", f"{name} is given twice"))
            opened[name] = text
        cells.append((line, opened))
    header = tuple(dict.fromkeys(name for _, row in cells for name in row))
    return header, [(line, [row.get(name, "") for name in header]) for line, row in cells]


def _opened(value: Json, name: str) -> Iterator[tuple[str, str]]:
    """(heading, cell) of everything in one value."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _opened(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        texts = [_text(item) for item in value if not isinstance(item, (Mapping, list))]
        if len(texts) == len(value) and not any(BETWEEN in text or "；" in text for text in texts):
            yield name, BETWEEN.join(texts)
        else:
            for n, item in enumerate(value):
                yield from _opened(item, f"{name}.{n}")
    else:
        yield name, _text(value)


def _text(value: Json) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _refused(where: str, line: int, why: Text) -> Refusal:
    return Refusal(
        Text(f"读不了这些行：{why.zh}。", f"the rows cannot be read: {why.en}."),
        exit=Exit.USAGE,
        where=Text.same(f"{where}:{line}"),
        remedy=Text(
            "每行写作  - {字段: 值, …}，上面一行写  rows:", "each row as  - {FIELD: VALUE, …}  below a line  rows:"
        ),
    )
