"""`svc import`: all rows in one commit, or none and everything that is wrong with them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

import svc.cli.import_  # noqa: F401 - so that `english` finds it

CHIEF = "zhao.qiang"
NOW = "2026-03-06 09:00"
PARTS = "件号,名称,类别,总成,unit_price\n"


def sheet(tmp_path: Path, text: str, name: str = "rows.csv", encoding: str = "utf-8") -> str:
    """A file with those rows."""
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def head(world: Any, *form: str) -> str:
    """What git says of the last commit."""
    done = subprocess.run(
        ["git", "-C", str(world.root), "log", "-1", *form], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_rows_become_records_in_one_commit(world: Any, tmp_path: Path) -> None:
    before = head(world, "--format=%H").strip()
    file = sheet(tmp_path, PARTS + "0071,滤芯,自制件,否,12.3\n510101199001011234,活塞,self_made,是,\n")
    answer = world.svc("import", "零件", file, me=CHIEF, now=NOW)
    assert (answer.code, answer.out) == (0, "0071\n510101199001011234\n")
    assert answer.err == "导入 2 条\n"
    assert head(world, "--format=%P").strip() == before
    assert head(world, "--format=%B").rstrip() == (
        "part(register): 2 条 登记\n\nSvc-Record: part/0071\nSvc-Record: part/510101199001011234\n"
        "Svc-Action: register\nSvc-Step: 1\nSvc-Role: marketing\nSvc-Clause: [company]\nSvc-Procedure: chenggong@1"
    )
    shown = world.svc("show", "part/0071", "-O", "json").json
    assert shown["fields"]["part_no"] == "0071" and shown["fields"]["unit_price"] == "12.30"
    assert world.svc("check").code == 0


def test_one_row_is_a_deed_like_any_other(world: Any, tmp_path: Path) -> None:
    world.done("import", "part", sheet(tmp_path, PARTS + "P-1,滤芯,自制件,否,\n"), me=CHIEF, now=NOW)
    assert head(world, "--format=%s") == "part(register): P-1 登记\n"


def test_every_fault_is_told_at_once_and_nothing_is_written(world: Any, tmp_path: Path, same: Any) -> None:
    rows = "Q-1,x,自制的,否,1e5\nQ-2,x,配套件,否,1\nP-1,x,自制件,否,1\nQ-3,x,自制件,也许,=1+1\nQ-4,,自制件,否,\n"
    world.done("import", "part", sheet(tmp_path, PARTS + "P-1,滤芯,自制件,否,\n"), me=CHIEF, now=NOW)
    file, errors = sheet(tmp_path, PARTS + rows), tmp_path / "errors.csv"
    with same(world.root):
        answer = world.svc("import", "part", file, "--errors-to", str(errors), me=CHIEF, now=NOW)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "错误：零部件的表格有 6 处错误，未写入任何一行。\n"
        "  - 第 2 行“类别”：“类别”不能是“自制的”：可以是：self_made  自制件；bought_in  配套件；outsourced  外协件\n"
        "  - 第 2 行“unit_price”：“单价”不能是“1e5”：金额写作 12 或 12.30，最多两位小数\n"
        "  - 第 4 行“件号”：零部件中已有 P-1\n"
        "  - 第 5 行“总成”：“总成”不能是“也许”：写 是 或 否\n"
        "  - 第 5 行“unit_price”：“单价”不能是“=1+1”：金额写作 12 或 12.30，最多两位小数\n"
        "  - 第 6 行“名称”：“登记”缺少：名称（name）\n"
        f"  位置：{file}\n"
        f"  处理：svc import part {file} --errors-to errors.csv\n"
    )
    assert errors.read_bytes().decode("utf-8-sig").splitlines() == [
        "row,column,value,message",
        "2,类别,自制的,“类别”不能是“自制的”：可以是：self_made  自制件；bought_in  配套件；outsourced  外协件",
        "2,unit_price,1e5,“单价”不能是“1e5”：金额写作 12 或 12.30，最多两位小数",
        "4,件号,,零部件中已有 P-1",
        "5,总成,也许,“总成”不能是“也许”：写 是 或 否",
        "5,unit_price,'=1+1,“单价”不能是“=1+1”：金额写作 12 或 12.30，最多两位小数",
        "6,名称,,“登记”缺少：名称（name）",
    ]
    assert errors.read_bytes().startswith(b"\xef\xbb\xbf")


def test_rows_that_the_procedure_refuses_exit_4(world: Any, tmp_path: Path, same: Any) -> None:
    file = sheet(tmp_path, PARTS + "P-1,滤芯,自制件,否,\np-1,滤芯,自制件,否,\n")
    with same(world.root):
        answer = world.svc("import", "part", file, me=CHIEF, now=NOW)
        denied = world.svc("import", "part", sheet(tmp_path, PARTS + "P-1,滤芯,自制件,否,\n"), me="wang.fang", now=NOW)
    assert answer.code == 4
    assert "  - 第 3 行“件号”：零部件中已有 P-1\n" in answer.err
    assert denied.code == 4
    assert "  - 第 2 行：王芳 的角色（接线专人）不能办理“登记”，须为：生产部、营销部\n" in denied.err


def test_dry_run_writes_nothing(world: Any, tmp_path: Path, same: Any) -> None:
    file = sheet(tmp_path, PARTS + "P-1,滤芯,自制件,否,\n")
    with same(world.root):
        answer = world.svc("import", "part", file, "-n", me=CHIEF, now=NOW)
    assert (answer.code, answer.out, answer.err) == (0, "P-1\n", "（试运行，未写入）\n导入 1 条\n")


OUTLETS = "代号,名称,地址,电话,联系人,代表处,协议编号,协议签订日期,业务,evidence.agreement\n"


def test_lists_dates_links_and_evidence_beside_the_sheet(world: Any, tmp_path: Path) -> None:
    (tmp_path / "扫描").mkdir()
    (tmp_path / "扫描" / "一.pdf").write_bytes(b"%PDF-1.4 one\n")
    (tmp_path / "二.pdf").write_bytes(b"%PDF-1.4 two\n")
    row = "WD-1,示例网点,示例路 2 号,000-5550-0140,陈明,db-1,XY-1,2025-03-04,销售； service,扫描/一.pdf; 二.pdf\n"
    file = sheet(tmp_path, OUTLETS + row, encoding="gb18030")
    assert world.done("import", "outlet", file, "-q", me=CHIEF, now=NOW) == "WD-1"
    record = world.svc("show", "outlet/WD-1", "-O", "json").json
    assert record["fields"]["services"] == ["sale", "service"]
    assert record["fields"]["agreement_signed_on"] == "2025-03-04"
    assert [item["file"] for item in record["evidence"]] == ["agreement-1.pdf", "agreement-2.pdf"]
    assert world.svc("check").code == 0


@pytest.mark.parametrize("typed", ["3月4日", "2024/3/1", "今天", "-1d", "03-04", "20240301", "2024-3-1"])
def test_a_date_is_never_guessed(world: Any, tmp_path: Path, same: Any, typed: str) -> None:
    row = f"WD-1,示例网点,示例路 2 号,000-5550-0140,陈明,db-1,XY-1,{typed},销售,\n"
    with same(world.root):
        answer = world.svc("import", "outlet", sheet(tmp_path, OUTLETS + row), me=CHIEF, now=NOW)
    assert answer.code == 2
    assert f"  - 第 2 行“协议签订日期”：“{typed}”：日期只写作 2025-03-04\n" in answer.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../secret.pdf", "凭证文件须在表格所在文件夹内：../secret.pdf"),
        ("/etc/hostname", "凭证文件须在表格所在文件夹内：/etc/hostname"),
        ("C:\\x.pdf", "凭证文件须在表格所在文件夹内：C:\\x.pdf"),
        ("missing.pdf", "读不到文件：没有这个文件"),
    ],
)
def test_evidence_lies_below_the_sheet(world: Any, tmp_path: Path, same: Any, name: str, said: str) -> None:
    row = f"WD-1,示例网点,示例路 2 号,000-5550-0140,陈明,db-1,XY-1,2025-03-04,销售,{name}\n"
    with same(world.root):
        answer = world.svc("import", "outlet", sheet(tmp_path, OUTLETS + row), me=CHIEF, now=NOW)
    assert answer.code == 2
    assert f"  - 第 2 行“evidence.agreement”：{said}\n" in answer.err


def test_items_of_a_list_have_columns_of_their_own(world: Any, tmp_path: Path) -> None:
    heads = "code,name,employee_no,unit,roles.0.role,roles.0.from,roles.1.role,roles.1.from,git_email\n"
    row = "he.ping,何平,0009,cs,qa,2026-01-01,research,2026-02-01,he.ping@example.com\n"
    world.done("import", "person", sheet(tmp_path, heads + row), now=NOW)
    fields = world.svc("show", "person/he.ping", "-O", "json").json["fields"]
    assert fields["roles"] == [{"role": "qa", "from": "2026-01-01"}, {"role": "research", "from": "2026-02-01"}]
    again = row.replace("he.ping,", "he.lin,").replace("0009", "0010")
    holes = "he.li,何力,0011,cs,,,research,2026-02-01,he.li@example.com\n"
    answer = world.svc("import", "person", sheet(tmp_path, heads + again + holes), now=NOW)
    assert answer.code == 2
    assert "  - 第 2 行“git_email”：“git 邮箱”已有：he.ping\n" in answer.err
    assert "第 3 行“roles”：缺少第 0 项（从 0 数起）" in answer.err


def test_headings_must_mean_one_field_each(world: Any, tmp_path: Path, same: Any) -> None:
    with same(world.root):
        answer = world.svc("import", "part", sheet(tmp_path, "件号,part_no,价格\nP-1,P-1,1\n"), me=CHIEF, now=NOW)
    assert answer.code == 2
    assert "  - 第 1 行“part_no”：与“件号”是同一个字段\n" in answer.err
    assert "  - 第 1 行“价格”：没有这个字段：价格" in answer.err


def test_the_first_sheet_of_a_workbook(world: Any, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra xlsx is not installed")
    book = openpyxl.Workbook()
    book.active.append(["件号", "名称", "类别", "总成"])
    book.active.append(["0071", "滤芯", "自制件", "否"])
    book.save(tmp_path / "parts.xlsx")
    assert world.done("import", "part", str(tmp_path / "parts.xlsx"), me=CHIEF, now=NOW) == "0071"


def test_what_is_no_sheet_or_no_form(world: Any, tmp_path: Path, same: Any) -> None:
    with same(world.root):
        empty = world.svc("import", "part", sheet(tmp_path, PARTS), me=CHIEF, now=NOW)
        unknown = world.svc("import", "nothing", sheet(tmp_path, PARTS), me=CHIEF, now=NOW)
        gone = world.svc("import", "part", str(tmp_path / "gone.csv"), me=CHIEF, now=NOW)
    assert empty.code == 2
    assert empty.err.startswith("错误：表格里没有一行数据。\n")
    assert unknown.code == 3
    assert gone.code == 6


def test_in_english(world: Any, tmp_path: Path, english: None) -> None:
    answer = world.svc("import", "part", sheet(tmp_path, PARTS + "P-1,x,自制件,maybe,\n"), me=CHIEF, now=NOW)
    assert "  - row 2 “总成”: Assembly cannot be “maybe”: write yes or no\n" in answer.err
    assert answer.err.startswith("error: Part: the sheet has 1 faults; nothing was written.\n")


@pytest.mark.bench
def test_a_thousand_rows(world: Any, tmp_path: Path) -> None:
    heads = "code,name,employee_no,unit,roles.0.role,roles.0.from,git_email\n"
    rows = "".join(f"p{n:04},何{n},{n + 100},cs,qa,2026-01-01,p{n:04}@example.com\n" for n in range(1000))
    start = time.process_time()
    world.done("import", "person", sheet(tmp_path, heads + rows), now=NOW)
    # Of our own: how long a disk takes to make 3,500 small files durable is not ours to promise.
    assert time.process_time() - start < 6
