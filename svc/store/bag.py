"""A volume as a folder that ordinary tools can check: a BagIt 1.0 bag (RFC 8493) with SHA-256 manifests."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from svc.domain.refusal import Refusal, Text
from svc.domain.volume import Listed, manifest, read_manifest
from svc.store.files import disk, sync_folder, write_aside
from svc.store.paths import check

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD = "data"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a volume: the file, what (changed, missing, extra, unreadable), the digests."""

    path: str
    kind: str
    expected: str = ""
    actual: str = ""


def digest(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_bag(folder: Path, files: Iterable[tuple[str, bytes]], info: Mapping[str, str]) -> str:
    """Write a bag at `folder` (new): payload `files` by path, `info` for bag-info.txt. It appears whole or not at all.

    Answers the SHA-256 of its tag manifest. Refuses (exit 4) where something stands already.
    """
    if os.path.lexists(folder):
        raise Refusal(
            Text("此处已有内容，卷不覆盖已有文件。", "something stands there; a volume never overwrites."),
            where=Text.same(str(folder)),
            remedy=Text("换一个位置  --to 文件夹", "choose another place  --to FOLDER"),
        )
    work = folder.parent / f".{folder.name}.svc-{os.getpid()}"
    try:
        with disk(folder):
            sealed = _fill(work, files, info)
            os.rename(work, folder)
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return sealed


def _fill(work: Path, files: Iterable[tuple[str, bytes]], info: Mapping[str, str]) -> str:
    listed = []
    size = 0
    for path, data in files:
        check(path)
        listed.append(Listed(f"{PAYLOAD}/{path}", digest(data)))
        size += len(data)
        _write(work / PAYLOAD / path, data)
    lines = {**info, "Payload-Oxum": f"{size}.{len(listed)}"}
    tags = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{key}: {value}\n" for key, value in lines.items()).encode(),
        MANIFEST: manifest(listed).encode(),
    }
    for name, data in tags.items():
        _write(work / name, data)
    sealed = manifest(Listed(name, digest(data)) for name, data in tags.items()).encode()
    _write(work / TAGS, sealed)
    return digest(sealed)


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(write_aside(target.parent, data), target)


def verify_bag(folder: Path) -> list[Fault]:
    """Everything wrong with a bag: files changed, missing, extra, not plain; manifests missing or changed."""
    standing = dict(_standing(folder))
    faults = [Fault(path, "unreadable") for path, found in standing.items() if found is None]
    for name in (TAGS, MANIFEST):
        if standing.get(name) is None:
            return [*faults, Fault(name, "missing")]
    listed = [*_listed(folder / TAGS), *_listed(folder / MANIFEST)]
    faults += compare(listed, {path: found for path, found in standing.items() if found}, extra=lambda p: p != TAGS)
    if (folder / "bagit.txt").is_file() and (folder / "bagit.txt").read_bytes() != DECLARATION:
        faults.append(Fault("bagit.txt", "changed"))
    return faults


def _listed(path: Path) -> list[Listed]:
    return read_manifest(path.read_text("utf-8", errors="replace"))


def compare(listed: Iterable[Listed], standing: Mapping[str, str], extra: object = None) -> list[Fault]:
    """What differs between what a manifest lists and the digests of what stands there."""
    wanted = {item.path: item.sha256 for item in listed}
    faults = []
    for path, expected in sorted(wanted.items()):
        actual = standing.get(path)
        if actual is None:
            faults.append(Fault(path, "missing", expected))
        elif actual != expected:
            faults.append(Fault(path, "changed", expected, actual))
    allowed = extra if callable(extra) else lambda _path: True
    faults += [Fault(p, "extra", "", found) for p, found in sorted(standing.items()) if p not in wanted and allowed(p)]
    return faults


def _standing(folder: Path) -> Iterator[tuple[str, str | None]]:
    """(path, SHA-256) of every file under a folder; None for what is no plain readable file."""
    for base, names, files in os.walk(folder, followlinks=False):
        names.sort()
        for name in sorted([*files, *(n for n in names if os.path.islink(os.path.join(base, n)))]):
            path = Path(base) / name
            yield path.relative_to(folder).as_posix(), file_digest(path)


def file_digest(path: Path) -> str | None:
    """The SHA-256 of a plain file; None when it is none or cannot be read."""
    if path.is_symlink() or not path.is_file():
        return None
    sha = hashlib.sha256()
    with contextlib.suppress(OSError), path.open("rb") as file:
        while piece := file.read(_PIECE):
            sha.update(piece)
        return sha.hexdigest()
    return None
