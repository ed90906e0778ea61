"""Makes a repository of N records, one commit each:  python -m tests.bench.generate N DIR

Every record is one that the commands made: the chains of the example year, taken apart where they are not finished,
re-dated, re-numbered and told of other people and machines. The same N gives the same commits on every machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from svc.domain.deed import Change, Deed
from svc.domain.ids import evidence_folder, record_path
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.times import parse_instant
from svc.store.repository import Repository
from svc.store.schemas import load_documents
from svc.store.yaml_file import dump
from tests.bench.places import FOUNDER, clean_environment, git
from tests.bench.plan import Plan
from tests.bench.templates import PERSON, Raw, Templates, read_templates

SEED = 20250106
START = "2017-01-02 08:30"


def generate(count: int, target: Path, seed: int = SEED) -> dict[str, int]:
    """Make the repository in a folder that is not there yet; answers how many records of each form it has."""
    _init(target)
    templates = read_templates()
    with Repository.open(target) as repository:
        snapshot = repository.snapshot()
        documents = load_documents(repository, snapshot)
        branch, tip = git(target, "symbolic-ref", "HEAD").strip(), str(repository.tip())
        there = {_name(repository, path) for path in snapshot.walk("records/register") if path.endswith(".yaml")}
        in_force = tuple(repository.site()["procedures"])
    library = Library.read({path.removeprefix("schemas/"): data for path, data in documents.items()}, in_force)
    forms = library.forms
    finals = {(name, state) for name, form in forms.items() for state, one in form.states.items() if one.final}
    plan = Plan(templates, count, seed, there, finals)
    stream = Stream(plan, templates, library, branch, tip)
    args = ["git", "-C", str(target), "fast-import", "--quiet", "--done", "--date-format=raw", "--force"]
    with subprocess.Popen(args, stdin=subprocess.PIPE, env=clean_environment()) as child:
        assert child.stdin is not None
        for part in stream.parts():
            child.stdin.write(part)
        child.stdin.close()
        if child.wait():
            raise SystemExit("git fast-import failed")
    _settle(target)
    return dict(stream.forms + Counter(form for form, _id in there))


def _name(repository: Repository, path: str) -> tuple[str, str]:
    return path.split("/")[2], path.rpartition("/")[2].removesuffix(".yaml")


def _init(target: Path) -> None:
    """The first commit, by the command itself."""
    name, email = FOUNDER
    words = ["init", str(target), "--procedure", "chenggong", "--name", name, "--email", email]
    words += ["--organisation", "示例工程机械有限公司", "-q"]
    environment = {**clean_environment(), "SVC_NOW": START}
    subprocess.run([sys.executable, "-m", "svc", *words], env=environment, check=True, stdout=subprocess.DEVNULL)


def _settle(target: Path) -> None:
    """What the years do to a repository: one pack, a commit graph; then a work tree and a clean index."""
    git(target, "repack", "-a", "-d", "-q")
    git(target, "commit-graph", "write", "--reachable")
    git(target, "pack-refs", "--all")
    git(target, "reset", "--hard", "--quiet")
    git(target, "status", "--porcelain")


class Stream:
    """What `git fast-import` reads: the evidence files once, then one commit for each record."""

    def __init__(self, plan: Plan, templates: Templates, library: Library, branch: str, tip: str) -> None:
        self.plan, self.branch, self.tip = plan, branch, tip
        self.actions = {name: form.actions for name, form in library.forms.items()}
        self.files = templates.files
        self.marks = {digest: n + 1 for n, digest in enumerate(sorted(templates.files))}
        self.forms: Counter[str] = Counter()
        self.people = _people(plan, templates)

    def parts(self) -> Iterator[bytes]:
        """The stream, a commit at a time."""
        yield b"feature done\n"
        for digest, mark in self.marks.items():
            data = self.files[digest]
            yield b"blob\nmark :%d\ndata %d\n%s\n" % (mark, len(data), data)
        parent = f"from {self.tip}\n"
        for when, raw in self.plan.commits():
            yield self._commit(when, raw, parent)
            parent = ""
            self.forms[raw["form"]] += 1
        yield b"done\n"

    def _commit(self, when: int, raw: Raw, parent: str) -> bytes:
        record = Record.from_dict(raw)
        message = self._message(record)
        name, email = self.people[record.log[-1].by]
        who = f"{name} <{email}> {when} +0800"
        text = message.encode()
        head = f"commit {self.branch}\nauthor {who}\ncommitter {who}\ndata {len(text)}\n".encode()
        return head + text + b"\n" + parent.encode() + self._changes(record, dump(raw)) + b"\n"

    def _changes(self, record: Record, data: bytes) -> bytes:
        path = record_path(record.form, record.id, record.year)
        lines = b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
        folder = evidence_folder(path)
        return lines + b"".join(
            f"M 100644 :{self.marks[item.sha256]} {folder}/{item.file}\n".encode() for item in record.evidence
        )

    def _message(self, record: Record) -> str:
        """The message of the record's last deed, as svc words it."""
        entry = record.log[-1]
        action = self.actions[record.form][entry.action]
        deed = Deed((Change(None, record),), entry.by, action.text, action.clause, parse_instant(entry.recorded))
        return deed.message()


def _people(plan: Plan, templates: Templates) -> Mapping[str, tuple[str, str]]:
    """Code -> (name, e-mail address) of everybody, the founder too."""
    people = [raw for raw in (*plan.cast.made, *templates.people.values()) if raw["form"] == PERSON]
    return {raw["id"]: (raw["fields"]["name"], raw["fields"]["git_email"]) for raw in people}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.generate", description=__doc__)
    parser.add_argument("count", type=int, help="how many records")
    parser.add_argument("folder", type=Path, help="a folder that is not there yet")
    asked = parser.parse_args()
    begun = time.monotonic()
    forms = generate(asked.count, asked.folder)
    for form, number in sorted(forms.items()):
        sys.stdout.write(f"{form:20} {number:>7}\n")
    sys.stdout.write(f"{sum(forms.values())} records in {time.monotonic() - begun:.0f} s: {asked.folder}\n")


if __name__ == "__main__":
    main()
