"""The verdicts of small schemas: the short way says what the library says."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.compiled import fits, freeze, verdict

WORDS = st.sampled_from(["", "a", "b", "1", "true", "null", "机手"])
VALUES: st.SearchStrategy[Any] = st.one_of(
    WORDS, st.booleans(), st.none(), st.integers(0, 2), st.lists(WORDS, max_size=2)
)


@given(value=VALUES, const=VALUES)
def test_const(value: Any, const: Any) -> None:
    schema = {"const": const}
    assert fits(value, schema) is jsonschema_rs.Draft202012Validator(schema).is_valid(value)


@given(value=VALUES, enum=st.lists(VALUES, min_size=1, max_size=3))
def test_enum(value: Any, enum: list[Any]) -> None:
    schema = {"enum": enum}
    assert fits(value, schema) is jsonschema_rs.Draft202012Validator(schema).is_valid(value)


@given(value=VALUES)
def test_what_says_more_than_one_thing_goes_to_the_library(value: Any) -> None:
    schema = {"enum": ["a", "b"], "minLength": 2}
    assert fits(value, schema) is jsonschema_rs.Draft202012Validator(schema).is_valid(value)


def test_compiled_once_for_each_content() -> None:
    assert verdict(freeze({"type": "string", "minLength": 1})) is verdict(freeze({"minLength": 1, "type": "string"}))
