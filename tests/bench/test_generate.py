"""The generated repository is what the bench says it is: lawful records, one commit each, the same every time."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from svc.domain.ids import place_of
from svc.domain.times import parse_instant
from svc.store.repository import Repository
from svc.store.yaml_file import load
from tests.bench.generate import generate
from tests.bench.places import clean_environment, git

COUNT = 300
SHIPPED_BY_INIT = 3


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "made"
    assert sum(generate(COUNT, folder).values()) == COUNT
    return folder


def records(made: Path) -> list[str]:
    """The paths of all records of the last commit."""
    paths = git(made, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "HEAD", "records/").splitlines()
    return [path for path in paths if place_of(path) is not None]


def test_it_holds_so_many_records_and_check_finds_nothing(made: Path) -> None:
    assert len(records(made)) == COUNT
    done = subprocess.run(
        [sys.executable, "-m", "svc", "check"],
        cwd=made,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
    assert str(COUNT) in done.stderr


@pytest.mark.slow
def test_check_finds_nothing_in_many_records_either(tmp_path: Path) -> None:
    generate(20_000, tmp_path / "many")
    done = subprocess.run(
        [sys.executable, "-m", "svc", "check"],
        cwd=tmp_path / "many",
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


def test_each_record_has_a_commit_of_its_own_after_the_first(made: Path) -> None:
    told = git(made, "log", "--format=%x00", "--name-only", "--diff-filter=AMD").split("\0")[1:]
    touched = [[path for path in one.splitlines() if place_of(path) is not None] for one in told]
    assert [len(paths) for paths in touched] == [1] * (COUNT - SHIPPED_BY_INIT) + [SHIPPED_BY_INIT]


def test_each_commit_is_worded_and_authored_as_the_last_deed_of_its_record(made: Path) -> None:
    with Repository.open(made) as repository:
        snapshot = repository.snapshot()
        commits = list(repository.history())[:-1]
        assert len(commits) == COUNT - SHIPPED_BY_INIT
        stood = {}
        for path in records(made):
            raw = load(snapshot.read(path) or b"", path)
            stood[raw["id"] if "year" in raw else f"{raw['form']}/{raw['id']}"] = raw
        for commit in commits:
            trailers = dict(commit.trailers)
            raw = stood[trailers["Svc-Record"]]
            last = raw["log"][-1]
            assert commit.subject.startswith(f"{raw['form']}({last['action']}): {raw['id']} ")
            assert (trailers["Svc-Action"], trailers["Svc-Step"]) == (last["action"], str(last["step"]))
            assert (trailers["Svc-Role"], trailers["Svc-Procedure"]) == (last["role"], raw["procedure"])
            assert commit.author_email == f"{last['by']}@example.com" == commit.committer_email
            assert commit.when == parse_instant(last["recorded"]) == commit.committed


def test_the_commits_are_in_order_of_time(made: Path) -> None:
    times = [int(row) for row in git(made, "log", "--reverse", "--format=%ct").split()]
    assert times == sorted(times)


def test_it_is_spread_over_forms_lanes_years_people_and_states(made: Path) -> None:
    with Repository.open(made) as repository:
        snapshot = repository.snapshot()
        raws = [load(snapshot.read(path) or b"", path) for path in records(made)]
    numbered = [raw for raw in raws if "year" in raw]
    assert {raw["form"] for raw in numbered} == {"intake", "dispatch", "repair-report", "parts-issue", "paid-service"}
    assert len({raw["id"].split("-")[1] for raw in numbered}) == 4
    assert len({raw["year"] for raw in numbered}) >= 8
    assert len({raw["log"][0]["by"] for raw in numbered}) >= 4
    states = Counter(raw["state"] for raw in numbered)
    assert len(states) >= 5 and sum(states.values()) > states["closed"] + states["filed"]


def test_the_numbers_of_a_form_in_a_lane_and_year_have_no_gap(made: Path) -> None:
    last: Counter[tuple[str, str]] = Counter()
    count: Counter[tuple[str, str]] = Counter()
    for path in records(made):
        place = place_of(path)
        assert place is not None
        if place.year is not None:
            head, lane, year, sequence, _ = place.id.split("-")
            key = (head + lane, year)
            count[key] += 1
            last[key] = max(last[key], int(sequence))
    assert count == last


def test_work_tree_and_index_are_clean_and_the_history_is_packed(made: Path) -> None:
    assert git(made, "status", "--porcelain") == ""
    git(made, "fsck", "--full", "--strict")
    assert list((made / ".git" / "objects" / "pack").glob("*.pack"))
    assert (made / ".git" / "objects" / "info" / "commit-graph").is_file()


def test_the_same_number_gives_the_same_commits(made: Path, tmp_path: Path) -> None:
    generate(COUNT, tmp_path / "again")
    assert git(tmp_path / "again", "rev-parse", "HEAD") == git(made, "rev-parse", "HEAD")


def test_a_deed_is_taken_in_it(made: Path, tmp_path: Path) -> None:
    git(made.parent, "clone", "-q", str(made), str(tmp_path / "clone"))
    words = ["create", "intake", "channel=phone", "reporter.name=王建国", "reporter.phone=000-5550-0101", "serial=X-1"]
    words += ["fault_place=示例市", "fault_symptom=漏油", "--me", "wang.fang@example.com"]
    done = subprocess.run(
        [sys.executable, "-m", "svc", *words],
        cwd=tmp_path / "clone",
        env=clean_environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == "BX-0101-26-00001-97"


def test_too_few_records_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="the registers alone are"):
        generate(20, tmp_path / "few")
