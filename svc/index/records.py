"""Many records as a sequence that does not hold them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from svc.domain.record import Record

KEPT: Final = 2_000
"""So many records are held at once; what is more is read again each time it is gone through."""
BLOCK: Final = 250
"""So many are read at a time."""

T = TypeVar("T")


def blocks(items: Iterable[T], size: int = BLOCK) -> Iterator[list[T]]:
    """The items, some at a time."""
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block


class Records(Sequence[Record]):
    """The records of many names, read block by block as one goes through them; `read` may find fewer than it is asked."""

    def __init__(self, names: Sequence[str], read: Callable[[Sequence[str]], Iterable[Record]]) -> None:
        self._names, self._read = names, read

    def __iter__(self) -> Iterator[Record]:
        for block in blocks(self._names):
            yield from self._read(block)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, at: Any) -> Any:
        return list(self)[at]


def held(names: Sequence[str], read: Callable[[Sequence[str]], Iterable[Record]]) -> Sequence[Record]:
    """The records of some names: held where they are few."""
    found = Records(names, read)
    return list(found) if len(names) <= KEPT else found
