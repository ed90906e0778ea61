"""Where a repository can stand when a command is refused: each situation is made once by the commands themselves.

A situation is a function from a clerk (see tests/scenarios/company.py) that brings the company there. Its docstring
tells what stands there; the numbers begin at 1, so that the files beside this one can name them.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Build = Callable[[Any], object]

PAPERS = ("certificate_seen=true", "handbook_seen=true")
PARTS = 'parts:=[{"part":"P-1","qty":2}]'


def company(clerk: Any) -> None:
    """People, registers, machines; nothing has happened yet."""


def received(clerk: Any) -> None:
    """A call about each machine, and about one that nobody knows: 1, 2 (ended yesterday), 3, 4 (hours), 5 (unknown)."""
    for serial in ("CG956-0001", "CG956-0002", "CG956-0003", "CG962-0001", "CG956-9999"):
        clerk.intake(serial)


def checked(clerk: Any) -> None:
    """Calls that are checked: 1 eligible, 2 expired, 3 without certificate, 4 without handbook, 5 of another brand."""
    clerk.checked()
    clerk.checked("CG956-0002")
    for given in (("certificate_seen=false", "handbook_seen=true"), ("certificate_seen=true", "handbook_seen=false")):
        clerk.done("advance", clerk.intake(), "check_warranty", *given, me="wang.fang")
    clerk.done("advance", clerk.intake("XX-1", "brand=示例重工", *PAPERS), "check_warranty", me="wang.fang")


def unregistered(clerk: Any) -> None:
    """A handbook given out and not registered, of a model whose warranty runs from commissioning; a call about it."""
    terms = ("is_new_product=false", "warranty.months=12", "warranty.starts=commissioning")
    clerk.done("create", "product-model", "code=CG999", "name=挖掘机", *terms, me="zhou.tao")
    given = ("serial=CG999-0001", "handbook_no=SC-0009", "certificate_no=HG-0009", "model=CG999")
    clerk.done("create", "warranty-handbook", *given, me="zhou.tao")
    clerk.intake("CG999-0001")


def issued(clerk: Any) -> None:
    """Dispatch sheet 1 to 张伟 (visit), 2 to ST1's people (other), 3 for parts to be replaced; issued at 10:30."""
    clerk.dispatch(clerk.checked(), now="2008-03-05 10:30")
    clerk.dispatch(clerk.checked(), "mode=other", "station=ST1", now="2008-03-05 10:30")
    clerk.dispatch(clerk.checked(), "mode=part_replacement", now="2008-03-05 10:30")


def on_site(clerk: Any) -> None:
    """张伟 has arrived at 15:00 (sheet 1)."""
    clerk.on_site()


def drafted(clerk: Any) -> None:
    """Reports of a visit: 1 says nothing of parts, 2 is of misuse, 3 has parts and none, 4 of design, 5 complete."""
    _, sheet = clerk.on_site()
    clerk.report(sheet)
    clerk.report(sheet, "cause=misuse", "no_parts=true")
    clerk.report(sheet, PARTS, "no_parts=true")
    clerk.report(sheet, "cause=design", "no_parts=true")
    clerk.report(sheet, "no_parts=true")


def at_station(clerk: Any) -> None:
    """The user went to ST1: report 1 is a draft, 2 is submitted and asks for parts, 3 accepted, its parts sent."""
    call = clerk.checked(now="2008-03-05 10:00")
    words = (f"intake={call}", "station=ST1", "cause=material", "fault_detail=漏油", "fault_class=ordinary")
    made = [clerk.done("create", "repair-report", *words, more, me="ma.chao") for more in ("no_parts=true", PARTS)]
    made.append(clerk.done("create", "repair-report", *words, PARTS, me="ma.chao"))
    for report in made[1:]:
        clerk.done("advance", report, "submit", me="ma.chao")
    clerk.done("advance", made[2], "accept", "parts-issue.method=on_site_replacement")
    (issue,) = clerk.record(made[2])["log"][-1]["created"]
    clerk.done("advance", issue, "approve")
    clerk.done("advance", issue, "pick", "stock_slip_no=CK-1", me="he.jun")
    clerk.done("advance", issue, "ship", me="he.jun")


def submitted(clerk: Any) -> None:
    """Report 1 is submitted; then its call is passed to paid service."""
    call, sheet = clerk.on_site()
    report = clerk.report(sheet, "no_parts=true")
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", call, "to_paid", "cause_presumed=misuse", now="2008-03-05 15:50")


def accepted(clerk: Any) -> None:
    """Report 1 asked for parts and is accepted: issue 1 is requested; report 2 is a draft of misuse."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet, PARTS)
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", report, "accept", now="2008-03-05 16:00")
    clerk.report(sheet, "cause=misuse", "no_parts=true", now="2008-03-05 16:00")


def passed_to_paid(clerk: Any) -> None:
    """As `accepted`, issue 1 picked; then the call is passed to paid service 1."""
    accepted(clerk)
    clerk.done("advance", "FJ-0101-08-00001-40", "approve", now="2008-03-05 16:10")
    clerk.done("advance", "FJ-0101-08-00001-40", "pick", "stock_slip_no=CK-1", me="he.jun", now="2008-03-05 16:20")
    clerk.done("advance", "BX-0101-08-00001-10", "to_paid", "cause_presumed=misuse", now="2008-03-05 16:30")


def mailed(clerk: Any) -> None:
    """Parts by mail: sheet 1 accepted, issue 1 approved; sheet 2's issue 2 was sent without a waybill."""
    for number, method in ((1, "mail"), (2, "other")):
        call = clerk.checked(now="2008-03-05 10:00")
        sheet = clerk.dispatch(call, "mode=part_mail", now="2008-03-05 10:30")
        clerk.done("advance", sheet, "accept", now="2008-03-05 10:40")
        report = clerk.report(sheet, PARTS, now="2008-03-05 11:00")
        clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 11:10")
        clerk.done("advance", report, "accept", now="2008-03-05 11:20")
        (issue,) = clerk.record(report)["log"][-1]["created"]
        if number == 2:
            clerk.done("advance", issue, "amend", "method=other", "--reason", "自取", now="2008-03-05 11:25")
        clerk.done("advance", issue, "approve", now="2008-03-05 11:30")
        clerk.done("advance", issue, "pick", "stock_slip_no=CK-1", me="he.jun", now="2008-03-05 11:40")
        if number == 2:
            clerk.done("advance", issue, "ship", me="he.jun", now="2008-03-05 11:50")


def approved(clerk: Any) -> None:
    """As `accepted`, issue 1 approved; 任飞 holds the production role as well, in his own plant."""
    accepted(clerk)
    clerk.done("advance", "FJ-0101-08-00001-40", "approve", now="2008-03-05 16:10")
    held = json.dumps([{"role": "production", "from": "2008-01-01"}])
    clerk.done("advance", "ren.fei", "change_roles", f"roles:={held}", me="li.min")


def repaired(clerk: Any) -> None:
    """Report 1 is repaired at 17:00, nobody has signed."""
    clerk.repaired()


def signed(clerk: Any) -> None:
    """Report 1 is signed by the user; 张伟, who repaired, may also act for the department."""
    clerk.signed()
    held = [{"role": "service_person", "from": "2008-01-01"}, {"role": "cs_dept", "from": "2008-01-01"}]
    clerk.done("advance", "zhang.wei", "change_roles", f"roles:={json.dumps(held)}", me="li.min")


def verified(clerk: Any) -> None:
    """Report 1 is verified, sheet 1 repaired; report 2 on the same sheet is still a draft."""
    _, sheet, _ = clerk.verified()
    clerk.report(sheet, "no_parts=true", now="2008-03-06 09:10")


def late(clerk: Any) -> None:
    """Sheet 1 was dispatched a minute late without a reason; everything else is done."""
    call = clerk.checked(now="2008-03-05 10:00")
    sheet = clerk.dispatch(call, now="2008-03-05 11:01")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:10")
    clerk.done("advance", sheet, "arrive", me="zhang.wei", now="2008-03-05 15:00")
    report = clerk.report(sheet, "no_parts=true")
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    clerk.done("advance", report, "accept", now="2008-03-05 16:00")
    words = ("repair_detail=更换油封", "assembly_replaced=false", "performance_restored=true")
    clerk.done("advance", report, "record_repair", *words, me="zhang.wei", now="2008-03-05 17:00")
    paper = ("--evidence", f"signed_sheet={clerk.paper}")
    clerk.done("advance", report, "user_sign", *paper, me="zhang.wei", now="2008-03-05 17:10")
    clerk.done("advance", sheet, "finish", me="zhang.wei", now="2008-03-05 17:20")
    clerk.done("advance", report, "verify", "result=effective", "method=call_back", now="2008-03-05 18:00")


def paid(clerk: Any) -> None:
    """Paid services: 1 opened for misuse; 2 (expired) quoted at 100.00; 3 (expired) signed, quoted at 100.00."""
    calls = [clerk.checked(), clerk.checked("CG956-0002"), clerk.checked("CG956-0002")]
    clerk.done("create", "paid-service", f"intake={calls[0]}", "reason=misuse", "--reason", "超载作业")
    quote = 'quote_lines:=[{"item":"labour","amount":"100.00"}]'
    for call in calls[1:]:
        made = clerk.done("create", "paid-service", f"intake={call}", "reason=expired")
        clerk.done("advance", made, "quote", quote)
    clerk.done("advance", made, "accept", "--evidence", f"consent={clerk.paper}")
    clerk.done("advance", made, "perform", "work_done=换油封", me="zhang.wei")
    clerk.done("advance", made, "sign", "--evidence", f"signed_sheet={clerk.paper}", me="zhang.wei")


def corrected(clerk: Any) -> None:
    """Call 1 was eligible; then the handbook's invoice turned out to be of 2006; report 1 is a draft."""
    _call, sheet = clerk.on_site()
    words = ("invoice_date=2006-06-15", "--reason", "发票日期登错")
    clerk.done("advance", "CG956-0001", "correct", *words, me="chen.jie", now="2008-03-05 15:10")
    clerk.report(sheet, "no_parts=true")


def open_year(clerk: Any) -> None:
    """Something is open, the retention years are not set."""
    clerk.on_site()


def finished(clerk: Any) -> None:
    """One case of 2008 is finished, the retention years are set."""
    clerk.filed()
    clerk.set("record_control.retention_years", "5")


def compiled(clerk: Any) -> None:
    """As `finished`, and the volume of 2008 is compiled by 孙丽, who may check as well."""
    finished(clerk)
    held = [{"role": "records_clerk", "from": "2008-01-01"}, {"role": "cs_head", "from": "2008-01-01"}]
    clerk.done("advance", "sun.li", "change_roles", f"roles:={json.dumps(held)}", me="li.min")
    clerk.done("bind", "2008", me="sun.li", now="2009-01-05 09:00")


def tampered(clerk: Any) -> None:
    """As `compiled`; then somebody changed the signed sheet and committed it by hand."""
    compiled(clerk)
    next((clerk.root / "records" / "2008").rglob("signed_sheet-1.png")).write_bytes(b"another sheet")
    clerk.git("commit", "-qam", "by hand")


def bound(clerk: Any) -> None:
    """The year 2008 is bound."""
    clerk.bound()


def example(clerk: Any) -> None:
    """The repository is marked as the worked example."""
    site = clerk.root / "records" / "svc.yaml"
    site.write_text(site.read_text("utf-8") + "example: true\n", "utf-8")
    clerk.git("commit", "-qam", "by hand")


def without_supply_unit(clerk: Any) -> None:
    """Report 1 asks for parts and is submitted; the setting parts.supply_unit was never set."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet, PARTS)
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    next((clerk.root / "records").rglob("parts.supply_unit.yaml")).unlink()
    clerk.git("commit", "-qam", "by hand")


def unknown_revision(clerk: Any) -> None:
    """Call 1 names a revision of the procedure that is not in the repository."""
    path = clerk.path(clerk.intake())
    path.write_text(path.read_text("utf-8").replace("chenggong@1", "chenggong@7"), "utf-8")
    clerk.git("commit", "-qam", "by hand")


def misshapen(clerk: Any) -> None:
    """The file of call 1 is no record any more, and committed so."""
    clerk.path(clerk.intake()).write_text("id: BX-0101-08-00001-10\n", "utf-8")
    clerk.git("commit", "-qam", "by hand")


def broken_procedure(clerk: Any) -> None:
    """A flow file of the procedure in force was broken by hand, and committed so."""
    flow = clerk.root / "schemas" / "chenggong@1" / "dispatch.flow.yaml"
    flow.write_text("form: dispatch\n", "utf-8")
    clerk.git("commit", "-qam", "by hand")


def odd_zone(clerk: Any) -> None:
    """records/svc.yaml names a time zone that does not exist."""
    site = clerk.root / "records" / "svc.yaml"
    site.write_text(site.read_text("utf-8").replace("Asia/Shanghai", "Mars/Olympus"), "utf-8")
    clerk.git("commit", "-qam", "by hand")


def uncommitted_site(clerk: Any) -> None:
    """records/svc.yaml lies there, but the commit does not hold it."""
    clerk.git("rm", "-q", "--cached", "records/svc.yaml")
    clerk.git("commit", "-qm", "by hand")


def detached(clerk: Any) -> None:
    """HEAD is on no branch."""
    clerk.git("checkout", "-q", "--detach")


def merging(clerk: Any) -> None:
    """Somebody has begun a merge."""
    (clerk.root / ".git" / "MERGE_HEAD").write_text(clerk.head + "\n", "ascii")


def shallow(clerk: Any) -> None:
    """A clone without its history."""
    (clerk.root / ".git" / "shallow").write_text(clerk.head + "\n", "ascii")


def damaged_head(clerk: Any) -> None:
    """git's own HEAD holds nonsense."""
    (clerk.root / ".git" / "HEAD").write_text("nonsense\n", "ascii")


def two_named_alike(clerk: Any) -> None:
    """A unit and a customer have the same code; a call and a sheet end in 1."""
    clerk.done("create", "unit", "code=C1", "name=一车间", "kind=department", me="li.min")
    clerk.dispatch(clerk.checked())


def fresh_clone(clerk: Any) -> None:
    """Nothing has been done in this clone yet."""
    (clerk.root / ".git" / "svc" / "last").unlink()


def two_calls(clerk: Any) -> None:
    """As `on_site`; and sheet 2, of another call, accepted by 张伟."""
    clerk.on_site()
    sheet = clerk.dispatch(clerk.checked(now="2008-03-05 15:10"), now="2008-03-05 15:20")
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 15:30")


def unverified(clerk: Any) -> None:
    """As `repaired`, and sheet 1 is finished."""
    _, sheet, _ = clerk.repaired()
    clerk.done("advance", sheet, "finish", me="zhang.wei", now="2008-03-05 17:20")


def paid_while_requested(clerk: Any) -> None:
    """As `accepted`; then the call is passed to paid service."""
    accepted(clerk)
    clerk.done("advance", "BX-0101-08-00001-10", "to_paid", "cause_presumed=misuse", now="2008-03-05 16:30")


def begins_later(clerk: Any) -> None:
    """As `unregistered`; then registered, with the commissioning still to come."""
    unregistered(clerk)
    given = ("customer=C1", "agent=D1", "invoice_no=FP-8", "invoice_date=2008-01-02", "delivered_on=2008-01-02")
    files = ("--evidence", f"certificate={clerk.paper}", "--evidence", f"invoice={clerk.paper}")
    clerk.done("advance", "CG999-0001", "register", *given, "commissioned_on=2008-04-01", *files, me="zhou.tao")


def authorised(clerk: Any) -> None:
    """赵强 has given his role to 张伟 for a week (authorisation 1)."""
    given = ("deputy=zhang.wei", 'roles:=["cs_dept"]', "from=2008-03-05", "to=2008-03-12", "reason=出差")
    clerk.done("create", "authorisation", *given)


def moving(clerk: Any) -> None:
    """Cases that began before svc may be entered until the end of March."""
    clerk.set("migration.until", '"2008-03-31"')


MOVING = ("--vouched-by", "chen.jie", "--reason", "启用前的业务")


def migrated(clerk: Any) -> None:
    """Call 1, once 2008-041, and sheet 1, once PG-77, were entered by 孙丽; 张伟 has been on site since the day before."""
    moving(clerk)
    folder = clerk.root.parent
    clerk.done("import", "intake", str(folder / "moved.csv"), *MOVING, me="sun.li", now="2008-03-05 09:00")
    clerk.done("import", "dispatch", str(folder / "sheets.csv"), *MOVING, me="sun.li", now="2008-03-05 09:10")


def migrated_report(clerk: Any) -> None:
    """As `migrated`, and report 1, signed by the user; 孙丽, who entered it, may act for the department as well."""
    migrated(clerk)
    folder = clerk.root.parent
    clerk.done("import", "repair-report", str(folder / "reports.csv"), *MOVING, me="sun.li", now="2008-03-05 09:20")
    held = [{"role": role, "from": "2008-01-01"} for role in ("records_clerk", "cs_dept")]
    clerk.done("advance", "sun.li", "change_roles", f"roles:={json.dumps(held)}", me="li.min")


BUILDS: dict[str, Build] = {
    build.__name__: build
    for build in (
        *(company, received, checked, unregistered, issued, on_site, drafted, at_station, submitted, accepted),
        *(passed_to_paid, mailed, approved, repaired, signed, verified, late, paid, corrected),
        *(open_year, finished, compiled, tampered, bound, example, without_supply_unit, unknown_revision, misshapen),
        *(broken_procedure, odd_zone, uncommitted_site, detached, merging, shallow, damaged_head, two_named_alike),
        *(fresh_clone, two_calls, unverified, paid_while_requested, begins_later, authorised),
        *(moving, migrated, migrated_report),
    )
}


# ── what surrounds the repository ─────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def locked(clerk: Any) -> Iterator[dict[str, str | None]]:
    """Somebody else is writing and does not come to an end; nobody waits longer than a moment for it."""
    from svc.store.repository import Repository

    writing = Repository.writing.__wrapped__  # type: ignore[attr-defined]
    before, writing.__defaults__ = writing.__defaults__, (0.01,)
    (clerk.root / ".git" / "svc").mkdir(exist_ok=True)
    with (clerk.root / ".git" / "svc" / "lock").open("w+") as lock:
        lock.write(f"{os.getpid():<11}\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield {}
        finally:
            writing.__defaults__ = before


@contextlib.contextmanager
def nobody(clerk: Any) -> Iterator[dict[str, str | None]]:
    """Neither --me nor SVC_ME nor git's user.email says who acts."""
    yield {"SVC_ME": None}


@contextlib.contextmanager
def no_git(clerk: Any) -> Iterator[dict[str, str | None]]:
    """There is no git on the PATH."""
    yield {"PATH": str(clerk.root.parent / "nothing")}


@contextlib.contextmanager
def old_git(clerk: Any) -> Iterator[dict[str, str | None]]:
    """The git on the PATH is too old."""
    folder = clerk.root.parent / "old"
    folder.mkdir(exist_ok=True)
    real = shutil.which("git")
    script = f'#!/bin/sh\ncase "$*" in *--version*) echo git version 2.11.0;; *) exec {real} "$@";; esac\n'
    (folder / "git").write_text(script, "utf-8")
    (folder / "git").chmod(0o755)
    yield {"PATH": f"{folder}:{os.environ['PATH']}"}


@contextlib.contextmanager
def elsewhere(clerk: Any) -> Iterator[dict[str, str | None]]:
    """Outside every repository."""
    folder = clerk.root.parent / "elsewhere"
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    yield {"SVC_REPO": None}


@contextlib.contextmanager
def gone(clerk: Any) -> Iterator[dict[str, str | None]]:
    """The current folder has been deleted."""
    folder = clerk.root.parent / "gone"
    folder.mkdir()
    os.chdir(folder)
    folder.rmdir()
    yield {"SVC_REPO": None}


@contextlib.contextmanager
def empty_editor(clerk: Any) -> Iterator[dict[str, str | None]]:
    """The editor leaves an empty form behind."""
    yield {"EDITOR": f"cp {clerk.root.parent / 'empty.yaml'}", "VISUAL": None}


@contextlib.contextmanager
def odd_clock(clerk: Any) -> Iterator[dict[str, str | None]]:
    """SVC_NOW holds something that is no time."""
    yield {"SVC_NOW": "soon"}


SURROUNDINGS = {
    one.__name__: one for one in (locked, nobody, no_git, old_git, elsewhere, gone, empty_editor, odd_clock)
}


def laid_out(folder: Path) -> None:
    """The files beside a repository: what a clerk may hand in, and what nobody should."""
    (folder / "paper.png").write_bytes(b"\x89PNG\r\n\x1a\n sheet\n")
    (folder / "folder").mkdir()
    (folder / "link.png").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    with (folder / "large.bin").open("wb") as large:
        large.truncate(20_000_001)
    texts = {
        "empty.yaml": b"{}\n",
        "list.yaml": b"- a\n",
        "tabs.yaml": b"a:\n\tb: 1\n",
        "alias.yaml": b"a: &x 1\nb: *x\n",
        "twice.yaml": b"serial: A\nserial: B\n",
        "gbk.yaml": "serial: 派工\n".encode("gb18030"),
        "unknown.yaml": b"colour: red\n",
        "typed.yaml": b"serial: 7\n",
        "shaped.yaml": b"reporter: x\n",
        "gbk.txt": "漏油".encode("gb18030"),
    }
    heads = "former,state,报修时间,报修方式,报修人姓名,报修电话,出厂编号,故障地点,故障现象,received_by,at.dispatch"
    shown = "certificate_seen,handbook_seen"
    call = "2008-03-04 09:00,电话,王建国,000-5550-0101,CG956-0001,北环路,漏油"
    sheets = {
        "calls.csv": f"{heads},{shown}\n2008-041,,{call},wang.fang,,是,是\n",
        "moved.csv": f"{heads},{shown}\n2008-041,已派工,{call},王芳,2008-03-04 09:40,是,是\n",
        "headings.csv": f"{heads},done.telephone\n2008-041,checked,{call},王芳,,wang.fang\n",
        "parts.csv": "件号,名称\nP-9,滤芯\n",
        "unreadable.csv": f"{heads},时间\n2008-041,在途,{call},王芳,昨天,\n2008-042,checked,{call},王芳,,03-04 10:00\n"
        f"{'9' * 201},checked,{call},王芳,,\n",
        "denied.csv": f"{heads},{shown},done.close,lacks\n"
        f"2008-041,已派工,{call},王芳,,是,是,,\n2008-042,已关闭,{call},王芳,,是,是,,\n"
        f",checked,{call},王芳,,是,,陈洁,派工\n2008-043,dispatched,{call},王芳,2008-03-04 08:59,是,否,,\n",
        "sheets.csv": "former,state,报修登记,服务方式,故障类别,派出人员,派工时间,到达时间,办理人.到达现场\n"
        "PG-77,已到现场,2008-041,维修站上门,一般故障,张伟,2008-03-04 09:40,2008-03-04 15:00,张伟\n",
        "reports.csv": "former,state,派工单,cause,故障详情,no_parts,repair_detail,assembly_replaced,"
        "performance_restored,repaired_at,done.record_repair,evidence.signed_sheet\n"
        "WX-9,user_signed,PG-77,material,漏油,是,换油封,否,是,2008-03-04 17:00,张伟,paper.png\n",
        "rows-twice.yaml": "rows:\n- former: 2008-041\n  reporter.name: 王建国\n  reporter: {name: 王建国}\n",
    }
    texts |= {name: text.encode() for name, text in sheets.items()}
    for name, data in texts.items():
        (folder / name).write_bytes(data)
