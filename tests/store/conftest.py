"""Real repositories in temporary folders, with one fixed author and clock; git runs with nobody's settings."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from svc.store.repository import Repository

AUTHOR = ("王芳", "wang.fang@example.com")
WHEN = datetime(2026, 11, 23, 9, 4, 12, tzinfo=timezone(timedelta(hours=8)))
RECORD = "records/2026/dispatch/0101/00/PG-1.yaml"
FIRST = {
    "records/svc.yaml": b"format: 1\n",
    "schemas/x@1/procedure.yaml": b"procedure: x\n",
    RECORD: b"id: PG-1\nstate: issued\n",
}

Run = Callable[..., str]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The folder of a repository with one commit."""
    folder = tmp_path / "repo"
    Repository.create(folder, FIRST, author=AUTHOR, when=WHEN, message="init: example").close()
    return folder


@pytest.fixture
def repo(made: Path) -> Iterator[Repository]:
    """That repository, opened."""
    with Repository.open(made) as opened:
        yield opened


@pytest.fixture
def git(made: Path) -> Run:
    """Plain git in that repository, as a person at the keyboard runs it; answers standard output."""

    def run(*args: str, ok: bool = True, input: str | None = None) -> str:
        who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
        command = ["git", "-C", str(made), *who, *args]
        done = subprocess.run(command, capture_output=True, text=True, input=input, check=False)
        assert not ok or done.returncode == 0, done.stderr
        return done.stdout

    return run


def write(repo: Repository, files: dict[str, bytes | None], message: str = "dispatch(issue): PG") -> str:
    """One commit by the fixed author; no file may be left alone."""
    with repo.writing(wait=10) as writer:
        sha = writer.commit(files, message=message, author=AUTHOR, when=WHEN)
        assert writer.warnings == []
    return sha
