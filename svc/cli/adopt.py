"""Adopting a revision of a procedure: one commit with the setting, records/svc.yaml and, where lacking, its files."""

from __future__ import annotations

from collections.abc import Mapping

from svc.cli.desk import SITE, Desk, Shelf
from svc.cli.perform import Done, perform
from svc.cli.proving import proven
from svc.cli.setting import decide_setting
from svc.domain.adopting import IN_FORCE, adopted, conflicting, known
from svc.domain.deed import Deed
from svc.domain.record import Record
from svc.domain.refusal import Refusal, Text
from svc.store.schemas import is_document, parse, read_folder, shipped_folder
from svc.store.snapshot import Snapshot
from svc.store.yaml_file import dump, load

SCHEMAS = "schemas/"
SAID = 20
"""So many findings of the proofs are told; the rest is counted."""


def adopt(here: Desk, name: str, reason: str) -> Done:
    """Put `name` (name@n) in force from now on."""
    more: dict[str, bytes] = {}

    def decided(shelf: Shelf, person: Record) -> Deed:
        more.clear()
        files = _documents(shelf.snapshot)
        shipped = read_folder(shipped_folder())
        heads = (path.split("/") for path in (*files, *shipped) if path.endswith("/procedure.yaml"))
        there = {steps[1] for steps in heads if len(steps) == 3}
        known(name, there)
        lead = f"{SCHEMAS}{name}/"
        present = {path: data for path, data in files.items() if path.startswith(lead)}
        fresh = {path: data for path, data in shipped.items() if path.startswith(lead)}
        head = f"{lead}procedure.yaml"
        after = adopted(name, parse(head, {**fresh, **present}[head]), shelf.library.in_force)
        conflicting(name, present, fresh)
        more.update({} if present else fresh)
        site = load(shelf.snapshot.read(SITE) or b"", SITE)
        deed = decide_setting(shelf.scene, person, IN_FORCE, after, reason)
        _refuse_unproven(name, {**files, **more})
        more[SITE] = dump({**site, "procedures": after})
        return deed

    return perform(here, decided, more=lambda _deed, _shelf: more)


def _documents(snapshot: Snapshot) -> dict[str, bytes]:
    wanted = [path for path in snapshot.walk(SCHEMAS.rstrip("/")) if is_document(path)]
    return dict(snapshot.read_many(wanted))


def _refuse_unproven(name: str, files: Mapping[str, bytes]) -> None:
    """Refuse a revision about which the proofs find anything."""
    found = [f for f in proven({p.removeprefix(SCHEMAS): d for p, d in files.items()}) if f.file.startswith(f"{name}/")]
    if not found:
        return
    details = [Text(f.said("zh"), f.said("en")) for f in found[:SAID]]
    if len(found) > SAID:
        details.append(Text(f"另有 {len(found) - SAID} 处", f"and {len(found) - SAID} more"))
    raise Refusal(
        Text(f"{name} 有 {len(found)} 处不成立，不能采用。", f"{name} does not hold in {len(found)} places."),
        where=Text.same(f"{SCHEMAS}{name}"),
        clause="[company]",
        remedy=Text.same(f"svc procedure check {name}"),
        details=tuple(details),
    )
