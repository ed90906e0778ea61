"""Any JSON value as canonical YAML text, for output (records themselves are written by `yaml_file`)."""

from __future__ import annotations

from svc.domain.paths import Json
from svc.store.emitter import emit

_KEY = "x"


def dump_any(value: Json) -> str:
    """The value in block style, ending with a line feed; a list starts at the left edge."""
    if isinstance(value, dict):
        return emit(value)
    return emit({_KEY: value}).removeprefix(f"{_KEY}:").lstrip(" \n")
