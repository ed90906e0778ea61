"""Dotted paths into nested JSON values: read, write, merge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Json = Any
"""A JSON value: None, bool, int, str, list or dict (floats never occur)."""


class Missing:
    """The one value that says "nothing stands there"."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


_LEAVES: Final = frozenset({str, int, bool, list, type(None)})


def is_map(value: Json) -> bool:
    """Whether a value is a map; quicker for plain JSON than to ask its class for every ancestor."""
    kind = type(value)
    return kind is dict or (kind not in _LEAVES and isinstance(value, Mapping))


def get(data: Json, path: str) -> Json:
    """The value at `path` or MISSING; digits index lists, `*` gives the list of what stands in every item."""
    return walk(data, path.split("."))


def walk(data: Json, steps: Sequence[str]) -> Json:
    """`get` over a path already split."""
    for n, step in enumerate(steps):
        if step == "*":
            if not isinstance(data, list):
                return MISSING
            return [found for item in data if (found := walk(item, steps[n + 1 :])) is not MISSING]
        if is_map(data):
            data = data.get(step, MISSING)
        elif isinstance(data, list) and step.lstrip("-").isdigit() and -len(data) <= int(step) < len(data):
            data = data[int(step)]
        else:
            return MISSING
    return data


def has(data: Json, path: str) -> bool:
    """Whether something stands at `path`; an empty text, list or map counts as nothing."""
    found = get(data, path)
    return found is not MISSING and found is not None and found not in ("", [], {})


def put(data: Mapping[str, Json], path: str, value: Json) -> dict[str, Json]:
    """A copy of `data` with `value` at `path`; maps on the way are made, list items must exist."""
    head, _, rest = path.partition(".")
    copy = dict(data)
    if not rest:
        copy[head] = value
    elif isinstance(copy.get(head), list):
        copy[head] = _put_item(copy[head], rest, value)
    else:
        inner = copy.get(head)
        copy[head] = put(inner if isinstance(inner, Mapping) else {}, rest, value)
    return copy


def _put_item(items: list[Json], path: str, value: Json) -> list[Json]:
    head, _, rest = path.partition(".")
    at = int(head)
    changed = list(items)
    changed[at] = put(changed[at], rest, value) if rest else value
    return changed


def merge(base: Mapping[str, Json], more: Mapping[str, Json]) -> dict[str, Json]:
    """`more` laid over `base`: maps merge, everything else replaces."""
    merged = dict(base)
    for key, value in more.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if old is not None and is_map(old) and is_map(value) else value
    return merged


def append(data: Mapping[str, Json], path: str, item: Json) -> dict[str, Json]:
    """A copy of `data` with `item` at the end of the list at `path`."""
    old = get(data, path)
    return put(data, path, [*(old if isinstance(old, list) else []), item])


def leaves(data: Mapping[str, Json], prefix: str = "") -> Iterator[tuple[str, Json]]:
    """Every path that holds something other than a map, with its value; lists are leaves."""
    for key, value in data.items():
        path = f"{prefix}{key}"
        if value and is_map(value):
            yield from leaves(value, path + ".")
        else:
            yield path, value


def under(path: str, heads: Sequence[str]) -> bool:
    """Whether `path` is one of `heads`, stands below one or contains one."""
    return any(path == head or path.startswith(head + ".") or head.startswith(path + ".") for head in heads)
