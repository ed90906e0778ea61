"""Tables as clerks hand them in: every fault named with its row, nothing guessed, nothing half read."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.refusal import Exit, Refusal
from svc.store import workbook
from svc.store.sheet import Sheet, neutral, read_sheet, restored


def table(tmp_path: Path, data: str | bytes, encoding: str = "utf-8", name: str = "a.csv") -> Sheet:
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return read_sheet(tmp_path / name)


def faults(tmp_path: Path, data: str | bytes, name: str = "a.csv") -> list[str]:
    with pytest.raises(Refusal) as caught:
        table(tmp_path, data, name=name)
    assert caught.value.exit is Exit.USAGE
    assert caught.value.where is not None and caught.value.where.en == str(tmp_path / name)
    return [detail.en for detail in caught.value.details] or [caught.value.what.en]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_reads_what_excel_writes(tmp_path: Path, encoding: str, separator: str, newline: str) -> None:
    text = newline.join(("姓名;电话", '王建国;"000-5550-0123"', '"a""b;c,d\te";', ""))
    if separator != ";":
        text = text.replace('"a""b;c,d\te"', "x").replace(";", separator)
    found = table(tmp_path, text, encoding)
    assert found.header == ("姓名", "电话")
    first = 'a"b;c,d\te' if separator == ";" else "x"
    assert found.rows == [(2, ["王建国", "000-5550-0123"]), (3, [first, ""])]


def test_rows_count_as_excel_counts(tmp_path: Path) -> None:
    found = table(tmp_path, 'a,b\n"x\ny",1\n\n,\nz,2\n')
    assert found.rows == [(2, ["x\ny", "1"]), (5, ["z", "2"])]


def test_encoding_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("日本\n語\n".encode("shift_jis"))
    assert read_sheet(tmp_path / "a.csv", encoding="shift_jis").header == ("日本",)
    for wrong in ("ascii", "no-such-encoding"):
        with pytest.raises(Refusal):
            read_sheet(tmp_path / "a.csv", encoding=wrong)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    text = "a,b,a,\n1,2,3\n1,2,3,4,5\n1.23457E+12,2,3,#REF!\n"
    assert faults(tmp_path, text) == [
        "row 1: heading a stands twice (column 3)",
        "row 1: column 4 has no heading",
        "row 2: 3 columns where the heading has 4",
        "row 3: 5 columns where the heading has 4",
        "row 4: column 1: 1.23457E+12 was mangled by Excel; restore it and format it as text",
        "row 4: column 4: #REF! was mangled by Excel; restore it and format it as text",
    ]


def test_many_faults_are_counted(tmp_path: Path) -> None:
    assert faults(tmp_path, "a,b\n" + "1\n" * 70)[-1] == "and 20 more"


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b",,\n1,2,3\n", b"a,b\n1,\0\n", b'a,b\n"x,1\n', b'a,b\n"x"y,1\n', b"\xff\xfe\x00"]
)
def test_refuses_what_is_no_table(tmp_path: Path, data: bytes) -> None:
    assert faults(tmp_path, data)


@pytest.mark.parametrize("text", ["12E5", "1e5", "0012", "1.10", "E+1", "1E400", "2024/3/1", "3月4日", "1 E+2", "#12"])
def test_what_may_be_text_stays(tmp_path: Path, text: str) -> None:
    assert table(tmp_path, f"a\n{text}\n").rows == [(2, [text])]


def test_bounds(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n" + "1\n" * 11)
    assert len(read_sheet(tmp_path / "a.csv", max_rows=11).rows) == 11
    with pytest.raises(Refusal):
        read_sheet(tmp_path / "a.csv", max_rows=10)
    assert faults(tmp_path, "a\n" + "x" * 200_000 + "\n")
    assert faults(tmp_path, "a\n1\n", "a.xls") == ["save it as .xlsx or .csv"]
    with pytest.raises(Refusal) as caught:
        read_sheet(tmp_path / "none.csv")
    assert caught.value.exit is Exit.ENVIRONMENT


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "＝1", " =1", "'=1", "''=1", '"=1', "=", "-"])
def test_formulas_are_hidden_and_come_back(tmp_path: Path, text: str) -> None:
    assert neutral(text) == "'" + text
    out = io.StringIO()
    csv.writer(out).writerows([["a"], [neutral(text)]])
    assert table(tmp_path, out.getvalue()).rows == [(2, [text])]


@pytest.mark.parametrize("text", ["-5", "+5.10", "a=b", "'abc", "", "王建国", "000-5550-0123"])
def test_what_is_no_formula_is_not_touched(text: str) -> None:
    assert neutral(text) == text


@given(st.one_of(st.text(max_size=10), st.text("'=+-@ \t\"1.", max_size=8)))
def test_hiding_is_reversible(text: str) -> None:
    assert restored(neutral(text)) == text


# ── workbooks ─────────────────────────────────────────────────────────────────────────────────────────────────────


def book(tmp_path: Path, rows: list[list[Any]], formats: dict[str, str] | None = None) -> Path:
    openpyxl = pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for cell, form in (formats or {}).items():
        made.active[cell].number_format = form
    made.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_cells_become_the_text_they_show(tmp_path: Path) -> None:
    day = datetime.datetime(2026, 3, 4)
    rows: list[list[Any]] = [
        ["a", "b"],
        [1, 1.0],
        [1.5, -0.25],
        ["0012", "12E5"],
        [day, day.replace(hour=8, minute=5)],
        [day.replace(hour=8, second=7), datetime.time(8, 30)],
        [True, None],
        [None, None],
        ["x\ny", 123456789012345],
        [0.1, 1e-7],
    ]
    assert read_sheet(book(tmp_path, rows)) == Sheet(
        ("a", "b"),
        [
            (2, ["1", "1"]),
            (3, ["1.5", "-0.25"]),
            (4, ["0012", "12E5"]),
            (5, ["2026-03-04", "2026-03-04 08:05"]),
            (6, ["2026-03-04 08:00:07", "08:30"]),
            (7, ["true", ""]),
            (9, ["x\ny", "123456789012345"]),
            (10, ["0.1", "0.0000001"]),
        ],
    )


def test_cells_that_lost_something_are_named(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["a", "b"], ["=1+1", 1234567890123456], [1 / 3, 123], ["#N/A", datetime.timedelta(1)]]
    with pytest.raises(Refusal) as caught:
        read_sheet(book(tmp_path, rows, {"B3": "00000"}))
    assert [(detail.en.split(":")[0], detail.en.split(":")[1]) for detail in caught.value.details] == [
        ("row 2", " column 1"),
        ("row 2", " column 2"),
        ("row 3", " column 1"),
        ("row 3", " column 2"),
        ("row 4", " column 1"),
        ("row 4", " column 2"),
    ]


def test_refuses_damaged_and_overblown_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path, [["a"], ["b"]])
    data = path.read_bytes()
    for bad in (b"", b"PK", data[: len(data) // 2], data.replace(b"PK\x01\x02", b"PK\x01\x03")):
        assert faults(tmp_path, bad, "b.xlsx")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as empty:
        empty.writestr("x", "y")
    assert faults(tmp_path, (tmp_path / "c.xlsx").read_bytes(), "d.xlsx")
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 100)
    assert faults(tmp_path, data, "e.xlsx") == ["too large when unpacked"]


def test_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path, [["a"], ["b"]])
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(Refusal) as caught:
        read_sheet(path)
    assert caught.value.exit is Exit.ENVIRONMENT
    assert caught.value.remedy is not None and "svc[xlsx]" in caught.value.remedy.en


def rows(tmp_path: Path, text: str) -> Sheet:
    return table(tmp_path, text, name="a.yaml")


def test_rows_of_a_yaml_file(tmp_path: Path) -> None:
    text = """\
rows:
- a: 一
  b: {c: 2, d: true}
  e: [x, y]
- a: "12:30"
  e: ["p;q", r]
  f: [{g: 1}, {g: null}]
"""
    found = rows(tmp_path, text)
    assert found.header == ("a", "b.c", "b.d", "e", "e.0", "e.1", "f.0.g", "f.1.g")
    assert found.rows == [
        (2, ["一", "2", "true", "x;y", "", "", "", ""]),
        (5, ["12:30", "", "", "", "p;q", "r", "1", ""]),
    ]


def test_a_yaml_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    for text in (
        "a: 1\n",
        "rows: 1\n",
        "rows: [1]\n",
        "rows: [a]\nmore: 1\n",
        "- a\n",
        "rows:\n- a: 1\n  a: 2\n",
        "rows: [\n",
    ):
        with pytest.raises(Refusal) as caught:
            rows(tmp_path, text)
        assert caught.value.exit is Exit.USAGE
        assert caught.value.where is not None and "a.yaml" in caught.value.where.en
    with pytest.raises(Refusal) as caught:
        rows(tmp_path, "rows:\n- a: 1\n- b.c: 1\n  b: {c: 2}\n")
    assert caught.value.what.en == "the rows cannot be read: b.c is given twice."
    assert caught.value.where is not None and caught.value.where.en.endswith("a.yaml:3")


@given(st.text(max_size=60))
def test_any_text_is_rows_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.yml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert read_sheet(folder / "a.yml").rows is not None
    except Refusal:
        return
