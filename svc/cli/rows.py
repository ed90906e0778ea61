"""Records as rows: words for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from svc.cli.desk import Desk
from svc.cli.lang import t
from svc.cli.saying import rows
from svc.index.columns import NUMBERS, Field
from svc.index.look import Look
from svc.render.table import Column


def language() -> str:
    """The language of this run."""
    return t("zh", "en")


def plain(desk: Desk) -> bool:
    """Whether the output is for people: a table or a card rather than JSON, CSV or ids."""
    return desk.options.format in (None, "table") and not desk.options.quiet


def words_of(text: str | None) -> list[str]:
    """The words between the commas of an option."""
    return [word.strip() for word in (text or "").replace("，", ",").split(",") if word.strip()]


def field_rows(desk: Desk, fields: Sequence[Field], found: Iterable[Look]) -> None:
    """Records as rows of `fields`."""
    columns = [Column(f.key, f.title, right=f.type in NUMBERS, whole=f.key == "id") for f in fields]
    lang = language()
    if plain(desk):
        rows(desk, columns, ([field.shown(look, lang) for field in fields] for look in found), fielded=True)
    else:
        rows(desk, columns, ([field.value(look) for field in fields] for look in found), fielded=True)
