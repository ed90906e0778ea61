"""Typed text becomes the value its field declares, or is refused."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.refusal import Exit, Refusal
from svc.domain.schema import FormSchema
from svc.domain.values import Reading, children, read_value, read_whole, strict_json

EVERY_TYPE = json.loads(Path(__file__).with_name("every-type.schema.json").read_text("utf-8"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=SHANGHAI)
READING = Reading(NOW, SHANGHAI, lambda source: source)
FORM = FormSchema.of(EVERY_TYPE, {})


def read(path: str, text: str) -> Any:
    info = FORM.info(path)
    assert info is not None
    return read_value(text, info, READING)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("note", " 漏油\r\n两处 \n", "漏油\n两处"),
        ("serial", " 12E5 ", "12E5"),
        ("cost", "12", "12.00"),
        ("cost", "12.3", "12.30"),
        ("cost", "0012.30", "12.30"),
        ("cost", "-0", "0.00"),
        ("cost", "-5.5", "-5.50"),
        ("cost", "１２．３０", "12.30"),
        ("cost", "31000000.00", "31000000.00"),
        ("hours", "12.50", "12.5"),
        ("hours", "007", "7"),
        ("hours", "-0.0", "0"),
        ("hours", "0.0000001", "0.0000001"),
        ("sold_on", "今天", "2026-11-23"),
        ("sold_on", "2024-02-29", "2024-02-29"),
        ("arrived_at", "15:20", "2026-11-23T15:20:00+08:00"),
        ("month", "2026-11", "2026-11"),
        ("count", "-3", -3),
        ("urgent", "是", True),
        ("urgent", "No", False),
        ("intake", "412-28", "412-28"),
        ("mode", "part_mail", "part_mail"),
        ("mode", "上门", "station_visit"),
        ("mode", "station VISIT", "station_visit"),
        ("assigned_to", "zhang.wei,li.na", "zhang.wei,li.na"),
        ("free", "anything", "anything"),
    ],
)
def test_values_of_typed_text(path: str, text: str, value: Any) -> None:
    found = read(path, text)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("note", t)
        for t in ("", " \n\t", "　", "a\x1b[31m", "a\tb", "a\u202eb", "a\u200bb", "a\x85b", "\ud800", "\ufeff")
    ]
    + [("serial", "a\nb"), ("serial", "a\u2028b")]
    + [
        ("cost", t)
        for t in ("12.345", "1e3", "1,000", "12.", ".5", "￥12", "NaN", "+5", "--5", "0x1", "1_0", "٣", "9" * 31)
    ]
    + [("hours", t) for t in ("1e3", "inf", "1.5.2", "1 2", "")]
    + [("sold_on", "2026-02-30"), ("arrived_at", "明天"), ("month", "2026-13"), ("month", "11")]
    + [("count", t) for t in ("1.0", "true", "1e3", "9" * 19)]
    + [("urgent", t) for t in ("1", "y", "on", "")]
    + [("mode", t) for t in ("上们", "STATION_VISIT!", "0")],
)
def test_text_that_does_not_fit_is_refused(path: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(path, text)
    assert refused.value.exit is Exit.USAGE
    assert all(line.isprintable() for line in refused.value.lines("zh"))


def test_an_unknown_choice_shows_the_choices() -> None:
    with pytest.raises(Refusal) as refused:
        read("mode", "飞")
    assert refused.value.lines("zh") == [
        "错误：“方式”不能是“飞”：可以是：",
        "  - station_visit  上门",
        "  - part_mail  邮寄",
        "  - other  其他",
        "  位置：mode",
    ]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_money_keeps_its_value(amount: Decimal) -> None:
    spelled = read("cost", f"{amount:f}")
    assert Decimal(spelled) == amount
    assert read("cost", spelled) == spelled and len(spelled.rpartition(".")[2]) == 2


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=9))
def test_decimals_keep_their_value_in_one_spelling(number: Decimal) -> None:
    spelled = read("hours", f"{number:f}")
    assert Decimal(spelled) == number
    assert read("hours", spelled) == spelled
    assert "E" not in spelled and not ("." in spelled and spelled.endswith("0"))


@given(st.sampled_from(FORM.paths()), st.text(max_size=20))
def test_any_text_is_read_or_refused(path: str, text: str) -> None:
    try:
        value = read(path, text)
    except Refusal as refused:
        assert refused.exit is Exit.USAGE
    else:
        assert value is not None


@pytest.mark.parametrize(
    "text",
    ["1.0", "1e3", "NaN", "Infinity", "-Infinity", '{"a": 1, "a": 2}', '[{"x": 0.5}]', "9" * 30, "", "{", "[1,]", "'a'"]
    + ["[" * 100_000, '"' + "x" * 300_000 + '"', "1" * 5000, "\ufeff1", '{"a": 1} x', '"a\nb"'],
)
def test_json_is_strict(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        strict_json(text)
    assert refused.value.exit is Exit.USAGE


def test_json_of_a_list_is_read_leaf_by_leaf() -> None:
    raw = strict_json('[{"part": "P-1", "qty": 2, "单价": 12, "serials": ["a", " b "]}, {"part": "P-2", "qty": "３"}]')
    assert read_whole(raw, "parts", FORM, READING) == [
        {"part": "P-1", "qty": 2, "price": "12.00", "serials": ["a", "b"]},
        {"part": "P-2", "qty": 3},
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [("parts", t) for t in ("{}", '"P-1"', "[1]", '[{"nothing": 1}]', '[{"qty": 1, "数量": 2}]', '[{"qty": true}]')]
    + [("parts", t) for t in ('[{"qty": null}]', '[{"part": 1}]', '[{"price": "1.234"}]', '[{"serials": "a"}]')]
    + [("reporter", "[]"), ("reporter", '{"name": ""}'), ("urgent", "1"), ("cost", "true"), ("note", "null")]
    + [("free", '{"a": ["x\\u001b"]}'), ("free", '{"\\ud800": 1}')],
)
def test_json_that_does_not_fit_is_refused(path: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_whole(strict_json(text), path, FORM, READING)
    assert refused.value.exit is Exit.USAGE


def test_what_no_schema_shapes_is_kept() -> None:
    raw = {"a": [1, None, True, "", "b"], "c": {"d": {}}}
    assert read_whole(raw, "free", FORM, READING) == raw


def test_children_of_groups_and_lists() -> None:
    assert children(FORM, "reporter") == {"name": "reporter.name", "phone": "reporter.phone"}
    assert list(children(FORM, "parts")) == ["part", "qty", "price", "serials"]
    assert children(FORM, "assigned_to") == children(FORM, "note") == {}
