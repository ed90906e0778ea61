"""The year's records as a volume: which belong to it, what blocks it, its manifest and its contents list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from svc.domain.clocks import finished
from svc.domain.core import VOLUME
from svc.domain.ids import record_path
from svc.domain.paths import MISSING
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal, Text
from svc.domain.times import parse_instant
from svc.domain.world import Scene, World

COLUMNS = ("no", "id", "form", "code", "title", "state", "closed", "by", "pages", "file", "sha256")


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that keeps a year from being bound: the record or setting, why, and what to do."""

    ref: str
    why: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Plan:
    """What binding a year comes to: the records that belong to it, those carried over (id -> reason), what blocks it.

    `names` are the (form, id) of the records in binding order: a year has many, so they are read as one goes along.
    """

    year: int
    world: World
    names: tuple[tuple[str, str], ...]
    carried: Mapping[str, str]
    blockers: tuple[Blocker, ...]
    retention: int | None

    @property
    def records(self) -> Iterator[Record]:
        """The records that belong to the volume, in binding order, read anew and not held."""
        return self.world.each(self.names)


def belongs(scene: Scene, record: Record, form: Form) -> int | None:
    """The year a finished record belongs to: that of its final step, in the repository's zone; None while open."""
    if not form.states[record.state].final:
        return None
    at = finished(record)
    return at.astimezone(scene.zone).year if at else None


def opened(scene: Scene, record: Record) -> int:
    """The year in which a record was opened."""
    return parse_instant(record.log[0].began).astimezone(scene.zone).year


def volumes_of(scene: Scene, year: int) -> list[Record]:
    """The volumes of a year, the supplements after the first."""
    found = [record for record in scene.world.all(VOLUME) if str(record.fields.get("year_bound")) == str(year)]
    return sorted(found, key=lambda record: record.fields.get("supplement", 0))


def plan(scene: Scene, year: int) -> Plan:
    """Everything that binding `year` comes to. What one volume of the year carried over, no other asks for again."""
    volumes = volumes_of(scene, year)
    items = [item for volume in volumes for item in volume.fields.get("carried_over", [])]
    carried = {str(item["record"]): str(item["reason"]) for item in items}
    names: list[tuple[str, str, str]] = []
    blockers: list[Blocker] = []
    for record, form in _bindable(scene):
        year_of = belongs(scene, record, form)
        if year_of == year and scene.world.bound_in(record) is None:
            names.append((*_order(record), record.form))
        elif year_of is None and opened(scene, record) <= year and record.id not in carried:
            blockers.append(_open(record, form, year))
    blockers = [*_settings(scene), *_over(scene, year), *blockers]
    found = retention(scene)
    bound = tuple((form, id) for _, id, form in sorted(names))
    return Plan(year, scene.world, bound, carried, tuple(blockers), found)


def _order(record: Record) -> tuple[str, str]:
    """Closing time, then id: the order in which the paper would be bound."""
    at = finished(record)
    return (at.isoformat() if at else "", record.id)


def _bindable(scene: Scene) -> Iterator[tuple[Record, Form]]:
    for name, form in scene.library.forms.items():
        if form.bound:
            for record in scene.world.all(name):
                yield record, scene.form_of(record) or form


def _open(record: Record, form: Form, year: int) -> Blocker:
    state = form.states[record.state].title
    return Blocker(
        record.id,
        Text(f"{form.title.zh}未办结（{state.zh}）", f"{form.title.en} is not finished ({state.en})"),
        Text(
            f"办结，或结转  svc bind {year} --carry {record.id} --reason 原因",
            f"finish it, or  svc bind {year} --carry {record.id} --reason WHY",
        ),
    )


def retention_settings(scene: Scene) -> list[str]:
    """The settings that say how many years bound forms are kept, as the retention classes of the procedures name."""
    classes = scene.library.part("retention")
    rules = (classes.get(str(f.flow.get("retention")), {}) for f in scene.library.forms.values() if f.bound)
    years = [rule.get("years") for rule in rules]
    return list(dict.fromkeys(str(rule["setting"]) for rule in years if isinstance(rule, Mapping)))


def retention(scene: Scene) -> int | None:
    """The years the year's volume is kept: the longest of its classes; None while one of them is not set."""
    values = [scene.setting(name, scene.now) for name in retention_settings(scene)]
    years = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    return max(years) if years and len(years) == len(values) else None


def _settings(scene: Scene) -> Iterator[Blocker]:
    for name in retention_settings(scene):
        if scene.setting(name, scene.now) is MISSING:
            source = Text.from_dict(scene.library.settings.get(name, {}).get("source", ""))
            yield Blocker(
                name,
                Text(
                    f"保存年限未设定，此数取自 {source.zh}",
                    f"the retention years are not set; the number comes from {source.en}",
                ),
                Text(f"svc setting set {name} 年数 --reason 依据", f"svc setting set {name} YEARS --reason SOURCE"),
            )


def _over(scene: Scene, year: int) -> Iterator[Blocker]:
    if scene.now.astimezone(scene.zone).year <= year:
        yield Blocker(
            str(year),
            Text(f"{year} 年度尚未结束", f"the year {year} is not over"),
            Text(f"年度结束后  svc bind {year}", f"once it is over  svc bind {year}"),
        )


def refuse_blocked(scene: Scene, found: Plan) -> None:
    """Refuse to bind a year while anything blocks it, with the whole list."""
    if found.blockers:
        details = tuple(Text(f"{b.ref}  {b.why.zh}", f"{b.ref}  {b.why.en}") for b in found.blockers)
        raise Refusal(
            Text(
                f"{found.year} 年度还不能装订，有 {len(details)} 项：",
                f"{found.year} cannot be bound yet; what blocks it ({len(details)}):",
            ),
            where=Text(f"年度 {found.year}", f"year {found.year}"),
            clause=scene.library.volume_clause,
            remedy=found.blockers[0].remedy,
            details=details,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a volume: its path and SHA-256."""

    path: str
    sha256: str


def manifest(files: Iterable[Listed]) -> str:
    """The manifest: `sha256  path` a line, by path; `sha256sum -c` reads it."""
    return "".join(f"{item.sha256}  {item.path}\n" for item in sorted(files, key=lambda item: item.path))


def read_manifest(text: str) -> list[Listed]:
    """The files that a manifest lists."""
    lines = [line.partition("  ") for line in text.splitlines() if line]
    return [Listed(path, digest) for digest, _, path in lines]


def contents(scene: Scene, records: Iterable[Record], digests: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The contents list as rows under COLUMNS: one a record, in binding order; `pages` counts its evidence files."""
    rows: list[tuple[str, ...]] = []
    for number, record in enumerate(records, 1):
        form = scene.form_of(record)
        path = record_path(record.form, record.id, record.year)
        closed = finished(record) or datetime.min
        title, code = (form.title.zh, form.code or "") if form else (record.form, "")
        by, pages = record.last.by, str(len(record.evidence))
        day = closed.astimezone(scene.zone).strftime("%Y%m%d")
        rows.append(
            (str(number), record.id, record.form, code, title, record.state, day, by, pages, path, digests[path])
        )
    return rows
