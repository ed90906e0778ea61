"""The company of the scenarios: built once for the whole run, copied for each test."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _company() -> ModuleType:
    """`company.py` beside this file, loaded once for all who ask (test files do not import each other)."""
    name = "svc_tests_company"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "company.py")
        assert spec is not None and spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def company() -> ModuleType:
    """The module that knows the company."""
    return _company()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The company, only to be copied."""
    company = _company()
    if not hasattr(company, "TEMPLATE"):
        with pytest.MonkeyPatch.context() as patch:
            for name in tuple(os.environ):
                if name.startswith(("GIT_", "SVC_")):
                    patch.delenv(name)
            patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
            patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
            patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
            company.TEMPLATE = company.built(tmp_path_factory.mktemp("company"))
    yield company.TEMPLATE


@pytest.fixture
def clerk(template: Any, tmp_path: Path) -> Any:
    """Somebody at work in a copy of the company."""
    return _company().Clerk(template, tmp_path / "records")
