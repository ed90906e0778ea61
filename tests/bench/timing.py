"""One command, run and timed as a whole: wall time, the memory of all its processes, what it said."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PAUSE = 0.05
"""Seconds between two looks at the memory of a running command."""


class Failed(Exception):
    """A command did not end as it should: what is measured would be nothing."""


@dataclass(frozen=True)
class Run:
    """One run: wall seconds, the most memory at any moment in MB (all processes), both outputs."""

    seconds: float
    megabytes: float
    out: str
    err: str


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], *, watch: bool = False) -> Run:
    """Run a command to its end; Failed unless it ends well.

    With `watch` the memory is looked at while it runs, its children's too; without, only the largest process is known.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        child = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        watcher = Watcher(child.pid) if watch else None
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        most = max(usage.ru_maxrss / 1024, watcher.stop() if watcher else 0.0)
        done = Run(seconds, most, _text(out), _text(err))
    if child.returncode:
        words = " ".join(str(word) for word in command[:8])
        raise Failed(f"{words}: exit {child.returncode}: {(done.err or done.out).strip()[-400:]}")
    return done


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def median(values: Sequence[float]) -> float:
    """The middle of at least one value."""
    return statistics.median(values)


class Watcher(threading.Thread):
    """Sums the memory of a process and all below it, again and again; pages that several share count once (PSS)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most, self.over = pid, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        """Look until told to stop."""
        while not self.over.wait(PAUSE):
            self.most = max(self.most, sum(_memory(pid) for pid in _family(self.pid)) / 1024)

    def stop(self) -> float:
        """End; the most that was seen, in MB."""
        self.over.set()
        self.join()
        return self.most


def _family(pid: int) -> list[int]:
    """A process and its descendants; none of those that are gone."""
    found = [pid]
    for one in found:
        for file in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in file.read_text().split()]
            except OSError:
                continue
    return found


def _memory(pid: int) -> int:
    """What a process holds of memory in kB, its share of what it shares; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
