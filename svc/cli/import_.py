"""`svc import`: a sheet of rows as one deed: all of them, or none and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath

import click

from svc.cli.asking import full_link, hand_in, role_named
from svc.cli.desk import Desk, Shelf, desk, read_words
from svc.cli.formname import form_named
from svc.cli.lang import LANG, t
from svc.cli.migrating import Migrating, former_link, kinds_of, migrating, only_migrating
from svc.cli.options import page
from svc.cli.perform import Basket, Done, perform
from svc.cli.saying import rows
from svc.domain.batch import Row, decide_all
from svc.domain.columns import Column, Fault, Gave, column_of, read_columns, read_row, suited, whole
from svc.domain.core import MIGRATE
from svc.domain.deed import Deed, Handed, Request
from svc.domain.handing import parse_evidence
from svc.domain.migration import Unfit
from svc.domain.misfits import nothing_to_create
from svc.domain.past_columns import own_key, read_told
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.values import Reading
from svc.render.output import output
from svc.render.table import Column as Shown
from svc.store.sheet import Sheet, read_sheet

SAID = 50
"""So many faults are listed; the rest is counted."""


@page(
    "import",
    t(
        "从 CSV、XLSX 或 YAML 导入，每行新建一张单据；全部通过才写入，一次提交。"
        "列标题写字段名或其中文名（parts.0.qty、件号）；evidence.种类 列写表格旁边的文件名；"
        "空格子为未填；列表用分号隔开；日期写作 2025-03-04。"
        "已办到一半的旧业务加 --state 和 --vouched-by，见 svc help migration。",
        "Import a CSV, XLSX or YAML: a record a row; all of them in one commit, or none. "
        "Headings are fields or their titles (parts.0.qty, 件号); columns evidence.KIND name files beside the sheet; "
        "an empty cell is not given; lists take semicolons; dates are written 2025-03-04. "
        "Cases that began before svc: with --state and --vouched-by, see svc help migration.",
    ),
    "svc import part parts.csv --dry-run",
    "svc import 用户 customers.xlsx --reason 建档 --errors-to errors.csv",
    "svc import 派工单 open.csv --state 已到现场 --vouched-by chen.jing --reason 启用前的业务",
)
@click.argument("form", metavar=t("表单", "FORM"))
@click.argument("file", metavar="FILE.csv|.xlsx|.yaml")
@click.option("--action", metavar="ACTION", help=t("几种新建方式中的哪一种", "which of several making actions"))
@click.option("--encoding", metavar="NAME", help=t("文件编码，如 gb18030", "the file's encoding, as gb18030"))
@click.option("--errors-to", metavar="FILE.csv", help=t("把全部错误写入此文件", "write every fault to this file"))
@click.option("--reason", metavar="TEXT", help=t("理由", "why"))
@click.option("--at", metavar="TIME", help=t("实际发生的时间", "when it really happened"))
@click.option("--as", "role", metavar="ROLE", help=t("以何角色", "in which role"))
@click.option("--state", metavar="STATE", help=t("迁移：所到状态", "migration: the state come to"))
@click.option("--vouched-by", metavar="PERSON", help=t("迁移：由谁担保", "migration: who vouches"))
@click.option("--lacks", multiple=True, metavar="NAME", help=t("迁移：各行都不明的", "migration: unknown in every row"))
def command(
    form: str,
    file: str,
    action: str | None,
    encoding: str | None,
    errors_to: str | None,
    reason: str | None,
    at: str | None,
    role: str | None,
    state: str | None,
    vouched_by: str | None,
    lacks: tuple[str, ...],
) -> None:
    here = desk()
    moving = Migrating(state, vouched_by, lacks) if state or vouched_by or lacks else None
    if moving and action:
        raise moving.no_action(action)
    sheet = read_sheet(Path(file), encoding)
    load = Load(here, Path(file), sheet, form, action, reason, at, role, moving)
    try:
        result = perform(here, load.decide, load.basket)
    except Refusal:
        if load.faults and errors_to:
            _write_faults(load, Path(errors_to))
        raise
    _said(here, result)


@dataclass
class Load:
    """One sheet on its way into one deed; `faults` is what was wrong with it."""

    here: Desk
    file: Path
    sheet: Sheet
    word: str
    action: str | None
    reason: str | None
    at: str | None
    role: str | None
    moving: Migrating | None = None
    basket: Basket = field(default_factory=Basket)
    faults: list[Fault] = field(default_factory=list)

    def decide(self, shelf: Shelf, person: Record) -> Deed:
        """The one deed of all rows, or the refusal that tells every fault."""
        form = form_named(shelf, self.word)
        own = partial(own_key, form) if self.moving else partial(only_migrating, form)
        columns, self.faults = read_columns(self.sheet.header, form.schema, form.name, own)
        self._refuse(form)
        wanted = self._rows(shelf, form, columns)
        deed, refused = decide_all(shelf.scene, person, form, wanted)
        self.faults += [fault for number, refusal in refused for fault in _refused(number, refusal, columns)]
        self.faults.sort(key=lambda fault: fault.row)
        self._refuse(form)
        if deed is None:
            raise self._empty()
        return deed

    def _rows(self, shelf: Shelf, form: Form, columns: Sequence[Column]) -> list[Row]:
        """The rows whose cells can be read."""
        name = self.action or suited(form, columns) if self.moving is None else MIGRATE
        if name is None:
            raise nothing_to_create(form)
        at, role = self.here.time(self.at, "--at"), role_named(shelf, self.role)
        request = Request(name, at=at, reason=self.reason, role=role)
        link = partial(full_link, self.here, shelf)
        base = self.moving.read(self.here, shelf, form) if self.moving else None
        linked = lru_cache(maxsize=None)(partial(former_link, shelf, link) if base else link)
        reading = Reading(shelf.scene.now, shelf.scene.zone, read_words)
        found: list[Row] = []
        for number, cells in self.sheet.rows:
            gave, faults = read_row(number, cells, columns, reading, linked)
            handed = self._handed(shelf, gave, faults)
            asked = request._replace(gave=gave.values, handed=handed)
            if base is not None:
                told, wrong = read_told(number, gave.own, base, form, kinds_of(shelf), reading, linked)
                faults += wrong
                asked = migrating(asked, told)
            if not faults:
                found.append(Row(number, asked))
            self.faults += faults
        return found

    def _handed(self, shelf: Shelf, gave: Gave, faults: list[Fault]) -> tuple[Handed, ...]:
        """The files that a row names, read from beside the sheet."""
        kinds = kinds_of(shelf)
        handed: list[Handed] = []
        for kind, name, heading in gave.papers:
            try:
                place = self.file.parent / beside(name)
                handed += [hand_in(shelf, one, self.basket) for one in parse_evidence([f"{kind}={place}"], kinds)]
            except Refusal as refusal:
                faults.append(Fault(gave.number, heading, name, whole(refusal)))
        return tuple(handed)

    def _refuse(self, form: Form) -> None:
        """Refuse with every fault there is."""
        if not self.faults:
            return
        count = len(self.faults)
        details = [fault.line() for fault in self.faults[:SAID]]
        if count > SAID:
            details.append(Text(f"另有 {count - SAID} 处", f"and {count - SAID} more"))
        unreadable = any(fault.exit == Exit.USAGE for fault in self.faults)
        raise Refusal(
            Text(
                f"{form.title.zh}的表格有 {count} 处错误，未写入任何一行。",
                f"{form.title.en}: the sheet has {count} faults; nothing was written.",
            ),
            exit=Exit.USAGE if unreadable else Exit.DENIED,
            where=Text.same(str(self.file)),
            clause=form.actions[MIGRATE].clause if self.moving and MIGRATE in form.actions else None,
            remedy=Text.same(f"svc import {form.name} {self.file}{' …' if self.moving else ''} --errors-to errors.csv"),
            details=tuple(details),
        )

    def _empty(self) -> Refusal:
        return Refusal(
            Text("表格里没有一行数据。", "the sheet holds no row."),
            exit=Exit.USAGE,
            where=Text.same(str(self.file)),
            remedy=Text("第 1 行写列标题，其下每行一张单据", "row 1 holds the headings, then a record a row"),
        )


def beside(name: str) -> str:
    """A file's name as a sheet may give it: below the sheet's own folder, nowhere else."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or name.startswith("~"):
        raise Refusal(
            Text(
                f"凭证文件须在表格所在文件夹内：{shown(name)}",
                f"evidence must lie below the sheet's folder: {shown(name)}",
            ),
            exit=Exit.USAGE,
        )
    return str(path)


def _refused(number: int, refusal: Refusal, columns: Sequence[Column]) -> list[Fault]:
    """A row that the procedure does not allow; words that cannot be read stay a matter of usage."""
    exit = Exit.USAGE if refusal.exit == Exit.USAGE else Exit.DENIED
    if isinstance(refusal, Unfit):
        each = [Refusal(detail) for detail in refusal.details]
        return [Fault(number, column_of(one, columns), "", one.what, exit) for one in each]
    return [Fault(number, column_of(refusal, columns), "", whole(refusal), exit)]


def _write_faults(load: Load, target: Path) -> None:
    """Every fault as a CSV that Excel opens: row, column, value, message."""
    columns = [Shown(key, Text.same(key)) for key in ("row", "column", "value", "message")]
    found = [[f.row, f.column, f.value, f.message.said(LANG)] for f in load.faults]
    text = "".join(output("csv", columns, found, bom=True))
    try:
        target.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise Refusal(
            Text(f"写不了 {target}：{error.strerror}。", f"cannot write {target}: {error.strerror}."),
            exit=Exit.ENVIRONMENT,
            where=Text.same(str(target)),
            remedy=Text("换一个位置  --errors-to 文件", "choose another place  --errors-to FILE"),
        ) from error


def _said(here: Desk, result: Done) -> None:
    """The new ids on stdout, one a line; how many on stderr."""
    columns = [Shown("id", Text("编号", "id"), whole=True), Shown("state", Text("状态", "state"))]
    leads = [change.after for change in result.deed.leads]
    if result.commit is None:
        click.echo(t("（试运行，未写入）", "(dry run, nothing written)"), err=True)
    if not here.options.quiet:
        click.echo(t(f"导入 {len(leads)} 条", f"imported {len(leads)} records"), err=True)
    rows(here, columns, [[record.id, record.state] for record in leads], default="ids")
