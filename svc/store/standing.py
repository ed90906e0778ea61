"""What stands in the work tree or in the index, laid over the commit: read like a commit, however strange it is.

Nothing here is refused for its shape: links, pipes, executables and unreadable files are named, not followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from svc.store import paths, trees, worktree
from svc.store.files import read_plain
from svc.store.paths import oid_of
from svc.store.repository import Repository
from svc.store.snapshot import Snapshot

GONE: Final = "D"
UNMERGED: Final = "unmerged"


@dataclass(frozen=True)
class Listing:
    """All files under some folders of one commit: path -> blob; `odd`: path -> kind of what is no plain file."""

    files: dict[str, str] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)


class Standing(Snapshot):
    """A commit with other content laid over it: `over` is path -> bytes, None where the file is gone.

    `odd` names what is no plain file. It knows only the folders it was made for.
    """

    def __init__(self, base: Snapshot, listing: Listing, over: Mapping[str, bytes | None], odd: Mapping[str, str]):
        super().__init__(base._reader, base.rev, base.root)
        self.committed = listing.files
        self.over = dict(over)
        self.odd = {**{p: k for p, k in listing.odd.items() if p not in over}, **odd}
        self.plain = {p: oid for p, oid in listing.files.items() if p not in over}
        self.plain |= {p: oid_of("blob", data) for p, data in over.items() if data is not None}
        self._folders: dict[str, dict[str, str]] | None = None

    @classmethod
    def of_worktree(cls, repository: Repository, prefixes: Sequence[str]) -> Self:
        """The files that people see, every one read and compared with the commit byte by byte."""
        base = repository.snapshot()
        listing = listed(base, prefixes)
        over: dict[str, bytes | None] = {}
        odd: dict[str, str] = {}
        for prefix in prefixes:
            mine = {path: oid for path, oid in listing.files.items() if path.startswith(prefix + "/")}
            for path in worktree.changed(repository.root, prefix, mine):
                over[path] = read_plain(repository.root / path)
                if over[path] is None and os.path.lexists(repository.root / path):
                    odd[path] = "link" if os.path.islink(repository.root / path) else "unreadable"
        return cls(base, listing, over, odd)

    @classmethod
    def of_index(cls, repository: Repository, prefixes: Sequence[str]) -> Self:
        """The files that are staged."""
        base = repository.snapshot()
        over: dict[str, bytes | None] = {}
        odd: dict[str, str] = {}
        for path, mode, oid, state in _staged(repository):
            if not any(path.startswith(prefix + "/") for prefix in prefixes):
                continue
            plain = mode.encode("ascii") == trees.FILE and state != "U"
            over[path] = base.blob(oid) if plain and state != GONE else None
            if state != GONE and not plain:
                odd[path] = UNMERGED if state == "U" else trees.kind(mode.encode("ascii"))
        return cls(base, listed(base, prefixes), over, odd)

    def differing(self, base: Snapshot, prefixes: Sequence[str]) -> set[str]:
        """The paths that are not as they are in another commit, gone ones included."""
        before = listed(base, prefixes)
        return {p for p in before.files.keys() | self.plain.keys() if before.files.get(p) != self.plain.get(p)} | {
            p for p, kind in self.odd.items() if before.odd.get(p) != kind
        }

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is no plain file."""
        if path in self.over:
            return self.over[path]
        oid = self.plain.get(path)
        return self.blob(oid) if oid else None

    def read_many(self, wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of every wanted file that exists, in the order asked for."""
        found = [path for path in wanted if path in self.plain]
        committed = [path for path in found if path not in self.over]
        answers = self._reader.batch.read_many(self.plain[path] for path in committed)
        for path in found:
            data = self.over.get(path)
            if path not in self.over:
                answer = next(answers)
                data = answer[2] if answer else None
            if data is not None:
                yield path, data

    def files(self, prefix: str = "") -> list[tuple[str, str]]:
        """(path, blob) of all plain files under a folder, sorted by path."""
        lead = prefix + "/" if prefix else ""
        return sorted((p, oid) for p, oid in self.plain.items() if p == prefix or p.startswith(lead))

    def children(self, path: str = "") -> list[tuple[str, str]]:
        """(name, kind) of everything directly in a folder, by name."""
        if self._folders is None:
            self._folders = {}
            for file in self.plain:
                steps = file.split("/")
                for n, name in enumerate(steps):
                    kind = "file" if n == len(steps) - 1 else "folder"
                    self._folders.setdefault("/".join(steps[:n]), {})[name] = kind
        return sorted(self._folders.get(path, {}).items())


def listed(snapshot: Snapshot, prefixes: Sequence[str]) -> Listing:
    """Every file of a commit under some folders; what is no plain file is named beside them."""
    found = Listing()
    for prefix in prefixes:
        entry = snapshot.entry(prefix)
        if entry is not None:
            _collect(snapshot, prefix, entry, found)
    return found


def _collect(snapshot: Snapshot, path: str, entry: tuple[bytes, str], found: Listing) -> None:
    mode, oid = entry
    if not paths.is_name(path.rsplit("/", 1)[-1]):
        found.odd[path] = "name"
    elif mode == trees.FOLDER:
        for name, below in snapshot._reader.tree(oid).items():
            _collect(snapshot, f"{path}/{name}", below, found)
    elif mode == trees.FILE:
        found.files[path] = oid
    else:
        found.odd[path] = trees.kind(mode)


def _staged(repository: Repository) -> Iterator[tuple[str, str, str, str]]:
    """(path, mode, blob, state) of everything staged that differs from the commit."""
    args = ("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", repository.tip() or "HEAD", "--")
    rows = repository.git.run(args).out.decode("utf-8", "surrogateescape").split("\0")
    for head, path in zip(rows[::2], rows[1::2], strict=False):
        _, mode, _, oid, state = head.split(" ")
        yield path, mode, oid, state[:1]
