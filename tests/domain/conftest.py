"""A small procedure of the tests' own: things in a register, sheets about them, slips that sheets make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svc.domain.case import Case
from svc.domain.deed import Deed, Handed, Request
from svc.domain.memory import Layered
from svc.domain.people import roles_on
from svc.domain.procedure import Library
from svc.domain.record import Entry, Record
from svc.domain.workflow import decide
from svc.domain.world import Acting, Scene
from svc.store.schemas import load_folder, shipped_folder

Json = Any
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)
_WORDS = {"zh": "字", "en": "word"}


def _line(**more: Json) -> dict[str, Json]:
    return {"$ref": "../record.schema.json#/$defs/line", "title": "字", "x-en": "word", **more}


def _of(kind: str, **more: Json) -> dict[str, Json]:
    return {"$ref": f"../record.schema.json#/$defs/{kind}", "title": kind, "x-en": kind, **more}


def _form(name: str, properties: Mapping[str, Json], required: Sequence[str] = ()) -> dict[str, Json]:
    fields = {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}
    return {"allOf": [{"$ref": "../record.schema.json"}], "properties": {"form": {"const": name}, "fields": fields}}


_ITEM = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": _line(),
        "amount": _of("money"),
        "thing": _of("link", **{"x-link": "thing"}),
        "kind": _line(),
    },
}
SCHEMAS = {
    "thing": _form("thing", {"code": _of("key"), "kind": _line(), "owner": _line(), "until": _of("date")}, ["code"]),
    "sheet": _form(
        "sheet",
        {
            "thing": _of("link", **{"x-link": "thing"}),
            "kind": _line(),
            "count": _of("count"),
            "size": _of("decimal"),
            "day": _of("date"),
            "began": _of("instant"),
            "done": _of("instant"),
            "flag": _of("flag"),
            "people": {"type": "array", "title": "人", "x-en": "people", "items": _of("link", **{"x-link": "person"})},
            "lines": {"type": "array", "title": "行", "x-en": "lines", "items": _ITEM},
            "total": _of("money"),
            "end": _of("date"),
            "group": {"type": "object", "title": "组", "x-en": "group", "properties": {"a": _line(), "b": _line()}},
            "late": {"type": "array", "title": "迟", "x-en": "late", "items": {"type": "object"}},
        },
    ),
    "slip": _form("slip", {"sheet": _of("link", **{"x-link": "sheet"}), "name": _line(), "note": _line()}, ["sheet"]),
}
STATES = {
    "open": _WORDS,
    "done": _WORDS,
    "sent": _WORDS,
    "shut": {**_WORDS, "final": True},
    "void": {**_WORDS, "final": True},
}


def _action(**raw: Json) -> dict[str, Json]:
    return {"by": ["clerk"], "clause": "1", "text": _WORDS, **raw}


FLOWS: dict[str, dict[str, Json]] = {
    "thing": {"key": "code", "actions": {"enter": _action(to="open", asks=["code"], takes=["kind", "owner", "until"])}},
    "sheet": {
        "actions": {
            "start": _action(
                to="open", takes=["thing", "kind", "count", "size", "day", "lines", "people", "group", "flag"]
            ),
            "finish": _action(**{"from": "open", "to": "done", "time": "done"}),
        },
        "cancel": {"from": ["open"], "to": "void", "by": ["clerk"], "reason": "required", "clause": "1"},
    },
    "slip": {
        "actions": {
            "make": _action(to="open", asks=["sheet"], takes=["name", "note"]),
            "use": _action(**{"from": "open", "to": "done"}),
        },
        "cancel": {"from": ["open"], "to": "void", "by": ["clerk"], "reason": "required", "clause": "1"},
    },
}
HEAD = {
    "procedure": "p",
    "revision": 1,
    "title": _WORDS,
    "uses": ["core@1"],
    "roles": {"clerk": _WORDS, "chief": _WORDS, "client": {**_WORDS, "outside": True}},
    "prefixes": {"sheet": "SH", "slip": "SL"},
    "evidence_kinds": {"paper": {"zh": "纸", "en": "paper"}},
    "settings": {"limit": {"zh": "限", "en": "limit", "schema": {}, "source": "某文件"}, "set": {**_WORDS, "value": 3}},
    "rights": {"undo": {"by": "self", "reason": "required"}, "note": {"by": "anyone"}},
}


@dataclass
class Small:
    """The small procedure with a world of its own; `flow` changes it, `do` does a deed, `case` looks at a record."""

    world: Layered = field(default_factory=Layered)
    flows: dict[str, dict[str, Json]] = field(
        default_factory=lambda: {name: dict(flow) for name, flow in FLOWS.items()}
    )
    now: datetime = NOON

    def __post_init__(self) -> None:
        for code, roles in (("ann", ["clerk"]), ("bob", ["clerk", "chief"]), ("cy", ["chief"]), ("dee", [])):
            self.put(
                "person",
                code,
                name=code.title(),
                unit=f"U-{code}",
                git_email=f"{code}@example.com",
                roles=[_held(r) for r in roles],
            )

    def flow(self, form: str, **more: Json) -> Small:
        """Other actions (they add up), clocks and the like for a form."""
        old = self.flows[form]
        self.flows[form] = {**old, **more, "actions": {**old["actions"], **more.get("actions", {})}}
        return self

    @property
    def library(self) -> Library:
        """The library as the flows now are."""
        made: dict[str, Json] = {f"p@1/{n}.schema.json": schema for n, schema in SCHEMAS.items()}
        base = {"title": _WORDS, "bound": "yearly", "retention": "x", "states": STATES}
        made |= {f"p@1/{n}.flow.yaml": {"form": n, **base, **flow} for n, flow in self.flows.items()}
        return Library.read({**_shipped(), **made, "p@1/procedure.yaml": HEAD}, ("core@1", "p@1"))

    @property
    def scene(self) -> Scene:
        """The scene now."""
        return Scene(self.world, self.library, ZONE, "0101", self.now)

    def put(
        self, form: str, id: str, state: str = "open", by: str = "ann", year: int | None = None, **fields: Json
    ) -> Record:
        """A record as it stands, with one step that gave everything."""
        procedure = "core@1" if form in ("person", "unit", "setting") else "p@1"
        state = "active" if procedure == "core@1" and state == "open" else state
        at = "2026-11-20T09:00:00+08:00"
        entry = Entry(1, "start", state, by, "clerk", at, at, gave=fields, procedure=procedure)
        made = Record(id, form, procedure, "", year, {}, (), ()).entered([entry])
        self.world.put(made)
        return made

    def case(self, record: Record | None = None, who: str = "ann", role: str = "clerk", **fields: Json) -> Case:
        """A sheet with those fields as a guard sees it, or a record."""
        form = self.library.forms[record.form if record else "sheet"]
        acting = self.acting(who, role)
        if record is not None:
            return Case.of(self.scene, record, form, acting, self.now)
        return Case(self.scene, form, "SH-x", "open", fields, acting, self.now)

    def acting(self, who: str, role: str) -> Acting:
        """Somebody acting in a role, with the scope and unit of the register."""
        person = self.world.record("person", who)
        scopes = [h.scope for h in roles_on(person, self.now.date()) if h.role == role] if person else []
        return Acting(who, role, scopes[0] if scopes else None, person.fields["unit"] if person else None)

    def do(
        self, action: str, record: Record | None = None, who: str = "ann", form: str = "sheet", **more: Json
    ) -> Deed:
        """Do a deed and take it up; keyword arguments are those of Request, `gave` among them."""
        person = self.world.record("person", who)
        assert person is not None
        files = tuple(Handed(kind, f"{n:064x}", 1, ".jpg") for n, kind in enumerate(more.pop("files", ())))
        known = self.library.forms[record.form if record else form]
        deed = decide(self.scene, person, known, record, Request(action, handed=files, **more))
        self.world.take_up(deed)
        return deed


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Json]:
    """The shipped core, read once."""
    found = {path.removeprefix("schemas/"): one for path, one in load_folder(shipped_folder()).items()}
    return {path: one for path, one in found.items() if path.startswith("core@") or "/" not in path}


def _held(role: str) -> dict[str, Json]:
    return {"role": role, "from": "2026-01-01", "scope": f"S-{role}"}


@pytest.fixture
def small() -> Small:
    """A fresh small procedure."""
    return Small()
