"""A batch is one deed whose message names every record; a world in memory answers as fast for the last as the first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from svc.domain import memory
from svc.domain.deed import Change, Deed
from svc.domain.memory import Layered
from svc.domain.record import Entry, Record
from svc.domain.refusal import Text

WHEN = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
STAMP = "2026-03-06T09:00:00+00:00"


def record(id: str, role: str = "maker", form: str = "thing", **fields: object) -> Record:
    """A register entry with one step."""
    entry = Entry(1, "register", "active", "li", role, STAMP, STAMP, gave=fields, procedure="x@1")
    return Record(id, form, "x@1", "active", None, fields, (), (entry,))


def deed(*records: Record, batch: tuple[str, ...] = ()) -> Deed:
    """A deed that makes those records."""
    changes = tuple(Change(None, one) for one in records)
    return Deed(changes, "li", Text("登记", "register"), "[company]", WHEN, batch)


def test_a_batch_says_how_many_and_names_each() -> None:
    made = deed(record("A"), record("B", "helper"), record("C", form="other"), batch=("thing/A", "thing/B"))
    assert made.message() == (
        "thing(register): 2 条 登记\n\n"
        "Svc-Record: thing/A\nSvc-Record: thing/B\nSvc-Action: register\nSvc-Step: 1\n"
        "Svc-Role: maker\nSvc-Role: helper\nSvc-Clause: [company]\nSvc-Procedure: x@1\n"
        "Svc-Also: other/C register 1\n"
    )
    assert [change.after.id for change in made.leads] == ["A", "B"]


@pytest.mark.parametrize("batch", [(), ("thing/A",)])
def test_a_deed_on_one_record_names_it(batch: tuple[str, ...]) -> None:
    assert deed(record("A"), record("C", form="other"), batch=batch).message() == (
        "thing(register): A 登记\n\n"
        "Svc-Record: thing/A\nSvc-Action: register\nSvc-Step: 1\nSvc-Role: maker\nSvc-Clause: [company]\n"
        "Svc-Procedure: x@1\nSvc-Also: other/C register 1\n"
    )


def test_a_layer_finds_what_was_put_replaced_and_forgotten() -> None:
    world = Layered(None, [record("A", mail="X@y", of=["1", "2"]), record("B", mail="b@y", of="2")])
    assert [r.id for r in world.valued("thing", "mail", "x@y")] == ["A"]
    assert [r.id for r in world.pointing("thing", "of", "2")] == ["A", "B"]
    world.put(record("A", mail="a@y", of="3"))
    assert world.valued("thing", "mail", "x@y") == []
    assert [r.id for r in world.valued("thing", "mail", "a@y")] == ["A"]
    assert [r.id for r in world.pointing("thing", "of", "2")] == ["B"]
    assert world.alike("thing", "ａ") == "A"
    world.forget(world.all("thing")[0])
    assert world.alike("thing", "a") is None
    assert world.valued("thing", "mail", "a@y") == []


def test_a_layer_lies_over_its_base() -> None:
    world = Layered(Layered(None, [record("A", mail="a"), record("B", mail="b")]))
    assert world.alike("thing", "b") == "B"
    world.put(record("B", mail="c"))
    assert [r.fields["mail"] for r in world.valued("thing", "mail", "b")] == []
    assert [r.id for r in world.valued("thing", "mail", "c")] == ["B"]


def test_a_question_does_not_look_at_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000 rows that each ask for a free key and a free address: work by the row, not by the square."""
    looked = 0
    fold, values = memory.fold_key, memory._values

    def counted_fold(key: str) -> str:
        nonlocal looked
        looked += 1
        return fold(key)

    def counted_values(one: Record, field: str) -> list[object]:
        nonlocal looked
        looked += 1
        return values(one, field)

    monkeypatch.setattr(memory, "fold_key", counted_fold)
    monkeypatch.setattr(memory, "_values", counted_values)
    world = Layered()
    for n in range(1000):
        assert world.alike("thing", f"K{n}") is None
        assert world.valued("thing", "mail", f"{n}@y") == []
        assert world.pointing("thing", "of", str(n)) == []
        world.put(record(f"K{n}", mail=f"{n}@y", of=str(n)))
    assert looked < 10_000
