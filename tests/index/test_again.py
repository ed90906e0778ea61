"""Inspecting record files: the same findings in the same order, however many processes share the work."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from svc.domain.procedure import Library
from svc.index.again import Own, changes, inspect, rules_of
from svc.index.inspection import Inspection
from svc.index.inspector import Brief, Tolerant
from svc.store.crew import Crew
from svc.store.marks import reading
from svc.store.repository import Repository
from svc.store.schemas import load_compiled
from svc.store.seeing import see_all
from svc.store.standing import OnDisk, Standing

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("records", "reports")
WHEN = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """The example year, a third of its files damaged in one way or another."""
    root = tmp_path_factory.mktemp("damaged") / "records"
    kept = (path for top in ("records", "reports", "schemas") for path in (ROOT / top).rglob("*") if path.is_file())
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in kept}
    with Repository.create(root, files, author=("x", "x@example.com"), when=WHEN, message="x", durable=False) as made:
        chance = random.Random(17)
        for path in sorted(path for path in (root / "records").rglob("*") if path.is_file()):
            if chance.randrange(3) == 0:
                damage(chance, path)
        misnumber(next(path for path in sorted((root / "records/2025").rglob("*.yaml")) if SECOND in path.read_bytes()))
        (root / "records/2025/pipe").symlink_to("/dev/null")
        yield made


SECOND = b"\n- step: 2\n"


def misnumber(path: Path) -> None:
    """A record whose second step calls itself the third: all the rest of it is right."""
    path.write_bytes(path.read_bytes().replace(SECOND, b"\n- step: 3\n", 1))


def damage(chance: random.Random, path: Path) -> None:
    data = path.read_bytes()
    lines = data.split(b"\n")
    at, line = chance.randrange(len(data) or 1), chance.randrange(len(lines))
    kind = chance.randrange(8)
    if kind == 0:
        path.unlink()
    elif kind == 1:
        path.write_bytes(data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :])
    elif kind == 2:
        path.write_bytes(b"\n".join(lines[:line] + lines[line + 1 :]))
    elif kind == 3:
        path.write_bytes(data.replace(b"2025", b"2024", 2))
    elif kind == 4:
        path.write_bytes(data.replace(b"'", b'"'))
    elif kind == 5:
        path.rename(path.with_name(f"moved-{path.name}"))
    elif kind == 6:
        path.with_suffix("").mkdir(exist_ok=True)
        (path.with_suffix("") / "more.jpg").write_bytes(b"more")
    else:
        shutil.copy(path, path.with_name(f"copy-{path.name}"))


def brief_of(repository: Repository) -> Brief:
    documents, _ = load_compiled(repository, repository.snapshot())
    return Brief(str(repository.root), documents, ("core@1", "chenggong@1"), ZoneInfo("Asia/Shanghai"), "0101", WHEN)


def inspection_of(view: Standing, brief: Brief) -> Inspection:
    return Inspection(view, Tolerant(view, Library.read(brief.documents, brief.in_force)), lambda path: True)


def parts(own: Own) -> tuple[object, ...]:
    """Everything that an inspection comes to, the places of used files as their names."""
    used = list(own.used)
    uses = {path: {used[n] for n in places} for path, places in own.uses.items()}
    return list(own.findings.items()), uses, own.steady


def test_several_processes_find_what_one_finds(damaged: Repository, tmp_path: Path) -> None:
    brief = brief_of(damaged)
    answers = []
    for count, at_once in ((1, 400), (2, 7), (3, 1)):
        with Crew(count, least=1) as crew:
            found = see_all(reading(damaged.root, tmp_path), TOPS, crew)
            view = OnDisk(damaged.snapshot(), TOPS, damaged.root, found)
            of = inspection_of(view, brief)
            own = inspect(of, brief, crew, at_once=at_once)
            seen = (dict(view.plain), found.odd, found.folders.keys())
            answers.append((seen, parts(own), list(of.around()), of.asked))
            assert bool(crew.children()) == (count > 1)
    assert answers[0] == answers[1] == answers[2]
    rules = {one.rule for each in answers[0][1][0] for one in each[1]} | {one.rule for one in answers[0][2]}
    assert {"yaml", "schema", "fold", "log", "actor", "evidence", "link", "canonical", "place", "file"} <= rules
    assert len(answers[0][3]) > 100


def test_the_index_is_inspected_as_the_work_tree_is(damaged: Repository) -> None:
    """What is committed, seen as what is staged, is what a work tree without a change would be."""
    brief = brief_of(damaged)
    staged = Standing.of_index(damaged, TOPS)
    assert (staged.differing, staged.odd) == (set(), {})
    with Crew(1) as crew:
        own = inspect(inspection_of(staged, brief), brief, crew)
    assert (own.findings, own.steady) == ({}, True)
    assert len(own.uses) > 200


def test_only_what_rests_on_a_change_is_inspected_again(damaged: Repository) -> None:
    """Verdicts taken over and verdicts made anew come to what verdicts made from nothing come to."""
    brief = brief_of(damaged)
    with Crew(1) as crew:
        of = inspection_of(Standing.of_worktree(damaged, TOPS), brief)
        whole = inspect(of, brief, crew)
        grounds = whole.grounds("software", "look", rules_of(brief))
        assert parts(inspect(of, brief, crew, grounds)) == parts(whole)
        chance = random.Random(23)
        for path in chance.sample(grounds.used, 10) + chance.sample(grounds.records, 5):
            resting = {
                record
                for record, use in zip(grounds.records, grounds.uses, strict=True)
                if record == path or path in (grounds.used[n] for n in use)
            }
            none = grounds._replace(findings={})
            found = inspect(of, brief, crew, none, [path]).findings
            assert found == {record: each for record, each in whole.findings.items() if record in resting}


def test_changes_are_told_by_the_blobs() -> None:
    one, same, other = bytes(62), b"\1" * 40 + bytes(22), bytes(40) + b"\1" * 22
    assert changes({"a": one, "b": one, "c": one}, {"a": one, "b": same, "c": other, "d": one}) == {"c", "d"}
    assert changes({"a": one}, {}) == {"a"}
    assert changes({}, {}) == set()


def test_rules_are_told_apart(damaged: Repository) -> None:
    brief = brief_of(damaged)
    others = [
        brief._replace(lane="0102"),
        brief._replace(zone=ZoneInfo("UTC")),
        brief._replace(in_force=("core@1",)),
        brief._replace(documents={**brief.documents, "calendars/x.yaml": {}}),
    ]
    names = {rules_of(each) for each in (brief, *others)}
    assert len(names) == 5
    assert rules_of(brief._replace(now=datetime(2030, 1, 1, tzinfo=ZoneInfo("UTC")), root="/")) == rules_of(brief)
