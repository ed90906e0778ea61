"""`svc demo`: a story, kept as data, played through the real commands under a fixed clock."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from svc.cli import main
from svc.cli.desk import Desk, desk
from svc.cli.lang import said, t
from svc.cli.options import page
from svc.cli.saying import room, whole
from svc.cli.script import NAME, Chapter, Step, Story, home, misprint, sample
from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.render.terminal import wrap
from svc.store.repository import Repository

LINES = 14
"""So many lines of one command's answer are told; of a longer one the first half."""
WIDE = 100
_BARE = pattern(r"""[^\s'"\\$`!*?#&|;<>(){}\[\]~]+""")
"""What a shell takes as it stands."""


@page(
    "demo",
    t(
        "演示：在新文件夹里用真实命令演一个年度，从第一位管理员到装订成卷、验证无误。时间、人员、文件都是固定的，"
        "两次演出的提交完全相同。缺省文件夹 svc-demo。",
        "Plays one year through the real commands in a new folder, from the first administrator to a bound and verified "
        "volume. Times, people and files are fixed: two plays make the same commits. Default folder: svc-demo.",
    ),
    "svc demo",
    "svc demo 样例 -q",
)
@click.argument("folder", default="svc-demo", metavar="[DIR]")
def command(folder: str) -> None:
    here = desk()
    target = Path(os.path.abspath(folder))
    _refuse_used(target, folder)
    story = Story.read(home())
    if here.options.dry_run:
        count = len(story.steps())
        click.echo(t(f"（试运行，未写入）{count} 条命令", f"(dry run, nothing written) {count} commands"), err=True)
        return
    plain = here.options.format in (None, "table")
    player = Player(target, folder, Voice(here, muted=here.options.quiet or not plain))
    player.play(story)
    _ended(here, player, story)


class Voice:
    """Tells the story on stdout, or into the file of `-o`; falls silent when nobody listens (a closed pipe)."""

    def __init__(self, here: Desk, *, muted: bool) -> None:
        self.here, self.muted = here, muted
        self.kept: list[str] = []
        self.columns = min(room() or WIDE, WIDE) if here.options.output is None else WIDE

    def tell(self, text: str) -> None:
        """Lines as they are."""
        if self.muted:
            return
        if self.here.options.output is not None:
            self.kept.append(text)
            return
        try:
            click.echo(text)
        except BrokenPipeError:
            # the year is played to its end all the same: half a repository is of no use to anybody
            self.muted = True
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def narrate(self, text: str, mark: str = "") -> None:
        """Words wrapped to the terminal, each line behind `mark`."""
        for line in wrap(text.strip(), self.columns - len(mark)):
            self.tell(f"{mark}{line}".rstrip())


class Answer(io.StringIO):
    """Standard output of one command, told apart from the whole answer, which has standard error too."""

    def __init__(self, both: io.StringIO) -> None:
        super().__init__()
        self.both, self.wide = both, sys.stdout.isatty()

    def write(self, text: str) -> int:
        """Into both."""
        self.both.write(text)
        return super().write(text)

    def isatty(self) -> bool:
        """Whether the real standard output is a terminal: tables fit into it."""
        return self.wide


@dataclass
class Player:
    """Plays a story in the folder `target`; `names` are the ids and paths kept for later steps, by `chapter.name`."""

    target: Path
    folder: str
    voice: Voice
    names: dict[str, str] = field(default_factory=dict)
    commands: int = 0
    refused: int = 0
    told: list[str] = field(default_factory=list)

    def play(self, story: Story) -> None:
        """Every step as the year goes; stands meanwhile in a folder that holds the sheets and scans of the story."""
        self.voice.narrate(said(story.title))
        with tempfile.TemporaryDirectory(prefix="svc-demo-") as tray:
            for folder in (home() / "files", sample()):
                shutil.copytree(folder, tray, dirs_exist_ok=True)
            with contextlib.chdir(tray):
                for chapter, step in story.steps():
                    self._turn(chapter)
                    self._step(chapter, step)

    def fill(self, text: str, folder: str, chapter: str = "") -> str:
        """`text` with `{name}` replaced by what `chapter` kept, `{other.name}` by what that one did, `{dir}` by
        `folder`."""

        def kept(found: re.Match[str]) -> str:
            name = found[1] if "." in found[1] else f"{chapter}.{found[1]}"
            if name in self.names:
                return self.names[name]
            raise misprint(text, f"{found[1]} 还没有", f"there is no {found[1]} yet")

        return NAME.sub(lambda found: folder if found[1] == "dir" else kept(found), text)

    def _turn(self, chapter: Chapter) -> None:
        """The heading, where another chapter goes on; what it tells, where it begins."""
        if self.told[-1:] == [chapter.name]:
            return
        again = t("（续）", " (continued)") if chapter.name in self.told else ""
        self.voice.tell("")
        self.voice.narrate(said(chapter.title) + again, "== ")
        if chapter.text and not again:
            self.voice.narrate(said(chapter.text))
        self.told.append(chapter.name)

    def _step(self, chapter: Chapter, step: Step) -> None:
        shown = " ".join(typed(self.fill(word, self.folder, chapter.name)) for word in step.words)
        note = f"  {said(step.note)}" if step.note else ""
        self.voice.tell("")
        self.voice.narrate(f"{step.at} {step.me}{note}", "# ")
        self.voice.tell(f"$ {self._near(shown)}")
        words = [self.fill(word, str(self.target), chapter.name) for word in step.words]
        code, out, both = self._run(step, words[1:])
        self._tell(self._near(both))
        if code == 130:
            raise click.Abort
        if code != step.refused:
            raise _off_script(code, step, shown, both)
        self.commands += 1
        self.refused += bool(step.refused)
        for name, wanted in step.save.items():
            found = re.search(wanted, out, re.MULTILINE) or re.search(wanted, both, re.MULTILINE)
            if found is None:
                raise _off_script(code, step, shown, both)
            self.names[f"{chapter.name}.{name}"] = found[0]

    def _near(self, text: str) -> str:
        """`text` with the folder as it was typed, not as this machine spells it."""
        return text.replace(str(self.target), self.folder)

    def _run(self, step: Step, words: list[str]) -> tuple[int, str, str]:
        """One command line in this process: exit code, standard output, everything it said."""
        both = io.StringIO()
        out = Answer(both)
        around = {"SVC_NOW": step.at, "SVC_ME": step.me, "SVC_REPO": str(self.target)}
        with _environment(around), contextlib.redirect_stdout(out), contextlib.redirect_stderr(both):
            code = main.run(words)
        return code, out.getvalue(), both.getvalue()

    def _tell(self, answer: str) -> None:
        lines = answer.rstrip("\n").split("\n") if answer else []
        if len(lines) > LINES:
            more = len(lines) - LINES // 2
            lines = [*lines[: LINES // 2], t(f"…… 另有 {more} 行", f"... {more} more lines")]
        for line in lines:
            self.voice.tell(line)


def typed(word: str) -> str:
    """A word as it is typed on a command line: quoted only where a shell would break it."""
    return word if _BARE.fullmatch(word) else shlex.quote(word)


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The environment with `values`, for the length of the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _ended(here: Desk, player: Player, story: Story) -> None:
    """The totals, where the volume is, what to type next."""
    with Repository.open(player.target) as made:
        commits = sum(1 for _ in made.history())
        records = sum(path.endswith(".yaml") for path in made.snapshot().walk("records")) - 1
    answer = player.fill(story.answer, player.folder).replace(str(player.target), player.folder)
    facts = {"folder": player.folder, "volume": answer, "commands": player.commands, "refused": player.refused}
    facts |= {"commits": commits, "records": records}
    if here.options.quiet:
        whole(here, facts, [answer])
        return
    totals = t(
        f"命令 {player.commands} 条，其中按程序拒绝 {player.refused} 条；提交 {commits} 次，单据与台账 {records} 份。",
        f"{player.commands} commands, {player.refused} of them refused; {commits} commits, {records} records.",
    )
    ending = player.fill(said(story.ending), typed(player.folder))
    lines = ["", *wrap(totals, player.voice.columns), *ending.replace(str(player.target), player.folder).splitlines()]
    whole(here, facts, [*player.voice.kept, *lines])


def _refuse_used(target: Path, folder: str) -> None:
    """Refuse a place that holds something."""
    if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
        raise Refusal(
            Text("此处已有内容，演示须用新文件夹。", "something is there already; the demo takes a new folder."),
            where=Text.same(folder),
            remedy=Text("svc demo 新文件夹", "svc demo NEW-FOLDER"),
        )


def _off_script(code: int, step: Step, shown: str, answer: str) -> Refusal:
    """The play cannot go on: the machine failed it (disk, git), or the story and the commands do not fit."""
    known = code in (Exit.CONFLICT, Exit.ENVIRONMENT)
    return Refusal(
        Text(f"演示中断：退出码 {code}，应为 {step.refused}。", f"the demo stops: exit {code}, not {step.refused}."),
        exit=Exit(code) if known else Exit.BUG,
        where=Text.same(f"{step.at} $ {shown}"),
        remedy=Text.same("svc doctor"),
        details=tuple(Text.same(line) for line in answer.rstrip("\n").split("\n")[-8:]),
    )
