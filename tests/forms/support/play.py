"""The player: lays situations, does the deed of a case on them, and says what came out otherwise than expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from forms_support.books import Book, Case, books
from forms_support.expect import Here, Outcome, differences, misshapen
from forms_support.stage import (
    ADMINISTRATOR,
    LANE,
    ZONE,
    Json,
    Stage,
    Step,
    digest,
    documents,
    filled,
    moment,
    nested,
    record,
    stage,
    step,
)

from svc.domain.core import MIGRATE
from svc.domain.deed import Change, Deed, Handed, Request
from svc.domain.ids import make_id
from svc.domain.memory import Layered
from svc.domain.migration import migrate
from svc.domain.past import Migrated, Past
from svc.domain.procedure import Form, Library
from svc.domain.record import Record
from svc.domain.refusal import Refusal
from svc.domain.workflow import decide
from svc.domain.world import Scene


@dataclass(repr=False)
class Player:
    """Plays cases against one library. `known` are situations laid before, which this library cannot change."""

    library: Library
    stage: Stage = field(default_factory=stage)
    books: Mapping[str, Book] = field(default_factory=books)
    known: dict[tuple[str, str], Here] = field(default_factory=dict)

    def judge(self, case: Case) -> list[str]:
        """What came out otherwise than the case expects; empty when all is as it should be."""
        if case.deed is None:
            return list(misshapen(case, self.library))
        return list(differences(case, self.play(case)))

    def play(self, case: Case) -> Outcome:
        """Do the deed of a case in its situation."""
        assert case.deed is not None
        book = self.books[case.form]
        return self.perform(book, case.deed, self.given(book, case.deed.get("given")))

    def given(self, book: Book, name: str | None) -> Here:
        """The situation of a name (`other-form/name` for one of another book); None is the bare stage."""
        if name is None:
            return Here({}, self.stage.names, {}, moment("09:00"))
        form, slash, rest = name.partition("/")
        book, name = (self.books[form], rest) if slash else (book, name)
        key = (book.form, name)
        if key not in self.known:
            self.known[key] = self._laid(book, name)
        return self.known[key]

    def _laid(self, book: Book, name: str) -> Here:
        raw = book.situations[name]
        if isinstance(raw, str):
            raw = {"given": book.deed(raw).get("given"), "then": [raw]}
        here = self.given(book, raw.get("given"))
        for one in raw["then"]:
            done = self.perform(book, book.deed(one), here)
            if done.refusal is not None:
                raise AssertionError(f"{book.form}/{name}: {done.refusal.what.zh}")
            here = done.here
        return here

    def perform(self, book: Book, deed: Mapping[str, Json], here: Here) -> Outcome:
        """One deed, the stage and what happened before it as its world."""
        library = self.library if "revision" not in deed else doubled(self.library, deed["revision"])
        here = _found(_settings(here, deed.get("sees", {})), deed.get("there", ()), book.procedure)
        now = moment(deed["now"]) if "now" in deed else here.now
        world = Layered(self.stage.world, here.changed.values())
        scene = Scene(world, library, ZONE, LANE, now, self.stage.calendars)
        form, target = self._target(book, deed, here, scene)
        person = here.changed.get(("person", self.stage.names[deed["who"]])) or self.stage.people[deed["who"]]
        try:
            asked = _request(deed, here.names)
            told = asked.migrated is not None
            done = migrate(scene, person, form, asked) if told else decide(scene, person, form, target, asked)
        except Refusal as refusal:
            return Outcome(None, refusal, here, scene)
        after = _after(here, done, now, deed.get("as"))
        world = Layered(self.stage.world, after.changed.values())
        return Outcome(done, None, after, scene._replace(world=world))

    def _target(self, book: Book, deed: Mapping[str, Json], here: Here, scene: Scene) -> tuple[Form, Record | None]:
        if "make" in deed:
            form = scene.library.form(deed.get("form", book.form))
            assert form is not None, deed
            return form, None
        alias = deed.get("of", book.form)
        target = here.records.get(alias) or self._standing(deed.get("form", book.form), alias, scene)
        form = scene.form_of(target)
        assert form is not None, deed
        return form, target

    def _standing(self, form: str, alias: str, scene: Scene) -> Record:
        found = scene.world.record(form, self.stage.names[alias])
        assert found is not None, f"no {form} {alias}"
        return found


def _settings(here: Here, seen: Mapping[str, Json]) -> Here:
    """The situation with settings as the deed sees them; null = nobody has set it."""
    changed = dict(here.changed)
    for name, value in seen.items():
        values = [] if value is None else [{"value": value, "from": "2020-01-01T00:00:00+08:00", "source": "示例通知"}]
        steps = [Step("set", "active", *ADMINISTRATOR)]
        changed[("setting", name)] = record("core@1", "setting", name, {"name": name, "values": values}, steps)
    return Here(changed, here.names, here.records, here.now, here.touched)


def _found(here: Here, there: Sequence[Mapping[str, Json]], procedure: str) -> Here:
    """The situation with records that came from elsewhere (another office, by sync), in states no single office makes."""
    for n, raw in enumerate(there):
        fields = nested(filled(raw["fields"], here.names))
        id = make_id(raw["prefix"], "0201", 2026, n + 1)
        via = raw.get("via", [f"made>{raw.get('state')}>administrator"])
        steps = [step(one, "administrator", here.names) for one in via]
        made = record(procedure, raw["form"], id, fields, steps, (), 2026)
        names, records = {**here.names, raw["as"]: id}, {**here.records, raw["as"]: made}
        here = Here({**here.changed, (made.form, id): made}, names, records, here.now, here.touched)
    return here


def _request(deed: Mapping[str, Json], names: Mapping[str, str]) -> Request:
    children = {form: nested(filled(_told_only(given), names)) for form, given in deed.get("with", {}).items()}
    return Request(
        deed.get("make") or deed["do"],
        nested(filled(_told_only(deed.get("give", {})), names)),
        children,
        tuple(_handed(word) for word in deed.get("files", ())),
        moment(deed["at"]) if "at" in deed else None,
        deed.get("reason"),
        deed.get("role"),
        deed.get("for"),
        deed.get("to"),
        deed.get("text"),
        migrated=_told_of(deed, names) if deed.get("make") == MIGRATE else None,
    )


def _told_of(deed: Mapping[str, Json], names: Mapping[str, str]) -> Migrated:
    """What is told of a case that began before: `done: {action: alias | {by: alias, at: '@time'}}`."""
    steps = []
    for action, raw in filled(_told_only(deed.get("done", {})), names).items():
        one = raw if isinstance(raw, Mapping) else {"by": raw}
        by = one.get("by")
        steps.append(Past(action, "", names.get(by, by), one.get("at")))
    vouched = deed.get("vouched") or ""
    return Migrated(names.get(vouched, vouched), "", deed.get("former"), tuple(steps), tuple(deed.get("lacks", ())))


def _told_only(given: Mapping[str, Json]) -> dict[str, Json]:
    """What is given; null takes out what the deed that is varied gives."""
    return {path: value for path, value in given.items() if value is not None}


def _handed(word: str) -> Handed:
    """A file: its kind, or `form/kind` for a record that the deed makes."""
    form, slash, kind = word.rpartition("/")
    return Handed(kind, digest(kind), 100, ".jpg", form if slash else None)


def _after(here: Here, done: Deed, now: datetime, alias: str | None) -> Here:
    changed, names, records = dict(here.changed), dict(here.names), dict(here.records)
    touched = set(here.touched)
    for n, change in enumerate(done.changes):
        changed[(change.after.form, change.after.id)] = change.after
        if change.before is None:
            name = alias if n == 0 and alias else change.after.form
            names[name], records[name] = change.after.id, change.after
        for other, record_ in list(records.items()):
            if (record_.form, record_.id) == (change.after.form, change.after.id):
                records[other] = change.after
        touched |= {(change.after.form, entry.action) for entry in _new(change)}
    return Here(changed, names, records, now, frozenset(touched))


def _new(change: Change) -> list[Json]:
    return list(change.after.log[len(change.before.log) if change.before else 0 :])


def doubled(library: Library, revision: str) -> Library:
    """The library after a newer revision of a procedure has been adopted: `chenggong@2`, to the letter like the first."""
    stem = revision.partition("@")[0]
    old = library.procedures[f"{stem}@1"]
    forms = {n: Form(n, revision, f.flow, f.schema, f.prefix, f.rights) for n, f in old.forms.items()}
    new = type(old)(revision, {**documents()[f"{stem}@1/procedure.yaml"], "revision": 2}, forms)
    return replace(library, procedures={**library.procedures, revision: new}, in_force=(*library.in_force, revision))
