"""`svc show`: the card, its parts, JSON, the file as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from svc.render.terminal import width

ONE, FIRST, SECOND = "PG-0101-26-00001-13", "BX-0101-26-00001-97", "BX-0101-26-00002-94"

CARD = """\
表单：    三包服务派工单 用户原—02
编号：    PG-0101-26-00001-13
状态：    已接单 accepted
报修登记：BX-0101-26-00001-97
服务方式：维修站上门
故障类别：一般故障
派出人员：zhang.wei 张伟
派工时间：2026-03-03 10:59
主机：    CG956-0001
报修时间：2026-03-03 10:00
"""

CLOCKS = """
时限：
时限  起                到期              办到              迟  剩余
----  ----------------  ----------------  ----------------  --  ----------
派工  2026-03-03 10:00  2026-03-03 11:00  2026-03-03 10:59
到位  2026-03-03 10:00  2026-03-04 10:00                    迟  超 23 小时
修复                    未设定

怎样算出（细说：svc explain PG-0101-26-00001-13）：
  派工：从报修时间起 1 小时
  到位：从报修时间起 24 小时
  修复：未设定
    未设定：修复时限的起点（repair.starts_on）。出处：4.2.3 未说明从报修还是从到达起算，由单位确定
      svc setting set repair.starts_on 值 --reason 依据
"""

LINKS = """
所指：
字段      表单      编号                 状态
--------  --------  -------------------  ------
报修登记  报修登记  BX-0101-26-00001-97  已派工
派出人员  人员      zhang.wei 张伟       在册
主机      保修手册  CG956-0001           已登记

被指：无
"""

LOG = """
各步：
步  时间              办理人  角色      动作  状态    依据
--  ----------------  ------  --------  ----  ------  -----
 1  2026-03-03 10:59  王芳    接线专人  派工  已派工  4.2.3
 2  2026-03-03 11:20  张伟    派出人员  接单  已接单  4.2.3
"""


def test_card(company: Any) -> None:
    assert company.svc("show", ONE).out == CARD


def test_card_with_everything(company: Any) -> None:
    assert company.svc("show", ONE, "--clocks", "--links", "--log").out == CARD + CLOCKS + LINKS + LOG


def test_links_of_others_to_it(company: Any) -> None:
    shown = company.svc("show", FIRST, "--links").out
    assert shown.endswith(
        "被指：\n"
        "字段      表单            编号                 状态\n"
        "--------  --------------  -------------------  ------\n"
        "报修登记  三包服务派工单  PG-0101-26-00001-13  已接单\n"
    )


def test_evidence_and_marks(company: Any) -> None:
    shown = company.svc("show", "CG956-0002").out
    assert "状态：      已登记（超过保修期） registered\n" in shown
    assert "产品型号：  CG956 装载机\n" in shown
    assert "合格证    certificate-1.pdf  " in shown


def test_json_is_the_file_and_what_was_asked_for(company: Any) -> None:
    raw = company.svc("show", ONE, "--raw").out
    found = company.svc("show", ONE, "-O", "json").json
    assert found.pop("sha256") == hashlib.sha256(raw.encode()).hexdigest()
    assert list(found) == ["id", "form", "procedure", "state", "year", "fields", "log"]
    more = company.svc("show", ONE, "-O", "json", "--clocks", "--links").json
    assert [clock["name"] for clock in more["clocks"]] == ["dispatch", "arrival", "repair"]
    (course,) = more["clocks"][1].pop("how")["limit"]["course"]
    assert (course["begin"], course["end"], course["total"]) == (
        "2026-03-03T10:00:00+08:00",
        "2026-03-04T10:00:00+08:00",
        86400,
    )
    assert more["idle"] == []
    assert more["clocks"][1] == {
        "name": "arrival",
        "clause": "4.2.3",
        "start": "2026-03-03T10:00:00+08:00",
        "target": None,
        "due": "2026-03-04T10:00:00+08:00",
        "met": None,
        "late": True,
        "open": True,
        "left": -82800,
        "unset": None,
        "step": None,
        "paid": None,
    }
    assert (more["clocks"][2]["start"], more["clocks"][2]["unset"]) == (None, "repair.starts_on")
    assert more["links"][0] == {
        "direction": "to",
        "field": "intake",
        "form": "intake",
        "id": FIRST,
        "state": "dispatched",
    }


def test_expect_takes_the_digest_that_show_gives(world: Any) -> None:
    digest = world.svc("show", ONE, "-O", "json").json["sha256"]
    going = world.svc("advance", ONE, "arrive", "--expect", digest, "-n", me="zhang.wei")
    assert going.code == 0, going.err


def test_raw_is_the_committed_file(company: Any, tmp_path: Path) -> None:
    path = next((company.root / "records/2026").rglob(f"{ONE}.yaml"))
    assert company.svc("show", ONE, "--raw").out == path.read_text("utf-8")
    assert company.svc("show", ONE, "--raw", "-o", str(tmp_path / "x")).out == ""
    assert (tmp_path / "x").read_bytes() == path.read_bytes()


NAMES = {
    ONE: ONE,
    ONE.lower(): ONE,
    "1-13": ONE,
    "cg956-0001": "CG956-0001",
    "ＣＧ９５６－０００１": "CG956-0001",
    "ZHANG.WEI": "zhang.wei",
    "unit/CS": "cs",
    "zhang.wei@example.com": "zhang.wei",
}


@pytest.mark.parametrize("word", NAMES)
def test_a_record_is_named_in_many_ways(word: str, company: Any) -> None:
    assert company.svc("show", word, "-q").out == NAMES[word] + "\n"


def test_unknown_and_ambiguous(company: Any) -> None:
    nothing = company.svc("show", "nothing")
    assert (nothing.code, nothing.err) == (3, "错误：找不到 nothing。\n  位置：nothing\n  处理：svc query nothing\n")
    several = company.svc("show", "2")
    assert several.code == 3
    assert several.err.splitlines()[1:3] == ["  - PG-0101-26-00002-10  issued", "  - BX-0101-26-00002-94  dispatched"]
    assert company.svc("show", "PG-0101-26-00001-14").code == 3


@pytest.mark.parametrize("word", ["", " ", "../../x", "a/b", "\x1b[31m", "x" * 500, "@last", "/", "-1"])
def test_never_breaks(word: str, company: Any) -> None:
    assert company.svc("show", "--", word).code in (0, 2, 3)


def test_fields_only(company: Any) -> None:
    assert company.svc("show", "zhang.wei", "--fields", "name,unit.name", "-O", "json").json == [
        {"name": "张伟", "unit.name": "客户服务部"}
    ]


def test_as_of(company: Any) -> None:
    shown = company.svc("show", SECOND, "--as-of", "2026-03-03 14:05", "-O", "json").json
    assert (shown["state"], len(shown["log"])) == ("received", 1)


def test_a_narrow_terminal_stays_aligned(company: Any, narrow: None) -> None:
    shown = company.svc("show", ONE, "--clocks", "--links", "--log").lines
    assert max(width(line) for line in shown if not line.startswith("      svc ")) <= 60


def test_speaks_english(company: Any, english: None) -> None:
    shown = company.svc("show", ONE, "--clocks").lines
    assert shown[:4] == [
        "form:          Warranty dispatch sheet 用户原—02",
        "id:            PG-0101-26-00001-13",
        "state:         accepted",
        "Service call:  BX-0101-26-00001-97",
    ]
    assert "arrival   2026-03-03 10:00  2026-03-04 10:00                    late  23 h over" in shown
