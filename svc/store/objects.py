"""Git objects, read through one `cat-file --batch` child."""

from __future__ import annotations

import subprocess
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import IO, Final, Self

from svc.domain.refusal import Exit, Refusal, Text
from svc.store.git import Git, end

_CHUNK: Final = 256
"""Requests written ahead: so few that they always fit into the pipe."""
_PIECE: Final = 1 << 16


class Batch:
    """A child that answers with objects. Started at the first question, ended by `close`."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._end: Callable[[], object] | None = None
        self._in: IO[bytes]
        self._out: IO[bytes]

    def read(self, spec: str) -> tuple[str, str, bytes] | None:
        """(kind, oid, bytes) of what `spec` names (an oid, `HEAD:path` …), None where nothing is."""
        return next(self.read_many((spec,)))

    def read_many(self, specs: Iterable[str]) -> Iterator[tuple[str, str, bytes] | None]:
        """The answers to many questions, in order; asks ahead, so that the child never waits."""
        rest = iter(specs)
        while chunk := list(islice(rest, _CHUNK)):
            yield from self._ask(chunk)

    def _ask(self, specs: Sequence[str]) -> list[tuple[str, str, bytes] | None]:
        self.start()
        question = "".join(spec + "\n" for spec in specs).encode("utf-8", "surrogateescape")
        if question.count(b"\n") != len(specs):
            raise Refusal(Text("名称中含有换行", "a name holds a line feed"), exit=Exit.USAGE)
        answers: list[tuple[str, str, bytes] | None] = []
        try:
            self._in.write(question)
            self._in.flush()
            for _ in specs:
                answers.append(self._answer())
        except (OSError, EOFError, ValueError, IndexError) as error:
            self.close()
            raise self._gone(specs[len(answers) : len(answers) + 1]) from error
        except BaseException:
            self.close()
            raise
        return answers

    def start(self) -> None:
        """Start the child, where it is not running."""
        if self._end is not None:
            return
        child = self.git.start(("cat-file", "--batch"), stdin=subprocess.PIPE)
        if child.stdin is None or child.stdout is None:
            raise self.git.refusal(("cat-file",), "no pipe")
        self._in, self._out = child.stdin, child.stdout
        self._end = weakref.finalize(self, end, child)

    def _answer(self) -> tuple[str, str, bytes] | None:
        head = self._out.readline()
        if not head.endswith(b"\n"):
            raise EOFError
        if head.endswith((b" missing\n", b" ambiguous\n")):
            return None
        oid, kind, size = head.split()[-3:]
        data = self._out.read(int(size) + 1)
        if len(data) != int(size) + 1:
            raise EOFError
        return kind.decode(), oid.decode(), data[:-1]

    def _gone(self, specs: Sequence[str]) -> Refusal:
        """The refusal when the child went away: (exit 6) what git says of the repository, (exit 5) of the object."""
        asked = self.git.run(("rev-parse", "--git-dir"), ok=None)
        if asked.code or not specs:
            return self.git.refusal(("cat-file",), asked.err or "the child ended")
        why = self.git.run(("cat-file", "-e", specs[0]), ok=None).err or "the child ended"
        return Refusal(
            Text(f"仓库中的对象已损坏：{why}", f"an object of the repository is damaged: {why}"),
            exit=Exit.CONFLICT,
            where=Text.same(str(self.git.root)),
            remedy=Text.same("git fsck --full"),
        )

    def close(self) -> None:
        """End the child."""
        if self._end is not None:
            self._end()
            self._end = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def records(git: Git, args: Sequence[str], stdin: int = subprocess.DEVNULL) -> Iterator[str]:
    """What git prints with `-z`, piece by piece, while it still prints; refuses (exit 6) when it fails."""
    child = git.start(args, stdin=stdin)
    try:
        if child.stdout is None:
            raise git.refusal(args, "no pipe")
        rest = b""
        while data := child.stdout.read(_PIECE):
            *whole, rest = (rest + data).split(b"\0")
            yield from (piece.decode("utf-8", "surrogateescape") for piece in whole)
        if child.wait() != 0:
            raise git.refusal(args, f"exit {child.returncode}")
    finally:
        end(child)
