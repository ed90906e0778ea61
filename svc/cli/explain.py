"""`svc explain`: a form, a field, an action, a clause, an exit code, a setting, a role; why a record came out so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import click

from svc.cli.about_clock import about_clock
from svc.cli.about_form import about_action, about_field, about_form
from svc.cli.about_record import about_record
from svc.cli.about_word import about_clause, about_exit, about_kind, about_role, about_setting
from svc.cli.completing import forms
from svc.cli.desk import Desk, Shelf, desk
from svc.cli.lang import t
from svc.cli.options import page
from svc.cli.saying import room, whole
from svc.cli.timing import clock_dict, idle_dicts
from svc.cli.topics import EXITS
from svc.domain.near import near
from svc.domain.paths import Json
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.index.look import Look
from svc.index.seek import readings
from svc.render.terminal import safe_text, wrap

Told = tuple[str, Callable[[], Iterable[str]]]


@page(
    "explain",
    t(
        "解释：表单、表单.字段、表单.动作、表单.时限、条款号、退出码、设定、角色、凭证种类，或某张单据的时限与结论何以如此。",
        "Explain a form, FORM.FIELD, FORM.ACTION, FORM.CLOCK, a clause, an exit code, a setting, a role, a kind of"
        " evidence, or why a record's deadlines and verdicts came out as they did.",
    ),
    "svc explain 派工单",
    "svc explain 派工单.到达现场",
    "svc explain 派工单.到位",
    "svc explain 4.2.3",
    "svc explain BX-0101-26-00412-28",
    'svc explain BX-0101-26-00412-28 --as-of "2026-11-23 10:00" -O json',
)
@click.argument("what", metavar=t("对象", "WHAT"), shell_complete=forms)
def command(what: str) -> None:
    here = desk()
    shelf = here.shelf
    wide = room() if here.options.output is None else None
    value: list[dict[str, Json]] = [
        {"kind": kind, "text": list(lines())} for kind, lines in meanings(shelf, what.strip(), wide)
    ]
    value = value or [_record(here, shelf, what.strip())]
    whole(here, {"what": what, "explained": value}, _lines((one["text"] for one in value), wide))


def _lines(parts: Iterable[Sequence[str]], wide: int | None) -> Iterator[str]:
    """The parts one below the other, safe to show, wrapped to the terminal."""
    for n, lines in enumerate(parts):
        if n:
            yield ""
        for line in lines:
            indent = " " * (len(line) - len(line.lstrip()))
            safe = safe_text(line)
            yield from ([safe] if wide is None else (indent + part for part in wrap(safe.strip(), wide - len(indent))))


def meanings(shelf: Shelf, what: str, wide: int | None) -> Iterator[Told]:
    """Everything that the word means in the data, exact matches only; a clock by its bare name where nothing else is
    called so."""
    found = list(_named(shelf, what, wide))
    yield from found or _clocks(shelf.library, shelf.library.forms.values(), what, wide)


def _named(shelf: Shelf, what: str, wide: int | None) -> Iterator[Told]:
    library = shelf.library
    if what in library.part("clauses"):
        yield "clause", lambda: about_clause(library, what, wide)
    if what.isascii() and what.isdigit() and int(what) in EXITS:
        yield "exit", lambda: about_exit(int(what))
    if what in library.settings:
        yield "setting", lambda: about_setting(shelf.scene, what, wide)
    for role in _titled(library.roles, library.role_title, what):
        yield "role", lambda role=role: about_role(library, role, wide)  # type: ignore[misc]
    for form in library.named(what):
        yield "form", lambda form=form: about_form(library, form, wide)  # type: ignore[misc]
    for kind in _titled(library.kinds, library.kind_title, what):
        yield "evidence", lambda kind=kind: about_kind(library, kind, wide)  # type: ignore[misc]
    head, dot, tail = what.partition(".")
    for form in library.named(head) if dot and tail else ():
        yield from _inside(shelf, form, tail, wide)


def _clocks(library: Library, forms: Iterable[Form], what: str, wide: int | None) -> Iterator[Told]:
    """The clocks of the forms that have this id or title."""
    for form in forms:
        for one in form.clocks:
            if what in (one.name, one.title.zh, one.title.en):
                yield "clock", lambda form=form, one=one: about_clock(library, form, one, wide)  # type: ignore[misc]


def _titled(names: Iterable[str], title: Callable[[str], Text], what: str) -> list[str]:
    """The names that have this id or title."""
    return [name for name in names if what in (name, title(name).zh, title(name).en)]


def _inside(shelf: Shelf, form: Form, tail: str, wide: int | None) -> Iterator[Told]:
    """An action, a clock or a field of a form."""
    library = shelf.library
    clocks = list(_clocks(library, (form,), tail, wide))
    actions = [a for a in form.actions.values() if tail in (a.name, a.text.zh, a.text.en)]
    for action in actions:
        yield "action", lambda action=action: about_action(library, form, action, wide)  # type: ignore[misc]
    yield from clocks
    fields = readings(library, form, tail)
    for one in fields:
        if (info := form.schema.info(one.path)) is not None:
            yield "field", lambda info=info: about_field(library, form, info, wide)  # type: ignore[misc]
    if not (actions or clocks or fields):
        known = [*form.actions, *form.schema.paths(), *(a.text.zh for a in form.actions.values())]
        known += [info.title.zh for info in form.schema.fields()]
        known += [word for one in form.clocks for word in (one.name, one.title.zh)]
        raise Refusal(
            Text(
                f"{form.title.zh}没有字段、动作或时限 {shown(tail)}。",
                f"{form.title.en} has no field, action or clock {shown(tail)}.",
            ),
            exit=Exit.NOT_FOUND,
            where=Text.same(shown(f"{form.name}.{tail}")),
            remedy=Text.same(f"svc explain {form.name}"),
            details=near(tail, known),
        )


def _record(here: Desk, shelf: Shelf, what: str) -> dict[str, Json]:
    """What tells the record that the word names; Refusal (exit 3) with near matches where it means nothing at all."""
    try:
        record = here.find(what, shelf)
    except Refusal as refusal:
        if refusal.exit != Exit.NOT_FOUND or refusal.details:
            raise
        known = [*shelf.library.forms, *shelf.library.roles, *shelf.library.settings, *shelf.library.part("clauses")]
        known += [form.title.zh for form in shelf.library.forms.values()]
        raise Refusal(
            Text(f"不知道 {shown(what)} 是什么。", f"nothing is called {shown(what)}."),
            exit=Exit.NOT_FOUND,
            where=Text.same(shown(what)),
            remedy=Text.same("svc procedure show"),
            details=near(what, known),
        ) from refusal
    look = Look(shelf.scene, record)
    told = {"kind": "record", "id": record.id, "text": list(about_record(shelf, look))}
    if here.options.format in (None, "table"):
        return told
    return {**told, "clocks": [clock_dict(look, one) for one in look.running], "idle": idle_dicts(look)}
