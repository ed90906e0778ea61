"""Procedures and records/svc.yaml as they stand, for `svc check`: what judges the records, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from svc.cli.desk import SITE, Desk
from svc.domain.adopting import IN_FORCE
from svc.domain.compiled import fits
from svc.domain.complaints import complain
from svc.domain.findings import Finding
from svc.domain.paths import MISSING, Json
from svc.domain.procedure import Library
from svc.domain.refusal import Refusal, Text
from svc.domain.soundness import Flaws, read_library
from svc.domain.world import Scene
from svc.index.inspector import Brief, first_difference
from svc.store.schemas import is_document, load_compiled, parse
from svc.store.standing import Standing
from svc.store.yaml_file import dump, load

SCHEMAS = "schemas"
SITE_SCHEMA = "svc.schema.json"
_SHAPELESS = (AttributeError, KeyError, TypeError, ValueError)


class Rules(NamedTuple):
    """What the records are judged by, and what of it could not be read."""

    brief: Brief
    library: Library
    findings: list[Finding]


def read_rules(here: Desk, view: Standing) -> Rules:
    """The rules as they stand; documents that cannot be read are findings, and the committed ones judge instead."""
    committed, flaws = load_compiled(here.repository, here.repository.snapshot())
    documents, found = _documents(view, committed)
    site = _site_value(view) or here.site
    try:
        library = _library(documents, site, None if view.differing else flaws)
    except Refusal as refusal:
        found.append(Finding(SITE, 1, "procedures", refusal.what, "site"))
        documents, library = committed, _library(committed, here.site, flaws)
    lane = str(site.get("lane", ""))
    root = str(here.repository.root)
    return Rules(Brief(root, documents, library.in_force, here.zone, lane, here.now), library, found)


def _documents(view: Standing, committed: Mapping[str, Json]) -> tuple[Mapping[str, Json], list[Finding]]:
    """The documents as they stand, by their paths below schemas/."""
    documents, found = dict(committed), list[Finding]()
    for path in sorted(view.differing):
        name = path.removeprefix(f"{SCHEMAS}/")
        if name == path or not is_document(path):
            continue
        documents.pop(name, None)
        data = view.read(path)
        try:
            documents |= {name: parse(path, data)} if data is not None else {}
        except Refusal as refusal:
            found.append(Finding(path, _line(refusal), "", refusal.what, "yaml"))
            documents |= {name: committed[name]} if name in committed else {}
    return documents, found


def _library(documents: Mapping[str, Json], site: Mapping[str, Json], flaws: Flaws | None) -> Library:
    in_force = site.get("procedures")
    names = tuple(map(str, in_force)) if isinstance(in_force, list) else ()
    return read_library(documents, names, flaws)


def _site_value(view: Standing) -> dict[str, Json] | None:
    """records/svc.yaml as it stands, None when it cannot be read."""
    data = view.read(SITE)
    try:
        return load(data, SITE) if data is not None else None
    except Refusal:
        return None


def _line(refusal: Refusal) -> int:
    return max(int(getattr(refusal, "line", 1)), 1)


def site_findings(view: Standing, scene: Scene) -> Iterator[Finding]:
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
    adopted = _adopted(scene)
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


def _adopted(scene: Scene) -> Json:
    """The procedures that were adopted; MISSING also where the record that says so is not sound."""
    try:
        return scene.setting(IN_FORCE, scene.now)
    except _SHAPELESS:
        return MISSING


def adopted_between(scene: Scene) -> tuple[str, str] | None:
    """From when until when the procedures adopted are the same as now (ISO 8601; empty: without end), None where that
    cannot be told. Nothing else in a check hangs on the time at which it is made: each step of a record is judged at
    its own."""
    try:
        moments = sorted(scene.beginnings(IN_FORCE))
    except _SHAPELESS:
        return None
    begun = [moment.isoformat() for moment in moments if moment <= scene.now]
    coming = [moment.isoformat() for moment in moments if moment > scene.now]
    return (begun or [""])[-1], (coming or [""])[0]
