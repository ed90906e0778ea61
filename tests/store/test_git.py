"""Starting git: what it sees of our environment, how it ends, what is said when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store import remotes
from svc.store.git import HUB, SYNC, Git, check_version, environment, which
from svc.store.objects import Batch
from svc.store.repository import Repository
from tests.store.conftest import RECORD, Run


def test_environment_keeps_what_the_policy_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "GIT_DIR",
        "GIT_TRACE",
        "GIT_SSH_COMMAND",
        "GIT_CONFIG_GLOBAL",
        "GIT_QUARANTINE_PATH",
        "GIT_CONFIG_COUNT",
    ):
        monkeypatch.setenv(name, "x")
    plain, sync, hub = environment(), environment(SYNC), environment(HUB)
    assert {name for name in plain if name.startswith("GIT_")} >= {"GIT_CONFIG_GLOBAL", "GIT_TERMINAL_PROMPT"}
    assert not {"GIT_DIR", "GIT_TRACE", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "GIT_QUARANTINE_PATH"} & set(plain)
    assert "GIT_SSH_COMMAND" in sync and "GIT_QUARANTINE_PATH" in hub
    assert (plain["GIT_NO_REPLACE_OBJECTS"], plain["LC_ALL"]) == ("1", "C.UTF-8")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is found as git."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/git"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_a_hung_git_ends_with_everything_it_started(tmp_path: Path, fake: Path) -> None:
    fake.write_text(f"#!/bin/sh\nsleep 100 & echo $! > '{tmp_path}/pid'; wait\n")
    start = time.monotonic()
    with pytest.raises(Refusal) as caught:
        Git(tmp_path).run(("fetch",), timeout=0.5)
    assert time.monotonic() - start < 5
    assert caught.value.exit is Exit.ENVIRONMENT
    grandchild = Path("/proc") / (tmp_path / "pid").read_text().strip() / "stat"
    for _ in range(50):
        if not grandchild.exists() or grandchild.read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    raise AssertionError("the grandchild still runs")


def test_errors_are_one_harmless_line(tmp_path: Path, fake: Path) -> None:
    fake.write_text("#!/bin/sh\nprintf 'a\\033[31m\\nb\\303' >&2; exit 7\n")
    with pytest.raises(Refusal) as caught:
        Git(tmp_path).run(("status",))
    assert caught.value.what.en == "git status failed: a [31m b\ufffd"
    assert Git(tmp_path).run(("status",), ok=(7,)).code == 7


def test_a_child_that_goes_away_is_a_refusal(made: Path, fake: Path) -> None:
    fake.write_text("#!/bin/sh\necho gone >&2; exit 1\n")
    with Batch(Git(made)) as batch, pytest.raises(Refusal) as caught:
        batch.read("HEAD")
    assert "gone" in caught.value.what.en


def test_a_folder_that_is_gone_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        Git(tmp_path / "none").run(("status",))


@pytest.mark.parametrize(
    ("said", "good"),
    [("git version 2.36.0", True), ("git version 3.1", True), ("git version 2.35.9", False), ("", False)],
)
def test_versions(said: str, good: bool) -> None:
    if good:
        check_version(said)
    else:
        with pytest.raises(Refusal):
            check_version(said)


class TestBatch:
    def test_answers_in_order_and_says_what_is_missing(self, repo: Repository) -> None:
        with Batch(repo.git) as batch:
            specs = [f"HEAD:{RECORD}", "HEAD:none", "0" * 40, "HEAD^{tree}"] * 300
            kinds = [answer and answer[0] for answer in batch.read_many(specs)]
        assert kinds == ["blob", None, None, "tree"] * 300

    def test_large_objects(self, repo: Repository, git: Run) -> None:
        big = "x" * 3_000_000
        oid = git("hash-object", "-w", "--stdin", input=big).strip()
        with Batch(repo.git) as batch:
            assert [answer and len(answer[2]) for answer in batch.read_many([oid, oid])] == [3_000_000] * 2

    def test_refuses_line_feeds(self, repo: Repository) -> None:
        with Batch(repo.git) as batch, pytest.raises(Refusal):
            batch.read("HEAD:a\nHEAD")

    def test_leaves_no_children(self, made: Path) -> None:
        if not Path("/proc/self/task").exists():
            pytest.skip("counting children needs /proc")
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        before = len(children.read_text().split())
        for _ in range(30):
            repo = Repository.open(made)
            repo.site()
            del repo
        assert len(children.read_text().split()) <= before + 1


class TestRemotes:
    def test_reads_and_sets(self, repo: Repository, git: Run) -> None:
        assert remotes.remotes(repo.place) == {}
        remotes.set_remote(repo.place, "hub", "https://git.example.com/a.git")
        remotes.set_remote(repo.place, "hub", "https://git.example.com/b.git")
        assert remotes.remotes(repo.place) == {"hub": "https://git.example.com/b.git"}
        assert git("config", "remote.hub.fetch") == "refs/heads/*:refs/remotes/hub/*\n"

    def test_clones(self, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
        before = dict(os.environ)
        remotes.clone(str(made), tmp_path / "clone")
        assert dict(os.environ) == before
        with Repository.open(tmp_path / "clone") as copy:
            assert copy.site() == {"format": 1}
        assert not list((tmp_path / "clone/.git").glob("hooks/*"))
        with pytest.raises(Refusal) as caught:
            remotes.clone(str(tmp_path / "none"), tmp_path / "other")
        assert caught.value.exit is Exit.CONFLICT

    @pytest.mark.parametrize("url", ["", "--upload-pack=touch x", "ext::sh -c x", "fd::1", "a\nb", "foo::bar"])
    def test_refuses_addresses_that_are_commands(self, repo: Repository, tmp_path: Path, url: str) -> None:
        with pytest.raises(Refusal):
            remotes.set_remote(repo.place, "hub", url)
        with pytest.raises(Refusal):
            remotes.clone(url, tmp_path / "x")
        with pytest.raises(Refusal):
            remotes.set_remote(repo.place, "-x", "https://git.example.com")


def test_opening_a_repository_loads_no_heavy_library(made: Path) -> None:
    code = (
        "import sys, pathlib\nfrom svc.store.repository import Repository\n"
        "with Repository.open(pathlib.Path(sys.argv[1])) as repo: repo.site()\n"
        "print(sorted({'git', 'yaml', 'openpyxl', 'jsonschema'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code, made], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "[]\n"


def test_git_is_looked_for_in_absolute_folders_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program called `git` in the folder where somebody is, or below it, is never started."""
    for folder in (tmp_path, tmp_path / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text("#!/bin/sh\nexit 7\n")
        (folder / "git").chmod(0o755)
    real = which("git")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f":.:bin:{os.environ['PATH']}")
    assert which("git") == real
    monkeypatch.setenv("PATH", f"bin:{tmp_path / 'bin'}")
    assert which("git") == str(tmp_path / "bin" / "git")
    (tmp_path / "bin" / "git").chmod(0o644)
    assert which("git") is None
