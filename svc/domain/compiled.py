"""Compiled JSON Schemas, kept by content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from svc.domain.paths import Json


def freeze(schema: Mapping[str, Json]) -> str:
    """A schema as text, the key of the compiled-schema caches."""
    return json.dumps(schema, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=512)
def verdict(frozen: str) -> Any:
    """The compiled validator of a frozen schema (jsonschema-rs, draft 2020-12)."""
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(json.loads(frozen))


def fits(value: Json, schema: Mapping[str, Json]) -> bool:
    """Whether a value satisfies a small schema of a guard."""
    # Most guards ask whether a word is one of some words; that needs no library, whose loading takes longer than a deed.
    if isinstance(value, str) and len(schema) == 1:
        if "const" in schema:
            return bool(value == schema["const"])
        if isinstance(words := schema.get("enum"), list):
            return value in words
    return bool(verdict(freeze(schema)).is_valid(value))
