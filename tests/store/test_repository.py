"""Finding, making, reading and writing a repository; what other people do in it stays theirs."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from svc.domain.refusal import Exit, Refusal
from svc.store import repository as module
from svc.store.repository import Repository
from svc.store.writer import Stale
from tests.store.conftest import AUTHOR, FIRST, RECORD, WHEN, Run, write

NEW = "records/2026/dispatch/0101/00/PG-2.yaml"


def refused(code: Exit, call: object, *args: object, **named: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **named)  # type: ignore[operator]
    assert caught.value.exit is code
    return caught.value


class TestCreate:
    def test_makes_a_clean_repository_with_one_commit(self, made: Path, git: Run) -> None:
        assert git("status", "--porcelain") == ""
        assert (
            git("log", "--format=%an <%ae> %aI %s")
            == "王芳 <wang.fang@example.com> 2026-11-23T09:04:12+08:00 init: example\n"
        )
        assert git("symbolic-ref", "HEAD") == "refs/heads/main\n"
        assert git("fsck", "--full", "--strict") == ""
        assert (made / RECORD).read_bytes() == FIRST[RECORD]
        assert b"-text" in (made / ".gitattributes").read_bytes()

    def test_is_the_same_byte_for_byte(self, made: Path, tmp_path: Path) -> None:
        again = Repository.create(tmp_path / "b", FIRST, author=AUTHOR, when=WHEN, message="init: example")
        with again, Repository.open(made) as first:
            assert again.tip() == first.tip()

    def test_fills_an_empty_folder(self, tmp_path: Path) -> None:
        (tmp_path / "leer").mkdir()
        with Repository.create(tmp_path / "leer", FIRST, author=AUTHOR, when=WHEN, message="init") as made:
            assert made.tip() is not None

    def test_refuses_a_used_folder_and_leaves_it(self, tmp_path: Path) -> None:
        (tmp_path / "used").mkdir()
        (tmp_path / "used" / "a").touch()
        refused(Exit.DENIED, Repository.create, tmp_path / "used", FIRST, author=AUTHOR, when=WHEN, message="init")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["used"]
        assert os.listdir(tmp_path / "used") == ["a"]

    def test_leaves_nothing_when_it_fails(self, tmp_path: Path) -> None:
        refused(Exit.USAGE, Repository.create, tmp_path / "x", {"../a": b""}, author=AUTHOR, when=WHEN, message="m")
        assert list(tmp_path.iterdir()) == []


class TestFind:
    def test_walks_up(self, made: Path) -> None:
        with Repository.find(made / "records" / "2026") as found:
            assert found.root == made
            assert found.site() == {"format": 1}

    def test_refuses_elsewhere_with_the_remedy(self, tmp_path: Path) -> None:
        answer = refused(Exit.ENVIRONMENT, Repository.find, tmp_path)
        assert answer.remedy is not None and "svc init DIR" in answer.remedy.en

    @pytest.mark.parametrize("name", ["$HOME", "with blank", "王 芳", "line\nfeed", "-rf"])
    def test_takes_folder_names_literally(self, tmp_path: Path, name: str) -> None:
        with Repository.create(tmp_path / name, FIRST, author=AUTHOR, when=WHEN, message="init") as made:
            write(made, {NEW: b"id: PG-2\n"})
            assert (tmp_path / name / NEW).read_bytes() == b"id: PG-2\n"


class TestCommit:
    def test_is_one_commit_and_leaves_status_clean(self, repo: Repository, git: Run) -> None:
        before = repo.tip()
        sha = write(
            repo, {NEW: b"id: PG-2\n", RECORD: b"id: PG-1\nstate: done\n"}, "dispatch(issue): PG-2\n\nSvc-Record: PG-2"
        )
        assert git("rev-parse", "HEAD", "HEAD^").split() == [sha, before]
        assert git("status", "--porcelain") == ""
        assert git("diff", "--name-only", "HEAD^", "HEAD").split() == [RECORD, NEW]
        assert git("fsck", "--full", "--strict") == ""
        assert (repo.root / NEW).stat().st_mode & 0o777 == 0o644
        found = repo.commit(sha)
        assert (found.subject, found.trailers, found.when) == ("dispatch(issue): PG-2", (("Svc-Record", "PG-2"),), WHEN)

    def test_removes_a_file_and_its_empty_folders(self, repo: Repository, git: Run) -> None:
        write(repo, {RECORD: None})
        assert git("status", "--porcelain") == ""
        assert not (repo.root / "records/2026").exists()
        assert repo.snapshot().walk("records") == ["records/svc.yaml"]

    def test_leaves_what_others_staged_and_edited(self, repo: Repository, git: Run) -> None:
        (repo.root / "notes.txt").write_text("staged\n")
        git("add", "notes.txt")
        (repo.root / "records/svc.yaml").write_text("format: 2\n")
        (repo.root / "scratch").write_text("untracked\n")
        write(repo, {NEW: b"id: PG-2\n"})
        assert git("status", "--porcelain").splitlines() == ["A  notes.txt", " M records/svc.yaml", "?? scratch"]
        assert git("show", "--name-only", "--format=", "HEAD").split() == [NEW]

    def test_leaves_the_same_record_edited_by_hand_and_says_so(self, repo: Repository, git: Run) -> None:
        (repo.root / RECORD).write_text("by hand\n")
        with repo.writing() as writer:
            writer.commit({RECORD: b"id: PG-1\nstate: x\n"}, message="m", author=AUTHOR, when=WHEN)
            assert RECORD in writer.warnings[0].en
        assert (repo.root / RECORD).read_text() == "by hand\n"
        assert git("show", f"HEAD:{RECORD}") == "id: PG-1\nstate: x\n"
        assert git("status", "--porcelain") == f" M {RECORD}\n"

    def test_leaves_the_same_record_staged_and_says_so(self, repo: Repository, git: Run) -> None:
        (repo.root / RECORD).write_text("by hand\n")
        git("add", RECORD)
        with repo.writing() as writer:
            writer.commit({RECORD: b"id: PG-1\nstate: x\n"}, message="m", author=AUTHOR, when=WHEN)
            assert len(writer.warnings) == 2
        assert git("show", f":{RECORD}") == "by hand\n"

    def test_many_in_one_hold(self, repo: Repository, git: Run) -> None:
        with repo.writing() as writer:
            for n in range(5):
                writer.commit({RECORD: b"n: %d\n" % n}, message=f"m{n}", author=AUTHOR, when=WHEN)
                assert writer.snapshot.read(RECORD) == b"n: %d\n" % n
        assert git("rev-list", "--count", "HEAD") == "6\n"
        assert git("status", "--porcelain") == ""

    def test_on_a_branch_without_commits(self, made: Path, tmp_path: Path) -> None:
        subprocess.run(["git", "init", "-q", "-b", "office/north", tmp_path / "new"], check=True)
        with Repository.open(tmp_path / "new") as empty:
            assert empty.tip() is None
            assert empty.branch == "office/north"
            assert empty.snapshot().walk() == []
            sha = write(empty, FIRST)
            assert empty.tip() == sha
            assert next(iter(empty.history())).parents == ()

    def test_cleans_names(self, repo: Repository, git: Run) -> None:
        with repo.writing() as writer:
            who = ("Eve\n\nApproved-by: <boss>", "e@x\ncommitter z <z@z> 1 +0000")
            writer.commit({NEW: b"a: b\n"}, message="m", author=who, when=WHEN)
        assert git("fsck", "--full", "--strict") == ""
        assert (
            git("log", "-1", "--format=%an|%ae|%cn")
            == "Eve Approved-by:  boss|e@xcommitterzz@z1+0000|Eve Approved-by:  boss\n"
        )

    def test_takes_two_parents_and_a_signature(self, repo: Repository, git: Run) -> None:
        other = git("commit-tree", "-m", "other", "HEAD^{tree}").strip()
        seen: list[bytes] = []

        def sign(payload: bytes) -> str:
            seen.append(payload)
            return "-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n"

        with repo.writing() as writer:
            sha = writer.commit({}, message="merge", author=AUTHOR, when=WHEN, merges=(other,), sign=sign)
        found = repo.commit(sha)
        assert found.parents[1] == other
        assert found.signature == "-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----"
        assert found.payload() == seen[0]
        assert git("fsck", "--full", "--strict") == ""

    def test_needs_an_offset(self, repo: Repository) -> None:
        with repo.writing() as writer, pytest.raises(ValueError, match="offset"):
            writer.commit({NEW: b""}, message="m", author=AUTHOR, when=datetime(2026, 1, 1))

    def test_loses_no_commit_of_plain_git(self, repo: Repository, git: Run) -> None:
        with repo.writing() as writer:
            git("commit", "-q", "--allow-empty", "-m", "in between")
            with pytest.raises(Stale):
                writer.commit({NEW: b"a: b\n"}, message="m", author=AUTHOR, when=WHEN)
        assert git("log", "-1", "--format=%s") == "in between\n"
        assert git("status", "--porcelain") == ""
        write(repo, {NEW: b"a: b\n"})
        assert git("rev-list", "--count", "HEAD") == "3\n"

    @pytest.mark.parametrize(
        "path",
        ["", "../a", "/a", "a//b", "a/./b", ".git/x", "a/.GIT/x", "a\\b", "C:x", "a\0", "a\nb", "CON.yaml", "x. ", "a*b",
         ".g\u200cit", "records/.gitattributes", "records/.gitmodules", "a" * 300, "\udcff"],
    )  # fmt: skip
    def test_refuses_paths(self, repo: Repository, path: str) -> None:
        before = repo.tip()
        with repo.writing() as writer, pytest.raises(Refusal):
            writer.commit({path: b""}, message="m", author=AUTHOR, when=WHEN)
        assert repo.tip() == before

    def test_refuses_names_that_meet_on_other_systems(self, repo: Repository) -> None:
        with repo.writing() as writer:
            for twin in (
                RECORD.replace("PG", "pg"),
                RECORD.replace("PG", "ＰＧ"),
                RECORD.replace("dispatch", "Dispatch"),
            ):
                with pytest.raises(Refusal):
                    writer.commit({twin: b""}, message="m", author=AUTHOR, when=WHEN)

    def test_refuses_a_linked_folder_before_writing(self, repo: Repository, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        (repo.root / "records").rename(outside)
        (repo.root / "records").symlink_to(outside)
        before = repo.tip()
        with repo.writing() as writer:
            answer = refused(Exit.CONFLICT, writer.commit, {NEW: b""}, message="m", author=AUTHOR, when=WHEN)
        assert answer.where is not None and answer.where.zh == "records"
        assert repo.tip() == before
        assert not (outside / "2026/dispatch/0101/00/PG-2.yaml").exists()


class TestStates:
    @pytest.mark.parametrize(
        "name",
        ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply", "shallow"],
    )
    def test_refuses_while_git_is_in_the_middle(self, repo: Repository, name: str) -> None:
        (repo.git_dir / name).write_text("")
        with pytest.raises(Refusal) as caught, repo.writing():
            pass
        assert caught.value.exit is Exit.ENVIRONMENT
        assert repo.snapshot().read(RECORD) is not None

    def test_refuses_to_write_off_any_branch_but_reads(self, repo: Repository, git: Run) -> None:
        git("checkout", "-q", "--detach")
        with pytest.raises(Refusal) as caught, repo.writing():
            pass
        assert caught.value.exit is Exit.ENVIRONMENT
        assert repo.tip() is not None and repo.snapshot().read(RECORD) is not None

    def test_reads_a_bare_repository_and_does_not_write(self, made: Path, tmp_path: Path, git: Run) -> None:
        git("clone", "-q", "--bare", str(made), str(tmp_path / "hub.git"))
        with Repository.open(tmp_path / "hub.git") as hub:
            assert hub.site() == {"format": 1}
            with pytest.raises(Refusal), hub.writing():
                pass

    def test_refuses_sha256(self, tmp_path: Path) -> None:
        subprocess.run(["git", "init", "-q", "--object-format=sha256", tmp_path / "r"], check=True)
        refused(Exit.ENVIRONMENT, Repository.open, tmp_path / "r")

    @pytest.mark.parametrize("setting", ["refstorage = reftable", "PartialClone = origin"])
    def test_refuses_other_formats(self, made: Path, setting: str) -> None:
        with (made / ".git/config").open("a") as config:
            config.write(f"[Extensions]\n\t{setting}\n")
        refused(Exit.ENVIRONMENT, Repository.open, made)

    @pytest.mark.parametrize("name", ["HEAD", "refs/heads/main"])
    @pytest.mark.parametrize("damage", ["truncated", "gone"])
    def test_never_takes_a_damaged_branch_for_a_new_one(self, repo: Repository, name: str, damage: str) -> None:
        (repo.git_dir / name).write_text("") if damage == "truncated" else (repo.git_dir / name).unlink()
        answer = refused(Exit.CONFLICT, repo.tip)
        assert answer.remedy is not None and "doctor" in answer.remedy.en

    def test_reads_packed_branches(self, repo: Repository, git: Run) -> None:
        sha = write(repo, {NEW: b"a: b\n"})
        git("pack-refs", "--all")
        git("gc", "-q")
        assert repo.tip() == sha
        write(repo, {RECORD: b"a: b\n"})
        assert git("status", "--porcelain") == ""

    def test_works_in_a_linked_work_tree(self, made: Path, git: Run, tmp_path: Path) -> None:
        git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
        with Repository.find(tmp_path / "side" / "records") as side:
            assert (side.branch, side.git_dir) == ("side", made / ".git")
            write(side, {NEW: b"a: b\n"})
        assert subprocess.check_output(["git", "-C", tmp_path / "side", "status", "--porcelain"]) == b""
        assert git("status", "--porcelain") == ""

    def test_refuses_another_users_repository(self, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        os.chown(made, 65534, 65534)
        os.chown(made / ".git", 65534, 65534)
        answer = refused(Exit.ENVIRONMENT, Repository.open, made)
        assert answer.remedy is not None and "safe.directory" in answer.remedy.en

    def test_says_when_git_is_missing_or_old(self, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        refused(Exit.ENVIRONMENT, Repository.open, made)
        (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.20.1\n")
        (tmp_path / "git").chmod(0o755)
        with Repository.open(made) as repo, pytest.raises(Refusal) as caught, repo.writing():
            pass
        assert "2.20.1" in caught.value.what.en


class TestHostile:
    def test_runs_no_program_of_the_configuration(self, repo: Repository, git: Run, tmp_path: Path) -> None:
        canary = tmp_path / "canary"
        hooks = repo.git_dir / "hooks"
        hooks.mkdir(exist_ok=True)
        for name in ("pre-commit", "reference-transaction", "post-index-change", "post-commit", "commit-msg"):
            (hooks / name).write_text(f"#!/bin/sh\ntouch '{canary}'\n")
            (hooks / name).chmod(0o755)
        for key in ("core.fsmonitor", "core.pager", "gpg.program", "diff.external", "core.editor", "core.askPass"):
            git("config", key, f"touch '{canary}'")
        git("config", "commit.gpgSign", "true")
        git("config", "filter.x.clean", f"touch '{canary}'; cat")
        (repo.git_dir / "info").mkdir(exist_ok=True)
        (repo.git_dir / "info/attributes").write_text("* filter=x\n")
        sha = write(repo, {NEW: b"a: b\n"})
        repo.tag("v1", "m", sha, AUTHOR, WHEN)
        assert list(repo.history([NEW])) and repo.staged() == {} and repo.changed_in_worktree() == []
        assert not canary.exists()

    def test_ignores_the_environment(self, repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        subprocess.run(["git", "init", "-q", tmp_path / "other"], check=True)
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
        monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))
        monkeypatch.setenv("GIT_TRACE", "1")
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.email")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", "boss@example.com")
        monkeypatch.setenv("GIT_AUTHOR_NAME", "boss")
        write(repo, {NEW: b"a: b\n"})
        assert repo.identity() is None
        assert next(repo.history()).author_name == "王芳"
        assert not (tmp_path / "index").exists() and not (tmp_path / "objects").exists()

    def test_is_not_fooled_by_replacements(self, repo: Repository, git: Run) -> None:
        forged = git("hash-object", "-w", "--stdin", input="forged\n").strip()
        git("replace", git("rev-parse", f"HEAD:{RECORD}").strip(), forged)
        assert repo.snapshot().read(RECORD) == FIRST[RECORD]

    @pytest.mark.parametrize(("mode", "kind"), [("120000", "link"), ("100755", "executable"), ("160000", "submodule")])
    def test_refuses_entries_that_are_no_plain_files(self, repo: Repository, git: Run, mode: str, kind: str) -> None:
        oid = git("rev-parse", "HEAD" if mode == "160000" else f"HEAD:{RECORD}").strip()
        git("update-index", "--add", "--cacheinfo", f"{mode},{oid},records/evil.yaml")
        git("commit", "-q", "-m", "evil")
        snapshot = repo.snapshot()
        assert ("evil.yaml", kind) in snapshot.children("records")
        assert kind in refused(Exit.CONFLICT, snapshot.read, "records/evil.yaml").what.en
        refused(Exit.CONFLICT, snapshot.walk, "records")


class TestReading:
    def test_snapshot(self, repo: Repository) -> None:
        first = repo.snapshot()
        write(repo, {NEW: b"id: PG-2\n", "schemas/x@1/procedure.yaml": None})
        second = repo.snapshot()
        assert first.read(NEW) is None
        assert second.read(NEW) == b"id: PG-2\n"
        assert second.children("records/2026/dispatch") == [("0101", "folder")]
        assert second.children("nowhere") == []
        assert second.walk("records") == [RECORD, NEW, "records/svc.yaml"]
        assert dict(second.read_many([NEW, "records/none", RECORD])) == {NEW: b"id: PG-2\n", RECORD: FIRST[RECORD]}
        assert [(c.path, c.before is None, c.after is None) for c in second.changes(first)] == [
            (NEW, True, False),
            ("schemas/x@1/procedure.yaml", False, True),
        ]
        assert list(second.changes(first, "records/svc.yaml")) == []
        assert repo.snapshot("HEAD^").rev == first.rev
        refused(Exit.NOT_FOUND, repo.snapshot, "--output=/x")

    def test_history_by_path_and_limit(self, repo: Repository) -> None:
        first = repo.tip()
        second = write(repo, {NEW: b"a: b\n"})
        third = write(repo, {RECORD: b"a: b\n"})
        assert [c.sha for c in repo.history()] == [third, second, first]
        assert [c.sha for c in repo.history([RECORD])] == [third, first]
        assert [c.sha for c in repo.history(limit=1)] == [third]
        assert [c.sha for c in repo.history(rev=f"{first}..HEAD")] == [third, second]
        assert [c.sha for c in repo.history(["*"])] == []

    def test_tags(self, repo: Repository, git: Run) -> None:
        sha = repo.tip()
        assert sha is not None
        oid = repo.tag("vol/2026-01", "sealed\n", sha, AUTHOR, WHEN)
        assert [(tag.name, tag.sha, tag.commit) for tag in repo.tags()] == [("vol/2026-01", oid, sha)]
        assert git("cat-file", "-t", "vol/2026-01") == "tag\n"
        assert git("fsck", "--full", "--strict") == ""
        refused(Exit.CONFLICT, repo.tag, "vol/2026-01", "again", sha, AUTHOR, WHEN)
        for bad in ("", "-x", "a..b", "a.lock", "a b", "/a"):
            refused(Exit.USAGE, repo.tag, bad, "m", sha, AUTHOR, WHEN)

    def test_identity(self, repo: Repository, git: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_AUTHOR_EMAIL", "boss@example.com")
        assert repo.identity() is None
        git("config", "user.email", "li@example.com")
        git("config", "user.name", "李 雷")
        assert repo.identity() == ("李 雷", "li@example.com")

    def test_high_water_only_rises(self, repo: Repository) -> None:
        assert repo.high_water("PG-0101-26") == 0
        with repo.writing():
            for number in (3, 7, 5):
                repo.raise_high_water("PG-0101-26", number)
        assert repo.high_water("PG-0101-26") == 7
        (repo.own / "high" / "PG-0101-26").write_text("")
        assert repo.high_water("PG-0101-26") == 0
        refused(Exit.USAGE, repo.high_water, "../x")


class TestWorkTree:
    def test_sees_every_difference(self, repo: Repository, git: Run) -> None:
        write(repo, {NEW: b"id: PG-2\n"})
        assert repo.changed_in_worktree("records") == []
        git("update-index", "--skip-worktree", RECORD)
        git("update-index", "--assume-unchanged", NEW)
        for path in (RECORD, NEW):
            file = repo.root / path
            times = file.stat()
            file.write_bytes(file.read_bytes().replace(b"PG", b"XX"))
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        (repo.git_dir / "info").mkdir(exist_ok=True)
        (repo.git_dir / "info/exclude").write_text("*\n")
        (repo.root / "records/hand.yaml").write_text("made by hand")
        (repo.root / "records/svc.yaml").unlink()
        (repo.root / "records/link").symlink_to("/etc/passwd")
        (repo.root / "outside").touch()
        assert repo.changed_in_worktree("records") == sorted(
            [RECORD, NEW, "records/hand.yaml", "records/link", "records/svc.yaml"]
        )
        assert repo.changed_in_worktree("records/svc.yaml") == ["records/svc.yaml"]

    def test_staged(self, repo: Repository, git: Run) -> None:
        (repo.root / "records/王.yaml").write_text("a: b\n")
        git("rm", "-q", "--cached", RECORD)
        git("add", "records/王.yaml")
        assert sorted(repo.staged()) == [RECORD, "records/王.yaml"]
        staged = repo.staged()
        assert staged[RECORD] is None
        oid = staged["records/王.yaml"]
        assert oid is not None and repo.snapshot().blob(oid) == b"a: b\n"


def test_module_is_small() -> None:
    """The public face of the store names everything the other floors need."""
    assert {"Repository", "Snapshot"} <= set(vars(module))


def test_entries_of_a_whole_tree(repo: Repository) -> None:
    """git's own list says what opening one folder after the other says."""
    write(repo, {"records/2026/dispatch/0101/00/PG-2/照片.jpg": b"x", "records/a.yaml": b"y"})
    snapshot = repo.snapshot()
    assert [(path, oid) for path, kind, oid in snapshot.entries("records")] == sorted(snapshot.files("records"))
    assert {kind for _, kind, _ in snapshot.entries("records")} == {"file"}
    assert list(snapshot.entries("nowhere")) == list(snapshot.entries("records/a.yaml")) == []


def test_blobs_by_their_names(repo: Repository) -> None:
    snapshot = repo.snapshot()
    oids = [oid for _, oid in snapshot.files("")]
    assert list(snapshot.blobs(oids)) == [snapshot.blob(oid) for oid in oids]
    with pytest.raises(Refusal):
        list(snapshot.blobs([*oids, "1" * 40]))


def test_a_tree_beside(repo: Repository) -> None:
    before = repo.snapshot()
    write(repo, {"records/b.yaml": b"z"})
    after = repo.snapshot()
    assert [change.path for change in after.changes(after.beside(before.root))] == ["records/b.yaml"]
    assert [change.path for change in after.changes(after.beside(None), "records")] == after.walk("records")
