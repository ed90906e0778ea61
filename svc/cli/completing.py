"""What completion offers after a word: ids, forms, topics. Cheap (names in the tree, never records), and silent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from svc.cli.lang import said
from svc.domain.ids import place_of
from svc.domain.procedure import Library
from svc.domain.refusal import Refusal
from svc.store.repository import Repository
from svc.store.schemas import load_documents

MOST = 100
"""So many ids are offered at most."""


def _repository(context: click.Context) -> Repository:
    """The repository that the words typed so far name."""
    given = None
    here: click.Context | None = context
    while here is not None and given is None:
        given, here = here.params.get("repo"), here.parent
    return Repository.find(Path(given or os.environ.get("SVC_REPO") or Path.cwd()))


def _quiet(offer: Callable[[Repository, str], Iterable[CompletionItem]]) -> Callable[..., list[CompletionItem]]:
    """A completion that offers nothing where it cannot."""

    def complete(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            with _repository(context) as repository:
                return list(offer(repository, typed))
        except (Refusal, OSError, ValueError, KeyError):
            return []

    return complete


def _ids(repository: Repository, typed: str) -> Iterable[CompletionItem]:
    """Numbers and register keys that start so."""
    wanted = typed.casefold()
    places = (place_of(path) for path in repository.snapshot().walk("records"))
    found = sorted((one.id, one.form) for one in places if one and one.id.casefold().startswith(wanted))
    return [CompletionItem(id, help=form) for id, form in found[:MOST]]


def _forms(repository: Repository, typed: str) -> Iterable[CompletionItem]:
    """Forms by id; the title beside it."""
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
