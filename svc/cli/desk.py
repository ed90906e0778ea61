"""The desk: clock, user, repository and what was asked of the output, read once, on the top floor only."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from svc.cli.ahead import take
from svc.cli.options import Options
from svc.domain.calendar_book import CalendarBook
from svc.domain.paths import Json
from svc.domain.people import whoever
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown, why
from svc.domain.soundness import read_library
from svc.domain.times import read_time
from svc.domain.world import Scene
from svc.index.index import Index
from svc.index.indexed import IndexedWorld
from svc.index.lookup import find
from svc.index.world import CommitWorld
from svc.store.repository import Repository
from svc.store.schemas import load_compiled
from svc.store.snapshot import Snapshot
from svc.store.yaml_file import load

SITE = "records/svc.yaml"
CHINA = timezone(timedelta(hours=8))


class Shelf(NamedTuple):
    """One commit, opened: its snapshot, procedures, records, and the scene a decision reads."""

    snapshot: Snapshot
    library: Library
    world: CommitWorld
    scene: Scene


class Desk:
    """Everything a command knows of its surroundings. Nothing is read before it is needed."""

    def __init__(self, options: Options, environ: os._Environ[str] | dict[str, str]) -> None:
        self.options = options
        self.environ = environ

    @cached_property
    def started(self) -> datetime:
        """The time of this run: SVC_NOW where set, else the system's clock, whole seconds."""
        fixed = self.environ.get("SVC_NOW")
        if fixed:
            return _time(fixed, datetime.now(CHINA), CHINA, "SVC_NOW")
        return datetime.now(CHINA).replace(microsecond=0)

    @cached_property
    def now(self) -> datetime:
        """The time to reckon at: `--as-of`, else the time of this run, in the repository's zone."""
        if self.options.as_of:
            return _time(self.options.as_of, self.started, self.zone, "--as-of")
        return self.started.astimezone(self.zone)

    @cached_property
    def repository(self) -> Repository:
        """The repository: `-C`, SVC_REPO, else the nearest folder above that has records/svc.yaml."""
        given = self.options.repo or self.environ.get("SVC_REPO")
        try:
            here = Path(given) if given else Path.cwd()
        except OSError as error:
            raise Refusal(
                Text("当前文件夹已不存在。", "the current folder is gone."),
                exit=Exit.ENVIRONMENT,
                where=Text.same("."),
                remedy=Text.same("cd ~"),
            ) from error
        return take(here) or Repository.find(here)

    @cached_property
    def site(self) -> dict[str, Json]:
        """records/svc.yaml as committed."""
        return self.repository.site()

    @cached_property
    def zone(self) -> tzinfo:
        """The repository's time zone."""
        name = str(self.site.get("timezone", "Asia/Shanghai"))
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise Refusal(
                Text(f"没有时区 {name}。", f"there is no time zone {name}."),
                exit=Exit.ENVIRONMENT,
                where=Text.same(f"{SITE} timezone"),
                remedy=Text.same("timezone: Asia/Shanghai"),
            ) from error

    @cached_property
    def shelf(self) -> Shelf:
        """The repository as committed, for reading; what a dead run left unfinished is healed first."""
        self.repository.heal()
        return self.shelf_at(self.repository.snapshot(), self.now, deciding=False)

    @cached_property
    def index(self) -> Index:
        """The index of this clone; `--debug` tells how many records were read to bring it up to date."""
        # Nothing here refers back to the desk: it must go, with its index and its git child, when its command ends.
        return Index(self.repository.own, *([_tell] if self.options.debug else []))

    def close(self) -> None:
        """End the git child and the connection that were opened; both are opened again where they are needed again."""
        if "index" in self.__dict__:
            self.index.close()
        if "repository" in self.__dict__:
            self.repository.close()

    def shelf_at(self, snapshot: Snapshot, now: datetime, *, deciding: bool = True) -> Shelf:
        """The latest commit opened, for a decision at `now` or just to look at."""
        site = read_site(snapshot)
        documents, flaws = load_compiled(self.repository, snapshot)
        library = read_library(documents, tuple(site.get("procedures", ())), flaws)
        past = now if self.options.as_of and now < self.started else None
        world = IndexedWorld(snapshot, library, self.repository, past, self.index, deciding=deciding)
        scene = Scene(world, library, self.zone, str(site.get("lane", "")), now, CalendarBook(documents))
        return Shelf(snapshot, library, world, scene)

    @property
    def email(self) -> str:
        """Who acts: `--me`, SVC_ME, else git's user.email; nobody is refused (exit 6)."""
        given = self.options.me or self.environ.get("SVC_ME")
        if given:
            return given
        identity = self.repository.identity()
        if identity is None or not identity[1]:
            raise Refusal(
                Text("不知道是谁在办理。", "nobody is named as acting."),
                exit=Exit.ENVIRONMENT,
                where=Text.same("--me / SVC_ME / git user.email"),
                remedy=Text("git config user.email 你的邮箱", "git config user.email YOU@EXAMPLE"),
            )
        return identity[1]

    def person(self, shelf: Shelf) -> Record:
        """The active person of the register who acts."""
        return whoever(shelf.scene, self.email)

    def find(self, word: str, shelf: Shelf | None = None, forms: tuple[str, ...] = ()) -> Record:
        """The record that a word names, `@last` included."""
        last = self.repository.own.joinpath("last") if word == "@last" else None
        named = last.read_text("utf-8").strip() if last is not None and last.is_file() else None
        return find((shelf or self.shelf).world, word, forms, last=named)

    def remember(self, ref: str) -> None:
        """Keep the record last made or moved for `@last`; a cache, never truth."""
        try:
            self.repository.own.joinpath("last").write_text(ref + "\n", "utf-8")
        except OSError:
            return

    def time(self, text: str | None, option: str = "--at") -> datetime | None:
        """The time that an option gives, or None."""
        return _time(text, self.now, self.zone, option) if text else None


def _time(text: str, now: datetime, zone: tzinfo, name: str) -> datetime:
    """A time as typed; `name` tells the refusal where."""
    try:
        return read_time(text, now, zone)
    except Refusal as refusal:
        example = Text(f"例如  {name} 15:20", f"for example  {name} 15:20")
        raise refusal.at(Text.same(f"{name} {shown(text)}"), example) from None


def _tell(count: int) -> None:
    click.echo(f"index: {count} records read", err=True)


def desk(context: click.Context | None = None) -> Desk:
    """The desk of the running command."""
    context = context or click.get_current_context()
    if not isinstance(context.obj, Options):
        context.obj = Options()
    found: Any = context.meta.get("svc.desk")
    if found is None or found.options != context.obj:
        found = Desk(context.obj, os.environ)
        context.meta["svc.desk"] = found
        _set.append(found)
    return found  # type: ignore[no-any-return]


_set: list[Desk] = []
"""The desks of the commands that ran in this process and have not been cleared."""


def clear() -> None:
    """Let go of what commands in this process have opened: one that ends with its process need not."""
    while _set:
        _set.pop().close()


def read_site(snapshot: Snapshot) -> dict[str, Json]:
    """records/svc.yaml of one commit."""
    data = snapshot.read(SITE)
    return load(data, SITE) if data is not None else {}


def read_words(name: str) -> str:
    """The text of a file named in `FIELD@=FILE`, or of standard input for `-`."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        reason, remedy = why(error), Text("检查文件名", "check the file's name")
    except UnicodeDecodeError as error:
        reason = Text(f"第 {error.start} 字节起不是 UTF-8", f"not UTF-8 from byte {error.start} on")
        remedy = Text("把文件另存为 UTF-8 文本", "save the file as UTF-8 text")
    raise Refusal(
        Text(f"读不了 {shown(name)}：{reason.zh}。", f"cannot read {shown(name)}: {reason.en}."),
        exit=Exit.ENVIRONMENT,
        where=Text.same(shown(name)),
        remedy=remedy,
    )
