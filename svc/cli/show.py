"""`svc show`: one record as a card, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from svc.cli.completing import ids
from svc.cli.desk import Desk, Shelf, desk
from svc.cli.lang import said, t
from svc.cli.options import page
from svc.cli.rows import field_rows, language, words_of
from svc.cli.saying import room, whole, write_bytes
from svc.domain.ids import record_path
from svc.domain.paths import Json
from svc.domain.refusal import Text
from svc.index.columns import OWN, column
from svc.index.facts import facts
from svc.index.look import Look
from svc.index.words import label, state_words
from svc.render.card import card
from svc.render.table import Column, Value, table

# What stands below the card only where it is asked for is imported then: each module costs a hundredth of a command.
if TYPE_CHECKING:
    from svc.index.related import Related

LINKS = (
    Column("field", Text("字段", "field")),
    Column("form", Text("表单", "form")),
    Column("id", Text("编号", "id"), whole=True),
    Column("state", Text("状态", "state")),
)


@page(
    "show",
    t("看一张单据。", "Show one record."),
    "svc show PG-0101-26-00398-83 --clocks",
    "svc show 398 --links --log",
    "svc show zhang.wei -O json",
)
@click.argument("id", metavar=t("编号", "ID"), shell_complete=ids)
@click.option("--log", is_flag=True, help=t("各步：谁、何时、何角色", "the steps: who, when, in which role"))
@click.option("--links", is_flag=True, help=t("它所指的和指向它的单据", "the records it names, and those that name it"))
@click.option("--clocks", is_flag=True, help=t("时限", "its time limits"))
@click.option("--raw", is_flag=True, help=t("文件原样", "the file as it is"))
def command(id: str, log: bool, links: bool, clocks: bool, raw: bool) -> None:
    here = desk()
    shelf = here.shelf
    record = here.find(id, shelf)
    data = shelf.snapshot.read(record_path(record.form, record.id, record.year)) or b""
    if raw:
        write_bytes(here, data)
        return
    look = Look(shelf.scene, record)
    asked = words_of(here.options.fields)
    if asked and look.form is not None:
        field_rows(here, [column(shelf.library, (look.form,), name) for name in asked], [look])
    elif here.options.quiet or here.options.format in ("ids", "csv"):
        field_rows(here, list(OWN.values())[:4], [look])
    else:
        parts = Parts(log, _related(look) if links else None, clocks)
        whole(here, lambda: _as_json(look, data, parts), _card(here, shelf, look, parts))


class Parts:
    """What stands below the card."""

    def __init__(self, log: bool, links: Sequence[Related] | None, clocks: bool) -> None:
        self.log, self.links, self.clocks = log, links, clocks


def _related(look: Look) -> list[Related]:
    from svc.index.related import related

    return list(related(look))


def _as_json(look: Look, data: bytes, parts: Parts) -> dict[str, Json]:
    """The record file's structure, its digest for `--expect`, and what was asked for."""
    import hashlib

    value = look.record.to_dict()
    if look.marks:
        value["marks"] = look.marks
    if parts.clocks:
        from svc.cli.timing import clock_dict, idle_dicts

        value["clocks"] = [clock_dict(look, one) for one in look.running]
        value["idle"] = idle_dicts(look)
    if parts.links is not None:
        value["links"] = [one.to_dict() for one in parts.links]
    value["sha256"] = hashlib.sha256(data).hexdigest()
    return value


def _card(here: Desk, shelf: Shelf, look: Look, parts: Parts) -> Iterator[str]:
    lang, wide = language(), room() if here.options.output is None else None
    yield from card(_pairs(shelf, look, lang), lang=lang, columns=wide)
    if look.record.evidence:
        yield from _section(t("凭证", "Evidence"), *_evidence(look), wide)
    if parts.clocks:
        from svc.cli.timing import clock_rows, how_lines

        yield from _section(t("时限", "Clocks"), *clock_rows(look), wide)
        yield from how_lines(look, wide)
    if parts.links is not None:
        for heading, to in ((t("所指", "Links to"), True), (t("被指", "Linked from"), False)):
            yield from _section(heading, LINKS, [_link_row(one) for one in parts.links if one.to is to], wide)
    if parts.log:
        from svc.cli.steps import step_rows, steps

        yield from _section(t("各步", "Log"), *step_rows(shelf, look, steps(look)), wide)


def _pairs(shelf: Shelf, look: Look, lang: str) -> list[tuple[str, str]]:
    """The head of the card, then the fields."""
    record, form = look.record, look.form
    name = form.title.said(lang) if form else record.form
    code = f" {form.code}" if form and form.code else ""
    head = [
        (t("表单", "form"), f"{name}{code}"),
        (t("编号", "id"), record.id),
        (t("状态", "state"), f"{state_words(look, lang)} {record.state}" if lang == "zh" else state_words(look, lang)),
    ]
    if look.migrated is not None:
        from svc.cli.telling import mark_lines

        head.append((t("迁移", "migrated"), "\n".join(mark_lines(shelf, look))))
    return [*head, *facts(look, lang)]


def _section(
    heading: str, columns: Sequence[Column], found: Sequence[Sequence[Value]], wide: int | None
) -> Iterator[str]:
    yield ""
    if not found:
        yield t(f"{heading}：无", f"{heading}: none")
        return
    yield t(f"{heading}：", f"{heading}:")
    yield from table(columns, found, lang=language(), room=wide)


def _evidence(look: Look) -> tuple[list[Column], list[list[str]]]:
    """The files handed in; those of a voided step are marked."""
    library, standing = look.scene.library, set(look.record.standing)
    columns = [
        Column("kind", Text("种类", "kind")),
        Column("file", Text("文件", "file")),
        Column("sha256", Text("摘要", "sha256"), whole=True),
        Column("by", Text("交件人", "by")),
    ]
    found = []
    for item in look.record.evidence:
        gone = "" if item in standing else t("（已作废）", " (voided)")
        found.append([said(library.kind_title(item.kind)) + gone, item.file, item.sha256[:12], item.by])
    return columns, found


def _link_row(one: Related) -> list[str]:
    form = one.look.form if one.look else None
    state = said(one.look.state_title) if one.look else t("不存在", "missing")
    called = label(one.look.record) if one.look else one.id
    id = one.id if called == one.id else f"{one.id} {called}"
    return [said(one.title), said(form.title) if form else one.form, id, state]
