"""The worked year in records/ and reports/ is what the demo makes today, holds under `check`, and takes no deed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import runpy
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from svc.cli import main

EXAMPLE = runpy.run_path(str(Path(__file__).resolve().parent / "make_example.py"))
KEPT = ("records", "reports", "schemas")
CHEN = ("--me", "chen.jing@example.com")
REFUSED = (
    "错误：这是随软件附带的样例，只供查看。\n"
    "  位置：records/svc.yaml  example: true\n"
    "  依据：[company]\n"
    "  处理：svc demo 新文件夹\n"
)


@pytest.fixture
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that the demo makes; only to be read."""
    made: Path = EXAMPLE["once"](tmp_path_factory.getbasetemp())
    return made


@pytest.fixture(scope="module")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a clone of the project has it: committed by git, its records made by nobody there."""
    place = tmp_path_factory.mktemp("clone")
    for name in KEPT:
        shutil.copytree(root / name, place / name)
    shutil.copy(root / ".gitattributes", place)
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message", "as cloned"),
    ):
        subprocess.run(["git", "-C", str(place), *words], check=True)
    return place


def run(place: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command line in `place`."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run(["-C", str(place), *words])
    return code, out.getvalue(), err.getvalue()


def digests(place: Path) -> Mapping[str, str]:
    """Path -> digest of every file of a clone, git's own objects and refs among them, caches aside."""
    return {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and ".git/svc/" not in path.as_posix()
    }


def test_the_example_is_what_the_demo_makes(played: Path, root: Path) -> None:
    shipped = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in EXAMPLE["FOLDERS"]
        for path in (root / folder).rglob("*")
        if path.is_file()
    }
    made = EXAMPLE["example"](played)
    assert sorted(shipped) == sorted(made)
    assert [name for name in made if made[name] != shipped[name]] == [], "python tests/make_example.py re-makes it"


def test_the_example_differs_from_the_demo_in_one_line(played: Path) -> None:
    site = (played / EXAMPLE["SITE"]).read_bytes()
    made = EXAMPLE["example"](played)
    assert made[EXAMPLE["SITE"]] == site + b"example: true\n"
    assert all(data == (played / name).read_bytes() for name, data in made.items() if name != EXAMPLE["SITE"])


def test_the_example_passes_check(clone: Path) -> None:
    code, out, err = run(clone, "check")
    assert (code, out) == (0, ""), err


def test_the_bound_volume_of_the_example_verifies(clone: Path) -> None:
    code, out, err = run(clone, "volume", "verify", "2025")
    assert code == 0, out + err


@pytest.mark.parametrize(
    "words",
    [
        ("create", "intake", "channel=phone"),
        ("advance", "PG-0101-25-00021-29", "finish"),
        ("undo", "PG-0101-25-00021-29", "--reason", "试试"),
        ("note", "PG-0101-25-00021-29", "试试"),
        ("setting", "set", "evidence.max_mb", "30", "--reason", "试试"),
        ("create", "intake", "channel=phone", "--dry-run"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_writing_command_is_refused(words: tuple[str, ...], clone: Path) -> None:
    before = digests(clone)
    assert run(clone, *words, *CHEN) == (4, "", REFUSED)
    assert digests(clone) == before
