"""The house stands: folders are floors, imports go down, each outside system has its floor, nothing grows too big.

There is no list of modules here: what lies under svc/ is read and parsed. Each rule is a function from the house to
sentences; `BROKEN` shows every rule failing on a small house, so that none of them is a rule that cannot fail.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

FLOORS = ("domain", "store", "index", "render", "cli")
PURE = ("domain", "index", "render")
# Folders of package data: they hold no code, so they stand on no floor.
DATA = ("story", "sample", "schemas")
# The lazy group of commands: the one place that may import a module of ours by its name.
LAZY = "svc.cli.main"
# The seam to git passes the environment of the process on to its children.
ENVIRONMENT = "svc.store.git"

# Outside libraries, and the one standard module that is a system of its own: each at home on one floor.
LIBRARIES = {
    "chinese_calendar": "cli",
    "click": "cli",
    "git": "store",
    "jsonschema": "domain",
    "jsonschema_rs": "domain",
    "openpyxl": "store",
    "referencing": "domain",
    "sqlite3": "index",
    "tabulate": "render",
    "typst": "render",
    "wcwidth": "render",
    "yaml": "store",
}
# Importing these costs 40 ms and more: only the function that needs one pays for it.
HEAVY = (
    "chinese_calendar",
    "git",
    "jsonschema",
    "jsonschema_rs",
    "openpyxl",
    "referencing",
    "tabulate",
    "typst",
    "yaml",
)

PATH_METHODS = (
    *("chmod", "is_dir", "is_file", "iterdir", "lstat", "mkdir", "read_bytes", "read_text", "rglob", "rmdir"),
    *("symlink_to", "touch", "unlink", "write_bytes", "write_text"),
)
CLOCK = (
    *("datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.asctime", "time.strftime"),
)
TIMERS = ("time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.sleep")
VOICE = ("print", "input", "sys.stdout", "sys.stderr", "sys.stdin", "sys.argv", "sys.exit")
SURROUNDINGS = ("os.environ", "os.environb", "os.getenv", "os.putenv", "os.unsetenv", "os.path.expandvars")
OUTSIDE = (
    *("open", "io.open", "io.FileIO", "codecs.open", "pathlib.Path.home", "pathlib.Path.cwd"),
    *("os", "subprocess", "shutil", "tempfile", "glob", "socket", "urllib.request", "fcntl", "signal"),
    *("getpass", "locale", "random", "secrets", "uuid"),
)
EVALUATED = ("eval", "exec")
BUILTINS = ("__import__", "open", "print", "input", *EVALUATED)

# What reads one record goes without the half of these that writes, searches or tells more: measured in tests/bench.
LATE = ("svc.cli.completing", "svc.cli.show", "svc.index.index", "svc.index.look", "svc.store.repository")

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
# Small modules make long chains: what counts is that they only go down and that this number grows by decision.
LONGEST_CHAIN = 21


@dataclass(frozen=True)
class Module:
    """One parsed module. `name` is dotted; a package is named without `__init__`."""

    name: str
    package: str
    source: str
    tree: ast.Module

    @property
    def floor(self) -> str:
        """The folder under svc/ that the module lies in; empty for svc/__init__.py and svc/__main__.py."""
        parts = self.name.split(".")
        return "" if self.name in ("svc", "svc.__main__") else parts[1]

    @cached_property
    def imports(self) -> tuple[tuple[ast.stmt, str], ...]:
        """(statement, dotted origin) of every name that is imported anywhere in the module."""
        found: list[tuple[ast.stmt, str]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node, f"{self._origin(node)}.{alias.name}") for alias in node.names]
        return tuple(found)

    @cached_property
    def inside_functions(self) -> frozenset[ast.AST]:
        """Every node that runs only when a function is called."""
        return frozenset(
            inner
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for inner in ast.walk(node)
            if inner is not node
        )

    @cached_property
    def for_types_only(self) -> frozenset[ast.AST]:
        """Every node under `if TYPE_CHECKING:`."""
        return frozenset(
            inner
            for node in ast.walk(self.tree)
            if isinstance(node, ast.If) and self._dotted(node.test) == "typing.TYPE_CHECKING"
            for statement in node.body
            for inner in ast.walk(statement)
        )

    @cached_property
    def mentions(self) -> tuple[tuple[int, str], ...]:
        """(line, dotted origin) of every name that is used or imported: `now = datetime.now` counts like the call."""
        found = [(node.lineno, origin) for node, origin in self.imports]
        bases = {node.value for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.Attribute) and node not in bases and (origin := self._dotted(node)):
                found.append((node.lineno, origin))
        return tuple(sorted(set(found)))

    @cached_property
    def _bound(self) -> Mapping[str, str]:
        """Local name -> dotted origin, of every import in the module."""
        names: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    names[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{self._origin(node)}.{alias.name}"
        return names

    @cached_property
    def _parameters(self) -> frozenset[ast.AST]:
        """Every name that means a parameter of the function around it: `input` in `run(args, input)` is no builtin."""
        return frozenset(
            inner
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and inner.id in {arg.arg for arg in _arguments(node)}
        )

    def _dotted(self, node: ast.AST) -> str:
        """`datetime.now` -> "datetime.datetime.now", by the module's imports; a bare builtin is itself; else empty."""
        if isinstance(node, ast.Name):
            builtin = node.id if node.id in BUILTINS and node not in self._parameters else ""
            return self._bound.get(node.id, builtin)
        if isinstance(node, ast.Attribute) and (base := self._dotted(node.value)):
            return f"{base}.{node.attr}"
        return ""

    def _origin(self, node: ast.ImportFrom) -> str:
        """The absolute dotted name of what `from … import` imports from."""
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        parts = parts[: len(parts) - node.level + 1]
        return ".".join([*parts, *([node.module] if node.module else [])])


@dataclass(frozen=True)
class House:
    """All modules under svc/, by name."""

    modules: Mapping[str, Module]

    @classmethod
    def read(cls, root: Path) -> House:
        """Parse every module under `root`/svc."""
        modules = {}
        for path in sorted((root / "svc").rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            package = ".".join(parts[:-1])
            name = package if parts[-1] == "__init__" else ".".join(parts)
            source = path.read_text(encoding="utf-8")
            modules[name] = Module(name, package, source, ast.parse(source))
        return cls(modules)

    def ours(self, module: Module) -> Iterator[tuple[ast.stmt, str]]:
        """(statement, imported module of the house); `from svc.domain import ids` means svc.domain.ids."""
        for node, origin in module.imports:
            if origin.partition(".")[0] == "svc":
                known = origin if origin in self.modules else origin.rpartition(".")[0]
                yield node, known

    @cached_property
    def edges(self) -> Mapping[str, frozenset[str]]:
        """Module -> modules of the house that it imports when it is imported."""
        return {
            name: frozenset(
                to
                for node, to in self.ours(module)
                if to in self.modules and to != name and node not in module.for_types_only
            )
            for name, module in self.modules.items()
        }


def everything_stands_on_a_floor(house: House) -> Iterator[str]:
    """A folder that is no floor, or a module beside the folders, has no place in the picture."""
    for module in house.modules.values():
        if module.floor in DATA:
            yield f"{module.name}: svc/{module.floor} holds data, no code"
        elif module.floor and module.floor not in FLOORS:
            yield f"{module.name}: stands on no floor"


def imports_go_down(house: House) -> Iterator[str]:
    """A module imports from its own floor and those below; also for its types."""
    for module in _standing(house):
        for node, to in house.ours(module):
            floor = to.split(".")[1] if "." in to else ""
            if to == "svc.__main__" or (floor in FLOORS and FLOORS.index(floor) > FLOORS.index(module.floor)):
                yield f"{module.name}:{node.lineno}: imports {to}, which stands above it"


def imports_exist(house: House) -> Iterator[str]:
    """What is imported from svc is there: a lazy import would fail only when a user comes by."""
    for module in house.modules.values():
        for node, to in house.ours(module):
            if to not in house.modules:
                yield f"{module.name}:{node.lineno}: imports {to}, which does not exist"


def imports_wait_where_it_was_decided(house: House) -> Iterator[str]:
    """An import inside a function is for what a start cannot afford, in modules named in `LATE`; it counts among the
    edges like any other, so it hides no cycle. By name (importlib) only the lazy group of commands does it."""
    for module in house.modules.values():
        for node, to in house.ours(module):
            if node in module.inside_functions and module.name not in LATE:
                yield f"{module.name}:{node.lineno}: imports {to} inside a function"
        for line, origin in module.mentions:
            by_name = _under(origin, "importlib", "__import__") and not _under(origin, "importlib.metadata")
            if by_name and module.name != LAZY:
                yield f"{module.name}:{line}: imports by name"


def no_import_cycle(house: House) -> Iterator[str]:
    """Modules that import each other are one module in several files."""
    for start in house.edges:
        trail = _way_back(house.edges, start)
        if trail and start == min(trail):
            yield f"import cycle: {' -> '.join([*trail, start])}"


def import_chain_is_short(house: House) -> Iterator[str]:
    """Who reads a module follows at most `LONGEST_CHAIN` imports down to the ground."""
    if any(no_import_cycle(house)):
        yield "import cycle: the chain has no end"
        return
    longest = max((_chain(house.edges, name, {}) for name in house.edges), key=len, default=())
    if len(longest) - 1 > LONGEST_CHAIN:
        yield f"import chain of {len(longest) - 1}: {' -> '.join(longest)}"


def libraries_have_their_floor(house: House) -> Iterator[str]:
    """One seam per outside system; a library that is not in the table is a decision that has not been taken."""
    for module in house.modules.values():
        for node, origin in module.imports:
            library = origin.partition(".")[0]
            if library in LIBRARIES and module.floor != LIBRARIES[library]:
                yield f"{module.name}:{node.lineno}: {library} belongs to svc/{LIBRARIES[library]}"
            elif library not in (*LIBRARIES, *sys.stdlib_module_names, "svc", "__future__"):
                yield f"{module.name}:{node.lineno}: {library} has no floor yet"


def heavy_libraries_are_imported_where_they_are_used(house: House) -> Iterator[str]:
    """Starting `svc --version` loads none of them."""
    for module in house.modules.values():
        for node, origin in module.imports:
            paid = node in module.inside_functions or node in module.for_types_only
            if origin.partition(".")[0] in HEAVY and not paid:
                yield f"{module.name}:{node.lineno}: {origin.partition('.')[0]} is imported at the top"


def pure_floors_ask_for_nothing(house: House) -> Iterator[str]:
    """Domain, index and render get clock, files, environment and user as arguments."""
    for module in _standing(house):
        if module.floor not in PURE:
            continue
        for line, origin in module.mentions:
            if _under(origin, *CLOCK, *TIMERS, *VOICE, *OUTSIDE):
                yield f"{module.name}:{line}: {origin} on the floor {module.floor}"
            elif module.floor == "domain" and _under(origin, "pathlib.Path"):
                yield f"{module.name}:{line}: the domain knows no files; PurePosixPath does not touch them"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in PATH_METHODS:
                yield f"{module.name}:{node.lineno}: .{node.attr} on the floor {module.floor}"


def store_is_silent_and_has_no_clock(house: House) -> Iterator[str]:
    """The store touches files and git, but the time is an argument and only the top floor speaks."""
    for module in _standing(house):
        if module.floor != "store":
            continue
        for line, origin in module.mentions:
            allowed = module.name == ENVIRONMENT and _under(origin, *SURROUNDINGS)
            if _under(origin, *CLOCK, *VOICE, *SURROUNDINGS) and not allowed:
                yield f"{module.name}:{line}: {origin} in the store"


def nothing_is_evaluated(house: House) -> Iterator[str]:
    """Procedures are data: no expression of theirs ever becomes code."""
    for module in house.modules.values():
        for line, origin in module.mentions:
            if origin in EVALUATED:
                yield f"{module.name}:{line}: {origin}"


def modules_are_small(house: House) -> Iterator[str]:
    """No module is longer than `LONGEST_MODULE` lines."""
    for module in house.modules.values():
        lines = len(module.source.splitlines())
        if lines > LONGEST_MODULE:
            yield f"{module.name}: {lines} lines"


def functions_are_small(house: House) -> Iterator[str]:
    """No function is longer than `LONGEST_FUNCTION` lines, from `def` to its last line, docstring included."""
    for module in house.modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield f"{module.name}:{node.lineno}: {node.name} has {lines} lines"


def public_names_are_explained(house: House) -> Iterator[str]:
    """Every module, and every public class, function and method of domain and store, has a docstring."""
    for module in house.modules.values():
        if not ast.get_docstring(module.tree):
            yield f"{module.name}: no docstring"
        if module.floor in ("domain", "store"):
            for node in _public(module.tree.body):
                if not ast.get_docstring(node):
                    yield f"{module.name}:{node.lineno}: {node.name} has no docstring"


RULES: tuple[Callable[[House], Iterator[str]], ...] = (
    everything_stands_on_a_floor,
    imports_go_down,
    imports_exist,
    imports_wait_where_it_was_decided,
    no_import_cycle,
    import_chain_is_short,
    libraries_have_their_floor,
    heavy_libraries_are_imported_where_they_are_used,
    pure_floors_ask_for_nothing,
    store_is_silent_and_has_no_clock,
    nothing_is_evaluated,
    modules_are_small,
    functions_are_small,
    public_names_are_explained,
)


def _standing(house: House) -> Iterator[Module]:
    return (module for module in house.modules.values() if module.floor in FLOORS)


def _under(origin: str, *names: str) -> bool:
    return any(origin == name or origin.startswith(f"{name}.") for name in names)


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[ast.arg]:
    return (inner for inner in ast.walk(node.args) if isinstance(inner, ast.arg))


def _public(body: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Public definitions of a module or class; of a property its getter, of overloads the one with a body."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
            if not marks & {"overload", "setter", "deleter"}:
                yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def _way_back(edges: Mapping[str, frozenset[str]], start: str) -> list[str]:
    """The shortest chain of imports from `start` that leads back to it, without the return; empty if there is none."""
    trails, seen = [[start]], set()
    for trail in trails:
        for to in sorted(edges[trail[-1]]):
            if to == start:
                return trail
            if to not in seen:
                seen.add(to)
                trails.append([*trail, to])
    return []


def _chain(edges: Mapping[str, frozenset[str]], name: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The longest chain of imports that starts at `name`."""
    if name not in known:
        known[name] = (name, *max((_chain(edges, to, known) for to in sorted(edges[name])), key=len, default=()))
    return known[name]


# ── the real house ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def house(root: Path) -> House:
    """The project's own modules."""
    return House.read(root)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_house_keeps_the_rule(rule: Callable[[House], Iterator[str]], house: House) -> None:
    assert list(rule(house)) == []


def test_house_has_all_its_floors(house: House) -> None:
    """A house that was not read keeps every rule."""
    assert {module.floor for module in house.modules.values()} == {"", *FLOORS}


def test_exceptions_are_still_needed(house: House) -> None:
    """An exception in the rules names a module that exists."""
    assert {LAZY, ENVIRONMENT, *LATE} <= house.modules.keys()
    late = {m.name for m in house.modules.values() for node, _ in house.ours(m) if node in m.inside_functions}
    assert late == set(LATE)


# ── every rule can fail ───────────────────────────────────────────────────────────────────────────────────────────

SOUND = {
    "svc/__init__.py": '"""Root."""\n__version__ = "1"\n',
    "svc/__main__.py": '"""Start."""\nfrom svc.cli.main import main\n\nmain()\n',
    "svc/domain/__init__.py": '"""Ground."""\n',
    "svc/domain/ids.py": (
        '"""Ids."""\nfrom pathlib import PurePosixPath\nfrom datetime import datetime\nfrom svc import __version__\n\n\n'
        'def read(text: str) -> datetime:\n    """Read."""\n    import jsonschema\n\n    return datetime.fromisoformat(text)\n'
    ),
    "svc/store/__init__.py": '"""Store."""\n',
    "svc/store/git.py": (
        '"""Git."""\nimport os\nimport subprocess\nimport time\nfrom ..domain import ids\n\n\n'
        'def run(input: str) -> dict[str, str]:\n    """Run."""\n    time.monotonic()\n    str(input)\n    return dict(os.environ)\n'
    ),
    "svc/index/__init__.py": '"""Index."""\nimport sqlite3\n',
    "svc/render/__init__.py": '"""Render."""\nimport wcwidth\nfrom svc.index import sqlite3\n',
    "svc/cli/__init__.py": '"""Top."""\n',
    "svc/cli/main.py": (
        '"""Main."""\nimport os, sys, importlib\nfrom datetime import datetime\nimport click\nfrom svc.store.git import run\n\n\n'
        "def main() -> None:\n    importlib.import_module('svc.cli.x')\n    print(datetime.now(), os.environ, sys.argv)\n"
    ),
}

BROKEN: tuple[tuple[Callable[[House], Iterator[str]], str, str, str], ...] = (
    (everything_stands_on_a_floor, "svc/cellar/wine.py", "", "stands on no floor"),
    (everything_stands_on_a_floor, "svc/util.py", "", "stands on no floor"),
    (everything_stands_on_a_floor, "svc/story/tell.py", "", "holds data"),
    (imports_go_down, "svc/domain/x.py", "from svc.store.git import run", "svc.store.git, which stands above"),
    (imports_go_down, "svc/domain/x.py", "from ..store import git", "svc.store.git, which stands above"),
    (imports_go_down, "svc/store/x.py", "import svc.cli", "svc.cli, which stands above"),
    (imports_go_down, "svc/index/x.py", "def f():\n    from svc import render", "svc.render, which stands above"),
    (
        imports_go_down,
        "svc/domain/x.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from svc.cli import main",
        "svc.cli.main, which stands above",
    ),
    (imports_exist, "svc/cli/x.py", "from svc.domain.nowhere import f", "svc.domain.nowhere, which does not exist"),
    (imports_wait_where_it_was_decided, "svc/cli/x.py", "def f():\n    from svc.domain import ids", "inside a"),
    (imports_wait_where_it_was_decided, "svc/cli/x.py", "from importlib import import_module", "by name"),
    (imports_wait_where_it_was_decided, "svc/domain/x.py", "f = __import__('a')", "by name"),
    (libraries_have_their_floor, "svc/domain/x.py", "def f():\n    import yaml", "yaml belongs to svc/store"),
    (libraries_have_their_floor, "svc/cli/x.py", "import wcwidth", "wcwidth belongs to svc/render"),
    (libraries_have_their_floor, "svc/store/x.py", "import sqlite3", "sqlite3 belongs to svc/index"),
    (libraries_have_their_floor, "svc/render/x.py", "from click import echo", "click belongs to svc/cli"),
    (
        libraries_have_their_floor,
        "svc/store/x.py",
        "from jsonschema_rs import x",
        "jsonschema_rs belongs to svc/domain",
    ),
    (libraries_have_their_floor, "svc/store/x.py", "import requests", "requests has no floor"),
    (heavy_libraries_are_imported_where_they_are_used, "svc/store/x.py", "import yaml", "yaml is imported at the top"),
    (
        heavy_libraries_are_imported_where_they_are_used,
        "svc/domain/x.py",
        "class A:\n    from jsonschema.validators import x",
        "jsonschema is imported at the top",
    ),
    (pure_floors_ask_for_nothing, "svc/domain/x.py", "f = open('a')", "open on the floor domain"),
    (pure_floors_ask_for_nothing, "svc/domain/x.py", "from pathlib import Path", "the domain knows no files"),
    (pure_floors_ask_for_nothing, "svc/domain/x.py", "import datetime as d\nd.date.today()", "datetime.date.today"),
    (pure_floors_ask_for_nothing, "svc/domain/x.py", "from datetime import datetime as D\nf = D.now", "datetime.now"),
    (pure_floors_ask_for_nothing, "svc/index/x.py", "from time import time", "time.time on the floor index"),
    (pure_floors_ask_for_nothing, "svc/index/x.py", "import os.path", "os.path on the floor index"),
    (pure_floors_ask_for_nothing, "svc/index/x.py", "def f(p):\n    return p.read_text()", ".read_text on the floor"),
    (pure_floors_ask_for_nothing, "svc/render/x.py", "from os import environ", "os.environ on the floor render"),
    (pure_floors_ask_for_nothing, "svc/render/x.py", "print('a')", "print on the floor render"),
    (pure_floors_ask_for_nothing, "svc/render/x.py", "import sys\nsys.stdout.write('a')", "sys.stdout"),
    (pure_floors_ask_for_nothing, "svc/render/x.py", "import subprocess", "subprocess on the floor render"),
    (pure_floors_ask_for_nothing, "svc/render/x.py", "a = input()", "input on the floor render"),
    (store_is_silent_and_has_no_clock, "svc/store/x.py", "print('a')", "print in the store"),
    (store_is_silent_and_has_no_clock, "svc/store/x.py", "import datetime\ndatetime.datetime.now()", "datetime.now in"),
    (store_is_silent_and_has_no_clock, "svc/store/x.py", "import os\nos.environ['A']", "os.environ in the store"),
    (store_is_silent_and_has_no_clock, "svc/store/git.py", "import time\ntime.time()", "time.time in the store"),
    (nothing_is_evaluated, "svc/domain/x.py", "eval('1')", "eval"),
    (nothing_is_evaluated, "svc/store/x.py", "def f(a):\n    exec(a)", "exec"),
    (modules_are_small, "svc/cli/x.py", "a = 1\n" * LONGEST_MODULE, f"{LONGEST_MODULE + 1} lines"),
    (functions_are_small, "svc/cli/x.py", "def f():\n" + "    a = 1\n" * LONGEST_FUNCTION, "f has 41 lines"),
    (functions_are_small, "svc/cli/x.py", "class A:\n  async def f(s):\n" + "    a = 1\n" * 40, "f has 41 lines"),
    (public_names_are_explained, "svc/domain/x.py", "def f(): ...", "f has no docstring"),
    (
        public_names_are_explained,
        "svc/store/x.py",
        "class A:\n    '''A.'''\n    def m(self): ...",
        "m has no docstring",
    ),
    (public_names_are_explained, "svc/store/x.py", "class _A: ...\nclass B: ...", "B has no docstring"),
)


def _built(root: Path, files: Mapping[str, str]) -> House:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return House.read(root)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_sound_house_breaks_no_rule(rule: Callable[[House], Iterator[str]], tmp_path: Path) -> None:
    assert list(rule(_built(tmp_path, SOUND))) == []


@pytest.mark.parametrize(("rule", "path", "code", "said"), BROKEN)
def test_rule_finds_what_breaks_it(
    rule: Callable[[House], Iterator[str]], path: str, code: str, said: str, tmp_path: Path
) -> None:
    (found,) = rule(_built(tmp_path, {**SOUND, path: f'"""Broken."""\n{code}'}))
    assert said in found


def test_module_without_docstring_is_found(tmp_path: Path) -> None:
    found = list(public_names_are_explained(_built(tmp_path, {**SOUND, "svc/cli/x.py": "a = 1\n"})))
    assert found == ["svc.cli.x: no docstring"]


def test_import_cycle_is_found_once_and_in_full(tmp_path: Path) -> None:
    ring = {f"svc/domain/{a}.py": f"from svc.domain import {b}\n" for a, b in ("ab", "bc", "ca")}
    house = _built(tmp_path, {**SOUND, **ring})
    assert list(no_import_cycle(house)) == [
        "import cycle: svc.domain.a -> svc.domain.b -> svc.domain.c -> svc.domain.a"
    ]
    assert list(import_chain_is_short(house)) == ["import cycle: the chain has no end"]


def test_long_import_chain_is_found(tmp_path: Path) -> None:
    stairs = {f"svc/domain/m{n}.py": f"from svc.domain.m{n + 1} import a\n" for n in range(LONGEST_CHAIN)}
    last = {f"svc/domain/m{LONGEST_CHAIN}.py": "a = 1\n"}
    assert list(import_chain_is_short(_built(tmp_path / "just", {**SOUND, **stairs, **last}))) == []
    top = {"svc/cli/x.py": "from svc.domain import m0\n"}
    (found,) = import_chain_is_short(_built(tmp_path / "over", {**SOUND, **stairs, **last, **top}))
    assert found.startswith(f"import chain of {LONGEST_CHAIN + 1}: svc.cli.x -> svc.domain.m0 -> ")


def test_every_rule_is_shown_to_fail() -> None:
    shown = {rule for rule, *_ in BROKEN} | {no_import_cycle, import_chain_is_short}
    assert shown == set(RULES)
