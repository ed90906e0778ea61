"""A sheet's headings as fields, its cells as values; nothing guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from svc.domain.columns import column_of, pieces, read_columns, read_row, suited
from svc.domain.procedure import Library
from svc.domain.refusal import Refusal, Text
from svc.domain.schema import FormSchema
from svc.domain.values import Reading
from svc.store.schemas import load_folder

LINE = {"type": "string", "x-type": "line"}


def field(title: str, **node: object) -> dict[str, object]:
    """One property of the form."""
    return {"title": title, "x-en": title, **node}


PARTS = {
    "type": "array",
    "items": {"type": "object", "properties": {"part": field("件", **LINE), "qty": field("数量", type="integer")}},
}
SCHEMA = FormSchema(
    {
        "properties": {
            "fields": {
                "properties": {
                    "code": field("代号", **LINE),
                    "day": field("日期", type="string", **{"x-type": "date"}),
                    "at": field("时间", type="string", **{"x-type": "instant"}),
                    "tags": field("标签", type="array", items=LINE),
                    "owner": field("所有人", type="string", **{"x-link": "person"}),
                    "parts": field("配件", **PARTS),
                    "box": field("箱", type="object", properties={"size": field("尺寸", **LINE)}),
                }
            }
        }
    },
    {},
)
READING = Reading(datetime(2026, 3, 5, 9, 0, tzinfo=UTC), UTC, lambda name: "")


def row(header: list[str], cells: list[str]) -> tuple[Any, list[str]]:
    """What one row gives, and its faults as lines."""
    columns, faults = read_columns(header, SCHEMA, "thing")
    assert faults == []
    gave, found = read_row(2, cells, columns, READING, lambda links, value: f"{links[0]}:{value}")
    return gave, [fault.line().zh for fault in found]


def test_cells_are_text_and_empty_ones_give_nothing() -> None:
    gave, faults = row(["code", "标签", "所有人", "日期", "尺寸"], [" 0071 ", "a; b；c;", "li", "", "大"])
    assert faults == []
    assert gave.values == {"code": "0071", "tags": ["a", "b", "c"], "owner": "person:li", "box": {"size": "大"}}


def test_items_of_a_list_by_index_or_as_one_new_item() -> None:
    indexed, _ = row(["parts.0.qty", "parts.0.part", "parts.1.part"], ["2", "A", "B"])
    assert indexed.values == {"parts": [{"qty": 2, "part": "A"}, {"part": "B"}]}
    single, _ = row(["parts.part"], ["A"])
    assert single.values == {"parts": {"part": "A"}}
    _, faults = row(["parts.0.part", "parts.1.part"], ["", "B"])
    assert faults == ["第 2 行“parts”：缺少第 0 项（从 0 数起）"]


def test_evidence_columns() -> None:
    gave, _ = row(["evidence.paper", "凭证.合格证.0"], ["a.pdf; b/c.pdf", ""])
    assert gave.papers == (("paper", "a.pdf", "evidence.paper"), ("paper", "b/c.pdf", "evidence.paper"))


@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [
        ("日期", "3月4日", "“3月4日”：日期只写作 2025-03-04"),
        ("日期", "今天", "“今天”：日期只写作 2025-03-04"),
        ("日期", "2025-02-30", "看不懂这个时间：“2025-02-30”"),
        ("时间", "15:20", "“15:20”：时间写作 2025-03-04 15:20"),
        ("parts.0.qty", "1.5", "“数量”不能是“1.5”：要一个整数"),
        ("箱", "x", "一格写不下一组字段，请分列"),
        ("code", "a\x1bb", "含有控制字符 U+001B"),
    ],
)
def test_faults_name_row_and_column(heading: str, cell: str, said: str) -> None:
    _, (fault,) = row([heading], [cell])
    assert fault.startswith(f"第 2 行“{heading}”：")
    assert said in fault


def test_headings_that_mean_nothing_or_the_same() -> None:
    _, faults = read_columns(["code", "代号", "nothing"], SCHEMA, "thing")
    assert [fault.line().zh.partition("；")[0] for fault in faults] == [
        "第 1 行“代号”：与“code”是同一个字段",
        "第 1 行“nothing”：没有这个字段：nothing",
    ]


@pytest.mark.parametrize(
    ("zh", "en", "column"),
    [
        ("“日期”在将来", "the day lies ahead", "日期"),
        ("缺少", "lacks: code", "code"),
        ("“日期”与 code", "code and “日期”", ""),
        ("不行", "no", ""),
    ],
)
def test_the_column_a_refusal_speaks_of(zh: str, en: str, column: str) -> None:
    columns, _ = read_columns(["code", "日期"], SCHEMA, "thing")
    assert column_of(Refusal(Text(zh, en)), columns) == column


def test_pieces() -> None:
    assert pieces(" a ;；b;; ") == ["a", "b"]


def test_the_real_schemas_have_no_heading_twice(root: Path) -> None:
    """Every field of every form can be a column by its path."""
    envelope = json.loads((root / "schemas" / "record.schema.json").read_text("utf-8"))
    for path in sorted((root / "schemas").glob("*@*/*.schema.json")):
        schema = FormSchema.of(json.loads(path.read_text("utf-8")), envelope)
        header = [one.replace(".*.", ".0.") for one in schema.paths()]
        _, faults = read_columns(header, schema, path.stem)
        assert faults == [], path


def test_the_making_action_is_the_one_that_takes_every_column(root: Path) -> None:
    """A sheet with scans and owners registers machines; one with serial numbers alone hands handbooks out."""
    documents = {path.removeprefix("schemas/"): doc for path, doc in load_folder(root / "schemas").items()}
    form = Library.read(documents, ("core@1", "chenggong@1")).forms["warranty-handbook"]
    short, faults = read_columns(["serial", "model", "handbook_no", "certificate_no"], form.schema, form.name)
    whole, _ = read_columns(["serial", "customer", "training_given", "evidence.invoice"], form.schema, form.name)
    neither, _ = read_columns(["serial", "evidence.receipt"], form.schema, form.name)
    assert faults == []
    assert [suited(form, columns) for columns in (short, whole, neither)] == ["issue", "enrol", "issue"]
