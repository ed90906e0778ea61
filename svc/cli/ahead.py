"""The repository, opened while the command that will read it is still being imported.

git takes as long to start as the command to import: begun first, its child works on another processor meanwhile.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from svc.cli.folder import folder
from svc.domain.refusal import Refusal
from svc.store.repository import Repository

_begun: dict[Path, Repository] = {}


def begin(context: click.Context) -> None:
    """Open what the words before the command name. What is wrong with it, the command itself will say."""
    with contextlib.suppress(Refusal, OSError, ValueError):
        where = folder(context)
        repository = Repository.find(where)
        repository.warm()
        _begun[where] = repository


def take(where: Path) -> Repository | None:
    """The repository begun for that very folder, once."""
    return _begun.pop(where, None)
