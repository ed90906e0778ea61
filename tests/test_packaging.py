"""What is installed is whole: every procedure, the demo's story and its sample sheet, and nothing of tests or records."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

# A folder of the tree -> where its files are in the wheel.
SHIPPED = {"svc/": "svc/", "schemas/": "svc/schemas/", "tests/sample/": "svc/sample/"}


@pytest.fixture(scope="session")
def tree(root: Path, project_files: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, as a clean clone has it: building leaves nothing in the real one."""
    copy = tmp_path_factory.mktemp("tree")
    for name in project_files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, copy / name)
    return copy


@pytest.fixture(scope="session")
def built(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that was made from it alone."""
    out = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(tree)], out)
    return out


def test_wheel_made_from_the_source_archive_ships_every_file_of_code_and_data(
    built: Path, project_files: Sequence[str]
) -> None:
    with zipfile.ZipFile(_only(built, "*.whl")) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == _wheel_names(project_files)


def test_wheel_made_from_the_tree_holds_the_same(
    tree: Path, project_files: Sequence[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("direct")
    _run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(out), str(tree)], out)
    with zipfile.ZipFile(_only(out, "*.whl")) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == _wheel_names(project_files)


def test_the_data_is_there_at_all(project_files: Sequence[str]) -> None:
    """The comparisons above would also hold for a tree that lost its data."""
    shipped = _wheel_names(project_files)
    assert "svc/schemas/record.schema.json" in shipped
    assert "svc/story/story.yaml" in shipped
    assert "svc/sample/machines-gbk.csv" in shipped
    assert any(name.endswith(".flow.yaml") for name in shipped)


def test_source_archive_holds_what_the_wheel_is_made_from_and_no_tests_or_records(
    built: Path, project_files: Sequence[str]
) -> None:
    with tarfile.open(_only(built, "*.tar.gz")) as archive:
        held = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    papers = {"CHANGELOG.md", "LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py"}
    made = {name for name in held if name.startswith("svc.egg-info/")} | {"PKG-INFO", "setup.cfg"}
    assert held - made == papers | {name for name in project_files if name.startswith(tuple(SHIPPED))}


@pytest.mark.slow
@pytest.mark.parametrize("way", ["wheel", "source archive", "editable", "editable strict", "editable compat"])
def test_every_way_to_install_finds_its_data_from_an_empty_folder(
    way: str, built: Path, tree: Path, tmp_path: Path
) -> None:
    source = {
        "wheel": [str(_only(built, "*.whl"))],
        "source archive": [str(_only(built, "*.tar.gz"))],
        "editable": ["--editable", str(tree)],
        "editable strict": ["--config-settings", "editable_mode=strict", "--editable", str(tree)],
        "editable compat": ["--config-settings", "editable_mode=compat", "--editable", str(tree)],
    }[way]
    svc = _install(tmp_path / "venv", source)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "0.1.0" in _run([str(svc), "--version"], empty)
    who = ["--name", "王建国", "--email", "wang@example.com"]
    _run([str(svc), "init", "office", "--procedure", "chenggong", *who], empty)
    assert (empty / "office" / "schemas" / "record.schema.json").is_file()


def _install(place: Path, source: list[str]) -> Path:
    """Install svc alone into a new environment that sees this one's libraries, without the network; the command's path."""
    venv.create(place, symlinks=os.name != "nt")
    folder = "Scripts" if os.name == "nt" else "bin"
    python = place / folder / "python"
    site = _run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], place).strip()
    # A .pth line adds the folder but runs no .pth inside it, so an editable svc installed there stays out.
    (Path(site) / "libraries.pth").write_text(f"{Path(click.__file__).parents[1]}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    _run([*pip, "--no-deps", "--no-build-isolation", "--ignore-installed", *source], place)
    return place / folder / "svc"


def _wheel_names(project_files: Sequence[str]) -> set[str]:
    """Where every file of code and data of the tree must be in the wheel."""
    return {
        target + name.removeprefix(folder)
        for name in project_files
        for folder, target in SHIPPED.items()
        if name.startswith(folder)
    }


def _only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def _run(command: list[str], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
