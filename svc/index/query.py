"""A query over records: choose, sort, group, sum. By the index where it can be asked, else by reading all records."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import Final, NamedTuple

from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.typed import amount
from svc.domain.world import Scene
from svc.index.asking import Condition, Filter
from svc.index.columns import Field
from svc.index.indexed import IndexedWorld
from svc.index.look import Look, RowLook
from svc.index.narrow import unfinished
from svc.index.records import KEPT, blocks
from svc.index.rows import Light, Rows, Where
from svc.index.where import NEVER, Ground

OPEN: Final = Condition(lambda look: look.form is not None and not look.final, unfinished)
"""Records that have not come to their end."""
FIRST_PAGE: Final = 250
GROWTH: Final = 8
"""So many rows are gathered at first, and so many times more each time: a short answer is not paid for like a long."""


class Group(NamedTuple):
    """Records that share a value: the value, how the first of them says it, how many they are, and the exact sum."""

    value: Json
    said: Json
    size: int
    total: Decimal


class _Plan(NamedTuple):
    """What of a query the rows of a form decide, and what is still to be tested."""

    wheres: list[Where]
    tests: list[Filter]

    def page(self, rows: Rows, form: Form, after: str, most: int) -> list[Light]:
        """Some of the rows that are left, behind an id."""
        never = NEVER in self.wheres
        return [] if never else rows.select(form.name, bool(form.key), self.wheres, after, most)


def matching(
    scene: Scene, forms: Iterable[Form], conditions: Sequence[Condition], wanted: int | None = None
) -> Iterator[Look]:
    """The records for which every condition holds, by id within each form, the forms in their order. Where only so many
    are `wanted`, no more are gathered at first."""
    first = FIRST_PAGE if wanted is None else min(max(wanted, 1), FIRST_PAGE)
    return (look for form in forms for look in _of_form(scene, form, conditions, first))


def begun(looks: Iterable[Look]) -> Iterator[Look]:
    """The same, the first of them found already: what cannot be read or judged among them is refused before anything
    is answered."""
    rest = iter(looks)
    return chain(list(islice(rest, KEPT)), rest)


def _of_form(scene: Scene, form: Form, conditions: Sequence[Condition], first: int) -> Iterator[Look]:
    """By the rows; where these cannot be asked (any more), by every record behind the last one."""
    last = yield from _by_rows(scene, form, conditions, first)
    if last is not None:
        every = (Look(scene, record) for record in scene.world.all(form.name) if record.id > last)
        yield from (look for look in every if all(condition.test(look) for condition in conditions))


def _by_rows(
    scene: Scene, form: Form, conditions: Sequence[Condition], first: int
) -> Generator[Look, None, str | None]:
    """By the rows, in pages that grow. Answers None in the end, or the last id where the rows could not be asked."""
    world, last, size = scene.world, "", first
    if not isinstance(world, IndexedWorld) or world.past:
        return last
    plan = world.of_form(form.name, lambda rows: _plan(rows, scene, form, conditions))
    while plan is not None:
        select = partial(plan.page, form=form, after=last, most=size)
        page = world.of_form(form.name, select)
        if page is None:
            break
        for block in blocks(page):
            looks = RowLook.each(scene, block, world.read_rows)
            yield from (look for look in looks if all(test(look) for test in plan.tests))
        if len(page) < size:
            return None
        last, size = page[-1].id, size * GROWTH
    return last


def _plan(rows: Rows, scene: Scene, form: Form, conditions: Sequence[Condition]) -> _Plan:
    ground = Ground.of(rows, form, scene.library)
    wheres = [condition.narrow(ground) for condition in conditions]
    return _Plan(wheres, [c.test for c, where in zip(conditions, wheres, strict=True) if not where.exact])


def counted(scene: Scene, forms: Iterable[Form], conditions: Sequence[Condition]) -> int:
    """How many records there are for which every condition holds."""
    return sum(_counted(scene, form, conditions) for form in forms)


def _counted(scene: Scene, form: Form, conditions: Sequence[Condition]) -> int:
    """The rows' own count where they decide all; else one by one."""

    def question(rows: Rows) -> int | None:
        plan = _plan(rows, scene, form, conditions)
        if NEVER in plan.wheres:
            return 0
        return None if plan.tests else rows.count(form.name, bool(form.key), plan.wheres)

    world = scene.world
    number = world.of_form(form.name, question) if isinstance(world, IndexedWorld) and not world.past else None
    return sum(1 for _ in _of_form(scene, form, conditions, FIRST_PAGE)) if number is None else number


def arranged(looks: Iterable[Look], keys: Sequence[tuple[Field, bool]], limit: int | None = None) -> Iterator[Look]:
    """At most `limit` of them by each key (descending where said), else as they come; what has no value comes last
    either way. Only what they are sorted by is held of all."""
    if not keys:
        return islice(iter(looks), limit)
    made = [([(field.rank(look), field.value(look) is None) for field, _ in keys], look.bare()) for look in looks]
    for n, (_, down) in reversed(list(enumerate(keys))):
        made.sort(key=lambda one: one[0][n][0], reverse=down)
        if down:
            made.sort(key=lambda one: one[0][n][1])
    return _read_again([look for _, look in made[:limit]])


def _read_again(looks: Sequence[Look]) -> Iterator[Look]:
    """Looks that were kept without their records, with them, some at a time."""
    for block in blocks(looks):
        lights = [look.light for look in block if isinstance(look, RowLook)]
        world = block[0].scene.world
        if lights and isinstance(world, IndexedWorld):
            yield from RowLook.each(block[0].scene, lights, world.read_rows)
        else:
            yield from block


def grouped(
    looks: Iterable[Look], by: Field, of: Field | None, said: Callable[[Look, Json], Json] = lambda _look, value: value
) -> list[Group]:
    """One group for each value; an item of a list counts for itself. `said` words a value as a record has it."""
    found: dict[str, Group] = {}
    for look in looks:
        for value in _values(by.value(look)):
            old = found.get(repr(value)) or Group(value, said(look, value), 0, Decimal(0))
            total = old.total + (added(of, look) if of else 0)
            found[repr(value)] = old._replace(size=old.size + 1, total=total)
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


def summed(looks: Iterable[Look], field: Field) -> tuple[int, Decimal]:
    """How many records there are, and the exact sum of a column."""
    count, total = 0, Decimal(0)
    for look in looks:
        count, total = count + 1, total + added(field, look)
    return count, total


def spelled(total: Decimal, field: Field) -> str:
    """A sum as text: money with two digits, other numbers as they come."""
    return str(total.quantize(Decimal("0.01"))) if field.type == "money" else f"{total:f}"
