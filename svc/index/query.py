"""A query over records: choose, sort, group, sum. Pure: the records come from whoever holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.typed import amount
from svc.domain.world import Scene
from svc.index.columns import Field
from svc.index.filters import Filter
from svc.index.look import Look


@dataclass(frozen=True)
class Group:
    """Records that share a value: the value, one of them (for its form), how many, and the exact sum."""

    value: Json
    example: Look
    count: int
    total: Decimal


def chosen(records: Iterable[Record], scene: Scene, tests: Sequence[Filter]) -> Iterator[Look]:
    """The records for which every test holds, in the order they come."""
    looks = (Look(scene, record) for record in records)
    return (look for look in looks if all(test(look) for test in tests))


def everything(scene: Scene, forms: Iterable[Form]) -> Iterator[Record]:
    """All records of some forms, by id within each form, the forms in their order."""
    return (record for form in forms for record in scene.world.all(form.name))


def arranged(looks: Iterable[Look], keys: Sequence[tuple[Field, bool]]) -> list[Look]:
    """By each key (descending where said), then by id; what has no value comes last either way."""
    made = list(looks)
    for field, down in reversed(keys):
        made.sort(key=lambda look: field.rank(look), reverse=down)
        if down:
            made.sort(key=lambda look: field.value(look) is None)
    return made


def grouped(looks: Iterable[Look], by: Field, of: Field | None) -> list[Group]:
    """One group for each value; an item of a list counts for itself."""
    found: dict[str, Group] = {}
    for look in looks:
        for value in _values(by.value(look)):
            old = found.get(repr(value), Group(value, look, 0, Decimal(0)))
            total = old.total + (added(of, look) if of else 0)
            found[repr(value)] = Group(value, old.example, old.count + 1, total)
    return sorted(found.values(), key=lambda group: (group.value is None, str(group.value)))


def _values(value: Json) -> list[Json]:
    if isinstance(value, list):
        return list(dict.fromkeys(map(str, value))) or [None]
    return [value]


def added(field: Field, look: Look) -> Decimal:
    """The sum of a column in one record, exact; 0 where it has none."""
    value = field.value(look)
    items = value if isinstance(value, list) else [value]
    return sum((number for item in items if (number := amount(item)) is not None), Decimal(0))


def summed(looks: Iterable[Look], field: Field) -> Decimal:
    """The exact sum of a column."""
    return sum((added(field, look) for look in looks), Decimal(0))


def spelled(total: Decimal, field: Field) -> str:
    """A sum as text: money with two digits, other numbers as they come."""
    return str(total.quantize(Decimal("0.01"))) if field.type == "money" else f"{total:f}"
