"""Patterns that compile at their first use."""

from __future__ import annotations

import re

import pytest

from svc.domain.pattern import pattern


def test_it_is_used_like_a_compiled_one() -> None:
    number = pattern(r"([0-9]+)\Z")
    found = number.match("12")
    assert found is not None and found[1] == "12"
    assert number.match("12 ") is None
    assert number.pattern == r"([0-9]+)\Z"
    assert pattern("a", re.IGNORECASE).fullmatch("A")


def test_it_is_compiled_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    genuine = re.compile

    def counted(text: str, flags: int = 0) -> re.Pattern[str]:
        asked.append(text)
        return genuine(text, flags)

    monkeypatch.setattr(re, "compile", counted)
    word = pattern("[a-z]+")
    assert asked == []
    assert word.fullmatch("abc") and word.fullmatch("def")
    assert asked == ["[a-z]+"]


def test_a_bad_one_raises_when_it_is_used() -> None:
    bad = pattern("(")
    with pytest.raises(re.error):
        bad.match("x")
