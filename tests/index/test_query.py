"""What the index answers to a query is what reading every record answers: for random records and random words."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from svc.domain.values import Reading
from svc.domain.world import Scene
from svc.index.asking import Asking
from svc.index.columns import column
from svc.index.filters import read
from svc.index.query import OPEN, arranged, counted, grouped, matching, spelled, summed
from svc.index.world import CommitWorld
from tests.index.conftest import NOW, ZONE, Home, Record, entry, library, person, sheet, slip, some, thing

Json = Any
FORMS = ("thing", "sheet", "slip", "person")
TEXTS = (
    "漏油",
    "液压漏油",
    "漏",
    "油",
    "ABC",
    "abc",
    "Ｘ２",
    "不能启动",
    "T-1",
    "oil leak",
    "a\nb",
    "ﬁ",
    "ß",
    "İ",
    "a/b",
    "",
)
NUMBERS = ("0", "1", "5.00", "5", "-3.5", "100", "99.99", "123456789012345678", "123456789012345679", "1e5", "007")
DAYS = ("2026-01-01", "2026-02-28", "2026-02-30", "2025-12-31", "2026-11-23", "1969-12-31", "9999-12-31")
INSTANTS = (
    "2026-01-01T00:00:00+08:00",
    "2025-12-31T16:00:00+00:00",
    "2026-11-23T12:00:00+08:00",
    "2026-13-01T00:00:00Z",
)
MONTHS = ("2026-01", "2026-11", "2026-13", "1969-12")
LINKS = ("T-1", "T-2", "thing/T-3", "ann", "person/ann", "bob", "nobody", sheet(3).id, f"sheet/{sheet(4).id}", "Ｔ-1")


def value(dice: random.Random, name: str) -> Json:
    """A value for a field: mostly of its kind, sometimes of any kind, as a hand may have edited it."""
    kinds: dict[str, Sequence[Json]] = {
        "thing": LINKS,
        "before": LINKS,
        "people": LINKS,
        "part": LINKS,
        "sheet": LINKS,
        "mode": ("by_mail", "visit", "other", "BY_MAIL", "gone"),
        "count": (0, 1, 5, 100, -1, 10**17, True),
        "size": NUMBERS,
        "amount": NUMBERS,
        "cost": NUMBERS,
        "day": DAYS,
        "until": DAYS,
        "began": INSTANTS,
        "month_of": MONTHS,
        "flag": (True, False),
        "kept": (True, False),
    }
    every = [*TEXTS, *NUMBERS, *DAYS, *INSTANTS, *MONTHS, *LINKS, True, False, None, 7]
    if dice.random() < 0.06:
        return dice.choice(
            [{"a": "漏油"}, {}, [], [["漏油", "T-1"], "x"], {"x.y": 1, "*": "T-1"}, [None, {"part": "T-1"}]]
        )
    return dice.choice(every if dice.random() < 0.1 else list(kinds.get(name, TEXTS)))


def fields(dice: random.Random, names: Sequence[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name in names:
        if dice.random() < 0.6:
            found[name] = value(dice, name)
    if "people" in found and dice.random() < 0.8:
        found["people"] = [value(dice, "people") for _ in range(dice.randrange(3))]
    if "lines" in names and dice.random() < 0.6:
        found["lines"] = [
            {name: value(dice, name) for name in ("part", "amount", "note") if dice.random() < 0.7}
            for _ in range(dice.randrange(4))
        ]
    if "contact" in names and dice.random() < 0.5:
        found["contact"] = {"name": value(dice, "name"), "phone": "000-5550-0123"}
    if "tally" in names and dice.random() < 0.3:
        found["tally"] = {"泵": 2, "P-1.2": 1, "漏油": 3}
    return found


def records(dice: random.Random) -> list[Record]:
    """Some of each form, in several states and revisions, at times around now, by several people."""

    def head() -> dict[str, Json]:
        moment = NOW - timedelta(hours=dice.randrange(-20, 24 * 400))
        state, by = dice.choice(["open", "on_site", "shut", "strange"]), dice.choice(["ann", "bob", "eve"])
        procedure = dice.choice(["trial@1", "trial@1", "trial@2", "trial@9"])
        return {"state": state, "at": moment.isoformat(), "by": by, "procedure": procedure}

    sheets = ["thing", "before", "people", "mode", "fault", "count", "size", "day", "began", "month_of", "flag"]
    made: list[Record] = [person("ann"), person("bob", name="李敏")]
    for n in range(1, 25):
        how = head()
        log = _log(dice, how)
        given = fields(dice, [*sheets, "lines", "contact", "tally"])
        made.append(sheet(n, year=dice.choice([2025, 2026]), **how, **given, **({"log": log(given)} if log else {})))
    made += [slip(n, **head(), **fields(dice, ["sheet", "name", "cost"])) for n in range(1, 10)]
    for n in range(8):
        given = fields(dice, ["name", "serial", "until", "kept"])
        made.append(thing(f"T-{n}", state=dice.choice(["open", "shut"]), **given))
    return [*made, thing("ＷＩＤＥ-1", name="漏油"), thing("A-1-2-3-4", name="x")]


def _log(dice: random.Random, how: dict[str, Json]) -> Callable[[dict[str, Json]], list[Any]] | None:
    """Now and then a longer log, with a voided step and a role through another."""
    if dice.random() < 0.6:
        return None

    def made(given: dict[str, Json]) -> list[Any]:
        first = entry(1, "enter", "open", how["at"], how["by"], gave=given, procedure=how["procedure"])
        second = entry(2, "close", "shut", how["at"], "bob", role="chief", voided_by=3)
        third = entry(3, "undo", how["state"], how["at"], "cy", role="outsider", through="clerk", voids=(2,))
        return [first, second, third]

    return made


WORDS = (
    *(
        "漏油",
        "漏",
        "液压",
        "压漏",
        "abc",
        "ABC",
        "oil",
        "邮寄",
        "上门",
        "快递",
        "现场",
        "到达现场",
        "在途",
        "open",
        "no such",
        "26",
    ),
    *(
        "T-1",
        "t-1",
        "ｔ－１",
        "0001",
        "+08:00",
        "a b",
        "5550-0",
        "true",
        "none",
        "strange",
        "'",
        '"',
        "*",
        "%",
        "_",
        "ss",
        "fi",
    ),
    *(
        "state:open",
        "state:已开立,shut",
        "state:past",
        "state:在途",
        "state:到达现场,过期",
        "id:1",
        "id:SH",
        "id:T-1",
        "id:wide",
    ),
    *(
        "id:26-00003",
        "id:４",
        "id:4",
        "year:2026",
        "year:2025..",
        "year:..2025",
        "year>2025",
        "year!=2026",
        "year=2026",
    ),
    *(
        "since:2026-10-01",
        "until:2026-06-30",
        "at:2026",
        "at:2026-11",
        "at:2026-01-01..2026-06-30",
        "at>=2026-11-22 12:00",
    ),
    *("opened:2026-11-23", "opened<2026-02", "at!=2026", "month:2026-11", "month>=2026-06", "month=2026-10"),
    *(
        "mine",
        "overdue",
        "late",
        "by:bob",
        "by:李敏",
        "by:ann@example.com",
        "role:clerk",
        "role:主管",
        "form:sheet",
        "form:slip单,thing",
    ),
    *(
        "text:漏油",
        "text:26",
        "thing:T-1",
        "thing:1",
        "thing:装载",
        "thing:漏油",
        "thing:wide-1",
        "before:3",
        "before:26-3",
    ),
    *(
        "people:ann",
        "people:李敏",
        "people:敏",
        "people!=ann",
        "thing!=T-1",
        "thing=T-2",
        "sheet:4",
        "part:T-3",
        "part:thing/T-3",
    ),
    *(
        "mode:上门",
        "mode:by_mail,other",
        "mode!=visit",
        "mode=邮寄",
        "mode:快递",
        "fault:漏油",
        "fault:漏",
        "fault:",
        "fault!=漏油",
    ),
    *(
        "fault:A",
        "name:漏",
        "name:2",
        "contact.name:ABC",
        "note:漏油",
        "flag:是",
        "flag:no",
        "flag!=是",
        "kept:是",
        "serial:x",
    ),
    *(
        "count:5",
        "count:1..",
        "count:..5",
        "count:1..100",
        "count>1",
        "count<1",
        "count!=5",
        "count>=99999999999999999",
        "count:-1..",
    ),
    *(
        "size:5",
        "size:5.00",
        "size>=99.99",
        "size<0",
        "size:0..100",
        "size:123456789012345678",
        "size>123456789012345678",
    ),
    *(
        "amount:5",
        "amount:1..6",
        "amount!=5",
        "cost:100..",
        "cost<=99.99",
        "day:2026-01-01",
        "day:2026",
        "day:..2026-02",
    ),
    *(
        "day>2025-12-31",
        "day<2026-02-28",
        "day!=2026-01-01",
        "until:2026",
        "began:2026-01-01",
        "began:2026-01..2026-10",
    ),
    *(
        "began>=2026-11-23 12:00",
        "began<2026-01-01 00:00",
        "month_of:2026-01",
        "month_of:2026",
        "month_of>2026-01",
        "month_of:..2026-10",
    ),
    *(
        "thing.name:漏油",
        "thing.kept:是",
        "before.count:5",
        "sheet.thing.name:漏",
        "lines.part.name:漏油",
        "tally:漏油",
        "tally:泵",
        "lines:T",
    ),
)


@pytest.fixture(scope="module", params=range(6))
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A repository of random records, asked both ways."""
    from svc.store.repository import Repository
    from tests.index.conftest import _made

    folder = tmp_path_factory.mktemp("pair") / "home"
    _made(folder, records(random.Random(request.param)))
    with Repository.open(folder, durable=False) as repo:
        home = Home(folder, repo)
        yield home.scan(), home.indexed()


def ask(world: CommitWorld, forms: Sequence[str], words: Sequence[str], sort: Sequence[tuple[str, bool]] = ()) -> Json:
    """What a query comes to: ids, how many, groups, sums; or the refusal."""
    scene = Scene(world, library(), ZONE, "0101", NOW, {})
    looked = [library().forms[name] for name in forms]
    me = world.record("person", "ann")
    assert me is not None
    try:
        asked = read(words, Asking(scene, looked, Reading(NOW, ZONE, str), lambda: me))
    except Exception as error:  # noqa: BLE001 - both ways refuse alike
        return repr(getattr(error, "what", error))
    keys = [(column(library(), looked, name), down) for name, down in sort]
    looks = list(matching(scene, looked, asked))
    found: dict[str, Json] = {
        "ids": [(look.form_id, look.id, look.state, look.at, look.opened, look.year, look.record) for look in looks],
        "count": counted(scene, looked, asked),
        "sorted": [(look.form_id, look.id, look.record) for look in arranged(looks, keys)],
        "first": [look.id for look in arranged(looks, keys, 3)],
    }
    by = column(library(), looked, "state")
    found["groups"] = grouped(looks, by, None, lambda look, value: by.said(look, value, "zh"))
    if list(forms) == ["sheet"]:
        amount, mode = column(library(), looked, "amount"), column(library(), looked, "mode")
        found["sum"] = (summed(looks, amount), spelled(summed(looks, amount)[1], amount))
        found["sums"] = grouped(looks, mode, amount)
    return found


@pytest.mark.parametrize("word", WORDS)
def test_one_word(pair: tuple[CommitWorld, CommitWorld], word: str) -> None:
    scan, indexed = pair
    for forms in (FORMS, ("sheet",), ("thing",)):
        assert ask(indexed, forms, [word]) == ask(scan, forms, [word])
    assert indexed.rows is not None, "it was the index that answered"  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(40))
def test_several_words_and_orders(pair: tuple[CommitWorld, CommitWorld], seed: int) -> None:
    scan, indexed = pair
    dice = random.Random(seed)
    words = dice.sample(WORDS, dice.randrange(4))
    sort = [
        (name, dice.random() < 0.5) for name in dice.sample(["id", "at", "state", "opened", "year"], dice.randrange(3))
    ]
    assert ask(indexed, FORMS, words, sort) == ask(scan, FORMS, words, sort)
    sort += [(dice.choice(["count", "size", "day", "mode", "thing", "fault"]), dice.random() < 0.5)]
    assert ask(indexed, ["sheet"], words, sort) == ask(scan, ["sheet"], words, sort)


def test_what_has_not_ended(pair: tuple[CommitWorld, CommitWorld]) -> None:
    found = []
    for world in pair:
        scene = Scene(world, library(), ZONE, "0101", NOW, {})
        found.append([look.id for look in matching(scene, library().forms.values(), [OPEN])])
    assert found[0] == found[1] != []


@pytest.mark.parametrize(
    "word", ["漏油", "漏", "26", "state:open", "thing:T-1", "size:5", "mine", "by:bob", "fault:漏油"]
)
def test_after_changes(home: Home, word: str) -> None:
    """The same answers when the index was brought there change by change."""
    agree(home, word)
    home.put(sheet(3, fault="漏油" * 2, thing="T-1", size="5"), thing("T-9", name="漏油"), slip(30, name="26"))
    agree(home, word)
    home.put(sheet(3, fault="别的", state="shut"), sheet(31, fault="漏", by="bob", people=["ann"]))
    agree(home, word)


def agree(home: Home, *words: str) -> None:
    assert ask(home.indexed(), FORMS, words) == ask(home.scan(), FORMS, words)


def test_two_characters_are_found_wherever_they_stand(make_home: Callable[..., Home]) -> None:
    """At the start and end of a text, across nothing, in any width and case, and one character too."""
    faults = ["漏油", "液压漏油了", "漏，油", "油漏", "漏\n油", "漏 油", "Ｌｅａｋ漏", "a漏", "漏a", "漏"]
    home = make_home([person("ann"), *(sheet(n, fault=fault) for n, fault in enumerate(faults, 1))])
    expected = {
        "漏油": [1, 2],
        "漏": list(range(1, 11)),
        "油": [1, 2, 3, 4, 5, 6],
        "leak漏": [7],
        "A漏": [8],
        "漏 油": [6],
    }
    for word, numbers in expected.items():
        found = ask(home.indexed(), ["sheet"], [f"text:{word}"])
        assert [id for _, id, *_ in found["ids"]] == [sheet(n).id for n in numbers], word
        assert found == ask(home.scan(), ["sheet"], [f"text:{word}"])


def test_more_than_is_held_at_once(make_home: Callable[..., Home], monkeypatch: pytest.MonkeyPatch) -> None:
    """Long answers are read some at a time, in the same order; a damage in the middle is answered by the commit."""
    import sqlite3

    from svc.index import query, records, where

    for module, name, size in (
        (records, "KEPT", 7),
        (records, "BLOCK", 3),
        (query, "KEPT", 5),
        (where, "MANY_ROWS", 4),
    ):
        monkeypatch.setattr(module, name, size)
    home = make_home(some(60))
    for words in ([], ["漏油"], ["漏"], ["state:open"], ["thing:T-1"], ["26"]):
        for sort in ([], [("at", True)], [("state", False), ("id", True)]):
            assert ask(home.indexed(), FORMS, words, sort) == ask(home.scan(), FORMS, words, sort)
    with sqlite3.connect(home.database()) as db:
        db.execute("UPDATE body SET json = x'00' WHERE rid % 9 = 5")
    db.close()
    home.fresh()
    assert ask(home.indexed(), FORMS, []) == ask(home.scan(), FORMS, [])


def test_without_full_text_search(make_home: Callable[..., Home], monkeypatch: pytest.MonkeyPatch) -> None:
    from svc.index import tables

    monkeypatch.setattr(tables, "SEARCH", "CREATE VIRTUAL TABLE gram USING no_such_module(x)")
    home = make_home(some(20))
    for word in ("漏油", "漏", "oil leak", "5550", "T-1"):
        agree(home, word)
