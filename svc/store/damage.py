"""What a power cut or a dead git may leave in `.git`, found and mended: no history made new, no edit lost."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from svc.domain.refusal import Refusal, Text
from svc.store import index_file, worktree
from svc.store.files import failed, read_plain, replace
from svc.store.index_bytes import sound
from svc.store.lock import Lock
from svc.store.place import Place

if TYPE_CHECKING:
    from svc.store.repository import Repository

_SETTLED: Final = 600
"""Seconds after which a lock counts as left behind where nothing can tell who holds it."""


def holder(place: Place, lock: Path, age: float) -> str | None:
    """Who holds a lock file of git: a process that has it open, or a git at work in this repository; None for nobody.

    `age`: seconds since it was written. Where the system does not tell (no /proc), a young one counts as held.
    """
    processes = Path("/proc")
    if not (processes / "self" / "fd").is_dir():
        return "?" if age < _SETTLED else None
    target, root = os.path.realpath(lock), os.path.realpath(place.root)
    for process in processes.iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            with contextlib.suppress(OSError, IndexError):
                if _works(process, root) or _holds(process, target):
                    return process.name
    return None


def _holds(process: Path, target: str) -> bool:
    return any(os.path.realpath(one) == target for one in (process / "fd").iterdir())


def _works(process: Path, root: str) -> bool:
    """Whether a process is a git in this repository and none of our own children."""
    if (process / "comm").read_text("utf-8", "replace").strip() != "git":
        return False
    where = os.path.realpath(process / "cwd")
    parent = (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
    return (where == root or where.startswith(root + os.sep)) and parent != str(os.getpid())


def empty_files(place: Place) -> list[Path]:
    """Git's own files that hold nothing where they must: HEAD, config, index, branches, loose objects."""
    wanted = [place.git_dir / "HEAD", place.git_dir / "index", place.common / "config"]
    wanted += [path for path in (place.common / "refs").rglob("*") if path.suffix != ".lock"]
    wanted += (place.common / "objects").glob("[0-9a-f][0-9a-f]/*")
    return sorted(path for path in wanted if path.is_file() and not path.is_symlink() and not path.stat().st_size)


def index_sound(place: Place) -> bool:
    """Whether git's index is there and whole."""
    data = read_plain(place.git_dir / "index")
    return data is not None and sound(data)


def mend_head(repository: Repository) -> bool:
    """Point a damaged HEAD at the only branch there is; False when there is none or a choice."""
    place = repository.place
    heads = place.common / "refs" / "heads"
    names = {p.relative_to(place.common).as_posix() for p in heads.rglob("*") if p.is_file() and p.suffix != ".lock"}
    packed = (read_plain(place.common / "packed-refs") or b"").decode("utf-8", "replace")
    names.update(re.findall(r"^[0-9a-f]{40} (refs/heads/\S+)$", packed, re.MULTILINE))
    if len(names) != 1:
        return False
    with repository.locked():
        replace(place.git_dir / "HEAD", f"ref: {names.pop()}\n".encode(), repository.own / "tmp")
    return True


def mend_index(repository: Repository) -> bool:
    """Make a damaged or missing index anew from HEAD; False while git itself holds it."""
    with repository.locked():
        try:
            index_file.refresh(repository.place, repository.git, {}, {}, repository.own / "tmp")
        except index_file.Held:
            return False
    return True


def mend_files(repository: Repository, contents: Mapping[str, bytes]) -> list[Text]:
    """Bring back work tree files that are gone or empty; an edit by hand stays. Says which were left alone."""
    known = {path: [None] for path in contents}
    with repository.locked():
        left, error = worktree.refresh(repository.root, contents, known, repository.own / "tmp")
    return [*left, *([failed(error, repository.root).what] if error else [])]


def writer(place: Place) -> Refusal | None:
    """The refusal that names the svc which is writing now, None when none is."""
    lock = Lock(place.own / "lock")
    if not lock.path.exists():
        return None
    try:
        lock.take(0.0)
    except Refusal as refusal:
        return refusal
    lock.drop()
    return None
