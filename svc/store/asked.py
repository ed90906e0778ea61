"""Whether anything changed since marks were kept: asked of git, and of the folders, before anything else is done.

The marks are kept as an index of git's, our own and never the user's: git compares it with the work tree several times
faster than Python could, and on another processor. In it no file is marked to be passed over, no ignore rule is asked,
no content is filtered, and nothing is believed but what the operating system tells of each file.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from svc.store.git import Git, end

ABSENT: Final = 0
"""The time of a folder that is not there."""
_ASKED: Final = ("diff-files", "--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none", "--")
_SETTINGS: Final = (
    "core.preloadIndex=true",
    "index.threads=true",
    "core.trustctime=true",
    "core.checkStat=default",
    "core.ignoreStat=false",
    "core.fileMode=true",
    "core.symlinks=true",
    "core.sparseCheckout=false",
    "core.splitIndex=false",
    "core.untrackedCache=false",
    "core.ignoreCase=false",
    "core.precomposeUnicode=false",
    "diff.orderFile=",
)
_SUM: Final = 20


class Asked:
    """A child of git that compares a kept look with the work tree, while we do other things."""

    def __init__(self, git: Git, index: Path) -> None:
        settings = (word for setting in _SETTINGS for word in ("-c", setting))
        args = ("--work-tree", str(git.root), *settings, *_ASKED)
        self._child = git.start(args, env={"GIT_INDEX_FILE": str(index)})
        self._end = weakref.finalize(self, end, self._child)

    def answer(self, seconds: float = 120.0) -> list[str] | None:
        """The files that are gone or no longer agree with their mark; None when git could not tell."""
        try:
            out, _ = self._child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._end()
            return None
        except BaseException:
            self._end()
            raise
        # It has been waited for: its number may be another's by now.
        self._end.detach()
        if self._child.returncode:
            return None
        return [os.fsdecode(path) for path in out.split(b"\0")[1::2]]

    def drop(self) -> None:
        """Nobody waits for the answer any more."""
        self._end()


def name_of(index: Path) -> str | None:
    """What tells a kept look from every other: the checksum at its end; None when there is none."""
    with contextlib.suppress(OSError), open(index, "rb") as file:
        file.seek(-_SUM, os.SEEK_END)
        return file.read().hex()
    return None


def moved(root: Path, folders: Iterable[str], times: Iterable[int]) -> list[str]:
    """The folders that came, went or changed since those times: in no other one a name came or went."""
    lead, look = f"{root}/", os.lstat
    found: list[str] = []
    for path, time in zip(folders, times, strict=True):
        try:
            if look(lead + path).st_ctime_ns != time:
                found.append(path)
        except OSError:
            if time != ABSENT:
                found.append(path)
    return found
