"""`svc check`: every record as it stands, against its schema, log, links, evidence, spelling and bound volume."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from svc.cli.desk import SITE, Desk, Shelf, desk
from svc.cli.lang import LANG, t
from svc.cli.options import page
from svc.cli.saying import rows, write
from svc.domain.adopting import IN_FORCE
from svc.domain.calendar_book import CalendarBook
from svc.domain.compiled import fits
from svc.domain.complaints import complain
from svc.domain.findings import Finding
from svc.domain.ids import record_path
from svc.domain.paths import Json
from svc.domain.procedure import Library
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.soundness import read_library
from svc.domain.world import Scene
from svc.index.inspection import RECORDS, REPORTS, Inspection, Tolerant, Wanted, first_difference
from svc.render.table import Column
from svc.render.terminal import safe_text
from svc.store.schemas import is_document, load_documents, parse
from svc.store.standing import Standing
from svc.store.yaml_file import dump, load

SCHEMAS = "schemas"
SITE_SCHEMA = "svc.schema.json"


@page(
    "check",
    t(
        "核查记录：格式、日志、人员、凭证、链接、装订，以及与提交不一致的手工改动。有发现则退出 1。",
        "Check records: schema, log, people, evidence, links, volumes, and edits by hand. Findings exit 1.",
    ),
    "svc check",
    "svc check PG-0101-26-00398-83 records/2026/dispatch",
    "svc check --staged",
    "svc check --base origin/main -O json",
)
@click.argument("targets", nargs=-1, metavar=t("[路径|编号]…", "[PATH|ID]…"))
@click.option("--staged", is_flag=True, help=t("核查已暂存的内容", "check what is staged"))
@click.option("--base", metavar="REV", help=t("只核查自此提交以来的变动", "only what changed since"))
def command(targets: tuple[str, ...], staged: bool, base: str | None) -> int:
    here = desk()
    here.repository.heal()
    # The shipped example lies beside the procedures that are being worked on: there, they are source, not records.
    prefixes = (RECORDS, REPORTS, *(() if here.site.get("example") else (SCHEMAS,)))
    whole = (RECORDS, REPORTS, SCHEMAS)
    make = Standing.of_index if staged else Standing.of_worktree
    view = make(here.repository, whole)
    shelf, found = _shelf(here, view)
    wanted = _wanted(here, shelf, view, targets, base, whole)
    inspection = Inspection(view, shelf.scene, wanted)
    found += inspection.findings()
    found += [f for f in _site(view, shelf) if wanted(f.file)]
    if not staged:
        found += [f for f in _edited(view, prefixes) if wanted(f.file)]
    _say(here, sorted(set(found), key=lambda f: (f.file, f.line, f.field, f.rule)), len(inspection.asked))
    return int(Exit.FOUND) if found else int(Exit.DONE)


def _shelf(here: Desk, view: Standing) -> tuple[Shelf, list[Finding]]:
    """The scene as it stands; documents that cannot be read are findings, and the committed ones judge instead."""
    documents = load_documents(here.repository, here.repository.snapshot())
    found: list[Finding] = []
    changed = dict(documents)
    for path, data in view.over.items():
        if path.startswith(SCHEMAS + "/") and is_document(path):
            changed.pop(path, None)
            try:
                changed |= {path: parse(path, data)} if data is not None else {}
            except Refusal as refusal:
                found.append(Finding(path, _line(refusal), "", refusal.what, "yaml"))
                changed |= {path: documents[path]} if path in documents else {}
    site = _site_value(view) or here.site
    try:
        library = _library(changed, site)
    except Refusal as refusal:
        found.append(Finding(SITE, 1, "procedures", refusal.what, "site"))
        library = _library(documents, here.site)
    world = Tolerant(view, library)
    lane = str(site.get("lane", ""))
    return Shelf(view, library, world, Scene(world, library, here.zone, lane, here.now, CalendarBook(documents))), found


def _library(documents: Mapping[str, Json], site: Mapping[str, Json]) -> Library:
    in_force = site.get("procedures")
    names = tuple(map(str, in_force)) if isinstance(in_force, list) else ()
    return read_library({path.removeprefix(SCHEMAS + "/"): d for path, d in documents.items()}, names)


def _site_value(view: Standing) -> dict[str, Json] | None:
    """records/svc.yaml as it stands, None when it cannot be read."""
    data = view.read(SITE)
    try:
        return load(data, SITE) if data is not None else None
    except Refusal:
        return None


def _line(refusal: Refusal) -> int:
    return max(int(getattr(refusal, "line", 1)), 1)


def _site(view: Standing, shelf: Shelf) -> Iterator[Finding]:
    """records/svc.yaml: its YAML, its spelling, its schema, and whether it agrees with the adopted procedures."""
    data = view.read(SITE)
    if data is None:
        return
    try:
        site = load(data, SITE)
        again = dump(site)
    except Refusal as refusal:
        yield Finding(SITE, _line(refusal), "", refusal.what, "yaml")
        return
    if again != data:
        words = Text("不是规范写法", "not the canonical spelling")
        yield Finding(SITE, first_difference(again, data), "", words, "canonical")
    schema = _site_schema(view)
    if schema is not None and not fits(site, schema):
        for complaint in complain(schema, site, lambda _path: None):
            yield Finding(SITE, 1, complaint.path, complaint.message, "schema")
    adopted = shelf.scene.setting(IN_FORCE, shelf.scene.now)
    if isinstance(adopted, list) and adopted != site.get("procedures"):
        listed = "、".join(map(str, adopted))
        words = Text(f"与采用记录不符：应为 {listed}", f"not what was adopted: {listed}")
        yield Finding(SITE, 1, "procedures", words, "site")


def _site_schema(view: Standing) -> dict[str, Json] | None:
    path = f"{SCHEMAS}/{SITE_SCHEMA}"
    data = view.read(path)
    try:
        found = parse(path, data) if data is not None else None
    except Refusal:
        return None
    return found if isinstance(found, dict) else None


def _edited(view: Standing, prefixes: tuple[str, ...]) -> Iterator[Finding]:
    """What differs from the commit: changed by hand, not committed, gone."""
    for path, data in view.over.items():
        if not path.startswith(tuple(f"{prefix}/" for prefix in prefixes)) and path not in prefixes:
            continue
        oid = view.committed.get(path)
        if oid is None:
            yield Finding(path, 1, "", Text("不在提交里（未入库）", "is not committed"), "worktree")
        elif data is None:
            if path not in view.odd:
                yield Finding(path, 1, "", Text("工作区缺少此文件", "is missing from the work tree"), "worktree")
        else:
            line = first_difference(view.blob(oid), data)
            yield Finding(path, line, "", Text("与提交不一致（手工改动）", "was edited by hand"), "worktree")


def _wanted(
    here: Desk, shelf: Shelf, view: Standing, targets: tuple[str, ...], base: str | None, prefixes: tuple[str, ...]
) -> Wanted:
    """Which paths are asked for: those under a target, those that changed since `base`; all where neither is said."""
    heads = tuple(_head(here, shelf, view, target) for target in targets)
    changed = view.differing(here.repository.snapshot(base), prefixes) if base is not None else None

    def wanted(path: str) -> bool:
        under = not heads or any(path == head or path.startswith(head.rstrip("/") + "/") for head in heads)
        return under and (changed is None or path in changed)

    return wanted


def _head(here: Desk, shelf: Shelf, view: Standing, target: str) -> str:
    """The path below the repository that a target names: a file or folder, else a record."""
    root = here.repository.root.resolve()
    for place in (Path(target), root / target):
        try:
            path = Path(place.absolute()).resolve(strict=False).relative_to(root).as_posix()
        except (ValueError, OSError, RuntimeError):
            continue
        known = (*view.plain, *view.committed, *view.odd)
        if path == "." or any(one == path or one.startswith(path + "/") for one in known):
            return "" if path == "." else path
    record = here.find(target, shelf)
    return record_path(record.form, record.id, record.year)


def _say(here: Desk, found: list[Finding], checked: int) -> None:
    """The findings on stdout, one a line or in the format asked for; the sum on stderr."""
    if (here.options.format or "table") == "table" and not here.options.quiet:
        write(here, (safe_text(finding.said(LANG)) + "\n" for finding in found))
    else:
        titles = {"file": "文件", "line": "行", "field": "字段", "message": "说明", "rule": "规则"}
        columns = [Column(key, Text(title, key)) for key, title in titles.items()]
        rows(here, columns, [list(finding.to_dict(LANG).values()) for finding in found])
    if found:
        said = t(f"核查 {checked} 份记录，发现 {len(found)} 处", f"{checked} records checked, {len(found)} findings")
    else:
        said = t(f"核查 {checked} 份记录，未发现问题", f"{checked} records checked, nothing found")
    click.echo(said, err=True)
