"""A records repository: found, opened or made; read by snapshots, written by one writer at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.store import paths, place, yaml_file
from svc.store.files import disk, read_plain, replace, sync_folder
from svc.store.git import HUB, SYNC, Git, check_version, dubious
from svc.store.lock import DEFAULT_WAIT, Lock
from svc.store.objects import Batch
from svc.store.paths import OID
from svc.store.place import MARK, PENDING, Place, environment_refusal
from svc.store.snapshot import Snapshot, TreeReader, snapshot_at

# What only a writer or a reader of the history needs is imported there: a command that reads one record goes without.
if TYPE_CHECKING:
    from svc.store.heal import Mender
    from svc.store.history import Commit, Tag
    from svc.store.writer import Person, Writer

_TAG: Final = pattern(r"[\w][\w.\-]*(?:/[\w][\w.\-]*)*")
_ZERO: Final = "0" * 40


class Repository:
    """One repository. Use it as a context, or `close` it: it keeps a git child for reading."""

    def __init__(self, where: Place, *, durable: bool = True) -> None:
        self.place, self.durable = where, durable
        self.git = Git(where.root, where.root if where.bare else None, SYNC | (HUB if where.bare else frozenset()))
        place.refuse_formats(where)
        self._refuse_owner()
        self._batch = Batch(self.git)
        self._reader = TreeReader(self._batch)

    @classmethod
    def find(cls, start: Path, *, durable: bool = True) -> Self:
        """The records repository that holds `start`; refuses (exit 6) when there is none."""
        return cls(place.find(start), durable=durable)

    @classmethod
    def open(cls, path: Path, *, durable: bool = True) -> Self:
        """The repository at exactly `path`, a bare one too (to read); `durable=False` forces nothing to disk."""
        return cls(place.at(Path(os.path.abspath(path))), durable=durable)

    @classmethod
    def create(
        cls,
        path: Path,
        files: Mapping[str, bytes],
        *,
        author: Person,
        when: datetime,
        message: str,
        durable: bool = True,
    ) -> Self:
        """Make a repository at `path` (new, or an empty folder) whose first commit holds `files`.

        It appears whole or not at all. Refuses (exit 4) a folder that is not empty.
        """
        from svc.store import creation

        target = Path(os.path.abspath(path))
        with creation.aside(target) as work, cls.open(work, durable=durable) as made, made.writing() as writer:
            writer.commit({**creation.FIXED, **files}, message=message, author=author, when=when)
        return cls.open(target, durable=durable)

    @property
    def root(self) -> Path:
        """The top folder of the work tree."""
        return self.place.root

    @property
    def git_dir(self) -> Path:
        """The git folder shared by all work trees of this clone."""
        return self.place.common

    @property
    def own(self) -> Path:
        """`.git/svc/`: caches, lock, journal, drafts; never the truth."""
        return self.place.own

    @property
    def branch(self) -> str:
        """The short name of the current branch; refuses (exit 6) when HEAD is on none."""
        return place.branch(self.place).removeprefix("refs/heads/")

    def tip(self) -> str | None:
        """The commit HEAD names (also off any branch), None before the first commit."""
        return place.head(self.place)

    def snapshot(self, rev: str | None = None) -> Snapshot:
        """What a commit holds: the tip, or what `rev` names; refuses (exit 3) a `rev` that names no commit."""
        return snapshot_at(self._reader, self.tip() if rev is None else self.resolve(rev))

    def resolve(self, rev: str) -> str:
        """The full name of the commit a revision names; refuses (exit 3) when it names none."""
        if OID.fullmatch(rev):
            return rev
        args = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
        answer = self.git.run(args, ok=None) if rev and "\0" not in rev else None
        if answer is None or answer.code:
            raise Refusal(
                Text("没有这个提交", "there is no such commit"), exit=Exit.NOT_FOUND, where=Text.same(repr(rev[:80]))
            )
        return answer.out.decode("ascii").strip()

    def site(self) -> dict[str, Json]:
        """The committed `records/svc.yaml`; refuses (exit 6) when there is none."""
        data = self.snapshot().read(MARK)
        if data is None:
            raise environment_refusal(
                "仓库中没有 records/svc.yaml", "no records/svc.yaml in the commit", self.root, "svc init DIR"
            )
        return yaml_file.load(data, MARK, exit=Exit.ENVIRONMENT)

    @contextlib.contextmanager
    def writing(self, wait: float = DEFAULT_WAIT) -> Iterator[Writer]:
        """The one writer of this clone, for the length of the block; waits at most `wait` seconds for others.

        Mends first what a svc that died left behind. Refuses (exit 6) repositories in a state in which a deed could
        be lost, (exit 5) when another svc keeps the lock.
        """
        from svc.store.writer import Writer

        ref = place.writable(self.place)
        self._check_git()
        with self.locked(wait) as lock:
            at = partial(snapshot_at, self._reader)
            yield Writer(self._mender(), ref, lock, self._reader, at)

    def heal(self) -> list[Text]:
        """Mend, before reading, what a svc that died left behind; does nothing when all is well or one is writing."""
        if not (self.place.git_dir / "svc" / PENDING).is_file():
            return []
        try:
            with self.writing(wait=0.0) as writer:
                return writer.warnings
        except Refusal:
            return []

    def identity(self) -> Person | None:
        """(user.name, user.email) of git's configuration, None without an address; the environment has no say."""
        rows = self.git.run(("config", "-z", "--get-regexp", r"^user\.(name|email)$"), ok=(0, 1)).out
        values = dict(row.partition("\n")[::2] for row in rows.decode("utf-8", "replace").split("\0"))
        email = values.get("user.email", "")
        return (values.get("user.name", ""), email) if email else None

    def history(
        self, paths: Sequence[str] | None = None, limit: int | None = None, rev: str = "HEAD"
    ) -> Iterator[Commit]:
        """The commits of `rev` (or a range `a..b`), newest first, only those touching `paths` when given."""
        from svc.store.history import commits

        if self.tip() is None:
            return iter(())
        count = () if limit is None else (f"--max-count={limit}",)
        args = (*count, "--end-of-options", rev, "--", *(f":(literal){path}" for path in paths or ()))
        return commits(self.git, self._batch, args)

    def commit(self, sha: str) -> Commit:
        """One commit by its full name; refuses (exit 3) when there is none."""
        from svc.store.history import parse

        answer = self._batch.read(self.resolve(sha))
        if answer is None or answer[0] != "commit":
            raise Refusal(
                Text("没有这个提交", "there is no such commit"), exit=Exit.NOT_FOUND, where=Text.same(sha[:80])
            )
        return parse(answer[1], answer[2])

    def tag(self, name: str, message: str, sha: str, tagger: Person, when: datetime) -> str:
        """Make an annotated tag of a commit and answer its own name; refuses (exit 5) a tag that exists."""
        from svc.store.history import tag_bytes
        from svc.store.loose import ObjectStore
        from svc.store.writer import person

        if not _TAG.fullmatch(name) or ".." in name or name.endswith((".lock", ".")):
            raise Refusal(
                Text("标签名不可用", "this tag name cannot be used"), exit=Exit.USAGE, where=Text.same(repr(name))
            )
        place.writable(self.place)
        with self.locked() as lock, disk(self.git_dir):
            store = ObjectStore(self.git_dir / "objects", self._mender().aside, durable=self.durable)
            oid = store.put("tag", tag_bytes(name, self.resolve(sha), person(tagger, when), message))
            store.flush()
            ref = f"refs/tags/{name}"
            answer = self.git.run(("update-ref", ref, oid, _ZERO), ok=None, fds=(lock.fd,))
            if self.durable and not answer.code:
                sync_folder((self.git_dir / ref).parent)
        if answer.code and place.tip(self.place, ref) != oid:
            raise Refusal(
                Text(f"标签 {name} 已存在或无法写入", f"tag {name} exists or cannot be written"),
                exit=Exit.CONFLICT,
                details=(Text.same(answer.err),),
            )
        return oid

    def tags(self) -> list[Tag]:
        """All tags, by name."""
        from svc.store.history import tags

        return tags(self.git)

    def changed_in_worktree(self, prefix: str = "") -> list[str]:
        """Paths whose bytes in the work tree differ from the commit, missing and unknown ones included.

        Every file is read; index flags, ignore rules and time stamps are not believed.
        """
        from svc.store.worktree import changed

        return changed(self.root, prefix, dict(self.snapshot().files(prefix)))

    def staged(self) -> dict[str, str | None]:
        """Path -> blob (None: removed) of everything staged that differs from HEAD."""
        base = self.tip() or self.git.text(("hash-object", "-t", "tree", os.devnull))
        rows = self.git.run(("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", base)).out
        parts = rows.decode("utf-8", "surrogateescape").split("\0")
        return {path: None if head.endswith("D") else head.split(" ")[3] for head, path in zip(parts[::2], parts[1::2])}

    def high_water(self, key: str) -> int:
        """The highest number ever issued under `key` in this clone, 0 when none is known."""
        found = (read_plain(self._mark(key)) or b"").strip()
        return int(found) if found.isdigit() else 0

    def raise_high_water(self, key: str, number: int) -> None:
        """Remember that `number` was issued; called under the lock, after the commit. Never goes down."""
        if number > self.high_water(key):
            mark = self._mark(key)
            with disk(mark):
                mark.parent.mkdir(parents=True, exist_ok=True)
                replace(mark, b"%d\n" % number, self._mender().aside, durable=self.durable)

    @contextlib.contextmanager
    def locked(self, wait: float = DEFAULT_WAIT) -> Iterator[Lock]:
        """The lock of this clone, for the length of the block; refuses (exit 5) when another svc keeps it."""
        self._mender()
        lock = Lock(self.own / "lock")
        lock.take(wait)
        try:
            yield lock
        finally:
            lock.drop()

    def warm(self) -> None:
        """Start the git child that reads, so that it is ready when it is asked."""
        self._batch.start()

    def close(self) -> None:
        """End the git child that reads."""
        self._batch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _mender(self) -> Mender:
        from svc.store.heal import Mender

        aside = self.own / "tmp"
        with disk(aside):
            for folder in (aside, self.place.git_dir / "svc"):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True)
        return Mender(self.place, self.git, aside, self.durable)

    def _mark(self, key: str) -> Path:
        paths.check(key, new=True)
        return self.own / "high" / key

    def _refuse_owner(self) -> None:
        """Refuse (exit 6) somebody else's repository, unless git was told to trust it."""
        there = os.stat(self.place.git_dir)
        foreign = os.name == "posix" and there.st_uid != os.geteuid()
        if foreign and "dubious ownership" in self.git.run(("rev-parse", "--git-dir"), ok=None).err:
            raise dubious(self.root)

    def _check_git(self) -> None:
        """Refuse (exit 6) an old git; what was found is remembered with the program's size and time."""
        program = os.stat(self.git.program)
        seen = f"{self.git.program} {program.st_mtime_ns} {program.st_size}\n".encode()
        note = self.own / "cache" / "git-version"
        if read_plain(note) != seen:
            check_version(self.git.text(("--version",)))
            with contextlib.suppress(OSError, Refusal):
                note.parent.mkdir(parents=True, exist_ok=True)
                replace(note, seen, self._mender().aside, durable=False)
