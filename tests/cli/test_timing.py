"""How due times came out: `svc explain ID` tells the whole story, `svc show ID --clocks` in short, both also as data.

The errands (tests/procedures/errands@1) use every construct of a clock; they are adopted and run by the commands.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svc.cli.course import course_lines
from svc.domain.calendar import Calendar
from svc.domain.limits import Limit
from svc.domain.working_time import due
from svc.render.terminal import width

NOW = "2026-05-06 14:00"


@pytest.fixture(scope="session")
def errands(company: Any, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The company with the errands adopted, and one errand under way: `.id`. To be looked at only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        folder = tmp_path_factory.mktemp("errands") / "records"
        shutil.copytree(company.root, folder, symlinks=True)
        world = type(company)(folder)
        adopted(world, root)
        yield world, under_way(world)


def adopted(world: Any, root: Path) -> None:
    """The procedure put into force as anybody would do it; 李敏 runs the errands."""
    shutil.copytree(root / "tests" / "procedures" / "errands@1", world.root / "schemas" / "errands@1")
    for words in (("add", "schemas"), ("commit", "-qm", "errands@1")):
        git = ("git", "-C", str(world.root), "-c", "user.name=x", "-c", "user.email=li.min@example.com")
        subprocess.run([*git, *words], check=True)
    assert world.svc("procedure", "check", "errands@1").code == 0
    world.done("procedure", "adopt", "errands@1", "--reason", "例会")
    held = [{"role": role, "from": "2026-01-01"} for role in ("administrator", "runner")]
    world.done("advance", "li.min", "change_roles", f"roles:={json.dumps(held)}")
    world.done("setting", "set", "errand.calendar", "cn-working", "--reason", "例会纪要第 2 条")


def under_way(world: Any) -> str:
    """Told before the holidays, held up over them, answered when they were over."""
    words = ("what=买油封", "way=visit", "promised=2026-05-06 10:00", "thanks_days=2")
    id = str(world.done("create", "errand", *words, now="2026-04-30 16:00"))
    world.done("advance", id, "hold", "--reason", "厂家缺货", now="2026-04-30 17:00")
    world.done("advance", id, "ask", now="2026-05-06 09:00")
    world.done("advance", id, "resume", now="2026-05-06 10:30")
    world.done("advance", id, "answer", now="2026-05-06 11:00")
    return id


@pytest.fixture
def ended(errands: Any, tmp_path: Path) -> Any:
    """The same errand put off twice, late, its reason given in the end."""
    world, id = errands
    shutil.copytree(world.root, tmp_path / "records", symlinks=True)
    world = type(world)(tmp_path / "records")
    world.done("advance", id, "agree", "talks.until=2026-05-08", now="2026-05-07 09:00")
    world.done("advance", id, "agree", "talks.until=2026-05-11", "--reason", "用户出差", now="2026-05-07 10:00")
    world.done("advance", id, "meet", now="2026-05-12 09:00")
    world.done("advance", id, "finish", now="2026-05-13 09:00")
    assert "办结 超期" in world.svc("advance", id, "shut", now="2026-05-13 10:00").err
    world.done("advance", id, "shut", "--reason", "等用户回来", now="2026-05-13 10:10")
    return world, id


STORY = """\
  答复（2）：从交办时间 2026-04-30 16:00 起，8 小时，到期 2026-05-06 16:00；2026-05-06 11:00 办到，按时
    起点：第 1 步“交办”的时间，李敏 2026-04-30 16:00
    目标：90 分（只计日历 cn-working 的工作时间），到 2026-04-30 17:30，正好到时不算迟
      日历：cn-working（中国法定工作日）
      2026-04-30 16:00 .. 17:30  计 1:30:00，累计 1:30:00
    限度：8 小时（只计日历 cn-working 的工作时间），到 2026-05-06 16:00，正好到时不算迟
      日历：cn-working（中国法定工作日）
      2026-04-30 16:00 .. 17:30        计 1:30:00，累计 1:30:00
      2026-04-30 17:30 .. 05-01 00:00  不计：非工作时段
      2026-05-01 00:00 .. 05-02 00:00  不计：放假日
      2026-05-02 00:00 .. 05-04 00:00  不计：每周的休息日
      2026-05-04 00:00 .. 05-06 00:00  不计：放假日
      2026-05-06 00:00 .. 08:00        不计：非工作时段
      2026-05-06 08:00 .. 12:00        计 4:00:00，累计 5:30:00
      2026-05-06 12:00 .. 13:30        不计：非工作时段
      2026-05-06 13:30 .. 16:00        计 2:30:00，累计 8:00:00
    办到：第 5 步“答复”，李敏 2026-05-06 11:00
    已过目标 5 天 17 小时；目标只作提示
  办结（1）：从交办时间 2026-04-30 16:00 起，3 天，到期 2026-05-08 17:30；未办，剩 2 天 3 小时
    起点：第 1 步“交办”的时间，李敏 2026-04-30 16:00
    限度：3 天（末日下班时到期；只计设定“办差的日历”（errand.calendar）所指的日历的工作日；处于待件、待答复的时间不计；填有改期至的，以其为准），到 2026-05-08 17:30，起始日不计
      日历：cn-working（中国法定工作日），由设定 errand.calendar 指定
      停计：2026-04-30 17:00 .. 05-06 09:00 待件（第 2 步“等件”，理由：厂家缺货）
      停计：2026-05-06 09:00 .. 10:30 待答复（第 3 步“请示”）
      2026-04-30                不计：起始日
      2026-05-01                不计：放假日
      2026-05-02 .. 2026-05-03  不计：每周的休息日
      2026-05-04 .. 2026-05-05  不计：放假日
      2026-05-06 .. 2026-05-08  计 3 天，累计 3 天
  办毕（1）：从交办时间 2026-04-30 16:00 起，6 小时，到期 2026-05-06 17:00；未办，剩 3 小时
    起点：第 1 步“交办”的时间，李敏 2026-04-30 16:00
    限度：6 小时（只计日历 cn-working 的工作时间；处于待件、待答复的时间不计），到 2026-05-06 17:00，正好到时不算迟
      日历：cn-working（中国法定工作日）
      停计：2026-04-30 17:00 .. 05-06 09:00 待件（第 2 步“等件”，理由：厂家缺货）
      停计：2026-05-06 09:00 .. 10:30 待答复（第 3 步“请示”）
      2026-04-30 16:00 .. 17:00        计 1:00:00，累计 1:00:00
      2026-04-30 17:00 .. 17:30        不计：暂停计时，待件（厂家缺货）
      2026-04-30 17:30 .. 05-01 00:00  不计：非工作时段
      2026-05-01 00:00 .. 05-02 00:00  不计：放假日
      2026-05-02 00:00 .. 05-04 00:00  不计：每周的休息日
      2026-05-04 00:00 .. 05-06 00:00  不计：放假日
      2026-05-06 00:00 .. 08:00        不计：非工作时段
      2026-05-06 08:00 .. 09:00        不计：暂停计时，待件（厂家缺货）
      2026-05-06 09:00 .. 10:30        不计：暂停计时，待答复
      2026-05-06 10:30 .. 12:00        计 1:30:00，累计 2:30:00
      2026-05-06 12:00 .. 13:30        不计：非工作时段
      2026-05-06 13:30 .. 17:00        计 3:30:00，累计 6:00:00
  上门（2）：从交办时间 2026-04-30 16:00 起，到约定时间为止，到期 2026-05-06 10:00；未办，超 4 小时
    起点：第 1 步“交办”的时间，李敏 2026-04-30 16:00
    限度：到约定时间为止，正好到时不算迟
      约定时间 = 2026-05-06 10:00，第 1 步“交办”，李敏 2026-04-30 16:00
    尚欠原因：办理任一步时加 --reason 说明
  回报（2）：尚未开始，没有见面时间
  致谢（2）：未设定
    未设定：致谢的起点（errand.counts_from）。出处：2 未说明起点
      svc setting set errand.counts_from 值 --reason 依据
"""

SHORT = """\
时限：
时限  起                目标              到期              办到              迟  剩余
----  ----------------  ----------------  ----------------  ----------------  --  --------------
答复  2026-04-30 16:00  2026-04-30 17:30  2026-05-06 16:00  2026-05-06 11:00
办结  2026-04-30 16:00                    2026-05-08 17:30                        剩 2 天 3 小时
办毕  2026-04-30 16:00                    2026-05-06 17:00                        剩 3 小时
上门  2026-04-30 16:00                    2026-05-06 10:00                    迟  超 4 小时
致谢                                      未设定

怎样算出（细说：svc explain CQ-0101-26-00001-60）：
  答复（目标）：从交办时间起 90 分，按日历 cn-working
  答复：从交办时间起 8 小时，按日历 cn-working
    2026-04-30 16:00 .. 17:30        计 1:30:00，累计 1:30:00
    2026-04-30 17:30 .. 05-01 00:00  不计：非工作时段
    ……其间还有 5 段，计 4:00:00
    2026-05-06 12:00 .. 13:30        不计：非工作时段
    2026-05-06 13:30 .. 16:00        计 2:30:00，累计 8:00:00
  办结：从交办时间起 3 天，按日历 cn-working
    2026-04-30                不计：起始日
    2026-05-01                不计：放假日
    2026-05-02 .. 2026-05-03  不计：每周的休息日
    2026-05-04 .. 2026-05-05  不计：放假日
    2026-05-06 .. 2026-05-08  计 3 天，累计 3 天
  办毕：从交办时间起 6 小时，按日历 cn-working
    2026-04-30 16:00 .. 17:00  计 1:00:00，累计 1:00:00
    2026-04-30 17:00 .. 17:30  不计：暂停计时，待件（厂家缺货）
    ……其间还有 8 段，计 1:30:00
    2026-05-06 12:00 .. 13:30  不计：非工作时段
    2026-05-06 13:30 .. 17:00  计 3:30:00，累计 6:00:00
  上门：以约定时间为准
  回报：尚未开始，没有见面时间
  致谢：未设定
    未设定：致谢的起点（errand.counts_from）。出处：2 未说明起点
      svc setting set errand.counts_from 值 --reason 依据
"""


def test_the_whole_story(errands: Any) -> None:
    """Each due time instant by instant: start, calendar, pauses and holidays, what was met and what is owed."""
    world, id = errands
    assert world.svc("explain", id, now=NOW).out == f"差事单 {id}  已交办\n\n时限：\n{STORY}"


def test_below_the_card_in_short(errands: Any) -> None:
    world, id = errands
    assert world.svc("show", id, "--clocks", now=NOW).out.endswith(f"\n\n{SHORT}")


AGREED = """\
    限度：3 天（末日下班时到期；只计设定“办差的日历”（errand.calendar）所指的日历的工作日；处于待件、待答复的时间不计；填有改期至的，以其为准），到 2026-05-11 24:00，起始日不计
      商定：第 6 步“商定”，李敏 2026-05-07 09:00，改为 2026-05-08 24:00
      商定：第 7 步“商定”，李敏 2026-05-07 10:00，理由：用户出差，改为 2026-05-11 24:00
      原到期 2026-05-08 17:30：
      日历：cn-working（中国法定工作日），由设定 errand.calendar 指定
"""
LATE = """\
    办到：第 9 步“办结”，李敏 2026-05-13 09:00
    已说明原因：第 10 步“关闭”，李敏 2026-05-13 10:10，理由：等用户回来
"""


def test_what_was_agreed_and_who_paid_for_being_late(ended: Any) -> None:
    """The times agreed on with their steps, what was due without them, how late it was met, the reason given."""
    world, id = ended
    told = world.svc("explain", id, now="2026-05-14 09:00").out
    assert (
        "  办结（1）：从交办时间 2026-04-30 16:00 起，3 天，到期 2026-05-12 00:00；2026-05-13 09:00 办到，迟 1 天 9 小时\n"
        in told
    )
    assert AGREED in told
    assert LATE in told
    assert (
        "  回报（2）：从见面时间 2026-05-12 09:00 起，设定“回报的天数”（errand.report_days）所定天数，到期 不明；"
        in told
    )
    assert "    未设定：回报的天数（errand.report_days）。出处：2 未给出天数\n" in told
    shown = world.svc("show", id, "--clocks", now="2026-05-14 09:00").out
    assert "  办结：以改期至为准\n" in shown
    assert "  回报：算不出\n    未设定：回报的天数（errand.report_days）。出处：2 未给出天数\n" in shown


def test_a_number_from_a_setting_or_field_is_said(ended: Any) -> None:
    """A setting set in time, a start that a setting chose, a field that gives the number; a reminder owes nothing."""
    world, _ = ended
    for name, value in (("errand.report_days", "2"), ("errand.counts_from", "told_at")):
        world.done("setting", "set", name, value, "--reason", "例会", now="2026-05-14 08:00")
    id = world.done("create", "errand", "what=问路", "way=letter", "thanks_days=1", now="2026-05-14 09:00")
    world.done("advance", id, "meet", now="2026-05-15 09:00")
    told = world.svc("explain", id, now="2026-05-18 09:00").out
    assert (
        "    限度：设定“回报的天数”（errand.report_days）所定天数，到 2026-05-17 24:00，起始日不计，末日 24:00 到期\n"
        "      errand.report_days = 2 天\n"
        "      2026-05-15                不计：起始日\n"
        "      2026-05-16 .. 2026-05-17  计 2 天，累计 2 天\n"
    ) in told
    assert (
        "  致谢（2）：从交办时间 2026-05-14 09:00 起，致谢天数所定天数，到期 2026-05-15 09:00；未办，超 3 天\n"
        "    起点：设定 errand.counts_from 定为交办时间\n"
        "    起点：第 1 步“交办”的时间，李敏 2026-05-14 09:00\n"
        "    限度：致谢天数所定天数（末日同一时刻到期），到 2026-05-15 09:00，起始日不计\n"
        "      致谢天数 = 1 天\n"
        "      2026-05-14  不计：起始日\n"
        "      2026-05-15  计 1 天，累计 1 天\n"
        "    只作提示，超期不欠原因\n"
    ) in told
    assert "  上门（2）：不计时，条件不成立\n    只当 方式为上门 且 有方式\n      方式：去信\n" in told
    assert "  上门：不计时，条件不成立\n" in world.svc("show", id, "--clocks", now="2026-05-18 09:00").out


def test_a_setting_that_came_too_late(ended: Any) -> None:
    """What was set afterwards does not count for this record, unless it is set from before."""
    world, id = ended
    world.done("setting", "set", "errand.report_days", "2", "--reason", "例会", now="2026-05-14 08:00")
    told = world.svc("explain", id, now="2026-05-14 09:00").out
    assert (
        "    当时未设定：回报的天数（errand.report_days）。出处：2 未给出天数\n"
        "      svc setting set errand.report_days 值 --reason 依据 --from 2026-05-12\n"
    ) in told
    back = ("--reason", "例会", "--from", "2026-05-12")
    world.done("setting", "set", "errand.report_days", "2", *back, now="2026-05-14 09:30")
    told = world.svc("explain", id, now="2026-05-14 10:00").out
    assert (
        "  回报（2）：从见面时间 2026-05-12 09:00 起，设定“回报的天数”（errand.report_days）所定天数，到期 2026-05-15 00:00；"
        in told
    )


FAR = "'9999-12-31T23:59:59-08:00'"


@pytest.mark.parametrize("words", [("explain",), ("show",), ("show", "--clocks"), ("show", "--clocks", "-O", "json")])
def test_times_at_the_end_of_all_years_break_nothing(ended: Any, words: tuple[str, ...]) -> None:
    """Committed by hand, past everything: what cannot be reckoned is said, nothing ends in an error of svc."""
    world, id = ended
    path = next((world.root / "records" / "2026" / "errand").rglob(f"{id}.yaml"))
    text = path.read_text("utf-8")
    text = re.sub(r"(?m)^(  (?:told_at|promised|at): ).*$", rf"\g<1>{FAR}", text)
    path.write_text(text.replace("thanks_days: 2", "thanks_days: 999999999999999"), "utf-8")
    git = ("git", "-C", str(world.root), "-c", "user.name=x", "-c", "user.email=li.min@example.com")
    subprocess.run([*git, "commit", "-qam", "by hand"], check=True)
    answer = world.svc(words[0], id, *words[1:], now="2026-05-14 09:00")
    assert (answer.code, answer.err) == (0, "")
    assert world.svc("query", "errand", now="2026-05-14 09:00").code == 0


def test_a_start_that_was_corrected(ended: Any) -> None:
    """The step that gave the start last is named, with the reason for it."""
    world, _ = ended
    id = world.done("create", "errand", "what=问路", now="2026-05-14 09:00")
    words = ("told_at=2026-05-14T08:00:00+08:00", "--reason", "记错一小时")
    world.done("advance", id, "amend", *words, now="2026-05-14 09:10")
    assert world.svc("explain", id, now="2026-05-14 10:00").lines[3:5] == [
        "  答复（2）：从交办时间 2026-05-14 08:00 起，8 小时，到期 2026-05-14 17:30；未办，剩 7 小时 30 分",
        "    起点：第 2 步“更正”所填，李敏 2026-05-14 09:10，理由：记错一小时",
    ]


def test_any_past_moment(ended: Any) -> None:
    """As of a moment in which it was still held up: known are the steps up to then, and the pause lasts."""
    world, id = ended
    told = world.svc("explain", id, "--as-of", "2026-05-01 09:00", now="2026-05-20 09:00").out
    assert told.startswith(f"差事单 {id}  待件\n")
    assert "  办毕（1）：从交办时间 2026-04-30 16:00 起，6 小时，到期 2026-05-06 14:30；未办，剩 5 天 5 小时\n" in told
    held = "      停计：2026-04-30 17:00 .. 05-01 09:00 待件（第 2 步“等件”，理由：厂家缺货），仍在暂停，到期随之后移\n"
    assert told.count(held) == 2
    assert "商定：" not in told and "原因：" not in told
    shown = world.svc("show", id, "--clocks", "--as-of", "2026-05-01 09:00", now="2026-05-20 09:00").out
    assert "办毕  2026-04-30 16:00                    2026-05-06 14:30  剩 5 天 5 小时\n" in shown


def test_a_calendar_that_does_not_know_the_year(ended: Any) -> None:
    """No due time is guessed; what to do about it is said."""
    world, _ = ended
    id = world.done("create", "errand", "what=过年", now="2026-12-31 16:00")
    told = world.svc("explain", id, now="2026-12-31 16:30").out
    assert (
        "  答复（2）：从交办时间 2026-12-31 16:00 起，8 小时，到期 不明；未办\n"
        "    起点：第 1 步“交办”的时间，李敏 2026-12-31 16:00\n"
        "    算不出：日历没有 2027 年的数据；有：2025、2026。\n"
        "      svc calendar import 2027 cn-working\n"
        "    目标：90 分"
    ) in told
    shown = world.svc("show", id, "--clocks", now="2026-12-31 16:30").out
    assert "答复  2026-12-31 16:00  2026-12-31 17:30  算不出\n" in shown
    assert "  上门：不计时，条件不成立\n" in shown


# ── as data ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_course_as_data(errands: Any) -> None:
    """What explain and show say of a clock in JSON is the same, and the course is whole."""
    world, id = errands
    shown = world.svc("show", id, "--clocks", "-O", "json", now=NOW).json
    (told,) = world.svc("explain", id, "-O", "json", now=NOW).json["explained"]
    assert (told["kind"], told["id"]) == ("record", id)
    assert (told["clocks"], told["idle"]) == (shown["clocks"], shown["idle"])
    assert [one["name"] for one in shown["clocks"]] == ["answer", "work", "rest", "visit", "thanks"]
    assert shown["idle"] == [{"name": "report", "clause": "2", "why": "start", "start": "met_at"}]
    answer, work, rest, visit, thanks = shown["clocks"]
    assert (answer["step"], answer["paid"]) == (5, None)
    assert answer["how"]["target"]["course"] == [
        {
            "begin": "2026-04-30T16:00:00+08:00",
            "end": "2026-04-30T17:30:00+08:00",
            "counted": True,
            "total": 5400,
            "why": "计时",
        }
    ]
    assert [(one["counted"], one["total"]) for one in answer["how"]["limit"]["course"]][-1] == (True, 28800)
    limit = work["how"]["limit"]
    assert {key: limit[key] for key in ("due", "number", "unit", "until", "calendar", "agreed", "agreements")} == {
        "due": "2026-05-08T17:30:00+08:00",
        "number": "3",
        "unit": "days",
        "until": "closing",
        "calendar": "cn-working",
        "agreed": False,
        "agreements": [],
    }
    assert [(one["total"], one["why"]) for one in limit["course"]][::2] == [
        (0, "起始日"),
        (0, "每周的休息日"),
        (3, "计时"),
    ]
    assert rest["how"]["limit"]["pauses"][0] == {
        "begin": "2026-04-30T17:00:00+08:00",
        "end": "2026-05-06T09:00:00+08:00",
        "lasts": False,
        "state": "waiting",
        "step": 2,
        "reason": "厂家缺货",
    }
    assert (visit["how"]["limit"]["agreed"], visit["how"]["target"], visit["late"]) == (True, None, True)
    assert (thanks["unset"], thanks["start"], thanks["how"]) == (
        "errand.counts_from",
        None,
        {"target": None, "limit": None},
    )


def test_agreements_as_data(ended: Any) -> None:
    world, id = ended
    shown = world.svc("show", id, "--clocks", "-O", "json", now="2026-05-14 09:00").json["clocks"]
    (work,) = (one for one in shown if one["name"] == "work")
    assert work["paid"] == {"step": 10, "by": "li.min", "at": "2026-05-13T10:10:00+08:00", "reason": "等用户回来"}
    limit = work["how"]["limit"]
    assert (limit["agreed"], limit["due"], limit["course"]) == (True, "2026-05-12T00:00:00+08:00", [])
    assert limit["agreements"] == [
        {"step": 6, "to": "2026-05-09T00:00:00+08:00"},
        {"step": 7, "to": "2026-05-12T00:00:00+08:00"},
    ]
    assert (limit["without"]["due"], limit["without"]["course"][-1]["total"]) == ("2026-05-08T17:30:00+08:00", 3)


def test_without_clocks_nothing_is_said_of_them(errands: Any) -> None:
    world, _ = errands
    assert "时限" not in world.svc("show", "li.min").out
    assert world.svc("show", "li.min", "--clocks").out.endswith("\n时限：无\n")
    (told,) = world.svc("explain", "li.min", "-O", "json").json["explained"]
    assert (told["clocks"], told["idle"]) == ([], [])


# ── what a clock is ───────────────────────────────────────────────────────────────────────────────────────────────

CLOCK = """\
时限：errand.work
名称：办结 / work
依据：1 差事按工作日办结，等待的时间不计。
从：  交办时间
到：  办结
限度：3 天（末日下班时到期；只计设定“办差的日历”（errand.calendar）所指的日历的工作日；处于待件、待答复的时间不计；填有改期至的，以其为准），起始日不计
超期：须说明原因
"""


def test_a_clock_of_a_form(errands: Any) -> None:
    """By id or title, beside whatever else of the form is called so; the clause is that of its own procedure."""
    world, _ = errands
    assert world.svc("explain", "errand.work").out == CLOCK
    assert world.svc("explain", "差事单.办结").out.endswith(f"\n{CLOCK}")
    kinds = [one["kind"] for one in world.svc("explain", "差事单.办结", "-O", "json").json["explained"]]
    assert kinds == ["action", "clock"]


def test_a_clock_by_its_bare_name(errands: Any) -> None:
    """Wherever nothing else is called so."""
    world, _ = errands
    thanks = world.svc("explain", "致谢").out
    assert thanks.startswith("时限：errand.thanks\n")
    assert thanks.endswith("限度：致谢天数所定天数（末日同一时刻到期），起始日不计\n超期：只作提示，超期不欠原因\n")
    found = world.svc("explain", "派工", "-O", "json").json["explained"]
    assert [one["text"][0] for one in found] == ["时限：dispatch.dispatch", "时限：intake.dispatch"]
    assert world.svc("explain", "dispatch").out.startswith("表单：")
    assert "时限：dispatch.dispatch" not in world.svc("explain", "dispatch").out


def test_wrong_names_show_near_ones(errands: Any) -> None:
    world, _ = errands
    answer = world.svc("explain", "errand.wrok")
    assert (answer.code, answer.err.splitlines()[:2]) == (
        3,
        ["错误：差事单没有字段、动作或时限 wrok。", "  - 是否指 work"],
    )


# ── how it looks ──────────────────────────────────────────────────────────────────────────────────────────────────


OPEN = "only open time of the calendar cn-working"


def test_speaks_english(errands: Any, english: None) -> None:
    world, id = errands
    told = world.svc("explain", id, now=NOW).lines
    assert told[3:9] == [
        "  answer (2): from Told at 2026-04-30 16:00, 8 hours, due 2026-05-06 16:00; met 2026-05-06 11:00, in time",
        '    start: the time of step 1, "tell", 李敏 2026-04-30 16:00',
        f"    target: 90 minutes ({OPEN}), until 2026-04-30 17:30, exactly on time is on time",
        "      calendar: cn-working (Working days in China)",
        "      2026-04-30 16:00 .. 17:30  1:30:00 counted, 1:30:00 in all",
        f"    limit: 8 hours ({OPEN}), until 2026-05-06 16:00, exactly on time is on time",
    ]
    assert (
        '      paused: 2026-04-30 17:00 .. 05-06 09:00 waiting for goods (step 2, "wait for goods", reason: 厂家缺货)'
        in told
    )
    assert "    5 d 17 h past the target, which is only a hint" in told
    assert "    a reason is owed: give it with --reason at any step" in told
    assert "  report (2): has not begun: no Met at" in told
    shown = world.svc("show", id, "--clocks", now=NOW).lines
    assert "How (more: svc explain CQ-0101-26-00001-60):" in shown
    assert "  answer: 8 hours of the calendar cn-working from Told at" in shown
    assert "    … 5 more in between, 4:00:00 counted" in shown
    assert [line for line in (*told, *shown) if "：" in line or "，" in line] == []


def test_a_narrow_terminal_wraps(errands: Any, narrow: None) -> None:
    """Every line fits but a command to be pasted."""
    world, id = errands
    for words in (("explain", id), ("show", id, "--clocks"), ("explain", "errand.work")):
        lines = world.svc(*words, now=NOW).lines
        assert max(width(line) for line in lines if not line.startswith("      svc ")) <= 60


# ── long courses ──────────────────────────────────────────────────────────────────────────────────────────────────

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Calendar.from_dict(
    {
        "timezone": "Asia/Shanghai",
        "week": {day: ["08:00-12:00", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")},
    },
    "office",
)


def reckoned(hours: int) -> Limit:
    """So many hours from a Monday at eight."""
    start = datetime(2026, 1, 5, 8, tzinfo=ZONE)
    ends = due(OFFICE, start, hours * 3600)
    return Limit(start, ends, unit="hours", number=Decimal(hours), calendar=OFFICE)


def test_of_a_long_course_the_ends_and_a_count() -> None:
    """50 weeks of 22 stretches (three a day, one a night, three a weekend) but for the last weekend, six of them told."""
    assert 50 * 22 - 3 - 6 == 1091
    lines = list(course_lines(reckoned(2000), ZONE, 6))
    assert lines == [
        "2026-01-05 08:00 .. 12:00  计 4:00:00，累计 4:00:00",
        "2026-01-05 12:00 .. 13:30  不计：非工作时段",
        "2026-01-05 13:30 .. 17:30  计 4:00:00，累计 8:00:00",
        "……其间还有 1091 段，计 1984:00:00",
        "2026-12-18 08:00 .. 12:00  计 4:00:00，累计 1996:00:00",
        "2026-12-18 12:00 .. 13:30  不计：非工作时段",
        "2026-12-18 13:30 .. 17:30  计 4:00:00，累计 2000:00:00",
    ]


@pytest.mark.parametrize("hours", range(1, 40))
def test_nothing_is_lost_between_the_ends(hours: int) -> None:
    """What is left out is counted: the numbers add up, whatever the length; one stretch alone is never left out."""
    whole = list(course_lines(reckoned(hours), ZONE, 1000))
    short = list(course_lines(reckoned(hours), ZONE, 4))
    left = [line for line in short if line.startswith("……")]
    if len(whole) <= 5:
        assert short == whole
    else:
        (line,) = left
        count = int(line.split()[1])
        assert count == len(whole) - 4 > 1
        assert short[-1].split("累计")[-1] == whole[-1].split("累计")[-1]


def test_a_course_of_nothing_has_no_lines() -> None:
    assert list(course_lines(Limit(datetime(2026, 1, 5, 8, tzinfo=ZONE)), ZONE, 4)) == []
