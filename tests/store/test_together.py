"""Calls that wait at the same time."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from svc.store.together import together


def test_nothing_to_do() -> None:
    together([])


def test_they_run_at_the_same_time() -> None:
    meeting = threading.Barrier(5)
    together([partial(meeting.wait, 10) for _ in range(5)])
    assert not meeting.broken


@pytest.mark.parametrize("count", [1, 2, 16, 17, 50])
def test_each_is_done_once(count: int) -> None:
    done: list[int] = []
    together([partial(done.append, n) for n in range(count)])
    assert sorted(done) == list(range(count))


def test_the_first_error_is_raised_when_all_have_ended() -> None:
    done: list[str] = []

    def fail(word: str) -> None:
        raise OSError(word)

    with pytest.raises(OSError, match="first"):
        together(
            [partial(done.append, "a"), partial(fail, "first"), partial(fail, "second"), partial(done.append, "b")]
        )
    assert sorted(done) == ["a", "b"]
