"""The folder in which a command line works."""

from __future__ import annotations

import os
from pathlib import Path

import click


def folder(context: click.Context) -> Path:
    """The folder that the words typed so far name, or the one to search from."""
    given = None
    here: click.Context | None = context
    while here is not None and given is None:
        given, here = here.params.get("repo"), here.parent
    return Path(given or os.environ.get("SVC_REPO") or Path.cwd())
