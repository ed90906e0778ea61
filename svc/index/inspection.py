"""A repository as it stands, inspected: which files belong to which record, and everything that no record's own file
tells: what belongs nowhere, keys that are too much alike, bound volumes.

Nothing that stands there stops the inspection: what cannot be read or judged is a finding like any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from svc.domain.core import VOLUME
from svc.domain.findings import Finding
from svc.domain.ids import place_of
from svc.domain.keys import fold_key
from svc.domain.refusal import Text
from svc.domain.volume import read_manifest
from svc.index.inspector import Task, Tolerant
from svc.store.standing import Standing

RECORDS, REPORTS = "records", "reports"
SITE = "records/svc.yaml"
MANIFEST = "manifest-sha256.txt"
_REGISTERS = "records/register/"
ODD = {
    "link": Text("符号链接", "a symbolic link"),
    "unreadable": Text("不是普通文件，或读不出", "no plain file, or not readable"),
    "executable": Text("可执行文件", "an executable"),
    "submodule": Text("子模块", "a submodule"),
    "unmerged": Text("合并冲突未解决", "an unresolved merge"),
    "name": Text("名称不可用", "of a name that cannot be used"),
}
Wanted = Callable[[str], bool]


@dataclass(frozen=True)
class Inspection:
    """What is inspected: the files as they stand, the world of their records, which paths are asked for."""

    view: Standing
    world: Tolerant
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
                owner = owner_of(path)
                found.setdefault(owner if owner in known else "", []).append(path)
        return found

    @cached_property
    def asked(self) -> list[str]:
        """The record files asked for, by themselves or by a file in their folder."""
        return [p for p in self.records if self.wanted(p) or any(map(self.wanted, self.beside.get(p, ())))]

    def tasks(self, paths: Iterable[str]) -> list[Task]:
        """What is to be inspected for some record files."""
        return [Task(path, self.view.plain[path], tuple(self.beside.get(path, ()))) for path in paths]

    def around(self) -> Iterator[Finding]:
        """Everything found beside what each record file comes to by itself."""
        for one in INSPECTIONS:
            yield from one(self)


def owner_of(path: str) -> str:
    """The record file, if there is one, to which a file below records/ belongs: the one its folder is named after."""
    steps, depth = path.split("/"), record_depth(path)
    return "/".join(steps[:depth]) + ".yaml" if len(steps) > depth else ""


def record_depth(path: str) -> int:
    """So many steps has the path of a record file in the part of records/ that a path lies in."""
    return 5 if path.startswith(_REGISTERS) else 6


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


def _keys(of: Inspection) -> Iterator[Finding]:
    """Keys of one register that differ only in case or width."""
    seen: dict[tuple[str, str], str] = {}
    for path in of.records:
        place = place_of(path) if path.startswith(_REGISTERS) else None
        if place is None:
            continue
        other = seen.setdefault((place.form, fold_key(place.id)), path)
        if other != path and (of.wanted(path) or of.wanted(other)):
            words = Text(f"与 {other} 只差大小写或全半角", f"differs from {other} only in case or width")
            yield Finding(path, 1, "id", words, "key")


def _bound(of: Inspection) -> Iterator[Finding]:
    """The files of bound volumes against the manifests, and each manifest against its volume's record."""
    manifests = (p for p in of.view.plain if p.startswith(REPORTS + "/") and p.endswith("/" + MANIFEST))
    for path, text in of.view.read_many(sorted(manifests)):
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
    for volume in of.world.all(VOLUME):
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
INSPECTIONS: tuple[Callable[[Inspection], Iterator[Finding]], ...] = (_files, _keys, _bound, _sealed)
