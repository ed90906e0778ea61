"""A deed that dies or fails at any call that changes files: nothing acknowledged is lost, the next deed goes through."""

from __future__ import annotations

import errno
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from svc.domain.refusal import Refusal
from svc.store import heal, journal
from svc.store.repository import Repository
from tests.store.conftest import AUTHOR, FIRST, RECORD, WHEN, Run, write

ROOT = Path(__file__).resolve().parents[2]
NEW = "records/2026/dispatch/0101/01/PG-101.yaml"
DEED: dict[str, bytes | None] = {RECORD: b"id: PG-1\nstate: done\n", NEW: b"id: PG-101\n"}
ONE_DEED = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from svc.domain.refusal import Refusal
from svc.store.repository import Repository
with Repository.open(Path(sys.argv[1])) as repo:
    try:
        with repo.writing(wait=5) as writer:
            files = {sys.argv[2]: b"id: PG-1\\nstate: done\\n", sys.argv[3]: b"id: PG-101\\n"}
            sha = writer.commit(files, message="deed", author=("x", "x@x"), when=datetime(2026, 1, 1, tzinfo=timezone.utc))
            print(sha, flush=True)
    except Refusal as refusal:
        print(refusal.lines("en"), file=sys.stderr)
        raise SystemExit(int(refusal.exit))
"""


@pytest.fixture(scope="session")
def injector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The preloaded library."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("the injector needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("injector") / "injector.so"
    source = Path(__file__).with_name("injector.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


class Sweep:
    """One deed per fault, each in a fresh copy of one repository."""

    def __init__(self, folder: Path, library: Path) -> None:
        self.folder, self.library = folder, library
        self.first = folder / "first"
        Repository.create(self.first, FIRST, author=AUTHOR, when=WHEN, message="init").close()
        self.counter = folder / "counter"

    def deed(self, fn: str, n: int, act: str) -> tuple[Path, subprocess.CompletedProcess[str]]:
        copy = self.folder / f"{fn}-{act}-{n}"
        shutil.copytree(self.first, copy, symlinks=True)
        self.counter.write_bytes(struct.pack("ii", 0, 0))
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LD_PRELOAD": str(self.library),
            "INJ_FN": fn,
            "INJ_N": str(n),
            "INJ_ACT": act,
            "INJ_CTR": str(self.counter),
        }
        command = [sys.executable, "-c", ONE_DEED, str(copy), RECORD, NEW]
        return copy, subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)

    def count(self) -> int:
        return int(struct.unpack("ii", self.counter.read_bytes())[0])

    def all(self, fn: str, act: str, step: int = 1, start: int = 1) -> int:
        """Every `step`-th call until one deed meets no fault; answers how many calls there are."""
        for n in range(start, 1000, step):
            copy, done = self.deed(fn, n, act)
            check(copy, done)
            if self.count() < n:
                assert done.returncode == 0
                return self.count()
            shutil.rmtree(copy)
        raise AssertionError("the sweep found no end")


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", "-C", folder, *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (args, done.stderr)
    return done.stdout


def check(copy: Path, done: subprocess.CompletedProcess[str]) -> None:
    """What holds after every fault."""
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 5, 6, -9), (done.returncode, done.stderr)
    acknowledged = done.stdout.strip()
    assert git(copy, "fsck", "--full", "--strict", "--no-dangling") == ""
    tip = git(copy, "rev-parse", "HEAD").strip()
    if acknowledged:
        assert tip == acknowledged
    with Repository.open(copy) as repo:
        happened = repo.snapshot().read(NEW) is not None
        assert happened or repo.snapshot().read(RECORD) == FIRST[RECORD]
        assert happened == (repo.snapshot().read(RECORD) != FIRST[RECORD])
        write(repo, {"records/next.yaml": b"a: b\n"})
        assert repo.changed_in_worktree("records") == []
    assert git(copy, "status", "--porcelain") == ""
    left = [path.name for path in (copy / ".git").rglob("*.lock")]
    assert left == [] and os.listdir(copy / ".git/svc/tmp") == []
    assert not (copy / ".git/svc/pending.json").exists()


@pytest.fixture
def sweep(tmp_path: Path, injector: Path) -> Sweep:
    return Sweep(tmp_path, injector)


@pytest.mark.parametrize("act", ["KILL", "ALL", str(errno.ENOSPC)])
def test_some_faults(sweep: Sweep, act: str) -> None:
    assert sweep.all("any", act, step=11, start=3) > 60


@pytest.mark.slow
@pytest.mark.parametrize("act", ["KILL", "ALL", str(errno.ENOSPC), str(errno.EIO)])
def test_every_fault(sweep: Sweep, act: str) -> None:
    assert sweep.all("any", act) > 60


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fn", "code"),
    [
        ("open", errno.EROFS),
        ("open", errno.EACCES),
        ("open", errno.EDQUOT),
        ("open", errno.EMFILE),
        ("fsync", errno.EIO),
    ],
)
def test_every_fault_of_one_kind(sweep: Sweep, fn: str, code: int) -> None:
    assert sweep.all(fn, str(code)) > 5


def test_a_first_commit_that_dies_leaves_room_for_another(tmp_path: Path, injector: Path) -> None:
    """On a branch without commits git writes its log before the branch: the log alone must not look like damage."""
    sweep = Sweep(tmp_path, injector)
    shutil.rmtree(sweep.first)
    subprocess.run(["git", "init", "-q", "-b", "main", sweep.first], check=True)
    n = total = 0
    while n <= total:
        n += 4
        copy, _ = sweep.deed("any", n, "ALL")
        total = max(total, sweep.count())
        with Repository.open(copy) as repo:
            write(repo, {"records/next.yaml": b"a: b\n"})
        assert git(copy, "status", "--porcelain") == ""


# ── the journal, interrupted at each of its steps ─────────────────────────────────────────────────────────────────


class Died(BaseException):
    """Stands for the end of the process."""


def die(*_: object, **__: object) -> None:
    raise Died


STEPS: Iterable[tuple[object, str, bool]] = (
    (journal.Journal, "write", False),
    (heal.Mender, "finish", True),
    (heal.worktree, "refresh", True),
    (heal.index_file, "refresh", True),
    (heal.journal, "remove", True),
)


@pytest.mark.parametrize(("owner", "name", "counts"), STEPS)
def test_interrupted(
    repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, counts: bool
) -> None:
    with monkeypatch.context() as patched, pytest.raises(Died), repo.writing() as writer:
        patched.setattr(owner, name, die)
        writer.commit(DEED, message="deed", author=AUTHOR, when=WHEN)
    assert (repo.snapshot().read(NEW) is not None) == counts
    assert repo.heal() == []
    assert git("status", "--porcelain") == ""
    assert (repo.root / NEW).exists() == counts
    assert not (repo.git_dir / "svc/pending.json").exists()


def test_interrupted_before_the_branch_moved(repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks that git left on the branch go with the deed; a lock of somebody else's stays."""
    from svc.store.writer import Writer

    for lock in ("refs/heads/main.lock", "HEAD.lock"):
        with monkeypatch.context() as patched, pytest.raises(Died), repo.writing() as writer:
            patched.setattr(Writer, "_swap", die)
            writer.commit(DEED, message="deed", author=AUTHOR, when=WHEN)
        (repo.git_dir / lock).write_bytes(b"")
        assert repo.heal() == []
        assert not (repo.git_dir / lock).exists()
    assert git("status", "--porcelain") == ""
    assert repo.snapshot().read(NEW) is None


def test_a_lock_of_somebody_else_is_named(repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from svc.store import git as seam

    quick = tuple("core.filesRefLockTimeout=10" if "RefLock" in word else word for word in seam._PINNED)
    monkeypatch.setattr(seam, "_PINNED", quick)
    lock = repo.git_dir / "refs/heads/main.lock"
    lock.write_bytes(b"")
    with pytest.raises(Refusal) as caught, repo.writing() as writer:
        writer.commit(DEED, message="deed", author=AUTHOR, when=WHEN)
    assert caught.value.where is not None and str(lock) in caught.value.where.en
    assert lock.exists()
    assert git("status", "--porcelain") == ""
    lock.unlink()
    write(repo, DEED)


def test_healing_follows_what_came_after(repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain commit on top of an unfinished deed: the files follow the newest commit, not the deed."""
    with monkeypatch.context() as patched, pytest.raises(Died), repo.writing() as writer:
        patched.setattr(heal.Mender, "finish", die)
        writer.commit(DEED, message="deed", author=AUTHOR, when=WHEN)
    git("read-tree", "HEAD")
    git("rm", "-q", "--cached", NEW)
    git("commit", "-q", "-m", "plain")
    assert repo.heal() == []
    assert git("status", "--porcelain") == ""
    assert not (repo.root / NEW).exists()


def test_healing_spares_edits(repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(Died), repo.writing() as writer:
        patched.setattr(heal.Mender, "finish", die)
        writer.commit(DEED, message="deed", author=AUTHOR, when=WHEN)
    (repo.root / RECORD).write_text("by hand")
    assert len(repo.heal()) == 1
    assert git("status", "--porcelain") == f" M {RECORD}\n"


def test_a_torn_file_is_restored(repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut a file of the unfinished deed may be empty."""
    with monkeypatch.context() as patched, pytest.raises(Died), repo.writing() as writer:
        patched.setattr(heal.index_file, "refresh", die)
        writer.commit(DEED, message="deed", author=AUTHOR, when=WHEN)
    (repo.root / RECORD).write_bytes(b"")
    assert repo.heal() == []
    assert (repo.root / RECORD).read_bytes() == DEED[RECORD]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"ref": 1}', "\x00" * 100])
def test_a_damaged_journal_stops_nobody(repo: Repository, git: Run, text: str) -> None:
    write(repo, {"records/a.yaml": b""})
    (repo.git_dir / "svc/pending.json").write_text(text)
    assert repo.heal() == []
    assert not (repo.git_dir / "svc/pending.json").exists()
    write(repo, DEED)
    assert git("status", "--porcelain") == ""


def test_a_full_disk_after_the_commit_is_no_failure(
    repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, repo.writing() as writer:
        patched.setattr(heal.worktree, "move", full)
        sha = writer.commit(DEED, message="deed", author=AUTHOR, when=WHEN)
        assert "No space" in writer.warnings[0].en
    assert repo.tip() == sha
    assert repo.heal() == []
    assert git("status", "--porcelain") == ""


def test_a_read_only_mount_reads_and_does_not_write(made: Path) -> None:
    code = (
        "import sys, pathlib\nfrom svc.domain.refusal import Refusal\nfrom svc.store import schemas\n"
        "from svc.store.repository import Repository\n"
        "with Repository.open(pathlib.Path(sys.argv[1])) as repo:\n"
        "    print(repo.site(), len(list(repo.history())), repo.heal(), len(schemas.load_documents(repo, repo.snapshot())))\n"
        "    try:\n        with repo.writing(): pass\n"
        "    except Refusal as refusal: print(int(refusal.exit))\n"
    )
    mounted = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "-rm", "sh", "-c", mounted, "sh", str(made), sys.executable, code]
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("a read-only mount needs user namespaces")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.stdout == "{'format': 1} 1 [] 1\n6\n", done.stderr


def test_open_files_and_children_stay_few(repo: Repository) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("counting open files needs /proc")

    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    write(repo, {NEW: b"n: 0\n"})
    before = count()
    for n in range(40):
        write(repo, {NEW: b"n: %d\n" % (n + 1)})
        list(repo.history(limit=2))
    assert count() == before
