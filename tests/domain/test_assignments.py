"""Words after `create` and `advance`: names, operators, lists, files, child forms."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from svc.domain.assignments import Given, parse_assignments
from svc.domain.refusal import Exit, Refusal
from svc.domain.schema import FormSchema
from svc.domain.values import Reading

EVERY_TYPE = json.loads(Path(__file__).with_name("every-type.schema.json").read_text("utf-8"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=SHANGHAI)


def form(*names: str) -> FormSchema:
    """A form that has the fields of that name out of `EVERY_TYPE`."""
    fields = EVERY_TYPE["properties"]["fields"]["properties"]
    chosen = {name: fields[name] for name in names or fields}
    return FormSchema.of({"properties": {"fields": {"type": "object", "properties": chosen}}}, {})


def reading(**files: str) -> Reading:
    """A reading whose files are `files`; `stdin` is what `-` gives."""
    return Reading(NOW, SHANGHAI, lambda source: files["stdin" if source == "-" else source])


FORM = form()
CHILDREN = {"dispatch": form("mode", "assigned_to", "parts"), "claim": form("cost")}


def parse(*words: str, standing: Any = None, **files: str) -> Given:
    return parse_assignments(words, FORM, form="intake", reading=reading(**files), children=CHILDREN, standing=standing)


def refusal(*words: str, **files: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        parse(*words, **files)
    assert refused.value.exit is Exit.USAGE
    return refused.value


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["reporter.name=王建国"], {"reporter": {"name": "王建国"}}),
        (["name=王建国", "reporter.phone=000-5550-0123"], {"reporter": {"name": "王建国", "phone": "000-5550-0123"}}),
        (["报修人.姓名=王建国"], {"reporter": {"name": "王建国"}}),
        (["姓名=王建国"], {"reporter": {"name": "王建国"}}),
        (["报修人.name=王建国"], {"reporter": {"name": "王建国"}}),
        (["result=effective"], {"verification": {"result": "effective"}}),
        (["到达时间=15:20"], {"arrived_at": "2026-11-23T15:20:00+08:00"}),
        (["方式=上门", "加急=是"], {"mode": "station_visit", "urgent": True}),
        (["note=a=b"], {"note": "a=b"}),
        (["note=+5"], {"note": "+5"}),
        (["assigned_to+=zhang.wei", "assigned_to+=li,na"], {"assigned_to": ["zhang.wei", "li,na"]}),
        (['assigned_to:=["zhang.wei"]'], {"assigned_to": ["zhang.wei"]}),
        (["assigned_to:=[]"], {"assigned_to": []}),
        (["assigned_to.1=b", "assigned_to.0=a"], {"assigned_to": ["a", "b"]}),
        (
            ["parts.0.part=P-1", "parts.0.qty=2", "parts.1.part=P-2"],
            {"parts": [{"part": "P-1", "qty": 2}, {"part": "P-2"}]},
        ),
        (["配件.0.数量=2"], {"parts": [{"qty": 2}]}),
        (['parts:=[{"part":"P-1","qty":1}]'], {"parts": [{"part": "P-1", "qty": 1}]}),
        (['parts+={"part":"P-1"}', 'parts+={"part":"P-2"}'], {"parts": [{"part": "P-1"}, {"part": "P-2"}]}),
        (['parts.0:={"part":"P-1"}'], {"parts": [{"part": "P-1"}]}),
        (["parts.0.serials+=a", "parts.0.serials+=b"], {"parts": [{"serials": ["a", "b"]}]}),
        (["parts.0.serials.0=a"], {"parts": [{"serials": ["a"]}]}),
        (['reporter:={"name":"王建国"}'], {"reporter": {"name": "王建国"}}),
        (['note:="-"'], {"note": "-"}),
        (["cost:=12"], {"cost": "12.00"}),
    ],
)
def test_words_give_values(words: list[str], values: dict[str, Any]) -> None:
    found = parse(*words)
    assert (found.values, found.added, found.children) == (values, {}, {})


def test_paths_given_are_those_of_the_schema() -> None:
    found = parse("name=王建国", 'parts:=[{"part":"P-1"},{"qty":2}]', "assigned_to+=a", 'verification:={"result":"x"}')
    assert found.paths == {"reporter.name", "parts.*.part", "parts.*.qty", "assigned_to", "verification.result"}
    assert parse("parts:=[]").paths == {"parts"}
    assert parse("parts.0.serials+=a").paths == {"parts.*.serials"}
    assert parse("outcome=failed").paths == {"talks.*.outcome"}


def test_long_text_comes_from_files_and_standard_input() -> None:
    assert parse("note@=a.txt", **{"a.txt": "\ufeff一\r\n二\n"}).values == {"note": "一\n二"}
    assert parse("note=-", stdin="一\n二\n").values == {"note": "一\n二"}
    assert parse("note@=-", stdin="x").values == {"note": "x"}
    assert parse("parts@=p.json", **{"p.json": '[{"qty": 1}]\n'}).values == {"parts": [{"qty": 1}]}
    assert parse("reporter=-", stdin='{"name": "王建国"}').values == {"reporter": {"name": "王建国"}}
    assert refusal("note=-", "serial@=-", stdin="x").what.zh == "标准输入（-）只能用一次"


def test_one_new_item_is_given_without_index() -> None:
    found = parse("talks.outcome=failed", "协商日期=今天")
    assert (found.values, found.added) == ({}, {"talks": {"outcome": "failed", "held_on": "2026-11-23"}})
    assert parse("serials+=a", "serials+=b").added == {"parts": {"serials": ["a", "b"]}}
    assert refusal("talks.outcome=failed", "talks.0.held_on=今天").what.zh == "“talks”有的带序号，有的不带"


def test_lists_changed_by_index_start_from_what_stands() -> None:
    standing = {"parts": [{"part": "P-1", "qty": 1}, {"part": "P-2", "qty": 1}], "assigned_to": ["a"]}
    found = parse("parts.1.qty=5", "assigned_to+=b", standing=standing)
    assert found.values == {"parts": [{"part": "P-1", "qty": 1}, {"part": "P-2", "qty": 5}], "assigned_to": ["a", "b"]}
    assert standing["parts"] == [{"part": "P-1", "qty": 1}, {"part": "P-2", "qty": 1}]
    assert parse('parts:=[{"qty":3}]', standing=standing).values == {"parts": [{"qty": 3}]}
    assert parse("parts.2.part=P-3", standing=standing).values["parts"][2] == {"part": "P-3"}


def test_words_of_child_forms_are_routed() -> None:
    found = parse(
        "dispatch.mode=上门", "dispatch.assigned_to+=zhang.wei", "dispatch.parts.0.qty=2", "claim.费用=3", "mode=邮寄"
    )
    assert found.values == {"mode": "part_mail"}
    assert found.children["dispatch"].values == {
        "mode": "station_visit",
        "assigned_to": ["zhang.wei"],
        "parts": [{"qty": 2}],
    }
    assert found.children["claim"].values == {"cost": "3.00"}
    assert found.children["claim"].paths == {"cost"}


def test_an_own_field_goes_before_a_child_form() -> None:
    words = ["reporter.name=王建国", "reporter.mode=上门"]
    found = parse_assignments(words, FORM, form="x", reading=reading(), children={"reporter": form("mode")})
    assert found.values == {"reporter": {"name": "王建国"}}
    assert found.children["reporter"].values == {"mode": "station_visit"}


def test_unknown_field_in_full() -> None:
    assert refusal("repoter.name=x").lines("zh") == [
        "错误：没有这个字段：repoter.name。",
        "  - 是否指 reporter.name",
        "  - 是否指 reporter.phone",
        "  - 是否指 reporter",
        "  位置：repoter.name=x",
        "  处理：svc explain intake",
    ]
    assert refusal("dispatch.mod=x").lines("zh") == [
        "错误：没有这个字段：mod。",
        "  - 是否指 mode",
        "  位置：mod=x",
        "  处理：svc explain dispatch",
    ]


def test_ambiguous_tail_in_full() -> None:
    assert refusal("phone=000-5550-0123").lines("zh") == [
        "错误：字段名 phone 不止指一个：",
        "  - reporter.phone  电话",
        "  - verification.phone  电话",
        "  位置：phone=000-5550-0123",
        "  处理：svc explain intake",
    ]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("note", "看不懂 note：要写成 字段=值"),
        ("note＝漏油", "看不懂 note＝漏油：要用半角 ="),
        ("=x", "缺少字段名：=x"),
        ("+=x", "缺少字段名：+=x"),
        ("note+=x", "“说明”不是列表，不能用 +="),
        ("assigned_to=zhang.wei", "“派工人员”是列表"),
        ("parts=P-1", "“配件”是列表"),
        ("reporter=王建国", "“报修人”是一组字段"),
        ("parts.0=P-1", "“配件”是一组字段"),
        ("parts.1.qty=2", "“parts”缺少第 0 项（从 0 数起）"),
        ("reporter.0.name=x", "字段名 reporter.0.name：0 前面不是列表"),
        ("0.name=x", "字段名 0.name：0 前面不是列表"),
        ("parts.0.0.qty=x", "字段名 parts.0.0.qty：0 前面不是列表"),
        ("0=x", "没有这个字段：0"),
        ("reporter..name=x", "没有这个字段：reporter..name"),
        ("repor\x1bter=x", "没有这个字段：repor\\x1bter"),
        ("ｎｏｔｅ=x", "没有这个字段：ｎｏｔｅ"),
        ("note=", "“说明”不能是“”：不能为空白"),
        ("parts:=oops", "不是 JSON：oops"),
    ],
)
def test_words_that_are_refused(word: str, message: str) -> None:
    assert refusal(word).what.zh == message


@pytest.mark.parametrize(
    "words",
    [["note=a", "说明=b"], ["name=a", 'reporter:={"phone":"1"}'], ['reporter:={"phone":"1"}', "name=a"]]
    + [["parts:=[]", "parts.0.qty=1"], ['parts+={"qty":1}', "parts.0.qty=1"], ["assigned_to+=a", "assigned_to:=[]"]]
    + [["assigned_to.0=a", "assigned_to.0=b"], ["outcome=a", "talks.outcome=b"]],
)
def test_a_field_given_twice_is_refused(words: list[str]) -> None:
    assert "给了两次" in refusal(*words).what.zh


def test_remedies_can_be_pasted() -> None:
    assert refusal("assigned_to=zhang.wei").lines("zh")[-1] == "  处理：assigned_to+=zhang.wei"
    assert refusal("parts=P-1").lines("zh")[-1] == "  处理：parts.0.part=…"
    assert refusal("reporter=x").lines("zh")[-1] == "  处理：reporter.name=…"


@drawn(
    st.lists(
        st.text(max_size=12) | st.sampled_from(["parts.0.qty=1", "name=a", "assigned_to+=x", "talks=1"]), max_size=4
    )
)
def test_any_words_are_read_or_refused(words: list[str]) -> None:
    try:
        parse(*words, stdin="x")
    except Refusal as refused:
        assert refused.exit is Exit.USAGE
    except KeyError as missing:  # a file that the test does not have
        assert any("@=" in word for word in words), missing
