"""After a hundred new commits only their records are read: shown by taking all other records away."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.bench import Bench, forget
from tests.bench.figures import Figure
from tests.bench.places import clean_environment, git
from tests.bench.timing import Failed

HUNDRED = 100
ASKED = (("query", "intake", "state:closed", "-O", "ids"), ("query", "intake", "漏油", "-O", "ids"))
KEPT = ("schemas", "records/svc.yaml", "records/register/person", "records/register/setting", "records/register/lane")
"""What any command may read: the procedures, the settings, who acts."""


def only_new(b: Bench, size: int) -> Iterator[Figure]:
    """How many of the queries answer otherwise, or not at all, where the records of older commits are gone.

    The index is brought up to a hundred commits before the end; then the blobs of all older records are removed from
    the repository and from the work tree. An index that reads one of them again cannot answer. That the blobs are
    really gone is tried too: without the index nothing can be answered.
    """
    repo = b.spare(size)
    whole = [b.run(repo, *words).out for words in ASKED]
    tip = git(repo, "rev-parse", "HEAD").strip()
    git(repo, "reset", "--hard", "-q", f"{tip}~{HUNDRED}")
    forget(repo)
    before = [b.run(repo, *words).out for words in ASKED]
    git(repo, "reset", "--hard", "-q", tip)
    _strip(repo, tip)
    wrong = sum(_answer(b, repo, words) != answer for words, answer in zip(ASKED, whole, strict=True))
    forget(repo)
    if before == whole or any(_answer(b, repo, words) == answer for words, answer in zip(ASKED, whole, strict=True)):
        raise Failed("this repository shows nothing: nothing changed, or what was removed is not needed")
    b.drop(repo)
    note = f"{len(ASKED)} queries, the blobs of all older records removed"
    yield Figure("queries that read more than the 100 new commits", size, wrong, 0, unit="", note=note)


def _answer(b: Bench, repo: Path, words: tuple[str, ...]) -> str | None:
    try:
        return b.run(repo, *words).out
    except Failed:
        return None


def _strip(repo: Path, tip: str) -> None:
    """Leave of the repository its commits and trees, what any command may read, and what the last commits brought."""
    listed = git(repo, "rev-list", "--objects", "--filter=blob:none", tip).split("\n")
    listed += git(repo, "rev-list", "--objects", tip, f"^{tip}~{HUNDRED}").split("\n")
    kept = {line.split(" ")[0] for line in listed if line}
    kept |= {line.split()[2] for line in git(repo, "ls-tree", "-r", tip, *KEPT).splitlines()}
    objects = repo / ".git" / "objects"
    packed = subprocess.run(
        ["git", "-C", str(repo), "pack-objects", "--stdout", "-q"],
        input="\n".join(sorted(kept)).encode() + b"\n",
        env=clean_environment(),
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    for folder in objects.iterdir():
        if folder.name != "info":
            shutil.rmtree(folder)
    (objects / "pack").mkdir()
    subprocess.run(
        ["git", "-C", str(repo), "index-pack", "--stdin"],
        input=packed,
        env=clean_environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for folder in (repo / "records").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
