"""A glance before a check: whether anything changed since the last one, found out while everything else waits.

It imports little, so that git compares the files on another processor while this one is still starting.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final, NamedTuple

from svc.cli.options import Options
from svc.domain.refusal import Refusal
from svc.domain.times import read_time
from svc.store import place
from svc.store.asked import Asked, moved, name_of
from svc.store.files import read_plain
from svc.store.git import Git
from svc.store.paths import OID
from svc.store.place import Place
from svc.store.verdict import LOOK, Verdict, read_verdict, software

CHECKED: Final = "check"
_CHINA: Final = timezone(timedelta(hours=8))


class Changed(NamedTuple):
    """What no longer agrees with the marks that the last whole check left: files, and folders (see `asked`)."""

    verdict: Verdict
    files: list[str]
    folders: list[str]


class Glance:
    """What the last whole check of a repository left, and git at work on what changed since."""

    def __init__(self, where: Place, options: Options) -> None:
        self.place, self.options = where, options
        self.folder = folder_of(where)
        self._asked = Asked(Git(where.root), self.folder / LOOK)
        self._changed: Changed | None = None
        self._told = False
        self._verdict = read_verdict(self.folder)
        if self._verdict is not None and self._verdict.look != name_of(self.folder / LOOK):
            self._verdict = None

    def standing(self) -> Verdict | None:
        """The last verdict, where nothing that it rests on has changed; None where that is not certain."""
        verdict = self._verdict
        if verdict is None or not self._same(verdict):
            return None
        changed = self.changed()
        return verdict if changed and not changed.files and not changed.folders else None

    def changed(self) -> Changed | None:
        """What changed since the last whole check; None where that cannot be told."""
        if not self._told:
            self._told = True
            verdict = self._verdict
            folders = moved(self.place.root, verdict.folders, verdict.times) if verdict else []
            files = self._asked.answer()
            self._changed = Changed(verdict, files, folders) if verdict and files is not None else None
        return self._changed

    def drop(self) -> None:
        """Nobody waits for what changed any more."""
        self._told = True
        self._asked.drop()

    def _same(self, verdict: Verdict) -> bool:
        """Whether software, commit and time are as they were, and nothing is left to be healed."""
        if unfinished(self.place) or verdict.software != software() or verdict.commit != tip(self.place):
            return False
        now = _now()
        return now is not None and _begun(verdict.since, now) and not (verdict.until and _begun(verdict.until, now))


def folder_of(where: Place) -> Path:
    """Where the verdicts on a work tree are kept."""
    return where.git_dir / "svc" / "cache" / CHECKED


def glance(options: Options) -> Glance | None:
    """A glance at the repository that a command means; None where no check has left anything."""
    try:
        start = Path(options.repo or os.environ.get("SVC_REPO") or Path.cwd())
        where = place.find(start)
        return Glance(where, options) if (folder_of(where) / LOOK).is_file() else None
    except (Refusal, OSError):
        # Whatever is wrong, the check itself says so.
        return None


def tip(where: Place) -> str | None:
    """The commit HEAD names, None when it names none or is damaged."""
    head = (read_plain(where.git_dir / "HEAD") or b"").decode("ascii", "replace").strip()
    try:
        return head if OID.fullmatch(head) else place.tip(where, place.branch(where))
    except Refusal:
        return None


def unfinished(where: Place) -> bool:
    """Whether a write was broken off and is to be healed before anything is read."""
    return (where.git_dir / "svc" / place.PENDING).exists()


def _begun(since: str, now: datetime) -> bool:
    """Whether a moment (ISO 8601; empty: always) has come."""
    return not since or datetime.fromisoformat(since) <= now


def _now() -> datetime | None:
    """The time of this run; None where SVC_NOW cannot be read."""
    fixed = os.environ.get("SVC_NOW")
    try:
        return read_time(fixed, datetime.now(_CHINA), _CHINA) if fixed else datetime.now(UTC)
    except Refusal:
        return None
