"""Names and files: no Python knows a procedure's words, and every file of the project is clean text for everybody.

A new form, state, role or action is data. If Python named one, that procedure would have become code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import pytest
import yaml

# The one module that may name what core@1 declares.
CORE = "svc/domain/core.py"

# Words of the engine's own language that its schemas spell as data, not as a key or an enumeration.
ENGINE = frozenset(
    ("amend", "any", "anyone", "attach", "cancel", "chosen", "choose", "item")
    + ("never", "none", "note", "same", "self", "undo", "upgrade", "yearly")
)
# Words after a command in the contract of the command line; the commands themselves are the names of svc/cli's modules.
COMMANDS = frozenset(
    ("adopt", "back", "carry", "days", "done", "due", "elapsed", "graph")
    + ("import", "list", "open", "plan", "set", "show", "verify", "waive")
)

# Words that mean something else in Python: the side of a column (in core@1 also a person who has gone); the query's
# own word for when a record was made; a day without open time; the end of a span; schemas that come with svc; a step of
# a story that is to be refused; the filling of fields.
ELSEWHERE = frozenset(("left", "opened", "closed", "end", "shipped", "refused", "fill"))

BINARY = (".jpg", ".jpeg", ".pdf", ".png", ".xlsx")
# Files whose bytes are the point: the clerks' sheet in their encoding, and documents that must be refused.
NOT_TEXT = (re.compile(r"tests/sample/.*-gbk\.csv"), re.compile(r"tests/(.*/)?bad/.*"))

MACHINE_PATH = re.compile(r"(?<![\w.~$})/-])/(?:work|tmp|root|home)(?![\w-])")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E)\b")


# ── no Python names what a procedure declares ─────────────────────────────────────────────────────────────────────


def declared(procedure: Path) -> frozenset[str]:
    """The ids of forms, states, actions and roles that one procedure's files declare."""
    found: set[str] = set()
    for path in procedure.glob("*.flow.yaml"):
        flow = yaml.safe_load(path.read_text(encoding="utf-8"))
        found |= {flow["form"], *flow.get("states", {}), *flow.get("actions", {})}
    head = procedure / "procedure.yaml"
    if head.is_file():
        found |= set(yaml.safe_load(head.read_text(encoding="utf-8")).get("roles", {}))
    return frozenset(map(str, found))


def engine_words(schemas: Path) -> frozenset[str]:
    """Every key and every enumerated value of the forms of the forms: the language itself, whoever writes in it."""
    found = set(ENGINE)
    for path in schemas.glob("*.schema.json"):
        found |= set(_words(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return frozenset(found)


def _words(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key in ("properties", "patternProperties", "$defs"):
                yield from value
            if key in ("enum", "const", "required"):
                yield from (word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str))
            yield from _words(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _words(value)


def named(root: Path, names: frozenset[str], *, anywhere: bool) -> Iterator[str]:
    """Where a module under svc/ names one of `names`: as a string of its own or, `anywhere`, in any text at all.

    Only ids that are no words (`repair-report`, `user_signed`) are looked for anywhere: `open` is also English.
    """
    marked = sorted(name for name in names if anywhere and re.search("[-_]", name))
    token = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, marked)) or '(?!)'})(?![\w-])")
    for path in sorted((root / "svc").rglob("*.py")):
        place, source = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        if place == CORE:
            continue
        found = {(line, text) for line, text in _strings(source) if text in names}
        for number, line in enumerate(source.splitlines(), 1):
            found |= {(number, match.group()) for match in token.finditer(line)}
        yield from (f"{place}:{number}: {word}" for number, word in sorted(found))


def _strings(source: str) -> Iterator[tuple[int, str]]:
    """(line, value) of every string in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _leaks(root: Path) -> list[str]:
    """Every place in the Python of `root` that names what a procedure under `root`/schemas declares."""
    commands = {path.stem for path in (root / "svc" / "cli").glob("*.py")}
    allowed = engine_words(root / "schemas") | COMMANDS | ELSEWHERE | commands
    procedures = sorted(path for path in (root / "schemas").glob("*@*") if path.is_dir())
    core = frozenset(chain.from_iterable(declared(path) for path in procedures if path.name.startswith("core@")))
    rest = frozenset(chain.from_iterable(declared(path) for path in procedures)) - core
    return [*named(root, core - allowed, anywhere=False), *named(root, rest - allowed, anywhere=True)]


def test_no_python_names_a_form_state_role_or_action(root: Path) -> None:
    assert _leaks(root) == []


def test_the_procedures_were_read(root: Path) -> None:
    """Nothing is found where nothing was looked for."""
    flagship = declared(root / "schemas" / "chenggong@1")
    assert {"dispatch", "repair-report", "user_signed", "call_clerk", "arrive"} <= flagship
    assert len(flagship) > 100
    assert "person" in declared(root / "schemas" / "core@1")


def test_the_language_owns_few_words_of_a_procedure(root: Path) -> None:
    """The words that are let through are words of the engine; a form is none of them."""
    forms = {path.name.partition(".")[0] for path in (root / "schemas" / "chenggong@1").glob("*.flow.yaml")}
    assert not forms & (engine_words(root / "schemas") | COMMANDS | ELSEWHERE)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("a = record.form == 'dispatch'", ["svc/index/x.py:1: dispatch"]),
        ("def f(s):\n    return s in {'issued': 1}", ["svc/index/x.py:2: issued"]),
        ("match role:\n    case 'call_clerk': pass", ["svc/index/x.py:2: call_clerk"]),
        ("# how a repair-report is closed", ["svc/index/x.py:1: repair-report"]),
        ("def user_signed(): ...", ["svc/index/x.py:1: user_signed"]),
        ("a = 'arrive'", ["svc/index/x.py:1: arrive"]),
        ("a = 'person'", ["svc/index/x.py:1: person"]),
        ("a = 'administrator'", ["svc/index/x.py:1: administrator"]),
        ("'''We dispatch what arrives; issued by hand, open, cancelled.'''", []),
        ("a = ['amend', 'cancel', 'states', 'yearly', 'open', 'query']", []),
        ("a = 'repair-reports, not_user_signed, my-repair-report'", []),
    ],
)
def test_name_in_python_is_found(code: str, found: list[str], tmp_path: Path) -> None:
    files = {
        "schemas/flow.schema.json": '{"properties": {"states": {"type": "object"}}}',
        "schemas/core@1/person.flow.yaml": "{form: person, states: {active: {}}, actions: {register: {}}}",
        "schemas/core@1/procedure.yaml": "{roles: {administrator: {}}}",
        "schemas/x@1/dispatch.flow.yaml": "{form: dispatch, states: {issued: {}, open: {}}, actions: {arrive: {}}}",
        "schemas/x@1/repair-report.flow.yaml": "{form: repair-report, states: {user_signed: {}}, actions: {query: {}}}",
        "schemas/x@1/procedure.yaml": "{roles: {call_clerk: {}}}",
        "svc/cli/query.py": "",
        "svc/domain/core.py": "CORE_FORMS = ('person',)\nADMINISTRATOR = 'administrator'\n",
        "svc/index/x.py": code,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert _leaks(tmp_path) == found


# ── every file is clean ───────────────────────────────────────────────────────────────────────────────────────────


def unclean(name: str, data: bytes) -> Iterator[str]:
    """What is wrong with one file of the project; `name` is its path in the project."""
    if name.endswith(BINARY) or any(pattern.fullmatch(name) for pattern in NOT_TEXT):
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"{name}: not UTF-8 at byte {error.start}"
        return
    if "\r" in text:
        yield f"{name}: a line does not end with LF alone"
    if "\0" in text:
        yield f"{name}: NUL"
    for number, line in enumerate(text.split("\n"), 1):
        if MACHINE_PATH.search(line):
            yield f"{name}:{number}: path of one machine"
        if UNFINISHED.search(line):
            yield f"{name}:{number}: unfinished"


def _all_unclean(root: Path, names: Iterable[str]) -> list[str]:
    return list(chain.from_iterable(unclean(name, (root / name).read_bytes()) for name in names))


def test_every_file_of_the_project_is_clean(root: Path, project_files: Sequence[str]) -> None:
    assert len(project_files) > 50
    assert _all_unclean(root, project_files) == []


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.py", "好\r\n".encode(), ["a.py: a line does not end with LF alone"]),
        ("a.csv", "好".encode("gbk"), ["a.csv: not UTF-8 at byte 0"]),
        ("a.txt", b"a\0b", ["a.txt: NUL"]),
        ("a.md", b"a\nsee /" + b"tmp/x", ["a.md:2: path of one machine"]),
        ("a.md", b"'/" + b"work'", ["a.md:1: path of one machine"]),
        ("a.py", b"# TO" + b"DO: more", ["a.py:1: unfinished"]),
        ("tests/sample/machines-gbk.csv", "好\r\n".encode("gbk"), []),
        ("tests/forms/x/bad/crlf.yaml", b"a: 1\r\n", []),
        ("a.png", b"\x89PNG\r\n\0", []),
        ("a.md", "svc todo; records/work; $HOME/work; ../tmp/x; /workshop; 维修/home".encode(), []),
    ],
)
def test_unclean_file_is_found(name: str, data: bytes, found: list[str]) -> None:
    assert list(unclean(name, data)) == found
