"""`svc advance`: one action on one record."""

from __future__ import annotations

import hashlib

import click

from svc.cli.asking import Words, request
from svc.cli.completing import ids
from svc.cli.desk import Desk, Shelf, desk
from svc.cli.lang import t
from svc.cli.options import page
from svc.cli.outcome import done
from svc.cli.perform import Basket, perform
from svc.domain.core import UPGRADE
from svc.domain.deed import Deed
from svc.domain.ids import record_path
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.workflow import decide, form_now


@page(
    "advance",
    t("对一张单据办理一步。", "Do one action on a record."),
    "svc advance PG-0101-26-00398-83 arrive arrived_at=15:20",
    "svc advance 398 close --reason 大雪封路",
    "svc advance 398 amend fault_class=major --reason 现场判定",
)
@click.argument("id", metavar=t("编号", "ID"), shell_complete=ids)
@click.argument("action", metavar=t("动作", "ACTION"))
@click.argument("values", nargs=-1, metavar=t("[字段=值]…", "[FIELD=VALUE]…"))
@click.option("--evidence", multiple=True, metavar="KIND=PATH", help=t("凭证：种类=文件", "evidence"))
@click.option("--at", metavar="TIME", help=t("实际发生的时间", "when it really happened"))
@click.option("--as", "role", metavar="ROLE", help=t("以何角色", "in which role"))
@click.option("--on-behalf-of", metavar="NAME", help=t("代何人办理", "for whom"))
@click.option("--to", metavar="STATE", help=t("到哪个状态（可选时）", "to which state, where the flow lets choose"))
@click.option("--reason", metavar="TEXT", help=t("理由", "why"))
@click.option(
    "--expect", metavar="SHA256", help=t("所见单据的摘要，不符则退出 5", "the record as seen; otherwise exit 5")
)
def command(
    id: str,
    action: str,
    values: tuple[str, ...],
    evidence: tuple[str, ...],
    at: str | None,
    role: str | None,
    on_behalf_of: str | None,
    to: str | None,
    reason: str | None,
    expect: str | None,
) -> None:
    here = desk()
    words = Words(values, evidence, at, role, on_behalf_of, to, reason, expect=expect)
    advance(here, id, action, words)


def advance(here: Desk, id: str, action: str, words: Words) -> None:
    """Do one action on the record that `id` names, and say what came of it."""
    basket = Basket()

    def decided(shelf: Shelf, person: Record) -> Deed:
        record = here.find(id, shelf)
        expected(shelf, record, words.expect)
        form = form_now(shelf.scene, record)
        name = _action(form, action)
        asked = request(here, shelf, form if name != UPGRADE else _newest(shelf, form), name, record, words, basket)
        return decide(shelf.scene, person, form, record, asked)

    done(here, perform(here, decided, basket))


def _newest(shelf: Shelf, form: Form) -> Form:
    return shelf.library.form(form.name) or form


def _action(form: Form, word: str) -> str:
    """An action by id or by its Chinese or English words."""
    if word in form.actions:
        return word
    named = [name for name, action in form.actions.items() if word in (action.text.zh, action.text.en)]
    return named[0] if len(named) == 1 else word


def expected(shelf: Shelf, record: Record, expect: str | None) -> None:
    """Refuse (exit 5) when the record is no longer the one that was seen."""
    path = record_path(record.form, record.id, record.year)
    found = hashlib.sha256(shelf.snapshot.read(path) or b"").hexdigest()
    if expect is not None and expect.lower() != found:
        raise Refusal(
            Text("单据已不是您看到的那一版。", "the record is no longer the one that was seen."),
            exit=Exit.CONFLICT,
            where=Text(
                f"{record.id}  所见 {expect[:12]}… 现为 {found[:12]}…",
                f"{record.id}  seen {expect[:12]}… now {found[:12]}…",
            ),
            remedy=Text.same(f"svc show {record.id}"),
        )
