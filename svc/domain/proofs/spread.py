"""All the situations that matter to some guards: for each path they mention the values that make a difference.

A guard is first made plain: what rests on other records, people or the log becomes one yes-or-no of its own, so that
the engine's own evaluator can judge it on a case whose every path is assigned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from svc.domain.case import Case
from svc.domain.compiled import freeze
from svc.domain.flow import Guard
from svc.domain.guards import CONDITIONS
from svc.domain.paths import MISSING, Json
from svc.domain.proofs.book import Sheet
from svc.domain.proofs.kinds import BOUNDS, constants, kind_of
from svc.domain.proofs.presence import Known
from svc.domain.proofs.terms import KIND
from svc.domain.typed import typed

MOST = 20_000
"""Situations that are tried; a table that needs more is too wide to be proved."""
SIMPLE = {"const", "enum", "not", "anyOf", "allOf", "oneOf", "type", "minItems", "maxItems", *BOUNDS}
A_DAY = date(2026, 3, 5)
OTHER = "…"
Assigned = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Imagined(Case):
    """A case whose paths have the values they are assigned, and no others."""

    values: Assigned = field(default_factory=dict)

    def value(self, path: str) -> Json:
        """What is assigned to a path."""
        return self.values.get(path, MISSING)


@dataclass
class Spread:
    """The paths that some guards mention, with the values each may have."""

    sheet: Sheet
    known: Known
    values: dict[str, list[Json]] = field(default_factory=dict)
    """Constants, lengths and thresholds by path."""
    groups: dict[str, set[str]] = field(default_factory=dict)
    """The paths each path is compared with, itself among them."""
    kinds: dict[str, str] = field(default_factory=dict)
    certain: set[str] = field(default_factory=set)
    """What is never absent though it is no path: yes-or-no conditions, computed values that surely come out."""

    def plain(self, guard: Guard) -> Guard:
        """A guard over paths alone; the paths and values it mentions are taken up."""
        if "each" in guard:
            return self._opaque(guard)
        made: dict[str, Json] = {"all": []}
        for word in (word for word in CONDITIONS if word in guard):
            made["all"].append(self._condition(word, guard[word]))
        return {**made, **({"when": self.plain(guard["when"])} if "when" in guard else {})}

    def _condition(self, word: str, raw: Json) -> Guard:
        if word in ("any", "all"):
            return {word: [self.plain(one) for one in raw]}
        if word == "not":
            return {word: self.plain(raw)}
        if word in ("has", "lacks"):
            for path in raw:
                self._mention(path.replace(KIND, "?"))
            return {word: [path.replace(KIND, "?") for path in raw]}
        if word == "where":
            return {"all": [self._where(path, schema) for path, schema in raw.items()]}
        return self._compare(raw) if word == "compare" else self._opaque({word: raw})

    def _opaque(self, guard: Guard) -> Guard:
        name = f"?{freeze(guard)}"
        self._mention(name)
        self.values[name] = [True, False]
        self.certain.add(name)
        return {"where": {name: {"const": True}}}

    def _mention(self, path: str, *values: Json) -> None:
        self.groups.setdefault(path, {path})
        self.values.setdefault(path, []).extend(values)
        self.kinds.setdefault(path, kind_of(path, self.sheet.view)[0])

    def _where(self, path: str, schema: Json) -> Guard:
        if not isinstance(schema, Mapping) or not set(schema) <= SIMPLE:
            self._mention(path)
            return {"has": [path], **self._opaque({"where": {path: schema}})}
        limits = [schema[word] + more for word in BOUNDS if word in schema for more in (-1, 0, 1)]
        lengths = [n for word in ("minItems", "maxItems") if word in schema for n in range(schema[word] + 2)]
        self._mention(path, *constants(schema), *limits, *([OTHER] * n for n in lengths))
        return {"where": {path: schema}}

    def _compare(self, raw: Json) -> Guard:
        left, word, right = raw
        both = [self._operand(left), self._operand(right)]
        paths = [one for one in both if isinstance(one, str)]
        listed = any(kind_of(one, self.sheet.view)[1] for one in (left, right) if isinstance(one, str))
        if word == "subset" or listed or (word == "in" and len(paths) == 2):
            return self._opaque({"compare": raw})
        literal = next((one for one in both if not isinstance(one, str)), None)
        values = literal["value"] if isinstance(literal, Mapping) else literal
        for path in paths:
            self._mention(path, *(values if isinstance(values, list) else [] if values is None else _near(values)))
        if len(paths) == 2:
            joined = self.groups[paths[0]] | self.groups[paths[1]]
            self.groups.update(dict.fromkeys(joined, joined))
        return {"compare": [both[0], word, both[1]]}

    def _operand(self, raw: Json) -> Json:
        """A path, a literal, or a name for what is computed."""
        if not isinstance(raw, Mapping) or "value" in raw:
            return raw
        name = f"?{freeze(raw)}"
        self._mention(name)
        self.kinds[name] = kind_of(raw, self.sheet.view)[0]
        if self.known.operand(raw):
            self.certain.add(name)
        return name

    def domain(self, path: str) -> list[Json]:
        """The values of a path that make a difference, MISSING where it may be absent."""
        found = self._present(path)
        distinct = {freeze({"": value}): value for value in found}
        sure = path in self.certain or not path.startswith("?") and self.known.sure(path)
        return [*distinct.values(), *([] if sure else [MISSING])]

    def _present(self, path: str) -> list[Json]:
        stands = [] if path.startswith("?") else self.sheet.view.stands(path)
        members = [member for stand in stands for member in stand.single.get("enum", ())]
        mentioned = [value for one in sorted(self.groups[path]) for value in self.values[one]]
        if stands and stands[0].listed:
            return mentioned or [[], [OTHER]]
        if members:
            return members
        word = next((self.kinds[one] for one in (path, *sorted(self.groups[path])) if self.kinds[one]), "")
        if word == "boolean" or any(isinstance(value, bool) for value in mentioned):
            return [True, False]
        return _ordinals(word, mentioned) or [*mentioned, OTHER, *(f"{OTHER}{n}" for n in range(self._width(path)))]

    def _width(self, path: str) -> int:
        """Two more words where a text is compared with other paths."""
        return 2 if len(self.groups[path]) > 1 else 0

    def size(self) -> int:
        """How many situations there are."""
        count = 1
        for path in self.groups:
            count *= len(self.domain(path))
        return count

    def situations(self, kept: Callable[[Imagined], bool]) -> Iterator[Imagined]:
        """Every situation that can be: what stands below a path only where it does, and `kept` says so."""
        paths = list(self.groups)
        blank = self.sheet.blank()
        able: dict[frozenset[str], bool] = {}
        for values in product(*(self.domain(path) for path in paths)):
            assigned = {path: value for path, value in zip(paths, values, strict=True) if value is not MISSING}
            present = frozenset(assigned)
            if present not in able:
                able[present] = self._able(present)
            if able[present]:
                case = Imagined(blank.scene, blank.form, "", "", {}, blank.acting, blank.at, values=assigned)
                if kept(case):
                    yield case

    def _able(self, present: frozenset[str]) -> bool:
        """Whether these paths and no others can stand: what stands lower down, or follows from them, is among them."""
        known = self.known.plus(path for path in present if not path.startswith("?"))
        return not any(known.sure(path) for path in self.groups if path not in present and not path.startswith("?"))


def _near(value: Json) -> list[Json]:
    """A literal, with its neighbours where it has an order."""
    found = typed(value)
    if isinstance(found, Decimal) and not isinstance(value, bool):
        return [found - 1, found, found + 1]
    if isinstance(found, date):
        return [found + timedelta(days=n) for n in (-1, 0, 1)]
    return [value]


def _ordinals(word: str, mentioned: list[Json]) -> list[Json]:
    """Values of an ordered kind: those mentioned, or any three."""
    exact = [found for value in mentioned if (found := typed(value)) is not None and not isinstance(value, bool)]
    if word in ("date", "instant"):
        days = [one for one in exact if isinstance(one, date)] or [A_DAY + timedelta(days=n) for n in range(3)]
        texts = [str(one)[:10] for one in days]
        return [f"{text}T12:00:00+08:00" if word == "instant" else text for text in texts]
    if word == "month":
        return [f"2026-0{n}" for n in (3, 4, 5)]
    if word not in ("money", "decimal", "count", "integer", "number", "year"):
        return []
    numbers = [one for one in exact if isinstance(one, Decimal)] or [Decimal(n) for n in (1, 2, 3)]
    if word in ("money", "decimal"):
        return [f"{one:.2f}" if word == "money" else str(one) for one in numbers]
    return [int(one) if one == int(one) else str(one) for one in numbers]
