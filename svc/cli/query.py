"""`svc query`: find records; rows, counts, groups and sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import click

from svc.cli.completing import forms
from svc.cli.desk import Desk, Shelf, desk, read_words
from svc.cli.formname import form_named
from svc.cli.lang import t
from svc.cli.options import page
from svc.cli.rows import field_rows, language, plain, words_of
from svc.cli.saying import rows, whole
from svc.domain.procedure import Form
from svc.domain.refusal import Text
from svc.domain.values import Reading
from svc.index.asking import Asking
from svc.index.columns import OWN, Field, column, own_columns, summable
from svc.index.filters import read
from svc.index.look import Look
from svc.index.query import arranged, begun, counted, grouped, matching, spelled, summed
from svc.render.table import Column


class Wish(NamedTuple):
    """What was asked of the rows found."""

    sort: str | None = None
    limit: int | None = None
    how_many: bool = False
    group: str | None = None
    total: str | None = None


@page(
    "query",
    t(
        '查询。条件：词（须全部出现）、字段:值、字段:起..止、"字段>=值"、state:甲,乙、at:起..止、'
        "since:、until:、mine、overdue、late。"
        "详见 svc help query。",
        'Find records. FILTER: words (all must occur), field:value, field:from..to, "field>=value", state:a,b, at:from..to,'
        " since:, until:, mine, overdue, late. More: svc help query.",
    ),
    "svc query 派工单 state:已派工,已接单 overdue",
    "svc query 漏油 since:2026-11-01 --sort -at --limit 20",
    'svc query 维修呈报表 "cost>=100" --group-by station --sum cost',
)
@click.argument("words", nargs=-1, metavar=t("[表单] [条件]…", "[FORM] [FILTER]…"), shell_complete=forms)
@click.option("--sort", metavar="FIELD", help=t("排序；-字段 为倒序", "sort by; -FIELD descending"))
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help=t("至多 N 行", "at most N rows"))
@click.option("--count", is_flag=True, help=t("只要张数", "only how many"))
@click.option("--group-by", "group", metavar="FIELD", help=t("按此分组", "one row for each value"))
@click.option("--sum", "total", metavar="FIELD", help=t("求和", "the exact sum"))
def command(
    words: tuple[str, ...], sort: str | None, limit: int | None, count: bool, group: str | None, total: str | None
) -> None:
    here = desk()
    query(here, here.shelf, words, Wish(sort, limit, count, group, total))


def query(here: Desk, shelf: Shelf, words: Sequence[str], wish: Wish) -> None:
    """Find records and say them in the shape wished for."""
    named, filters = _form(shelf, words)
    looked = tuple(shelf.library.forms.values()) if named is None else (named,)
    reading = Reading(here.now, shelf.scene.zone, read_words)
    asked = read(filters, Asking(shelf.scene, looked, reading, lambda: here.person(shelf)))
    keys = [(column(shelf.library, looked, name), down) for name, down in _keys(wish.sort)]
    total = column(shelf.library, looked, wish.total) if wish.total else None
    if total:
        summable(total)
    by = column(shelf.library, looked, wish.group) if wish.group else None
    fields = _fields(here, shelf, looked)
    if wish.how_many and by is None and total is None:
        _say_totals(here, counted(shelf.scene, looked, asked), None, None)
        return
    as_they_come = by is None and total is None and not keys
    found = matching(shelf.scene, looked, asked, wish.limit if as_they_come else None)
    if by is not None:
        _say_groups(here, found, by, total, wish.limit)
    elif total:
        count, amount = summed(found, total)
        _say_totals(here, count if wish.how_many else None, total, amount)
    else:
        field_rows(here, fields, begun(arranged(found, keys, wish.limit)))


def _form(shelf: Shelf, words: Sequence[str]) -> tuple[Form | None, Sequence[str]]:
    """The form, where the first word names one; the other words are filters."""
    if words and shelf.library.named(words[0]):
        return form_named(shelf, words[0]), words[1:]
    return None, words


def _keys(sort: str | None) -> list[tuple[str, bool]]:
    """The sort keys, most important first; a minus means descending."""
    words = [word.strip() for word in (sort or "").split(",")]
    return [(word.removeprefix("-"), word.startswith("-")) for word in words if word]


def _fields(here: Desk, shelf: Shelf, looked: Sequence[Form]) -> list[Field]:
    """The columns: those asked for with `--fields`, else the form's own."""
    asked = words_of(here.options.fields)
    if here.options.quiet or here.options.format == "ids":
        return [OWN["id"]]
    return [column(shelf.library, looked, name) for name in asked] or own_columns(looked, mixed=len(looked) > 1)


def _say_groups(here: Desk, found: Iterable[Look], by: Field, total: Field | None, limit: int | None) -> None:
    columns = [Column(by.key, by.title), Column("count", Text("张数", "count"), right=True)]
    if total:
        columns.append(Column("sum", Text(f"{total.title.zh}合计", f"sum of {total.title.en}"), right=True))
    made = []
    said = (lambda look, value: by.said(look, value, language())) if plain(here) else (lambda _look, value: value)
    for group in grouped(found, by, total, said)[:limit]:
        made.append([group.said, group.size, *([spelled(group.total, total)] if total else [])])
    rows(here, columns, made, fielded=True)


def _say_totals(here: Desk, count: int | None, total: Field | None, amount: Decimal | None) -> None:
    """One number a line; as an object in JSON."""
    value: dict[str, object] = {"count": count} if count is not None else {}
    if total and amount is not None:
        value |= {"field": total.key, "sum": spelled(amount, total)}
    whole(here, value, [str(value[key]) for key in ("count", "sum") if key in value])
