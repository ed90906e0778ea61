"""Doing a deed: read → decide → write → say, under the lock, again when another commit came in between."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from svc.cli.desk import Desk, Shelf
from svc.cli.ending import heed
from svc.domain.case import Case
from svc.domain.clocks import owed, owed_words
from svc.domain.deed import Deed
from svc.domain.ids import parse_id
from svc.domain.paths import MISSING
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.world import Acting
from svc.store.evidence import Taken, take
from svc.store.writer import Stale, Writer
from svc.store.yaml_file import dump

TRIES = 20
Decide = Callable[[Shelf, Record], Deed]
More = Callable[[Deed, Shelf], Mapping[str, bytes]]


class Done(NamedTuple):
    """A deed done: the deed, the procedures it was decided by, its commit (None in a dry run), what the store left
    alone and says so."""

    deed: Deed
    library: Library
    commit: str | None
    warnings: tuple[Text, ...] = ()
    owed: tuple[Text, ...] = ()


@dataclass
class Basket:
    """The files handed in with a command, by their SHA-256."""

    taken: dict[str, Taken] = field(default_factory=dict)

    def add(self, path: str, shelf: Shelf) -> Taken:
        """Take one file in: a regular file within the size the settings allow."""
        limit = shelf.scene.setting("evidence.max_mb", shelf.scene.now)
        megabytes = 20 if limit is MISSING else int(limit)
        taken = take(Path(path), megabytes * 1_000_000)
        self.taken[taken.sha256] = taken
        return taken


def perform(desk: Desk, decide: Decide, basket: Basket | None = None, more: More | None = None) -> Done:
    """Decide under the lock and commit; in a dry run decide the same way and write nothing.

    `more` gives further files of the deed (a binding's manifest). The commit's author is the person who acts.
    """
    basket = basket or Basket()
    _not_the_example(desk)
    _somewhere_to_say(desk)
    if desk.options.dry_run:
        shelf = desk.shelf_at(desk.repository.snapshot(), desk.started.astimezone(desk.zone))
        return Done(decide(shelf, desk.person(shelf)), shelf.library, None)
    for _ in range(TRIES):
        with desk.repository.writing() as writer:
            shelf = desk.shelf_at(writer.snapshot, desk.started.astimezone(desk.zone))
            person = desk.person(shelf)
            deed = decide(shelf, person)
            files = {**record_files(deed, basket), **(more(deed, shelf) if more else {})}
            try:
                commit = _commit(desk, writer, deed, person, files)
            except Stale:
                continue
            desk.remember(deed.lead.after.ref)
            return Done(deed, shelf.library, commit, tuple(writer.warnings), debts(shelf, deed))
    raise Refusal(
        Text("别的程序一直在写入，未能提交。", "other programs kept committing; nothing was written."),
        exit=Exit.CONFLICT,
        where=Text.same(str(desk.repository.root)),
        remedy=Text.same("svc doctor"),
    )


def debts(shelf: Shelf, deed: Deed) -> tuple[Text, ...]:
    """The late steps of the record that a deed was about, as it now stands, whose reason nobody has given yet."""
    after, form = deed.lead.after, shelf.scene.form_of(deed.lead.after)
    if form is None or form.states[after.state].final:
        return ()
    return owed_words(owed(Case.of(shelf.scene, after, form, Acting(deed.person, ""), deed.at), shelf.scene.now))


def _commit(desk: Desk, writer: Writer, deed: Deed, person: Record, files: Mapping[str, bytes]) -> str:
    author = (str(person.fields.get("name", person.id)), str(person.fields["git_email"]))

    heed()

    def marks() -> None:
        for key, number in high_marks(deed).items():
            desk.repository.raise_high_water(key, number)

    return writer.commit(files, message=deed.message(), author=author, when=deed.at, besides=marks)


def record_files(deed: Deed, basket: Basket) -> dict[str, bytes]:
    """The files of a deed: each record in canonical form, each piece of evidence as it was handed in."""
    files: dict[str, bytes] = {}
    for change in deed.changes:
        files[change.path] = dump(change.after.to_dict())
        for path, sha in change.file_paths.items():
            files[path] = basket.taken[sha].data
    return files


def high_marks(deed: Deed) -> dict[str, int]:
    """The highest number this deed has given in each lane and year, for the high-water marks."""
    marks: dict[str, int] = {}
    for change in deed.changes:
        parsed = parse_id(change.after.id) if change.before is None and change.after.year else None
        if parsed is not None:
            key = f"{change.after.form}-{parsed.lane}-{parsed.year}"
            marks[key] = max(marks.get(key, 0), parsed.sequence)
    return marks


def _somewhere_to_say(desk: Desk) -> None:
    """Refuse, before anything is done, a deed whose answer goes to a file that cannot be made."""
    target = desk.options.output
    if target is not None:
        folder = Path(target).parent
        if Path(target).is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
            raise Refusal(
                Text(f"写不了 {shown(target)}。", f"cannot write {shown(target)}."),
                exit=Exit.ENVIRONMENT,
                where=Text.same(f"-o {shown(target)}"),
                remedy=Text("换一个位置  -o 文件", "choose another place  -o FILE"),
            )


def _not_the_example(desk: Desk) -> None:
    """The shipped example is looked at, not worked in."""
    if desk.site.get("example"):
        raise Refusal(
            Text(
                "这是随软件附带的样例，只供查看。",
                "this is the worked example that ships with svc: it is for looking at.",
            ),
            where=Text.same("records/svc.yaml  example: true"),
            clause="[company]",
            remedy=Text("svc demo 新文件夹", "svc demo NEW-FOLDER"),
        )
