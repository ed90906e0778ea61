"""Kinds: what is compared can be compared, what is filled in fits the field, what is asked of a value can be true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from decimal import Decimal

from svc.domain.guards import ORDERS
from svc.domain.paths import Json
from svc.domain.proofs.book import HEAD, Book, Found, Founds, Sheet
from svc.domain.proofs.reach import View, kind
from svc.domain.proofs.schemas import meta_valid, nodes, sound
from svc.domain.proofs.terms import Use
from svc.domain.proofs.uses import uses
from svc.domain.refusal import Text
from svc.domain.typed import ordered, typed

NUMBERS = ("money", "decimal", "count", "integer", "number")
# A value of each kind that has an order; the engine is asked whether two of them have one.
SAMPLES = {
    "money": "1.00",
    "decimal": "1.5",
    "count": 1,
    "integer": 1,
    "number": 1,
    "date": "2026-03-05",
    "instant": "2026-03-05T12:00:00+08:00",
    "month": "2026-03",
}
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
UNSAID = ("any", "json")
Said = Iterator[tuple[str, Text]]
Kind = tuple[str, bool]
"""A word for the kind of one value (empty when nothing is known), and whether there is a list of them."""


def conditions(book: Book) -> Founds:
    """The schemas inside flows and settings: sound by themselves, and each says something that can fail."""
    for sheet in book.sheets:
        for use in uses(sheet):
            if use.what == "where" and isinstance(use.value[1], Mapping):
                yield from (Found(sheet.file, _under(use.at, at), why) for at, why in _condition(use.value[1]))
    for procedure in book.procedures.values():
        for name, raw in procedure.part("settings").items():
            at = f"settings.{name}.schema"
            yield from (Found(f"{procedure.name}/{HEAD}", _under(at, more), why) for more, why in _own(raw["schema"]))


def _own(schema: Mapping[str, Json]) -> Said:
    """A schema that stands inside another document: sound, and refers to nothing."""
    yield from sound(schema)
    for at, node in nodes(schema, "") if meta_valid(schema) else ():
        for word in ("$ref", "$schema"):
            if word in node:
                yield _under(at, word), Text(f"这里不能写 {word}", f"{word} has no place here")


def _condition(schema: Mapping[str, Json]) -> Said:
    yield from _own(schema)
    if not schema:
        yield "", Text("没有写任何条件", "says nothing")


def _under(at: str, more: str) -> str:
    return f"{at}.{more}" if more else at


def kinds(book: Book) -> Founds:
    """Comparisons, conditions on values, copies and derivations of every flow."""
    for sheet in book.sheets:
        for use in uses(sheet):
            if use.what in _CHECKS:
                yield from (Found(sheet.file, use.at + more, message) for more, message in _CHECKS[use.what](use))
        yield from _unique(sheet)
        yield from _chosen(sheet)


def kind_of(raw: Json, view: View) -> Kind:
    """The kind of an operand's value."""
    if isinstance(raw, str):
        stands = view.stands(raw)
        return (family(stands[0].kind), stands[0].listed) if stands else ("", False)
    if not isinstance(raw, Mapping):
        return _literal(raw)
    if "value" in raw:
        return _literal(raw["value"])
    if "setting" in raw:
        return _setting(view.library.settings.get(raw["setting"], {}).get("schema", {}))
    if "first" in raw:
        return next((known for one in raw["first"] if (known := kind_of(one, view))[0]), ("", False))
    if "plus" in raw:
        return kind_of(raw["plus"], view)
    word = next((word for word in ("date", "month", "year", "year_end", "find") if word in raw), "")
    return {"year": "year", "year_end": "date", "find": "text"}.get(word, word), False


def _literal(value: Json) -> Kind:
    if isinstance(value, list):
        return (_literal(value[0])[0] if value else ""), True
    if isinstance(value, bool):
        return "boolean", False
    if isinstance(value, (int, Decimal)):
        return "integer", False
    if isinstance(value, str):
        found = typed(value)
        return ("text" if isinstance(found, str) else ""), False
    return "", False


def _setting(schema: Mapping[str, Json]) -> Kind:
    if schema.get("type") == "array":
        return family(kind(schema.get("items", {}))), True
    found = family(kind(schema))
    return ("" if found == "text" else found), False


def family(word: str) -> str:
    """The kind of a field: all texts are one, and what may be anything is nothing known."""
    if word in (*SAMPLES, "boolean", "object"):
        return word
    return "" if word in UNSAID else "text"


def comparable(left: str, right: str) -> bool:
    """Whether two kinds can be equal at all."""
    if not left or not right or left == right:
        return True
    numbers = (*NUMBERS, "year")
    return left in numbers and right in numbers


def _compare(use: Use) -> Said:
    left, word, right = use.value
    (a, many), (b, more) = kind_of(left, use.view), kind_of(right, use.view)
    if word in ORDERS:
        x, y = _sample(left, a), _sample(right, b)
        if many or more or (None not in (x, y) and ordered(x, y, UTC) is None):
            yield (
                "",
                Text(
                    f"{a or '值'} 与 {b or '值'} 没有先后大小", f"{a or 'a value'} and {b or 'a value'} have no order"
                ),
            )
        return
    if word in ("in", "subset") and not more:
        yield ".2", Text("右边须是列表", "the right side must be a list")
    elif many is not (word == "subset" or (more and word != "in")):
        yield ".0", Text("左边是否列表与关系不合", "the left side and the relation disagree about a list")
    if not comparable(a, b):
        yield "", Text(f"{a} 与 {b} 不会相等", f"{a} and {b} are never equal")
    yield from _among(left, right, use.view)
    yield from _among(right, left, use.view)


def _sample(raw: Json, kind: str) -> Json:
    """A value of an operand: a literal itself, else one of its kind; None when nothing is known."""
    if isinstance(raw, Mapping) and "value" in raw:
        return raw["value"]
    return raw if not isinstance(raw, (str, Mapping)) else SAMPLES.get(kind, "x") if kind else None


def _among(path: Json, literal: Json, view: View) -> Said:
    """A literal compared with an enumeration is one of its members."""
    if not (isinstance(path, str) and isinstance(literal, Mapping) and "value" in literal):
        return
    values = literal["value"] if isinstance(literal["value"], list) else [literal["value"]]
    known = [str(member) for stand in view.stands(path) for member in stand.single.get("enum", ())]
    for value in values if known else ():
        if str(value) not in known:
            yield "", _no_member(path, value)


def _no_member(path: str, value: Json) -> Text:
    return Text(f"{path} 没有取值 {value}", f"{path} never is {value}")


def _where(use: Use) -> Said:
    """Constants that a field can have; bounds on numbers only, for an amount written as text passes every bound."""
    path, schema = use.value
    stands = use.view.stands(path)
    for value in constants(schema):
        if stands and not any(stand.accepts(value) for stand in stands):
            yield "", _no_member(path, value)
    numeric = any(stand.single.get("type") in ("integer", "number") for stand in stands)
    if stands and not numeric and any(word in schema for word in BOUNDS):
        yield (
            "",
            Text(f"{path} 是文字，上下限不起作用；用 compare", f"{path} is text: a bound says nothing; use compare"),
        )


def constants(schema: Json) -> list[Json]:
    """The values that a condition names: const and enum, also under not, anyOf, allOf, oneOf."""
    if not isinstance(schema, Mapping):
        return []
    inner = [schema.get("not"), *(one for word in ("anyOf", "allOf", "oneOf") for one in schema.get(word, ()))]
    own = [schema["const"]] if "const" in schema else []
    return [*own, *schema.get("enum", ()), *(value for one in inner for value in constants(one))]


def _fill(use: Use) -> Said:
    """What a copy or a rule puts into a field."""
    field, rule, there = use.value
    stands = there.stands(field)
    if not stands:
        return
    stand = stands[0]
    for more, value in _literals(rule):
        if not stand.accepts([value] if stand.starred else value):
            yield more, Text(f"{field} 不能是 {value}", f"{field} cannot be {value}")
    head, star, _ = field.partition(".*.")
    for more, operand in _operands(rule):
        if star and isinstance(operand, str):
            operand = operand.replace(head + star, f"{head}.0.", 1)
        found, many = kind_of(operand, use.view)
        wanted, listed = family(stand.kind), stand.node.get("type") == "array"
        if found and wanted and (not comparable(found, wanted) or many is not listed):
            yield more, Text(f"{field} 是 {wanted}，所取是 {found}", f"{field} is {wanted}, what is taken is {found}")
    yield from _lookup(rule, use.view)


def _sources(rule: Mapping[str, Json]) -> list[Json]:
    """The operands a copy takes from, each alternative of `first` by itself."""
    raw = rule.get("from")
    if isinstance(raw, Mapping) and "first" in raw:
        return list(raw["first"])
    return [raw] if "from" in rule else []


def _is_literal(raw: Json) -> bool:
    return "value" in raw if isinstance(raw, Mapping) else not isinstance(raw, str)


def _literals(rule: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for raw in _sources(rule):
        if _is_literal(raw):
            yield "", raw["value"] if isinstance(raw, Mapping) else raw
    yield from ((f".table.{n}.is", row["is"]) for n, row in enumerate(rule.get("table", ())) if "is" in row)
    yield from ((f".in.{key}", value) for key, value in rule.get("in", {}).items())


def _operands(rule: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    yield from (("", raw) for raw in _sources(rule) if not _is_literal(raw))
    yield from ((f".table.{n}.from", row["from"]) for n, row in enumerate(rule.get("table", ())) if "from" in row)


def _lookup(rule: Mapping[str, Json], view: View) -> Said:
    """A table of a lookup names the members of the enumeration it looks up, all of them."""
    if not isinstance(rule.get("lookup"), str):
        return
    members = [str(member) for stand in view.stands(rule["lookup"]) for member in stand.single.get("enum", ())]
    for key in rule["in"] if members else ():
        if key not in members:
            yield f".in.{key}", _no_member(rule["lookup"], key)
    for member in members:
        if member not in rule["in"]:
            yield ".in", Text(f"对照表缺少 {member}", f"the table has no entry for {member}")


def _chosen(sheet: Sheet) -> Founds:
    """Where a setting chooses the start of a clock, every value it can have is one of the paths to choose from."""
    for clock in sheet.form.clocks:
        if isinstance(clock.start, Mapping):
            schema = sheet.library.settings.get(clock.start["setting"], {}).get("schema", {})
            for value in schema.get("enum", ()):
                if value not in clock.start["choose"]:
                    at, words = f"clocks.{clock.name}.from.choose", Text(f"缺少 {value}", f"lacks {value}")
                    yield Found(sheet.file, at, words)


def _unique(sheet: Sheet) -> Founds:
    """Unique fields hold single values."""
    for n, rule in enumerate(sheet.form.uniques):
        for path in rule["fields"]:
            if any(stand.listed for stand in sheet.view.stands(path)):
                yield Found(sheet.file, f"unique.{n}.fields", Text(f"{path} 是列表", f"{path} is a list"))


_CHECKS: Mapping[str, Callable[[Use], Said]] = {"compare": _compare, "where": _where, "fill": _fill}
