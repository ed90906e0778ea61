"""Text that a person typed, turned into the value its field declares.

One spelling per value: money has two digits, a decimal no exponent and no idle zero, an enumeration its id, times
the spelling of `times`. JSON is read strictly: no floats, no NaN, no key twice.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple, NoReturn, Protocol

from svc.domain.near import near
from svc.domain.paths import Json
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.times import format_instant, half_width, parse_month, read_date, read_time

_MONEY = pattern(r"(-?)([0-9]{1,30})(?:\.([0-9]{1,2}))?\Z")
_DECIMAL = pattern(r"(-?)([0-9]{1,30})(?:\.([0-9]{1,30}))?\Z")
_INTEGER = pattern(r"-?[0-9]{1,18}\Z")
_YES = ("是", "true", "yes")
_NO = ("否", "false", "no")
LONGEST_JSON = 262_144
"""Characters of one JSON value."""


class FieldInfo(Protocol):
    """What is asked of one field: its path, title and type, the choices of an enumeration, whether it is a list."""

    @property
    def path(self) -> str:
        """Dotted, `*` for the items of a list."""

    @property
    def title(self) -> Text:
        """Its name for people."""

    @property
    def type(self) -> str:
        """A word of `x-type` or JSON Schema; that of an item, where the field is a list."""

    @property
    def enum(self) -> Mapping[str, Text]:
        """Id -> title."""

    @property
    def many(self) -> bool:
        """Whether it is a list."""


class Fields(Protocol):
    """What is asked of a form's schema; list indexes and `*` in a path read alike."""

    def info(self, path: str) -> FieldInfo | None:
        """The field at `path`, or None."""

    def paths(self) -> tuple[str, ...]:
        """Every path, parents before children, `*` for the items of a list."""


class Reading(NamedTuple):
    """What words are read against: the time, the zone, and how the text of a file (`-` = standard input) is got."""

    now: datetime
    tz: tzinfo
    read: Callable[[str], str]


def read_value(text: str, info: FieldInfo, reading: Reading) -> Json:
    """The value of one `text` for the field `info` (of one item, where the field is a list).

    Refusal (usage) when the text is blank, holds what cannot be seen, or does not fit the field's type.
    """
    words = _visible(text, info, lines=info.type == "text")
    reader = _READERS.get(info.type)
    return reader(words, info, reading) if reader else words


def strict_json(text: str) -> Json:
    """The JSON value that `text` spells; Refusal (usage) for floats, NaN, a key twice, huge or broken JSON."""
    if len(text) > LONGEST_JSON:
        raise _usage(Text("JSON 太长", "the JSON is too long"))
    try:
        return json.loads(
            text, parse_float=_no_number, parse_constant=_no_number, parse_int=_integer, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        what = Text(f"不是 JSON：{shown(text)}", f"not JSON: {shown(text)}")
        details = (Text(f"第 {error.pos + 1} 个字符处", f"at character {error.pos + 1}"),)
        raise Refusal(what, exit=Exit.USAGE, details=details) from None
    except RecursionError:
        raise _usage(Text("JSON 嵌套太深", "the JSON is nested too deep")) from None


def read_whole(value: Json, path: str, fields: Fields, reading: Reading) -> Json:
    """A JSON value for the whole field at `path`, every leaf read as if typed; Refusal (usage) where it does not fit."""
    info = _known(fields, path)
    if not info.many:
        return read_item(value, path, fields, reading)
    if not isinstance(value, list):
        raise _unfit(info, json.dumps(value, ensure_ascii=False), Text("要一个列表 […]", "a list […] is needed"))
    return [read_item(item, path, fields, reading) for item in value]


def read_item(value: Json, path: str, fields: Fields, reading: Reading) -> Json:
    """As `read_whole`, for one item where the field at `path` is a list."""
    info = _known(fields, path)
    inner = children(fields, path)
    if inner:
        if not isinstance(value, dict):
            found = json.dumps(value, ensure_ascii=False)
            raise _unfit(info, found, Text("要一组字段 {…}", "a group of fields {…} is needed"))
        return _group(value, inner, path, fields, reading)
    if info.type in ("any", "object", "list"):
        return _clean(value, info)
    return _scalar(value, info, reading)


def children(fields: Fields, path: str) -> dict[str, str]:
    """Name -> path of the fields directly inside the object, or the items of the list, at `path`."""
    info = _known(fields, path)
    prefix = info.path + (".*." if info.many else ".")
    found = (one for one in fields.paths() if one.startswith(prefix))
    return {one[len(prefix) :]: one for one in found if "." not in one[len(prefix) :]}


def _known(fields: Fields, path: str) -> FieldInfo:
    info = fields.info(path)
    if info is None:
        raise ValueError(f"no field {path!r}")
    return info


def _group(
    value: Mapping[str, Json], inner: Mapping[str, str], path: str, fields: Fields, reading: Reading
) -> dict[str, Json]:
    titled = {_known(fields, one).title.zh: name for name, one in inner.items()}
    group: dict[str, Json] = {}
    for key, item in value.items():
        name = key if key in inner else titled.get(key)
        if name is None:
            what = Text(f"“{path}”里没有字段 {shown(key)}", f"“{path}” has no field {shown(key)}")
            raise Refusal(what, exit=Exit.USAGE, details=near(key, (*inner, *titled)))
        if name in group:
            raise _usage(Text(f"“{path}”里重复给了 {name}", f"{name} is given twice in “{path}”"))
        group[name] = read_whole(item, inner[name], fields, reading)
    return group


def _scalar(value: Json, info: FieldInfo, reading: Reading) -> Json:
    if isinstance(value, str):
        return read_value(value, info, reading)
    if isinstance(value, bool):
        if info.type == "boolean":
            return value
    elif isinstance(value, int) and info.type in ("integer", "count", "money", "decimal", "enum"):
        return read_value(str(value), info, reading)
    raise _unfit(info, json.dumps(value, ensure_ascii=False), Text("类型不对", "of the wrong type"))


def _clean(value: Json, info: FieldInfo) -> Json:
    """A value whose shape no schema declares, texts in it checked all the same."""
    if isinstance(value, str):
        _visible(value or "-", info, lines=True)
    for inner in value.items() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _clean(list(inner) if isinstance(inner, tuple) else inner, info)
    return value


def _visible(text: str, info: FieldInfo, *, lines: bool) -> str:
    """`text` without blank edges; refused when blank or when a reader could not see all of it."""
    words = text.removeprefix("\ufeff").replace("\r\n", "\n").strip()
    if not words:
        raise _unfit(info, text, Text("不能为空白", "it must not be blank"))
    for char in words:
        if char == "\n" and lines:
            continue
        if char == "\n":
            raise _unfit(info, text, Text("只能有一行", "it must be one line"))
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            code = f"U+{ord(char):04X}"
            raise _unfit(info, text, Text(f"含有控制字符 {code}", f"it holds the control character {code}"))
    return words


def _money(text: str, info: FieldInfo, _reading: Reading) -> str:
    found = _MONEY.match(half_width(text))
    if found is None:
        raise _unfit(
            info, text, Text("金额写作 12 或 12.30，最多两位小数", "write money as 12 or 12.30, two digits at most")
        )
    return _signed(found[1], f"{found[2].lstrip('0') or '0'}.{(found[3] or ''):0<2}")


def _decimal(text: str, info: FieldInfo, _reading: Reading) -> str:
    found = _DECIMAL.match(half_width(text))
    if found is None:
        raise _unfit(
            info, text, Text("数字写作 12 或 12.5，不用指数", "write a number as 12 or 12.5, without exponent")
        )
    fraction = (found[3] or "").rstrip("0")
    return _signed(found[1], (found[2].lstrip("0") or "0") + (f".{fraction}" if fraction else ""))


def _signed(sign: str, digits: str) -> str:
    return sign + digits if digits.strip("0.") else digits


def _whole(text: str, info: FieldInfo, _reading: Reading) -> int:
    words = half_width(text)
    if not _INTEGER.match(words):
        raise _unfit(info, text, Text("要一个整数", "a whole number is needed"))
    return int(words)


def _boolean(text: str, info: FieldInfo, _reading: Reading) -> bool:
    word = text.casefold()
    if word not in _YES + _NO:
        raise _unfit(info, text, Text("写 是 或 否", "write yes or no"))
    return word in _YES


def _choice(text: str, info: FieldInfo, _reading: Reading) -> Json:
    """The id of the choice that has this id, else this title."""
    if text in info.enum:
        return text
    word = text.casefold()
    found = [id for id, title in info.enum.items() if word in (title.zh.casefold(), title.en.casefold())]
    if len(found) == 1:
        return found[0]
    choices = tuple(Text(f"{id}  {title.zh}", f"{id}  {title.en}") for id, title in info.enum.items())
    why = Text("不止一个选项叫这个名字", "several choices have this title") if found else Text("可以是：", "one of:")
    raise _unfit(info, text, why, choices)


_READERS: Mapping[str, Callable[[str, FieldInfo, Reading], Json]] = {
    "money": _money,
    "decimal": _decimal,
    "date": lambda text, _, at: read_date(text, at.now, at.tz).isoformat(),
    "instant": lambda text, _, at: format_instant(read_time(text, at.now, at.tz)),
    "month": lambda text, _, at: parse_month(half_width(text)).isoformat()[:7],
    "integer": _whole,
    "count": _whole,
    "boolean": _boolean,
    "enum": _choice,
}


def _no_number(text: str) -> NoReturn:
    what = Text(
        f"JSON 里不用小数 {shown(text)}，请写成文字", f"no such number in JSON: {shown(text)}; write it as text"
    )
    raise _usage(Text(what.zh + '（"…"）', what.en + ' ("…")'))


def _integer(text: str) -> int:
    return int(text) if _INTEGER.match(text) else _no_number(text)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for key, value in pairs:
        if key in made:
            raise _usage(Text(f"JSON 里重复的键：{shown(key)}", f"a key twice in the JSON: {shown(key)}"))
        made[key] = value
    return made


def _usage(what: Text) -> Refusal:
    return Refusal(what, exit=Exit.USAGE)


def _unfit(info: FieldInfo, text: str, why: Text, details: tuple[Text, ...] = ()) -> Refusal:
    title, found = info.title, shown(text)
    what = Text(f"“{title.zh}”不能是“{found}”：{why.zh}", f"{title.en} cannot be “{found}”: {why.en}")
    return Refusal(what, exit=Exit.USAGE, where=Text.same(info.path), details=details)
