"""Procedures as data, read for the proofs: every document of a folder, with what cannot be read as findings."""

from __future__ import annotations

from collections.abc import Mapping

from svc.domain.findings import Finding
from svc.domain.paths import Json
from svc.domain.proofs.prove import prove
from svc.domain.refusal import Refusal
from svc.store.schemas import is_document, lines_of, parse

Files = Mapping[str, bytes]
"""Path inside `schemas/` -> the bytes of a document."""


def proven(files: Files) -> list[Finding]:
    """Everything that is wrong with the procedures among `files`; the files are named by their paths."""
    documents: dict[str, Json] = {}
    lines: dict[str, dict[str, int]] = {}
    found: list[Finding] = []
    for path, data in files.items():
        if not is_document(path):
            continue
        try:
            documents[path] = parse(path, data)
            lines[path] = lines_of(path, data)
        except Refusal as refusal:
            found.append(Finding(path, _line(refusal), "", refusal.what, "yaml"))

    def line(file: str, path: str) -> int:
        known = lines.get(file, {})
        while path and path not in known:
            path = path.rpartition(".")[0]
        return known.get(path, 1)

    return found or prove(documents, line)


def _line(refusal: Refusal) -> int:
    """The line that a refusal of the reader names, 1 where it names none."""
    tail = refusal.where.zh.rpartition(":")[2] if refusal.where else ""
    return max(int(tail), 1) if tail.isdigit() else 1
