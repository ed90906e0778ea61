"""Example records, form by form: the good ones pass, each bad one has its one fault and is told so, line by line.

Two libraries judge every record: jsonschema-rs says yes or no, jsonschema finds the words. They never disagree.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from forms_support.books import books
from forms_support.examples import bad_files, findings, form_of, good_files
from forms_support.stage import Json, library

from svc.domain.compiled import freeze, verdict
from svc.domain.complaints import validator
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Refusal
from svc.store.yaml_file import dump, load

MUTANTS = 500
HOSTILE = ("", " ", "\n", "ST-09\n", "\u200b", "１２３", "9" * 400, "'; --", "<b>", "../x", "null", "2026-02-30", "1e5")


def _name(path: Path) -> str:
    return path.relative_to(path.parents[3]).as_posix()


@pytest.mark.parametrize("path", good_files(), ids=_name)
def test_good(path: Path) -> None:
    assert findings(path) == []
    record = Record.from_dict(load(path.read_bytes(), path.name))
    assert dump(record.to_dict()) == path.read_bytes()
    assert record.entered(record.log) == record


@pytest.mark.parametrize("path", bad_files(), ids=_name)
def test_bad(path: Path) -> None:
    assert findings(path) == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def test_every_form_has_examples_of_both_kinds() -> None:
    assert {form_of(path).name for path in good_files()} == set(books())
    assert {form_of(path).name for path in bad_files()} == set(books())


def test_every_state_has_a_good_example() -> None:
    """An auditor who asks what a record looks like in a state is answered by a file."""
    shown: dict[str, set[str]] = {}
    for path in good_files():
        raw = load(path.read_bytes(), path.name)
        shown.setdefault(raw["form"], set()).add(raw["state"])
    assert {name: set(form.states) - shown.get(name, set()) for name, form in library().forms.items()} == {
        name: set() for name in library().forms
    }


@pytest.mark.parametrize("path", [*good_files(), *bad_files()], ids=_name)
def test_both_libraries_agree(path: Path) -> None:
    try:
        raw = load(path.read_bytes(), path.name)
    except Refusal:
        return  # a file that cannot be read reaches neither
    assert _agree(form_of(path), raw)


def test_both_libraries_agree_on_spoiled_records() -> None:
    """Good records spoiled at random places: whatever the verdict is, it is one."""
    dice = random.Random(20261123)
    goods = [(form_of(path), load(path.read_bytes(), path.name)) for path in good_files()]
    refused = 0
    for _ in range(MUTANTS):
        form, raw = dice.choice(goods)
        spoiled = copy.deepcopy(raw)
        holder, key = dice.choice(list(_places(spoiled)))
        _spoil(holder, key, dice)
        assert _agree(form, spoiled), json.dumps(spoiled, ensure_ascii=False)
        refused += not verdict(freeze(form.schema.document)).is_valid(spoiled)
    assert refused > MUTANTS // 2, "most spoiled records must be refused, else nothing was proved"


def _agree(form: Form, raw: Json) -> bool:
    """One verdict; and `check` has words for a record exactly when it refuses it."""
    frozen = freeze(form.schema.document)
    same = bool(verdict(frozen).is_valid(raw)) == validator(frozen).is_valid(raw)
    return same and form.schema.valid(raw) == (form.schema.complaints(raw) == [])


def _places(node: Json) -> Iterator[tuple[Json, Json]]:
    """Every (map or list, key) in a record."""
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        yield node, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


def _spoil(holder: Json, key: Json, dice: random.Random) -> None:
    """One fault: gone, of another type, hostile, once more, or something beside it."""
    choice = dice.randrange(6)
    if choice == 0:
        del holder[key]
    elif choice == 1:
        holder[key] = dice.choice([None, True, 0, -1, 2**40, [], {}, ["x"], {"x": 1}, 1.5])
    elif choice == 2:
        holder[key] = dice.choice(HOSTILE)
    elif choice == 3 and isinstance(holder, dict):
        holder[dice.choice(["x", "colour", "id", "$ref"])] = "x"
    elif choice == 4 and isinstance(holder[key], str):
        holder[key] = holder[key] + dice.choice(["\n", " ", "x", "\u2028", "０"])
    else:
        holder[key] = [holder[key], holder[key]]
