"""Committed records checked as `check` does, their evidence hashed from the commit itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from svc.domain.check import Subject, check
from svc.domain.findings import Finding
from svc.domain.ids import evidence_folder, record_path
from svc.domain.record import Record
from svc.domain.volume import Listed
from svc.domain.world import Scene
from svc.store.snapshot import Snapshot


def evidence_digests(snapshot: Snapshot, path: str) -> dict[str, str]:
    """The evidence files of the record at `path`: name -> SHA-256 of the committed bytes."""
    folder = evidence_folder(path)
    found = snapshot.read_many(snapshot.walk(folder))
    return {name[len(folder) + 1 :]: hashlib.sha256(data).hexdigest() for name, data in found}


def check_committed(snapshot: Snapshot, scene: Scene, records: Iterable[Record]) -> list[Finding]:
    """Everything wrong with committed records and their evidence."""
    found: list[Finding] = []
    for record in records:
        path = record_path(record.form, record.id, record.year)
        files = evidence_digests(snapshot, path)
        found += check(Subject(path, record.to_dict(), scene, files, lambda _field: 1))
    return found


def files_of(snapshot: Snapshot, records: Iterable[Record]) -> Iterator[tuple[str, bytes]]:
    """The committed files of records: each record's own, then its evidence, with their bytes."""
    for record in records:
        path = record_path(record.form, record.id, record.year)
        yield from snapshot.read_many([path, *snapshot.walk(evidence_folder(path))])


def listed(snapshot: Snapshot, records: Iterable[Record]) -> list[Listed]:
    """The committed files of records with their SHA-256."""
    return [Listed(path, hashlib.sha256(data).hexdigest()) for path, data in files_of(snapshot, records)]
