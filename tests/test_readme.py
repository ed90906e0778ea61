"""What the READMEs say holds: their sessions run, word for word, and so do their tables and their picture."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from svc.domain.refusal import Exit
from svc.store.git import OLDEST

EXAMPLE = runpy.run_path(str(Path(__file__).resolve().parent / "make_example.py"))
READMES = ("README.md", "README.zh.md")
both = pytest.mark.parametrize("name", READMES)


def marked(text: str, mark: str) -> str:
    """The first code block behind `<!-- mark -->`."""
    found = re.search(rf"<!-- {mark} -->\n```[a-z]*\n(.*?)```\n", text, re.DOTALL)
    assert found is not None, mark
    return found[1]


@both
def test_the_sessions_answer_as_they_are_printed(
    name: str, root: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = (root / name).read_text("utf-8")
    made = EXAMPLE["once"](tmp_path_factory.getbasetemp())
    assert EXAMPLE["answered"](text, made, tmp_path) == text, "python tests/make_example.py prints them anew"


def test_both_readmes_have_sessions_and_files(root: Path) -> None:
    """The comparison above would also hold for a page without sessions."""
    for name in READMES:
        found = list(EXAMPLE["blocks"]((root / name).read_text("utf-8")))
        kinds = [kind for kind, _, _ in found]
        assert (kinds.count("session"), kinds.count("file")) == (9, 5)
        assert sum(text.count("\n$ svc") + text.startswith("$ svc") for _, _, text in found) > 20
    first, second = ([b for b in EXAMPLE["blocks"]((root / n).read_text("utf-8")) if b[0] == "file"] for n in READMES)
    assert first == second


@both
def test_the_two_commands(name: str, root: Path) -> None:
    text = (root / name).read_text("utf-8")
    assert marked(text, "main-command") == "python -m pip install . && svc demo\n"
    assert marked(text, "test-command") == "python -m pip install -e '.[test]' && python -m pytest\n"
    assert '"test": [' in (root / "setup.py").read_text("utf-8")


@both
def test_the_picture_shows_the_floors(name: str, root: Path) -> None:
    picture = next(
        b for b in re.findall(r"```text\n(.*?)```", (root / name).read_text("utf-8"), re.DOTALL) if "──" in b
    )
    drawn = re.findall(r"\b([a-z]+)/ ", picture)
    assert drawn == ["cli", "render", "index", "store", "domain"]
    assert set(drawn) == {path.parent.name for path in (root / "svc").glob("*/__init__.py")}


@both
def test_the_exit_codes(name: str, root: Path) -> None:
    rows = re.findall(r"^\| ([0-9]+) \| \S", (root / name).read_text("utf-8"), re.MULTILINE)
    assert [int(code) for code in rows] == [int(code) for code in Exit]


@both
def test_every_place_that_is_named_is_there(name: str, root: Path) -> None:
    text = (root / name).read_text("utf-8")
    table = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    places = [place for cell in table for place in re.findall(r"`([^`]+)`", cell)]
    assert len(places) == 7
    others = (
        "tests/test_floors.py",
        "tests/make_example.py",
        "tests/sample/machines-gbk.csv",
        "LICENSE",
        "CHANGELOG.md",
    )
    assert all(place in text for place in others)
    assert [place for place in (*places, *others) if not (root / place).exists()] == []


@both
def test_versions_and_platforms(name: str, root: Path) -> None:
    text = (root / name).read_text("utf-8")
    assert f"git {OLDEST[0]}.{OLDEST[1]}" in text
    assert 'python_requires=">=3.11"' in (root / "setup.py").read_text("utf-8")
    assert "Python 3.11" in text
    assert "macOS" in text and "WSL" in text
