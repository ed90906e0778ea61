"""One writer at a time: waiting, dying, replaced lock files, and eight at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store.lock import Lock
from svc.store.repository import Repository
from tests.store.conftest import Run, write

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time, pathlib
from svc.store.lock import Lock
lock = Lock(pathlib.Path(sys.argv[1])); lock.take(5); print("held", flush=True); time.sleep(60)
"""
MANY = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from svc.store.repository import Repository
root, who, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Repository.open(root) as repo:
    for n in range(count):
        with repo.writing(wait=60) as writer:
            number = max([int(name[3:-5]) for name, _ in writer.snapshot.children("records/many")] or [0]) + 1
            files = {f"records/many/PG-{number}.yaml": f"by: {who}-{n}\\n".encode()}
            writer.commit(files, message=f"{who}-{n}", author=(who, who + "@x"), when=datetime.now(timezone.utc))
            repo.raise_high_water("PG", number)
            assert not writer.warnings, writer.warnings
        print(number, flush=True)
"""


def python(code: str, *args: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.fixture
def held(repo: Repository) -> subprocess.Popen[str]:
    """A process that holds the repository's lock."""
    repo.own.mkdir(exist_ok=True)
    child = python(HOLD, repo.own / "lock")
    assert child.stdout is not None and child.stdout.readline() == "held\n"
    return child


def end(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()


def test_names_who_holds_it(repo: Repository, held: subprocess.Popen[str]) -> None:
    try:
        with pytest.raises(Refusal) as caught, repo.writing(wait=0.1):
            pass
        assert caught.value.exit is Exit.CONFLICT
        assert str(held.pid) in caught.value.what.en
    finally:
        end(held)


def test_dies_with_its_holder(repo: Repository, held: subprocess.Popen[str]) -> None:
    end(held)
    start = time.monotonic()
    write(repo, {"records/a.yaml": b""})
    assert time.monotonic() - start < 1


def test_is_not_stolen_from_a_stopped_holder(repo: Repository, held: subprocess.Popen[str]) -> None:
    held.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(Refusal), repo.writing(wait=0.2):
            pass
    finally:
        end(held)


def test_a_replaced_file_does_not_count(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.take()
    (tmp_path / "lock").unlink()
    second.take(1)
    assert (tmp_path / "lock").stat().st_ino == os.fstat(second.fd).st_ino
    first.drop()
    second.drop()


def test_a_linked_lock_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to("elsewhere")
    with pytest.raises(Refusal) as caught:
        Lock(tmp_path / "lock").take(0)
    assert caught.value.exit is Exit.ENVIRONMENT
    assert not (tmp_path / "elsewhere").exists()


def test_children_do_not_inherit_it(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    lock.take()
    assert not os.get_inheritable(lock.fd)
    lock.drop()


def together(made: Path, git: Run, processes: int, each: int) -> None:
    children = [python(MANY, made, f"p{n}", each) for n in range(processes)]
    answers = [child.communicate() for child in children]
    assert [err for _, err in answers] == [""] * processes
    numbers = sorted(int(number) for out, _ in answers for number in out.split())
    assert numbers == list(range(1, processes * each + 1))
    assert git("rev-list", "--count", "HEAD").strip() == str(processes * each + 1)
    assert git("fsck", "--full", "--strict") == ""
    assert git("status", "--porcelain") == ""


def test_three_processes_lose_nothing(made: Path, git: Run) -> None:
    together(made, git, 3, 8)


@pytest.mark.slow
def test_eight_processes_lose_nothing(made: Path, git: Run) -> None:
    together(made, git, 8, 50)


def test_people_with_git_lose_nothing(made: Path, git: Run) -> None:
    """Plain commits in between: each side's commits all stay, ours by trying again."""
    from svc.store.writer import Stale
    from tests.store.conftest import AUTHOR, WHEN

    child = python(
        "import subprocess, sys\n"
        "for n in range(25):\n"
        "    subprocess.run(['git', '-C', sys.argv[1], '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-q',"
        " '--allow-empty', '-m', f'plain {n}'])\n",
        made,
    )
    ours = 0
    with Repository.open(made) as repo:
        while child.poll() is None or ours < 5:
            try:
                with repo.writing() as writer:
                    files: dict[str, bytes | None] = {f"records/m/{ours}.yaml": b""}
                    writer.commit(files, message=f"ours {ours}", author=AUTHOR, when=WHEN)
            except Stale:
                continue
            ours += 1
    child.communicate()
    subjects = git("log", "--format=%s").splitlines()
    assert sum(subject.startswith("ours") for subject in subjects) == ours
    assert len(git("ls-tree", "--name-only", "HEAD", "records/m/").split()) == ours


def test_nobody_commits_before_the_index_knows_what_the_branch_holds(made: Path, git: Run) -> None:
    """In between, a plain commit would be made of the old index and take ours back; and then it goes on."""
    from tests.store.conftest import AUTHOR, WHEN

    plain = ("git", "-C", str(made), "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty")
    answers: list[tuple[int, str]] = []

    def between() -> None:
        time.sleep(0.2)  # whoever holds the index only while it writes it has let go by now
        done = subprocess.run([*plain, "-m", "plain"], capture_output=True, text=True, check=False)
        answers.append((done.returncode, done.stderr))

    with Repository.open(made) as repo, repo.writing() as writer:
        writer.commit({"records/m/a.yaml": b""}, message="ours", author=AUTHOR, when=WHEN, besides=between)
    ((code, err),) = answers
    assert code != 0 and "index.lock" in err
    subprocess.run([*plain, "-m", "later"], check=True)
    assert git("ls-tree", "--name-only", "HEAD", "records/m/").split() == ["records/m/a.yaml"]
    assert git("status", "--porcelain") == ""
    assert not os.path.lexists(made / ".git/index.lock")
