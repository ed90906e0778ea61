"""Documents: read from a commit or a folder, kept, made anew when the kept copy is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store.repository import Repository
from svc.store.schemas import lines_of, load_documents, load_folder, parse, read_folder, shipped_folder
from tests.store.conftest import write

FILES: dict[str, bytes | None] = {
    "schemas/x@1/a.flow.yaml": "# 说明\nform: a\nstates: {new: {zh: 新, en: new}}\n".encode(),
    "schemas/x@1/a.schema.json": b'{"type": "object", "maximum": 1.5}',
    "schemas/x@1/read.me": b"\xff",
}
WANTED = {
    "schemas/x@1/a.flow.yaml": {"form": "a", "states": {"new": {"zh": "新", "en": "new"}}},
    "schemas/x@1/a.schema.json": {"type": "object", "maximum": 1.5},
    "schemas/x@1/procedure.yaml": {"procedure": "x"},
}


def test_a_commits_documents(repo: Repository) -> None:
    write(repo, FILES)
    assert load_documents(repo, repo.snapshot()) == WANTED
    assert load_documents(repo, repo.snapshot(), "nowhere") == {}


def test_the_kept_copy_is_used_and_replaced_when_damaged(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, FILES)
    snapshot = repo.snapshot()
    load_documents(repo, snapshot)
    (note,) = (repo.own / "cache").glob("documents-*")
    with monkeypatch.context() as patched:
        patched.setattr("svc.store.schemas.parse", None)
        assert load_documents(repo, snapshot) == WANTED
    for damage in (b"", b"{", b"[]", b"\xff\x00"):
        note.write_bytes(damage)
        assert load_documents(repo, snapshot) == WANTED
    assert note.read_bytes() not in (b"", b"{", b"[]", b"\xff\x00")


def test_few_copies_are_kept(repo: Repository) -> None:
    for n in range(12):
        write(repo, {"schemas/n.yaml": b"n: %d\n" % n})
        assert load_documents(repo, repo.snapshot())["schemas/n.yaml"] == {"n": n}
    assert len(list((repo.own / "cache").glob("documents-*"))) <= 8


def test_a_plain_folder(tmp_path: Path) -> None:
    for path, data in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data or b"")
    documents = load_folder(tmp_path / "schemas")
    assert documents == {path: WANTED[path] for path in documents}
    assert read_folder(tmp_path / "schemas", "s")["s/x@1/a.schema.json"] == FILES["schemas/x@1/a.schema.json"]


@pytest.mark.parametrize(
    ("path", "data", "where"),
    [
        ("a.yaml", "a: b\nc: *x\n", "a.yaml:2"),
        ("a.yaml", "a: {b: 1, b: 2}\n", "a.yaml:1"),
        ("a.json", '{"a": 1,\n"a": 2}', "a.json"),
        ("a.json", '{"a": 1,\n}', "a.json:2"),
        ("a.json", '{"a": NaN}', "a.json"),
        ("a.json", '{"a": 1e999}', "a.json"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.json", "9" * 5000, "a.json"),
        ("a.json", "", "a.json:1"),
    ],
)
def test_faults_name_file_and_line(path: str, data: str, where: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(path, data.encode())
    assert caught.value.exit is Exit.ENVIRONMENT
    assert caught.value.where is not None and caught.value.where.en == where


def test_bytes_that_are_no_text() -> None:
    for path in ("a.json", "a.yaml"):
        with pytest.raises(Refusal):
            parse(path, b"\xff\xfe")


def test_lines() -> None:
    assert lines_of("a.flow.yaml", b"a: {b: c,\n d: e}\n") == {"a": 1, "a.b": 1, "a.d": 2}
    assert lines_of("a.json", b"{}") == {}


def test_shipped_folder_is_found_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("site/svc/schemas", "checkout/schemas"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "record.schema.json").write_text("{}")
        root = tmp_path / place.split("/")[0]
        monkeypatch.setattr("svc.store.schemas.__file__", str(root / "svc/store/schemas.py"))
        assert shipped_folder() == tmp_path / place
    monkeypatch.setattr("svc.store.schemas.__file__", str(tmp_path / "none/svc/store/schemas.py"))
    with pytest.raises(Refusal) as caught:
        shipped_folder()
    assert caught.value.exit is Exit.ENVIRONMENT
