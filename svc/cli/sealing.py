"""What sealing a volume writes besides its commit: the annotated tag and the volume's folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from svc.cli.desk import Desk
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.times import parse_instant
from svc.domain.volume import read_manifest
from svc.index.world import contents_path
from svc.render.table import Column
from svc.store.bag import write_bag
from svc.store.snapshot import Snapshot

VOLUMES = "volumes"
MANIFEST = "manifest-sha256.txt"


def plan_columns() -> list[Column]:
    """The columns of a binding plan."""
    return [
        Column("what", Text("类别", "what")),
        Column("id", Text("编号", "id"), whole=True),
        Column("why", Text("情况", "state or reason")),
        Column("remedy", Text("处理", "do")),
    ]


def manifest_path(volume: Record) -> str:
    """Where the manifest of a bound volume stands."""
    return contents_path(volume).rpartition("/")[0] + "/" + MANIFEST


def tag_message(volume: Record) -> str:
    """The tag's message: it names itself, what it binds, and the manifest's digest."""
    fields = volume.fields
    return (
        f"{fields['tag']}\n\nvolume: {volume.id}\nyear: {fields['year_bound']}\nrecords: {fields['records']}\n"
        f"manifest-sha256: {fields['manifest_sha256']}\ncontents-sha256: {fields['contents_sha256']}\n"
    )


def sealed(here: Desk, volume: Record, commit: str | None) -> None:
    """Put the volume's tag on its commit; a tag that is there already is left alone."""
    name = str(volume.fields["tag"])
    if any(tag.name == name for tag in here.repository.tags()):
        return
    bound = commit or bound_commit(here, volume)
    person = here.person(here.shelf)
    tagger = (str(person.fields["name"]), str(person.fields["git_email"]))
    here.repository.tag(name, tag_message(volume), bound, tagger, parse_instant(volume.last.recorded))


def bound_commit(here: Desk, volume: Record) -> str:
    """The commit that bound a volume: the one that wrote its manifest."""
    for commit in here.repository.history([manifest_path(volume)]):
        return commit.sha
    raise Refusal(
        Text(f"历史中找不到 {volume.id} 的装订。", f"the history does not hold the binding of {volume.id}."),
        exit=Exit.NOT_FOUND,
        where=Text.same(manifest_path(volume)),
        remedy=Text.same("svc check"),
    )


def bag(here: Desk, volume: Record, target: Path | None, again: bool = False) -> Path:
    """Write the volume's folder, from the commit that bound it; one that stands already is kept when `again`."""
    place = (target or here.repository.root / VOLUMES) / volume.id
    if again and place.exists():
        return place
    snapshot = here.repository.snapshot(bound_commit(here, volume))
    place.parent.mkdir(parents=True, exist_ok=True)
    info = {
        "Bagging-Date": str(volume.fields["bound_at"])[:10],
        "External-Identifier": volume.id,
        "Source-Organization": str(here.site.get("organisation", "")),
        "Svc-Year": str(volume.fields["year_bound"]),
        "Svc-Records": str(volume.fields["records"]),
        "Svc-Manifest-Sha256": str(volume.fields["manifest_sha256"]),
        "Svc-Tag": str(volume.fields["tag"]),
    }
    write_bag(place, payload(snapshot, volume), info)
    return place


def payload(snapshot: Snapshot, volume: Record) -> Iterator[tuple[str, bytes]]:
    """What a volume holds: its records and evidence, contents list and manifest, the registers and procedures then."""
    text = (snapshot.read(manifest_path(volume)) or b"").decode()
    wanted = [item.path for item in read_manifest(text)]
    wanted += [manifest_path(volume), contents_path(volume), "records/svc.yaml"]
    wanted += [*snapshot.walk("records/register"), *snapshot.walk("schemas")]
    yield from snapshot.read_many(wanted)
