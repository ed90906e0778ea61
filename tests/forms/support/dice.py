"""Random deeds, mostly sensible, sometimes not: what people would give, by the schema, and what nobody should."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from forms_support.stage import LANE, ZONE, Json, digest, moment, nested

from svc.domain.case import Case
from svc.domain.core import MIGRATE
from svc.domain.deed import Handed, Request
from svc.domain.flow import Action, Way
from svc.domain.guards import applies
from svc.domain.paths import get, merge
from svc.domain.people import roles_on
from svc.domain.procedure import Form, Library
from svc.domain.record import Record
from svc.domain.schema import resolve
from svc.domain.world import Acting, Scene, World

HOSTILE = (
    *("", " ", "\n", "\u202e钱", "\u200b", "\x00", "../../etc/passwd", "$(id)", "'; drop table", "{id}", "<x>"),
    *("@last", "null", "2026-02-30", "1e400", "0" * 300, "ｆｕｌｌ", "\ud800", "员" * 300),
)
WRONG = (None, True, False, 0, -1, 10**18, [], {}, [[]], ["x"], {"x": "y"}, "x", {"record": "x"})
SURE = 0.85
"""How often a deed is meant to be right."""


class Attempt(NamedTuple):
    """One deed to try: by whom, on which record (None: a new one), what is asked for."""

    form: Form
    record: Record | None
    person: Record
    request: Request


@dataclass
class Clerk:
    """Somebody who tries things out: everything comes from one seed."""

    library: Library
    world: World
    seed: int
    people: Sequence[Record]
    dice: random.Random = field(init=False)
    number: int = 0
    done: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def often(self, share: float = SURE) -> bool:
        """True that often."""
        return self.dice.random() < share

    def attempt(self, now: datetime, young: Sequence[Record]) -> Attempt:
        """Something to try: on one of the youngest records, or on none; what has been done least is tried most."""
        record = self._record(young)
        form = self._form(record)
        action = self._action(form, record)
        way = self._way(action, record)
        person = self._person(way, record, now)
        request = self._request(form, action, way, record, now)
        return Attempt(form, record, person, request if self.often() else self._spoiled(request, now))

    def _record(self, young: Sequence[Record]) -> Record | None:
        numbered = [record for record in young if record.year is not None]
        pool = numbered if numbered and self.often(0.8) else young
        if not pool or not self.often():
            return None
        some = [self.dice.choice(pool) for _ in range(3)]
        return min(some, key=lambda record: self._least(record)) if self.often(0.5) else some[0]

    def _least(self, record: Record) -> int:
        """How often the least of what can be done on a record has been done."""
        form = self._form(record)
        return min((self.done[(form.name, one.name)] for one in self._course(form, record)), default=9999)

    def _form(self, record: Record | None) -> Form:
        if record is None:
            forms = list(self.library.forms.values())
            return self.dice.choice([f for f in forms if not f.key] if self.often(0.7) else forms)
        form = self.library.form_of(record.form, record.procedure)
        assert form is not None
        return form

    def _action(self, form: Form, record: Record | None) -> Action:
        actions = list(form.actions.values())
        if not self.often(0.95):
            return self.dice.choice(actions)
        if record is None:
            return self.dice.choice([one for one in form.firsts if not one.ways[0].by.nobody])
        course = self._course(form, record)
        if course and self.often(0.5):
            return min(course, key=lambda one: self.done[(form.name, one.name)])
        return self.dice.choice(course or actions)

    def _course(self, form: Form, record: Record) -> list[Action]:
        """What a person can do on a record as it stands."""
        # A migrated case is entered by an import, never by a deed on a record.
        able = (a for a in form.actions.values() if a.kind != MIGRATE)
        known = (a for a in able if not all(way.by.nobody for way in a.ways))
        return [a for a in known if any(record.state in way.froms or a.kind and not way.froms for way in a.ways)]

    def _way(self, action: Action, record: Record | None) -> Way:
        state = record.state if record else ""
        return self.dice.choice([way for way in action.ways if not state or state in way.froms] or list(action.ways))

    def _person(self, way: Way, record: Record | None, now: datetime) -> Record:
        """Somebody who may; often somebody whom the record names or who did the step before."""
        wanted: set[str] = set()
        for actor in way.by.actors:
            for role in actor.through or (actor.role,):
                wanted |= self.library.holders(role)
        able = [p for p in self.people if wanted & {held.role for held in roles_on(p, now.date())}]
        known = {record.last.by} if record and way.by.same else _texts(record.fields) if record else set()
        near = [p for p in (self.people if way.by.same else able) if p.id in known]
        pool = near if near and self.often(0.8) else able if able and self.often(0.95) else list(self.people)
        return self.dice.choice(pool)

    def _request(self, form: Form, action: Action, way: Way, record: Record | None, now: datetime) -> Request:
        gave = self._given(form, action, way, record)
        children: dict[str, Mapping[str, Json]] = {}
        for rule in action.creates:
            child = self.library.forms[rule["form"]]
            first = child.actions[rule["action"]] if "action" in rule else child.firsts[0]
            given = self._given(child, first, first.ways[0], None)
            children[child.name] = nested({p: v for p, v in given.items() if p not in rule.get("with", {})})
        return Request(
            action.name,
            nested(gave),
            children,
            tuple(self._handed(way)),
            now - timedelta(minutes=self.dice.randrange(90)) if self.often(0.1) else None,
            "事出有因" if self.often(0.9) else None,
            on_behalf_of="示例代理公司" if self.often(0.5) else None,
            to=self.dice.choice(way.choose) if way.choose else None,
            text="已告知" if self.often(0.9) else None,
        )

    def _given(self, form: Form, action: Action, way: Way, record: Record | None) -> dict[str, Json]:
        """What is asked, and some of what is taken where its condition holds over what is given."""
        gave = {item.name: self.value(form, item.name) for item in way.asks}
        filled = {*action.copies, *action.derive}
        standing = record.fields if record else {}
        for item in way.takes:
            if self.often(0.08 if item.name in filled else 0.6 if not action.kind else 0.3):
                told = nested({path: value for path, value in gave.items() if value is not None})
                if self._counts(form, item.when, merge(standing, told)):
                    gave[item.name] = self.value(form, item.name)
        for head, rule in action.adds.items():
            for key in rule.get("asks", ()):
                gave[f"{head}.{key}"] = self.value(form, f"{head}.{key}")
        return {name: value for name, value in gave.items() if value is not None}

    def _counts(self, form: Form, when: Mapping[str, Json] | None, fields: Mapping[str, Json]) -> bool:
        scene = Scene(self.world, self.library, ZONE, LANE, moment("09:00"))
        return applies(when, Case(scene, form, "", "", fields, Acting("", ""), scene.now))

    def _handed(self, way: Way) -> list[Handed]:
        kinds = [item.name for item in way.papers.all]
        kinds += [item.name for item in way.papers.any[: 1 + self.dice.randrange(2)]]
        kinds += [item.name for item in way.papers.may if self.often(0.4)]
        kinds += [actor.paper for actor in way.by.actors if actor.paper and self.often(0.4)]
        return [Handed(kind, digest(kind), 100, ".jpg") for kind in kinds]

    def value(self, form: Form, path: str) -> Json:
        """A value for a field, as the schema has it."""
        node: Json = form.schema.document["properties"]["fields"]
        for name in path.split("."):
            node = resolve(node, form.schema.document)
            if node.get("type") == "array":
                node = resolve(node["items"], form.schema.document)
            node = node["properties"][name]
        return self._made(node, form, path.rpartition(".")[2])

    def _made(self, node: Mapping[str, Json], form: Form, name: str) -> Json:
        node = resolve(node, form.schema.document)
        if "enum" in node:
            return node["enum"][0] if self.often(0.4) else self.dice.choice(node["enum"])
        if "x-link" in node:
            return self._linked(node["x-link"])
        if node.get("type") == "array":
            items = [self._made(node["items"], form, name) for _ in range(1 + self.dice.randrange(2))]
            return [item for n, item in enumerate(items) if item is not None and item not in items[:n]] or None
        if node.get("type") == "object":
            required = node.get("required", ())
            made = {
                k: self._made(n, form, k) for k, n in node["properties"].items() if k in required or self.often(0.3)
            }
            return {key: value for key, value in made.items() if value is not None and key != "class"}
        if node.get("type") == "boolean":
            return self.often()
        if node.get("type") == "integer":
            return max(node.get("minimum", 0), self.dice.choice([1, 2, 12, self.dice.randrange(1990, 2026)]))
        return self._text(node, form, name)

    def _text(self, node: Mapping[str, Json], form: Form, name: str) -> Json:
        """Text of a kind: keys of other registers where a field is named like one, else what the pattern needs."""
        kind, self.number = str(node.get("x-type", "line")), self.number + 1
        keyed = [
            f.name for f in self.library.forms.values() if f.key == name and f.name != form.name and name != "code"
        ]
        if keyed and form.key != name and self.often(0.9):
            return self._linked(keyed)
        if name == "role" or "a-z0-9_-" in str(node.get("pattern")):
            return self.dice.choice(["cs_dept", "call_clerk", "service_person", "dispatch"])
        day = datetime(2026, 11, 23, 9, tzinfo=ZONE) + timedelta(days=self.dice.randrange(-300, 40))
        spelled = {
            "date": f"{day:%Y-%m-%d}",
            "instant": day.isoformat(),
            "month": f"{day:%Y-%m}",
            "money": f"{self.dice.randrange(900)}.50",
            "decimal": str(self.dice.randrange(3000)),
        }
        shapes = {"[0-9a-f]{64}": digest(name), "@": f"p{self.number}@example.com", "[0-9+(]": "000-5550-0123"}
        shaped = [value for part, value in shapes.items() if part in str(node.get("pattern", ""))]
        if node.get("pattern") == "^[0-9]{4}$":
            return f"{self.number % 10000:04d}"
        return spelled.get(kind) or (shaped[0] if shaped and kind == "line" else f"{name}-{self.number}")

    def _linked(self, forms: Json) -> Json:
        """An id of one of the forms a link may name: mostly one of the youngest."""
        form = self.dice.choice([forms] if isinstance(forms, str) else list(forms))
        found = self.world.all(form)
        return self.dice.choice(found[-4:] if self.often(0.6) else found).id if found else None

    def _spoiled(self, request: Request, now: datetime) -> Request:
        """The same request with something wrong."""
        gave = dict(request.gave)
        key = self.dice.choice(list(gave)) if gave else "x"
        choice = self.dice.randrange(9)
        if choice == 0:
            gave.pop(key, None)
        elif choice == 1:
            gave[key] = self.dice.choice(WRONG)
        elif choice == 2:
            gave[key] = self.dice.choice(HOSTILE)
        elif choice == 3:
            gave[self.dice.choice(["colour", "state", "log", "id", *HOSTILE])] = "x"
        elif choice == 4:
            return request._replace(at=now + timedelta(hours=self.dice.randrange(1, 9999)))
        elif choice == 5:
            return request._replace(role=self.dice.choice(list(self.library.roles)))
        elif choice == 6:
            return request._replace(reason=self.dice.choice(HOSTILE), text=self.dice.choice(HOSTILE))
        elif choice == 7:
            return request._replace(to=self.dice.choice(["x", "closed", ""]), on_behalf_of=self.dice.choice(HOSTILE))
        else:
            return request._replace(handed=(*request.handed, Handed("nothing", digest("x"), 1, ".exe")))
        return request._replace(gave=gave)


def _texts(fields: Mapping[str, Json]) -> set[str]:
    """Every text that stands in a record's first two levels."""
    found: set[str] = set()
    for name, value in fields.items():
        inner = get(fields, name)
        found |= {one for one in (inner if isinstance(inner, list) else [value]) if isinstance(one, str)}
    return found
