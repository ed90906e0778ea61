"""Books of cases: one `cases.yaml` a form, its tables opened into single cases.

`situations` are named courses of deeds that build on each other; `deeds` the right way to do each action, every one
of them a case; `roles` who may and who may not; `asks` what a deed cannot do without; `cases` variations of a deed
by deed, and `sessions` deeds of their own. What is expected stands there in words; nothing is read off a flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from forms_support.stage import Json, read_yaml, stage

FORMS = Path(__file__).resolve().parents[1]
EXPECTED = (
    *("state", "fields", "absent", "entry", "clocks", "marks", "others", "made", "owed", "evidence", "voided"),
    *("refused", "clause", "exit", "shape"),
)
DEED = (
    *("given", "make", "do", "form", "of", "as", "who", "give", "files", "reason", "for", "role", "to", "text", "at"),
    *("now", "with", "sees", "there", "revision", "vouched", "former", "done", "lacks"),
)
PARTS = ("procedure", "form", "situations", "deeds", "roles", "asks", "papers", "cases", "sessions", "rights", "shape")


@dataclass(frozen=True)
class Case:
    """One deed in one situation, and what is expected of it; `deed` None: the shape of the form is looked at."""

    id: str
    form: str
    deed: Mapping[str, Json] | None
    expected: Mapping[str, Json]


@dataclass(frozen=True, repr=False)
class Book:
    """The cases of one form."""

    folder: Path
    procedure: str
    form: str
    situations: Mapping[str, Json]
    deeds: tuple[str, ...]
    cases: tuple[Case, ...] = field(default=())

    def deed(self, raw: Json) -> dict[str, Json]:
        """A deed in full: a name of `deeds`, or a mapping that may change one (`use`)."""
        return _deed(self.form, raw)


def _deed(form: str, raw: Json) -> dict[str, Json]:
    raw = {"use": raw} if isinstance(raw, str) else raw
    if "use" not in raw:
        return dict(raw)
    other, dot, name = raw["use"].rpartition(".")
    base = _bare(_deed(other or form, _sheets()[other or form][1]["deeds"][name]))
    if dot:
        base = {"form": other, "of": other, **base}
    changed = {**base, **{key: value for key, value in raw.items() if key != "use"}}
    for key in ("give", "with", "sees", "done"):
        changed[key] = {**base.get(key, {}), **raw.get(key, {})}
    return changed


@lru_cache(maxsize=1)
def _sheets() -> Mapping[str, tuple[Path, Mapping[str, Json]]]:
    """Every `cases.yaml` as it is written, by form."""
    found = [(path, read_yaml(path)) for path in sorted(FORMS.glob("*/*/cases.yaml"))]
    return {raw["form"]: (path, raw) for path, raw in found}


@lru_cache(maxsize=1)
def books() -> Mapping[str, Book]:
    """Every book, by form."""
    return {form: _book(path, raw) for form, (path, raw) in _sheets().items()}


def all_cases() -> list[Case]:
    """Every case of every book."""
    return [case for book in books().values() for case in book.cases]


def _book(path: Path, raw: Mapping[str, Json]) -> Book:
    unknown = set(raw) - set(PARTS)
    assert not unknown, f"{path}: {unknown}"
    deeds = tuple(raw.get("deeds", ()))
    book = Book(path.parent, raw["procedure"], raw["form"], raw.get("situations", {}), deeds)
    cases = tuple(_cases(book, raw))
    ids = [case.id for case in cases]
    assert len(set(ids)) == len(ids), f"{path}: {sorted(i for i in ids if ids.count(i) > 1)}"
    return Book(book.folder, book.procedure, book.form, book.situations, book.deeds, cases)


def _cases(book: Book, raw: Mapping[str, Json]) -> Iterator[Case]:
    if "shape" in raw:
        yield Case(f"{book.form}: shape", book.form, None, {"shape": raw["shape"]})
    for name, deed in raw.get("deeds", {}).items():
        yield _case(book, name, book.deed(deed))
    for name, table in raw.get("roles", {}).items():
        yield from _by_roles(book, name, table)
    for name, table in raw.get("asks", {}).items():
        yield from _without(book, name, table)
    for name, table in raw.get("papers", {}).items():
        yield from _without_papers(book, name, table)
    for name, variations in raw.get("cases", {}).items():
        for one in variations:
            rest = {key: value for key, value in one.items() if key != "name"}
            yield _case(book, f"{name}: {one['name']}", {**_bare(book.deed(name)), **_varied(book, name, rest)})
    if "rights" in raw:
        yield from _by_rights(book, raw["rights"])
    for one in raw.get("sessions", ()):
        rest = {key: value for key, value in one.items() if key != "name"}
        expected = {key: value for key, value in rest.items() if key in EXPECTED}
        yield _case(book, one["name"], {**_bare(book.deed(rest)), **expected})


def _varied(book: Book, name: str, rest: Mapping[str, Json]) -> dict[str, Json]:
    expected = {key: value for key, value in rest.items() if key in EXPECTED}
    return {**_bare(book.deed({**rest, "use": name})), **expected}


def _bare(deed: Mapping[str, Json]) -> dict[str, Json]:
    """A deed without what was expected of it."""
    return {key: value for key, value in deed.items() if key not in EXPECTED}


def _case(book: Book, name: str, raw: Mapping[str, Json]) -> Case:
    deed = {key: value for key, value in raw.items() if key in DEED}
    expected = {key: value for key, value in raw.items() if key in EXPECTED}
    unknown = set(raw) - {*DEED, *EXPECTED}
    assert not unknown, f"{book.folder}: {name}: {unknown}"
    return Case(f"{book.form}: {name}", book.form, deed, expected)


def _by_roles(book: Book, name: str, table: Mapping[str, Json]) -> Iterator[Case]:
    """`may`: people who can do the deed as it stands; everybody else, `besides` aside, is refused in the words `must`."""
    deed = _bare(book.deed(name))
    for alias in table["may"]:
        yield _case(book, f"{name} by {alias}", {**deed, "who": alias})
    for alias, told in stage().described.items():
        if alias not in (*table["may"], *table.get("besides", ()), *stage().aside):
            refused = {"refused": f"{told}{table['must']}。"}
            yield _case(book, f"{name} not by {alias}", {**deed, "who": alias, **refused})


def _without(book: Book, name: str, table: Mapping[str, Json]) -> Iterator[Case]:
    """Each field of the table left out: the deed, named by `says`, lacks it."""
    deed = _bare(book.deed(name))
    for path, title in table.items():
        if path != "says":
            give = {key: value for key, value in deed["give"].items() if key != path}
            assert len(give) < len(deed["give"]), f"{book.form} {name}: {path} is not given"
            words = title if title.startswith("“") or "须" in title else f"“{table['says']}”缺少：{title}（{path}）。"
            yield _case(book, f"{name} without {path}", {**deed, "give": give, "refused": words})


def _without_papers(book: Book, name: str, table: Mapping[str, Json]) -> Iterator[Case]:
    """Each evidence of the table left out: it is missing, by its title."""
    deed = _bare(book.deed(name))
    for kind, title in table.items():
        files = [one for one in deed["files"] if one != kind]
        assert len(files) < len(deed["files"]), f"{book.form} {name}: {kind} is not handed in"
        yield _case(book, f"{name} without {kind}", {**deed, "files": files, "refused": f"缺少凭证：{title}。"})


def _by_rights(book: Book, raw: Mapping[str, Json]) -> Iterator[Case]:
    """What stands beside the course of a record: notes and papers by anybody, undoing by whoever did the step,
    a newer revision by an administrator. `doer` did the last step, which came `back` from there; `other` did not."""
    deed = {key: raw[key] for key in ("given", "of") if key in raw}
    told, doer, other = stage().described, raw["doer"], raw["other"]
    newer = f"{book.procedure.partition('@')[0]}@2"
    undo = {**deed, "do": "undo", "who": doer, "reason": "记错了"}
    upgrade = {**deed, "do": "upgrade", "who": "administrator", "reason": "改用新版", "revision": newer}
    note, attach = {"do": "note", "text": "已电话告知"}, {"do": "attach", "files": [raw["attach"]]}
    at, none_newer = raw["state"], f"<{raw.get('of', book.form)}> 没有可转的新版程序（现为 {book.procedure}）。"
    rows: list[tuple[str, Mapping[str, Json]]] = [
        ("note by anybody", {**deed, **note, "who": "visitor", "state": at, "entry": {"text": "已电话告知"}}),
        ("note without words", {**deed, "do": "note", "who": doer, "refused": "备注是空的。"}),
        ("attach by anybody", {**deed, **attach, "who": "visitor", "state": at}),
        ("undo by the doer", {**undo, "state": raw["back"]} if "back" in raw else {**undo, "refused": raw["no_undo"]}),
        ("undo by another", {**undo, "who": other, "refused": f"{told[other]}“撤回一步”，须为：办理上一步的本人。"}),
        ("undo without reason", {**undo, "reason": None, "refused": "“撤回一步”须说明理由。"}),
        ("upgrade", {**upgrade, "state": at, "entry": {"procedure": newer}}),
        ("upgrade not by the doer", {**upgrade, "who": doer, "refused": f"{told[doer]}“转用新版程序”，须为：管理员。"}),
        ("upgrade without reason", {**upgrade, "reason": None, "refused": "“转用新版程序”须说明理由。"}),
        ("upgrade without newer", {**_bare(upgrade), "revision": None, "refused": none_newer}),
    ]
    for name, one in rows:
        if doer != "administrator" or name != "upgrade not by the doer":
            yield _case(book, name, {key: value for key, value in one.items() if value is not None})
