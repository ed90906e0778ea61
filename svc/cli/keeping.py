"""What one `svc check` leaves for the next: how the files looked, and what it came to. All of it is only a cache."""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from svc.cli.aim import WHOLE
from svc.cli.glance import Changed, Glance, folder_of
from svc.domain.findings import Finding
from svc.index.again import Own, changes
from svc.store.crew import Crew
from svc.store.kept_marks import keep_marks, read_marks
from svc.store.marks import Reading, reading
from svc.store.repository import Repository
from svc.store.seeing import Before, see_again, see_all
from svc.store.standing import OnDisk
from svc.store.verdict import LOOK, Grounds, Verdict, keep_grounds, keep_verdict, read_grounds, software


class Sight:
    """The work tree as it is seen: `view`; and what is left of the whole check before, where that is of use."""

    def __init__(
        self, folder: Path, view: OnDisk, how: Reading, before: Changed | None, marks: dict[str, bytes]
    ) -> None:
        self.folder, self.view, self.how = folder, view, how
        self.before, self.marks = before, marks

    @cached_property
    def changed(self) -> set[str]:
        """The paths at which something else stands than before."""
        return changes(self.marks, self.view.seen.marks)

    def grounds(self, rules: str) -> Grounds | None:
        """What each record came to before; None where other software judged, other rules, or something else seen."""
        found = read_grounds(self.folder) if self.before else None
        if found is None or self.before is None:
            return None
        same = (found.software, found.look, found.rules) == (software(), self.before.verdict.look, rules)
        return found if same else None


def look(repository: Repository, tops: Sequence[str], before: Glance | None, crew: Crew) -> Sight:
    """Look at some folders: at what changed since the last whole check, else at everything in them."""
    base, folder = repository.snapshot(), folder_of(repository.place)
    how = _reading(repository.root, folder)
    changed = before.changed() if before and tops == WHOLE else None
    marks = read_marks(folder / LOOK) if changed else None
    if changed is None or marks is None:
        changed, marks, seen = None, {}, see_all(how, tops, crew)
    else:
        times = dict(zip(changed.verdict.folders, changed.verdict.times, strict=True))
        seen = see_again(how, tops, Before(marks, times, changed.files, changed.folders), crew)
    return Sight(folder, OnDisk(base, tops, repository.root, seen), how, changed, marks)


def _reading(root: Path, folder: Path) -> Reading:
    """A look that begins now; where nothing can be kept, one that is good for this time only."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return reading(root, folder)
    except OSError:
        return Reading(str(root))


def keep(sight: Sight, own: Own, rules: str, found: list[Finding], checked: int, valid: tuple[str, str] | None) -> None:
    """Keep what a whole check came to; `valid`: from when until when it holds.

    Nothing is kept where a file changed meanwhile, or where something stands that has no mark: a link, a pipe.
    """
    view = sight.view
    if valid is None or not own.steady or view.odd or not sight.how.before or view.rev is None:
        return
    tool, seen = software(), view.seen
    with contextlib.suppress(OSError):
        if sight.before and seen.marks == sight.marks:
            name = sight.before.verdict.look
        else:
            name = keep_marks(sight.folder / LOOK, seen.marks)
        keep_grounds(sight.folder, own.grounds(tool, name, rules))
        folders, times = list(seen.folders), array("q", seen.folders.values())
        keep_verdict(sight.folder, Verdict(tool, view.rev, name, *valid, checked, found, folders, times))
