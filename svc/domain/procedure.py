"""Procedures, forms and settings as the data declares them; the library of all procedures in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from svc.domain.flow import Action, Clock, Mark, State, read_actions, read_marks, read_states
from svc.domain.paths import Json
from svc.domain.refusal import Text
from svc.domain.schema import FormSchema

ENVELOPE_FILE = "record.schema.json"


@dataclass(frozen=True, eq=False)
class Form:
    """One form of one procedure revision: its flow and its schema."""

    name: str
    procedure: str
    flow: Mapping[str, Json]
    schema: FormSchema
    prefix: str | None
    rights: Mapping[str, Json]

    @property
    def title(self) -> Text:
        """The form's title."""
        return Text.from_dict(self.flow["title"])

    @property
    def code(self) -> str | None:
        """The code printed on the paper form."""
        return self.flow.get("code")

    @property
    def key(self) -> str | None:
        """The field that is a register entry's id; None for a numbered form."""
        return self.flow.get("key")

    @property
    def bound(self) -> bool:
        """Whether records of this form are bound by year."""
        return self.flow.get("bound") == "yearly"

    @cached_property
    def states(self) -> dict[str, State]:
        """The states by id, in the order of the flow."""
        return read_states(self.flow["states"])

    @cached_property
    def actions(self) -> dict[str, Action]:
        """The actions by name, in the order of the flow, the rights last."""
        return read_actions(self.flow, self.rights)

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        """The form's time limits."""
        return tuple(Clock.read(name, raw) for name, raw in self.flow.get("clocks", {}).items())

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The states that time alone reaches."""
        return read_marks(self.flow.get("marks", {}))

    @property
    def uniques(self) -> list[Mapping[str, Json]]:
        """The `unique` rules: fields, and the states that do not count."""
        raw = self.flow.get("unique", [])
        return [raw] if isinstance(raw, Mapping) else list(raw)

    @property
    def firsts(self) -> list[Action]:
        """The actions that make a record, in order."""
        return [action for action in self.actions.values() if action.first]

    def names(self) -> set[str]:
        """Everything the form answers to: id, code, titles, aliases; folded."""
        words = [self.name, self.code or "", self.title.zh, self.title.en, *self.flow.get("alias", ())]
        return {fold_name(word) for word in words if word}


def fold_name(word: str) -> str:
    """A form's name as people type it: case, dashes, book marks and spaces aside (用户原-02 = 用户原—02)."""
    dashes = dict.fromkeys(map(ord, "—–－―‐-_ 《》()（）"), None)
    return word.casefold().translate(dashes)


@dataclass(frozen=True, eq=False)
class Procedure:
    """One revision of one procedure: `chenggong@1`."""

    name: str
    raw: Mapping[str, Json]
    forms: Mapping[str, Form]

    @property
    def title(self) -> Text:
        """The procedure's title."""
        return Text.from_dict(self.raw.get("title", self.name))

    def part(self, key: str) -> Mapping[str, Json]:
        """One part of procedure.yaml (roles, clauses, settings …); empty when not declared."""
        found = self.raw.get(key, {})
        return found if isinstance(found, Mapping) else {}

    @classmethod
    def read(cls, name: str, files: Mapping[str, Json], envelope: Mapping[str, Json]) -> Procedure:
        """Build from the documents of one folder: procedure.yaml, `<form>.flow.yaml`, `<form>.schema.json`."""
        raw = files["procedure.yaml"]
        rights, prefixes = raw.get("rights", {}), raw.get("prefixes", {})
        forms = {}
        for file, flow in files.items():
            form = file.removesuffix(".flow.yaml")
            if form != file:
                schema = FormSchema.of(files[f"{form}.schema.json"], envelope)
                forms[form] = Form(form, name, flow, schema, prefixes.get(form), rights)
        return cls(name, raw, forms)


@dataclass(frozen=True, eq=False)
class Library:
    """All procedures a repository holds (`procedures`, by `name@n`) and those in force (`in_force`, in order)."""

    procedures: Mapping[str, Procedure]
    in_force: tuple[str, ...]

    @classmethod
    def read(cls, documents: Mapping[str, Json], in_force: tuple[str, ...]) -> Library:
        """Build from the documents under `schemas/` (path inside that folder -> parsed document)."""
        folders: dict[str, dict[str, Json]] = {}
        for path, document in documents.items():
            folder, _, file = path.partition("/")
            if file and "@" in folder:
                folders.setdefault(folder, {})[file] = document
        envelope = documents[ENVELOPE_FILE]
        found = {n: Procedure.read(n, f, envelope) for n, f in folders.items() if "procedure.yaml" in f}
        return cls(found, in_force)

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The forms in force by id; a later procedure never hides an earlier one's form (procedure check)."""
        found: dict[str, Form] = {}
        for name in self.in_force:
            for form in self.procedures[name].forms.values():
                found.setdefault(form.name, form)
        return found

    def form(self, name: str) -> Form | None:
        """The form in force by its id."""
        return self.forms.get(name)

    def form_of(self, form: str, procedure: str) -> Form | None:
        """A form in the revision a record names."""
        found = self.procedures.get(procedure)
        return found.forms.get(form) if found else None

    def named(self, word: str) -> list[Form]:
        """The forms that answer to what somebody typed: id, code, title, alias."""
        folded = fold_name(word)
        return [form for form in self.forms.values() if folded in form.names()]

    def each(self) -> Iterator[Procedure]:
        """The procedures in force, in order."""
        return (self.procedures[name] for name in self.in_force)

    def part(self, key: str) -> dict[str, Json]:
        """One part of every procedure in force, merged; the first to declare a name wins."""
        found: dict[str, Json] = {}
        for procedure in self.each():
            for name, value in procedure.part(key).items():
                found.setdefault(name, value)
        return found

    @cached_property
    def settings(self) -> dict[str, Json]:
        """The settings declared by the procedures in force."""
        return self.part("settings")

    @cached_property
    def roles(self) -> dict[str, Json]:
        """The roles declared by the procedures in force."""
        return self.part("roles")

    @cached_property
    def _bound_roles(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for procedure in self.each():
            for role, bound in procedure.part("binds").items():
                found.setdefault(role, set()).update([bound] if isinstance(bound, str) else bound)
        return found

    def holders(self, role: str) -> set[str]:
        """The roles that may act as `role`: itself, and for a role of the core forms those bound to it."""
        return {role} | self._bound_roles.get(role, set())

    def role_title(self, role: str) -> Text:
        """A role's title."""
        return Text.from_dict(self.roles.get(role, role))

    def kind_title(self, kind: str) -> Text:
        """An evidence kind's title."""
        return Text.from_dict(self.kinds.get(kind, kind))

    @cached_property
    def kinds(self) -> dict[str, Json]:
        """The evidence kinds declared by the procedures in force."""
        return self.part("evidence_kinds")

    @property
    def volume_clause(self) -> str | None:
        """The clause under which the year is bound, where a procedure in force names one."""
        found = self.part("volume").get("clause")
        return str(found) if found else None

    def newest(self, procedure: str) -> str | None:
        """The newest revision in force of the procedure that `procedure` (name@n) is a revision of."""
        stem = procedure.partition("@")[0]
        found = [name for name in self.in_force if name.partition("@")[0] == stem]
        return max(found, key=lambda name: int(name.partition("@")[2]), default=None)
