"""`svc bind`: the year's records into a volume: compile, check, bind, by people who differ."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import click

from svc.cli.desk import Desk, Shelf, desk
from svc.cli.lang import said, t
from svc.cli.options import page
from svc.cli.perform import Done, perform
from svc.cli.saying import dry_run_notice, rows
from svc.cli.sealing import bag, manifest_path, plan_columns, sealed
from svc.domain.core import BIND, CARRY, CHECK, NEXT_STEP, OPEN, VOLUME
from svc.domain.deed import Deed, Request
from svc.domain.misfits import bound_already
from svc.domain.paths import Json
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.volume import COLUMNS, Plan, contents, manifest, plan, refuse_blocked, volumes_of
from svc.domain.workflow import decide
from svc.index.committed import check_committed, listed
from svc.index.world import contents_path
from svc.store.bag import digest


@page(
    "bind",
    t(
        "年度装订：整理、核对、装订三步，办理本人可办的下一步；整理人与核对人须为两人。",
        "Bind a year: compile, check, bind; does the next step this person may do. Compiler and checker are two people.",
    ),
    "svc bind 2025 --plan",
    "svc bind 2025 --carry 398 --reason 配件在途",
    "svc bind 2025",
)
@click.argument("year", type=click.IntRange(1990, 2999), metavar=t("年度", "YEAR"))
@click.option("--plan", "only_plan", is_flag=True, help=t("只列出各单与阻碍", "only list records and what blocks"))
@click.option("--carry", multiple=True, metavar="ID", help=t("结转未办结的单据", "carry an open record over"))
@click.option("--reason", metavar="TEXT", help=t("结转的原因", "why it is carried over"))
@click.option(
    "--to", "target", metavar="DIR", help=t("卷的存放处（缺省 volumes/）", "where the volume goes (default volumes/)")
)
def command(year: int, only_plan: bool, carry: tuple[str, ...], reason: str | None, target: str | None) -> None:
    here = desk()
    if only_plan:
        show_plan(here, year)
    elif carry:
        for id in carry:
            carry_over(here, year, id, reason)
    else:
        next_step(here, year, Path(target) if target else None)


def show_plan(here: Desk, year: int) -> None:
    """List what blocks the year, then what belongs to it."""
    scene = here.shelf.scene
    found = plan(scene, year)
    lines: list[list[Json]] = [["blocks", b.ref, said(b.why), said(b.remedy)] for b in found.blockers]
    lines += [["carried", ref, why, ""] for ref, why in found.carried.items()]
    lines += [["bound", record.ref, record.state, ""] for record in found.records]
    rows(here, plan_columns(), lines)


def _current(shelf: Shelf, year: int) -> Record | None:
    """The volume of the year that is not bound yet."""
    form = shelf.library.forms[VOLUME]
    return next((v for v in volumes_of(shelf.scene, year) if not form.states[v.state].final), None)


def carry_over(here: Desk, year: int, id: str, reason: str | None) -> None:
    """Carry one open record over into the next year, with its reason; opens the volume where there is none."""
    if not (reason or "").strip():
        raise Refusal(
            Text("结转须说明原因。", "carrying over needs a reason."),
            exit=Exit.USAGE,
            where=Text.same(f"svc bind {year} --carry {id}"),
            clause=here.shelf.library.volume_clause,
            remedy=Text(f"svc bind {year} --carry {id} --reason 原因", f"svc bind {year} --carry {id} --reason WHY"),
        )
    # refused before the volume is opened for it: a refusal leaves nothing behind
    _blocking(here, here.shelf_at(here.repository.snapshot(), here.now), year, id)
    _opened(here, year)
    if here.options.dry_run and _current(here.shelf, year) is None:
        return

    def decided(shelf: Shelf, person: Record) -> Deed:
        volume = _current(shelf, year)
        if volume is None:
            return _open(shelf, person, year)
        record = _blocking(here, shelf, year, id)
        item = {"carried_over": {"record": record.id, "form": record.form, "reason": reason}}
        return decide(shelf.scene, person, shelf.library.forms[VOLUME], volume, Request(CARRY, item))

    _said(here, perform(here, decided))


def _blocking(here: Desk, shelf: Shelf, year: int, id: str) -> Record:
    """The record to carry over; refused when it does not keep the year from being bound."""
    record = here.find(id, shelf)
    found = plan(shelf.scene, year)
    if record.id not in {blocker.ref for blocker in found.blockers}:
        raise Refusal(
            Text(
                f"{record.id} 不阻碍 {year} 年度装订，不必结转。",
                f"{record.id} does not block {year}: nothing to carry over.",
            ),
            where=Text.same(f"{record.id}  {record.state}"),
            clause=shelf.library.volume_clause,
            remedy=Text.same(f"svc bind {year} --plan"),
        )
    return record


def _open(shelf: Shelf, person: Record, year: int) -> Deed:
    supplement = len(volumes_of(shelf.scene, year))
    gave = {"year_bound": year, "supplement": supplement}
    return decide(shelf.scene, person, shelf.library.forms[VOLUME], None, Request(OPEN, gave))


def _opened(here: Desk, year: int) -> None:
    """Open the year's volume where none is open; a supplement where one is bound and there is something for it."""
    shelf = here.shelf_at(here.repository.snapshot(), here.now)
    if _current(shelf, year) is None:
        _said(here, perform(here, lambda there, person: _open(there, person, year)))


def next_step(here: Desk, year: int, target: Path | None) -> None:
    """Do the next of compile, check, bind; what blocks the year refuses every one of them."""
    shelf = here.shelf_at(here.repository.snapshot(), here.now)
    current = _current(shelf, year)
    if current is None and volumes_of(shelf.scene, year):
        _bound_again(here, shelf, year, target)
    found = plan(shelf.scene, year)
    refuse_blocked(shelf.scene, found)
    if current is None:
        _opened(here, year)
        if here.options.dry_run:
            return
    result = perform(here, lambda there, person: _step(here, there, person, year), more=_reports)
    _said(here, result)
    if result.commit is not None and result.deed.lead.entry.action == BIND:
        volume = result.deed.lead.after
        sealed(here, volume, result.commit)
        click.echo(str(bag(here, volume, target)))


def _bound_again(here: Desk, shelf: Shelf, year: int, target: Path | None) -> None:
    """A bound year with later records gets a supplement; one without is bound already (its tag and bag made good)."""
    if plan(shelf.scene, year).names:
        return
    volume = volumes_of(shelf.scene, year)[-1]
    if not here.options.dry_run:
        sealed(here, volume, None)
        bag(here, volume, target, again=True)
    raise bound_already(volume, year, shelf.library.volume_clause)


def _step(here: Desk, shelf: Shelf, person: Record, year: int) -> Deed:
    volume = _current(shelf, year)
    found = plan(shelf.scene, year)
    refuse_blocked(shelf.scene, found)
    if volume is None:
        return _open(shelf, person, year)
    action = NEXT_STEP[volume.state]
    form = shelf.library.forms[VOLUME]
    gave: Mapping[str, Json] = {}
    if action == CHECK:
        _checked(shelf, found)
    if action == BIND:
        gave = _seal(shelf, found, volume)
    return decide(shelf.scene, person, form, volume, Request(action, gave))


def _seal(shelf: Shelf, found: Plan, volume: Record) -> dict[str, Json]:
    """What binding writes into the volume's record: counts, digests, the tag's name, how long it is kept."""
    files, table = seal_texts(shelf, found)
    gave: dict[str, Json] = {
        "records": len(found.names),
        "manifest_sha256": digest(files.encode()),
        "contents_sha256": digest(table.encode("utf-8-sig")),
        "tag": f"volume/{volume.id}",
    }
    if found.retention is not None:
        gave |= {"retention_years": found.retention, "keep_until": f"{found.year + found.retention:04d}-12-31"}
    return gave


def seal_texts(shelf: Shelf, found: Plan) -> tuple[str, str]:
    """The manifest and the contents list (CSV) of the records of a plan."""
    files = listed(shelf.snapshot, found.records)
    digests = {item.path: item.sha256 for item in files}
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(contents(shelf.scene, found.records, digests))
    return manifest(files), made.getvalue()


def _reports(deed: Deed, shelf: Shelf) -> Mapping[str, bytes]:
    """The files that a binding commits beside the volume's record: manifest and contents list under reports/."""
    volume = deed.lead.after
    if deed.lead.entry.action != BIND:
        return {}
    year = int(str(volume.fields["year_bound"]))
    files, table = seal_texts(shelf, plan(shelf.scene, year))
    return {manifest_path(volume): files.encode(), contents_path(volume): table.encode("utf-8-sig")}


def _checked(shelf: Shelf, found: Plan) -> None:
    """Refuse to check a volume while `check` finds anything wrong with its records."""
    faults = check_committed(shelf.snapshot, shelf.scene, found.records)
    if faults:
        raise Refusal(
            Text(
                f"核查发现 {len(faults)} 处问题，不能核对。",
                f"check has findings ({len(faults)}): the volume is not checked.",
            ),
            exit=Exit.FOUND,
            where=Text(f"年度 {found.year}", f"year {found.year}"),
            clause=shelf.library.volume_clause,
            remedy=Text.same("svc check"),
            details=tuple(Text(f.said("zh"), f.said("en")) for f in faults[:20]),
        )


def _said(here: Desk, result: Done) -> None:
    volume = result.deed.lead.after
    if result.commit is None:
        dry_run_notice()
    click.echo(f"{volume.id} {volume.state}")
