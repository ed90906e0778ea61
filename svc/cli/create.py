"""`svc create`: the first action of a form."""

from __future__ import annotations

import click

from svc.cli.asking import Words, request
from svc.cli.completing import forms
from svc.cli.desk import Desk, Shelf, desk
from svc.cli.drafts import edited, from_file
from svc.cli.formname import form_named
from svc.cli.lang import t
from svc.cli.options import page
from svc.cli.outcome import done
from svc.cli.perform import Basket, perform
from svc.domain.deed import Deed
from svc.domain.misfits import nothing_to_create
from svc.domain.record import Record
from svc.domain.workflow import decide


@page(
    "create",
    t(
        "新建一张单据。字段写作 字段=值；长文用 字段@=文件 或 字段=-；列表用 字段+=值 或 字段:=JSON。",
        "Make a record. Fields as FIELD=VALUE; long text FIELD@=FILE or FIELD=-; lists FIELD+=VALUE or FIELD:=JSON.",
    ),
    "svc create intake serial=CG956-0001 channel=phone reporter.name=王建国 reporter.phone=000-5550-0123 …",
    "svc create 派工单 intake=412 mode=station_visit fault_class=ordinary assigned_to+=zhang.wei",
)
@click.argument("form", metavar=t("表单", "FORM"), shell_complete=forms)
@click.argument("values", nargs=-1, metavar=t("[字段=值]…", "[FIELD=VALUE]…"))
@click.option("--from", "source", metavar="FILE|-", help=t("从 YAML 文件读字段", "read fields from a YAML file"))
@click.option("--evidence", multiple=True, metavar="KIND=PATH", help=t("凭证：种类=文件", "evidence"))
@click.option("--at", metavar="TIME", help=t("实际发生的时间", "when it really happened"))
@click.option("--as", "role", metavar="ROLE", help=t("以何角色", "in which role"))
@click.option("--on-behalf-of", metavar="NAME", help=t("代何人办理", "for whom"))
@click.option("--reason", metavar="TEXT", help=t("理由", "why"))
@click.option("--action", metavar="ACTION", help=t("几种新建方式中的哪一种", "which of several making actions"))
@click.option("--edit", is_flag=True, help=t("在编辑器里填写", "fill in with an editor"))
def command(
    form: str,
    values: tuple[str, ...],
    source: str | None,
    evidence: tuple[str, ...],
    at: str | None,
    role: str | None,
    on_behalf_of: str | None,
    reason: str | None,
    action: str | None,
    edit: bool,
) -> None:
    here = desk()
    base = from_file(source) if source else None
    if edit:
        base = edited(here, form_named(here.shelf, form), action, base)
    words = Words(values, evidence, at, role, on_behalf_of, None, reason, base=base)
    basket = Basket()
    done(
        here,
        perform(here, lambda shelf, who: _decide(here, shelf, who, form, action, words, basket), basket),
        made=True,
    )


def _decide(
    here: Desk, shelf: Shelf, person: Record, word: str, action: str | None, words: Words, basket: Basket
) -> Deed:
    form = form_named(shelf, word)
    name = action or next((a.name for a in form.firsts if not all(way.by.nobody for way in a.ways)), None)
    if name is None:
        raise nothing_to_create(form)
    asked = request(here, shelf, form, name, None, words, basket)
    return decide(shelf.scene, person, form, None, asked)
