"""`svc volume`: bound volumes: list, show, verify."""

from __future__ import annotations

from pathlib import Path

import click

from svc.cli.desk import Desk, desk
from svc.cli.lang import said, t
from svc.cli.options import page
from svc.cli.saying import rows, whole
from svc.cli.sealing import VOLUMES, manifest_path
from svc.domain.core import VOLUME
from svc.domain.ids import owner_of, record_path
from svc.domain.paths import Json
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.volume import Listed, read_manifest
from svc.index.lookup import find
from svc.index.world import contents_path
from svc.render.card import card
from svc.render.table import Column
from svc.store.bag import PAYLOAD, Fault, compare, file_digest, verify_bag

KINDS = {
    "changed": Text("已被改动", "changed"),
    "missing": Text("缺失", "missing"),
    "extra": Text("多出", "extra"),
    "unreadable": Text("不是普通文件或读不出", "no plain readable file"),
}


@page(
    "volume",
    t("已装订的卷：list 列出，show 卷号，verify 卷号或文件夹。", "Bound volumes: list, show NO, verify NO or PATH."),
    "svc volume list",
    "svc volume verify volumes/ND-0101-26-00001-51",
)
@click.argument("verb", type=click.Choice(("list", "show", "verify")))
@click.argument("target", required=False, metavar=t("[卷号|文件夹]", "[NO|PATH]"))
def command(verb: str, target: str | None) -> int:
    here = desk()
    if verb == "list":
        _list(here)
        return 0
    if target is None:
        raise Refusal(
            Text("须给出卷号或文件夹。", "name a volume or a folder."),
            exit=Exit.USAGE,
            where=Text.same(f"svc volume {verb}"),
            remedy=Text.same("svc volume list"),
        )
    if verb == "show":
        _show(here, _volume(here, target))
        return 0
    return _verify(here, target)


def _volumes(here: Desk) -> list[Record]:
    return list(here.shelf.world.all(VOLUME))


def _list(here: Desk) -> None:
    form = here.shelf.library.forms[VOLUME]
    titles = {name: said(state.title) for name, state in form.states.items()}
    columns = [
        Column("id", Text("卷号", "volume"), whole=True),
        Column("year", Text("年度", "year"), right=True),
        Column("supplement", Text("增补", "supplement"), right=True),
        Column("state", Text("状态", "state")),
        Column("records", Text("单据数", "records"), right=True),
        Column("keep_until", Text("保存至", "keep until")),
        Column("manifest_sha256", Text("清单摘要", "manifest SHA-256")),
    ]
    as_text = (here.options.format or "table") == "table"
    found = [
        [v.id, v.fields["year_bound"], v.fields.get("supplement", 0), titles[v.state] if as_text else v.state]
        + [v.fields.get(key) for key in ("records", "keep_until", "manifest_sha256")]
        for v in _volumes(here)
    ]
    rows(here, columns, found)


def _volume(here: Desk, word: str) -> Record:
    """A volume by number, tail or year (the last of that year)."""
    of_year = [v for v in _volumes(here) if str(v.fields["year_bound"]) == word]
    return of_year[-1] if of_year else find(here.shelf.world, word, (VOLUME,))


def _show(here: Desk, volume: Record) -> None:
    schema = here.shelf.library.forms[VOLUME].schema
    pairs = [(t("卷号", "volume"), volume.id), (t("状态", "state"), volume.state)]
    for key, value in volume.fields.items():
        info = schema.info(key)
        title = said(info.title) if info else key
        pairs.append(
            (title, "; ".join(f"{i['record']} {i['reason']}" for i in value) if isinstance(value, list) else str(value))
        )
    table = here.shelf.snapshot.read(contents_path(volume))
    lines = [*card(pairs), "", *(table or b"").decode("utf-8-sig").splitlines()]
    whole(here, volume.to_dict(), lines)


def _verify(here: Desk, target: str) -> int:
    """Verify a folder as it stands, or a volume's records as they stand in the work tree and its folder."""
    folder = Path(target)
    if folder.is_dir():
        return _verdict(here, target, [*verify_bag(folder), *_against_seal(here, folder)])
    if "/" in target or "\\" in target:
        raise Refusal(
            Text(f"没有这个文件夹：{target}。", f"there is no folder {target}."),
            exit=Exit.NOT_FOUND,
            where=Text.same(target),
            remedy=Text.same("svc volume list"),
        )
    volume = _volume(here, target)
    faults = _tracked(here, volume)
    beside = here.repository.root / VOLUMES / volume.id
    if beside.is_dir():
        faults += verify_bag(beside)
    return _verdict(here, volume.id, faults)


def _against_seal(here: Desk, folder: Path) -> list[Fault]:
    """What differs between a volume's folder and its seal in the repository: a folder that was made anew, consistent in
    itself, does not pass. A folder that no repository here knows is judged by itself."""
    try:
        volume = here.shelf.world.record(VOLUME, folder.resolve().name)
    except Refusal as refusal:
        if here.options.repo is None and refusal.exit == Exit.ENVIRONMENT:
            return []
        raise
    if volume is None or "manifest_sha256" not in volume.fields:
        return []
    inside = folder / PAYLOAD
    seals = [
        Listed(manifest_path(volume), str(volume.fields["manifest_sha256"])),
        Listed(contents_path(volume), str(volume.fields["contents_sha256"])),
    ]
    known = here.shelf.snapshot.read(manifest_path(volume)) or b""
    listed = [*seals, *read_manifest(known.decode("utf-8", "replace"))]
    standing = {item.path: found for item in listed if (found := file_digest(inside / item.path)) is not None}
    return [Fault(f"{PAYLOAD}/{f.path}", f.kind, f.expected, f.actual) for f in compare(listed, standing)]


def _tracked(here: Desk, volume: Record) -> list[Fault]:
    """What differs between a volume's manifest and the work tree: records, evidence, the lists themselves."""
    root, snapshot = here.repository.root, here.shelf.snapshot
    text = snapshot.read(manifest_path(volume))
    if text is None:
        return [Fault(manifest_path(volume), "missing", str(volume.fields.get("manifest_sha256", "")))]
    listed = read_manifest(text.decode("utf-8", "replace"))
    seals = [
        Listed(manifest_path(volume), str(volume.fields["manifest_sha256"])),
        Listed(contents_path(volume), str(volume.fields["contents_sha256"])),
    ]
    paths = {item.path for item in (*listed, *seals)} | _beside(here, listed)
    standing = {path: found for path in paths if (found := file_digest(root / path)) is not None}
    return compare([*listed, *seals], standing)


def _beside(here: Desk, listed: list[Listed]) -> set[str]:
    """The files that stand in the evidence folders of a volume's records, listed or not."""
    root = here.repository.root
    found: set[str] = set()
    for item in listed:
        owner = owner_of(item.path)
        path = record_path(owner.form, owner.id, owner.year) if owner else item.path
        folder = root / path.removesuffix(".yaml")
        if folder.is_dir():
            found |= {file.relative_to(root).as_posix() for file in folder.rglob("*") if not file.is_dir()}
    return found


def _verdict(here: Desk, name: str, faults: list[Fault]) -> int:
    faults = list(dict.fromkeys(faults))
    if not faults and (here.options.format or "table") == "table":
        click.echo(t(f"{name} 完好", f"{name} is intact"))
        return 0
    columns = [
        Column("file", Text("文件", "file"), whole=True),
        Column("verdict", Text("结论", "verdict"), whole=True),
        Column("expected", Text("应为 SHA-256", "expected SHA-256"), whole=True),
        Column("actual", Text("现为 SHA-256", "actual SHA-256"), whole=True),
    ]
    as_text = (here.options.format or "table") == "table"
    found: list[list[Json]] = [
        [f.path, said(KINDS[f.kind]) if as_text else f.kind, f.expected, f.actual] for f in faults
    ]
    rows(here, columns, found)
    return int(Exit.FOUND) if faults else 0
