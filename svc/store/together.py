"""Several waits at once: what is forced to disk by itself takes milliseconds, all of it together hardly more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Thread
from typing import Final

_MOST: Final = 16
"""So many run at a time."""


class _Call(Thread):
    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self.error = error


def together(calls: Sequence[Callable[[], object]]) -> None:
    """Do all of `calls`, each in a thread of its own but for the last; returns when all have ended.

    Raises what the first of them (in their order) raised.
    """
    for n in range(0, len(calls), _MOST):
        *others, mine = [_Call(call) for call in calls[n : n + _MOST]]
        for one in others:
            one.start()
        mine.run()
        for one in others:
            one.join()
        for one in (*others, mine):
            if one.error is not None:
                raise one.error
