"""The first sheet of an .xlsx file as rows of text; the one seam to openpyxl."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text

MAX_UNPACKED: Final = 400_000_000
_PADDED: Final = pattern(r"0{2,}")
_DIGITS: Final = 15
"""Excel keeps so many significant digits of a number."""


def rows(data: bytes, where: str, faults: list[tuple[int, str, str]]) -> Iterator[tuple[int, list[str]]]:
    """(row number, texts) of each row; adds to `faults` the cells whose text cannot be known."""
    try:
        import openpyxl
    except ImportError:
        raise Refusal(
            Text("读 .xlsx 需要 openpyxl", "reading .xlsx needs openpyxl"),
            exit=Exit.ENVIRONMENT,
            remedy=Text.same("pip install 'svc[xlsx]'"),
        ) from None
    try:
        _refuse_bomb(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
            found = list(_rows(book.worksheets[0], faults))
            book.close()
    except Exception as error:
        raise Refusal(
            Text("不是可读的 .xlsx 文件", "not a readable .xlsx file"),
            exit=Exit.USAGE,
            where=Text.same(where),
            details=(Text.same(str(error)[:200]),),
        ) from error
    yield from found


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(info.file_size for info in packed.infolist()) > MAX_UNPACKED:
            raise ValueError("too large when unpacked")


def _rows(sheet: Any, faults: list[tuple[int, str, str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows of equal width: as wide as the heading, wider only where something stands there."""
    width = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts: list[str] = []
        for column, cell in enumerate(row, 1):
            said = _said(cell)
            if isinstance(said, tuple):
                faults.append((number, f"第 {column} 列{said[0]}", f"column {column}: {said[1]}"))
                said = "?"
            texts.append(said)
        while texts and not texts[-1] and len(texts) > width:
            texts.pop()
        width = width or len(texts)
        texts += [""] * (width - len(texts))
        yield number, texts


def _said(cell: Any) -> str | tuple[str, str]:
    """The text of a cell, or (zh, en) why it cannot be known."""
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return ""
    if kind == "f":
        return "是公式，请粘贴为数值", "is a formula; paste it as a value"
    if kind == "e":
        return f"是错误值 {value}", f"is the error {value}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format))
    return _moment(value)


def _number(value: float, shown: str) -> str | tuple[str, str]:
    if _PADDED.fullmatch(shown):
        return "显示前导零，但存为数字；请设为文本", "shows leading zeros but is kept as a number; format it as text"
    if isinstance(value, int) or value.is_integer():
        if abs(value) >= 10**_DIGITS:
            return "数字超过 15 位，Excel 已丢失末位；请设为文本", "has more digits than Excel keeps; format it as text"
        return str(int(value))
    if float(f"{value:.{_DIGITS}g}") != value:
        return "小数位过多，请设为文本", "has more digits than Excel shows; format it as text"
    return f"{Decimal(repr(value)):f}"


def _moment(value: Any) -> str | tuple[str, str]:
    if isinstance(value, datetime.datetime):
        value = (value + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
        day = value.strftime("%Y-%m-%d")
        return day if value.time() == datetime.time() else f"{day} {_clock(value.time())}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return _clock(value.replace(microsecond=0))
    return "的内容不能读作文字", "cannot be read as text"


def _clock(value: datetime.time) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")
