"""The one way a deed becomes a commit: objects, journal, compare-and-swap of the branch, then the files people see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.store import index_file, journal, paths, trees, worktree
from svc.store.files import disk, sync_folder
from svc.store.journal import Journal, Known
from svc.store.loose import ObjectStore
from svc.store.place import tip
from svc.store.together import together

if TYPE_CHECKING:
    from svc.store.heal import Mender
    from svc.store.lock import Lock
    from svc.store.snapshot import Snapshot, TreeReader

_ZERO: Final = "0" * 40
_NAME: Final = pattern(r"[\x00-\x1f\x7f-\x9f\u2028\u2029<>]+")
_CRUD: Final = " .,:;<>\"\\'"
Person = tuple[str, str]
"""(name, e-mail address)."""


class Stale(Refusal):
    """Another program moved the branch after this writer had read it: read again, decide again."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            Text("同时有其他提交写入，请重试", "another commit came in between; try again"),
            exit=Exit.CONFLICT,
            where=Text.same(ref),
        )


class Writer:
    """The holder of the lock. `snapshot` is what to decide on; `warnings` says which files were left alone."""

    def __init__(
        self, mender: Mender, ref: str, lock: Lock, reader: TreeReader, at: Callable[[str | None], Snapshot]
    ) -> None:
        self.mender, self.ref, self._lock, self._reader, self._at = mender, ref, lock, reader, at
        self.warnings: list[Text] = []
        self._store = ObjectStore(mender.place.common / "objects", mender.aside, durable=mender.durable)
        with disk(mender.place.root):
            mender.sweep()
            waiting = mender.left_behind()
        self.snapshot = self._at(tip(mender.place, ref))
        self._waiting: Known = {}
        if waiting:
            left, done = self.mender.finish(self.snapshot, waiting)
            self.warnings += left
            self._waiting = {} if done else waiting

    def commit(
        self,
        files: Mapping[str, bytes | None],
        *,
        message: str,
        author: Person,
        when: datetime,
        committer: Person | None = None,
        merges: Sequence[str] = (),
        sign: Callable[[bytes], str] | None = None,
        besides: Callable[[], None] | None = None,
    ) -> str:
        """Make one commit on top of `snapshot` in which each path has its bytes (None: is gone); answers its name.

        `when` carries an offset. `merges` are further parents. `sign` is given the commit and answers an armored
        signature, `besides` is called once the commit counts. When this returns, the commit is on disk and counts. Raises Stale when another program moved the
        branch, Refusal (exit 6) when something failed before it counted.
        """
        if when.tzinfo is None:
            raise ValueError("a commit's time needs an offset")
        if "\0" in message:
            raise ValueError("a commit's message holds no NUL")
        for path in files:
            paths.check(path, new=True)
            if paths.steers_git(path) and self.snapshot.rev:
                raise Refusal(
                    Text("此文件名会左右 git，不能使用", "git obeys files of this name"), where=Text.same(path)
                )
        return self._commit(files, message, (author, committer or author), when, merges, sign, besides)

    def _commit(
        self,
        files: Mapping[str, bytes | None],
        message: str,
        people: tuple[Person, Person],
        when: datetime,
        merges: Sequence[str],
        sign: Callable[[bytes], str] | None,
        besides: Callable[[], None] | None,
    ) -> str:
        place, mender = self.mender.place, self.mender
        worktree.refuse_links(place.root, list(files))
        with disk(place.git_dir):
            tree, oids = self._write(files)
            parents = [*([self.snapshot.rev] if self.snapshot.rev else []), *merges]
            new = self._store.put("commit", commit_bytes(tree, parents, people, when, message, sign))
            known: Known = {path: [self.snapshot.oid(path), oid] for path, oid in oids.items()}
            foreign = [str(lock) for lock in mender.locks(self.ref)]
            note = Journal(self.ref, self.snapshot.rev, new, known, self._waiting, foreign)
            together([partial(note.write, mender.desk, mender.aside, durable=mender.durable), self._store.flush])
        with index_file.reserved(place) as held:
            self._swap(note)
            self.snapshot = self._at(new)
            left, done = mender.finish(self.snapshot, note.all(), besides, held=held)
        self._waiting = {} if done else note.all()
        self.warnings += left
        return new

    def _write(self, files: Mapping[str, bytes | None]) -> tuple[str, dict[str, str | None]]:
        oids = {path: None if data is None else self._store.put("blob", data) for path, data in files.items()}
        store = trees.Store(self._reader.tree, self._store.put)
        root = trees.change(self.snapshot.root, oids, store)
        return root or self._store.put("tree", b""), oids

    def _swap(self, note: Journal) -> None:
        """Move the branch from the commit that was read to the new one, and force that to disk."""
        old, new = note.old, note.new
        args = ("update-ref", "--create-reflog", "-m", "svc", self.ref, new, old or _ZERO)
        answer = self.mender.git.run(args, ok=None, fds=(self._lock.fd,))
        self.mender.unlock(note)
        now = tip(self.mender.place, self.ref) if answer.code else new
        if now != new:
            journal.restore(self.mender.desk, self._waiting, self.mender.aside)
            raise Stale(self.ref) if now != old else self._blocked(answer.err)
        folder = (self.mender.place.common / self.ref).parent
        with disk(folder):
            if self.mender.durable:
                sync_folder(folder)
        if answer.code:
            raise self.mender.git.refusal(args, answer.err)

    def _blocked(self, why: str) -> Refusal:
        """The refusal when git could not move the branch: held by a lock (exit 5), or by the system (exit 6)."""
        for lock in self.mender.locks(self.ref):
            return Refusal(
                Text(f"git 的锁文件 {lock.name} 仍在，分支无法更新", f"git's lock {lock.name} is in the way"),
                exit=Exit.CONFLICT,
                where=Text.same(str(lock)),
                remedy=Text("确认没有 git 在运行后：svc doctor --unlock", "when no git runs: svc doctor --unlock"),
            )
        return self.mender.git.refusal(("update-ref",), why or "?")


def commit_bytes(
    tree: str,
    parents: Sequence[str],
    people: tuple[Person, Person],
    when: datetime,
    message: str,
    sign: Callable[[bytes], str] | None,
) -> bytes:
    """The bytes of a commit object; a signature stands in its `gpgsig` header, as git writes it."""
    head = f"tree {tree}\n" + "".join(f"parent {parent}\n" for parent in parents)
    head += f"author {person(people[0], when)}\ncommitter {person(people[1], when)}\n"
    body = "\n" + message.rstrip("\n") + "\n"
    if sign is not None:
        signature = sign((head + body).encode("utf-8")).rstrip("\n")
        head += "gpgsig " + signature.replace("\n", "\n ") + "\n"
    return (head + body).encode("utf-8")


def person(who: Person, when: datetime) -> str:
    """`Name <email> seconds +hhmm`, names freed of what would break the line."""
    name, email = (_NAME.sub(" ", part).strip(_CRUD) for part in who)
    return f"{name or '?'} <{email.replace(' ', '')}> {int(when.timestamp())} {when.strftime('%z')[:5]}"
