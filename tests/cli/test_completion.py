"""`svc completion`: the scripts, and what is offered."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
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
    said = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with monkeypatch.context() as patch, contextlib.redirect_stdout(said), pytest.raises(SystemExit):
        patch.setenv("_SVC_COMPLETE", "bash_complete")
        patch.setenv("COMP_WORDS", words)
        patch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
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


def test_ids_whether_the_index_knows_them_or_not(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an index, behind the latest commit, damaged: the same ids, and the index is right afterwards."""
    monkeypatch.setenv("SVC_REPO", str(world.root))
    folder = world.root / ".git" / "svc" / "index"
    shutil.rmtree(folder)
    both = ["PG-0101-26-00001-13", "PG-0101-26-00002-10"]
    assert offered("svc show pg-", monkeypatch) == both
    assert [path.name for path in folder.glob("*.db")] == ["1.db"]
    assert offered("svc advance PG-0101-26-00002", monkeypatch) == both[1:]
    world.done(
        "create",
        "customer",
        "code=kh-009",
        "name=新客户",
        "kind=person",
        "contact_person=王建国",
        "phone=000-5550-0199",
        "address=示例路 9 号",
        me="zhao.qiang",
    )
    assert offered("svc note kh-", monkeypatch) == ["kh-001", "kh-009"]
    for path in folder.glob("*.db"):
        path.write_bytes(b"garbage" * 5000)
    assert offered("svc undo PG", monkeypatch) == both
    shutil.rmtree(folder)
    folder.write_bytes(b"in the way")
    assert offered("svc attach Pg", monkeypatch) == both


def test_behind_an_id_the_command_itself_is_asked(company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVC_REPO", str(company.root))
    assert offered("svc show PG-0101-26-00001-13 PG", monkeypatch) == []
    assert offered("svc show --lo", monkeypatch) == ["--log"]
    assert offered("svc show --log PG-0101-26-00001", monkeypatch) == ["PG-0101-26-00001-13"]
    assert offered("svc log --limit P", monkeypatch) == []
    monkeypatch.delenv("SVC_REPO")
    assert offered(f"svc -C {company.root} show zh", monkeypatch) == ["zhang.wei", "zhao.qiang"]
    assert offered(f"svc show -C {company.root} zh", monkeypatch) == ["zhang.wei", "zhao.qiang"]


def test_ids_need_next_to_nothing(company: Any, root: Path) -> None:
    """A shell waits for them: nothing that is slow to import is."""
    assert company.svc("query", "--count").code == 0
    words = {"_SVC_COMPLETE": "bash_complete", "COMP_WORDS": "svc show PG", "COMP_CWORD": "2"}
    code = "import sys, svc.cli.main as m\ntry:\n    m.run([])\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    env = {**os.environ, **words, "SVC_REPO": str(company.root), "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    assert done.stdout.splitlines() == ["plain,PG-0101-26-00001-13", "plain,PG-0101-26-00002-10"]
    slow = {
        "yaml",
        "jsonschema",
        "jsonschema_rs",
        "git",
        "tabulate",
        "subprocess",
        "json",
        "svc.cli.show",
        "svc.cli.desk",
    }
    assert slow & set(done.stderr.split()) == set()


def test_outside_a_repository_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered("svc show PG", monkeypatch) == []
