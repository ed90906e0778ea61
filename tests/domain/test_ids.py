"""Numbers, their check digits, and the places of records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.ids import (
    ParsedId,
    Place,
    check_digits,
    evidence_folder,
    make_id,
    owner_of,
    parse_id,
    place_of,
    read_id,
    record_path,
)
from svc.domain.refusal import Exit, Refusal

NUMBERS = st.builds(
    make_id,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.text("0123456789", min_size=4, max_size=4),
    st.integers(2000, 2099),
    st.integers(1, 999_999_999),
)


def test_numbers_carry_their_check_digits() -> None:
    assert make_id("PG", "0101", 2026, 398) == "PG-0101-26-00398-83"
    assert make_id("BX", "0101", 2026, 412) == "BX-0101-26-00412-28"
    assert make_id("WX", "0101", 2026, 379) == "WX-0101-26-00379-55"
    assert check_digits("794") == "44"  # the worked example of the standard
    assert make_id("PG", "0101", 2026, 123456).startswith("PG-0101-26-123456-")


def test_parts_of_a_number() -> None:
    parsed = parse_id("PG-0101-26-00398-83")
    assert parsed == ParsedId("PG", "0101", 2026, 398)
    assert str(parsed) == "PG-0101-26-00398-83"


@pytest.mark.parametrize(
    "text",
    ["", "398", "PG-0101-26-00398", "pg-0101-26-00398-83", "PG-0101-26-00398-83\n", "PG-0101-26-00398-84"]
    + ["PG-0101-26-000398-83", "PG-0101-26-398-83", "ＰG-0101-26-00398-83", "PG0101260039883", "P1-0101-26-00398-83"]
    + ["PG-0101-26-00000-" + check_digits("PG-0101-26-00000"), "--output=/x", "PG-0101-26-٠٠٣٩٨-83"],
)
def test_what_is_no_number(text: str) -> None:
    assert parse_id(text) is None


def test_what_a_person_types_is_read() -> None:
    assert (
        read_id(" pg-0101-26-00398-83 ")
        == read_id("ＰＧ－０１０１－２６－００３９８－８３")
        == ParsedId("PG", "0101", 2026, 398)
    )
    assert read_id("zhang.wei") is None


def test_a_misheard_digit_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        read_id("PG-0101-26-00389-83")
    assert refused.value.exit is Exit.NOT_FOUND
    assert refused.value.lines("zh") == [
        "错误：校验位不符：PG-0101-26-00389-83，有一位听错或输错了。",
        "  位置：PG-0101-26-00389-83",
        "  处理：请逐段核对编号，或按流水号查找  svc query 00389",
    ]


@given(NUMBERS)
def test_numbers_round_trip(number: str) -> None:
    parsed = parse_id(number)
    assert parsed is not None and str(parsed) == number


@given(NUMBERS, st.data())
def test_no_single_slip_and_no_swap_of_neighbours_passes(number: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([n for n, char in enumerate(number) if char.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    assert parse_id(number[:at] + digit + number[at + 1 :]) is None
    if at + 1 < len(number) and number[at + 1].isdigit() and number[at + 1] != number[at]:
        assert parse_id(number[:at] + number[at + 1] + number[at] + number[at + 2 :]) is None


@pytest.mark.parametrize(
    ("prefix", "lane", "year", "sequence"),
    [("P", "0101", 2026, 1), ("pg", "0101", 2026, 1), ("PG", "101", 2026, 1), ("PG", "01o1", 2026, 1)]
    + [("PG", "0101", 1999, 1), ("PG", "0101", 2100, 1), ("PG", "0101", 2026, 0), ("PG", "0101", 2026, 10**9)],
)
def test_parts_that_no_number_has(prefix: str, lane: str, year: int, sequence: int) -> None:
    with pytest.raises(ValueError):
        make_id(prefix, lane, year, sequence)


def test_places_of_records() -> None:
    number = "PG-0101-26-00398-83"
    path = record_path("dispatch", number, 2026)
    assert path == "records/2026/dispatch/0101/03/PG-0101-26-00398-83.yaml"
    assert evidence_folder(path) == "records/2026/dispatch/0101/03/PG-0101-26-00398-83"
    assert place_of(path) == Place("dispatch", number, 2026)
    assert owner_of(evidence_folder(path) + "/arrival_proof-1.jpg") == Place("dispatch", number, 2026)
    long = make_id("PG", "0101", 2026, 123456)
    assert record_path("dispatch", long, 2026) == f"records/2026/dispatch/0101/1234/{long}.yaml"


def test_places_in_a_register() -> None:
    path = record_path("product-model", "CG 958/G", None)
    assert path == "records/register/product-model/75/CG%20958%2FG.yaml"
    assert place_of(path) == Place("product-model", "CG 958/G", None)
    assert owner_of(evidence_folder(path) + "/photo-1.jpg") == Place("product-model", "CG 958/G", None)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "records/svc.yaml",
        "records/2026/dispatch/0101/04/PG-0101-26-00398-83.yaml",
        "records/2026/dispatch/0102/03/PG-0101-26-00398-83.yaml",
        "records/2025/dispatch/0101/03/PG-0101-26-00398-83.yaml",
        "records/2026/dispatch/0101/3/PG-0101-26-00398-83.yaml",
        "records/2026/dispatch/0101/03/PG-0101-26-00398-84.yaml",
        "records/2026/Dispatch/0101/03/PG-0101-26-00398-83.yaml",
        "records/2026/../0101/03/PG-0101-26-00398-83.yaml",
        "records/2026/dispatch/0101/03/PG-0101-26-00398-83.yaml\n",
        "records/2026/dispatch/0101/03/PG-0101-26-00398-83/x.yaml",
        "records/register/person/00/zhang.wei.yaml",
        "records/register/person/f9/zhang.wei.yml",
        "records/register/person/00/%7Ahang.wei.yaml",
    ],
)
def test_paths_where_no_record_stands(path: str) -> None:
    assert place_of(path) is None


def test_no_path_for_what_is_no_record() -> None:
    for form, id, year in (("dispatch", "PG-0101-26-00398-84", 2026), ("dispatch", "PG-0101-26-00398-83", 2025)):
        with pytest.raises(ValueError):
            record_path(form, id, year)
    with pytest.raises(ValueError):
        record_path("../x", "a", None)
    with pytest.raises(ValueError):
        evidence_folder("records/2026")


@given(st.text(min_size=1, max_size=40))
def test_register_places_round_trip(key: str) -> None:
    try:
        path = record_path("part", key, None)
    except Refusal:
        return
    assert place_of(path) == Place("part", key, None)
    assert owner_of(path) is None or "/" in key
