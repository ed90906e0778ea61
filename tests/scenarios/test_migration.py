"""A department begins with svc in the middle of a year: its open cases are entered where they stand, and go on from there."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import pytest

VOUCHED = ("--vouched-by", "chen.jie", "--reason", "启用前的业务")
CALLS = ("原编号", "状态", "报修时间", "报修方式", "报修人姓名", "报修电话", "出厂编号", "故障地点", "故障现象")
CALLS = (*CALLS, "已出示合格证", "已出示保修手册", "接报人", "时间.派工")
CALL = ("2008-041", "已派工", "2008-03-04 09:00", "电话", "王建国", "000-5550-0101", "CG956-0001", "北环路", "漏油")
CALL = (*CALL, "是", "是", "王芳", "2008-03-04 09:40")
SHEETS = ("原编号", "状态", "报修登记", "服务方式", "故障类别", "派出人员", "派工时间", "到达时间", "办理人.到达现场")
SHEET = (
    "PG-77",
    "已到现场",
    "2008-041",
    "维修站上门",
    "一般故障",
    "张伟",
    "2008-03-04 09:40",
    "2008-03-04 15:00",
    "张伟",
)
REPORTS = ("原编号", "状态", "派工单", "cause", "故障详情", "不需零件", "维修情况", "assembly_replaced")
REPORTS = (
    *REPORTS,
    "performance_restored",
    "维修时间",
    "办理人.记录维修",
    "evidence.signed_sheet",
    "evidence.former_paper",
)
REPORT = ("WX-9", "用户已签字", "PG-77", "材料原因", "漏油", "是", "换油封", "否", "是", "2008-03-04 17:00", "张伟")
REPORT = (*REPORT, "scan/signed.png", "scan/old.png")


def rows(*lines: tuple[str, ...]) -> str:
    """A table as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue()


@pytest.fixture
def moving(clerk: Any) -> Any:
    """The company with the window open until the end of March; 孙丽 of the records enters, on 5 March at 10:00."""
    clerk.set("migration.until", '"2008-03-31"')
    clerk.me = "sun.li"
    scans = clerk.root.parent / "scan"
    scans.mkdir()
    for name in ("signed.png", "old.png"):
        (scans / name).write_bytes(b"\x89PNG\r\n\x1a\n " + name.encode())
    return clerk


def file(clerk: Any, text: str, name: str = "rows.csv", encoding: str = "utf-8-sig") -> str:
    """A file beside the repository."""
    path: Path = clerk.root.parent / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def entered(clerk: Any, form: str, text: str, *more: str, **how: str) -> list[str]:
    """The ids of what an import entered."""
    answer = clerk.svc("import", form, file(clerk, text, **how), *VOUCHED, *more)
    assert answer.code == 0, answer.err
    return answer.out.split()


def case(clerk: Any) -> tuple[str, str, str]:
    """One call with its sheet and its report, entered from three sheets that name each other by their old numbers."""
    (call,) = entered(clerk, "intake", rows(CALLS, CALL))
    (sheet,) = entered(clerk, "派工单", rows(SHEETS, SHEET))
    (report,) = entered(clerk, "维修呈报表", rows(REPORTS, REPORT))
    return call, sheet, report


def test_a_case_is_entered_where_it_stands_and_goes_on(moving: Any) -> None:
    before = moving.head
    call, sheet, report = case(moving)
    assert moving.git("rev-list", "--count", f"{before}..HEAD") == "3"
    assert moving.record(sheet)["fields"]["intake"] == call
    assert moving.record(report)["fields"]["dispatch"] == sheet
    kinds = [item["kind"] for item in moving.record(report)["evidence"]]
    assert kinds == ["signed_sheet", "former_paper"]
    assert moving.svc("check").code == 0
    # 张伟 repaired on paper, 孙丽 entered it, 陈洁 vouches: somebody else verifies, and then it is closed.
    moving.done("advance", report, "verify", "result=effective", "method=call_back", me="zhao.qiang")
    moving.done("advance", report, "file", me="sun.li")
    moving.done("advance", sheet, "finish", me="zhang.wei", now="2008-03-05 10:20")
    late = moving.refused(4, "advance", sheet, "close", me="zhao.qiang", now="2008-03-05 10:30")
    assert "超期尚未说明原因" in late and "修复 超期 80 分钟" in late
    moving.done("advance", sheet, "close", "--reason", "配件缺货", me="zhao.qiang", now="2008-03-05 10:30")
    assert moving.record(call)["state"] == "closed"
    assert moving.svc("check").code == 0


def test_what_the_entry_says(moving: Any) -> None:
    _, sheet, _ = case(moving)
    (entry,) = moving.record(sheet)["log"]
    assert (entry["action"], entry["to"], entry["by"], entry["role"]) == (
        "migrate",
        "on_site",
        "sun.li",
        "records_clerk",
    )
    assert entry["at"] == "2008-03-04T15:00:00+08:00"
    assert entry["recorded"] == "2008-03-05T10:00:00+08:00"
    assert entry["reason"] == "启用前的业务"
    assert entry["migrated"] == {
        "vouched_by": "chen.jie",
        "role": "cs_head",
        "former": "PG-77",
        "done": [
            {"action": "issue", "to": "issued", "at": "2008-03-04T09:40:00+08:00"},
            {"action": "accept", "to": "accepted"},
            {"action": "arrive", "to": "on_site", "by": "zhang.wei", "at": "2008-03-04T15:00:00+08:00"},
        ],
    }
    assert entry["filled"] == {"machine": "CG956-0001", "reported_at": "2008-03-04T09:00:00+08:00"}


def test_its_clocks_run_on_from_the_true_times(moving: Any) -> None:
    call, sheet, _ = case(moving)
    clocks = {one["name"]: one for one in moving.show(call, "--clocks")["clocks"]}
    assert clocks["dispatch"]["met"] == "2008-03-04T09:40:00+08:00" and not clocks["dispatch"]["late"]
    clocks = {one["name"]: one for one in moving.show(sheet, "--clocks", now="2008-03-05 08:59")["clocks"]}
    assert clocks["arrival"]["met"] == "2008-03-04T15:00:00+08:00"
    assert (clocks["repair"]["due"], clocks["repair"]["late"]) == ("2008-03-05T09:00:00+08:00", False)
    assert moving.show(sheet, "--clocks", now="2008-03-05 09:01")["clocks"][2]["late"]
    assert [row["id"] for row in moving.svc("query", "overdue", "-O", "json", now="2008-03-05 12:00").json] == [sheet]


def test_a_batch_is_one_deed_that_names_who_vouches(moving: Any) -> None:
    before = moving.head
    calls = [(f"2008-{n}", "已核查", *CALL[2:12], "") for n in (41, 42, 43)]
    ids = entered(moving, "报修登记", rows(CALLS, *calls))
    assert moving.git("rev-list", "--count", f"{before}..HEAD") == "1"
    assert moving.git("log", "-1", "--format=%an <%ae>%n%B").rstrip() == (
        "孙丽 <sun.li@example.com>\nintake(migrate): 3 条 迁移录入\n\n"
        + "".join(f"Svc-Record: {id}\n" for id in ids)
        + "Svc-Action: migrate\nSvc-Step: 1\nSvc-Role: records_clerk\nSvc-Vouched-By: chen.jie\n"
        "Svc-Clause: [company]\nSvc-Procedure: chenggong@1"
    )
    changed = moving.git("show", "--name-only", "--format=", "HEAD").splitlines()
    assert len(changed) == 3 and all(path.startswith("records/2008/intake/") for path in changed)


def test_one_wrong_row_and_nothing_is_entered(moving: Any) -> None:
    wrong = ("2008-042", "已派工", *CALL[2:12], "")
    said = moving.refused(4, "import", "intake", file(moving, rows(CALLS, CALL, wrong)), *VOUCHED)
    assert "  - 第 3 行“时间.派工”：“派工”何时办的没有写（at.dispatch）\n" in said
    assert "报修登记的表格有 1 处错误，未写入任何一行。" in said


def test_a_dry_run_decides_the_same_and_writes_nothing(moving: Any, company: Any) -> None:
    name = file(moving, rows(CALLS, CALL))
    before = company.traces(moving.root)
    answer = moving.svc("import", "intake", name, *VOUCHED, "-n")
    assert (answer.code, answer.out) == (0, "BX-0101-08-00001-10\n")
    assert answer.err == "（试运行，未写入）\n导入 1 条\n"
    assert company.traces(moving.root) == before


def test_it_is_found_by_its_old_number_and_by_who_vouches(moving: Any) -> None:
    call, sheet, report = case(moving)
    assert moving.show("PG-77")["id"] == sheet
    assert moving.show("2008-041")["id"] == call
    for words in (("migrated",), ("vouched_by:陈洁",), ("担保人:chen.jie",)):
        assert sorted(moving.svc("query", *words, "-q").out.split()) == sorted((call, sheet, report))
    assert moving.svc("query", "former:wx", "-q").out.split() == [report]
    assert (
        moving.svc("query", "原编号:2008", "--fields", "id,former", "-O", "csv").out.splitlines()[1]
        == f"{call},2008-041"
    )
    assert moving.svc("query", "2008-041", "-q").out.split() == [call]
    fresh = moving.intake("CG956-0003")
    assert fresh not in moving.svc("query", "migrated", "-q").out
    answer = moving.svc("query", "vouched_by:无此人")
    assert answer.code == 2


def test_card_log_and_explanation_say_so(moving: Any) -> None:
    _, sheet, _ = case(moving)
    card = moving.svc("show", sheet, "--log").out
    assert "迁移：    2008-03-05 10:00 孙丽录入，陈洁（客户服务部负责人）担保，原编号 PG-77\n" in card
    assert "          到达现场  2008-03-04 15:00  张伟\n" in card
    assert "迁移录入（陈洁担保，原编号 PG-77）" in card
    assert "迁移录入（陈洁担保，原编号 PG-77）" in moving.svc("log", sheet).out
    assert moving.svc("log", sheet, "-O", "json").json[0]["migrated"]["vouched_by"] == "chen.jie"
    told = moving.svc("explain", sheet).out
    assert "  2008-03-05 10:00 孙丽录入，陈洁（客户服务部负责人）担保，原编号 PG-77\n" in told


def test_the_form_says_what_it_takes(moving: Any) -> None:
    told = moving.svc("explain", "dispatch.migrate").out
    assert "担保：      客户服务部负责人、营销部负责人，须是录入人以外的人\n" in told
    assert "开放：      到设定“迁移截止日”（migration.until）为止\n" in told
    assert "可写为不明：arrived_at\n" in told
    assert "可迁移：已登记、已核查、已派工、转有偿服务\n" in moving.svc("explain", "intake").out
    assert "可迁移" not in moving.svc("explain", "part").out


def test_taken_back_and_entered_again(moving: Any) -> None:
    (call,) = entered(moving, "intake", rows(CALLS, CALL))
    moving.done("undo", call, "--reason", "电话录错")
    assert moving.record(call)["state"] == "cancelled"
    (again,) = entered(moving, "intake", rows(CALLS, CALL))
    assert again != call
    (sheet,) = entered(moving, "dispatch", rows(SHEETS, SHEET))
    assert moving.record(sheet)["fields"]["intake"] == again
    assert moving.svc("check").code == 0


def test_an_old_number_is_never_taken_for_the_tail_of_a_new_one(moving: Any) -> None:
    """Sheet and call number 1 exist here; an old call number 1 does not."""
    entered(moving, "intake", rows(CALLS, CALL))
    said = moving.refused(4, "import", "dispatch", file(moving, rows(SHEETS, (*SHEET[:2], "1", *SHEET[3:]))), *VOUCHED)
    assert "  - 第 2 行“报修登记”：“报修登记”所指的 1 不存在\n" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_as_excel_writes_it(moving: Any, encoding: str) -> None:
    (call,) = entered(moving, "intake", rows(CALLS, CALL).replace("\n", "\r\n"), encoding=encoding)
    assert moving.record(call)["log"][0]["migrated"]["former"] == "2008-041"


def test_a_workbook(moving: Any) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra xlsx is not installed")
    book = openpyxl.Workbook()
    for line in (CALLS, CALL):
        book.active.append(list(line))
    book.save(moving.root.parent / "calls.xlsx")
    answer = moving.svc("import", "intake", str(moving.root.parent / "calls.xlsx"), *VOUCHED)
    assert answer.code == 0, answer.err
    assert moving.record(answer.word)["state"] == "dispatched"


def test_the_same_as_yaml(moving: Any) -> None:
    entered(moving, "intake", rows(CALLS, CALL))
    text = """\
rows:
- former: PG-77
  intake: 2008-041
  mode: station_visit
  fault_class: ordinary
  assigned_to: [张伟, 刘洋]
  dispatched_at: 2008-03-04 09:40
  arrived_at: 2008-03-04 15:00
  done: {issue: 王芳, arrive: 刘洋}
  at: {accept: 2008-03-04 10:00}
"""
    (sheet,) = entered(moving, "dispatch", text, "--state", "on_site", name="sheets.yaml", encoding="utf-8")
    record = moving.record(sheet)
    assert record["fields"]["assigned_to"] == ["zhang.wei", "liu.yang"]
    assert record["log"][0]["migrated"]["done"][1] == {
        "action": "accept",
        "to": "accepted",
        "at": "2008-03-04T10:00:00+08:00",
    }


def test_faults_of_a_yaml_file_name_its_lines(moving: Any) -> None:
    text = "rows:\n- former: A\n  serial: CG956-0001\n- former: B\n  colour: red\n"
    said = moving.refused(2, "import", "intake", file(moving, text, "calls.yaml", "utf-8"), *VOUCHED)
    assert "第 1 行“colour”：没有这个字段：colour" in said
    text = "rows:\n- former: A\n\n- former: B\n  at.dispatch: soon\n"
    said = moving.refused(
        2, "import", "intake", file(moving, text, "calls.yaml", "utf-8"), *VOUCHED, "--state", "checked"
    )
    assert "  - 第 4 行“at.dispatch”：“soon”：时间写作 2025-03-04 15:20\n" in said


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (0, "=1+1", None),
        (0, "2008\x07041", "原编号"),
        (0, "x" * 300, "原编号"),
        (1, "=cmd|' /C calc'!A0", "没有状态"),
        (4, "王\u202e建国", "含有控制字符 U+202E"),
        (4, "@SUM(A1)", None),
        (6, "../../etc/passwd", "主机档案"),
        (11, "'; drop table", "不存在"),
        (12, "=NOW()", "时间写作 2025-03-04 15:20"),
        (12, "2008-02-30 09:40", "2008-02-30"),
    ],
)
def test_hostile_cells(moving: Any, column: int, cell: str, said: str | None) -> None:
    """What a cell says is text: kept as it is, or refused with row and column; nothing runs, nothing breaks."""
    line = (*CALL[:column], cell, *CALL[column + 1 :])
    name = file(moving, rows(CALLS, line))
    if said is None:
        answer = moving.svc("import", "intake", name, *VOUCHED)
        assert answer.code == 0, answer.err
        assert cell in repr(moving.record(answer.word))
        assert moving.svc("check").code == 0
        shown = moving.svc("query", "migrated", "--fields", "former,reporter.name", "-O", "csv").out
        assert f"'{cell}" in shown
    else:
        answer = moving.svc("import", "intake", name, *VOUCHED)
        assert answer.code in (2, 4) and said in answer.err and "第 2 行" in answer.err
        assert "Traceback" not in answer.err and "\x07" not in answer.err and "\u202e" not in answer.err


def test_the_window_shuts_by_the_calendar(moving: Any) -> None:
    name = file(moving, rows(CALLS, CALL))
    assert "迁移已于 2008-03-31 截止" in moving.svc("import", "intake", name, *VOUCHED, now="2008-04-01 00:00").err
    assert moving.svc("import", "intake", name, *VOUCHED, now="2008-03-31 23:59").code == 0
    # What was entered in time stays lawful; the window opens again only by a recorded setting.
    words = ("setting", "set", "migration.until", "2008-04-30", "--reason", "再录一批")
    assert moving.svc(*words, me="sun.li", now="2008-04-02 09:00").code == 4
    moving.done(*words, me="li.min", now="2008-04-02 09:00")
    later = file(moving, rows(CALLS, ("2008-050", *CALL[1:])))
    assert moving.svc("import", "intake", later, *VOUCHED, now="2008-04-02 10:00").code == 0
    assert moving.svc("check", now="2008-06-01 09:00").code == 0


def test_who_vouched_then_may_have_left_since(moving: Any) -> None:
    case(moving)
    moving.done("advance", "chen.jie", "leave", "left_on=2008-03-06", me="li.min", now="2008-03-06 17:00")
    assert moving.svc("check", now="2008-03-07 09:00").code == 0


def test_a_forged_mark_is_found(moving: Any) -> None:
    """What nobody imported is no migration: the record says so itself."""
    _, sheet, _ = case(moving)
    path = moving.path(sheet)
    path.write_text(path.read_text("utf-8").replace("vouched_by: chen.jie", "vouched_by: sun.li"), "utf-8")
    found = moving.svc("check", sheet)
    assert found.code == 1
    assert "log.0.migrated.vouched_by: 担保人就是录入人 [migrated]" in found.out
    assert "log.0.migrated.role: sun.li 当日不能担保 [migrated]" in found.out


def test_forty_machines_whose_papers_lie_in_a_folder(moving: Any) -> None:
    heads = (
        "former",
        "出厂编号",
        "手册编号",
        "合格证编号",
        "产品型号",
        "用户",
        "代理商",
        "购机发票号",
        "购机日期",
        "交付日期",
    )
    lines = [
        (
            f"台账 {n}",
            f"CG956-1{n:03}",
            f"SC-1{n:03}",
            f"HG-1{n:03}",
            "CG956",
            "C1",
            "D1",
            f"F-{n}",
            "2007-06-01",
            "2007-06-02",
        )
        for n in range(40)
    ]
    text = rows(heads, *lines)
    words = ("import", "warranty-handbook", file(moving, text), *VOUCHED, "--state", "三包期内")
    assert "“建档”缺少凭证合格证（evidence.certificate）" in moving.refused(4, *words)
    answer = moving.svc(*words, "--lacks", "evidence:certificate", "--lacks", "evidence:invoice")
    assert answer.code == 0, answer.err
    assert len(answer.out.split()) == 40
    record = moving.record("CG956-1000")
    assert record["log"][0]["migrated"]["lacks"] == ["evidence:certificate", "evidence:invoice"]
    assert record["fields"]["warranty_end"] == "2008-06-01"
    assert "不明：合格证、购机发票" in moving.svc("show", "CG956-1000").out
    assert moving.svc("check").code == 0


@pytest.mark.bench
def test_five_hundred_rows(moving: Any) -> None:
    calls = [(f"A-{n}", *CALL[1:]) for n in range(500)]
    start = time.process_time()
    assert len(entered(moving, "intake", rows(CALLS, *calls))) == 500
    assert time.process_time() - start < 12
    assert moving.svc("check").code == 0
