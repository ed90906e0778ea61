"""Makes the support of the forms' tests importable as `forms_support`, wherever the tests are started from."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

NAME, FOLDER = "forms_support", Path(__file__).resolve().parents[1] / "forms" / "support"

if NAME not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        NAME, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    assert spec is not None and spec.loader is not None
    sys.modules[NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[NAME])
