"""A record as the index keeps it: columns, cells (every value by its path), the text that is searched.

Rows know no procedure: what a state, a choice or a link means is asked of the procedures when a query is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from operator import add
from typing import NamedTuple
from zlib import crc32

from svc.domain.ids import Place
from svc.domain.past import FORMER
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.record import Record
from svc.index.folded import fold

# What a cell's value is, by its own shape (as `typed` sees it). LOOSE: a text that stands in the cell folded otherwise
# than it was, or cut; LONG: a number of more digits than a float tells apart.
TEXT, NUMBER, BOOL, NULL, DAY, MONTH, INSTANT, LONG, LOOSE = range(9)
VERBATIM = (TEXT, NUMBER, DAY, MONTH, LONG)
"""Kinds whose cells hold the value to the letter."""
LONGEST = 100
"""Characters of a value that a cell holds."""
DIGITS = 15
"""So many digits a float tells apart."""
ITEM, GROUP, MANY, ENDING = ".*", "{}", "#", "~"
"""What a path has behind it: in each item of a list; where a group stands; where a number of many digits stands; what
else a text is found by where it is a link."""
BY, ROLE, VOUCHED = "$by", "$role", "$vouched"
"""The paths under which the people and roles of all log entries stand, and who vouches for a migrated record."""
LEAST = 5
"""What looks like a record's number has at least so many parts."""
BREAK = "\n"
"""Stands between the parts of a searched text."""

_NUMBER = pattern(r"-?[0-9]+(\.[0-9]+)?\Z")
_DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MONTH = pattern(r"[0-9]{4}-[0-9]{2}\Z")
_INSTANT = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}\Z")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_EPOCH = date(1970, 1, 1).toordinal()
_PLAIN_KEYS: dict[str, str] = {}

Cell = tuple[str, str, int, float | None]
"""Path (lists marked by `.*`), value folded and cut, kind, and where it has one its place in an order."""


class Row(NamedTuple):
    """One record's file as the index keeps it.

    `head` are the columns of the table of records behind `rid`, `body` is JSON in UTF-8 and `sum` its checksum, `text`
    what is searched, `pairs` its words for the full-text table.
    """

    head: tuple[str | int | None, ...]
    body: bytes
    sum: int
    text: str
    pairs: str
    cells: tuple[Cell, ...]


def key_of(value: str) -> str:
    """A value as cells hold it."""
    return value.casefold()[:LONGEST]


def row_of(place: Place, oid: str, raw: dict[str, Json], record: Record) -> Row:
    """The row of a record read from its file; ValueError and its like for one whose log tells no time."""
    if record.live[-1].to != record.state:
        raise ValueError("the state is not that of the log")
    former = [record.former] if record.former is not None else []
    text = fold(BREAK.join([record.id, record.state, *former, *texts_of(raw["fields"])]))
    body = _JSON.encode(raw).encode("utf-8")
    head = (place.form, place.id, fold(place.id), oid, record.procedure, place.year, *_numbers(place))
    times = (_seconds(record.log[0].began), _seconds(record.last.at))
    return Row((*head, record.state, *times), body, crc32(body), text, tokens(text), cells_of(raw))


def _numbers(place: Place) -> tuple[str, int, int] | tuple[None, None, None]:
    """Lane, sequence and check digits of a number; nothing in a register."""
    if place.year is None:
        return None, None, None
    _, lane, _, sequence, digits = place.id.split("-")
    return lane, int(sequence), int(digits)


def _seconds(text: str) -> int:
    """An instant with its offset, as seconds since 1970."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.microsecond:
        raise ValueError(text)
    return int(moment.timestamp())


def cells_of(raw: dict[str, Json]) -> tuple[Cell, ...]:
    """Every value of the fields by its path, who acted in which role, what a migrated record was and who vouches."""
    found: list[Cell] = []
    for key, value in raw["fields"].items():
        _cells(_step(key), value, found)
    for entry in raw["log"]:
        found.append((BY, key_of(entry["by"]), _kind_of(entry["by"]), None))
        for name in ("role", "through"):
            if name in entry:
                found.append((ROLE, key_of(entry[name]), _kind_of(entry[name]), None))
        for name, path in (("former", FORMER), ("vouched_by", VOUCHED)):
            if name in entry.get("migrated", ()):
                value = entry["migrated"][name]
                found.append((path, key_of(value), _kind_of(value), None))
    return tuple(dict.fromkeys(found))


def _cells(path: str, value: Json, found: list[Cell]) -> None:
    if type(value) is str:
        found.append(_text_cell(path, value))
        if found[-1][2] == LONG:
            found.append((path + MANY, "", LONG, None))
        found += [(path + ENDING, word, TEXT, None) for word in _endings(value)]
    elif type(value) is dict:
        found.append((path + GROUP, "", NULL, None))
        for key, inner in value.items():
            _cells(f"{path}.{_step(key)}", inner, found)
    elif type(value) is list:
        for item in value:
            _cells(path + ITEM, item, found)
    elif type(value) is int:
        _cells(path, str(value), found)
    else:
        found.append((path, str(value).casefold(), NULL if value is None else BOOL, None))


def _endings(value: str) -> Iterator[str]:
    """What a text may also be found by, where it is a link: its width aside, its key, the end of its number."""
    if not value.isascii() and (folded := fold(value)[:LONGEST]) != key_of(value):
        yield folded
    if "/" in value and len(value) <= LONGEST:
        yield fold(value.rpartition("/")[2])
    if "-" in value and (numbers := ending_of(value)):
        yield f"{numbers[-2]}-{numbers[-1]}"


def ending_of(id: str) -> list[int]:
    """The numbers behind the prefix of what looks like a record's number; nothing for anything else."""
    parts = fold(id).split("-")
    return numbers_in(parts[1:]) if len(parts) >= LEAST else []


def numbers_in(parts: list[str]) -> list[int]:
    """Parts that are all digits as numbers; nothing where one is not, or has more digits than any number."""
    fit = all(part.isascii() and part.isdigit() and len(part) <= DIGITS for part in parts)
    return [int(part) for part in parts] if fit else []


def _step(key: str) -> str:
    """A key as a step of a path; keys that are no names (those of counts) all read alike: no query can name them."""
    found = _PLAIN_KEYS.get(key)
    if found is None:
        plain = key.replace("-", "_").isidentifier()
        found = key if plain else "?"
        if plain:
            _PLAIN_KEYS[key] = key
    return found


def _text_cell(path: str, value: str) -> Cell:
    """A text by its shape; what looks like a time and is in no calendar is a text."""
    if value and (value[0] in "0123456789-"):
        if _NUMBER.match(value):
            kind = LONG if len(value) > DIGITS else NUMBER
            return path, key_of(value), kind, float(value)
        found = _moment(value)
        if found is not None:
            return path, key_of(value), *found
    return path, key_of(value), _kind_of(value), None


def _kind_of(value: str) -> int:
    return TEXT if key_of(value) == value else LOOSE


def _moment(value: str) -> tuple[int, float] | None:
    """Kind and place of a day, a month or an instant; days and months lie at midnight of their first day, UTC."""
    try:
        if _INSTANT.match(value):
            return INSTANT, int(datetime.fromisoformat(value).timestamp())
        if _DAY.match(value):
            return DAY, day_seconds(date.fromisoformat(value))
        if _MONTH.match(value):
            return MONTH, day_seconds(date.fromisoformat(f"{value}-01"))
    except ValueError:
        return None
    return None


def day_seconds(day: date) -> int:
    """Where a day without a zone lies: its midnight in UTC, in seconds since 1970."""
    return (day.toordinal() - _EPOCH) * 86400


def texts_of(value: Json) -> Iterator[str]:
    """Every value as the search sees it; names of fields are not searched."""
    if type(value) is dict:
        for inner in value.values():
            yield from texts_of(inner)
    elif type(value) is list:
        for item in value:
            if type(item) is dict:
                yield from texts_of(item)
            else:
                yield str(item)
    else:
        yield str(value)


def grams(text: str) -> set[str]:
    """The pairs of neighbouring characters of a searched text, not across its parts."""
    found = set(map(add, text, text[1:]))
    return {pair for pair in found if BREAK not in pair} if BREAK in text else found


class Tokens(dict[str, str]):
    """Each pair of characters as a word of letters and digits, which every tokenizer leaves whole."""

    def __missing__(self, pair: str) -> str:
        word = self[pair] = "g".join(f"{ord(char):x}" for char in pair)
        return word


_TOKENS = Tokens()


def tokens(text: str) -> str:
    """A searched text as words for the full-text table, each once."""
    return " ".join([_TOKENS[pair] for pair in grams(text)])
