"""The stage: the people and register entries that every case of every form finds in place (`stage.yaml`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from svc.domain.calendar import Calendar
from svc.domain.memory import Layered
from svc.domain.paths import put
from svc.domain.procedure import Library
from svc.domain.record import Entry, Evidence, Record
from svc.store.schemas import load_folder, shipped_folder

Json = Any
FOLDER = Path(__file__).parent
ZONE = timezone(timedelta(hours=8))
LANE = "0101"
IN_FORCE = ("core@1", "chenggong@1")
OPENED = "2026-01-01T08:00:00+08:00"
"""When everything on the stage was put there."""
_NAMED = re.compile(r"<([a-z][a-z0-9_-]*(?:\.[0-9]+)?)>")
_TIME = re.compile(r"@((?:([0-9]{4})-)?([0-9]{2}-[0-9]{2}) )?([0-9]{2}:[0-9]{2})(:[0-9]{2})?\Z")
YEAR, DAY = "2026", "11-23"


class _Plain(yaml.CSafeLoader):
    """YAML without surprises: `09:40`, `2026-11-23`, `no` are the text they show."""


_Plain.yaml_implicit_resolvers = {}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*)\Z"), list("-0123456789"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|)\Z"), ["n", ""])


def read_yaml(path: Path) -> Json:
    """One YAML file; a key that stands twice is an error, not a loss."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Plain)
    _once(node, path)
    return _Plain("").construct_document(node)


def _once(node: Json, path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"{path}:{node.start_mark.line + 1}: {twice} stand twice"
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for one in child if isinstance(child, tuple) else (child,):
            _once(one, path)


def moment(text: str) -> datetime:
    """`09:40`, `11-23 09:40`, `2026-11-23 09:40`, seconds optional: in the stage's year, on its day, in its zone."""
    found = _TIME.match("@" + text)
    assert found, f"no time: {text}"
    return datetime.fromisoformat(f"{found[2] or YEAR}-{found[3] or DAY}T{found[4]}{found[5] or ':00'}+08:00")


def filled(value: Json, names: Mapping[str, str]) -> Json:
    """`value` with every `<alias>` replaced by the id it stands for, and every `@time` by the instant."""
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    if not isinstance(value, str):
        return value
    if _TIME.match(value):
        return moment(value[1:]).isoformat()
    return _NAMED.sub(lambda found: names.get(found[1], found[0]), value)


def nested(flat: Mapping[str, Json]) -> dict[str, Json]:
    """Dotted keys as nested maps."""
    data: dict[str, Json] = {}
    for path, value in flat.items():
        data = put(data, path, value)
    return data


@dataclass(frozen=True, repr=False)
class Stage:
    """The world before any case, the aliases in it, and what a refusal says of each person."""

    world: Layered
    names: Mapping[str, str]
    people: Mapping[str, Record]
    described: Mapping[str, str]
    aside: frozenset[str]
    calendars: Mapping[str, Calendar]


@lru_cache(maxsize=1)
def documents() -> Mapping[str, Json]:
    """Every shipped document, by its path inside `schemas/`."""
    return {path.removeprefix("schemas/"): one for path, one in load_folder(shipped_folder()).items()}


@lru_cache(maxsize=1)
def library() -> Library:
    """The shipped procedures, in force."""
    return Library.read(documents(), IN_FORCE)


@lru_cache(maxsize=1)
def stage() -> Stage:
    """Read `stage.yaml`."""
    raw = read_yaml(FOLDER / "stage.yaml")
    names = {alias: person["code"] for alias, person in raw["people"].items()}
    for forms in raw["registers"].values():
        for entries in forms.values():
            names.update({alias: next(iter(entry["fields"].values())) for alias, entry in entries.items()})
    people = {alias: _person(person, names) for alias, person in raw["people"].items()}
    records = list(people.values())
    for procedure, forms in raw["registers"].items():
        for form, entries in forms.items():
            for entry in entries.values():
                fields = nested(filled(entry["fields"], names))
                steps = [step(one, raw["kept_by"][form], names) for one in entry["via"]]
                key = str(next(iter(fields.values())))
                records.append(record(procedure, form, key, fields, steps, entry.get("files", ())))
    described = {alias: f"{one['name']} 的角色（{one['titles']}）不能办理" for alias, one in raw["people"].items()}
    aside = frozenset(alias for alias, one in raw["people"].items() if one.get("aside"))
    calendars = {name: Calendar.from_dict(one, name) for name, one in raw["calendars"].items()}
    return Stage(Layered(None, records), names, people, described, aside, calendars)


def step(text: str, keeper: str, names: Mapping[str, str]) -> Step:
    """`action>state`, by whoever keeps the register, or `action>state>alias`."""
    action, state, *by = text.split(">")
    alias = by[0] if by else keeper
    return Step(action, state, names[alias], alias)


def _person(raw: Mapping[str, Json], names: Mapping[str, str]) -> Record:
    roles = [{"from": "2020-01-01", **({"role": r} if isinstance(r, str) else r)} for r in raw["roles"]]
    fields = {
        "code": raw["code"],
        "name": raw["name"],
        "employee_no": f"E-{raw['code']}",
        "unit": raw["unit"],
        "roles": roles,
        "git_email": f"{raw['code']}@example.com",
    }
    return record("core@1", "person", raw["code"], filled(fields, names), [Step("register", "active", *ADMINISTRATOR)])


class Step(NamedTuple):
    """One step that was taken before any case: the action, where it led, who did it in which role."""

    action: str
    to: str
    by: str
    role: str


ADMINISTRATOR = ("zhou.ning", "administrator")


def record(
    procedure: str,
    form: str,
    id: str,
    fields: Mapping[str, Json],
    steps: Sequence[Step],
    files: Sequence[str] = (),
    year: int | None = None,
) -> Record:
    """A record as its log tells it: the first step gave everything and handed the files in."""
    log: list[Entry] = []
    for n, step in enumerate(steps, 1):
        first = {"gave": fields, "procedure": procedure} if n == 1 else {"from_": log[-1].to, "reason": "登记在先"}
        log.append(Entry(n, step.action, step.to, step.by, step.role, OPENED, OPENED, **first))
    papers = [Evidence(kind, f"{kind}-1.jpg", digest(kind), 1, steps[0].by) for kind in files]
    return Record(id, form, procedure, "", year, {}, (), ()).entered(log, papers)


def digest(text: str) -> str:
    """The SHA-256 that a file of the cases has."""
    return hashlib.sha256(text.encode()).hexdigest()
