"""`svc note`: a remark beside the course of a record."""

from __future__ import annotations

import click

from svc.cli.advance import advance
from svc.cli.asking import Words
from svc.cli.completing import ids
from svc.cli.desk import desk, read_words
from svc.cli.lang import t
from svc.cli.options import page
from svc.domain.core import NOTE
from svc.domain.refusal import Exit, Refusal, Text


@page(
    "note",
    t("给一张单据加备注；状态不变。- 从标准输入读。", "Add a note to a record; its state stays. - reads stdin."),
    "svc note PG-0101-26-00398-83 用户要求下午三点后联系",
    "svc note 398 - < 通话记录.txt",
)
@click.argument("id", metavar=t("编号", "ID"), shell_complete=ids)
@click.argument("text", metavar=t("文字|-", "TEXT|-"))
@click.option("--at", metavar="TIME", help=t("实际发生的时间", "when it really happened"))
@click.option("--as", "role", metavar="ROLE", help=t("以何角色", "in which role"))
def command(id: str, text: str, at: str | None, role: str | None) -> None:
    words = (read_words(text) if text == "-" else text).replace("\r\n", "\n").strip()
    if not words:
        raise Refusal(
            Text("备注是空的。", "the note is empty."),
            exit=Exit.USAGE,
            where=Text.same(id),
            remedy=Text(f"svc note {id} 文字", f"svc note {id} TEXT"),
        )
    advance(desk(), id, NOTE, Words(text=words, at=at, role=role))
