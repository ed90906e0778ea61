"""Words on the command line that cannot be read, said in our own words (click's are English only)."""

from __future__ import annotations

import difflib
import re

import click

from svc.cli.commands import COMMANDS
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown


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
        return _usage(_unfit(error), command, remedy)
    if isinstance(error, click.BadOptionUsage):
        name = error.option_name
        return _usage(Text(f"选项 {name} 用得不对，须带一个值", f"{name} needs a value"), command, remedy)
    if isinstance(error, click.exceptions.NoSuchCommand):
        near = difflib.get_close_matches(error.command_name, list(COMMANDS), 1)
        words = Text(f"没有命令 {error.command_name}", f"no such command: {error.command_name}")
        return _usage(words, command, Text.same(f"svc {near[0]}" if near else "svc --help"))
    if found := re.search(r"unexpected extra arguments? \((.*)\)", error.message):
        return _usage(Text(f"多出的词：{shown(found[1])}", f"too many words: {shown(found[1])}"), command, remedy)
    return _usage(Text.same(error.message), command, remedy)


def _unfit(error: click.BadParameter) -> Text:
    """What is wrong with a value: not among the choices, no number in the range, or in click's own words."""
    kind, name = error.param.type if error.param else None, _name(error)
    given = found[1] if (found := re.match(r"'(.*?)' is not ", error.message)) else ""
    if isinstance(kind, click.Choice):
        choices = list(map(str, kind.choices))
        return Text(
            f"{name} 不能是 {shown(given)}，可以是：{'、'.join(choices)}",
            f"{name} cannot be {shown(given)}; one of: {', '.join(choices)}",
        )
    if isinstance(kind, click.IntRange):
        low, high = kind.min, "…" if kind.max is None else kind.max
        return Text(f"{name} 须为 {low} 至 {high} 的整数", f"{name} must be an integer from {low} to {high}")
    return Text(f"{name} 的值读不懂：{error.message}", f"bad value for {name}: {error.message}")


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    if isinstance(parameter, click.Option):
        return parameter.opts[-1]
    return parameter.make_metavar(error.ctx) if error.ctx else str(parameter.name)


def _usage(words: Text, command: str, remedy: Text) -> Refusal:
    return Refusal(words, exit=Exit.USAGE, where=Text.same(command), remedy=remedy)
