"""Work shared among processes: as many Python children as there are processors, talked to through pipes.

A child ends when its pipe does, so that none outlives us, however we end; the keyboard's Ctrl-C reaches only us.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Self, TypeVar

from svc.domain.refusal import Exit, Refusal, Text
from svc.store.git import end

if TYPE_CHECKING:
    from concurrent.futures import Future

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")
Maker = Callable[[S], Callable[[T], R]]
"""Makes the worker of one process out of what all share; a function of a module, for its name goes to the child."""

# The child finds our modules where we found them, however we were started.
_START: Final = "import sys; sys.path[:] = sys.argv[1:]; from svc.store.crew import serve; serve()"


def processors() -> int:
    """So many processors may this process use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Child(NamedTuple):
    """One child and its two pipes."""

    process: subprocess.Popen[bytes]
    to: IO[bytes]
    back: IO[bytes]

    @classmethod
    def start(cls) -> Self:
        """A child that waits for work; OSError where none can be started."""
        mode = ("-X", "utf8") if sys.flags.utf8_mode else ()
        process = subprocess.Popen(
            [sys.executable, *mode, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:
            raise OSError("no pipe")
        return cls(process, process.stdin, process.stdout)

    def ask(self, message: object) -> Any:
        """The answer to one message; what the child's work raised is raised here."""
        import pickle

        try:
            pickle.dump(message, self.to, pickle.HIGHEST_PROTOCOL)
            self.to.flush()
            good, answer = pickle.load(self.back)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise Refusal(
                Text("协助核查的进程意外结束", "a process that shared the work ended"),
                exit=Exit.ENVIRONMENT,
                remedy=Text("检查内存后重试", "check the memory, then try again"),
            ) from error
        if not good:
            raise answer
        return answer


class Crew:
    """So many processes (fewer than two: this one alone). Use it as a context: its children end with it.

    They are started for the first work of at least `least` tasks; smaller work is done sooner here.
    """

    def __init__(self, count: int, least: int = 8) -> None:
        self.count, self.least = count if sys.executable else 1, least
        self._children: list[Child] = []

    def each(self, make: Maker[S, T, R], shared: S, tasks: Iterable[T], count: int) -> Iterator[R]:
        """What the work that `make` makes out of `shared` answers to each of `count` tasks, in their order.

        What it raises is raised here. No more tasks are made than are being done.
        """
        if not self._begun(count):
            yield from map(make(shared), tasks)
            return
        from concurrent.futures import ThreadPoolExecutor
        from queue import SimpleQueue

        free: SimpleQueue[Child] = SimpleQueue()

        def begin(child: Child) -> None:
            child.ask((make, shared))
            free.put(child)

        def ask(task: T) -> R:
            child = free.get()
            try:
                answer: R = child.ask((None, task))
                return answer
            finally:
                # Also one that has died: whoever waits for it is told so at once.
                free.put(child)

        with ThreadPoolExecutor(len(self._children)) as threads:
            try:
                list(threads.map(begin, self._children))
                waiting: deque[Future[R]] = deque()
                for task in tasks:
                    waiting.append(threads.submit(ask, task))
                    if len(waiting) > 2 * len(self._children):
                        yield waiting.popleft().result()
                yield from (future.result() for future in waiting)
            except BaseException:
                # Whoever waits for a child must not wait for ever.
                self.close()
                threads.shutdown(wait=False, cancel_futures=True)
                raise

    def children(self) -> list[int]:
        """The process numbers of the children that are there."""
        return [child.process.pid for child in self._children]

    def close(self) -> None:
        """End the children."""
        while self._children:
            end(self._children.pop().process)

    def _begun(self, tasks: int) -> bool:
        """Whether there are children, started now if so many tasks want them; where none can be, this process does
        it all."""
        if self.count > 1 and tasks >= self.least and not self._children:
            with contextlib.suppress(OSError):
                for _ in range(self.count):
                    self._children.append(Child.start())
        return len(self._children) > 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def serve() -> None:
    """The child: answer messages until the pipe ends. What the work prints goes to standard error."""
    import gc
    import pickle

    # What is read lives until its answer is sent: looking through it for cycles finds nothing (see svc/cli).
    gc.set_threshold(100_000, 50, 50)
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work: Callable[[Any], Any] | None = None
    while True:
        try:
            make, value = pickle.load(asked)
        except EOFError:
            return
        try:
            if make is not None:
                work, answer = make(value), None
            else:
                answer = work(value) if work else None
            told = pickle.dumps((True, answer), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - raised again by whoever asked
            told = _trouble(error)
        try:
            answers.write(told)
            answers.flush()
        except OSError:
            return


def _trouble(error: Exception) -> bytes:
    """An error for another process: itself where it can travel, else what it says."""
    import pickle
    import traceback

    where = traceback.format_exc()
    try:
        told = pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
        pickle.loads(told)
    except Exception:  # noqa: BLE001 - whatever an error holds
        return pickle.dumps((False, RuntimeError(where)), pickle.HIGHEST_PROTOCOL)
    return told
