"""Finding calendars: a file, or a name in the repository; without a repository those that svc ships."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path

from svc.cli.desk import Desk
from svc.domain.calendar import Calendar
from svc.domain.near import near
from svc.domain.paths import Json
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.times import read_time
from svc.store.schemas import is_document, parse, read_folder, shipped_folder

FOLDER = "schemas/calendars/"


class Calendars:
    """The calendars within reach of one run; each is read once. Paths are relative to `folder`."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self._read: dict[str, Calendar] = {}

    @cached_property
    def inside(self) -> bool:
        """Whether there is a repository here."""
        try:
            return bool(self.desk.repository)
        except Refusal:
            if self.desk.options.repo or self.desk.environ.get("SVC_REPO"):
                raise
            return False

    @cached_property
    def files(self) -> dict[str, tuple[str, bytes]]:
        """Name -> path and bytes of every calendar known by name."""
        if self.inside:
            snapshot = self.desk.repository.snapshot()
            paths = [path for path in snapshot.walk(FOLDER.rstrip("/")) if is_document(path)]
            found = dict(snapshot.read_many(paths))
        else:
            found = {path: data for path, data in read_folder(shipped_folder()).items() if path.startswith(FOLDER)}
        return {Path(path).stem: (path, data) for path, data in sorted(found.items()) if is_document(path)}

    def document(self, word: str) -> Json:
        """The document that a name or path means."""
        if is_document(word) or "/" in word:
            return read_file(self.folder / word, word)
        if word not in self.files:
            listed = "、".join(self.files) or "—"
            raise Refusal(
                Text(
                    f"没有日历 {shown(word)}；有：{listed}。",
                    f"there is no calendar {shown(word)}; there are: {listed}.",
                ),
                exit=Exit.NOT_FOUND,
                where=Text.same(shown(word)),
                remedy=Text.same("svc calendar list"),
                details=near(word, self.files),
            )
        return parse(*self.files[word])

    def calendar(self, word: str) -> Calendar:
        """The calendar that a name or path means."""
        if word not in self._read:
            self._read[word] = Calendar.from_dict(self.document(word), word)
        return self._read[word]

    def only(self, word: str | None) -> str:
        """The name given, else the only calendar there is."""
        if word:
            return word
        if len(self.files) == 1:
            return next(iter(self.files))
        listed = "、".join(self.files) or "—"
        raise Refusal(
            Text(f"须指明日历；有：{listed}。", f"name a calendar; there are: {listed}."),
            exit=Exit.USAGE,
            where=Text.same("--calendar"),
            remedy=Text.same(f"--calendar {next(iter(self.files), 'cal.yaml')}"),
        )


def read_file(path: Path, name: str) -> Json:
    """The calendar document in a file."""
    return parse(name if is_document(name) else f"{name}.yaml", read_bytes(path, name))


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file somebody named."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "?"
        raise Refusal(
            Text(f"读不了 {shown(name)}：{why}。", f"cannot read {shown(name)}: {why}."),
            exit=Exit.ENVIRONMENT,
            where=Text.same(shown(name)),
            remedy=Text.same("svc calendar list"),
        ) from error


def moment(desk: Desk, zone: tzinfo) -> datetime:
    """The time to reckon at in a calendar's zone; needs no repository."""
    now = desk.started.astimezone(zone)
    return read_time(desk.options.as_of, now, zone) if desk.options.as_of else now
