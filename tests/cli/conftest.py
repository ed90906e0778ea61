"""A small company at work, made by the commands themselves: what the tests of the commands look at.

`company` is for looking, `world` a fresh copy for each test that writes; `World.svc(...)` runs one command line in
this process.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from svc.cli import main

ADMIN, CLERK, CHIEF, WORKER = "li.min", "wang.fang", "zhao.qiang", "zhang.wei"
PEOPLE = (
    (CLERK, "王芳", "0002", [("call_clerk", None)]),
    (CHIEF, "赵强", "0003", [("cs_dept", None), ("cs_head", None), ("marketing", None)]),
    (WORKER, "张伟", "0004", [("service_person", None)]),
    ("sun.li", "孙丽", "0005", [("research", None)]),
)


@dataclass(frozen=True)
class Answer:
    """What one command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()


def run(*argv: str, now: str = "2026-03-05 09:00", me: str = ADMIN, stdin: str = "", **more: str) -> Answer:
    """Run `svc argv` in this process at `now` as `me` (a code of PEOPLE, or an address)."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in "oe")
    wanted = {"SVC_NOW": now, "SVC_ME": me if "@" in me or not me else f"{me}@example.com", **more}
    old_in, old_env = sys.stdin, {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.run(list(argv))
    finally:
        sys.stdin = old_in
        for name, value in old_env.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
    out.flush(), err.flush()
    return Answer(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]


@dataclass(frozen=True)
class World:
    """A records repository, and the commands run in it."""

    root: Path

    def svc(self, *argv: str, **how: str) -> Answer:
        """Run one command line in this repository, whatever comes of it."""
        return run("-C", str(self.root), *argv, **how)  # type: ignore[arg-type]

    def done(self, *argv: str, **how: str) -> str:
        """Run one command line that must go through; the first word it answers (an id)."""
        answer = self.svc(*argv, **how)
        assert answer.code == 0, f"{argv}: {answer.err}"
        return answer.out.split()[0] if answer.out.split() else ""


def built(folder: Path) -> World:
    """Four people, a customer, a model, two machines; a call on its way, a late one, one nobody has taken up."""
    start = "2026-03-02 09:00"
    made = run(
        *("init", str(folder / "records"), "--procedure", "chenggong", "--organisation", "示例机械"),
        *("--name", "李敏", "--email", "li.min@example.com"),
        now=start,
    )
    assert made.code == 0, made.err
    world = World(folder / "records")
    world.done("create", "unit", "code=cs", "name=客户服务部", "kind=department", "parent=company", now=start)
    for code, name, number, roles in PEOPLE:
        held = [{"role": role, "from": "2026-01-01", **({"scope": scope} if scope else {})} for role, scope in roles]
        given = (f"code={code}", f"name={name}", f"employee_no={number}", "unit=cs", f"git_email={code}@example.com")
        world.done("create", "person", *given, f"roles:={json.dumps(held)}", now=start)
    _machines(world, folder)
    _calls(world)
    return world


def _machines(world: World, folder: Path) -> None:
    paper = folder / "certificate.pdf"
    paper.write_bytes(b"%PDF-1.4 certificate\n")
    customer = (
        "name=示例建筑公司",
        "kind=company",
        "contact_person=王建国",
        "phone=000-5550-0123",
        "address=示例路 1 号",
    )
    world.done("create", "customer", "code=kh-001", *customer, me=CHIEF, now="2026-03-02 09:10")
    model = ("code=CG956", "name=装载机", "is_new_product=false", "warranty.months=12", "warranty.starts=delivery")
    world.done("create", "product-model", *model, me=CHIEF, now="2026-03-02 09:15")
    chain = (
        ("area", "code=pq-1", "name=示例片区", f"chief={CHIEF}"),
        ("rep-office", "code=db-1", "name=示例代表处", "region=示例省", f"head={CHIEF}", "area=pq-1"),
        ("agent", "code=dl-001", "name=示例代理商", "region=示例省", "contact=陈明", "phone=000-5550-0131")
        + ("rep_office=db-1", "contract_no=HT-1", "promise_acknowledged_on=2026-01-05"),
    )
    for words in chain:
        world.done("create", *words, me=CHIEF, now="2026-03-02 09:18")
    for n, day in (("0001", "2025-06-01"), ("0002", "2025-03-02")):
        given = (f"handbook_no=SC-{n}", f"certificate_no=HG-{n}", "model=CG956", f"serial=CG956-{n}", "customer=kh-001")
        world.done(
            *("create", "warranty-handbook", "--action", "enrol", *given, "agent=dl-001", f"invoice_no=FP-{n}"),
            *(f"invoice_date={day}", f"delivered_on={day}"),
            *("--evidence", f"certificate={paper}", "--evidence", f"invoice={paper}"),
            me=CHIEF,
            now="2026-03-02 09:20",
        )


def _calls(world: World) -> None:
    """1: dispatched in time and under way. 2: failed on the last day of its warranty, dispatched late. 3: waits."""
    call = ("channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0123", "fault_place=示例工地")
    first = world.done(
        *("create", "intake", *call, "serial=CG956-0001", "fault_symptom=液压漏油"), me=CLERK, now="2026-03-03 10:00"
    )
    seen = ("certificate_seen=true", "handbook_seen=true")
    world.done("advance", first, "check_warranty", *seen, me=CLERK, now="2026-03-03 10:10")
    sheet = ("mode=station_visit", "fault_class=ordinary", f"assigned_to+={WORKER}")
    one = world.done("create", "dispatch", f"intake={first}", *sheet, me=CLERK, now="2026-03-03 10:59")
    world.done("advance", one, "accept", me=WORKER, now="2026-03-03 11:20")
    second = world.done(
        *("create", "intake", *call, "serial=CG956-0002", "fault_symptom=不能启动", "fault_time=2026-03-02 17:00"),
        me=CLERK,
        now="2026-03-03 14:00",
    )
    world.done("advance", second, "check_warranty", *seen, me=CLERK, now="2026-03-03 14:10")
    world.done("create", "dispatch", f"intake={second}", *sheet, me=CLERK, now="2026-03-03 15:30")
    world.done(
        *("create", "intake", *call, "serial=CG956-0001", "fault_symptom=再次漏油"),
        me=CLERK,
        now="2026-03-05 08:30",
    )


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The company, built once: to be looked at only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            if name.startswith(("GIT_", "SVC_")):
                patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield built(tmp_path_factory.mktemp("company"))


@pytest.fixture
def world(company: World, tmp_path: Path) -> World:
    """A copy of the company, to do anything with."""
    shutil.copytree(company.root, tmp_path / "records", symlinks=True)
    return World(tmp_path / "records")


@pytest.fixture
def svc() -> Callable[..., Answer]:
    """Runs one command line outside any repository."""
    return run


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 60 columns."""
    _sixty(monkeypatch)


def _sixty(patch: pytest.MonkeyPatch) -> None:
    for name, module in tuple(sys.modules.items()):
        if name.startswith("svc.cli.") and hasattr(module, "room"):
            patch.setattr(module, "room", lambda: 60)


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of this run is English (what is decided when a module is imported, as the help pages, aside)."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith("svc.cli.") and hasattr(module, "LANG"):
            monkeypatch.setattr(module, "LANG", "en")
