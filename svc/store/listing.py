"""Every file of a commit under some folders, listed by one child of git."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from svc.store import paths, trees
from svc.store.snapshot import Snapshot

_ROW = re.compile(rb"([0-7]+) [a-z]+ ([0-9a-f]+)\t([^\0]+)\0")


class Entry(NamedTuple):
    """One file of a commit: its path, and its blob, or the kind of what is no plain file."""

    path: str
    oid: str
    odd: str = ""


class Listing(NamedTuple):
    """All plain files of a commit under some folders: path -> blob; `odd`: path -> kind of what is no plain file."""

    files: dict[str, str]
    odd: dict[str, str]


def listed(snapshot: Snapshot, prefixes: Sequence[str]) -> Listing:
    """Every file of a commit under some folders (or the file itself), all at once."""
    found = Listing({}, {})
    for path, oid, odd in entries(snapshot, prefixes):
        if odd:
            found.odd[path] = odd
        else:
            found.files[path] = oid
    return found


def entries(snapshot: Snapshot, prefixes: Sequence[str]) -> Iterator[Entry]:
    """Every file of a commit under some folders (or the file itself), one after the other, by path.

    Below a name that cannot be used nothing is listed: the name itself is odd. Refuses (exit 5) a damaged repository.
    """
    bad: dict[str, str | None] = {"": None}
    for mode, oid, path in _rows(snapshot, prefixes):
        folder, _, name = path.rpartition("/")
        worst = _bad(folder, bad) or (None if paths.is_name(name) else path)
        if worst is not None:
            yield Entry(worst, "", "name")
        elif mode == trees.FILE:
            yield Entry(path, oid)
        else:
            yield Entry(path, "", trees.kind(mode))


def _bad(folder: str, known: dict[str, str | None]) -> str | None:
    """The topmost folder on the way whose name cannot be used."""
    if folder not in known:
        above, _, name = folder.rpartition("/")
        known[folder] = _bad(above, known) or (None if paths.is_name(name) else folder)
    return known[folder]


def _rows(snapshot: Snapshot, prefixes: Sequence[str]) -> Iterator[tuple[bytes, str, str]]:
    """(mode, blob, path) of everything that is no folder."""
    there = [prefix for prefix in prefixes if snapshot.entry(prefix) is not None]
    if snapshot.rev is None or not there:
        return
    git = snapshot._reader.batch.git
    answer = git.run(("ls-tree", "-r", "-z", "--full-tree", snapshot.rev, "--", *there), ok=None)
    if answer.code:
        for prefix in there:
            # What is damaged is named by whoever reads it piece by piece.
            snapshot.walk(prefix)
        raise git.refusal(("ls-tree",), answer.err)
    for row in _ROW.finditer(answer.out):
        yield row[1], row[2].decode("ascii"), row[3].decode("utf-8", "surrogateescape")
