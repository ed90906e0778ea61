"""Whether a record stands in its file as the engine would write it: every key in its place, nothing empty kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from svc.domain.paths import Json
from svc.domain.record import ENTRY_KEYS, Record

_KEYS = ("id", "form", "procedure", "state", "year", "fields", "evidence", "log")
_EVIDENCE = ("kind", "file", "sha256", "step", "by")


def as_written(raw: Mapping[str, Json], folded: Record) -> bool:
    """Whether `raw` is what `folded.to_dict()` would give, key for key in the same order.

    `folded` is the record of `raw` folded anew, and the two are known to be equal but for the order of their keys.
    """
    return (
        _in_order(tuple(raw), _KEYS)
        and _all_kept(raw)
        and identical(raw["fields"], folded.fields)
        and all(tuple(item) == _EVIDENCE for item in raw.get("evidence", ()))
        and all(_in_order(tuple(entry), ENTRY_KEYS) and _all_kept(entry) for entry in raw["log"])
    )


@lru_cache(maxsize=1024)
def _in_order(keys: tuple[str, ...], order: tuple[str, ...]) -> bool:
    return keys == tuple(key for key in order if key in keys)


def _all_kept(raw: Mapping[str, Json]) -> bool:
    """Whether nothing stands there that is left out when it is written: what is empty."""
    return not any(value is None or value == [] or value == {} for key, value in raw.items() if key != "fields")


def identical(one: Json, other: Json) -> bool:
    """Whether two values are equal, their types and the order of their keys included (`True` is not 1)."""
    if one is other:
        return True
    if type(one) is not type(other) or not isinstance(one, (dict, list)):
        return type(one) is type(other) and bool(one == other)
    if len(one) != len(other):
        return False
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=True)
        return all(a == b and identical(x, y) for (a, x), (b, y) in pairs)
    return all(identical(x, y) for x, y in zip(one, other, strict=True))
