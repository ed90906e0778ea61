"""What stands in the work tree or in the index, over the commit: read like a commit, however strange it is.

Nothing here is refused for its shape: links, pipes, executables and unreadable files are named, not followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final, Self

from svc.store import marks, trees
from svc.store.git import Git
from svc.store.listing import entries, listed
from svc.store.objects import Batch
from svc.store.repository import Repository
from svc.store.snapshot import Snapshot, TreeReader

GONE: Final = "D"
UNMERGED: Final = "unmerged"


class Standing(Snapshot):
    """A commit and what stands in its place: `plain` is path -> blob of every plain file, `odd` names the rest.

    It knows only the folders it was made for. `differing` are the paths at which something else stands than in the
    commit, `committed` is path -> blob of those of them that are plain files there.
    """

    def __init__(self, base: Snapshot, prefixes: Sequence[str], plain: Mapping[str, str], odd: Mapping[str, str]):
        super().__init__(base._reader, base.rev, base.root)
        self.plain = plain
        self.committed: dict[str, str] = {}
        strange: dict[str, str] = {}
        # There are very many files: what stands as it was committed is not kept a second time.
        left = dict.fromkeys(plain)
        for path, oid, kind in entries(base, prefixes):
            if kind:
                strange[path] = kind
                continue
            if plain.get(path) != oid:
                self.committed[path] = oid
            left.pop(path, None)
        self.differing = {*self.committed, *left, *odd}
        self.odd = {**{path: kind for path, kind in strange.items() if path not in self.differing}, **odd}

    @classmethod
    def of_index(cls, repository: Repository, prefixes: Sequence[str]) -> Self:
        """The files that are staged."""
        base = repository.snapshot()
        plain, odd = listed(base, prefixes).files, dict[str, str]()
        for path, mode, oid, state in _staged(repository):
            if not any(path.startswith(prefix + "/") for prefix in prefixes):
                continue
            plain.pop(path, None)
            kind = mode.encode("ascii")
            if state == "U" or (state != GONE and kind != trees.FILE):
                odd[path] = UNMERGED if state == "U" else trees.kind(kind)
            elif state != GONE:
                plain[path] = oid
        return cls(base, prefixes, plain, odd)

    @staticmethod
    def of_worktree(repository: Repository, prefixes: Sequence[str]) -> OnDisk:
        """The files that people see, every one read and compared with the commit byte by byte."""
        how = marks.Reading(str(repository.root))
        found = marks.walk(how, prefixes)
        found.files.sort()
        there = marks.seen(found, marks.mark_files(how, found.files))
        return OnDisk(repository.snapshot(), prefixes, repository.root, there)

    @cached_property
    def over(self) -> dict[str, bytes | None]:
        """Path -> content of all that is not as committed, None where no plain file stands."""
        return {path: self.read(path) for path in sorted(self.differing)}

    def since(self, base: Snapshot, prefixes: Sequence[str]) -> set[str]:
        """The paths that are not as they are in another commit, gone ones included."""
        before = listed(base, prefixes)
        both = chain(before.files, (path for path in self.plain if path not in before.files))
        return {path for path in both if before.files.get(path) != self.plain.get(path)} | {
            path for path, kind in self.odd.items() if before.odd.get(path) != kind
        }

    def has(self, path: str) -> bool:
        """Whether a plain file stands at a path."""
        return path in self.plain

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is no plain file."""
        oid = self.plain.get(path)
        return self.blob(oid) if oid else None

    def read_many(self, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of every wanted file that exists, in the order asked for."""
        found = [path for path in wanted if path in self.plain]
        answers = self._reader.batch.read_many(self.plain[path] for path in found)
        for path, answer in zip(found, answers, strict=True):
            if answer is not None:
                yield path, answer[2]

    def files(self, prefix: str = "") -> list[tuple[str, str]]:
        """(path, blob) of all plain files under a folder, sorted by path."""
        lead = prefix + "/" if prefix else ""
        return sorted((p, oid) for p, oid in self.plain.items() if p == prefix or p.startswith(lead))

    def children(self, path: str = "") -> list[tuple[str, str]]:
        """(name, kind) of everything directly in a folder, by name."""
        return sorted(self._folders.get(path, {}).items())

    @cached_property
    def _folders(self) -> dict[str, dict[str, str]]:
        folders: dict[str, dict[str, str]] = {}
        for file in self.plain:
            steps = file.split("/")
            for n, name in enumerate(steps):
                kind = "file" if n == len(steps) - 1 else "folder"
                folders.setdefault("/".join(steps[:n]), {})[name] = kind
        return folders


class OnDisk(Standing):
    """What a look found in the work tree; its files are read from there, also those outside of the folders it knows."""

    def __init__(self, base: Snapshot, prefixes: Sequence[str], root: Path, found: marks.Seen) -> None:
        super().__init__(base, prefixes, marks.Blobs(found.marks), found.odd)
        self.disk = Disk(root)
        self.seen = found

    def has(self, path: str) -> bool:
        """Whether a plain file stands at a path."""
        return self.disk.has(path)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is no plain file."""
        return self.disk.read(path)

    def read_many(self, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of every wanted file that exists, in the order asked for."""
        return self.disk.read_many(wanted)


class Disk(Snapshot):
    """The work tree as it is at the moment, without a look at all of it before."""

    def __init__(self, root: Path) -> None:
        super().__init__(TreeReader(Batch(Git(root))), None, None)
        self.top = str(root)

    def has(self, path: str) -> bool:
        """Whether a plain file that can be read stands at a path."""
        place = f"{self.top}/{path}"
        try:
            return stat.S_ISREG(os.lstat(place).st_mode) and os.access(place, os.R_OK)
        except (OSError, ValueError):
            return False

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is no plain file."""
        found = marks.read(f"{self.top}/{path}")
        return found[1] if found else None

    def read_many(self, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of every wanted file that exists, in the order asked for."""
        for path in wanted:
            data = self.read(path)
            if data is not None:
                yield path, data

    def files(self, prefix: str = "") -> list[tuple[str, str]]:
        """(path, blob) of all plain files under a folder, sorted by path."""
        found = sorted(marks.walk(marks.Reading(self.top), [prefix]).files)
        marked = marks.mark_files(marks.Reading(self.top), found)
        return [(path, marks.oid(mark)) for path, mark in zip(found, marked, strict=True) if mark]

    def walk(self, prefix: str = "") -> list[str]:
        """The paths of all plain files under a folder, sorted."""
        return sorted(marks.walk(marks.Reading(self.top), [prefix]).files)

    def children(self, path: str = "") -> list[tuple[str, str]]:
        """(name, kind) of everything directly in a folder, by name."""
        try:
            with os.scandir(f"{self.top}/{path}") as entries:
                return sorted((e.name, "folder" if e.is_dir(follow_symlinks=False) else "file") for e in entries)
        except (OSError, ValueError):
            return []


def _staged(repository: Repository) -> Iterator[tuple[str, str, str, str]]:
    """(path, mode, blob, state) of everything staged that differs from the commit."""
    args = ("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", repository.tip() or "HEAD", "--")
    rows = repository.git.run(args).out.decode("utf-8", "surrogateescape").split("\0")
    for head, path in zip(rows[::2], rows[1::2], strict=False):
        _, mode, _, oid, state = head.split(" ")
        yield path, mode, oid, state[:1]
