"""`-n` of every writing command: the same path, nothing written, and what it would do is said."""

from __future__ import annotations

from typing import Any

import pytest

DRY = "（试运行，未写入）"
CALL = ("channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0123", "fault_place=示例工地")
VISIT = ("mode=station_visit", "fault_class=ordinary", "assigned_to+=zhang.wei")


def at_work(clerk: Any) -> tuple[str, str, str]:
    """(unchecked call, dispatch sheet on site, report that asks for parts and is submitted)."""
    _, sheet = clerk.on_site()
    report = clerk.report(sheet, 'parts:=[{"part":"P-1","qty":2}]')
    clerk.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
    return clerk.intake(now="2008-03-05 15:50"), str(sheet), str(report)


# who acts, the command line ({call}, {sheet}, {report}, {paper} filled in), what the answer names
WRITING = {
    "create": ("wang.fang", "create intake serial=CG956-0001 fault_symptom=漏油", "BX-"),
    "create-register": ("li.min", "create unit code=x name=示例 kind=department", "x"),
    "advance": (
        "wang.fang",
        "advance {call} check_warranty certificate_seen=true handbook_seen=true",
        "{call} checked",
    ),
    "advance-creates": ("zhao.qiang", "advance {report} accept", "{report} accepted"),
    "amend": ("zhao.qiang", "advance {sheet} amend fault_class=major --reason 更正", "{sheet} on_site"),
    "cancel": ("zhao.qiang", "advance {call} cancel --reason 重复", "{call} cancelled"),
    "evidence": ("zhang.wei", "attach {sheet} arrival_proof={paper}", "{sheet} on_site"),
    "note": ("zhang.wei", "note {sheet} 备注", "{sheet} on_site"),
    "undo": ("zhang.wei", "undo {sheet} --reason 误办", "{sheet} accepted"),
    "setting": ("li.min", "setting set record_control.retention_years 5 --reason CG.QP.04.02-2008", "record_control"),
    "carry": ("sun.li", "bind 2008 --carry {sheet} --reason 在途", "ND-"),
}


@pytest.mark.parametrize("name", WRITING)
def test_dry_run_writes_nothing_and_says_what_it_would_do(clerk: Any, company: Any, name: str) -> None:
    """Not a byte of the repository changes; the answer is that of the deed, and says that nothing was written."""
    call, sheet, report = clerk.once(at_work)
    who, line, answer = WRITING[name]
    names = {"call": call, "sheet": sheet, "report": report, "paper": clerk.paper}
    words = [word.format(**names) for word in line.split(" ")] + (list(CALL) if name == "create" else [])
    before = company.digest(clerk.root)
    found = clerk.svc("-n", *words, me=who, now="2008-03-05 16:00")
    assert company.digest(clerk.root) == before
    assert found.code == 0, found.err
    assert DRY in found.err
    assert answer.format(**names) in found.out
    # and the deed itself is that very deed
    done = clerk.svc(*words, me=who, now="2008-03-05 16:00")
    assert done.code == 0, done.err
    assert DRY not in done.err
    assert done.out.splitlines()[-1] == found.out.splitlines()[-1] or name == "carry"


def test_dry_run_names_what_else_would_be_made(clerk: Any) -> None:
    """The parts issue that accepting a report makes is named."""
    _, _, report = clerk.once(at_work)
    found = clerk.svc("-n", "advance", report, "accept", now="2008-03-05 16:00")
    assert "三包件发放单 FJ-0101-08-00001" in found.err
    as_data = clerk.svc("-n", "-O", "json", "advance", report, "accept", now="2008-03-05 16:00").json
    assert as_data["commit"] is None
    assert as_data["also"] == ["FJ-0101-08-00001-40"]


@pytest.mark.parametrize("step", [0, 1, 2])
def test_dry_run_of_each_step_of_binding(clerk: Any, company: Any, step: int) -> None:
    """Compile, check, bind: neither a commit nor a tag nor a folder."""
    clerk.filed()
    clerk.set("record_control.retention_years", "5")
    steps = ("sun.li", "chen.jie", "zhao.qiang")
    for n in range(step):
        clerk.done("bind", "2008", me=steps[n], now=f"2009-01-05 09:0{n}")
    before = company.digest(clerk.root)
    found = clerk.svc("-n", "bind", "2008", me=steps[step], now="2009-01-05 09:10")
    assert found.code == 0, found.err
    assert company.digest(clerk.root) == before
    assert not (clerk.root / "volumes").exists()
    assert found.out.startswith("ND-0101-09-00001")
    assert DRY in found.err


def test_dry_run_of_init_makes_no_folder(clerk: Any) -> None:
    words = ("--procedure", "chenggong", "--name", "李敏", "--email", "li.min@example.com")
    target = clerk.folder.parent / "new"
    found = clerk.svc("-n", "init", str(target), *words)
    assert found.code == 0, found.err
    assert not target.exists()
    assert DRY in found.err


def test_dry_run_of_an_import(clerk: Any, company: Any) -> None:
    sheet = clerk.folder.parent / "units.csv"
    sheet.write_text("code,name,kind\nx1,一车间,department\nx2,二车间,department\n", "utf-8")
    before = company.digest(clerk.root)
    found = clerk.svc("-n", "import", "unit", str(sheet), me="li.min")
    assert found.code == 0, found.err
    assert company.digest(clerk.root) == before
    assert DRY in found.err


def test_dry_run_of_adopting(clerk: Any, company: Any) -> None:
    """Refused or not, nothing is written."""
    before = company.digest(clerk.root)
    clerk.svc("-n", "procedure", "adopt", "chenggong@1", "--reason", "试", me="li.min")
    assert company.digest(clerk.root) == before


def test_dry_run_takes_a_number_but_does_not_keep_it(clerk: Any) -> None:
    """The number a dry run shows is the one the deed then gets."""
    words = ("create", "intake", "serial=CG956-0001", "fault_symptom=漏油", *CALL)
    shown = [clerk.svc("-n", *words, me="wang.fang").out for _ in range(3)]
    assert len(set(shown)) == 1
    assert clerk.svc(*words, me="wang.fang").out == shown[0]
