"""svc as a user has it: its wheel in an environment of its own, bytecode compiled, called by its console script."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tests.bench.places import NOW, ROOT
from tests.bench.timing import Run, run

SOURCE = ("LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py", "schemas", "svc", "tests/sample")
"""What the wheel is made from."""
JUNK = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


@dataclass(frozen=True)
class Installed:
    """The interpreter and the console script of the environment."""

    python: Path
    script: Path

    def environment(self) -> dict[str, str]:
        """A user's environment: nobody's settings of git, svc or Python, a fixed moment."""
        gone = ("GIT_", "SVC_", "_SVC_", "PYTHON", "LC_", "COLUMNS")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(gone)}
        fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LANG": "C.UTF-8"}
        return {**kept, **fixed, "SVC_NOW": NOW}

    def bare(self) -> Run:
        """`python -c "import click"`: what C is."""
        return run([str(self.python), "-c", "import click"], ROOT, self.environment())


def install(folder: Path) -> Installed:
    """Install the tree's own svc into a new environment in `folder`, which sees the libraries of this interpreter."""
    tree, place = folder / "tree", folder / "venv"
    for name in SOURCE:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=JUNK)
        else:
            shutil.copyfile(ROOT / name, tree / name)
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    site = _said([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    # A .pth line adds the folder but runs no .pth inside it: an svc installed there for development stays out.
    (Path(site) / "libraries.pth").write_text(f"{Path(click.__file__).parents[1]}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--compile"]
    _said([*pip, "--no-build-isolation", "--ignore-installed", str(tree)])
    return Installed(python, place / "bin" / "svc")


def _said(command: Sequence[str]) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise SystemExit(done.stdout.decode("utf-8", "replace"))
    return done.stdout.decode().strip()
