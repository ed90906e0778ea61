"""Every refusal, word for word, in both languages: what, where, by which clause, what to do; nothing changed by it.

A file of the gallery holds the situation (situations.py), the time and who acts, then twice a command line, what it
says on stderr, and its exit code: in Chinese, then in English. `+ name` after the situation is what surrounds it.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from svc.cli.commands import COMMANDS
from svc.domain import refusal as refusals
from svc.store.yaml_file import load

HERE = Path(__file__).parent
SVC = Path(refusals.__file__).parents[1]
FILES = sorted(path.stem for path in HERE.glob("*.txt"))
LABELS = {"zh": ("错误：", "  位置：", "  依据：", "  处理："), "en": ("error: ", "  at: ", "  by: ", "  do: ")}
# Not allowed, and no procedure has anything to do with it.
BESIDE = ("init-place-taken",)
# They name an argument, and click takes its name when the module is imported: a process of its own for English.
NAMING = ("argument-missing", "year-unreadable")
# What the gallery raised: file and line of every `Refusal(…)` that was made.
RAISED: set[tuple[str, int]] = set()


@dataclass(frozen=True)
class Case:
    """One file of the gallery: the situation, what surrounds it, when, who; and per language command, words, exit."""

    situation: str
    around: str
    now: str
    who: str
    said: dict[str, tuple[str, str, int]]
    alone: bool = False

    @classmethod
    def read(cls, name: str) -> Case:
        """The file of that name."""
        head, _, rest = (HERE / f"{name}.txt").read_text("utf-8").partition("\n")
        place, now, who = head.split(", ")
        situation, _, around = place.partition(" + ")
        said = {}
        for lang, part in zip(("zh", "en"), rest.split("\n\n$ "), strict=True):
            command, _, words = part.removeprefix("$ ").partition("\n")
            text, _, code = words.rpartition("exit ")
            said[lang] = (command, text, int(code or -1))
        return cls(situation, around, now, "" if who == "nobody" else who, said, name in NAMING)

    def write(self, name: str, said: dict[str, tuple[str, str, int]]) -> None:
        """The file of that name, with these words."""
        around = f" + {self.around}" if self.around else ""
        parts = [f"$ {command}\n{text}exit {code}\n" for command, text, code in said.values()]
        head = f"{self.situation}{around}, {self.now}, {self.who or 'nobody'}\n"
        (HERE / f"{name}.txt").write_text(head + "\n".join(parts), "utf-8")


def words_of(command: str) -> list[str]:
    """The words of a command line after `svc`; `\\u001b` stands for the escape character."""
    return [re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), word) for word in shlex.split(command)[1:]]


def plain(text: str, folder: Path) -> str:
    """What was said, without what differs from run to run: the folder (~), a process id."""
    text = text.replace(str(folder), "~").replace(os.path.realpath(folder), "~")
    return text.replace(f"进程 {os.getpid()}", "进程 PID").replace(f"process {os.getpid()}", "process PID")


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes where each refusal is made."""
    make = refusals.Refusal.__init__

    def noted(self: refusals.Refusal, *args: Any, **kwargs: Any) -> None:
        frame = sys._getframe(1)
        RAISED.add((frame.f_code.co_filename, frame.f_lineno))
        make(self, *args, **kwargs)

    monkeypatch.setattr(refusals.Refusal, "__init__", noted)


@contextlib.contextmanager
def speaking(lang: str) -> Iterator[None]:
    """The language of this run, for the length of the block."""
    modules = [m for n, m in tuple(sys.modules.items()) if n.startswith("svc.cli.") and hasattr(m, "LANG")]
    for module in modules:
        module.LANG = lang  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in modules:
            module.LANG = "zh"  # type: ignore[attr-defined]


@pytest.fixture
def refused(company: ModuleType, situations: ModuleType, places: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a case in one language: (what was said, exit code); the last one fails when a byte was changed."""

    def run(case: Case, lang: str) -> tuple[str, int]:
        clerk, before = places(case.situation)
        monkeypatch.chdir(clerk.folder.parent)
        around = situations.SURROUNDINGS[case.around](clerk) if case.around else contextlib.nullcontext({})
        with speaking(lang), around as more:
            env = {**clerk.env(case.who, case.now), "SVC_REPO": str(clerk.folder), **more}
            if case.alone and lang == "en":
                return clerk.process(*words_of(case.said[lang][0]), me=case.who).stderr.decode(), 2
            answer = company.run(words_of(case.said[lang][0]), env=env)
        if lang == "en" and company.digest(clerk.root) != before:
            places(case.situation, anew=True)
            pytest.fail(f"the repository was changed: {answer.out}{answer.err}", pytrace=False)
        assert answer.out == ""
        assert "Traceback" not in answer.err
        return plain(answer.err, clerk.folder.parent), answer.code

    return run


@pytest.mark.usefixtures("noting")
@pytest.mark.parametrize("name", FILES)
def test_refusal(name: str, refused: Any, recording: bool) -> None:
    """The words of the file, exactly, and its exit code, in Chinese and in English; not a byte changed."""
    case = Case.read(name)
    found = {lang: (command, *refused(case, lang)) for lang, (command, _, _) in case.said.items()}
    if recording:
        case.write(name, found)
    assert found == case.said or recording
    assert found["zh"][2] == found["en"][2] in range(1, 7)


@pytest.mark.parametrize("name", FILES)
def test_refusal_has_its_parts(name: str) -> None:
    """What, where, what to do; by which clause wherever the procedure stands behind it; no line of another language."""
    case = Case.read(name)
    for lang, (_, text, code) in case.said.items():
        what, where, clause, remedy = LABELS[lang]
        lines = text.splitlines()
        assert lines[0].startswith(what) and lines[0].endswith(tuple("。：.:？?！!")), lines[0]
        assert sum(line.startswith(where) and line != where.rstrip() for line in lines) == 1, text
        assert lines[-1].startswith(remedy) and len(lines[-1]) > len(remedy), text
        if code == 4 and name not in BESIDE:
            assert any(line.startswith(clause) for line in lines), text
        known = (what, where, clause, remedy, "  - ")
        assert all(line.startswith(known) for line in lines), text
        assert len(text.encode()) < 4096


@pytest.fixture(scope="session")
def actions(root: Path) -> frozenset[str]:
    """The actions of all forms."""
    flows = [load(path.read_bytes(), path.name) for path in (root / "schemas").glob("*@*/*.flow.yaml")]
    rights = ("amend", "cancel", "undo", "attach", "note", "upgrade", "migrate")
    return frozenset(action for flow in flows for action in (*flow["actions"], *rights))


@pytest.mark.parametrize("name", FILES)
def test_remedy_can_be_used(name: str, actions: frozenset[str]) -> None:
    """A command in it is one that svc has, its action one of a form; otherwise it is a sentence, or words to add."""
    for lang, (_, text, _) in Case.read(name).said.items():
        remedy = text.splitlines()[-1].removeprefix(LABELS[lang][3])
        for words in re.findall(r"(?<![\w/.])svc ((?:-C \S+ )?[a-z-]+(?: [^\s；;，,）)]+)*)", remedy):
            command, *rest = re.sub(r"^-C \S+ ", "", words).split()
            assert command in COMMANDS or command.startswith("-"), remedy
            if command == "advance" and len(rest) > 1:
                assert rest[1] in actions, remedy
        assert len(remedy) >= 4


# ── whether the gallery is complete ───────────────────────────────────────────────────────────────────────────────

# Modules whose refusals stand with the tests of the commands that make them.
ELSEWHERE = (
    *("domain/adopting.py", "domain/calendar.py", "domain/calendar_file.py", "domain/calendar_year.py"),
    *("domain/clock_case.py", "domain/columns.py", "domain/working_time.py"),
)
COMMANDS_HERE = ("advance", "asking", "bind", "create", "desk", "drafts", "init", "main", "perform", "saying")
COMMANDS_HERE = (*COMMANDS_HERE, "sealing", "usage", "volume", "note", "undo", "attach")


def _sites() -> Iterator[tuple[Path, str, int, int]]:
    """(file, function, first line, last line) of every `Refusal(…)` on the ground floor and in these commands."""
    ground = [path for path in (SVC / "domain").rglob("*.py") if path.relative_to(SVC).as_posix() not in ELSEWHERE]
    for path in sorted([*ground, *(SVC / "cli" / f"{name}.py" for name in COMMANDS_HERE)]):
        for outer in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(outer, ast.FunctionDef):
                for node in ast.walk(outer):
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                        yield path, outer.name, node.lineno, node.end_lineno or node.lineno


# What no command can bring about in a sound repository, and what has tests of its own.
UNREACHED = frozenset(
    (
        "derive.py _lookup",  # every value that the field may have is in the table
        "derive.py _table",  # `procedure check` finds overlapping rows before anybody meets them
        "misfits.py nothing_to_create",  # until a form is only made by other deeds
        "gates.py worded",  # `svc note` asks for words before
        "step.py steps_after",  # every flow sends back to a state that the record was in
        "workflow.py _targets",  # the links that actions move along are required by their schemas
        "sealing.py bound_commit",  # the binding's commit is gone only from a history that was cut
        "saying.py _unwritable",  # the file was writable when the command began
        "perform.py perform",  # twenty times in a row another commit came in between
        "main.py _bug",  # a bug: tests/cli
        "main.py _disk",  # a full disk: tests/scenarios/test_hostile.py
        "main.py _encoding",  # bytes that are no text: tests/scenarios/test_hostile.py
    )
)


@pytest.mark.usefixtures("noting")
def test_every_refusal_is_in_the_gallery(request: pytest.FixtureRequest) -> None:
    """Of the places in the code that refuse, none is without a file here, the named few aside."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("what was raised is counted in one process: the suite without -n does it")
    ran = {item.name for item in request.session.items if item.name.startswith("test_refusal[")}
    if len(ran) < len(FILES):
        pytest.skip("only part of the gallery was run")
    sites = set(_sites())
    missing = {
        f"{path.name} {function} (line {first})"
        for path, function, first, last in sites
        if f"{path.name} {function}" not in UNREACHED
        and not any(file == str(path) and first <= line <= last for file, line in RAISED)
    }
    assert not missing, f"{len(missing)} of {len(sites)} have no file: " + ", ".join(sorted(missing))


# Gates that another gate, a schema or `svc bind` comes before; each stands for the day when that is not so.
SHUT_BEFORE = frozenset(
    (
        "parts-issue organise 该报修已转有偿服务，三包件不免费发放",  # the report is not accepted then
        "repair-report file 缺用户签字或盖章的原件",  # signing asks for it
        "warranty-handbook issue 不是成工产品",  # no model of another brand gets into the register
        "warranty-handbook enrol 不是成工产品",
        "annual-volume compile 该年度尚未结束",  # the plan of `svc bind` says it first
    )
)


def _gates(node: Any) -> Iterator[str]:
    """What the gates below a node of a flow say."""
    if isinstance(node, dict):
        if "say" in node:
            yield str(node["say"]["zh"]).rstrip("。")
        for inner in node.values():
            yield from _gates(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _gates(inner)


def test_every_gate_is_in_the_gallery(root: Path) -> None:
    """Every gate of a form that the gallery deals with has a file that shows its words; the named few aside."""
    said = "\n".join(Case.read(name).said["zh"][1] for name in FILES)
    missing = []
    for path in sorted((root / "schemas").glob("*@*/*.flow.yaml")):
        flow: dict[str, Any] = load(path.read_bytes(), path.name)
        gates = {
            (name, say): _shown(say, action) in said
            for name, action in flow["actions"].items()
            for say in _gates(action)
        }
        if any(gates.values()):
            missing += [f"{flow['form']} {name} {say}" for (name, say), shown in gates.items() if not shown]
    assert sorted(set(missing) - SHUT_BEFORE) == []


def _shown(say: str, action: Any) -> str:
    """A gate's words as the refusal shows them."""
    return f"错误：{say}。" if say.startswith(("只", "不能")) else f"错误：{say}，不能“{action['text']['zh']}”。"
