"""Example records: files under `good/` and `bad/` of each form, checked in a world where all good ones stand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from forms_support.books import FORMS
from forms_support.stage import LANE, ZONE, Json, library, moment, stage

from svc.domain.check import Subject, check
from svc.domain.ids import record_path
from svc.domain.memory import Layered
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal
from svc.domain.world import Scene
from svc.store.yaml_file import is_canonical, load, load_with_lines


def good_files() -> list[Path]:
    """Every good example."""
    return sorted(FORMS.glob("*/*/good/*.yaml"))


def bad_files() -> list[Path]:
    """Every bad example; the file beside it, `.txt`, says what is found."""
    return sorted(FORMS.glob("*/*/bad/*.yaml"))


def form_of(path: Path) -> Form:
    """The form in whose folder an example stands."""
    return library().forms[path.parent.parent.name]


@lru_cache(maxsize=1)
def scene() -> Scene:
    """The stage with every good example laid over it."""
    found = [Record.from_dict(load(path.read_bytes(), path.name)) for path in good_files()]
    return Scene(Layered(stage().world, found), library(), ZONE, LANE, moment("2026-12-31 00:00"))


def findings(path: Path) -> list[str]:
    """What is wrong with an example, as `check` says it in Chinese: line, field, message, rule."""
    data = path.read_bytes()
    try:
        raw, lines = load_with_lines(data, path.name)
    except Refusal as refusal:
        return [refusal.what.zh]
    if not is_canonical(data):
        return ["not the canonical spelling"]
    subject = Subject(_place(path, raw), raw, scene(), _files(raw), lambda field: _line(field, lines))
    return [one.said("zh").partition(":")[2] for one in check(subject)]


def _place(path: Path, raw: Mapping[str, Json]) -> str:
    """Where a record of that form and id would stand in a repository."""
    try:
        return record_path(form_of(path).name, str(raw.get("id")), raw.get("year"))
    except (Refusal, ValueError, TypeError):
        return f"records/{path.name}"


def _files(raw: Mapping[str, Json]) -> dict[str, str]:
    evidence = raw.get("evidence", [])
    return {
        item["file"]: item["sha256"] for item in evidence if isinstance(item, dict) and {"file", "sha256"} <= set(item)
    }


def _line(field: str, lines: Mapping[str, int]) -> int:
    """The line of a field, or of what stands around it."""
    while field and field not in lines:
        field = field.rpartition(".")[0]
    return lines.get(field, 1)
