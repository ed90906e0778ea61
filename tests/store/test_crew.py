"""Work shared among processes: the same answers in the same order, errors told, nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from pkgutil import resolve_name

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store.crew import Crew, processors
from svc.store.yaml_file import load

ROOT = Path(__file__).resolve().parents[2]
# `dividing(7)` is the work that answers divmod(7, task).
dividing = partial(partial, divmod)


def alive(pid: int) -> bool:
    """Whether a process is there and at work; one that is dead and was not asked for is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def gone(pids: list[int]) -> bool:
    """Whether they are all gone within a few seconds."""
    until = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(alive, pids))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_the_answers_come_in_the_order_of_the_tasks(count: int) -> None:
    tasks = list(range(1, 40))
    with Crew(count, least=1) as crew:
        assert list(crew.each(dividing, 1000, iter(tasks), len(tasks))) == [divmod(1000, task) for task in tasks]
        assert list(crew.each(resolve_name, "builtins:abs", [-1, 2], 2)) == [1, 2]
        assert list(crew.each(dividing, 1000, [], 0)) == []


def test_small_work_is_done_here() -> None:
    with Crew(2, least=3) as crew:
        assert list(crew.each(dividing, 7, [2, 3], 2)) == [(3, 1), (2, 1)]
        assert crew.children() == []
        list(crew.each(dividing, 7, [2, 3, 4], 3))
        pids = crew.children()
        assert len(set(pids)) == 2 and os.getpid() not in pids
    assert gone(pids)


def test_more_is_not_made_than_is_done() -> None:
    made: list[int] = []

    def tasks() -> Iterator[int]:
        for n in range(1, 100):
            made.append(n)
            yield n

    with Crew(2, least=1) as crew:
        answers = crew.each(dividing, 7, tasks(), 99)
        next(answers)
        assert len(made) <= 6
        assert crew.children()


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_is_raised_here(count: int) -> None:
    with Crew(count, least=1) as crew, pytest.raises(ZeroDivisionError):
        list(crew.each(dividing, 7, [1, 0, 2], 3))


def test_an_error_that_cannot_travel_says_what_it_says() -> None:
    with Crew(2, least=1) as crew, pytest.raises(RuntimeError, match="BadYaml"):
        list(crew.each(partial(partial, load), b"- a\n", ["x", "y"], 2))


def test_a_child_that_dies_is_a_refusal() -> None:
    with Crew(2, least=1) as crew, pytest.raises(Refusal) as caught:
        list(crew.each(resolve_name, "os:_exit", [0, 1, 2], 3))
    assert caught.value.exit is Exit.ENVIRONMENT


# Whoever starts us in the background may have us ignore Ctrl-C: here it counts.
SLEEPERS = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from pkgutil import resolve_name
from svc.store.crew import Crew
with Crew(2, least=1) as crew:
    answers = crew.each(resolve_name, "time:sleep", [0, 0, *[%s] * 1000], 1002)
    next(answers)
    print(*crew.children(), flush=True)
    list(answers)
"""


@pytest.mark.parametrize(
    ("number", "task"),
    [(signal.SIGINT, 60), (signal.SIGTERM, 0.1), (signal.SIGKILL, 0.1)],
    ids=["Ctrl-C", "TERM", "KILL"],
)
def test_nobody_is_left_behind(number: signal.Signals, task: float) -> None:
    """Who interrupts us ends the children in the middle of their task; who kills us, when they have done it."""
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPERS % task], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        pids = list(map(int, process.stdout.readline().split()))
        assert len(pids) == 2 and all(map(alive, pids))
        process.send_signal(number)
        try:
            assert process.wait(10) == -number
        finally:
            process.kill()
        assert gone(pids)
        assert process.stderr.read().count("Traceback") == (number == signal.SIGINT), "the children are silent"


def test_processors_are_those_we_may_use() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
