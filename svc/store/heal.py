"""What a svc that died left behind: finished when its commit counts, forgotten when not. Only ever under the lock."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from svc.domain.refusal import Refusal, Text
from svc.store import index_file, journal, worktree
from svc.store.files import drop, failed
from svc.store.git import Git
from svc.store.place import Place, tip
from svc.store.together import together

if TYPE_CHECKING:
    from svc.store.journal import Journal, Known
    from svc.store.snapshot import Snapshot

_SETTLED: Final = 0.3
"""Seconds after which a lock on a branch, that a dead svc was moving, is no longer taken for a living git's."""


class Mender(NamedTuple):
    """Brings work tree and index up to the commit. `aside` holds files on their way, `durable` forces all to disk."""

    place: Place
    git: Git
    aside: Path
    durable: bool = True

    @property
    def desk(self) -> Path:
        """The folder of this work tree's journal."""
        return self.place.git_dir / "svc"

    def sweep(self) -> None:
        """Remove what a dead svc left half written: files on their way, its index.lock."""
        with contextlib.suppress(OSError):
            for left in os.scandir(self.aside):
                drop(Path(left.path))
        index_file.clear_own_lock(self.place)

    def left_behind(self) -> Known:
        """The paths that still wait to be refreshed, by the journal.

        Locks of the dead deed go, and its journal too when it never came to count.
        """
        found = journal.read(self.desk)
        if found is None:
            journal.remove(self.desk, durable=False)
            return {}
        if not found.new:
            return found.before
        self.unlock(found)
        now = None if self._never_born(found) else tip(self.place, found.ref)
        if now is not None and self._counts(found.new, now):
            return found.all()
        journal.restore(self.desk, found.before, self.aside)
        return found.before

    def finish(
        self, snapshot: Snapshot, waiting: Known, besides: Callable[[], None] | None = None, *, held: bool = False
    ) -> tuple[list[Text], bool]:
        """Bring the waiting paths up to the snapshot; says what was left alone, and whether all is done.

        `held`: the lock on git's index is ours already. Nothing here can undo the commit, so what goes wrong is said, and tried again by the next command. The work
        tree, the index and what is to be done `besides` wait for the disk together.
        """
        left: list[Text] = []

        def files() -> None:
            edited, trouble = worktree.refresh(self.place.root, contents, waiting, self.aside, durable=self.durable)
            left.extend(edited)
            if trouble is not None:
                raise trouble

        def index() -> None:
            edited = index_file.refresh(
                self.place, self.git, oids, waiting, self.aside, durable=self.durable, held=held
            )
            left.extend(edited)

        try:
            oids = {path: snapshot.oid(path) for path in waiting}
            contents = {path: None if oid is None else snapshot.blob(oid) for path, oid in oids.items()}
            together([files, *([besides] if besides else []), index])
            # Were the journal's end lost with the power, it would be gone through once more and find all done.
            journal.remove(self.desk, durable=False)
        except index_file.Held:
            return left, False
        except OSError as error:
            return [*left, failed(error, self.place.root).what], False
        except Refusal as refusal:
            return [*left, refusal.what], False
        return left, True

    def _counts(self, commit: str, now: str) -> bool:
        """Whether the commit is part of the history of `now`."""
        if commit == now:
            return True
        return self.git.run(("merge-base", "--is-ancestor", commit, now), ok=(0, 1, 128)).code == 0

    def _never_born(self, found: Journal) -> bool:
        """Whether the deed was to be the first commit and the branch did not come to be; its reflog line goes."""
        common = self.place.common
        if found.old is not None or (common / found.ref).exists():
            return False
        log = common / "logs" / found.ref
        with contextlib.suppress(OSError):
            if log.read_bytes().count(b"\n") <= 1:
                drop(log)
        return True

    def locks(self, ref: str) -> list[Path]:
        """The lock files that git keeps while it moves a branch, those that are there."""
        both = (self.place.common / f"{ref}.lock", self.place.git_dir / "HEAD.lock")
        return [lock for lock in both if os.path.lexists(lock)]

    def unlock(self, found: Journal) -> None:
        """Remove the locks on branch and HEAD that our git, being dead, left; never one that was there before."""
        for lock in self.locks(found.ref):
            if str(lock) in found.foreign:
                continue
            before = _seen(lock)
            until = time.monotonic() + _SETTLED
            while before is not None and before == _seen(lock) and time.monotonic() < until:
                time.sleep(0.02)
            if before is not None and before == _seen(lock) and _content(lock) in (b"", found.new.encode()):
                drop(lock)


def _seen(path: Path) -> tuple[int, int, int] | None:
    try:
        there = os.stat(path)
    except OSError:
        return None
    return there.st_ino, there.st_mtime_ns, there.st_size


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes().strip()
    except OSError:
        return b"?"
