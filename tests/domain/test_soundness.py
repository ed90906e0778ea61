"""Whether documents have the shape of procedures."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.domain.soundness import flaws_of, read_library
from svc.store.schemas import load_folder, shipped_folder

IN_FORCE = ("core@1", "chenggong@1")


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    return {path.removeprefix("schemas/"): value for path, value in load_folder(Path(shipped_folder())).items()}


@pytest.fixture
def documents(shipped: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(shipped)


def test_what_ships_is_sound(documents: dict[str, Any]) -> None:
    assert flaws_of(documents) == {}
    assert read_library(documents, IN_FORCE).form("dispatch") is not None


def test_a_damaged_form_is_named_with_its_procedure(documents: dict[str, Any]) -> None:
    documents["chenggong@1/dispatch.flow.yaml"]["nonsense"] = 1
    assert flaws_of(documents) == {"chenggong@1": ["dispatch"]}
    with pytest.raises(Refusal) as refused:
        read_library(documents, IN_FORCE)
    assert refused.value.exit == Exit.ENVIRONMENT
    assert refused.value.lines("zh") == [
        "错误：记录库中的程序不成形：dispatch。",
        "  位置：schemas/",
        "  处理：svc procedure check",
    ]


def test_a_procedure_that_is_not_in_force_stops_nobody(documents: dict[str, Any]) -> None:
    for path in [path for path in documents if path.startswith("chenggong@1/")]:
        documents[path.replace("@1", "@2")] = copy.deepcopy(documents[path])
    documents["chenggong@2/dispatch.flow.yaml"]["nonsense"] = 1
    assert flaws_of(documents) == {"chenggong@2": ["dispatch"]}
    assert read_library(documents, IN_FORCE).forms["dispatch"].procedure == "chenggong@1"
    with pytest.raises(Refusal):
        read_library(documents, ("core@1", "chenggong@2"))


@pytest.mark.parametrize("path", ["record.schema.json", "flow.schema.json", "chenggong@1/dispatch.schema.json"])
def test_a_document_that_is_missing(documents: dict[str, Any], path: str) -> None:
    del documents[path]
    with pytest.raises(Refusal, match="不成形"):
        read_library(documents, IN_FORCE)


def test_a_procedure_in_force_that_is_not_there(documents: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="nothing@1"):
        read_library(documents, (*IN_FORCE, "nothing@1"))


def test_what_was_found_out_once_is_believed(documents: dict[str, Any]) -> None:
    assert read_library(documents, IN_FORCE, {}).forms
    with pytest.raises(Refusal, match="intake"):
        read_library(documents, IN_FORCE, {"chenggong@1": ["intake"]})
