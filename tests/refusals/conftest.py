"""The gallery of refusals: a file is a situation, a command line, and the exact words it is refused with."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent


def _loaded(name: str, path: Path) -> ModuleType:
    """A module that is no test, loaded once for all who ask (test files do not import each other)."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/refusals --record` writes what is said now into the files of the gallery; read the difference."""
    parser.addoption("--record", action="store_true", help="write the refusals as they are said now")


@pytest.fixture(scope="session")
def recording(request: pytest.FixtureRequest) -> bool:
    """Whether the gallery is being written."""
    return bool(request.config.getoption("--record", default=False))


@pytest.fixture(scope="session")
def company() -> ModuleType:
    """The module that knows the company of the scenarios."""
    return _loaded("svc_tests_company", HERE.parent / "scenarios" / "company.py")


@pytest.fixture(scope="session")
def situations() -> ModuleType:
    """The module that knows the situations."""
    return _loaded("svc_tests_situations", HERE / "situations.py")


@pytest.fixture(scope="session")
def template(company: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The company, only to be copied."""
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            if name.startswith(("GIT_", "SVC_")):
                patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        if not hasattr(company, "TEMPLATE"):
            company.TEMPLATE = company.built(tmp_path_factory.mktemp("company"))
        yield company.TEMPLATE


@pytest.fixture(scope="session")
def places(company: ModuleType, situations: ModuleType, template: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The place of a situation by name, made when it is first asked for; a refusal leaves it as it was."""
    made: dict[str, tuple[Any, dict[str, str]]] = {}

    def place(name: str, *, anew: bool = False) -> tuple[Any, dict[str, str]]:
        if anew or name not in made:
            folder = tmp_path_factory.mktemp(name)
            situations.laid_out(folder)
            clerk = company.Clerk(template, folder / "records")
            situations.BUILDS[name](clerk)
            made[name] = (clerk, company.digest(clerk.root))
        return made[name]

    return place
