"""The command `svc`: a lazy group, one handler for every way of ending."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from svc import __version__
from svc.cli import ending
from svc.cli.commands import COMMANDS, READING
from svc.cli.lang import LANG, t
from svc.cli.options import Helped, columns, common, ending_flag
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown, why
from svc.render.terminal import safe_text


class Lazy(Helped, click.Group):
    """Commands are imported when they are called; their one-line helps are data."""

    ending = False
    """Whether the process ends with the command: then the repository is opened ahead, and nothing has to be closed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in reading order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        if self.ending and cmd_name in READING and not ctx.resilient_parsing:
            importlib.import_module("svc.cli.ahead").begin(ctx)
        module = importlib.import_module(f"svc.cli.{COMMANDS[cmd_name].module}")
        found: click.Command = module.command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name; while words are completed, one that knows ids and imports next to nothing."""
        if ctx.resilient_parsing:
            quick = importlib.import_module("svc.cli.quick")
            stand_in = quick.stand_in(args, lambda: self.get_command(ctx, args[0]))
            if stand_in is not None:
                return args[0], stand_in, args[1:]
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """The overview: every command with its one line."""
        rows = [(name, word.help.said(LANG)) for name, word in COMMANDS.items()]
        lines = [
            f"{t('用法', 'Usage')}: svc [{t('选项', 'OPTIONS')}] {t('命令', 'COMMAND')} …",
            "",
            t(
                "售后服务记录：按程序办理，存于 git，可查可审可装订。",
                "Service records under a procedure: kept in git, queried, bound.",
            ),
            "",
            t("命令：", "Commands:"),
            *columns(rows),
            "",
            t(
                "不带命令：今日待办。各命令的用法：svc 命令 --help",
                "Without a command: today's board. Each command: svc COMMAND --help",
            ),
        ]
        return "\n".join(lines)


@click.group(cls=Lazy, invoke_without_command=True)
@common
def svc() -> None:
    """Service records under a documented quality procedure."""
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        module = importlib.import_module("svc.cli.board")
        context.invoke(module.show)


svc.params.append(ending_flag("version", t("显示版本", "show the version"), lambda _context: f"svc {__version__}"))


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run `svc`; ends the process with the contract's exit code, at once.

    At once: taking the interpreter apart piece by piece costs a tenth of a command. Everything that had to be on disk
    is there, both streams are flushed here, and children end when their pipes close.
    """
    _streams()
    svc.ending = True
    ending.listen()
    code = ending.ended(_ran(list(sys.argv[1:] if argv is None else argv)))
    code = _flushed(code)
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)


def run(argv: list[str]) -> int:
    """Run one command line in a process that goes on, and leave nothing of it open; the exit code."""
    try:
        return _ran(argv)
    finally:
        loaded = sys.modules.get("svc.cli.desk")
        if loaded is not None:
            loaded.clear()


def _ran(argv: list[str]) -> int:
    """Run one command line and say what went wrong; the exit code."""
    try:
        answer = svc.main(argv, prog_name="svc", standalone_mode=False)
    except Refusal as refusal:
        return say(refusal.at(*_typed(argv)))
    except click.exceptions.Exit as end:
        return int(end.exit_code)
    except click.ClickException as error:
        return say(seldom("usage").as_refusal(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo(t("已中断。", "interrupted."), err=True)
        return ending.INTERRUPTED
    except BrokenPipeError:
        _silence(sys.stdout)
        return int(Exit.DONE)
    except OSError as error:
        return say(_disk(error).at(*_typed(argv)))
    except UnicodeError as error:
        return say(_encoding(error))
    except Exception as error:  # noqa: BLE001 - a bug is logged and named, never shown as a traceback
        return say(seldom("crash").as_refusal(error, argv))
    return answer if isinstance(answer, int) else int(Exit.DONE)


def seldom(name: str) -> Any:
    """A module for what seldom happens, loaded only then: what it imports costs a tenth of a start."""
    return importlib.import_module(f"svc.cli.{name}")


def say(refusal: Refusal) -> int:
    """Show a refusal on stderr; its exit code."""
    for line in refusal.lines(LANG):
        click.echo(safe_text(line), err=True)
    return int(refusal.exit)


def _typed(argv: list[str]) -> tuple[Text, Text]:
    """The command line as the place of a refusal that names none, and its help as what to do."""
    command = next((word for word in argv if word in COMMANDS), None)
    helped = f"svc {command} --help" if command else "svc --help"
    return Text.same(shown(" ".join(["svc", *argv]))), Text.same(helped)


def _disk(error: OSError) -> Refusal:
    reason = why(error)
    return Refusal(
        Text(f"读写失败：{reason.zh}。", f"reading or writing failed: {reason.en}."),
        exit=Exit.ENVIRONMENT,
        where=Text.same(str(error.filename)) if error.filename else None,
        remedy=Text.same("svc doctor"),
    )


def _encoding(error: UnicodeError) -> Refusal:
    return Refusal(
        Text("文字不是 UTF-8。", "the text is not UTF-8."),
        exit=Exit.USAGE,
        where=Text.same(str(error)[:80]),
        remedy=Text("把终端和文件设为 UTF-8", "set the terminal and files to UTF-8"),
    )


def _streams() -> None:
    """UTF-8 wherever the stream is not a terminal of another encoding; nothing printable ever raises."""
    # A stream that was closed before we began (`>&-`) is none at all to Python: what is said goes nowhere.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            forced = os.environ.get("PYTHONIOENCODING") or stream.isatty()
            reconfigure(errors="replace", **({} if forced else {"encoding": "utf-8"}))


def _flushed(code: int) -> int:
    """Write out what is buffered; a full disk behind stdout is an error of the environment, a closed pipe is none."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        return say(_disk(error))
    except (AttributeError, ValueError):
        return code
    return code


def _silence(stream: Any) -> None:
    """Point a broken stream at nothing, so that the interpreter's own flush at the end says nothing."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
