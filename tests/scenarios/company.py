"""A company of 2008 with somebody in every role, made by the commands themselves; loaded once by the conftests.

`built(folder)` makes it, `Clerk` works in a copy of it: one command line in this process, whatever comes of it.
The year is 2008, as in the scenarios: set up on 2 January, and what a test does happens on 5 March unless it says so.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from svc.cli import main
from svc.store import git

SETUP, NOW = "2008-01-02 09:00", "2008-03-05 10:00"
ADMIN = "li.min"

# code, name, unit, roles as (role, scope, last day)
PEOPLE: tuple[tuple[str, str, str, tuple[tuple[str, ...], ...]], ...] = (
    ("wang.fang", "王芳", "cs", (("call_clerk",),)),
    ("zhao.qiang", "赵强", "cs", (("cs_dept",),)),
    ("chen.jie", "陈洁", "cs", (("cs_head",),)),
    ("zhang.wei", "张伟", "cs", (("service_person",),)),
    ("liu.yang", "刘洋", "cs", (("service_person",),)),
    ("sun.li", "孙丽", "cs", (("records_clerk",),)),
    ("zhou.tao", "周涛", "mk", (("marketing",),)),
    ("wu.gang", "吴刚", "mk", (("marketing_head",),)),
    ("he.jun", "何军", "prod", (("production",),)),
    ("ma.chao", "马超", "cs", (("station", "ST1"),)),
    ("gu.yue", "顾悦", "cs", (("station", "ST2"),)),
    ("ren.fei", "任飞", "plant1", (("plant",),)),
    ("kong.ming", "孔明", "mk", (("rep_office_head", "R1"), ("rep_office", "R1"))),
    ("qian.hua", "钱华", "mk", (("area_chief", "A1"),)),
    ("xu.lei", "徐磊", "qa", (("qa",),)),
    ("lin.bo", "林波", "lab", (("research",),)),
    ("tang.wei", "唐威", "company", (("company_leader",),)),
    ("du.juan", "杜娟", "company", (("supervisor",),)),
    ("luo.jin", "罗进", "cs", (("cs_dept", "", "2008-03-04"),)),
    ("han.mei", "韩梅", "cs", (("cs_dept",),)),
)
UNITS = (
    ("cs", "客户服务部", "department"),
    ("mk", "营销部", "department"),
    ("prod", "生产部", "department"),
    ("qa", "质保部", "department"),
    ("lab", "研究所", "institute"),
    ("plant1", "示例生产厂", "plant"),
)
# serial, model, invoice date: the third stands on its last day on 5 March, the second ended the day before
MACHINES = (
    ("CG956-0001", "CG956", "2007-06-15"),
    ("CG956-0002", "CG956", "2007-03-04"),
    ("CG956-0003", "CG956", "2007-03-05"),
    ("CG962-0001", "CG962", "2007-06-15"),
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
    def word(self) -> str:
        """The first word of the answer: an id."""
        return (self.out.split() or [""])[0]


def run(argv: Sequence[str], *, stdin: bytes = b"", env: Mapping[str, str | None] | None = None) -> Answer:
    """Run `svc ARGV` in this process; `env` is laid over the environment, None takes a name out of it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors="replace") for _ in "oe")
    before = {name: os.environ.get(name) for name in env or {}}
    stood, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        _lay(env or {})
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), swift():
            code = main.run(list(argv))
    finally:
        _lay(before)
        sys.stdin = stood
    return Answer(code, _text(out), _text(err))


@contextlib.contextmanager
def swift() -> Iterator[None]:
    """Nothing is forced to disk for the length of the block: what survives a power cut is the concern of tests/store."""
    fsync, pinned = os.fsync, git._PINNED
    os.fsync = lambda _fd: None
    git._PINNED = tuple("core.fsync=none" if word == "core.fsync=all" else word for word in pinned)
    try:
        yield
    finally:
        os.fsync, git._PINNED = fsync, pinned


def _lay(env: Mapping[str, str | None]) -> None:
    for name, value in env.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw: io.BytesIO = stream.buffer  # type: ignore[assignment]
    return raw.getvalue().decode("utf-8", "replace")


def digest(root: Path) -> dict[str, str]:
    """Path -> SHA-256 of every file under a repository, `.git` too, its caches under `.git/svc` aside."""
    found = {}
    for folder, names, files in os.walk(root):
        if Path(folder) == root / ".git":
            names[:] = [name for name in names if name != "svc"]
        for name in (*files, *(n for n in names if os.path.islink(os.path.join(folder, n)))):
            path = os.path.join(folder, name)
            data = os.readlink(path).encode() if os.path.islink(path) else Path(path).read_bytes()
            found[os.path.relpath(path, root)] = hashlib.sha256(data).hexdigest()
        found[os.path.relpath(folder, root) + "/"] = ""
    return found


@dataclass
class Template:
    """The company as it was built, and what `staged` has made of it once; only to be copied."""

    root: Path
    paper: Path
    shelf: Path
    stages: dict[str, tuple[Path, Any]] = field(default_factory=dict)


def copied(source: Path, target: Path) -> None:
    """A repository beside another. Git never changes an object, so those are shared."""
    objects = source / ".git" / "objects"
    shutil.copytree(
        source, target, symlinks=True, ignore=lambda folder, _: ["objects"] if folder == str(objects.parent) else []
    )
    shutil.copytree(objects, target / ".git" / "objects", copy_function=os.link)


def staged(step: Callable[[Clerk], Any]) -> Callable[[Clerk], Any]:
    """Do a step of an untouched company once in the whole run; afterwards lay a copy of what came of it."""

    @functools.wraps(step)
    def made(self: Clerk) -> Any:
        if self.touched:
            return step(self)
        name = f"{step.__module__}.{step.__qualname__}"
        stages = self.template.stages
        if name not in stages:
            ids = step(self)
            kept = self.template.shelf / f"{len(stages)}"
            copied(self.root, kept)
            stages[name] = (kept, ids)
            return ids
        copied(stages[name][0], self.folder)
        self.touched = True
        return stages[name][1]

    return made


def traces(root: Path) -> dict[str, tuple[int, int, int]]:
    """Path -> file, size and time of every file under a repository, its caches aside: what writing anything changes."""
    found = {}
    for folder, names, files in os.walk(root):
        if folder == f"{root}/.git":
            names[:] = [name for name in names if name != "svc"]
        for name in files:
            stat = os.lstat(f"{folder}/{name}")
            found[f"{folder}/{name}"] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


class Clerk:
    """Works in one repository: `svc` runs a command line, `done` one that must go through, `refused` one that must not."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.template, self.folder, self.paper = template, folder, template.paper
        self.now, self.me = NOW, "zhao.qiang"
        self.touched = self.shared = False

    @property
    def root(self) -> Path:
        """The repository: a copy of the company, made when it is first looked at."""
        if not self.touched:
            copied(self.template.root, self.folder)
            self.touched = True
        return self.folder

    # ── command lines ────────────────────────────────────────────────────────────────────────────────────────────

    def env(self, me: str | None = None, now: str | None = None) -> dict[str, str | None]:
        """Who acts, and when."""
        who = self.me if me is None else me
        return {"SVC_NOW": now or self.now, "SVC_ME": f"{who}@example.com" if who and "@" not in who else who or None}

    def svc(self, *argv: str, me: str | None = None, now: str | None = None, stdin: bytes = b"") -> Answer:
        """Run one command line in this repository, whatever comes of it."""
        return run(("-C", str(self.root), *argv), stdin=stdin, env=self.env(me, now))

    def done(self, *argv: str, me: str | None = None, now: str | None = None) -> str:
        """Run one command line that must go through; the first word it answers (an id)."""
        assert not self.shared, "others look at this repository"
        answer = self.svc(*argv, me=me, now=now)
        assert answer.code == 0, f"{argv}: {answer.err}"
        return answer.word

    def look(self, step: Callable[[Clerk], Any] | None = None) -> Any:
        """What a step comes to, in a repository that many look at and nobody writes into; without one, the company."""
        if step is None:
            self.folder, self.touched, self.shared = self.template.root, True, True
            return None
        name = f"{step.__module__}.{step.__qualname__}"
        if name not in self.template.stages:
            staged(step)(self)
        self.folder, ids = self.template.stages[name]
        self.touched = self.shared = True
        return ids

    def refused(self, code: int, *argv: str, me: str | None = None, now: str | None = None) -> str:
        """Run one command line that must be refused with this exit code and leave not a byte changed; its message."""
        before = traces(self.root)
        answer = self.svc(*argv, me=me, now=now)
        assert answer.code == code, f"{argv}: exit {answer.code}, not {code}: {answer.out}{answer.err}"
        assert answer.out == ""
        assert traces(self.root) == before
        assert "Traceback" not in answer.err
        assert "  处理：" in answer.err, answer.err
        return answer.err

    def process(self, *argv: str, me: str | None = None, now: str | None = None, **how: Any) -> Any:
        """The same as a process of its own: `python -m svc`."""
        env = {**os.environ, "PYTHONPATH": str(Path(main.__file__).parents[2]), **how.pop("env", {})}
        for name, value in self.env(me, now).items():
            env.pop(name, None) if value is None else env.__setitem__(name, value)
        command = [sys.executable, "-m", "svc", "-C", str(self.root), *argv]
        return subprocess.run(command, capture_output=True, check=False, env=env, timeout=60, **how)

    # ── what stands in the repository ────────────────────────────────────────────────────────────────────────────

    def git(self, *args: str, env: Mapping[str, str] | None = None) -> str:
        """What git answers here."""
        command = ["git", "-C", str(self.root), "-c", "user.name=x", "-c", "user.email=x@example.com", *args]
        return subprocess.run(
            command, capture_output=True, check=True, text=True, env={**os.environ, **(env or {})}
        ).stdout.strip()

    @property
    def head(self) -> str:
        """The commit the branch stands at."""
        return self.git("rev-parse", "HEAD")

    def path(self, id: str) -> Path:
        """The file of a record."""
        found = [p for p in (self.root / "records").rglob(f"{id}.yaml")]
        assert len(found) == 1, (id, found)
        return found[0]

    def record(self, id: str) -> dict[str, Any]:
        """A record as its file holds it."""
        loaded: dict[str, Any] = yaml.safe_load(self.path(id).read_text("utf-8"))
        return loaded

    def show(self, id: str, *more: str, now: str | None = None) -> Any:
        """A record as `svc show -O json` gives it."""
        answer = self.svc("show", id, *more, "-O", "json", now=now)
        assert answer.code == 0, answer.err
        return answer.json

    # ── steps that many scenarios share ──────────────────────────────────────────────────────────────────────────

    def intake(self, serial: str = "CG956-0001", *more: str, now: str | None = None, at: str | None = None) -> str:
        """A service call, not checked yet."""
        given = ("channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0123")
        fault = () if any(m.startswith("fault_symptom") for m in more) else ("fault_symptom=漏油",)
        words = (f"serial={serial}", *given, "fault_place=示例工地", *fault, *more)
        return self.done("create", "intake", *words, *(("--at", at) if at else ()), me="wang.fang", now=now)

    def checked(self, serial: str = "CG956-0001", *more: str, now: str | None = None, at: str | None = None) -> str:
        """A service call whose warranty is checked, papers shown."""
        id = self.intake(serial, *more, now=now, at=at)
        self.done("advance", id, "check_warranty", *PAPERS, me="wang.fang", now=now)
        return id

    def dispatch(self, intake: str, *more: str, now: str | None = None) -> str:
        """A dispatch sheet to 张伟 for a visit, unless `more` says otherwise."""
        words = {"mode": "station_visit", "fault_class": "ordinary"}
        words |= dict(m.split("=", 1) for m in more if "+=" not in m and ":=" not in m)
        rest = [m for m in more if "+=" in m or ":=" in m]
        if words["mode"] in ("station_visit", "plant_visit") and not rest:
            rest = ["assigned_to+=zhang.wei"]
        given = [f"{name}={value}" for name, value in words.items()]
        return self.done("create", "dispatch", f"intake={intake}", *given, *rest, me="wang.fang", now=now)

    @staged
    def on_site(self) -> tuple[str, str]:
        """(service call, dispatch sheet), somebody having arrived at 15:00."""
        call = self.checked(now="2008-03-05 10:00")
        sheet = self.dispatch(call, now="2008-03-05 10:30")
        self.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
        self.done("advance", sheet, "arrive", me="zhang.wei", now="2008-03-05 15:00")
        return call, sheet

    def report(self, sheet: str, *more: str, now: str = "2008-03-05 15:30") -> str:
        """A repair report on a dispatch sheet, still a draft."""
        cause = () if any(m.startswith("cause=") for m in more) else ("cause=material",)
        words = (f"dispatch={sheet}", *cause, "fault_detail=油封损坏", *more)
        return self.done("create", "repair-report", *words, me="zhang.wei", now=now)

    @staged
    def repaired(self) -> tuple[str, str, str]:
        """(service call, dispatch sheet, repair report), the machine repaired at 17:00, nothing signed."""
        call, sheet = self.on_site()
        report = self.report(sheet, "no_parts=true")
        self.done("advance", report, "submit", me="zhang.wei", now="2008-03-05 15:40")
        self.done("advance", report, "accept", now="2008-03-05 16:00")
        words = ("repair_detail=更换油封", "assembly_replaced=false", "performance_restored=true")
        self.done("advance", report, "record_repair", *words, me="zhang.wei", now="2008-03-05 17:00")
        return call, sheet, report

    def signed(self, kind: str = "signed_sheet") -> tuple[str, str, str]:
        """The same, with the user's signature or stamp."""
        call, sheet, report = self.repaired()
        self.done(
            "advance", report, "user_sign", "--evidence", f"{kind}={self.paper}", me="zhang.wei", now="2008-03-05 17:10"
        )
        return call, sheet, report

    @staged
    def verified(self) -> tuple[str, str, str]:
        """The same, its effect verified, the dispatch sheet finished."""
        call, sheet, report = self.signed()
        self.done("advance", sheet, "finish", me="zhang.wei", now="2008-03-05 17:20")
        self.done("advance", report, "verify", "result=effective", "method=call_back", now="2008-03-06 09:00")
        return call, sheet, report

    @staged
    def filed(self) -> tuple[str, str, str]:
        """The same, filed and closed: nothing is open any more."""
        call, sheet, report = self.verified()
        self.done("advance", report, "file", now="2008-03-06 09:10")
        self.done("advance", sheet, "close", now="2008-03-06 09:20")
        return call, sheet, report

    def once(self, step: Callable[[Clerk], Any]) -> Any:
        """What a step of a test file comes to, done once for all its tests."""
        return staged(step)(self)

    def set(self, name: str, value: str) -> None:
        """A setting from now on, by the administrator."""
        given = (f"name={name}", f"values.value:={value}", "values.source=公司规定")
        self.done("create", "setting", *given, me=ADMIN, now=SETUP)

    @staged
    def bound(self) -> str:
        """The volume of 2008 with one finished case in it, bound by three people in January."""
        self.filed()
        self.set("record_control.retention_years", "5")
        for n, who in enumerate(("sun.li", "sun.li", "chen.jie", "zhao.qiang")):
            self.svc("bind", "2008", me=who, now=f"2009-01-05 09:0{n}")
        volume = next((self.root / "records").rglob("ND-*.yaml")).stem
        assert self.record(volume)["state"] == "bound"
        return volume


PAPERS = ("certificate_seen=true", "handbook_seen=true")


def built(folder: Path) -> Template:
    """The company in a fresh repository: people, registers, machines, two settings; a piece of paper beside it."""
    root, paper = folder / "records", folder / "paper.png"
    paper.write_bytes(b"\x89PNG\r\n\x1a\n sheet\n")
    words = (
        "--procedure",
        "chenggong",
        "--name",
        "李敏",
        "--email",
        "li.min@example.com",
        "--organisation",
        "示例机械",
    )
    made = run(("init", str(root), *words), env={"SVC_NOW": SETUP})
    assert made.code == 0, made.err
    (folder / "stages").mkdir()
    template = Template(root, paper, folder / "stages")
    clerk = Clerk(template, root)
    clerk.now, clerk.me, clerk.touched = SETUP, ADMIN, True
    _people(clerk)
    _registers(clerk)
    for n, (serial, model, day) in enumerate(MACHINES, 1):
        given = (f"serial={serial}", f"handbook_no=SC-{n:04}", f"certificate_no=HG-{n:04}", f"model={model}")
        sold = ("customer=C1", "agent=D1", f"invoice_no=FP-{n:04}", f"invoice_date={day}", f"delivered_on={day}")
        files = ("--evidence", f"certificate={paper}", "--evidence", f"invoice={paper}")
        clerk.done("create", "warranty-handbook", "--action", "enrol", *given, *sold, *files, me="zhou.tao")
    clerk.set("repair.starts_on", '"reported_at"')
    clerk.set("parts.supply_unit", '"prod"')
    clerk.git("repack", "-adq")  # a copy has few files
    clerk.git("prune-packed", "-q")
    return template


def _people(clerk: Clerk) -> None:
    for code, name, kind in UNITS:
        clerk.done("create", "unit", f"code={code}", f"name={name}", f"kind={kind}")
    for number, (code, name, unit, roles) in enumerate(PEOPLE, 2):
        held = []
        for role, *more in roles:
            entry = {"role": role, "from": "2008-01-01"}
            entry |= {key: value for key, value in zip(("scope", "to"), more, strict=False) if value}
            held.append(entry)
        given = (f"code={code}", f"name={name}", f"employee_no={number:04}", f"unit={unit}")
        clerk.done("create", "person", *given, f"git_email={code}@example.com", f"roles:={json.dumps(held)}")
    clerk.done("advance", "han.mei", "leave", "left_on=2008-01-02")


def _registers(clerk: Clerk) -> None:
    clerk.me = "zhou.tao"
    who = ("contact_person=王建国", "phone=000-5550-0123", "address=示例路 1 号")
    clerk.done("create", "customer", "code=C1", "name=示例矿业", "kind=company", *who)
    terms = ("is_new_product=false", "warranty.months=12", "warranty.starts=invoice")
    clerk.done("create", "product-model", "code=CG956", "name=装载机", *terms)
    clerk.done("create", "product-model", "code=CG962", "name=大装载机", *terms, "warranty.hours=2000")
    clerk.done("create", "area", "code=A1", "name=示例片区", "chief=qian.hua")
    clerk.done("create", "rep-office", "code=R1", "name=示例代表处", "region=示例省", "head=kong.ming", "area=A1")
    agent = ("contact=陈明", "phone=000-5550-0131", "rep_office=R1", "contract_no=HT-1")
    clerk.done(
        "create", "agent", "code=D1", "name=示例代理商", "region=示例省", *agent, "promise_acknowledged_on=2008-01-02"
    )
    for code in ("ST1", "ST2"):
        given = (f"code={code}", f"name=示例维修站{code[-1]}", "address=示例路 2 号", "phone=000-5550-0140")
        clerk.done("create", "station", *given, "area=A1", "designated_on=2008-01-02", me="zhao.qiang")
    clerk.done("advance", "ST2", "suspend", "--reason", "整改", me="zhao.qiang")
    given = ("code=S1", "name=示例配套厂", "kind=bought_in", "return_address=示例路 3 号", "contact=何平")
    clerk.done("create", "supplier", *given, "phone=000-5550-0150")
    clerk.done("create", "part", "part_no=P-1", "name=油封", "class=self_made")
    clerk.done("create", "part", "part_no=P-2", "name=柴油机", "class=bought_in", "supplier=S1", "is_assembly=true")
    clerk.done("create", "part", "part_no=P-3", "name=滤芯", "class=bought_in")
