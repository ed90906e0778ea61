"""What jsonschema finds wrong, said in Chinese and English with the titles of the form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from svc.domain.compiled import freeze
from svc.domain.paths import Json
from svc.domain.refusal import Text
from svc.domain.shown import shown

Title = Callable[[str], Text | None]


class Complaint(NamedTuple):
    """One thing wrong in a record: `path` from the record's root (`fields.mode`), and what."""

    path: str
    message: Text


_KINDS = {
    "string": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "boolean": Text("是/否", "true or false"),
    "array": Text("列表", "a list"),
    "object": Text("一组字段", "a group of fields"),
    "null": Text("空", "nothing"),
}


def complain(schema: Mapping[str, Json], record: Json, title: Title) -> list[Complaint]:
    """Every complaint of jsonschema about `record`, in the order of the record; the worded twin of the fast verdict."""
    errors = validator(freeze(schema)).iter_errors(record)
    found = [c for error in errors for c in _worded(error, title)]
    return sorted(set(found), key=lambda c: c.path)


@lru_cache(maxsize=128)
def validator(frozen: str) -> Any:
    """The jsonschema validator of a frozen schema: no remote references, patterns anchored as ECMA anchors them."""
    import jsonschema
    from referencing import Registry

    extend: Any = jsonschema.validators.extend
    cls = extend(jsonschema.Draft202012Validator, {"pattern": _pattern})
    return cls(json.loads(frozen), registry=Registry())


def _pattern(_validator: Any, pattern: str, instance: Json, _schema: Any) -> Iterator[Any]:
    """`pattern` with `$` meaning the very end: Python's `$` lets a trailing line feed through."""
    import jsonschema

    if isinstance(instance, str) and not re.search(ecma(pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def ecma(pattern: str) -> str:
    """A JSON Schema pattern as a Python one: an unescaped final `$` becomes `\\Z`."""
    return re.sub(r"(?<!\\)\$(?=\)|$)", r"\\Z", pattern)


def _worded(error: Any, title: Title) -> Iterator[Complaint]:
    """One jsonschema error as complaints; the branches of anyOf and allOf are opened."""
    path = ".".join(str(step) for step in error.absolute_path)
    word = str(error.validator)
    if word == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield _missing(f"{path}.{name}" if path else str(name), title)
    elif word in ("additionalProperties", "unevaluatedProperties"):
        for name in _strangers(error):
            where = f"{path}.{name}" if path else name
            yield Complaint(where, Text(f"没有这个字段：{name}", f"unknown field: {name}"))
    else:
        yield Complaint(path, _sentence(word, error, _named(path, title)))


def _missing(path: str, title: Title) -> Complaint:
    named = _named(path, title)
    return Complaint(path, Text(f"缺少“{named.zh}”", f"missing: {named.en}"))


def _named(path: str, title: Title) -> Text:
    inner = path.removeprefix("fields.")
    return (title(inner) if path.startswith("fields.") else None) or Text.same(inner or "record")


def _strangers(error: Any) -> list[str]:
    known = error.schema.get("properties", {})
    return sorted(str(name) for name in error.instance if name not in known)


def _sentence(word: str, error: Any, named: Text) -> Text:
    found = _shown(error.instance)
    value = error.validator_value
    if word == "type":
        kind = _KINDS.get(value if isinstance(value, str) else "", Text.same(str(value)))
        return Text(f"“{named.zh}”应为{kind.zh}，现为 {found}", f"{named.en} must be {kind.en}, not {found}")
    if word in ("enum", "const"):
        allowed = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        return Text(f"“{named.zh}”只能是 {allowed}，现为 {found}", f"{named.en} must be one of {allowed}, not {found}")
    if word == "pattern":
        return Text(f"“{named.zh}”的写法不对：{found}", f"{named.en} is not written as it must be: {found}")
    limits = {
        "minimum": Text("不得小于", "must not be below"),
        "maximum": Text("不得大于", "must not be above"),
        "exclusiveMinimum": Text("须大于", "must be above"),
        "exclusiveMaximum": Text("须小于", "must be below"),
        "minLength": Text("长度不得少于", "must be at least this long:"),
        "maxLength": Text("长度不得超过", "must be at most this long:"),
        "minItems": Text("项数不得少于", "must have at least this many items:"),
        "maxItems": Text("项数不得超过", "must have at most this many items:"),
    }
    if word in limits:
        limit = limits[word]
        return Text(f"“{named.zh}”{limit.zh} {value}", f"{named.en} {limit.en} {value}")
    if word == "uniqueItems":
        return Text(f"“{named.zh}”有重复项", f"{named.en} has an item twice")
    return Text(f"“{named.zh}”不符合规则 {word}：{found}", f"{named.en} breaks the rule {word}: {found}")


def _shown(value: Json) -> str:
    return f"“{shown(value)}”" if isinstance(value, str) else shown(repr(value))
