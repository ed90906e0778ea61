"""Every record of a repository as it stands, checked: the files, the records, the settings' file, the bound volumes.

Nothing that stands there stops the inspection: what cannot be read or judged is a finding like any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from svc.domain.check import Subject, check
from svc.domain.core import VOLUME
from svc.domain.findings import Finding
from svc.domain.ids import Place, evidence_folder, place_of
from svc.domain.keys import fold_key
from svc.domain.paths import Json
from svc.domain.record import Record
from svc.domain.refusal import Refusal, Text
from svc.domain.volume import read_manifest
from svc.domain.world import Scene
from svc.index.world import CommitWorld
from svc.store.standing import Standing
from svc.store.yaml_file import dump, load, load_with_lines

RECORDS, REPORTS = "records", "reports"
SITE = "records/svc.yaml"
MANIFEST = "manifest-sha256.txt"
ODD = {
    "link": Text("符号链接", "a symbolic link"),
    "unreadable": Text("不是普通文件，或读不出", "no plain file, or not readable"),
    "executable": Text("可执行文件", "an executable"),
    "submodule": Text("子模块", "a submodule"),
    "unmerged": Text("合并冲突未解决", "an unresolved merge"),
    "name": Text("名称不可用", "of a name that cannot be used"),
}
Wanted = Callable[[str], bool]


class Tolerant(CommitWorld):
    """A world in which a broken record is there, empty: what points at it is not to blame."""

    def read(self, data: bytes, path: str) -> Record | None:
        """The record, or a blank one in its place."""
        place = place_of(path)
        try:
            raw = load(data, path)
        except Refusal:
            return _blank(place, {}) if place else None
        form = self.library.form_of(str(raw.get("form")), str(raw.get("procedure")))
        try:
            if form is not None and form.schema.valid(raw):
                return Record.from_dict(raw)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        return _blank(place, raw) if place else None


def _blank(place: Place, raw: Mapping[str, Json]) -> Record:
    fields = raw.get("fields")
    kept = fields if isinstance(fields, dict) else {}
    return Record(place.id, place.form, str(raw.get("procedure")), str(raw.get("state")), place.year, kept, (), ())


@dataclass(frozen=True)
class Inspection:
    """What is inspected: the files as they stand, the scene they are judged in, which paths are asked for."""

    view: Standing
    scene: Scene
    wanted: Wanted

    @cached_property
    def records(self) -> list[str]:
        """The paths of all record files, sorted."""
        return sorted(path for path in self.view.plain if place_of(path) is not None)

    @cached_property
    def beside(self) -> dict[str, list[str]]:
        """Record file -> the files in its folder; what belongs to no record stands under ''."""
        known, found = set(self.records), dict[str, list[str]]()
        for path in sorted(self.view.plain):
            if path.startswith(RECORDS + "/") and path not in known and path != SITE:
                found.setdefault(_owner(path, known), []).append(path)
        return found

    @cached_property
    def asked(self) -> list[str]:
        """The record files asked for, by themselves or by a file in their folder."""
        return [p for p in self.records if self.wanted(p) or any(map(self.wanted, self.beside.get(p, ())))]

    def findings(self) -> list[Finding]:
        """Everything found, by file and line."""
        found = [finding for one in INSPECTIONS for finding in one(self)]
        return sorted(set(found), key=lambda f: (f.file, f.line, f.field, f.rule))


def _owner(path: str, records: set[str]) -> str:
    steps = path.split("/")
    heads = ("/".join(steps[:n]) + ".yaml" for n in range(len(steps) - 1, 1, -1))
    return next((head for head in heads if head in records), "")


def _files(of: Inspection) -> Iterator[Finding]:
    """What is no plain file, and what stands among the records and belongs to none."""
    for path, kind in of.view.odd.items():
        if of.wanted(path):
            what = ODD.get(kind, Text.same(kind))
            words = Text(f"不是可用的普通文件：{what.zh}", f"not a plain file: {what.en}")
            yield Finding(path, 1, "", words, "file")
    for path in filter(of.wanted, of.beside.get("", ())):
        words = Text(
            "既不是记录（位置与编号不符），也不属于任何记录", "neither a record in its place nor evidence of one"
        )
        yield Finding(path, 1, "", words, "place")


def _records(of: Inspection) -> Iterator[Finding]:
    for path, data in of.view.read_many(of.asked):
        yield from _record(of, path, data)


def _record(of: Inspection, path: str, data: bytes) -> Iterator[Finding]:
    """One record file: its YAML, its spelling, then everything the domain checks."""
    try:
        raw = load(data, path)
    except Refusal as refusal:
        yield Finding(path, max(getattr(refusal, "line", 1), 1), "", refusal.what, "yaml")
        return
    try:
        found = check(Subject(path, raw, of.scene, _digests(of, path), _lines(path, data)))
        yield from found
        again = dump(raw) if found else dump(_folded(raw))
    except Exception as error:  # noqa: BLE001 - whatever a file holds, it is a finding and never a traceback
        why = error.what if isinstance(error, Refusal) else Text.same(f"{type(error).__name__}: {error}"[:200])
        yield Finding(path, 1, "", Text(f"无法核查：{why.zh}", f"cannot be judged: {why.en}"), "unreadable")
        return
    if again != data:
        words = Text("不是规范写法", "not the canonical spelling")
        yield Finding(path, first_difference(again, data), "", words, "canonical")


def _folded(raw: Mapping[str, Json]) -> dict[str, Json]:
    """A sound record as the engine itself would write it: the order of its keys is that of its log."""
    record = Record.from_dict(raw)
    return record.entered(record.log).to_dict()


def _digests(of: Inspection, path: str) -> dict[str, str]:
    folder = evidence_folder(path) + "/"
    return {
        name.removeprefix(folder): hashlib.sha256(data).hexdigest()
        for name, data in of.view.read_many(of.beside.get(path, ()))
    }


def _lines(path: str, data: bytes) -> Callable[[str], int]:
    """The line of a dotted path in a record file, or of what stands above it; read only when something is wrong."""
    known: dict[str, int] = {}

    def line(field: str) -> int:
        if not known:
            known.update({"": 1, **load_with_lines(data, path)[1]})
        while field not in known:
            field = field.rpartition(".")[0]
        return known[field]

    return line


def first_difference(one: bytes, other: bytes) -> int:
    """The first line (from 1) in which two files differ."""
    ours, theirs = one.split(b"\n"), other.split(b"\n")
    pairs = enumerate(zip(ours, theirs, strict=False), 1)
    return next((n for n, (a, b) in pairs if a != b), min(len(ours), len(theirs)))


def _keys(of: Inspection) -> Iterator[Finding]:
    """Keys of one register that differ only in case or width."""
    seen: dict[tuple[str, str], str] = {}
    for path in of.records:
        place = place_of(path)
        if place is None or place.year is not None:
            continue
        other = seen.setdefault((place.form, fold_key(place.id)), path)
        if other != path and (of.wanted(path) or of.wanted(other)):
            words = Text(f"与 {other} 只差大小写或全半角", f"differs from {other} only in case or width")
            yield Finding(path, 1, "id", words, "key")


def _bound(of: Inspection) -> Iterator[Finding]:
    """The files of bound volumes against the manifests, and each manifest against its volume's record."""
    for path, text in of.view.read_many(p for p in sorted(of.view.plain) if p.endswith("/" + MANIFEST)):
        if not path.startswith(REPORTS + "/"):
            continue
        listed = read_manifest(text.decode("utf-8", "replace"))
        asked = [item for item in listed if of.wanted(path) or of.wanted(item.path)]
        digests = {p: hashlib.sha256(d).hexdigest() for p, d in of.view.read_many(item.path for item in asked)}
        for item in asked:
            found = digests.get(item.path)
            if found is None:
                words = Text(
                    f"已装订（{path}）而缺失：应为 {item.sha256}", f"bound ({path}) and missing: {item.sha256}"
                )
            elif found != item.sha256:
                words = Text(
                    f"已装订（{path}）而被改动：应为 {item.sha256}，现为 {found}",
                    f"bound ({path}) and changed: expected {item.sha256}, found {found}",
                )
            else:
                continue
            yield Finding(item.path, 1, "", words, "bound")


def _sealed(of: Inspection) -> Iterator[Finding]:
    """The manifests against the digests that the volumes' own records hold."""
    for volume in of.scene.world.all(VOLUME):
        path = f"{REPORTS}/{volume.fields.get('year_bound')}/{volume.id}/{MANIFEST}"
        expected, data = volume.fields.get("manifest_sha256"), of.view.read(path)
        found = hashlib.sha256(data).hexdigest() if data is not None else None
        if isinstance(expected, str) and found != expected and of.wanted(path):
            words = Text(
                f"与 {volume.id} 所记不符：应为 {expected}，现为 {found or '缺失'}",
                f"not what {volume.id} says: expected {expected}, found {found or 'nothing'}",
            )
            yield Finding(path, 1, "", words, "bound")


# What is inspected, in the order a reader meets it.
INSPECTIONS: tuple[Callable[[Inspection], Iterator[Finding]], ...] = (_files, _records, _keys, _bound, _sealed)
