"""Conditions on a field, by what the schema of each form says of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, NamedTuple

from svc.domain.paths import MISSING, Json
from svc.domain.schema import FieldInfo
from svc.index import bounds, fields
from svc.index.asking import Asking, Condition
from svc.index.bounds import Ends, Test
from svc.index.columns import MOMENTS, NUMBERS
from svc.index.folded import fold
from svc.index.look import Look
from svc.index.rows import Where
from svc.index.seek import Found
from svc.index.where import ANY, NEVER, Ground
from svc.index.where import text as text_where
from svc.index.words import NAME, label

FEW: Final = 200
"""From so many linked records on that are called so, the rows that name one of them are not gathered first."""


class Asked(NamedTuple):
    """What is asked of a value in one form: the test, and the rows worth testing by the path of the field."""

    test: Test
    where: Callable[[Ground, str], Where]


def ordering(found: Mapping[str, Found], ends: Callable[[FieldInfo], Ends], asking: Asking) -> Condition:
    """Values between two ends."""
    return _of_each(found, lambda info: _within(ends(info), asking))


def equality(found: Mapping[str, Found], text: str, name: str, asking: Asking) -> Condition:
    """Values that `field:value` means: by type, words as a part of the text."""
    return _of_each(found, lambda info: _equal(text, info, name, asking))


def other(found: Mapping[str, Found], same: Condition) -> Condition:
    """Records of forms that have the field, for which a condition on it does not hold."""

    def where(ground: Ground) -> Where:
        if ground.form.name not in found:
            return NEVER
        inside = same.narrow(ground)
        return Where(f"NOT ({inside.sql})", inside.values) if inside.exact else ANY

    return Condition(lambda look: look.form_id in found and not same.test(look), where)


def _of_each(found: Mapping[str, Found], make: Callable[[FieldInfo], Asked]) -> Condition:
    """A condition on the field in each form that has it; any item of a list will do."""
    made = {form: (one.path, make(one.info)) for form, one in found.items()}

    def test(look: Look) -> bool:
        path, asked = made.get(look.form_id, ("", None))
        value = look.value(path) if asked else MISSING
        return asked is not None and value is not MISSING and any(asked.test(item) for item in _items(value))

    def where(ground: Ground) -> Where:
        path, asked = made.get(ground.form.name, ("", None))
        if asked is None:
            return NEVER
        return asked.where(ground, path) if path in ground.form.schema.paths() else ANY

    return Condition(test, where)


def _items(value: Json) -> Iterator[Json]:
    if not isinstance(value, list):
        yield value
        return
    for item in value:
        yield from _items(item)


def _within(ends: Ends, asking: Asking) -> Asked:
    zone = asking.reading.tz
    return Asked(bounds.within(ends, asking.reading), lambda ground, path: fields.ordered(ground, path, ends, zone))


def _equal(text: str, info: FieldInfo, name: str, asking: Asking) -> Asked:
    """Equality by type, as `bounds.equal` tests it."""

    def called(value: Json) -> str:
        record = asking.scene.find(info.link, value)
        return label(record) if record and label(record) != record.id else ""

    if info.type in (*NUMBERS, *MOMENTS):
        return _within(bounds.ends_of("=", bounds.span(text, info.type, name, asking.reading)), asking)
    test, words = bounds.equal(text, info, name, asking.reading, called), fold(text)
    if info.enum:
        wanted = bounds.choice(text, info, name)
        return Asked(test, lambda ground, path: fields.chosen(ground, path, wanted))
    if info.type == "boolean":
        answer = bounds.yes(text, name)
        return Asked(test, lambda ground, path: fields.flagged(ground, path, answer))
    if info.link:
        names = _Called(info, words, asking)
        return Asked(test, lambda ground, path: fields.linking(ground, info, path, words, lambda: names.ids(ground)))
    return Asked(test, lambda ground, path: fields.containing(ground, path, words))


class _Called:
    """The linked records that folded words may call: looked up once for all forms."""

    def __init__(self, info: FieldInfo, words: str, asking: Asking) -> None:
        self._info, self._words, self._asking = info, words, asking
        self._found: Collection[str] | None = None
        self._known = False

    def ids(self, ground: Ground) -> Collection[str] | None:
        """Their ids; None where they are too many to be gathered."""
        if not self._known:
            self._known = True
            self._found = self._ids(ground)
        return self._found

    def _ids(self, ground: Ground) -> Collection[str] | None:
        ids: list[str] = []
        for name in self._info.link:
            form = self._asking.scene.library.form(name)
            if form is None:
                return None
            if not ground.rows.fields(name, NAME):
                continue
            lights = ground.rows.select(name, bool(form.key), [text_where(ground.rows, name, self._words)])
            if len(lights) > FEW:
                return None
            ids += [light.id for light in lights]
        return ids
