"""Proving procedures: every proof in reading order; one that rests on another runs once that one finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from svc.domain.findings import Finding
from svc.domain.paths import Json
from svc.domain.proofs.absent import absences, empties
from svc.domain.proofs.book import Book, Founds
from svc.domain.proofs.graph import beginnings, calls, ends, reaches, words
from svc.domain.proofs.kinds import conditions, kinds
from svc.domain.proofs.migrations import migrations
from svc.domain.proofs.names import names, prefixes, titles
from svc.domain.proofs.paths import paths
from svc.domain.proofs.schemas import schemas
from svc.domain.proofs.shape import files, shapes
from svc.domain.proofs.tables import tables

Lines = Callable[[str, str], int]


class Proof(NamedTuple):
    """One proof: its rule, what it runs, and the rules that must have found nothing before it can be read."""

    rule: str
    run: Callable[[Book], Founds]
    after: tuple[str, ...] = ()


READ = ("files", "shape", "schema")
KNOWN = ("names", "paths", "conditions")
PROOFS = (
    Proof("files", files),
    Proof("shape", shapes, ("files",)),
    Proof("schema", schemas, ("files",)),
    Proof("names", names, READ),
    Proof("prefixes", prefixes, READ),
    Proof("titles", titles, READ),
    Proof("paths", paths, READ),
    Proof("conditions", conditions, READ),
    Proof("kinds", kinds, (*READ, "conditions")),
    Proof("begin", beginnings, READ),
    Proof("reach", reaches, READ),
    Proof("ends", ends, READ),
    Proof("words", words, READ),
    Proof("calls", calls, READ),
    Proof("migrate", migrations, (*READ, "names")),
    Proof("absent", absences, (*READ, *KNOWN)),
    Proof("tables", tables, (*READ, *KNOWN)),
    Proof("empty", empties, (*READ, *KNOWN)),
)


def prove(documents: Mapping[str, Json], lines: Lines) -> list[Finding]:
    """Everything that is wrong with the procedures under `schemas/`.

    `documents`: path inside that folder -> parsed document; `lines(file, dotted path)`: the line, from 1, of that path
    or of the nearest one above it that the file spells out.
    """
    book, found, failed = Book(documents), list[Finding](), set[str]()
    for proof in PROOFS:
        if failed.intersection(proof.after):
            continue
        for one in dict.fromkeys(proof.run(book)):
            found.append(Finding(one.file, lines(one.file, one.path), one.path, one.message, proof.rule))
            failed.add(proof.rule)
    return found
