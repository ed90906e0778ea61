"""Words on the command line that cannot be read, said in our own words (click's are English only)."""

from __future__ import annotations

import difflib

import click

from svc.cli.commands import COMMANDS
from svc.domain.refusal import Exit, Refusal, Text


def as_refusal(error: click.ClickException) -> Refusal:
    """A refusal (exit 2) out of click's exception: what, the command's usage, what to type."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "svc"
    remedy = Text.same(f"{command} --help")
    if isinstance(error, click.NoSuchOption):
        near = error.possibilities or []
        words = Text(f"没有选项 {error.option_name}", f"no such option: {error.option_name}")
        return _usage(words, command, Text.same(f"{command} {near[0]}") if near else remedy)
    if isinstance(error, click.MissingParameter):
        name = _name(error)
        return _usage(Text(f"缺少 {name}", f"missing {name}"), command, remedy)
    if isinstance(error, click.BadParameter):
        name = _name(error)
        return _usage(
            Text(f"{name} 的值读不懂：{error.message}", f"bad value for {name}: {error.message}"), command, remedy
        )
    if isinstance(error, click.exceptions.NoSuchCommand):
        near = difflib.get_close_matches(error.command_name, list(COMMANDS), 1)
        words = Text(f"没有命令 {error.command_name}", f"no such command: {error.command_name}")
        return _usage(words, command, Text.same(f"svc {near[0]}" if near else "svc --help"))
    return _usage(Text(error.message, error.message), command, remedy)


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    if isinstance(parameter, click.Option):
        return parameter.opts[-1]
    return parameter.make_metavar(error.ctx) if error.ctx else str(parameter.name)


def _usage(words: Text, command: str, remedy: Text) -> Refusal:
    return Refusal(Text(f"{words.zh}。", f"{words.en}."), exit=Exit.USAGE, where=Text.same(command), remedy=remedy)
