"""`svc undo`: take back the last step of a record, and with it what that step made or moved."""

from __future__ import annotations

import click

from svc.cli.advance import advance
from svc.cli.asking import Words
from svc.cli.completing import ids
from svc.cli.desk import desk
from svc.cli.lang import t
from svc.cli.options import page
from svc.domain.core import UNDO


@page(
    "undo",
    t(
        "撤回一张单据的最后一步：该步作废、仍可查阅；由它产生的单据一并撤销。须说明理由。",
        "Take back the last step of a record: it is voided and stays readable; what it made is cancelled with it.",
    ),
    "svc undo PG-0101-26-00398-83 --reason 到达时间登记错误",
)
@click.argument("id", metavar=t("编号", "ID"), shell_complete=ids)
@click.option("--reason", metavar="TEXT", help=t("理由", "why"))
@click.option("--as", "role", metavar="ROLE", help=t("以何角色", "in which role"))
@click.option(
    "--expect", metavar="SHA256", help=t("所见单据的摘要，不符则退出 5", "the record as seen; otherwise exit 5")
)
def command(id: str, reason: str | None, role: str | None, expect: str | None) -> None:
    advance(desk(), id, UNDO, Words(reason=reason, role=role, expect=expect))
