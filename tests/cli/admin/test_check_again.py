"""`svc check` again: what the last check left never changes an answer, only what has to be read for it.

`MARK` is a finding that nobody makes: put into what is kept, it shows whether what is kept was believed.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from svc.domain.adopting import IN_FORCE
from svc.domain.core import SETTING
from svc.domain.findings import Finding
from svc.domain.ids import record_path
from svc.domain.refusal import Text
from svc.store import place
from svc.store import verdict as kept
from svc.store.yaml_file import dump

NOW, LATER = "2026-03-06 09:00", "2026-03-06 10:00"
MARK = Finding("records/mark", 1, "", Text("记号", "mark"), "mark")
ROOT = Path(__file__).resolve().parents[3]
SETTLED = 2.1
"""Seconds after which another change to a file shows in its times."""
COPIES = 30


@pytest.fixture(scope="module")
def copies(company: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Copies of the company, their files unchanged for a while; to rename a folder leaves the files as they are."""

    def made() -> Iterator[Path]:
        while True:
            folder = tmp_path_factory.mktemp("copies")
            for n in range(COPIES):
                shutil.copytree(company.root, folder / str(n), symlinks=True)
                shutil.rmtree(folder / str(n) / ".git/svc", ignore_errors=True)
            time.sleep(SETTLED)
            yield from (folder / str(n) for n in range(COPIES))

    return made()


@pytest.fixture
def again(company: Any, copies: Iterator[Path], tmp_path: Path) -> Any:
    """A company that rested and was checked, to do anything with."""
    os.rename(next(copies), tmp_path / "again")
    world = type(company)(tmp_path / "again")
    assert check(world)[0] == 0
    assert folder(world).is_dir()
    return world


def check(world: Any, *args: str, now: str = NOW) -> tuple[int, str, str]:
    """The whole answer of a check."""
    answer = world.svc("check", *args, now=now)
    assert "Traceback" not in answer.err and "软件内部出错" not in answer.err, answer.err
    return answer.code, answer.out, answer.err


def folder(world: Any) -> Path:
    """Where the last check left what it left."""
    return Path(world.root) / ".git/svc/cache/check"


def cold(world: Any, *args: str, now: str = NOW) -> tuple[int, str, str]:
    """The answer of a check that knows of none before; what is kept stays as it is."""
    aside = Path(world.root) / ".git/svc/aside"
    os.rename(folder(world), aside) if folder(world).exists() else None
    answer = check(world, *args, now=now)
    shutil.rmtree(folder(world), ignore_errors=True)
    os.rename(aside, folder(world)) if aside.exists() else None
    return answer


def mark(world: Any, **other: Any) -> None:
    """Put the mark among the findings of the kept verdict, and change other things in it."""
    verdict = kept.read_verdict(folder(world))
    assert verdict is not None
    kept.keep_verdict(folder(world), verdict._replace(findings=[*verdict.findings, MARK], **other))


def marked(world: Any, *args: str, now: str = NOW) -> bool:
    """Whether a check says again what the last one said."""
    return MARK.said("zh") in check(world, *args, now=now)[1]


def git(world: Any, *args: str) -> str:
    """Plain git, as somebody at the keyboard runs it."""
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    done = subprocess.run(["git", "-C", str(world.root), *who, *args], capture_output=True, text=True, check=False)
    return done.stdout


def one(world: Any, pattern: str) -> Path:
    """The one file of a pattern."""
    (found,) = Path(world.root).glob(pattern)
    return found


CUSTOMER = "records/register/customer/*/kh-001.yaml"
WORKER = "records/register/person/*/zhang.wei.yaml"


def replace(path: Path, old: str, new: str) -> None:
    """Change a file, its size and the time of its content as they were."""
    there = path.stat()
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))


class TestNothingChanged:
    def test_the_last_verdict_is_said_again(self, again: Any) -> None:
        before = sorted(path.stat().st_mtime_ns for path in folder(again).iterdir())
        assert check(again) == cold(again)
        mark(again)
        assert marked(again)
        assert marked(again, "-O", "json") is False  # the same finding, in another form
        assert '"mark"' in check(again, "-O", "json")[1]
        assert check(again)[0] == 1
        assert sorted(path.stat().st_mtime_ns for path in folder(again).iterdir())[:2] == before[:2]

    def test_no_record_is_opened_and_little_imported(self, again: Any) -> None:
        found = opened(again, "check")
        assert found["code"] == "0"
        assert not [path for path in found["opened"].split("\n") if "/records/" in path.partition("/.git/")[0] + "/"]
        assert not {"svc.cli.checking", "svc.index.world", "yaml", "jsonschema", "jsonschema_rs", "tabulate"} & set(
            found["modules"].split()
        )

    @pytest.mark.parametrize(
        "other",
        [{"software": "0.0"}, {"commit": "0" * 40}, {"look": "0" * 40}, {"since": "2026-03-06T09:00:01+08:00"},
         {"until": "2026-03-06T09:00:00+08:00"}, {"since": "", "until": "2026-03-06T01:00:00+00:00"}],
        ids=lambda other: " ".join(other),
    )  # fmt: skip
    def test_what_rests_on_anything_else_is_not_believed(self, again: Any, other: dict[str, str]) -> None:
        mark(again, **other)
        assert not marked(again)
        assert check(again) == cold(again)

    def test_it_holds_as_long_as_the_procedures_adopted_do(self, again: Any) -> None:
        values = [(day, ["core@1", "chenggong@1"]) for day in ("2026-03-02", "2026-03-06T09:30:00+08:00", "2026-04-01")]
        adopted(again, [{"from": start, "value": value} for start, value in values])
        first, second = "2026-03-02T00:00:00+08:00", "2026-03-06T09:30:00+08:00"
        for now, since, until in (
            ("2026-03-06 09:00", first, second),
            ("2026-03-06 09:30", second, "2026-04-01T00:00:00+08:00"),
            ("2026-04-01 00:00", "2026-04-01T00:00:00+08:00", ""),
            ("2026-03-01 23:59", "", first),
        ):
            check(again, now=now)
            verdict = kept.read_verdict(folder(again))
            assert verdict is not None and (verdict.since, verdict.until) == (since, until)

    def test_it_holds_for_a_while(self, again: Any) -> None:
        mark(again, since="2026-03-06T09:00:00+08:00", until="2026-03-06T09:30:00+08:00")
        assert marked(again)
        assert marked(again, now="2026-03-06 09:29")
        assert not marked(again, now="2026-03-06 09:30")
        mark(again, since="2026-03-06T09:00:00+08:00")
        assert not marked(again, now="2026-03-06 08:59")
        mark(again)
        assert marked(again, now="2031-01-01 00:00")
        assert not marked(again, "--as-of", "2026-03-06 09:00")

    def test_other_questions_are_answered_anew(self, again: Any) -> None:
        mark(again)
        for args in (("kh-001",), ("records",), ("--staged",), ("--base", "HEAD"), (".",)):
            assert not marked(again, *args), args
        assert marked(again)

    def test_a_check_that_is_refused_leaves_no_child(self, again: Any) -> None:
        """git is at work before the refusal is known."""
        (again.root / "records/svc.yaml").write_text("x: [\n")
        git(again, "commit", "-qam", "by hand")
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            assert again.svc("check", now=NOW).code not in (0, 1)
            gc.collect()
        assert [str(warning.message) for warning in told] == []

    def test_a_write_that_was_broken_off_is_healed_first(self, again: Any) -> None:
        mark(again)
        (again.root / ".git/svc" / place.PENDING).write_bytes(b"nonsense")
        assert not marked(again)


def opened(world: Any, *args: str) -> dict[str, str]:
    """Run a command in a process of its own: its code, the files it opened, the modules it imported."""
    code = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, told: opened.append(str(told[0])) if event == 'open' else None)\n"
        "from svc.cli.main import run\n"
        "answer = run(sys.argv[1:])\n"
        "print('\\0'.join((str(answer), '\\n'.join(opened), ' '.join(sys.modules))))\n"
    )
    env = {**os.environ, "SVC_NOW": NOW, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, "-C", str(world.root), *args]
    out = subprocess.run(command, env=env, capture_output=True, text=True, check=True, cwd=world.root.parent).stdout
    return dict(zip(("code", "opened", "modules"), out.rpartition("\n\n")[2].split("\0"), strict=True))


def records_in(world: Any, found: dict[str, str]) -> set[str]:
    """The record files among the files that were opened."""
    top = f"{world.root}/records/"
    paths = {path for path in found["opened"].split("\n") if path.startswith(top) and path.endswith(".yaml")}
    return set(filter(os.path.exists, paths))


def write(path: Path, text: str = "*\n") -> None:
    """A file, its folder too."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


HIDDEN: dict[str, Callable[[Any, Path], object]] = {
    "skip-worktree": lambda world, path: git(world, "update-index", "--skip-worktree", str(path)),
    "assume-unchanged": lambda world, path: git(world, "update-index", "--assume-unchanged", str(path)),
    "ignored": lambda world, _: write(world.root / ".git/info/exclude"),
    "ignored in its folder": lambda _, path: write(path.parent / ".gitignore"),
    "sparse": lambda world, _: git(world, "sparse-checkout", "set", "--no-cone", "/*", "!/nothing"),
    "stat ignored": lambda world, _: git(world, "config", "core.ignoreStat", "true"),
    "change time ignored": lambda world, _: git(world, "config", "core.trustctime", "false"),
    "fewer times compared": lambda world, _: git(world, "config", "core.checkStat", "minimal"),
    "another work tree": lambda world, _: git(world, "config", "core.worktree", str(world.root.parent)),
    "committed by hand": lambda world, _: git(world, "commit", "-qam", "x"),
}


class TestSomethingChanged:
    def test_one_edit_is_found_and_one_record_read(self, again: Any) -> None:
        file = one(again, CUSTOMER)
        replace(file, "示例建筑公司", "别家建筑公司")
        found = opened(again, "check")
        count = len(list((again.root / "records").rglob("*.yaml")))
        assert len(records_in(again, found)) < count / 2
        assert check(again) == cold(again)
        assert "[fold]" in check(again)[1]

    def test_a_record_is_asked_for_alone(self, again: Any) -> None:
        shutil.rmtree(folder(again))
        found = records_in(again, opened(again, "check", "kh-001"))
        whole = records_in(again, opened(again, "check"))
        assert str(one(again, CUSTOMER)) in found
        assert len(found) * 2 < len(whole)

    @pytest.mark.parametrize("hide", HIDDEN.values(), ids=HIDDEN)
    def test_nothing_hides_an_edit(self, again: Any, hide: Callable[[Any, Path], object]) -> None:
        file = one(again, CUSTOMER)
        stray = file.with_name("stray.txt")
        for edit in (lambda: replace(file, "示例建筑公司", "别家建筑公司"), lambda: stray.write_bytes(b"x")):
            edit()
            hide(again, file)
            answer = check(again)
            assert answer[0] == 1
            assert answer == cold(again)
        assert "[fold]" in answer[1] and "stray.txt" in answer[1]

    def test_what_rests_on_a_changed_file_is_judged_anew(self, again: Any) -> None:
        """The mark in every record's own findings: it goes where something that the record rests on has changed."""
        grounds = kept.read_grounds(folder(again))
        assert grounds is not None and len(grounds.records) >= 20
        everywhere = {path: [MARK._replace(file=path)] for path in grounds.records}

        def left() -> set[str]:
            """The records whose verdicts were believed."""
            now = kept.read_grounds(folder(again))
            assert now is not None
            kept.keep_grounds(folder(again), now._replace(findings=everywhere))
            return {line.partition(":")[0] for line in check(again)[1].splitlines() if line.endswith("[mark]")}

        mark(again, commit="0" * 40)
        every = set(grounds.records)
        assert left() == every
        customer = one(again, CUSTOMER).relative_to(again.root).as_posix()
        place = grounds.used.index(customer)
        resting = {path for path, use in zip(grounds.records, grounds.uses, strict=True) if place in use}
        assert {"warranty-handbook"} == {Path(path).parent.parent.name for path in resting}
        replace(again.root / customer, "示例建筑公司", "别家建筑公司")
        assert every - left() == {customer, *resting}
        (again.root / customer).unlink()
        assert every - left() == {customer, *resting}
        certificate = min(again.root.glob("records/**/certificate-1.pdf"))
        certificate.write_bytes(b"another")
        assert f"{certificate.parent.relative_to(again.root)}.yaml" in every - left()
        worker = one(again, WORKER)
        replace(worker, "service_person", "service_parson")
        gone = every - left()
        left_ones = [path for path in every if (again.root / path).exists()]
        deeds = {path for path in left_ones if "by: zhang.wei\n" in (again.root / path).read_text("utf-8")}
        assert deeds and deeds <= gone
        flow = again.root / "schemas/chenggong@1/customer.flow.yaml"
        flow.write_text(flow.read_text("utf-8").replace("code:", "code:", 1) + "\n", "utf-8")
        assert left() == every - {customer}, "written otherwise, it says the same"
        flow.write_text(flow.read_text("utf-8").replace("title: {zh: ", "title: {zh: 新", 1), "utf-8")
        assert left() == set()

    def test_a_deed_is_followed_by_a_small_check(self, again: Any) -> None:
        intake = next((again.root / "records/2026/intake").rglob("*.yaml")).stem
        again.done("note", intake, "已电话回访", me="wang.fang", now=LATER)
        found = records_in(again, opened(again, "check"))
        assert 0 < len(found) < len(list((again.root / "records").rglob("*.yaml"))) / 2
        assert check(again, now=LATER) == cold(again, now=LATER)


class TestDamaged:
    @pytest.mark.parametrize("name", [kept.LOOK, kept.VERDICT, kept.GROUNDS])
    def test_whatever_stands_there_is_made_anew(self, again: Any, name: str) -> None:
        expected = check(again)
        data = (folder(again) / name).read_bytes()
        chance = random.Random(5)
        damages = [
            b"",
            b"\0" * 100,
            data[: len(data) // 2],
            data[:-1],
            data + b"x",
            data[::-1],
            b"DIRC",
            b"{}\n",
            b"[" * 99999,
        ]
        for _ in range(6):
            at = chance.randrange(len(data))
            damages.append(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        for damage in damages:
            (folder(again) / name).write_bytes(damage)
            assert check(again) == expected
        (folder(again) / name).unlink()
        (folder(again) / name).mkdir()
        assert check(again) == expected
        (folder(again) / name).rmdir()
        assert check(again) == expected
        mark(again)
        assert marked(again), "and then it holds again"

    def test_no_place_to_keep_anything(self, again: Any) -> None:
        expected = check(again)
        shutil.rmtree(folder(again))
        folder(again).write_bytes(b"a file")
        assert check(again) == expected

    def test_what_has_no_mark_is_never_kept(self, again: Any) -> None:
        shutil.rmtree(folder(again))
        (again.root / "records/link").symlink_to("svc.yaml")
        assert check(again) == cold(again)
        assert kept.read_verdict(folder(again)) is None

    def test_broken_settings_are_findings(self, again: Any) -> None:
        """The setting that names the procedures adopted, of any shape, stops no check."""
        for values in (5, [5], [{"from": [], "value": 1}], [{"value": 1}], [{"from": "2026-01-01"}], {"a": "b"}, None):
            adopted(again, values)
            answer = check(again)
            assert answer[0] == 1
            assert answer == cold(again)


def adopted(world: Any, values: Any) -> None:
    """Write by hand the setting that names the procedures adopted."""
    file = Path(world.root) / record_path(SETTING, IN_FORCE, None)
    file.parent.mkdir(parents=True, exist_ok=True)
    head = {"id": IN_FORCE, "form": SETTING, "procedure": "core@1", "state": "set"}
    file.write_bytes(dump({**head, "fields": {"code": IN_FORCE, "values": values}, "log": []}))


def turned(path: Path) -> None:
    """Change a byte of a file, its size and the time of its content as they were."""
    there, data = path.stat(), path.read_bytes()
    path.write_bytes(bytes(byte ^ 1 for byte in data[:1]) + data[1:])
    os.utime(path, ns=(there.st_atime_ns, there.st_mtime_ns))


def wander(chance: random.Random, world: Any, now: str) -> None:
    """One thing that somebody does to a repository, by hand or by a command."""
    root = Path(world.root)
    records = sorted(path for path in (root / "records").rglob("*.yaml") if path.name != "svc.yaml")
    papers = sorted(path for path in (root / "records").rglob("*.pdf"))
    folders = sorted(path for path in (root / "records").rglob("*") if path.is_dir())
    file = chance.choice(records or [root / "records/svc.yaml"])
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    steps: list[Callable[[], object]] = [
        lambda: file.write_text(text.replace("2026", "2025", 1), "utf-8"),
        lambda: file.write_text(text.replace("a", "b", 3), "utf-8"),
        lambda: file.write_text(text + "\n", "utf-8"),
        lambda: file.unlink(missing_ok=True),
        lambda: file.rename(chance.choice(folders) / "elsewhere.yaml"),
        lambda: file.write_bytes(text.encode()),
        lambda: os.utime(file),
        lambda: (chance.choice(folders) / f"stray-{chance.randrange(5)}").write_bytes(b"x"),
        lambda: (chance.choice(folders) / f"deep-{chance.randrange(5)}/a/b").mkdir(parents=True, exist_ok=True),
        lambda: shutil.rmtree(chance.choice(folders)),
        lambda: turned(chance.choice(papers)) if papers else None,
        lambda: chance.choice(papers).unlink() if papers else None,
        lambda: git(world, "checkout", "-q", "--", "."),
        lambda: (git(world, "checkout", "-q", "--", "."), git(world, "clean", "-qfdx", "records", "reports")),
        lambda: (git(world, "add", "-A"), git(world, "commit", "-qm", "by hand")),
        lambda: git(world, "reset", "-q", "--hard", "HEAD~1"),
        lambda: git(world, "rm", "-q", "--cached", str(file)),
        lambda: world.svc("note", file.stem, "备注", me="wang.fang", now=now),
        lambda: (root / "schemas/core@1/unit.flow.yaml").write_text(chance.choice(["form: [\n", "form: unit\n"])),
        lambda: (root / "records/svc.yaml").write_text(chance.choice(["format: 1\n", "lane: '0101'\n", "x: [\n"])),
        lambda: (root / "records/link").symlink_to("svc.yaml"),
        lambda: (root / "records/link").unlink(missing_ok=True),
        lambda: shutil.copytree(chance.choice(folders), root / f"reports/copy-{chance.randrange(3)}", symlinks=True),
        lambda: shutil.rmtree(root / "reports", ignore_errors=True),
    ]
    for _ in range(chance.choice((1, 1, 2))):
        try:
            chance.choice(steps)()
        except OSError:
            continue


def walked(world: Any, seed: int, steps: int) -> None:
    """A check after each step of a walk says what a check from nothing says."""
    chance = random.Random(seed)
    for step in range(steps):
        now = f"2026-03-{6 + step // 24:02d} {step % 24:02d}:30"
        wander(chance, world, now)
        # Twice: what the first one leaves must serve the second.
        expected = cold(world, now=now)
        assert check(world, now=now) == expected, (seed, step)
        assert check(world, now=now) == expected, (seed, step)


@pytest.mark.parametrize("seed", range(3))
def test_a_walk_is_checked_as_from_nothing(again: Any, seed: int) -> None:
    walked(again, seed, 12)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 112))
def test_a_long_walk_is_checked_as_from_nothing(again: Any, seed: int) -> None:
    walked(again, seed, 60)
