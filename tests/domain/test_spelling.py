"""Whether a record stands as the engine would write it: the same answer as comparing the whole of what it would write."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svc.domain.record import Record
from svc.domain.spelling import as_written, identical
from svc.store.yaml_file import load

ROOT = Path(__file__).resolve().parents[2]
VALUES = [{"a": 1, "b": [True, {"c": "1"}]}, {"b": [1, {"c": "1"}], "a": 1}, {"a": 1, "b": [1, {"c": "1"}]}, [], {}, "", None, 0,
          False, "0", [0], [False], {"a": None}, {"a": 1}, {"a": 1, "b": []}]  # fmt: skip


def test_identical_tells_types_and_order() -> None:
    for one in VALUES:
        for other in VALUES:
            assert identical(one, copy.deepcopy(other)) == (repr(one) == repr(other)), (one, other)


def shuffled(chance: random.Random, value: Any) -> Any:
    """The value with the keys of one of its maps in another order, or something empty in it."""
    maps = [one for one in everything(value) if isinstance(one, dict) and one]
    one = chance.choice(maps)
    keys = list(one)
    kind = chance.randrange(3)
    if kind == 0:
        chance.shuffle(keys)
        items = [(key, one[key]) for key in keys]
        one.clear()
        one.update(items)
    elif kind == 1 and "step" in one and "action" in one:
        key = chance.choice(["pays", "moved", "reason", "gave", "added", "voids"])
        one.setdefault(key, None if key == "reason" else {} if key in ("gave", "added") else [])
    elif kind == 2 and "log" in one:
        one.setdefault("evidence", [])
    return value


def everything(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from everything(inner)


def test_it_is_what_the_whole_comparison_says() -> None:
    chance = random.Random(11)
    answers = []
    for path in sorted((ROOT / "records").glob("*/*/*/**/*.yaml")):
        sound = load(path.read_bytes(), path.name)
        for raw in (sound, *(shuffled(chance, copy.deepcopy(sound)) for _ in range(4))):
            try:
                record = Record.from_dict(raw)
            except (KeyError, TypeError):
                continue
            folded = record.entered(record.log)
            if folded.fields != record.fields:
                continue
            answer = as_written(raw, folded)
            assert answer == (repr(folded.to_dict()) == repr(raw)), path
            answers.append(answer)
    assert answers.count(True) > 200 and answers.count(False) > 200


@pytest.mark.parametrize("flag", [1, "true", "True"])
def test_a_value_of_another_type_is_not_as_written(flag: Any) -> None:
    entry = {
        "step": 1,
        "action": "a",
        "to": "s",
        "by": "x",
        "role": "r",
        "at": "t",
        "recorded": "t",
        "gave": {"flag": True},
    }
    raw = {"id": "i", "form": "f", "procedure": "p", "state": "s", "fields": {"flag": flag}, "log": [entry]}
    record = Record.from_dict(raw)
    assert not as_written(raw, record.entered(record.log))
