"""What one commit holds: files and folders read from git objects, never from the work tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import tee
from typing import NamedTuple

from svc.store import paths, trees
from svc.store.objects import Batch, records
from svc.store.paths import missing

_KEPT_TREES = 20_000


class Change(NamedTuple):
    """One path that differs between two snapshots; `before` and `after` are blob names, None where there is no file.

    `mode` is the kind of the entry afterwards (before, when it is gone): file, executable, link, submodule.
    """

    path: str
    before: str | None
    after: str | None
    mode: str


class TreeReader:
    """Trees by their names, each read once."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._trees: dict[str, trees.Tree] = {}

    def tree(self, oid: str) -> trees.Tree:
        """The entries of a tree; refuses (exit 5) when the object is missing or no tree."""
        found = self._trees.get(oid)
        if found is None:
            found = self._read(oid)
            if len(self._trees) >= _KEPT_TREES:
                self._trees.clear()
            self._trees[oid] = found
        return found

    def fetch(self, oids: Iterable[str]) -> None:
        """Read some trees that will be asked for, in one go; of very many only the first."""
        wanted = [oid for oid in dict.fromkeys(oids) if oid not in self._trees][: _KEPT_TREES // 4]
        if len(self._trees) + len(wanted) > _KEPT_TREES:
            self._trees.clear()
        for oid, answer in zip(wanted, self.batch.read_many(wanted), strict=True):
            self._trees[oid] = self._parsed(oid, answer)

    def _read(self, oid: str) -> trees.Tree:
        return self._parsed(oid, self.batch.read(oid))

    @staticmethod
    def _parsed(oid: str, answer: tuple[str, str, bytes] | None) -> trees.Tree:
        if answer is None or answer[0] != "tree":
            raise missing(oid)
        return trees.parse(answer[2])


class Snapshot:
    """The tree of one commit (`rev`, None on a branch without commits)."""

    def __init__(self, reader: TreeReader, rev: str | None, root: str | None) -> None:
        self.rev, self.root = rev, root
        self._reader = reader

    def entry(self, path: str) -> tuple[bytes, str] | None:
        """(mode, oid) of what stands at `path`, '' being the root; None where nothing is."""
        if self.root is None:
            return None
        here: tuple[bytes, str] | None = (trees.FOLDER, self.root)
        for name in path.split("/") if path else ():
            if here is None or here[0] != trees.FOLDER:
                return None
            here = self._reader.tree(here[1]).get(name)
        return here

    def oid(self, path: str) -> str | None:
        """The name of the blob or tree at `path`, None where nothing is: equal names, equal content."""
        found = self.entry(path)
        return found[1] if found else None

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none; refuses links, submodules and executables (exit 5)."""
        paths.check(path)
        oid = self._file(path)
        return None if oid is None else self.blob(oid)

    def blob(self, oid: str) -> bytes:
        """The bytes of a blob by its name; refuses (exit 5) when it is missing."""
        answer = self._reader.batch.read(oid)
        if answer is None or answer[0] != "blob":
            raise missing(oid)
        return answer[2]

    def blobs(self, oids: Iterable[str]) -> Iterator[bytes]:
        """The bytes of many blobs by their names, in that order; refuses (exit 5) when one is missing."""
        names, asked = tee(oids)
        for oid, answer in zip(names, self._reader.batch.read_many(asked), strict=True):
            if answer is None or answer[0] != "blob":
                raise missing(oid)
            yield answer[2]

    def beside(self, root: str | None) -> Snapshot:
        """Another tree (None: the empty one) as a snapshot, read through the same child; it need not be there."""
        return Snapshot(self._reader, None, root)

    def read_many(self, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of every wanted file that exists, in the order asked for."""
        found = [(path, oid) for path in wanted if (oid := self._file(path)) is not None]
        answers = self._reader.batch.read_many(oid for _, oid in found)
        for (path, oid), answer in zip(found, answers, strict=True):
            if answer is None or answer[0] != "blob":
                raise missing(oid)
            yield path, answer[2]

    def children(self, path: str = "") -> list[tuple[str, str]]:
        """(name, kind) of everything directly in a folder, by name; kind is file, folder, link, executable …"""
        found = self.entry(path)
        if found is None or found[0] != trees.FOLDER:
            return []
        return sorted((name, trees.kind(mode)) for name, (mode, _) in self._reader.tree(found[1]).items())

    def walk(self, prefix: str = "") -> list[str]:
        """The paths of all files under a folder (or the file itself), sorted; refuses what is no plain file (exit 5)."""
        return [path for path, _ in self.files(prefix)]

    def files(self, prefix: str = "") -> list[tuple[str, str]]:
        """(path, blob) of all files under a folder, sorted by path; refuses what is no plain file (exit 5)."""
        found = self.entry(prefix)
        listed: list[tuple[str, str]] = []
        if found is not None:
            self._collect(prefix, found, listed)
        listed.sort()
        return listed

    def entries(self, prefix: str) -> Iterator[tuple[str, str, str]]:
        """(path, kind, name) of everything under a folder that is itself no folder, listed by git in one go: for whole
        trees, many times faster than opening one folder after the other."""
        found = self.entry(prefix)
        if found is None or found[0] != trees.FOLDER:
            return
        for line in records(self._reader.batch.git, ("ls-tree", "-r", "-z", "--full-tree", found[1])):
            head, _, path = line.partition("\t")
            mode, _, oid = head.split(" ")
            yield f"{prefix}/{path}", trees.kind(mode.lstrip("0").encode("ascii")), oid

    def changes(self, since: Snapshot, prefix: str = "") -> Iterator[Change]:
        """What differs from `since`, by path; equal folders are not opened."""
        yield from self._differ(prefix, since.entry(prefix), self.entry(prefix))

    def _file(self, path: str) -> str | None:
        found = self.entry(path)
        if found is None or found[0] == trees.FOLDER:
            return None
        if found[0] != trees.FILE:
            raise trees.refuse_kind(path, found[0])
        return found[1]

    def _collect(self, path: str, entry: tuple[bytes, str], listed: list[tuple[str, str]]) -> None:
        mode, oid = entry
        if mode == trees.FILE:
            listed.append((path, oid))
            return
        if mode != trees.FOLDER:
            raise trees.refuse_kind(path, mode)
        lead = path + "/" if path else ""
        for name, below in self._reader.tree(oid).items():
            if not paths.is_name(name):
                raise trees.refuse_kind(lead + name, below[0])
            if below[0] == trees.FILE:
                listed.append((lead + name, below[1]))
            else:
                self._collect(lead + name, below, listed)

    def _differ(self, path: str, before: tuple[bytes, str] | None, after: tuple[bytes, str] | None) -> Iterator[Change]:
        if before == after:
            return
        old, new = self._inside(before), self._inside(after)
        lead = path + "/" if path else ""
        if old is None and new is None:
            known = after or before or (b"", "")
            yield Change(path, before and before[1], after and after[1], trees.kind(known[0]))
            return
        if old is None and before is not None:
            yield Change(path, before[1], None, trees.kind(before[0]))
        if new is None and after is not None:
            yield Change(path, None, after[1], trees.kind(after[0]))
        old, new = old or {}, new or {}
        names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
        below = (side[name] for name in names for side in (old, new) if name in side)
        self._reader.fetch(oid for mode, oid in below if mode == trees.FOLDER)
        for name in names:
            yield from self._differ(lead + name, old.get(name), new.get(name))

    def _inside(self, entry: tuple[bytes, str] | None) -> Mapping[str, tuple[bytes, str]] | None:
        return self._reader.tree(entry[1]) if entry and entry[0] == trees.FOLDER else None


def snapshot_at(reader: TreeReader, rev: str | None) -> Snapshot:
    """The snapshot of a commit by its full name, the empty one for None; refuses (exit 5) when it is not there."""
    if rev is None:
        return Snapshot(reader, None, None)
    answer = reader.batch.read(f"{rev}^{{tree}}")
    if answer is None:
        raise missing(rev)
    return Snapshot(reader, rev, answer[1])
