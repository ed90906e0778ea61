"""The procedures walked at random: whatever is tried, nothing is accepted that `check` would reject, nothing crashes.

Seeds are fixed. A step is a deed, right more often than not; a deed that is refused must be refused by a Refusal.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from forms_support.dice import Clerk
from forms_support.play import doubled
from forms_support.stage import LANE, ZONE, digest, library, moment, stage

from svc.domain.check import Subject, check
from svc.domain.core import MIGRATE
from svc.domain.deed import Change, Deed
from svc.domain.memory import Layered
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Refusal
from svc.domain.workflow import decide
from svc.domain.world import Scene
from svc.index.world import CommitWorld
from svc.store.repository import Repository
from svc.store.yaml_file import dump

STEPS, THROUGH_GIT = 10_000, 300
SEEDS = (1, 2)
YOUNG = 40
COVERED = 0.8
"""The share of all actions of all forms that a walk must have seen done."""


def both_revisions() -> Library:
    """The shipped procedures, and a newer revision of each to move to."""
    return doubled(doubled(library(), "core@2"), "chenggong@2")


def test_nothing_accepted_that_check_rejects() -> None:
    done = Counter[tuple[str, str]]()
    for seed in SEEDS:
        _walk(seed, STEPS // len(SEEDS), done)
    wanted = {(form.name, a) for form in library().forms.values() for a in form.actions if a != MIGRATE}
    missing = sorted(wanted - set(done))
    assert 1 - len(missing) / len(wanted) >= COVERED, missing


def _walk(seed: int, steps: int, done: Counter[tuple[str, str]]) -> None:
    world = Layered(stage().world)
    clerk = Clerk(both_revisions(), world, seed, list(stage().people.values()), done=done)
    now, young = moment("09:00"), deque[tuple[str, str]](maxlen=YOUNG)
    for _ in range(steps):
        now += timedelta(minutes=clerk.dice.randrange(40))
        deed, _ = _tried(clerk, world, now, young)
        if deed is None:
            continue
        world.take_up(deed)
        after = Scene(world, clerk.library, ZONE, LANE, now)
        for change in deed.changes:
            assert _wrong(change, after) == [], (seed, now, change.after.to_dict())
            done[(change.after.form, change.entry.action)] += 1
            _keep(young, change.after, clerk)


def _tried(
    clerk: Clerk, world: Layered | CommitWorld, now: datetime, young: Sequence[tuple[str, str]]
) -> tuple[Deed | None, Scene]:
    """One attempt: the deed, or None where it was refused; anything but a Refusal is an error of the engine."""
    scene = Scene(world, clerk.library, ZONE, LANE, now)
    standing = [record for form, id in young if (record := world.record(form, id))]
    attempt = clerk.attempt(now, standing)
    try:
        return decide(scene, attempt.person, attempt.form, attempt.record, attempt.request), scene
    except Refusal as refusal:
        assert refusal.what.zh and refusal.what.en
        return None, scene


def _keep(young: deque[tuple[str, str]], record: Record, clerk: Clerk) -> None:
    """Go on with a record while there is somewhere to go; now and then with one that has come to its end."""
    key = (record.form, record.id)
    if key in young:
        young.remove(key)
    form = clerk.library.form_of(record.form, record.procedure)
    assert form is not None
    if not form.states[record.state].final or clerk.often(0.3):
        young.append(key)


def _wrong(change: Change, scene: Scene) -> list[str]:
    """Everything that may not be: a finding, a state outside the flow, a record that is not the fold of its log, a log
    that lost something."""
    record = change.after
    files = {item.file: item.sha256 for item in record.evidence}
    found = [one.said("en") for one in check(Subject(change.path, record.to_dict(), scene, files, lambda path: 1))]
    form = scene.form_of(record)
    if form is None or record.state not in form.states:
        found.append(f"state {record.state}")
    if Record.from_dict(record.to_dict()) != record or record.entered(record.log) != record:
        found.append("not the fold of its log")
    before = change.before.log if change.before else ()
    kept = [(old.step, old.action, old.by, old.gave) for old in before]
    if kept != [(new.step, new.action, new.by, new.gave) for new in record.log[: len(before)]]:
        found.append("the log lost something")
    return found


def test_the_same_through_git(tmp_path: Path) -> None:
    """The same walk, every accepted deed a commit: what is read back is what was decided."""
    known, when = library(), moment("08:00")
    first = {change.path: dump(change.after.to_dict()) for change in _all(stage().world)}
    author = ("周宁", "zhou.ning@example.com")
    Repository.create(
        tmp_path / "repo", {"records/svc.yaml": b"format: 1\n", **first}, author=author, when=when, message="init"
    ).close()
    clerk = Clerk(known, Layered(), 3, list(stage().people.values()))
    young, now, commits = deque[tuple[str, str]](maxlen=YOUNG), moment("09:00"), 0
    with Repository.open(tmp_path / "repo") as repository:
        for _ in range(THROUGH_GIT):
            now += timedelta(minutes=clerk.dice.randrange(40))
            with repository.writing() as writer:
                world = CommitWorld(writer.snapshot, known)
                clerk.world = world
                deed, _ = _tried(clerk, world, now, young)
                if deed is None:
                    continue
                writer.commit(_files(deed), message=deed.message(), author=author, when=now)
                assert writer.warnings == []
            commits += 1
            fresh = CommitWorld(repository.snapshot(), known)
            for change in deed.changes:
                assert fresh.record(change.after.form, change.after.id) == change.after
                assert _wrong(change, Scene(fresh, known, ZONE, LANE, now)) == []
                _keep(young, change.after, clerk)
    assert commits > THROUGH_GIT // 4


def _all(world: Layered) -> list[Change]:
    return [Change(None, record) for form in library().forms for record in world.all(form)]


def _files(deed: Deed) -> dict[str, bytes]:
    """The files of a deed; the digest of an evidence file is that of its kind's name."""
    data = {digest(kind): kind.encode() for kind in library().kinds}
    files = {change.path: dump(change.after.to_dict()) for change in deed.changes}
    return files | {path: data[sha] for change in deed.changes for path, sha in change.file_paths.items()}
