"""`svc explain`: what the data says, and why a record came out as it did."""

from __future__ import annotations

from typing import Any

import pytest

from svc.cli.desk import Desk
from svc.cli.explain import meanings
from svc.cli.options import Options
from svc.render.terminal import width

WHY = """\
报修登记 BX-0101-26-00002-94  已派工

时限：
  派工（4.2.3）：从报修时间 2026-03-03 14:00 起，1 小时，到期 2026-03-03 15:00；2026-03-03 15:30 办到，迟 30 分
    起点：第 1 步“登记报修”的时间，王芳 2026-03-03 14:00
    限度：1 小时，到 2026-03-03 15:00，正好到时不算迟
      2026-03-03 14:00 .. 15:00  计 1:00:00，累计 1:00:00
    办到：第 3 步“派工”，王芳 2026-03-03 15:30
    只作提示，超期不欠原因

第 2 步“核查三包” 2026-03-03 14:10（4.2.2）：
  判定日期（warranty_check.on） = 2026-03-02
    取自故障时间的日期（2026-03-02 17:00）
  判定依据（warranty_check.basis） = 故障时间
    当 有故障时间 → 故障时间
      故障时间：2026-03-02 17:00
"""


def test_the_day_of_the_fault_decided(company: Any) -> None:
    """Failed on the last day of its warranty, reported the day after: judged by the day it failed, and so it says."""
    told = company.svc("explain", "BX-0101-26-00002-94").out
    assert told.startswith(WHY)
    assert "    （主机·保修起始 ≤ 判定日期 且 判定日期 ≤ 主机·保修截止）：成立\n" in told
    assert "      主机·保修截止：2026-03-02\n" in told
    assert "  核查结论（warranty_check.verdict） = 属于三包\n" in told


def test_the_day_of_the_report_where_no_fault_time_is_known(company: Any) -> None:
    told = company.svc("explain", "BX-0101-26-00001-97").out
    assert "    取自报修时间的日期（2026-03-03 10:00）\n" in told
    assert "    其余 → 报修时间\n      故障时间：（空）\n" in told


def test_deadlines_of_a_record(company: Any) -> None:
    told = company.svc("explain", "PG-0101-26-00001-13").lines
    assert told[3:] == [
        "  派工（4.2.3）：从报修时间 2026-03-03 10:00 起，1 小时，到期 2026-03-03 11:00；2026-03-03 10:59 办到，按时",
        "    起点：第 1 步“派工”取自报修登记·报修时间，王芳 2026-03-03 10:59",
        "    限度：1 小时，到 2026-03-03 11:00，正好到时不算迟",
        "      2026-03-03 10:00 .. 11:00  计 1:00:00，累计 1:00:00",
        "    办到：第 1 步“派工”，王芳 2026-03-03 10:59",
        "  到位（4.2.3）：从报修时间 2026-03-03 10:00 起，24 小时，到期 2026-03-04 10:00；未办，超 23 小时",
        "    起点：第 1 步“派工”取自报修登记·报修时间，王芳 2026-03-03 10:59",
        "    限度：24 小时，到 2026-03-04 10:00，正好到时不算迟",
        "      2026-03-03 10:00 .. 03-04 10:00  计 24:00:00，累计 24:00:00",
        "    尚欠原因：办理任一步时加 --reason 说明",
        "  修复（4.2.3）：未设定",
        "    未设定：修复时限的起点（repair.starts_on）。出处：4.2.3 未说明从报修还是从到达起算，由单位确定",
        "      svc setting set repair.starts_on 值 --reason 依据",
    ]


SAYS = {
    "派工单": ["用户原—02（dispatch）", "accept      接单", "assigned_to", "到位：从报修时间起 24 小时"],
    "成工牌产品售后服务维修呈报表": ["用户原—03（repair-report）"],
    "用户原-02": ["用户原—02（dispatch）"],
    "dispatch.到达现场": [
        "dispatch.arrive",
        "由：     派出人员（service_person）",
        "否则：不是被派人员。（4.2.3）",
        "时限：到位",
    ],
    "dispatch.close": ["第 2 种情形", "没有关联的成工牌产品售后服务三包维修呈报表", "超期：    欠理由的不能办"],
    "intake.verdict": ["字段：intake.warranty_check.verdict", "eligible  属于三包", "自动得出：核查三包"],
    "intake.dispatch": ["intake.dispatch\n", "一并新建：三包服务派工单", "核查结论为属于三包"],
    "派工单.修复": ["dispatch.finish", "时限：dispatch.repair", "目标：8 小时（只计设定“服务时间的日历”"],
    "派工单.服务方式": ["维修站上门", "必填于：派工（issue，4.2.3）"],
    "dispatch.assigned_to": ["可填于：派工", "必填于：改派"],
    "4.2.3": ["条款 4.2.3：每周七天", "动作 arrive 到达现场", "时限 到位"],
    "2": ["条款 2：范围是", "退出码 2：写法看不懂"],
    "70": ["退出码 70：软件内部出错"],
    "repair.starts_on": ["现值：未设定", "4.2.3 未说明从报修还是从到达起算"],
    "warranty.covered_causes": ["现值：material"],
    "客户服务部": ["角色：cs_dept", "属于：营销部", "svc query person role:cs_dept"],
    "administrator": ["角色：administrator  管理员", "人员：登记"],
    "invoice": ["凭证：invoice  购机发票", "enrol"],
    "cg956-0002": ["保修手册 CG956-0002  已登记（超过保修期）", "保修截止（warranty_end） = 2026-03-02"],
}


@pytest.mark.parametrize("what", SAYS)
def test_explains(what: str, company: Any) -> None:
    answer = company.svc("explain", what)
    assert (answer.code, answer.err) == (0, "")
    assert [words for words in SAYS[what] if words not in answer.out] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_piece_of_the_data_can_be_told(language: str, company: Any, request: pytest.FixtureRequest) -> None:
    """No form, action, field, clause, setting, role or kind breaks the words; none is told as raw JSON."""
    if language == "en":
        request.getfixturevalue("english")
    here = Desk(Options(repo=str(company.root)), {"SVC_NOW": "2026-03-05 09:00"})
    shelf, library = here.shelf, here.shelf.library
    words = [*library.settings, *library.roles, *library.kinds, *library.part("clauses"), *library.forms]
    for form in library.forms.values():
        words += [f"{form.name}.{name}" for name in (*form.actions, *form.schema.paths())]
        words += [f"{form.name}.{clock.name}" for clock in form.clocks]
    for word in words:
        told = [line for _, lines in meanings(shelf, word.replace(".*", ""), 60) for line in lines()]
        assert told, word
        assert [line for line in told if '{"' in line] == [], word


def test_json(company: Any) -> None:
    found = company.svc("explain", "2", "-O", "json").json
    assert [one["kind"] for one in found["explained"]] == ["clause", "exit"]


@pytest.mark.parametrize("what", ["xyz", ".", "a.", "", "dispatch.nothing", "\x1b[31m", "x" * 300])
def test_refuses_what_it_does_not_know(what: str, company: Any) -> None:
    answer = company.svc("explain", what)
    assert answer.code in (2, 3)
    assert answer.err.startswith("错误：")
    assert "\x1b" not in answer.err


def test_near_matches(company: Any) -> None:
    assert company.svc("explain", "intake.chanel").err.splitlines()[:2] == [
        "错误：报修登记没有字段、动作或时限 chanel。",
        "  - 是否指 channel",
    ]


def test_speaks_english(company: Any, english: None) -> None:
    told = company.svc("explain", "BX-0101-26-00002-94").lines
    assert told[3] == (
        "  dispatch (4.2.3): from Reported at 2026-03-03 14:00, 1 hour, due 2026-03-03 15:00; met 2026-03-03 15:30, 30 min late"
    )
    assert "    when has Fault time → fault time" in told
    assert "exit code 4: readable, but" in company.svc("explain", "4").out


def test_a_narrow_terminal_wraps(company: Any, narrow: None) -> None:
    for what in ("BX-0101-26-00002-94", "dispatch", "dispatch.accept", "4.2.3"):
        assert max(map(width, company.svc("explain", what).lines)) <= 60
