"""`svc completion`: the scripts, and what is offered."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import pytest

from svc.cli.main import svc as program


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_script_for_every_shell(shell: str, svc: Callable[..., Any]) -> None:
    answer = svc("completion", shell)
    assert (answer.code, answer.err) == (0, "")
    assert "_SVC_COMPLETE" in answer.out or "svc" in answer.out


def test_another_shell_is_refused(svc: Callable[..., Any]) -> None:
    assert svc("completion", "tcsh").code == 2
    assert svc("completion").code == 2


def offered(words: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What bash would be offered behind `words`."""
    monkeypatch.setenv("_SVC_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    said = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit):
        program.main([], prog_name="svc")
    return [line.partition(",")[2] for line in said.buffer.getvalue().decode().splitlines() if line]  # type: ignore[attr-defined]


def test_ids(company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVC_REPO", str(company.root))
    assert offered("svc show PG", monkeypatch) == ["PG-0101-26-00001-13", "PG-0101-26-00002-10"]
    assert offered("svc show zh", monkeypatch) == ["zhang.wei", "zhao.qiang"]
    assert offered("svc log cg956-0", monkeypatch) == ["CG956-0001", "CG956-0002"]


def test_forms_topics_and_commands(company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVC_REPO", str(company.root))
    assert offered("svc query in", monkeypatch) == ["intake"]
    assert offered("svc help exit", monkeypatch) == ["exit-codes"]
    assert offered("svc quer", monkeypatch) == ["query"]


def test_outside_a_repository_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered("svc show PG", monkeypatch) == []
