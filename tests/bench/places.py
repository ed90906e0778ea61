"""Where the bench works and how it calls programs: nobody's settings, one identity, one moment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUNDER = ("李敏", "li.min@example.com")
"""The administrator who made the generated repositories."""
NOW = "2026-01-05 09:00"
"""The moment at which everything is measured: shortly after the last record."""


def clean_environment() -> dict[str, str]:
    """The environment without anybody's settings of git or svc, modules of the project in reach."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "SVC_"))}
    fixed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(ROOT)}
    return {**kept, **fixed, "SVC_NOW": NOW}


def git(folder: Path, *args: str) -> str:
    """What git says in a repository; raises when it fails."""
    done = subprocess.run(
        ["git", "-C", str(folder), *args], env=clean_environment(), check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode()
