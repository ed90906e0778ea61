"""A repository of the tests' own: a small procedure in two revisions, records written as one likes, ill-shaped ones too.

`Home.scan` asks the commit itself, `Home.indexed` asks through the index: the two must never differ.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svc.domain.ids import make_id, record_path
from svc.domain.procedure import Library
from svc.domain.record import Entry, Record
from svc.index.index import Index
from svc.index.indexed import IndexedWorld
from svc.index.world import CommitWorld
from svc.store.repository import Repository
from svc.store.schemas import load_folder, shipped_folder
from svc.store.yaml_file import dump

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 12, tzinfo=ZONE)
ROOT = Path(__file__).resolve().parents[2]
AUTHOR = ("王芳", "wang.fang@example.com")


def _of(kind: str, zh: str, **more: Json) -> dict[str, Json]:
    return {"$ref": f"../record.schema.json#/$defs/{kind}", "title": zh, "x-en": kind, **more}


def _choice(zh: str, **titles: str) -> dict[str, Json]:
    words = {name: {"zh": said, "en": name.replace("_", " ")} for name, said in titles.items()}
    return {"enum": list(titles), "title": zh, "x-en": "choice", "x-titles": words}


def _link(zh: str, *forms: str) -> dict[str, Json]:
    return _of("link", zh, **{"x-link": list(forms)})


def _many(zh: str, items: Json) -> dict[str, Json]:
    return {"type": "array", "title": zh, "x-en": "list", "items": items}


def _group(zh: str, **properties: Json) -> dict[str, Json]:
    return {"type": "object", "title": zh, "x-en": "group", "properties": properties}


FIELDS: dict[str, dict[str, Json]] = {
    "thing": {
        "code": _of("key", "代码"),
        "name": _of("line", "名称"),
        "serial": _of("line", "序列号"),
        "until": _of("date", "有效期"),
        "kept": _of("flag", "在库"),
    },
    "sheet": {
        "thing": _link("物件", "thing"),
        "before": _link("前一张", "sheet", "slip"),
        "people": _many("人员", _link("人员", "person")),
        "mode": _choice("方式", by_mail="邮寄", visit="上门", other="其他漏油"),
        "fault": _of("text", "故障"),
        "count": _of("count", "数量"),
        "size": _of("decimal", "尺寸"),
        "day": _of("date", "日期"),
        "began": _of("instant", "开始时间"),
        "month_of": _of("month", "所属月"),
        "flag": _of("flag", "已看"),
        "lines": _many(
            "明细", _group("行", part=_link("零件", "thing"), amount=_of("money", "金额"), note=_of("line", "注"))
        ),
        "contact": _group("联系人", name=_of("line", "姓名"), phone=_of("phone", "电话")),
        "tally": {"type": "object", "title": "计数", "x-en": "tally"},
    },
    "slip": {"sheet": _link("单子", "sheet"), "name": _of("line", "名称"), "cost": _of("money", "费用")},
}
STATES = {
    "open": {"zh": "已开立", "en": "open"},
    "on_site": {"zh": "到达现场", "en": "on site"},
    "shut": {"zh": "已关闭", "en": "shut", "final": True},
}
_WORDS = {"zh": "字", "en": "word"}
_ACTION = {"by": ["clerk"], "clause": "1", "text": _WORDS}
_CLOCK = {"from": "began", "until": ["close"], "limit": {"hours": 24}, "zh": "一天内", "en": "within a day"}


def _flow(form: str, **more: Json) -> dict[str, Json]:
    actions = {"enter": {**_ACTION, "to": "open"}, "close": {**_ACTION, "from": "open", "to": "shut"}}
    head = {"form": form, "title": {"zh": f"{form}单", "en": form}, "bound": "yearly", "retention": "x"}
    return {**head, "states": STATES, "actions": actions, **more}


def _documents(revision: int) -> dict[str, Json]:
    """One revision of the trial procedure; the second calls a state and a choice otherwise."""
    past = {"zh": "过期", "en": "past", "in": ["open"], "when": {"compare": ["until", "lt", "$today"]}}
    flows = {
        "thing": _flow("thing", key="code", bound="never", unique=[{"fields": ["serial"]}], marks={"past": past}),
        "sheet": _flow("sheet", clocks={"day": _CLOCK}),
        "slip": _flow("slip", unique=[{"fields": ["name"]}]),
    }
    if revision == 2:
        flows["sheet"]["states"] = {**STATES, "on_site": {"zh": "在途", "en": "under way"}}
    folder = f"trial@{revision}"
    found: dict[str, Json] = {f"{folder}/{name}.flow.yaml": flow for name, flow in flows.items()}
    for name, fields in FIELDS.items():
        if revision == 2 and name == "sheet":
            fields = {**fields, "mode": _choice("方式", by_mail="快递", visit="上门", other="其他")}
        inner = {"type": "object", "properties": fields}
        found[f"{folder}/{name}.schema.json"] = {
            "allOf": [{"$ref": "../record.schema.json"}],
            "properties": {"form": {"const": name}, "fields": inner},
        }
    found[f"{folder}/procedure.yaml"] = {
        "procedure": "trial",
        "revision": revision,
        "title": _WORDS,
        "uses": ["core@1"],
        "roles": {"clerk": {"zh": "接线员", "en": "clerk"}, "chief": {"zh": "主管", "en": "chief"}},
        "prefixes": {"sheet": "SH", "slip": "SL"},
        "rights": {"note": {"by": "anyone"}},
    }
    return found


@lru_cache(maxsize=1)
def library() -> Library:
    """The shipped core and the trial procedure, its first revision in force."""
    shipped = {path.removeprefix("schemas/"): one for path, one in load_folder(shipped_folder()).items()}
    core = {path: one for path, one in shipped.items() if path.startswith("core@") or "/" not in path}
    return Library.read({**core, **_documents(1), **_documents(2)}, ("core@1", "trial@1"))


def entry(step: int, action: str, to: str, at: str, by: str = "ann", **more: Json) -> Entry:
    """One step, done and written down at the same time."""
    return Entry(step, action, to, by, more.pop("role", "clerk"), at, more.pop("recorded", at), **more)


def thing(code: str, *, state: str = "open", at: str = "2026-03-01T09:00:00+08:00", **fields: Json) -> Record:
    """An entry of the register."""
    return _record("thing", code, None, state, at, {"code": code, **fields})


def sheet(n: int, *, state: str = "open", at: str = "2026-03-01T09:00:00+08:00", **more: Json) -> Record:
    """A numbered sheet."""
    return _numbered("sheet", "SH", n, state, at, more)


def slip(n: int, *, state: str = "open", at: str = "2026-03-01T09:00:00+08:00", **more: Json) -> Record:
    """A numbered slip."""
    return _numbered("slip", "SL", n, state, at, more)


def person(code: str, **fields: Json) -> Record:
    """A person who is here, and a clerk."""
    roles = [{"role": "clerk", "from": "2026-01-01"}]
    given = {"code": code, "name": code.title(), "git_email": f"{code}@example.com", "roles": roles, **fields}
    return _record("person", code, None, "active", "2026-01-01T09:00:00+08:00", given, procedure="core@1")


def volume(n: int, *, tag: str | None = "volume/x") -> Record:
    """A bound volume of 2026; without a tag it is not sealed yet."""
    fields = {"year_bound": 2026, **({"tag": tag} if tag else {})}
    id = make_id("ND", "0101", 2027, n)
    return _record("annual-volume", id, 2027, "bound", "2027-01-02T09:00:00+08:00", fields, procedure="core@1")


def _numbered(form: str, prefix: str, n: int, state: str, at: str, more: dict[str, Json]) -> Record:
    year, lane = more.pop("year", 2026), more.pop("lane", "0101")
    how = {key: more.pop(key) for key in ("procedure", "log", "by") if key in more}
    return _record(form, make_id(prefix, lane, year, n), year, state, at, more, **how)


def _record(
    form: str, id: str, year: int | None, state: str, at: str, fields: Mapping[str, Json], **how: Json
) -> Record:
    procedure = how.get("procedure", "trial@1")
    first = entry(1, "enter", state, at, how.get("by", "ann"), gave=fields, procedure=procedure)
    return Record(id, form, procedure, "", year, {}, (), ()).entered(how.get("log") or [first])


def path_of(record: Record) -> str:
    """Where a record stands."""
    return record_path(record.form, record.id, record.year)


@dataclass
class Home:
    """The repository, its index, and how many records the index read each time it was brought up to date."""

    root: Path
    repo: Repository
    told: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.index = Index(self.repo.own, self.told.append)

    def put(self, *records: Record, raw: Mapping[str, bytes | None] | None = None) -> str:
        """One commit of records and other files (None: gone)."""
        files: dict[str, bytes | None] = {path_of(record): dump(record.to_dict()) for record in records}
        with self.repo.writing(wait=10) as writer:
            return writer.commit({**files, **(raw or {})}, message="x", author=AUTHOR, when=NOW)

    def git(self, *args: str, input: bytes | None = None) -> str:
        """Plain git, as a person at the keyboard runs it."""
        who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        done = subprocess.run(["git", "-C", str(self.root), *who, *args], capture_output=True, check=True, input=input)
        return done.stdout.decode().strip()

    def scan(self, as_of: datetime | None = None) -> CommitWorld:
        """The commit itself."""
        return CommitWorld(self.repo.snapshot(), library(), self.repo, as_of)

    def indexed(self, as_of: datetime | None = None, *, deciding: bool = False) -> IndexedWorld:
        """The commit through the index."""
        return IndexedWorld(self.repo.snapshot(), library(), self.repo, as_of, self.index, deciding=deciding)

    def database(self) -> Path:
        """The file of the index."""
        found = self.index.files.newest()
        assert found is not None
        return found

    def fresh(self) -> None:
        """As another process would meet it."""
        self.index.close()
        self.index = Index(self.repo.own, self.told.append)


FORMS = ("thing", "sheet", "slip", "person", "setting", "annual-volume", "nowhere")
ASKED = {
    "thing": ("code", "serial", "name", "until", "kept", "none"),
    "sheet": ("thing", "before", "people", "mode", "fault", "count", "lines.*.part", "lines.*.amount", "contact.name"),
    "slip": ("sheet", "name", "cost"),
    "person": ("git_email", "code"),
}


def everything(world: CommitWorld) -> dict[str, Json]:
    """All that a world can be asked, of whatever the records hold."""
    found: dict[str, Json] = {}
    values = {"nothing", "", "SL-0101-26-00001-00"}
    for form in FORMS:
        records = list(world.all(form))
        found[form] = [record.to_dict() for record in records]
        values |= {text for record in records for text in (record.id, record.ref)}
        for record in records:
            values |= {str(value) for value in record.fields.values() if not isinstance(value, (list, dict))}
            found[f"{form}/{record.id}"] = world.record(form, record.id)
            found[f"bound {record.ref}"] = world.bound_in(record)
    for form, fields in ASKED.items():
        for name in fields:
            for value in sorted(values):
                found[f"{form} {name}={value}"] = [r.id for r in world.pointing(form, name, value)]
                folded = value.casefold()
                found[f"{form} {name}~{folded}"] = [r.id for r in world.valued(form, name, folded)]
    for tail in ([1], [2], [26, 1], [1, 0], [101, 26, 1], [10**30], [1, 2, 3, 4, 5]):
        found[f"tail {tail}"] = world.numbered(tail)
    return found


def agree(home: Home, as_of: datetime | None = None) -> None:
    """The index, to look at and to decide by, says what the commit says."""
    expected = everything(home.scan(as_of))
    assert everything(home.indexed(as_of)) == expected
    assert everything(home.indexed(as_of, deciding=True)) == expected


def some(n: int) -> list[Record]:
    """A company's worth of records: things, people, sheets that name them, slips that name sheets."""
    things = [thing(f"T-{k}", name=f"装载机{k}", serial=f"CG956-{k:04d}", until=f"20{20 + k}-01-01") for k in range(8)]
    people = [person("ann"), person("bob", name="李敏"), person("cy", git_email="CY@Example.com")]
    sheets = [
        sheet(
            k,
            state=("open", "on_site", "shut")[k % 3],
            at=str((NOW - timedelta(days=k)).isoformat()),
            thing=f"T-{k % 8}" if k % 5 else f"thing/T-{k % 8}",
            people=["ann", "bob"][: k % 3],
            mode=("by_mail", "visit", "other")[k % 3],
            fault=("液压漏油", "不能启动", "漏", "oil leak ABC")[k % 4],
            count=k,
            size=f"{k}.50",
            day=f"2026-01-{k % 28 + 1:02d}",
            lines=[{"part": f"T-{k % 4}", "amount": f"{k}.10", "note": "漏油"}, {"part": "T-1", "amount": "5.00"}],
            contact={"name": "王建国", "phone": f"000-5550-{k:04d}"},
        )
        for k in range(1, n)
    ]
    slips = [slip(k, sheet=sheets[k % len(sheets)].id, name=f"名 {k}", cost=f"{k}0.00") for k in range(1, n // 2)]
    return [*things, *people, *sheets, *slips]


def _made(folder: Path, records: Sequence[Record]) -> None:
    files = {"records/svc.yaml": b"format: 1\n", **{path_of(one): dump(one.to_dict()) for one in records}}
    Repository.create(folder, files, author=AUTHOR, when=NOW, message="first", durable=False).close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A repository with some records, its index not made yet."""
    _made(tmp_path / "home", some(12))
    with Repository.open(tmp_path / "home", durable=False) as repo:
        yield Home(tmp_path / "home", repo)


@pytest.fixture
def make_home(tmp_path: Path) -> Iterator[Callable[[Sequence[Record]], Home]]:
    """Makes a repository of any records."""
    opened: list[Repository] = []

    def make(records: Sequence[Record]) -> Home:
        folder = tmp_path / f"home-{len(opened)}"
        _made(folder, records)
        opened.append(Repository.open(folder, durable=False))
        return Home(folder, opened[-1])

    yield make
    for repo in opened:
        repo.close()
