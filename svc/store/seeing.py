"""Taking a look at the work tree: at all of it, by several processes, or only at what changed since a look was kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from svc.store.asked import ABSENT
from svc.store.crew import Crew
from svc.store.marks import Reading, Seen, Walk, marker, seen, step, walk

_AT_ONCE: Final = 2_000
"""So many files are one task."""


class Before(NamedTuple):
    """A kept look, and what no longer agrees with it: files, and folders in which a name came or went."""

    marks: Mapping[str, bytes]
    folders: Mapping[str, int]
    changed: Iterable[str]
    moved: Iterable[str]


def see_all(how: Reading, tops: Iterable[str], crew: Crew) -> Seen:
    """A look at everything under some folders."""
    found = walk(how, tops)
    found.files.sort()
    return seen(found, _marked(how, found.files, crew))


def see_again(how: Reading, tops: Iterable[str], before: Before, crew: Crew) -> Seen:
    """A look at what no longer agrees with a kept one of the same folders; all else is as it was."""
    found = _walk_again(how, tops, before)
    stale = set(before.changed)
    fresh = [path for path in found.files if path in stale or path not in before.marks]
    marks = dict(zip(fresh, _marked(how, fresh, crew), strict=True))
    return seen(found, (marks[path] if path in marks else before.marks[path] for path in found.files))


def _walk_again(how: Reading, tops: Iterable[str], before: Before) -> Walk:
    """The walk anew: folders that moved are listed, those that are new are walked, the others hold what they held."""
    left = {*before.moved, *(top for top in tops if top not in before.folders)}
    kept = {path: time for path, time in before.folders.items() if path not in left}
    found = Walk([], {}, {top: ABSENT for top in tops if top in left})
    waiting = sorted(left)
    while waiting:
        for below in step(how, waiting.pop(), found):
            if below not in before.folders and below not in found.folders:
                waiting.append(below)
    # What lay in a folder that is gone goes with it: every folder below it is gone too, and so has moved.
    files = [path for path in before.marks if path.rpartition("/")[0] in kept]
    return Walk(sorted({*files, *found.files}), found.odd, {**kept, **found.folders})


def _marked(how: Reading, paths: Sequence[str], crew: Crew) -> Iterator[bytes]:
    starts = range(0, len(paths), _AT_ONCE)
    for marks in crew.each(marker, how, (paths[n : n + _AT_ONCE] for n in starts), len(starts)):
        yield from marks
