"""Files of a commit read as rows, by as many processes as there are processors where they are many."""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, NamedTuple

from svc.domain.ids import place_of
from svc.domain.refusal import Refusal
from svc.index.records import blocks
from svc.index.row import Row, row_of
from svc.index.world import record_of
from svc.store.crew import Crew
from svc.store.snapshot import Snapshot
from svc.store.yaml_file import load

AT_ONCE: Final = 400
"""So many files are one task."""
_UNREADABLE = (Refusal, KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, StopIteration)


class File(NamedTuple):
    """A file that may be a record's: its path and the name of its blob."""

    path: str
    oid: str


Found = Row | None | bool
"""What a file comes to: a row; None for a record's file that cannot be read; False where no record stands."""


class Read:
    """What some files come to. It travels between processes in the plainest way there is: that takes half as long."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = found

    def __reduce__(self) -> tuple[Callable[[bytes], Read], tuple[bytes]]:
        return unpacked, (marshal.dumps([tuple(one) if isinstance(one, Row) else one for one in self.found]),)


def unpacked(data: bytes) -> Read:
    """What another process has read."""
    return Read([Row(*one) if isinstance(one, tuple) else one for one in marshal.loads(data)])


def reading(_shared: None) -> Callable[[Sequence[tuple[File, bytes]]], Read]:
    """What each process does."""
    return lambda task: Read([_found(file, data) for file, data in task])


def _found(file: File, data: bytes) -> Found:
    place = place_of(file.path)
    if place is None:
        return False
    try:
        raw = load(data, file.path)
        return row_of(place, file.oid, raw, record_of(raw, place))
    except _UNREADABLE:
        return None


def read(snapshot: Snapshot, files: Iterable[File], crew: Crew) -> Iterator[tuple[File, Found]]:
    """Each file with what it comes to, in order; few are held at a time."""
    rest, waiting = iter(files), deque[list[File]]()
    first = list(islice(rest, AT_ONCE * crew.least))

    def tasks() -> Iterator[list[tuple[File, bytes]]]:
        for block in blocks(chain(first, rest), AT_ONCE):
            waiting.append(block)
            yield list(zip(block, snapshot.blobs(file.oid for file in block), strict=True))

    for answer in crew.each(reading, None, tasks(), -(-len(first) // AT_ONCE)):
        yield from zip(waiting.popleft(), answer.found, strict=True)
