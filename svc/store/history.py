"""Commits and tags as values, parsed from the raw objects: no setting of git changes what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.store.git import end
from svc.store.objects import records
from svc.store.paths import OID, missing

if TYPE_CHECKING:
    from svc.store.git import Git
    from svc.store.objects import Batch

_PERSON: Final = pattern(r"(.*?) ?<([^>\n]*)> (-?\d{1,12}) ([-+])(\d\d)(\d\d)")
_PLAIN: Final = frozenset({"100644", "000000"})
_TRAILER: Final = pattern(r"([A-Za-z][A-Za-z0-9-]*): (.*)")


class Commit(NamedTuple):
    """One commit. `when` is the author's time with its offset, `trailers` the (key, value) lines at the end."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    when: datetime
    committer_name: str
    committer_email: str
    committed: datetime
    subject: str
    message: str
    trailers: tuple[tuple[str, str], ...]
    signature: str | None
    raw: bytes

    def payload(self) -> bytes:
        """The bytes that the signature covers: the commit without its `gpgsig` header."""
        return re.sub(rb"^gpgsig(?:-sha256)? .*\n(?: .*\n)*", b"", self.raw, count=1, flags=re.MULTILINE)


class Tag(NamedTuple):
    """One tag: its name, its own object, and the commit it names."""

    name: str
    sha: str
    commit: str


class Touch(NamedTuple):
    """What one commit made of one path: the blobs before and after it, None where there is no plain file."""

    sha: str
    path: str
    before: str | None
    after: str | None


def parse(sha: str, raw: bytes) -> Commit:
    """Read a commit object; refuses (exit 5) one that is not whole."""
    text = raw.decode("utf-8", "replace")
    head, _, message = text.partition("\n\n")
    unfolded = head.replace("\n ", "\v").split("\n")
    fields = [line.partition(" ")[::2] for line in unfolded]
    named = dict(fields)
    author, committer = (_PERSON.fullmatch(named.get(key, "")) for key in ("author", "committer"))
    if author is None or committer is None or "tree" not in named:
        raise Refusal(
            Text(f"提交 {sha[:12]} 已损坏", f"commit {sha[:12]} is damaged"),
            exit=Exit.CONFLICT,
            remedy=Text.same("git fsck --full"),
        )
    signature = named.get("gpgsig")
    return Commit(
        sha,
        named["tree"],
        tuple(value for key, value in fields if key == "parent"),
        author[1],
        author[2],
        _time(author),
        committer[1],
        committer[2],
        _time(committer),
        message.split("\n", 1)[0],
        message,
        _trailers(message),
        signature.replace("\v", "\n") if signature else None,
        raw,
    )


def _time(found: re.Match[str]) -> datetime:
    offset = timedelta(hours=int(found[5]), minutes=int(found[6])) * (-1 if found[4] == "-" else 1)
    zone = timezone(offset) if abs(offset) < timedelta(hours=24) else UTC
    seconds = min(max(int(found[3]), -(10**10)), 2 * 10**11)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)


def _trailers(message: str) -> tuple[tuple[str, str], ...]:
    """The `Key: value` lines of the last paragraph, when it holds nothing else and is not the first."""
    paragraphs = message.rstrip("\n").split("\n\n")
    found = [_TRAILER.fullmatch(line) for line in paragraphs[-1].split("\n")]
    if len(paragraphs) < 2 or not all(found):
        return ()
    return tuple((line[1], line[2]) for line in found if line)


def commits(git: Git, batch: Batch, args: Sequence[str]) -> Iterator[Commit]:
    """The commits that `git rev-list args` names, in its order, read while git still lists."""
    child = git.start(("rev-list", *args))
    try:
        if child.stdout is None:
            raise git.refusal(("rev-list",), "no pipe")
        listed = (line.decode("ascii").strip() for line in child.stdout)
        names = (name for name in listed if OID.fullmatch(name))
        for answer in batch.read_many(names):
            if answer is None:
                raise missing("rev-list")
            yield parse(answer[1], answer[2])
        if child.wait() != 0:
            raise git.refusal(("rev-list",), f"exit {child.returncode}")
    finally:
        end(child)


def touches(git: Git, revs: Sequence[str], prefix: str) -> Iterator[Touch]:
    """Every change that a commit of `revs` (names, `^name` to leave out) made to a plain file under a folder, newest
    commit first; merges make none of their own."""
    listing = ("rev-list", "--no-merges", "--end-of-options", *revs)
    child = git.start(listing)
    try:
        if child.stdout is None:
            raise git.refusal(listing, "no pipe")
        args = ("diff-tree", "--stdin", "--root", "-r", "--raw", "--no-renames", "--no-abbrev", "-z", "--", prefix)
        pieces = records(git, args, child.stdout.fileno())
        sha = ""
        for piece in pieces:
            if not piece.startswith(":"):
                sha = piece.strip()
                continue
            modes = piece[1:].split(" ")
            plain = all(mode in _PLAIN for mode in modes[:2])
            yield Touch(sha, next(pieces), _blob(modes[2]) if plain else None, _blob(modes[3]) if plain else None)
        if child.wait() != 0:
            raise git.refusal(listing, f"exit {child.returncode}")
    finally:
        end(child)


def _blob(oid: str) -> str | None:
    return oid if oid.strip("0") else None


def tags(git: Git) -> list[Tag]:
    """All tags, by name."""
    form = "--format=%(refname:lstrip=2)%09%(objectname)%09%(*objectname)"
    found: list[Tag] = []
    for row in git.text(("for-each-ref", form, "refs/tags")).splitlines():
        name, sha, peeled = row.split("\t")
        found.append(Tag(name, sha, peeled or sha))
    return found


def tag_bytes(name: str, commit: str, tagger: str, message: str) -> bytes:
    """The bytes of an annotated tag of a commit."""
    body = f"object {commit}\ntype commit\ntag {name}\ntagger {tagger}\n\n{message.rstrip(chr(10))}\n"
    return body.encode("utf-8")
