"""Every test runs alone: its own empty folder and home, no git configuration but its own, nobody's settings of svc.

A test that writes into the project's own tree makes the whole run fail (`untouched`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]

# What no test may change: the worked year and the folder that every stray relative path would land in.
KEPT = ("records", "reports")
# What tools of the developer may make in that folder while the tests run.
MADE_BY_TOOLS = {".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__", "build", "svc.egg-info"}

# The same examples on every machine, none remembered in the tree, no failure because a machine was slow once.
hypothesis.settings.register_profile("svc", database=None, deadline=None, derandomize=True)
hypothesis.settings.load_profile("svc")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An environment in which nothing of the person at the keyboard shows. The time zone stays: results must not depend on it."""
    for name in tuple(os.environ):
        if name.startswith(("GIT_", "SVC_", "XDG_", "LC_")):
            monkeypatch.delenv(name)
    for name in ("COLUMNS", "EDITOR", "EMAIL", "FORCE_COLOR", "LANGUAGE", "LINES", "NO_COLOR", "PAGER", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    # Outside the checkout a forgotten --repo finds no repository instead of the project's own example year.
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))


@pytest.fixture(scope="session", autouse=True)
def untouched() -> Iterator[None]:
    """Fails the run when a test changed the example year, or left something in the project's top folder."""
    before = _digests()
    yield
    after = _digests()
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if changed:
        pytest.fail(f"a test wrote into the project's own tree: {', '.join(changed[:20])}", pytrace=False)


def _digests() -> dict[str, str]:
    """Path in the project -> digest, for every file of `KEPT` and every name in the top folder."""
    found = {path.name: "" for path in ROOT.iterdir() if path.name not in MADE_BY_TOOLS}
    for folder in KEPT:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                found[str(path.relative_to(ROOT))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own tree, to read."""
    return ROOT


@pytest.fixture(scope="session")
def project_files() -> tuple[str, ...]:
    """The project's files: what git tracks, and what is new and not ignored; the whole tree where there is no git."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False) if shutil.which("git") else None
    if listed is not None and listed.returncode == 0:
        names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    else:
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")]
        names = [name for name in names if not ({".git", *MADE_BY_TOOLS} & set(name.split("/")))]
    return tuple(sorted(name for name in names if name and (ROOT / name).is_file()))


# ── what the tests of the floors share ────────────────────────────────────────────────────────────────────────────
