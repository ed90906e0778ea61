"""All documents under `schemas/` as the proofs read them: folders, procedures with what they may name, forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from svc.domain.case import Case
from svc.domain.memory import Layered
from svc.domain.paths import Json
from svc.domain.procedure import Form, Library, Procedure
from svc.domain.proofs.reach import View
from svc.domain.refusal import Text
from svc.domain.world import Acting, Scene

HEAD, FLOW, SCHEMA = "procedure.yaml", ".flow.yaml", ".schema.json"
A_MOMENT = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
"""The moment of imagined cases; no proof depends on which it is."""


class Found(NamedTuple):
    """One thing a proof found: the document, the dotted path in it, what is wrong."""

    file: str
    path: str
    message: Text


Founds = Iterator[Found]


@dataclass(frozen=True)
class Sheet:
    """One form with what it may name: `library` holds its own procedure and those that one uses."""

    form: Form
    library: Library

    @property
    def file(self) -> str:
        """Where the flow stands."""
        return f"{self.form.procedure}/{self.form.name}{FLOW}"

    @property
    def schema_file(self) -> str:
        """Where the schema stands."""
        return f"{self.form.procedure}/{self.form.name}{SCHEMA}"

    @cached_property
    def view(self) -> View:
        """The form's own fields, and what its links lead to."""
        return View(self.library, (self.form,))

    @property
    def scene(self) -> Scene:
        """A scene without records."""
        return Scene(Layered(), self.library, UTC, "", A_MOMENT)

    def blank(self) -> Case:
        """The case of an empty record: no fields, no log, nobody acting."""
        return Case(self.scene, self.form, "", "", {}, Acting("", ""), A_MOMENT)


@dataclass(frozen=True)
class Book:
    """All documents: path inside `schemas/` -> what it says."""

    documents: Mapping[str, Json]

    @cached_property
    def folders(self) -> dict[str, dict[str, Json]]:
        """The documents of each procedure revision by file name."""
        found: dict[str, dict[str, Json]] = {}
        for path, document in self.documents.items():
            folder, _, file = path.partition("/")
            if "@" in folder and file:
                found.setdefault(folder, {})[file] = document
        return found

    def used(self, name: str) -> tuple[str, ...]:
        """The procedures that one builds on, and itself last."""
        head = self.folders.get(name, {}).get(HEAD)
        uses = head.get("uses", ()) if isinstance(head, Mapping) else ()
        return (*uses, name)

    @cached_property
    def procedures(self) -> Mapping[str, Procedure]:
        """The procedures by `name@n`; only for documents that have their form."""
        return Library.read(self.documents, ()).procedures

    @cached_property
    def libraries(self) -> dict[str, Library]:
        """For each procedure the library of what it may name."""
        return {name: Library(self.procedures, self.used(name)) for name in self.procedures}

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Every form of every procedure."""
        return tuple(
            Sheet(form, self.libraries[name]) for name, one in self.procedures.items() for form in one.forms.values()
        )


def stem(procedure: str) -> str:
    """The procedure's name without its revision."""
    return procedure.partition("@")[0]
