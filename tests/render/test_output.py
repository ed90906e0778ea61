"""Rows in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.refusal import Text
from svc.render.formats import FORMATS
from svc.render.output import BLOCK, document, json_text, neutralised, output, restored
from svc.render.table import Column

COLUMNS = [
    Column("cost", Text("费用", "Cost"), right=True),
    Column("id", Text("编号", "Id")),
    Column("who", Text("谁", "Who")),
]
ROWS: list[list[Any]] = [["12.50", "PG-1", ["王建国", "李娜"]], [None, "PG-2", {"urgent": True}]]


def dump(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)


def made(format: str, rows: Any = None, **more: Any) -> str:
    return "".join(output(format, COLUMNS, ROWS if rows is None else rows, **more))


def test_json_is_one_array() -> None:
    text = made("json")
    assert text == (
        '[\n{"cost": "12.50", "id": "PG-1", "who": ["王建国", "李娜"]},\n'
        '{"cost": null, "id": "PG-2", "who": {"urgent": true}}\n]\n'
    )
    assert json.loads(text)[0]["who"] == ["王建国", "李娜"]
    assert made("json", []) == "[]\n"


def test_ndjson_is_one_object_a_line() -> None:
    assert [json.loads(line)["id"] for line in made("ndjson").splitlines()] == ["PG-1", "PG-2"]
    assert made("ndjson", []) == ""


def test_csv_names_the_columns() -> None:
    assert made("csv") == 'cost,id,who\n12.50,PG-1,王建国; 李娜\n,PG-2,"{""urgent"": true}"\n'
    assert made("csv", [], bom=True) == "\ufeffcost,id,who\n"


def test_yaml_is_one_list() -> None:
    assert yaml.safe_load(made("yaml", dump=dump)) == json.loads(made("json"))
    assert made("yaml", [], dump=dump) == "[]\n"


def test_ids_are_the_column_of_that_name() -> None:
    assert made("ids") == "PG-1\nPG-2\n"
    assert "".join(output("ids", COLUMNS[:1], [["1"]])) == "1\n"
    assert made("ids", []) == ""


def test_a_table_ends_its_lines() -> None:
    assert made("table", lang="en").splitlines()[0] == " Cost  Id    Who"


def test_every_format_is_made_and_no_other() -> None:
    for format in FORMATS:
        assert made(format, dump=dump).endswith("\n")
    for format in ("xml", "yaml"):
        with pytest.raises(ValueError):
            made(format)


def test_large_sets_are_streamed() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[str]]:
        for n in range(10 * BLOCK):
            taken.append(n)
            yield ["1", f"PG-{n}", ""]

    for format in ("json", "ndjson", "csv", "yaml", "ids"):
        taken.clear()
        pieces = output(format, COLUMNS, rows(), dump=dump)
        next(pieces), next(pieces)
        assert len(taken) <= BLOCK + 1


def test_one_whole_value() -> None:
    value = {"id": "PG-1", "fields": {"姓名": "王建国"}}
    assert document("json", value) == '{\n  "id": "PG-1",\n  "fields": {\n    "姓名": "王建国"\n  }\n}\n'
    assert document("ndjson", value) == '{"id": "PG-1", "fields": {"姓名": "王建国"}}\n'
    assert document("yaml", value, dump=dump) == dump(value)
    with pytest.raises(ValueError):
        document("csv", value)


HOSTILE = ["\x1b[31m", "\x7f", "\x9b31m", "\u202e", "\u200b", "\u2028", "\ufeff", "\ud800", "\U000e0041"]


@pytest.mark.parametrize("text", HOSTILE)
def test_json_hides_nothing_and_loses_nothing(text: str) -> None:
    spelled = json_text({"a": text, "王": ["\n"]}, indent=2)
    assert text not in spelled and "王" in spelled
    assert json.loads(spelled) == {"a": text, "王": ["\n"]}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_format_passes_on_what_steers_a_terminal(text: str) -> None:
    for format in ("table", "json", "ndjson", "csv", "ids"):
        shown = "".join(output(format, COLUMNS, [[text, text, [text]]]))
        assert text not in shown
        shown.encode()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_reads_back(value: Any) -> None:
    assert json.loads(json_text(value)) == value


def test_json_knows_no_nan() -> None:
    with pytest.raises(ValueError):
        json_text(float("nan"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+1",
        "-",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x00=1",
        " =1",
        "\u3000=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "'",
        "'=1",
    ],
)
def test_formulas_are_neutralised(text: str) -> None:
    assert neutralised(text) == "'" + text
    assert restored(neutralised(text)) == text
    first = next(csv.reader(io.StringIO("".join(output("csv", COLUMNS[:1], [[text]])).partition("\n")[2], newline="")))[
        0
    ]
    assert first.startswith("'")


@pytest.mark.parametrize("text", ["", "-5.00", "-3", "12E5", "a=b", "王建国", "000-5550-0123", " x", "1'2"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert neutralised(text) == text


@given(st.text(max_size=20))
def test_neutralising_is_reversible(text: str) -> None:
    assert restored(neutralised(text)) == text


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="gbk", categories=["L", "N", "P", "S", "Zs"]) | st.just("\n"), max_size=8),
            min_size=3,
            max_size=3,
        ),
        max_size=4,
    )
)
def test_csv_reads_back(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(made("csv", rows), newline="")))
    assert [[restored(text) for text in row] for row in read[1:]] == rows
