"""The words of a query as tests of a record: every one must hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from svc.domain.core import PERSON
from svc.domain.paths import MISSING, Json, leaves
from svc.domain.pattern import pattern
from svc.domain.people import roles_on
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal, Text
from svc.domain.schema import FieldInfo
from svc.domain.values import Reading
from svc.domain.world import Scene
from svc.index import bounds
from svc.index.columns import MOMENTS, MONTH, NUMBERS, OWN, TITLES
from svc.index.look import Look
from svc.index.seek import Found, seek
from svc.index.words import label

Filter = Callable[[Look], bool]

_PAIR = pattern(r"([^\s:：<>=!]+)[:：](.*)\Z", re.DOTALL)
_COMPARED = pattern(r"([^\s:：<>=!]+)\s*(>=|<=|!=|>|<|=)\s*(.*)\Z", re.DOTALL)
_RANGE = pattern(r"(.*?)\.\.(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Asking:
    """Where a query is asked: the scene, the forms looked through, how times are read, and who `mine` is."""

    scene: Scene
    forms: tuple[Form, ...]
    reading: Reading
    me: Callable[[], Record]

    @cached_property
    def person(self) -> Record:
        """The person who asks; refused where nobody is known."""
        return self.me()


def read(words: Sequence[str], asking: Asking) -> list[Filter]:
    """The tests that the words of a query come to; Refusal (usage) for a field, state or value that is none."""
    return [_read(word, asking) for word in words if word.strip()]


def _read(word: str, asking: Asking) -> Filter:
    if word in _BARE:
        return _BARE[word](asking)
    if (found := _COMPARED.match(word)) and not _pair_first(word):
        return _comparison(found[1], found[2], found[3], asking)
    if (found := _PAIR.match(word)) is not None:
        return _pair(found[1], found[2].strip(), asking)
    return words_in(word)


def _pair_first(word: str) -> bool:
    """Whether a colon comes before any sign of comparison."""
    return re.match(r"[^<>=!]*[:：]", word) is not None


def words_in(text: str) -> Filter:
    """Whether the words stand somewhere in the record, case and width aside."""
    wanted = bounds.fold(text.strip())
    return lambda look: any(wanted in bounds.fold(part) for part in texts(look))


def texts(look: Look) -> Iterator[str]:
    """What a search looks through: id, state, every field; states and choices by id and by both titles."""
    title = look.state_title
    yield from (look.record.id, look.record.state, title.zh, title.en)
    for path, value in leaves(look.record.fields):
        yield from _leaf(look, path, value)


def _leaf(look: Look, path: str, value: Json) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            for inner, leaf in leaves(item):
                yield from _leaf(look, f"{path}.*.{inner}", leaf)
            continue
        info = look.form.schema.info(path) if look.form else None
        if info and (choice := info.enum.get(str(item))):
            yield from (choice.zh, choice.en)
        yield str(item)


def _mine(asking: Asking) -> Filter:
    me = asking.person.id

    def test(look: Look) -> bool:
        acted = any(entry.by == me for entry in look.record.log)
        return acted or any(value == me and PERSON in links for _, links, value in look.links())

    return test


_BARE: dict[str, Callable[[Asking], Filter]] = {
    "mine": _mine,
    "overdue": lambda asking: lambda look: look.overdue,
    "late": lambda asking: lambda look: look.late,
}


def _comparison(name: str, sign: str, text: str, asking: Asking) -> Filter:
    key = TITLES.get(name, name)
    if key in OWN and OWN[key].type in ("instant", "count", "month"):
        own = OWN[key]
        test = bounds.compared(sign, bounds.span(text, own.type, name, asking.reading), asking.reading)
        return lambda look: test(own.value(look))
    found = _seek(name, asking)
    if sign in ("=", "!="):
        same = _tests(found, lambda info: _equal(text, info, name, asking))
        return same if sign == "=" else lambda look: look.record.form in found and not same(look)
    return _tests(
        found,
        lambda info: bounds.compared(sign, bounds.span(text, info.type, name, asking.reading), asking.reading),
    )


def _pair(name: str, text: str, asking: Asking) -> Filter:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(text, asking)
    try:
        found = _seek(name, asking)
    except Refusal:
        if TITLES.get(name, name) != MONTH:
            raise
        return _when(lambda look: look.at)(text, asking)
    ranged = _RANGE.match(text)
    low, high = (ranged[1].strip(), ranged[2].strip()) if ranged else ("", "")
    if ranged and all(one.info.type in (*NUMBERS, *MOMENTS) for one in found.values()):
        return _tests(found, lambda info: bounds.between(low, high, info.type, name, asking.reading))
    return _tests(found, lambda info: _equal(text, info, name, asking))


def _seek(name: str, asking: Asking) -> dict[str, Found]:
    return dict(seek(asking.scene.library, asking.forms, name, (*_SPECIAL, *_BARE)))


def _equal(text: str, info: FieldInfo, name: str, asking: Asking) -> bounds.Test:
    def called(value: Json) -> str:
        record = asking.scene.find(info.link, value)
        return label(record) if record and label(record) != record.id else ""

    return bounds.equal(text, info, name, asking.reading, called)


def _tests(found: dict[str, Found], make: Callable[[FieldInfo], bounds.Test]) -> Filter:
    """A test of the field in each form that has it; any item of a list will do."""
    made = {form: (one.path, make(one.info)) for form, one in found.items()}

    def test(look: Look) -> bool:
        path, holds = made.get(look.record.form, ("", None))
        value = look.value(path) if holds else MISSING
        return holds is not None and value is not MISSING and any(holds(item) for item in _items(value))

    return test


def _items(value: Json) -> Iterator[Json]:
    if not isinstance(value, list):
        yield value
        return
    for item in value:
        yield from _items(item)


def _when(get: Callable[[Look], Json]) -> Callable[[str, Asking], Filter]:
    """`at:` and `opened:`: a moment, a day, a month, a year, or a range of them."""

    def made(text: str, asking: Asking) -> Filter:
        ranged = _RANGE.match(text)
        if ranged:
            test = bounds.between(ranged[1].strip(), ranged[2].strip(), "instant", "at", asking.reading)
        else:
            test = bounds.compared("=", bounds.span(text, "instant", "at", asking.reading), asking.reading)
        return lambda look: test(get(look))

    return made


def _edge(sign: str) -> Callable[[str, Asking], Filter]:
    """`since:` and `until:`."""

    def made(text: str, asking: Asking) -> Filter:
        test = bounds.compared(sign, bounds.span(text, "instant", "at", asking.reading), asking.reading)
        return lambda look: test(look.at)

    return made


def _state(text: str, asking: Asking) -> Filter:
    """States and marks, by id or title, several after commas."""
    titles = [(s.id, s.title) for form in asking.forms for s in form.states.values()]
    titles += [(mark.name, mark.title) for form in asking.forms for mark in form.marks]
    wanted: set[str] = set()
    for word in bounds.split(text):
        folded = bounds.fold(word)
        hits = {id for id, title in titles if folded in (bounds.fold(id), bounds.fold(title.zh), bounds.fold(title.en))}
        if not hits:
            known = dict.fromkeys(titles)
            listed = tuple(Text(f"{id}  {title.zh}", f"{id}  {title.en}") for id, title in known)
            words = (name for id, title in known for name in (id, title.zh, title.en))
            raise bounds.unknown(Text("状态", "state"), word, words, listed[:20])
        wanted |= hits
    return lambda look: look.record.state in wanted or bool(wanted & set(look.marks))


def _form(text: str, asking: Asking) -> Filter:
    library = asking.scene.library
    wanted: set[str] = set()
    for word in bounds.split(text):
        hits = {form.name for form in library.named(word)}
        if not hits:
            raise bounds.unknown(
                Text("表单", "form"), word, (n for f in library.forms.values() for n in (f.name, f.title.zh))
            )
        wanted |= hits
    return lambda look: look.record.form in wanted


def _role(text: str, asking: Asking) -> Filter:
    """Of people, the role they hold today; of other records, a role somebody acted in."""
    library = asking.scene.library
    folded, titles = bounds.fold(text), {role: library.role_title(role) for role in library.roles}
    wanted = {
        r for r, title in titles.items() if folded in (bounds.fold(r), bounds.fold(title.zh), bounds.fold(title.en))
    }
    if not wanted:
        raise bounds.unknown(Text("角色", "role"), text, (n for r, title in titles.items() for n in (r, title.zh)))
    today = asking.scene.now.astimezone(asking.scene.zone).date()

    def test(look: Look) -> bool:
        if look.record.form == PERSON:
            return any(held.role in wanted for held in roles_on(look.record, today))
        return any(entry.role in wanted or entry.through in wanted for entry in look.record.live)

    return test


def _by(text: str, asking: Asking) -> Filter:
    """Who took part: by id, name or e-mail."""
    folded = bounds.fold(text)
    people = {
        person.id
        for person in asking.scene.world.all(PERSON)
        if folded in (bounds.fold(person.id), bounds.fold(label(person)))
        or folded in {bounds.fold(value) for value in person.fields.values() if isinstance(value, str) and "@" in value}
    }
    if not people:
        raise bounds.unknown(Text("人员", "such person:"), text, (label(p) for p in asking.scene.world.all(PERSON)))
    return lambda look: any(entry.by in people for entry in look.record.live)


def _id(text: str, asking: Asking) -> Filter:
    words = bounds.fold(text)
    return lambda look: bounds.linked(words, look.record.id) or bounds.fold(look.record.id).startswith(words)


def _year(text: str, asking: Asking) -> Filter:
    if _RANGE.match(text):
        low, high = text.split("..", 1)
        test = bounds.between(low, high, "count", "year", asking.reading)
    else:
        test = bounds.compared("=", bounds.span(text, "count", "year", asking.reading), asking.reading)
    return lambda look: test(look.year)


_SPECIAL: dict[str, Callable[[str, Asking], Filter]] = {
    "state": _state,
    "状态": _state,
    "form": _form,
    "表单": _form,
    "id": _id,
    "编号": _id,
    "at": _when(lambda look: look.at),
    "时间": _when(lambda look: look.at),
    "opened": _when(lambda look: look.opened),
    "开立": _when(lambda look: look.opened),
    "since": _edge(">="),
    "until": _edge("<="),
    "year": _year,
    "年度": _year,
    "role": _role,
    "by": _by,
    "text": lambda text, asking: words_in(text),
}
