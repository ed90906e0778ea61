"""What completion offers behind an id typed so far, in the time a shell waits for it: from the index as it stands,
without the rest of svc. Where the index does not stand at the latest commit, the command itself is asked instead.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import click
from click.shell_completion import CompletionItem

from svc.cli.folder import folder
from svc.domain.refusal import Refusal
from svc.index.database import Trouble, asking, connect, files_of
from svc.index.folded import starting
from svc.index.tables import get, sealed
from svc.store import place

BY_ID = ("advance", "show", "log", "undo", "attach", "note")
"""The commands whose first word is an id."""
MOST = 100
"""So many ids are offered at most."""


def stand_in(args: Sequence[str], real: Callable[[], click.Command | None]) -> click.Command | None:
    """What stands for a command while its words are completed: for those that begin with an id, as long as no option
    has been typed behind them. `real` imports the command when more than ids is asked for."""
    if not args or args[0] not in BY_ID or any(word.startswith("-") for word in args[1:]):
        return None
    return _StandIn(args[0], real)


class _StandIn(click.Command):
    """A command of one id and whatever comes behind it."""

    def __init__(self, name: str, real: Callable[[], click.Command | None]) -> None:
        first = click.Argument(["id"], required=False, shell_complete=self._ids)
        super().__init__(name, params=[first, click.Argument(["rest"], nargs=-1)], add_help_option=False)
        self._real = real

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The options of the command itself."""
        real = self._real()
        return real.shell_complete(ctx, incomplete) if real else []

    def _ids(self, ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        found = _known(ctx, typed)
        if found is not None:
            return [CompletionItem(id, help=form) for id, form in found]
        real = self._real()
        words = [one for one in real.params if isinstance(one, click.Argument)] if real else []
        return words[0].shell_complete(ctx, typed) if words else []


def _known(context: click.Context, typed: str) -> list[tuple[str, str]] | None:
    """(id, form) of what begins so; None where the index does not stand at the latest commit."""
    try:
        where = place.find(folder(context))
        path = files_of(where.own).newest()
        if path is None:
            return None
        with asking(), contextlib.closing(connect(path)) as db:
            if sealed(db) and get(db, "commit") == place.head(where):
                return starting(db, typed, MOST)
    except (Refusal, Trouble, OSError, ValueError):
        return None
    return None
