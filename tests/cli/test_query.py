"""`svc query`: words, fields, ranges, states, times; rows, counts, groups, sums."""

from __future__ import annotations

from typing import Any

import pytest

ONE, TWO = "PG-0101-26-00001-13", "PG-0101-26-00002-10"
FIRST, SECOND, THIRD = "BX-0101-26-00001-97", "BX-0101-26-00002-94", "BX-0101-26-00003-91"

FOUND = {
    # words: case and width aside, two hanzi, titles of states and choices, AND
    "漏油": [FIRST, THIRD],
    "液压 漏油": [FIRST],
    "intake 电话": [FIRST, SECOND, THIRD],
    "intake TELEPHONE 不能": [SECOND],
    "dispatch 已接单": [ONE],
    "dispatch accepted": [ONE],
    "warranty-handbook ｃｇ９５６－０００２": ["CG956-0002"],
    # fields: by id, tail, Chinese title, across links
    "intake serial:CG956-0002": [SECOND],
    "出厂编号:cg956-0002 form:intake": [SECOND],
    "intake name:王建国 id:1": [FIRST],
    "dispatch 服务方式:维修站上门 派出人员:张伟": [ONE, TWO],
    "dispatch mode:part_mail,other": [],
    "dispatch intake:2": [TWO],
    "dispatch intake.machine.customer.name:示例建筑": [ONE, TWO],
    "intake verdict:属于三包": [FIRST, SECOND],
    "intake certificate_seen:否": [],
    # ranges and comparisons, typed
    "product-model months:10..12": ["CG956"],
    "product-model months:13..": [],
    "product-model months>=12": ["CG956"],
    "product-model months<12": [],
    "product-model months!=11": ["CG956"],
    "intake fault_time:..2026-03-02": [SECOND],
    "intake fault_time>2026-03-02": [],
    "intake channel!=电话": [],
    # states and marks
    "intake state:received,已派工": [FIRST, SECOND, THIRD],
    "intake 状态：已登记": [THIRD],
    "state:expired": ["CG956-0002"],
    "warranty-handbook state:超过保修期": ["CG956-0002"],
    # times of the last step, and of the first
    "intake at:2026-03-03": [FIRST, SECOND],
    "intake at:2026-03-03..2026-03-04": [FIRST, SECOND],
    "intake at:2026-03-05..": [THIRD],
    "intake at:2027": [],
    "intake opened:2026-03": [FIRST, SECOND, THIRD],
    "dispatch since:2026-03-03T12:00:00": [TWO],
    "dispatch until:2026-03-03T12:00:00": [ONE],
    "dispatch year:2026": [ONE, TWO],
    "dispatch year:2027..": [],
    "dispatch month:2026-03": [ONE, TWO],
    # people and limits
    "dispatch by:张伟": [ONE],
    "dispatch role:派出人员": [ONE],
    "person role:接线专人": ["wang.fang"],
    "overdue": [ONE, TWO],
    "intake late": [SECOND],
    # a form by title and code; text with a colon
    "派工单 用户原": [],
    "用户原-02": [ONE, TWO],
    "text:12:30": [],
}


@pytest.mark.parametrize("words", FOUND)
def test_finds(words: str, company: Any) -> None:
    answer = company.svc("query", *words.split(), "-q")
    assert (answer.code, answer.lines, answer.err) == (0, FOUND[words], "")


def test_mine_is_what_names_me_or_what_i_did(company: Any) -> None:
    assert company.svc("query", "dispatch", "mine", "-q", me="zhang.wei").lines == [ONE, TWO]
    assert company.svc("query", "intake", "mine", "-q", me="zhang.wei").lines == []
    assert company.svc("query", "intake", "mine", "--count", me="wang.fang").out == "3\n"


REFUSED = {
    "intake serail:1": "错误：没有这个字段：serail。\n  - 是否指 serial\n  位置：serail\n  处理：svc explain intake\n",
    "foo:1": "错误：没有这个字段：foo。\n  - 是否指 from\n  - 是否指 form\n  位置：foo\n  处理：svc explain FORM\n",
    "dispatch state:acepted": (
        "错误：没有状态 acepted。\n  - 是否指 accepted\n  - 是否指 cancelled\n  - 是否指 repaired\n"
        "  位置：acepted\n  处理：svc help query\n"
    ),
    "product-model months>=abc": (
        "错误：months 的值“abc”：要一个数，如 12.50。\n  位置：months:abc\n  处理：svc help query\n"
    ),
    "intake --sum serial": "错误：“出厂编号”不是数目，不能求和。\n  位置：--sum serial\n  处理：svc query … --count\n",
}


@pytest.mark.parametrize("words", REFUSED)
def test_refuses(words: str, company: Any) -> None:
    answer = company.svc("query", *words.split())
    assert (answer.code, answer.out, answer.err) == (2, "", REFUSED[words])


@pytest.mark.parametrize(
    "word", ["intake at:2026-13-01", "since:x", "at:..", "role:nobody", "form:x", "by:谁", "year:x"]
)
def test_refuses_what_it_cannot_read(word: str, company: Any) -> None:
    answer = company.svc("query", *word.split())
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("错误：")


@pytest.mark.parametrize("word", ["", "  ", ":", "::", ">=5", "..", ".:1", "a" * 5000, "\x1b[31m", "😀"])
def test_never_breaks(word: str, company: Any) -> None:
    assert company.svc("query", word).code in (0, 2)


def test_table_shows_titles_and_json_shows_values(company: Any) -> None:
    table = company.svc("query", "dispatch", ONE, "--fields", "id,state,mode,assigned_to,reported_at")
    assert table.lines == [
        "编号                 状态    服务方式    派出人员  报修时间",
        "-------------------  ------  ----------  --------  ----------------",
        "PG-0101-26-00001-13  已接单  维修站上门  张伟      2026-03-03 10:00",
    ]
    assert company.svc("query", "dispatch", ONE, "-O", "json").json == [
        {
            "id": ONE,
            "state": "accepted",
            "at": "2026-03-03T11:20:00+08:00",
            "intake": FIRST,
            "mode": "station_visit",
            "fault_class": "ordinary",
            "machine": "CG956-0001",
            "reported_at": "2026-03-03T10:00:00+08:00",
        }
    ]


def test_a_mark_of_time_stands_beside_the_state(company: Any) -> None:
    shown = company.svc("query", "warranty-handbook", "--fields", "id,state").lines
    assert shown[2:] == ["CG956-0001  已登记", "CG956-0002  已登记（超过保修期）"]


def test_nothing_found_is_no_failure(company: Any) -> None:
    assert company.svc("query", "intake", "nothing", "-O", "json").out == "[]\n"
    assert company.svc("query", "intake", "nothing", "-q").out == ""
    assert company.svc("query", "intake", "nothing", "--count").out == "0\n"
    assert company.svc("query", "intake", "nothing", "--sum", "hour_meter").out == "0\n"


def test_order_is_stable_and_sorting_is_typed(company: Any) -> None:
    assert company.svc("query", "intake", "-q").lines == [FIRST, SECOND, THIRD]
    assert company.svc("query", "intake", "-q", "--sort", "-at").lines == [THIRD, SECOND, FIRST]
    assert company.svc("query", "intake", "-q", "--sort", "state").lines == [THIRD, FIRST, SECOND]
    by_fault = company.svc("query", "intake", "--sort", "-fault_time", "--fields", "id,fault_time", "-O", "json").json
    assert [row["id"] for row in by_fault] == [SECOND, FIRST, THIRD]
    assert company.svc("query", "intake", "-q", "--sort", "serial,-at", "--limit", "2").lines == [THIRD, FIRST]


def test_groups_counts_and_exact_sums(world: Any) -> None:
    made = world.svc("query", "intake", "--group-by", "serial", "-O", "json").json
    assert made == [{"serial": "CG956-0001", "count": 2}, {"serial": "CG956-0002", "count": 1}]
    shown = world.svc("query", "dispatch", "--group-by", "assigned_to").lines
    assert shown == ["派出人员  张数", "--------  ----", "张伟         2"]
    for number, price in (("P-1", "100.10"), ("P-2", "200.20")):
        given = (f"part_no={number}", "name=油管", "class=self_made", f"unit_price={price}")
        world.done("create", "part", *given, me="zhao.qiang")
    assert world.svc("query", "part", "--sum", "unit_price").out == "300.30\n"
    summed = world.svc("query", "part", "--sum", "unit_price", "--count", "-O", "json").json
    assert summed == {"count": 2, "field": "unit_price", "sum": "300.30"}
    grouped = world.svc("query", "part", "--group-by", "class", "--sum", "unit_price", "-O", "json").json
    assert grouped == [{"class": "self_made", "count": 2, "sum": "300.30"}]
    assert world.svc("query", "part", "unit_price>=200", "-q").lines == ["P-2"]


def test_as_of_sees_the_records_of_that_time(company: Any) -> None:
    assert company.svc("query", "dispatch", "-q", "--as-of", "2026-03-03 10:30").lines == []
    assert company.svc("query", "dispatch", "state:issued", "-q", "--as-of", "2026-03-03 11:00").lines == [ONE]
    assert company.svc("query", "overdue", "-q", "--as-of", "2026-03-03 16:00").lines == []


def test_a_narrow_terminal_stays_aligned(company: Any, narrow: None) -> None:
    shown = company.svc("query", "intake", FIRST).lines
    assert shown[0] == "编号：      BX-0101-26-00001-97"
    assert all(line.index("：") for line in shown)
    table = company.svc("query", "intake", FIRST, "--fields", "id,state,fault_symptom").lines
    assert table[1] == "-------------------  ------  --------"


def test_speaks_english(company: Any, english: None) -> None:
    shown = company.svc("query", "dispatch", ONE, "--fields", "id,state,mode").lines
    assert shown == [
        "id                   state     Mode",
        "-------------------  --------  -------------",
        "PG-0101-26-00001-13  accepted  station visit",
    ]
    assert company.svc("query", "foo:1").err.startswith("error: no such field: foo.\n  - did you mean from\n")


def test_csv_and_ids(company: Any) -> None:
    assert company.svc("query", "dispatch", "--fields", "id,assigned_to", "-O", "csv").out == (
        f"id,assigned_to\n{ONE},zhang.wei\n{TWO},zhang.wei\n"
    )
    assert company.svc("query", "dispatch", "--fields", "mode", "-O", "ids").out == f"{ONE}\n{TWO}\n"
