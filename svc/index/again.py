"""What each record file comes to by itself: inspected by several processes, and again only where something changed.

A verdict on a record rests on its file, the files in its folder, what it asked of other files, and on procedures, zone
and lane; on nothing else. As long as all of these are the same, so is the verdict.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from svc.domain.findings import Finding
from svc.index.inspection import RECORDS, Inspection, owner_of
from svc.index.inspector import THERE, Brief, Inspector, Report, State, inspector
from svc.store.crew import Crew
from svc.store.standing import OnDisk, Standing
from svc.store.verdict import Grounds

_AT_ONCE = 400
"""So many records are one task: small enough that no process waits long for the last one."""


class Own(NamedTuple):
    """What the records asked for come to by themselves. `steady`: nothing changed while they were read."""

    findings: dict[str, list[Finding]]
    used: dict[str, int]
    uses: dict[str, array[int]]
    steady: bool

    def grounds(self, software: str, look: str, rules: str) -> Grounds:
        """All of it, to be kept."""
        records = sorted(self.uses)
        return Grounds(software, look, rules, records, self.findings, [*self.used], [self.uses[p] for p in records])


def rules_of(brief: Brief) -> str:
    """What tells procedures, zone and lane from all others."""
    told = [brief.documents, brief.in_force, str(brief.zone), brief.lane]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("ascii")).hexdigest()


def inspect(
    of: Inspection,
    brief: Brief,
    crew: Crew,
    before: Grounds | None = None,
    changed: Iterable[str] = (),
    *,
    at_once: int = _AT_ONCE,
) -> Own:
    """Inspect the records asked for; those of `before` that rest on nothing that changed since are not read again."""
    own = Own({}, {}, {}, True)
    if before is not None:
        _take_over(own, before, set(changed), set(of.asked))
    todo = [path for path in of.asked if path not in own.uses]
    parts = [todo[n : n + at_once] for n in range(0, len(todo), at_once)]
    tasks = map(of.tasks, parts)
    if isinstance(of.view, OnDisk):
        reports = crew.each(inspector, brief, tasks, len(parts))
    else:
        reports = map(Inspector(of.view, brief).inspect, tasks)
    steady = True
    for part, report in zip(parts, reports, strict=True):
        steady &= report.steady and all(_agrees(of.view, path, state) for path, state in report.used.items())
        _enter(own, part, report)
    return own._replace(steady=steady)


def _take_over(own: Own, before: Grounds, changed: set[str], asked: set[str]) -> None:
    """Take over what is known of the records that rest on nothing that changed."""
    gone = {n for n, path in enumerate(before.used) if path in changed}
    owners = changed | {owner_of(path) for path in changed if path.startswith(f"{RECORDS}/")}
    for path, use in zip(before.records, before.uses, strict=True):
        if path in asked and path not in owners and gone.isdisjoint(use):
            own.uses[path] = array("I", [own.used.setdefault(before.used[n], len(own.used)) for n in use])
            if path in before.findings:
                own.findings[path] = before.findings[path]


def _enter(own: Own, paths: Sequence[str], report: Report) -> None:
    """Enter what some records came to."""
    places = [own.used.setdefault(path, len(own.used)) for path in report.used]
    for path, found, use in zip(paths, report.findings, report.uses, strict=True):
        own.uses[path] = array("I", [places[n] for n in use])
        if found:
            own.findings[path] = found


def _agrees(view: Standing, path: str, state: State) -> bool:
    """Whether what was found at a path is what the look had found there."""
    there = view.plain.get(path)
    return (there is not None) if state == THERE else there == state


def changes(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> set[str]:
    """The paths at which another blob stands than before, those that came and went included."""
    found = {path for path, mark in now.items() if (old := before.get(path)) is not mark and _differs(old, mark)}
    return found | {path for path in before if path not in now}


def _differs(old: bytes | None, mark: bytes) -> bool:
    return old is None or old[40:60] != mark[40:60]
