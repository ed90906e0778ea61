"""The workbench: svc installed, repositories of each size to work in, and the way everything is timed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.installed import Installed
from tests.bench.places import ROOT, clean_environment, git
from tests.bench.timing import Failed, Run, run

Call = Callable[[int], Run]
"""One command line, run for the nth time."""


@dataclass
class Bench:
    """`work` is a folder for repositories that are written to; `cached` holds ready ones by size, only ever copied.

    `runs` is how often what takes seconds is run; what takes less is run `often`.
    """

    svc: Installed
    work: Path
    runs: int
    cached: Mapping[int, Path] = field(default_factory=dict)
    say: Callable[[str], None] = print
    _made: dict[int, Path] = field(default_factory=dict)
    _spares: int = 0

    @property
    def often(self) -> int:
        """How often a command is run that takes less than a second."""
        return 2 * self.runs + 1

    def repo(self, size: int) -> Path:
        """The repository of so many records that the rows work in, one after the other."""
        if size not in self._made:
            self._made[size] = self.spare(size)
        return self._made[size]

    def spare(self, size: int) -> Path:
        """A repository of its own of so many records, just copied, work tree and git index agreeing."""
        self._spares += 1
        place = self.work / f"{size}-{self._spares}"
        source = self.cached.get(size)
        if source is None:
            source = self.work / f"{size}"
            if not source.exists():
                self.say(f"making {size:,} records")
                subprocess.run(
                    [sys.executable, "-m", "tests.bench.generate", str(size), str(source)],
                    cwd=ROOT,
                    env=clean_environment(),
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
        subprocess.run(["cp", "-a", str(source), str(place)], check=True)
        git(place, "status", "--porcelain")
        return place

    def drop(self, place: Path) -> None:
        """Remove a spare repository."""
        shutil.rmtree(place)

    def run(
        self,
        repo: Path,
        *words: str,
        me: str | None = None,
        watch: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> Run:
        """One command of svc in a repository, by a person, as a user runs it."""
        env = {**self.svc.environment(), **({"SVC_ME": f"{me}@example.com"} if me else {}), **(more or {})}
        return run([str(self.svc.script), *words], repo, env, watch=watch)

    def call(self, repo: Path, *words: str) -> Call:
        """That command line, the same each time."""
        return lambda _n: self.run(repo, *words)

    def beside(self, call: Call, *, few: bool = False) -> tuple[list[float], list[float]]:
        """Seconds of the call and of C, in turns, after one turn that does not count; `few` for what is long prepared."""
        taken, base = [], []
        first = self.turn(call, -1)[0]
        for n in range(self.runs if few or first > 1 else self.often):
            seconds, bare = self.turn(call, n)
            taken.append(seconds)
            base.append(bare)
        return taken, base

    def turn(self, call: Call, n: int) -> tuple[float, float]:
        """The seconds of the nth call, and of C just before."""
        bare = self.svc.bare()
        return call(n).seconds, bare.seconds

    def loaded(self, repo: Path, *words: str, more: Mapping[str, str] | None = None) -> set[str]:
        """The modules that a command imports."""
        env = {**self.svc.environment(), **(more or {})}
        done = run([str(self.svc.python), "-X", "importtime", str(self.svc.script), *words], repo, env)
        return {line.rpartition("|")[2].strip() for line in done.err.splitlines() if line.startswith("import time:")}


def forget(repo: Path) -> None:
    """Remove everything that svc keeps beside the history: index, caches, notes."""
    shutil.rmtree(repo / ".git" / "svc", ignore_errors=True)


def ids(repo: Path, folder: str, count: int) -> list[str]:
    """The first ids below a folder of records."""
    rows = git(repo, "ls-tree", "-r", "--name-only", "HEAD", f"records/{folder}/").splitlines()
    found = [row.rpartition("/")[2].removesuffix(".yaml") for row in rows if row.endswith(".yaml")][:count]
    if not found:
        raise Failed(f"no record in {folder}")
    return found


def status(repo: Path) -> Sequence[str]:
    """What `git status` finds; it leaves git's index as it is, so that looking mends nothing."""
    return git(repo, "--no-optional-locks", "status", "--porcelain").splitlines()
