"""Procedures, forms and calendars as documents: read from a commit or a folder, kept parsed beside the repository."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from svc import __version__
from svc.domain.paths import Json
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.soundness import Flaws, flaws_of
from svc.store import yaml_file
from svc.store.files import read_plain, replace

if TYPE_CHECKING:
    from svc.store.repository import Repository
    from svc.store.snapshot import Snapshot

Documents = dict[str, Json]
"""Path below the repository (`schemas/chenggong@1/dispatch.flow.yaml`) -> its content."""

_YAML: Final = (".yaml", ".yml")
_FORMAT: Final = 2
_KEPT: Final = 8
"""So many parsed sets stay in the cache."""


def load_documents(repository: Repository, snapshot: Snapshot, prefix: str = "schemas") -> Documents:
    """Every .yaml and .json file under `prefix` in a commit, parsed.

    Parsed sets are kept as JSON under `.git/svc/cache/`, named by the tree they come from; a damaged one is made anew.
    Refuses (exit 6) a file that cannot be read, naming it and the line.
    """
    return {f"{prefix}/{path}": value for path, value in load_compiled(repository, snapshot, prefix)[0].items()}


def load_compiled(repository: Repository, snapshot: Snapshot, prefix: str = "schemas") -> tuple[Documents, Flaws]:
    """The same by their paths below `prefix`, and what in them has not the shape of a procedure."""
    tree = snapshot.oid(prefix)
    if tree is None:
        return {}, flaws_of({})
    note = repository.own / "cache" / f"documents-{_FORMAT}-{__version__}-{tree}.json"
    kept = _kept(note)
    if kept is not None:
        return kept
    wanted = [path for path in snapshot.walk(prefix) if is_document(path)]
    read = {path[len(prefix) + 1 :]: parse(path, data) for path, data in snapshot.read_many(wanted)}
    flaws = flaws_of(read)
    _keep(note, {"flaws": flaws, "documents": read})
    return read, flaws


def load_folder(folder: Path, prefix: str = "schemas") -> Documents:
    """Every .yaml and .json file of a plain folder, parsed, under paths that start with `prefix`."""
    return {path: parse(path, data) for path, data in read_folder(folder, prefix).items() if is_document(path)}


def read_folder(folder: Path, prefix: str = "schemas") -> dict[str, bytes]:
    """The bytes of every document in a plain folder, by path, to be copied into a new repository."""
    found: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*")):
        if is_document(file.name) and file.is_file():
            data = read_plain(file)
            if data is None:
                raise Refusal(Text("读不到文件", "cannot read"), exit=Exit.ENVIRONMENT, where=Text.same(str(file)))
            found[f"{prefix}/{file.relative_to(folder).as_posix()}"] = data
    return found


def shipped_folder() -> Path:
    """The schemas that come with svc: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "schemas", package.parent / "schemas"):
        if (folder / "record.schema.json").is_file():
            return folder
    raise Refusal(
        Text("安装不完整：缺少 schemas", "the installation is incomplete: no schemas"),
        exit=Exit.ENVIRONMENT,
        where=Text.same(str(package)),
        remedy=Text.same("pip install --force-reinstall svc"),
    )


def is_document(path: str) -> bool:
    """Whether a file is read as a document, by its name."""
    return path.endswith((*_YAML, ".json"))


def parse(path: str, data: bytes) -> Json:
    """One document; refuses (exit 6) with file and line what cannot be read. Duplicate keys are refused in both kinds."""
    if path.endswith(_YAML):
        return yaml_file.load(data, path, exit=Exit.ENVIRONMENT)
    return parse_json(path, data)


def lines_of(path: str, data: bytes) -> dict[str, int]:
    """For every dotted path of a YAML document the line (from 1) where it stands; {} for JSON."""
    return yaml_file.load_with_lines(data, path, exit=Exit.ENVIRONMENT)[1] if path.endswith(_YAML) else {}


def parse_json(path: str, data: bytes) -> Json:
    """A JSON document, strictly: UTF-8, no duplicate keys, no NaN, bounded in size and depth."""
    if len(data) > yaml_file.MAX_BYTES:
        raise _bad(path, 0, "文件过大", "the file is too large")
    try:
        text = data.decode("utf-8")
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise _bad(path, error.lineno, f"不是可读的 JSON：{error.msg}", f"not readable JSON: {error.msg}") from None
    except RecursionError:
        raise _bad(path, 0, "嵌套过深", "nested too deeply") from None
    except ValueError as error:
        raise _bad(path, 0, f"不是可读的 JSON：{error}", f"not readable JSON: {error}") from None


def _pairs(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, value in pairs:
        if key in built:
            raise ValueError(f"duplicate key {key[:80]!r}")
        built[key] = value
    return built


def _no_constant(word: str) -> Json:
    raise ValueError(f"{word} is no JSON")


def _finite(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise ValueError(f"{word[:80]} is too large")
    return value


def _bad(path: str, line: int, zh: str, en: str) -> Refusal:
    place = f"{path}:{line}" if line else path
    return Refusal(Text(zh, en), exit=Exit.ENVIRONMENT, where=Text.same(place))


def _kept(note: Path) -> tuple[Documents, Flaws] | None:
    """A parsed set that was kept; None for a damaged one, which is found by what it should sum up to."""
    sum_, _, body = (read_plain(note) or b"").partition(b"\n")
    if not body or sum_ != b"%d" % crc32(body):
        return None
    found = json.loads(body)
    return found["documents"], found["flaws"]


def _keep(note: Path, read: Mapping[str, Json]) -> None:
    """Keep a parsed set; a folder that cannot be written to costs time, nothing else."""
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        older = sorted(note.parent.glob("documents-*.json"), key=lambda path: path.stat().st_mtime)
        for path in older[: 1 - _KEPT]:
            path.unlink()
        body = json.dumps(read, ensure_ascii=False).encode("utf-8")
        replace(note, b"%d\n" % crc32(body) + body, note.parent, durable=False)
    except OSError:
        return
