"""What completion offers after a word: ids, forms. Silent where it cannot offer anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from svc.cli.folder import folder
from svc.cli.lang import said
from svc.domain.ids import place_of
from svc.domain.procedure import Library
from svc.domain.refusal import Refusal
from svc.index.database import Trouble
from svc.index.index import Index
from svc.store.repository import Repository
from svc.store.schemas import load_documents

# Every command that takes an id imports this module; what only a shell asks for is imported when it does.
if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _quiet(offer: Callable[[Repository, str], Iterable[CompletionItem]]) -> Callable[..., list[CompletionItem]]:
    """A completion that offers nothing where it cannot."""

    def complete(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            with Repository.find(folder(context)) as repository:
                return list(offer(repository, typed))
        except (Refusal, OSError, ValueError, KeyError):
            return []

    return complete


def _ids(repository: Repository, typed: str) -> Iterable[CompletionItem]:
    """Numbers and register keys that start so; the index is brought up to date for the next time."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(id, help=form) for id, form in _starting(repository, typed)]


def _starting(repository: Repository, typed: str) -> list[tuple[str, str]]:
    from svc.cli.quick import MOST

    index, snapshot = Index(repository.own), repository.snapshot()
    rows = index.at(snapshot)
    if rows is not None:
        try:
            return rows.starting(typed, MOST)
        except Trouble:
            index.condemn()
        finally:
            index.close()
    wanted = typed.casefold()
    places = (place_of(path) for path in snapshot.walk("records"))
    return sorted((one.id, one.form) for one in places if one and one.id.casefold().startswith(wanted))[:MOST]


def _forms(repository: Repository, typed: str) -> Iterable[CompletionItem]:
    """Forms by id; the title beside it."""
    from click.shell_completion import CompletionItem

    snapshot = repository.snapshot()
    documents = {path.removeprefix("schemas/"): value for path, value in load_documents(repository, snapshot).items()}
    library = Library.read(documents, tuple(repository.site().get("procedures", ())))
    return [
        CompletionItem(form.name, help=said(form.title))
        for form in library.forms.values()
        if form.name.startswith(typed)
    ]


ids = _quiet(_ids)
forms = _quiet(_forms)
