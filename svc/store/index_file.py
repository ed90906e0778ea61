"""Git's index: our entries brought up to the commit, everything somebody else staged kept."""

from __future__ import annotations

import contextlib
import os
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from svc.domain.refusal import Text
from svc.store.files import WRITE_NEW, drop, fsync_file, read_plain, sync_folder, write_all, write_aside
from svc.store.index_bytes import OTHER, Index, Pieces, Soundness, Sum

if TYPE_CHECKING:
    from svc.store.git import Git
    from svc.store.place import Place

_OURS: Final = "svc index lock, process "
_GONE: Final = "0" * 40
_PATIENCE: Final = 0.3
"""Seconds that a living git may take for the index; one that holds it longer is not waited for."""
Targets = Mapping[str, str | None]
Known = Mapping[str, Sequence[str | None]]


class Held(Exception):
    """Another program holds `.git/index.lock`: the index is brought up to date later."""


def clear_own_lock(place: Place) -> None:
    """Remove an index.lock that an svc left behind; only under our lock, when no svc can be alive."""
    path = place.git_dir / "index.lock"
    if _signature(path).startswith(_OURS):
        drop(path)


@contextlib.contextmanager
def reserved(place: Place) -> Iterator[bool]:
    """Hold git's lock on the index for the length of the block; False where another program does not let go of it.

    Between the moment the branch moves and the moment the index follows, a plain `git commit` would make a commit on
    top of ours out of an index that does not know ours yet, and so take back what we wrote.
    """
    lock = place.git_dir / "index.lock"
    until = time.monotonic() + _PATIENCE
    while not (taken := _taken(lock)) and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield taken
    finally:
        if taken:
            drop(lock)


def refresh(
    place: Place,
    git: Git,
    targets: Targets,
    known: Known,
    aside: Path,
    *,
    durable: bool = True,
    held: bool = False,
) -> list[Text]:
    """Set the entry of each path to its blob (None: no entry) and say which were left alone, being staged by hand.

    `known` are the blobs that may be replaced; `held`: the lock on the index is ours already. A damaged or missing
    index is made anew from HEAD. Raises Held when git itself is changing the index.
    """
    path = place.git_dir / "index"
    lock = place.git_dir / "index.lock"
    if not held and not _taken(lock):
        raise Held
    try:
        private, left = _prepared(path, git, targets, known, aside)
        if private is not None:
            try:
                if durable:
                    fsync_file(private)
                os.replace(private, path)
            finally:
                drop(private)
            if durable:
                sync_folder(place.git_dir)
        return left
    finally:
        if not held:
            drop(lock)


def _prepared(path: Path, git: Git, targets: Targets, known: Known, aside: Path) -> tuple[Path | None, list[Text]]:
    """The new index beside the old one, None when nothing is to change; and what was left alone."""
    data = read_plain(path) or b""
    soundness = Soundness(data)
    made = _edited(path, data, targets, known, aside)
    if not soundness.holds():
        if made is not None and made[0] is not None:
            drop(made[0])
        private = write_aside(aside, b"", durable=False)
        drop(private)
        git.run(("read-tree", "HEAD"), env={"GIT_INDEX_FILE": str(private)})
        return private, []
    return made or _by_git(path, data, git, targets, known, aside)


def _edited(
    path: Path, data: bytes, targets: Targets, known: Known, aside: Path
) -> tuple[Path | None, list[Text]] | None:
    """The same without a child of git; None where only git can do it."""
    index = Index.parse(data)
    if index is None:
        return None
    try:
        changes, left = _decide({name: index.get(name) for name in targets}, targets, known)
        pieces = index.edited(changes) if changes else []
    except (ValueError, IndexError, struct.error):
        return None
    if pieces is None:
        return None
    return (_copy(path, pieces, aside) if changes else None), left


def _by_git(
    path: Path, data: bytes, git: Git, targets: Targets, known: Known, aside: Path
) -> tuple[Path | None, list[Text]]:
    private = write_aside(aside, data, durable=False)
    _aged(private, path)
    changes, left = _decide(_asked(git, private, list(targets)), targets, known)
    lines = "".join(f"100644 {oid}\t{name}\0" if oid else f"0 {_GONE}\t{name}\0" for name, oid in changes.items())
    git.run(("update-index", "-z", "--index-info"), input=lines.encode("utf-8"), env={"GIT_INDEX_FILE": str(private)})
    return private, left


def _decide(standing: Mapping[str, str | None], targets: Targets, known: Known) -> tuple[Targets, list[Text]]:
    """Which entries are to change, and which paths were staged by somebody else."""
    left: list[Text] = []
    changes: dict[str, str | None] = {}
    for path, oid in targets.items():
        there = standing.get(path)
        if there not in (oid, *known[path]):
            left.append(Text(f"{path} 有已暂存的改动，未更新", f"{path} has staged changes; its entry was left alone"))
        elif there != oid:
            changes[path] = oid
    return changes, left


def _copy(path: Path, pieces: Pieces, aside: Path) -> Path:
    """The pieces of an index as a file beside the one they replace; the checksum is worked out while they are written."""
    checksum = Sum(pieces)
    private = write_aside(aside, *pieces, durable=False)
    with open(private, "ab", buffering=0) as file:
        file.write(checksum.digest())
    _aged(private, path)
    return private


def _aged(private: Path, path: Path) -> None:
    """Make a file as old as the original: by that git knows whose files may have changed unseen since."""
    there = os.stat(path)
    os.utime(private, ns=(there.st_atime_ns, there.st_mtime_ns))


def _asked(git: Git, private: Path, paths: Sequence[str]) -> dict[str, str | None]:
    """The entries of the paths as git knows them."""
    args = ("--literal-pathspecs", "ls-files", "-s", "-z", "--", *paths)
    out = git.run(args, env={"GIT_INDEX_FILE": str(private)}).out
    found: dict[str, str | None] = {}
    for row in out.decode("utf-8", "surrogateescape").split("\0"):
        head, tab, path = row.partition("\t")
        if tab:
            mode, oid, stage = head.split(" ")
            found[path] = oid if mode == "100644" and stage == "0" else OTHER
    return found


def _taken(lock: Path) -> bool:
    """Make index.lock appear with our name already in it, so that a dead one is known for ours; False: there is one.

    A symbolic link appears together with what it says; git takes any file of that name for its lock.
    """
    try:
        os.symlink(f"{_OURS}{os.getpid()}", lock)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):
        return _taken_plainly(lock)
    return True


def _taken_plainly(lock: Path) -> bool:
    """The same on file systems without symbolic links."""
    try:
        fd = os.open(lock, WRITE_NEW, 0o644)
    except FileExistsError:
        return False
    try:
        write_all(fd, f"{_OURS}{os.getpid()}".encode("ascii"))
    finally:
        os.close(fd)
    return True


def _signature(lock: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return os.readlink(lock)
    return (read_plain(lock) or b"").decode("ascii", "replace")
