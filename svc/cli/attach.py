"""`svc attach`: evidence that comes late, added beside the course of a record."""

from __future__ import annotations

import click

from svc.cli.advance import advance
from svc.cli.asking import Words
from svc.cli.completing import ids
from svc.cli.desk import desk
from svc.cli.lang import t
from svc.cli.options import page
from svc.domain.core import ATTACH


@page(
    "attach",
    t("给一张单据补交凭证；状态不变。", "Add evidence to a record; its state stays."),
    "svc attach WX-0101-26-00379-55 signed_sheet=扫描/回执.jpg",
    "svc attach 379 合格证=证.pdf --at '昨天 15:20' --reason 用户补交",
)
@click.argument("id", metavar=t("编号", "ID"), shell_complete=ids)
@click.argument("papers", nargs=-1, required=True, metavar=t("种类=文件…", "KIND=PATH…"))
@click.option("--at", metavar="TIME", help=t("实际收到的时间", "when it really came"))
@click.option("--as", "role", metavar="ROLE", help=t("以何角色", "in which role"))
@click.option("--reason", metavar="TEXT", help=t("理由", "why"))
def command(id: str, papers: tuple[str, ...], at: str | None, role: str | None, reason: str | None) -> None:
    advance(desk(), id, ATTACH, Words(evidence=papers, at=at, role=role, reason=reason))
