"""The form that a word on the command line names."""

from __future__ import annotations

from svc.cli.desk import Shelf
from svc.domain.procedure import Form
from svc.domain.refusal import Exit, Refusal, Text


def form_named(shelf: Shelf, word: str) -> Form:
    """The form that a word names: id, code, title, alias (exit 3 when none or several)."""
    found = shelf.library.named(word)
    if len(found) == 1:
        return found[0]
    forms = found or _like(shelf, word) or list(shelf.library.forms.values())
    names = [Text(f"{form.name}  {form.title.zh}", f"{form.name}  {form.title.en}") for form in forms]
    raise Refusal(
        Text(f"没有表单 {word}。", f"there is no form {word}.")
        if not found
        else Text(f"{word} 指几个表单。", f"{word} names several forms."),
        exit=Exit.NOT_FOUND,
        where=Text.same(word),
        remedy=Text.same("svc procedure show"),
        details=tuple(names),
    )


def _like(shelf: Shelf, word: str) -> list[Form]:
    """The forms with a name much like a word."""
    import difflib

    spelled: dict[str, Form] = {}
    for form in shelf.library.forms.values():
        spelled |= dict.fromkeys((form.name, form.title.zh, form.title.en.lower(), *form.flow.get("alias", ())), form)
    close = difflib.get_close_matches(word.lower(), spelled, 5, 0.5)
    return list({spelled[name].name: spelled[name] for name in close}.values())
