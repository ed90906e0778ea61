"""The work of `svc check`: look at what stands, inspect what has to be, say what it came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from svc.cli.aim import WHOLE, heads, on_disk, tops, under, wanted
from svc.cli.desk import SITE, Desk, Shelf, desk
from svc.cli.glance import Glance, glance, unfinished
from svc.cli.keeping import keep, look
from svc.cli.lang import LANG
from svc.cli.saying import rows, write
from svc.cli.site import SCHEMAS, Rules, adopted_between, read_rules, site_findings
from svc.domain.calendar_book import CalendarBook
from svc.domain.findings import Finding
from svc.domain.refusal import Text
from svc.domain.world import Scene
from svc.index.again import Own, inspect, rules_of
from svc.index.inspection import RECORDS, REPORTS, Inspection
from svc.index.inspector import Tolerant, first_difference
from svc.render.table import Column
from svc.render.terminal import safe_text
from svc.store.crew import Crew, processors
from svc.store.standing import Standing

Outcome = tuple[list[Finding], int]
"""Everything found, by file and line, and how many records were looked into."""


class Ground(NamedTuple):
    """What a check goes by: the rules as they stand, and the records as the rules see them."""

    stand: Standing
    rules: Rules
    world: Tolerant
    scene: Scene

    @classmethod
    def of(cls, here: Desk, stand: Standing) -> Ground:
        """The ground in a work tree or an index."""
        rules = read_rules(here, stand)
        brief, world = rules.brief, Tolerant(stand, rules.library)
        calendars = CalendarBook(brief.documents)
        return cls(stand, rules, world, Scene(world, rules.library, brief.zone, brief.lane, brief.now, calendars))

    def shelf(self) -> Shelf:
        """The same for whoever looks a record up."""
        return Shelf(self.stand, self.rules.library, self.world, self.scene)


def check(targets: tuple[str, ...], staged: bool, base: str | None, before: Glance | None) -> Outcome:
    """Check what stands in the work tree, or in the index; `before` is what is known of the last whole check."""
    here = desk()
    if unfinished(here.repository.place):
        here.repository.heal()
        if before is not None:
            # What git compared may have been healed since.
            before.drop()
            before = glance(here.options)
    with Crew(processors()) as crew:
        if staged:
            return _staged(here, targets, base, crew)
        return _on_disk(here, targets, base, before, crew)


def _staged(here: Desk, targets: tuple[str, ...], base: str | None, crew: Crew) -> Outcome:
    view = Standing.of_index(here.repository, WHOLE)
    ground = Ground.of(here, view)
    there = (view.plain, view.committed, view.odd)
    asked = heads(
        here, ground.shelf(), targets, lambda path: any(under(one, (path,)) for all_ in there for one in all_)
    )
    inspection = _inspection(here, ground, view, asked, base)
    own = inspect(inspection, ground.rules.brief, crew)
    return _sorted(_all(ground, inspection, own)), len(inspection.asked)


def _on_disk(here: Desk, targets: tuple[str, ...], base: str | None, before: Glance | None, crew: Crew) -> Outcome:
    ground = Ground.of(here, Standing.of_worktree(here.repository, (SCHEMAS, SITE)))
    asked = heads(here, ground.shelf(), targets, on_disk(here))
    sight = look(here.repository, tops(asked), before, crew)
    inspection = _inspection(here, ground, sight.view, asked, base)
    rules = rules_of(ground.rules.brief)
    own = inspect(inspection, ground.rules.brief, crew, sight.grounds(rules), sight.changed)
    found = _sorted([*_all(ground, inspection, own), *_edited(here, inspection)])
    if not asked and base is None:
        keep(sight, own, rules, found, len(inspection.asked), adopted_between(ground.scene))
    return found, len(inspection.asked)


def _inspection(here: Desk, ground: Ground, view: Standing, asked: Sequence[str], base: str | None) -> Inspection:
    changed = view.since(here.repository.snapshot(base), WHOLE) if base is not None else None
    return Inspection(view, ground.world, wanted(asked, changed))


def _all(ground: Ground, inspection: Inspection, own: Own) -> Iterator[Finding]:
    """Everything found in what stands, whatever is committed."""
    yield from ground.rules.findings
    yield from inspection.around()
    for found in own.findings.values():
        yield from found
    yield from (one for one in site_findings(ground.stand, ground.scene) if inspection.wanted(one.file))


def _sorted(found: Iterable[Finding]) -> list[Finding]:
    return sorted(set(found), key=lambda one: (one.file, one.line, one.field, one.rule))


def _edited(here: Desk, inspection: Inspection) -> Iterator[Finding]:
    """What differs from the commit: changed by hand, not committed, gone."""
    # The shipped example lies beside the procedures that are being worked on: there, they are source, not records.
    prefixes = (RECORDS, REPORTS, *(() if here.site.get("example") else (SCHEMAS,)))
    view = inspection.view
    for path in sorted(view.differing):
        if not under(path, prefixes) or not inspection.wanted(path):
            continue
        oid, data = view.committed.get(path), view.over[path]
        if oid is None:
            yield Finding(path, 1, "", Text("不在提交里（未入库）", "is not committed"), "worktree")
        elif data is None:
            if path not in view.odd:
                yield Finding(path, 1, "", Text("工作区缺少此文件", "is missing from the work tree"), "worktree")
        else:
            line = first_difference(view.blob(oid), data)
            yield Finding(path, line, "", Text("与提交不一致（手工改动）", "was edited by hand"), "worktree")


def write_out(found: Sequence[Finding]) -> None:
    """The findings where and in the format asked for."""
    here = desk()
    if (here.options.format or "table") == "table" and not here.options.quiet:
        write(here, (safe_text(finding.said(LANG)) + "\n" for finding in found))
        return
    titles = {"file": "文件", "line": "行", "field": "字段", "message": "说明", "rule": "规则"}
    columns = [Column(key, Text(title, key)) for key, title in titles.items()]
    rows(here, columns, [list(finding.to_dict(LANG).values()) for finding in found])
