"""Tables that people hand in: CSV as text, XLSX cell by cell, and never a guess at what Excel has lost.

All faults of a file are collected and refused together, each with its row (the heading is row 1) and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.store import workbook, yaml_rows
from svc.store.evidence import take

MAX_BYTES: Final = 50_000_000
MAX_SAID: Final = 50
"""So many faults are listed; the rest is counted."""

_DANGER: Final = r"(?:[ \u3000\"]*[=+\-@＝＋－＠]|[\t\r\n])"
_TO_HIDE: Final = pattern(rf"'*{_DANGER}")
_HIDDEN: Final = pattern(rf"'+{_DANGER}")
_NUMBER: Final = pattern(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_MANGLED: Final = pattern(r"[-+]?[0-9](?:\.[0-9]+)?E[-+][0-9]{2,3}")
_ERRORS: Final = pattern(r"#+|#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!)")
Rows = Iterable[tuple[int, list[str]]]
Fault = tuple[int, str, str]
"""(row, Chinese, English)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: `rows` are (row number, one text for each heading)."""

    header: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def read_sheet(path: Path, encoding: str | None = None, max_rows: int = 100_000) -> Sheet:
    """Read a .csv (or .txt, .tsv), .xlsx or .yaml file (see `yaml_rows`).

    CSV: byte mark, else strict UTF-8, else GB18030, unless `encoding` says; separator `,` `;` or tab by the heading.
    Refuses (exit 6) a file that is not there or a missing openpyxl, (exit 2) everything that is not a clean table.
    """
    data = take(path, MAX_BYTES).data
    faults: list[Fault] = []
    if path.suffix.lower() in (".yaml", ".yml"):
        return Sheet(*yaml_rows.read_rows(data, str(path)))
    if path.suffix.lower() == ".xlsx":
        found = workbook.rows(data, str(path), faults)
    elif path.suffix.lower() in (".xls", ".ods", ".xlsm", ".xlsb"):
        raise _refusal(path, "请另存为 .xlsx 或 .csv", "save it as .xlsx or .csv")
    else:
        found = _csv(_decoded(data, path, encoding), path, faults)
    return _table(found, path, max_rows, faults)


def neutral(text: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula; numbers stay as they are. See `restored`."""
    return "'" + text if _TO_HIDE.match(text) and not _NUMBER.fullmatch(text) else text


def restored(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if _HIDDEN.match(text) else text


def _decoded(data: bytes, path: Path, encoding: str | None) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding is None:
        encoding = "utf-16"
    for name in (encoding,) if encoding else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(name)
        except (UnicodeError, LookupError):
            continue
        if "\0" in text:
            raise _refusal(path, "文件中含有 NUL，不是文本", "the file holds NUL bytes; it is not text")
        return text.removeprefix("\ufeff")
    tried = encoding or "UTF-8, GB18030"
    raise _refusal(
        path, f"按 {tried} 读不出文字，请用 --encoding 指定", f"not text in {tried}; name it with --encoding"
    )


def _csv(text: str, path: Path, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            for column, cell in enumerate(row, 1):
                if _MANGLED.fullmatch(cell.strip()) or _ERRORS.fullmatch(cell.strip()):
                    zh = f"第 {column} 列 {cell.strip()[:40]} 已被 Excel 改坏，请改回原文并设为文本格式"
                    en = f"column {column}: {cell.strip()[:40]} was mangled by Excel; restore it and format it as text"
                    faults.append((number, zh, en))
            yield number, [restored(cell) for cell in row]
    except csv.Error as error:
        raise _refusal(
            path, f"第 {number + 1} 行不是可读的 CSV：{error}", f"row {number + 1} is not readable CSV: {error}"
        ) from None


def _separator(text: str) -> str:
    """The separator that the heading line has most of, outside quotes; a comma in doubt."""
    line = re.sub(r'"[^"]*"', "", re.split("[\r\n]", text, maxsplit=1)[0])
    return max(",;\t", key=line.count)


def _table(found: Rows, path: Path, max_rows: int, faults: list[Fault]) -> Sheet:
    header: tuple[str, ...] | None = None
    rows: list[tuple[int, list[str]]] = []
    for number, row in found:
        if header is None:
            header = tuple(cell.strip() for cell in _trimmed(row))
            faults += _heading(header)
        elif any(row):
            if len(rows) >= max_rows:
                raise _refusal(path, f"超过 {max_rows} 行", f"more than {max_rows} rows")
            if len(row) != len(header):
                zh = f"有 {len(row)} 列，标题有 {len(header)} 列"
                faults.append((number, zh, f"{len(row)} columns where the heading has {len(header)}"))
            rows.append((number, row))
    if header is None or not any(header):
        raise _refusal(path, "第 1 行须是列标题", "row 1 must hold the headings")
    if faults:
        raise _refusal(path, "表格有误，未读入任何一行", "the table has faults; nothing was read", faults)
    return Sheet(header, rows)


def _trimmed(row: Sequence[str]) -> list[str]:
    """A heading without empty cells at its end only when it is all empty; an empty heading between is a fault."""
    return list(row) if any(cell.strip() for cell in row) else []


def _heading(header: Sequence[str]) -> Iterator[Fault]:
    for column, name in enumerate(header, 1):
        if not name:
            yield 1, f"第 {column} 列没有标题", f"column {column} has no heading"
        elif name in header[: column - 1]:
            yield 1, f"标题 {name[:40]} 重复（第 {column} 列）", f"heading {name[:40]} stands twice (column {column})"


def _refusal(path: Path, zh: str, en: str, faults: Sequence[Fault] = ()) -> Refusal:
    said = [
        Text(f"第 {row} 行：{zh_}", f"row {row}: {en_}")
        for row, zh_, en_ in sorted(faults, key=lambda fault: fault[0])[:MAX_SAID]
    ]
    if len(faults) > MAX_SAID:
        more = len(faults) - MAX_SAID
        said.append(Text(f"另有 {more} 处", f"and {more} more"))
    return Refusal(Text(zh, en), exit=Exit.USAGE, where=Text.same(str(path)), details=tuple(said))
