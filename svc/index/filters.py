"""The words of a query as conditions on records: every one must hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from svc.domain.core import PERSON
from svc.domain.paths import Json, leaves
from svc.domain.pattern import pattern
from svc.domain.people import roles_on
from svc.domain.refusal import Refusal, Text
from svc.index import bounds, narrow, past_filters
from svc.index.asking import Asking, Condition
from svc.index.bounds import Ends
from svc.index.columns import MOMENTS, MONTH, NUMBERS, OWN, TITLES
from svc.index.fielded import equality, ordering, other
from svc.index.folded import fold
from svc.index.look import Look
from svc.index.rows import Where
from svc.index.seek import Found, seek
from svc.index.where import ALL, ANY, NEVER, Ground, Narrow

_PAIR = pattern(r"([^\s:：<>=!]+)[:：](.*)\Z", re.DOTALL)
_COMPARED = pattern(r"([^\s:：<>=!]+)\s*(>=|<=|!=|>|<|=)\s*(.*)\Z", re.DOTALL)
_COLON_FIRST = pattern(r"[^<>=!]*[:：]")
_RANGE = pattern(r"(.*?)\.\.(.*)\Z", re.DOTALL)
_SECONDS = {"at": "r.at", "opened": "r.opened"}
"""The row's columns of the record's own moments."""


def read(words: Sequence[str], asking: Asking) -> list[Condition]:
    """What the words of a query come to; Refusal (usage) for a field, state or value that is none."""
    return [_read(word, asking) for word in words if word.strip()]


def _read(word: str, asking: Asking) -> Condition:
    if word in _BARE:
        return _BARE[word](asking)
    if (found := _COMPARED.match(word)) and not _COLON_FIRST.match(word):
        return _comparison(found[1], found[2], found[3], asking)
    if (found := _PAIR.match(word)) is not None:
        return _pair(found[1], found[2].strip(), asking)
    return words_in(word)


def words_in(text: str) -> Condition:
    """Whether the words stand somewhere in the record, case and width aside."""
    wanted = fold(text.strip())
    return Condition(lambda look: any(wanted in fold(part) for part in texts(look)), narrow.words(wanted))


def texts(look: Look) -> Iterator[str]:
    """What a search looks through: id, state, every field; states and choices by id and by both titles."""
    title = look.state_title
    yield from (look.id, look.state, title.zh, title.en)
    if look.record.former is not None:
        yield look.record.former
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


def _mine(asking: Asking) -> Condition:
    me = asking.person.id

    def test(look: Look) -> bool:
        acted = any(entry.by == me for entry in look.record.log)
        return acted or any(value == me and PERSON in links for _, links, value in look.links())

    return Condition(test, narrow.mine(me))


_BARE: dict[str, Callable[[Asking], Condition]] = {
    "mine": _mine,
    "migrated": lambda asking: past_filters.MIGRATED,
    "overdue": lambda asking: Condition(lambda look: look.overdue, narrow.timed),
    "late": lambda asking: Condition(lambda look: look.late, narrow.clocked),
}


def _comparison(name: str, sign: str, text: str, asking: Asking) -> Condition:
    key = TITLES.get(name, name)
    if key in OWN and OWN[key].type in ("instant", "count", "month"):
        asked = bounds.span(text, OWN[key].type, name, asking.reading)
        if sign == "!=":
            return _negated(_own(key, bounds.ends_of("=", asked), asking))
        return _own(key, bounds.ends_of(sign, asked), asking)
    found = _seek(name, asking)
    if sign in ("=", "!="):
        same = equality(found, text, name, asking)
        return same if sign == "=" else other(found, same)
    reading = asking.reading
    return ordering(found, lambda info: bounds.ends_of(sign, bounds.span(text, info.type, name, reading)), asking)


def _own(key: str, ends: Ends, asking: Asking) -> Condition:
    """A condition on what every record has: its moments, its year, its month."""
    test, own = bounds.within(ends, asking.reading), OWN[key]
    return Condition(lambda look: test(own.value(look)), _own_rows(key, ends))


def _own_rows(key: str, ends: Ends) -> Narrow:
    if key in _SECONDS:
        return narrow.instants(_SECONDS[key], ends)
    if key == "year":
        return narrow.years(ends)
    return lambda _ground: ANY


def _negated(inner: Condition) -> Condition:
    """What does not meet a condition on what every record has."""

    def where(ground: Ground) -> Where:
        inside = inner.narrow(ground)
        return Where(f"NOT ({inside.sql})", inside.values) if inside.exact else ANY

    return Condition(lambda look: not inner.test(look), where)


def _pair(name: str, text: str, asking: Asking) -> Condition:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(text, asking)
    try:
        found = _seek(name, asking)
    except Refusal:
        if TITLES.get(name, name) != MONTH:
            raise
        return _when("at")(text, asking)
    low, high, ranged = _range(text)
    if ranged and all(one.info.type in (*NUMBERS, *MOMENTS) for one in found.values()):
        return ordering(found, lambda info: bounds.between(low, high, info.type, name, asking.reading), asking)
    return equality(found, text, name, asking)


def _range(text: str) -> tuple[str, str, bool]:
    """The ends of a range, and whether the text is one at all."""
    ranged = _RANGE.match(text)
    return (ranged[1].strip(), ranged[2].strip(), True) if ranged else ("", "", False)


def _seek(name: str, asking: Asking) -> dict[str, Found]:
    return dict(seek(asking.scene.library, asking.forms, name, (*_SPECIAL, *_BARE)))


def _spanning(key: str, name: str, text: str, asking: Asking) -> Condition:
    """A moment, a day, a month, a year (or a number), or a range of them, on what every record has."""
    low, high, ranged = _range(text)
    type, reading = OWN[key].type, asking.reading
    ends = bounds.between(low, high, type, name, reading) if ranged else None
    return _own(key, ends or bounds.ends_of("=", bounds.span(text, type, name, reading)), asking)


def _when(key: str) -> Callable[[str, Asking], Condition]:
    """`at:` and `opened:`."""
    return lambda text, asking: _spanning(key, "at", text, asking)


def _edge(sign: str) -> Callable[[str, Asking], Condition]:
    """`since:` and `until:`."""

    def made(text: str, asking: Asking) -> Condition:
        return _own("at", bounds.ends_of(sign, bounds.span(text, "instant", "at", asking.reading)), asking)

    return made


def _state(text: str, asking: Asking) -> Condition:
    """States and marks, by id or title, several after commas."""
    titles = [(s.id, s.title) for form in asking.forms for s in form.states.values()]
    titles += [(mark.name, mark.title) for form in asking.forms for mark in form.marks]
    wanted: set[str] = set()
    for word in bounds.split(text):
        folded = fold(word)
        hits = {id for id, title in titles if folded in (fold(id), fold(title.zh), fold(title.en))}
        if not hits:
            known = dict.fromkeys(titles)
            listed = tuple(Text(f"{id}  {title.zh}", f"{id}  {title.en}") for id, title in known)
            words = (name for id, title in known for name in (id, title.zh, title.en))
            raise bounds.unknown(Text("状态", "state"), word, words, listed[:20])
        wanted |= hits
    return Condition(lambda look: look.state in wanted or bool(wanted & set(look.marks)), narrow.states(wanted))


def _form(text: str, asking: Asking) -> Condition:
    library = asking.scene.library
    wanted: set[str] = set()
    for word in bounds.split(text):
        hits = {form.name for form in library.named(word)}
        if not hits:
            raise bounds.unknown(
                Text("表单", "form"), word, (n for f in library.forms.values() for n in (f.name, f.title.zh))
            )
        wanted |= hits
    return Condition(lambda look: look.form_id in wanted, lambda ground: ALL if ground.form.name in wanted else NEVER)


def _role(text: str, asking: Asking) -> Condition:
    """Of people, the role they hold today; of other records, a role somebody acted in."""
    library = asking.scene.library
    folded, titles = fold(text), {role: library.role_title(role) for role in library.roles}
    wanted = {r for r, title in titles.items() if folded in (fold(r), fold(title.zh), fold(title.en))}
    if not wanted:
        raise bounds.unknown(Text("角色", "role"), text, (n for r, title in titles.items() for n in (r, title.zh)))
    today = asking.scene.now.astimezone(asking.scene.zone).date()

    def test(look: Look) -> bool:
        if look.form_id == PERSON:
            return any(held.role in wanted for held in roles_on(look.record, today))
        return any(entry.role in wanted or entry.through in wanted for entry in look.record.live)

    return Condition(test, narrow.in_role(wanted))


def _by(text: str, asking: Asking) -> Condition:
    """Who took part: by id, name or e-mail."""
    people = past_filters.people_named(text, asking.scene)
    return Condition(lambda look: any(entry.by in people for entry in look.record.live), narrow.acted(people))


def _id(text: str, asking: Asking) -> Condition:
    words = fold(text)
    return Condition(lambda look: bounds.linked(words, look.id) or fold(look.id).startswith(words), narrow.named(words))


_SPECIAL: dict[str, Callable[[str, Asking], Condition]] = {
    "state": _state,
    "状态": _state,
    "form": _form,
    "表单": _form,
    "id": _id,
    "编号": _id,
    "at": _when("at"),
    "时间": _when("at"),
    "opened": _when("opened"),
    "开立": _when("opened"),
    "since": _edge(">="),
    "until": _edge("<="),
    "year": lambda text, asking: _spanning("year", "year", text, asking),
    "年度": lambda text, asking: _spanning("year", "year", text, asking),
    "role": _role,
    "by": _by,
    "former": lambda text, asking: past_filters.former(text),
    "原编号": lambda text, asking: past_filters.former(text),
    "vouched_by": lambda text, asking: past_filters.vouched_by(text, asking.scene),
    "担保人": lambda text, asking: past_filters.vouched_by(text, asking.scene),
    "text": lambda text, asking: words_in(text),
}
