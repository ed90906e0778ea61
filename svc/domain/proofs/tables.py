"""Decision tables: in every situation exactly one row holds. The situations are tried out, not argued about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from svc.domain.derive import rows_that_match
from svc.domain.flow import Action, Guard, Way
from svc.domain.guards import holds
from svc.domain.paths import Json
from svc.domain.proofs.book import Book, Found, Founds, Sheet
from svc.domain.proofs.presence import Known, Presence, presences
from svc.domain.proofs.spread import MOST, Imagined, Spread
from svc.domain.proofs.terms import KIND
from svc.domain.refusal import Text

Rule = Mapping[str, Json]


def tables(book: Book) -> Founds:
    """Overlapping rows, holes, and rows that never hold, of every table of every flow, with an example each."""
    known = presences(book.sheets)
    for sheet in book.sheets:
        presence = known[sheet.form.procedure, sheet.form.name]
        for action in sheet.form.actions.values():
            for way in action.ways[:1] if action.derive else ():
                for name, rule in action.derive.items():
                    if "table" in rule:
                        yield from _Table(sheet, presence, action, way, name).found()


@dataclass(frozen=True)
class _Table:
    sheet: Sheet
    presence: Presence
    action: Action
    way: Way
    field: str

    @property
    def rule(self) -> Rule:
        return self.action.derive[self.field]

    def found(self) -> Founds:
        at = f"actions.{self.action.name}.derive.{self.field}.table"
        yield from (Found(self.sheet.file, at + more, message) for more, message in self._judged())

    def _known(self) -> Known:
        """What stands when the table is read, whichever way the action goes."""
        ways = [self.presence.deriving(self.action, way)[self.field] for way in self.action.ways]
        paths = frozenset.intersection(*(known.paths for known in ways))
        implied = tuple(one for one in ways[0].implied if all(one in known.implied for known in ways))
        return self.presence.known(paths, implied).plus(_present(self.rule.get("when", {})))

    def _judged(self) -> Iterator[tuple[str, Text]]:
        rows = self.rule["table"]
        spread = Spread(self.sheet, self._known())
        plain: list[Rule] = [{**row, **({"when": spread.plain(row["when"])} if "when" in row else {})} for row in rows]
        kept = self._kept(spread)
        if spread.size() > MOST:
            wide = f"{spread.size()} > {MOST}"
            yield "", Text(f"表太宽，无法逐一验证（{wide}），请拆开", f"too wide to be proved ({wide}): split it")
            return
        yield from self._tried(plain, spread, kept)

    def _tried(self, rows: list[Rule], spread: Spread, kept: list[Guard]) -> Iterator[tuple[str, Text]]:
        pairs: dict[tuple[int, int], Imagined] = {}
        hole: Imagined | None = None
        alive: set[int] = set()
        for case in spread.situations(lambda one: all(holds(guard, one) for guard in kept)):
            matching = rows_that_match(rows, case)
            numbers = [n for n, row in enumerate(rows) if any(row is one for one in matching)]
            alive.update(numbers)
            hole = hole or (None if numbers else case)
            for a, b in pairwise(numbers):
                pairs.setdefault((a, b), case)
        for (a, b), case in pairs.items():
            zh, en = f"第 {a + 1} 行与第 {b + 1} 行同时成立", f"rows {a + 1} and {b + 1} both hold"
            yield f".{b}", _with_example(zh, en, case)
        if hole is not None:
            yield "", _with_example("没有一行成立", "no row holds", hole)
        for n in sorted(set(range(len(rows))) - alive):
            yield f".{n}", Text(f"第 {n + 1} 行从不成立", f"row {n + 1} never holds")

    def _kept(self, spread: Spread) -> list[Guard]:
        """What is true of every situation the table meets: its own `when`, and how fields derived before it came."""
        kept = [spread.plain(self.rule["when"])] if "when" in self.rule else []
        for name, rule in self.action.derive.items():
            if name == self.field:
                break
            if name in spread.groups and "when" in rule:
                kept += self._came(name, spread.plain(rule["when"]))
        return kept

    def _came(self, name: str, when: Guard) -> list[Guard]:
        """Where its condition held it was derived; where nothing else writes it, nowhere else."""
        came: list[Guard] = [{"when": when, "has": [name]}]
        writers = [action for action in self.sheet.form.actions.values() if _writes(action, name)]
        return [*came, {"when": {"has": [name]}, "all": [when]}] if writers == [self.action] else came


def _present(guard: Guard) -> list[str]:
    return [path for path in guard.get("has", ()) if not path.startswith(KIND)]


def _writes(action: Action, name: str) -> bool:
    given = [item.name for way in action.ways for item in (*way.asks, *way.takes)]
    fields = [*given, *action.copies, *action.derive, action.time or ""]
    return any(path == name or name.startswith(path + ".") for path in fields)


def _with_example(zh: str, en: str, case: Imagined) -> Text:
    shown = ", ".join(f"{path.removeprefix('?')}={value}" for path, value in case.values.items())
    return Text(f"{zh}，例如：{shown or '都没有值'}", f"{en}, as with: {shown or 'nothing present'}")
