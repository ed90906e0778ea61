"""`svc help`: the topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from svc.cli.topics import EXITS, TOPICS
from svc.domain.refusal import Exit
from svc.render.terminal import width


def test_topics_are_listed(svc: Callable[..., Any]) -> None:
    lines = svc("help").lines
    assert lines[0] == "专题：svc help 专题"
    assert [line.split()[0] for line in lines[1 : len(TOPICS) + 2]] == [*TOPICS, "exit-codes"]


@pytest.mark.parametrize("topic", [*TOPICS, "exit-codes"])
def test_every_topic_in_both_languages(topic: str, svc: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    chinese = svc("help", topic)
    request.getfixturevalue("english")
    english = svc("help", topic)
    assert (chinese.code, english.code) == (0, 0)
    assert chinese.out != english.out
    assert max(width(line) for line in english.lines) <= 120


def test_every_exit_code_is_told(svc: Callable[..., Any]) -> None:
    assert {int(code) for code in Exit} <= set(EXITS)
    assert [int(line.split()[0]) for line in svc("help", "exit-codes").lines] == list(EXITS)


def test_a_command_has_its_help(svc: Callable[..., Any]) -> None:
    assert svc("help", "show").out == svc("show", "--help").out


def test_what_is_no_topic_is_refused(svc: Callable[..., Any]) -> None:
    answer = svc("help", "tme")
    assert (answer.code, answer.out) == (3, "")
    assert "是否指 time" in answer.err


def test_the_forms_of_time_are_those_that_are_read(svc: Callable[..., Any]) -> None:
    """What the page on time shows is what a query takes."""
    for word in ("2026-11-23 15:20", "11-23 15:20", "15:20", "今天 15:20", "昨天 15:20", "-2h", "-30m", "-1d"):
        assert word in svc("help", "time").out
