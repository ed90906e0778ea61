"""Repairs that a person asks for: locks that a dead git left, a branch whose file is damaged, what fsck finds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from svc.domain.refusal import Exit, Refusal, Text
from svc.store import place
from svc.store.files import disk, drop, read_plain, replace
from svc.store.paths import OID

if TYPE_CHECKING:
    from svc.store.repository import Repository

_TOP: Final = ("index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "shallow.lock")


@dataclass(frozen=True, slots=True)
class GitLock:
    """A lock file of git and when it was last written, in seconds since 1970."""

    path: Path
    since: float


def locks(repository: Repository) -> list[GitLock]:
    """Every lock file of git in this clone; a git that is running holds them for moments only."""
    where = repository.place
    named = [folder / name for folder in {where.git_dir, where.common} for name in _TOP]
    found = [*named, *(where.common / "refs").rglob("*.lock")]
    return [GitLock(path, os.lstat(path).st_mtime) for path in sorted(found) if os.path.lexists(path)]


def unlock(repository: Repository, lock: GitLock) -> None:
    """Remove a lock file, if it is still the one that was listed. The caller has asked whether a git is running."""
    if any(found == lock for found in locks(repository)):
        drop(lock.path)


def fsck(repository: Repository) -> list[str]:
    """What `git fsck --full --strict` says, a line each; empty when all is sound."""
    answer = repository.git.run(("fsck", "--full", "--strict", "--no-dangling", "--no-progress"), ok=None, timeout=3600)
    said = [*answer.out.decode("utf-8", "replace").splitlines(), *([answer.err] if answer.err else [])]
    return said or ([f"exit {answer.code}"] if answer.code else [])


def restore_branch(repository: Repository) -> str:
    """Give a branch whose file is damaged or gone the last commit that its own log names, and answer that commit.

    Refuses (exit 5) when the branch is sound or its log names no commit that is there.
    """
    where = repository.place
    ref = place.branch(where)
    with repository.locked():
        try:
            place.tip(where, ref)
        except Refusal:
            sha = _last(repository, where.common / "logs" / ref)
            file = where.common / ref
            with disk(file):
                file.parent.mkdir(parents=True, exist_ok=True)
                replace(file, sha.encode("ascii") + b"\n", repository.own / "tmp", durable=True)
            return sha
    raise Refusal(Text("分支没有损坏", "the branch is sound"), exit=Exit.CONFLICT, where=Text.same(ref))


def _last(repository: Repository, log: Path) -> str:
    """The newest commit in a branch's log that exists."""
    for row in reversed((read_plain(log) or b"").decode("utf-8", "replace").splitlines()):
        new = row[41:81]
        if OID.fullmatch(new) and repository.git.run(("cat-file", "-e", new + "^{tree}"), ok=None).code == 0:
            return new
    raise Refusal(
        Text("分支的日志里没有可用的提交", "the branch's log names no commit that is there"),
        exit=Exit.CONFLICT,
        where=Text.same(str(log)),
        remedy=Text("从远端恢复：git fetch", "restore it from another copy: git fetch"),
    )
