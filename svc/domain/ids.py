"""Numbers of records, and the place of a record in the tree.

`PG-0101-26-00398-83` = prefix, lane, year, sequence in that lane, and two ISO 7064 MOD 97-10 check digits over all
of it (letters count as 10 to 35), so that a misheard digit opens nothing instead of a neighbour's record.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from svc.domain.keys import decode_key, encode_key, key_folder
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.times import half_width

_NUMBER = pattern(r"([A-Z]{2})-([0-9]{4})-([0-9]{2})-([0-9]{5}|[1-9][0-9]{5,8})-([0-9]{2})\Z")
_FORM = pattern(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_NUMBERED_PATH = pattern(r"records/([0-9]{4})/([^/]+)/[0-9]{4}/[0-9]+/([^/]+)\.yaml\Z")
_REGISTER_PATH = pattern(r"records/register/([^/]+)/[0-9a-f]{2}/([^/]+)\.yaml\Z")
_ENDING = ".yaml"
CENTURY = 2000
# A counts as 10, Z as 35; hyphens do not count.
_DIGITS = str.maketrans({"-": "", **{chr(ord("A") + n): str(10 + n) for n in range(26)}})


class ParsedId(NamedTuple):
    """The parts of a number: two letters, four digits of lane, year in full, sequence from 1."""

    prefix: str
    lane: str
    year: int
    sequence: int

    def __str__(self) -> str:
        return make_id(self.prefix, self.lane, self.year, self.sequence)


class Place(NamedTuple):
    """Whose file a path is: the form, the id, and the year of a number (None in a register)."""

    form: str
    id: str
    year: int | None


def check_digits(body: str) -> str:
    """The two ISO 7064 MOD 97-10 digits of `body` (ASCII capitals and digits; hyphens do not count): 02 to 98."""
    return f"{98 - int(body.translate(_DIGITS) + '00') % 97:02d}"


def make_id(prefix: str, lane: str, year: int, sequence: int) -> str:
    """The number of those parts; the sequence has five digits and grows. ValueError for parts no number has."""
    if sequence < 1 or not CENTURY <= year < CENTURY + 100:
        raise ValueError(f"no number for year {year}, sequence {sequence}")
    body = f"{prefix}-{lane}-{year - CENTURY:02d}-{sequence:05d}"
    number = f"{body}-{check_digits(body)}"
    if not _NUMBER.match(number):
        raise ValueError(f"no number for prefix {prefix!r}, lane {lane!r}, sequence {sequence}")
    return number


def parse_id(text: str) -> ParsedId | None:
    """The parts of the number that `text` is to the letter; None for anything else, wrong check digits included."""
    found = _NUMBER.match(text)
    if found is None or int(found[4]) == 0 or check_digits(text[:-3]) != found[5]:
        return None
    return _parsed(found)


def read_id(text: str) -> ParsedId | None:
    """As `parse_id`, for what a person types (small letters, full-width forms): None where it is no number at all.

    Refusal (not found) for a number whose check digits do not fit: a digit was misheard or mistyped.
    """
    words = half_width(text).upper()
    found = _NUMBER.match(words)
    if found is None:
        return None
    if (parsed := parse_id(words)) is not None:
        return parsed
    raise Refusal(
        Text(
            f"校验位不符：{words}，有一位听错或输错了",
            f"check digits do not fit: {words}: a digit is misheard or mistyped",
        ),
        exit=Exit.NOT_FOUND,
        where=Text.same(words),
        remedy=Text(
            f"请逐段核对编号，或按流水号查找  svc query {found[4]}",
            f"compare the number group by group, or search by sequence: svc query {found[4]}",
        ),
    )


def _parsed(found: re.Match[str]) -> ParsedId:
    return ParsedId(found[1], found[2], CENTURY + int(found[3]), int(found[4]))


def record_path(form: str, id: str, year: int | None) -> str:
    """Where the record stands: by year, form, lane and hundred of its sequence; in a register by the fold of its key.

    Refusal (usage) for a key that no file can have; ValueError for a form or number that is none, or another year's.
    """
    if not _FORM.match(form):
        raise ValueError(f"no form: {form!r}")
    if year is None:
        return f"records/register/{form}/{key_folder(id)}/{encode_key(id)}{_ENDING}"
    parsed = parse_id(id)
    if parsed is None or parsed.year != year:
        raise ValueError(f"no number of {year}: {id!r}")
    return f"records/{year}/{form}/{parsed.lane}/{parsed.sequence // 100:02d}/{id}{_ENDING}"


def evidence_folder(path: str) -> str:
    """The folder, beside the record at `path`, that holds its evidence files; ValueError unless it ends in .yaml."""
    if not path.endswith(_ENDING):
        raise ValueError(f"not a record's path: {path!r}")
    return path.removesuffix(_ENDING)


def place_of(path: str) -> Place | None:
    """Whose record file `path` is; None for every path that is not exactly where `record_path` puts a record."""
    place: Place | None = None
    if (found := _NUMBERED_PATH.match(path)) is not None:
        place = Place(found[2], found[3], int(found[1]))
    elif (found := _REGISTER_PATH.match(path)) is not None and (key := decode_key(found[2])) is not None:
        place = Place(found[1], key, None)
    try:
        return place if place and record_path(place.form, place.id, place.year) == path else None
    except ValueError:
        return None


def owner_of(path: str) -> Place | None:
    """Whose evidence file `path` is, judged by its folder; None when that is no record's folder."""
    folder, _, name = path.rpartition("/")
    return place_of(folder + _ENDING) if name else None
