"""A deed: what is asked for, and what it comes to: the records it makes or moves, as one commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from svc.domain.ids import evidence_folder, record_path
from svc.domain.past import Migrated
from svc.domain.paths import Json
from svc.domain.record import Entry, Record
from svc.domain.refusal import Text


class Handed(NamedTuple):
    """A file that was handed in: its kind, SHA-256, size in bytes, its suffix ('.jpg' or ''), the form it is for."""

    kind: str
    sha256: str
    size: int
    suffix: str = ""
    form: str | None = None


class Request(NamedTuple):
    """What somebody asks to be done: an action on a record (None = make one), with what was given.

    `children` holds, by form, what only a created record needs. `at` is None when the deed happens now.
    `migrated` is what is told of a case that began before svc.
    """

    action: str
    gave: Mapping[str, Json] = {}
    children: Mapping[str, Mapping[str, Json]] = {}
    handed: tuple[Handed, ...] = ()
    at: datetime | None = None
    reason: str | None = None
    role: str | None = None
    on_behalf_of: str | None = None
    to: str | None = None
    text: str | None = None
    expect: str | None = None
    migrated: Migrated | None = None


class Change(NamedTuple):
    """One record before and after a deed, with the files that came: (name in its folder, SHA-256)."""

    before: Record | None
    after: Record
    files: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The record's file in the repository."""
        return record_path(self.after.form, self.after.id, self.after.year)

    @property
    def file_paths(self) -> dict[str, str]:
        """The evidence files this deed brings: path in the repository -> SHA-256."""
        folder = evidence_folder(self.path)
        return {f"{folder}/{name}": sha for name, sha in self.files}

    @property
    def entry(self) -> Entry:
        """The log entry this deed wrote."""
        return self.after.log[-1]


class Deed(NamedTuple):
    """One deed: its changes (the record it is about first), the person, the words of its action, its clause.

    `batch` names the records that a deed on many is about, one by one; it is empty for a deed on one.
    """

    changes: tuple[Change, ...]
    person: str
    text: Text
    clause: str
    at: datetime
    batch: tuple[str, ...] = ()

    @property
    def lead(self) -> Change:
        """The change of the record the deed is about."""
        return self.changes[0]

    @property
    def leads(self) -> tuple[Change, ...]:
        """The changes of the records the deed is about: one, or those of the batch."""
        wanted = set(self.batch)
        return tuple(change for change in self.changes if change.after.ref in wanted) or self.changes[:1]

    def message(self) -> str:
        """The commit message: a subject a person reads, trailers that whoever verifies recomputes."""
        leads = self.leads
        record, entry = leads[0].after, leads[0].entry
        about = record.id if len(leads) == 1 else f"{len(leads)} 条"
        trailers = [f"Svc-Record: {change.after.ref}" for change in leads]
        trailers += [f"Svc-Action: {entry.action}", f"Svc-Step: {entry.step}"]
        trailers += [f"Svc-Role: {role}" for role in dict.fromkeys(change.entry.role for change in leads)]
        marks = (change.entry.migrated for change in leads)
        trailers += [f"Svc-Vouched-By: {one}" for one in dict.fromkeys(mark.vouched_by for mark in marks if mark)]
        trailers += [f"Svc-Clause: {self.clause}", f"Svc-Procedure: {record.procedure}"]
        about_these = {change.after.ref for change in leads}
        others = [change for change in self.changes if change.after.ref not in about_these]
        trailers += [f"Svc-Also: {c.after.ref} {c.entry.action} {c.entry.step}" for c in others]
        return f"{record.form}({entry.action}): {about} {self.text.zh}\n\n" + "\n".join(trailers) + "\n"
