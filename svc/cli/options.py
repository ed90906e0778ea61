"""The options every command takes, before or after its verb, and the shape of help."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from svc.cli.lang import LANGS, t
from svc.render.formats import FORMATS
from svc.render.terminal import pad, width, wrap

F = TypeVar("F", bound=Callable[..., Any])
HELP_WIDTH = 100


class Options(NamedTuple):
    """What the common options say; None and False mean "not said here"."""

    repo: str | None = None
    format: str | None = None
    output: str | None = None
    fields: str | None = None
    quiet: bool = False
    me: str | None = None
    dry_run: bool = False
    no_input: bool = False
    yes: bool = False
    as_of: str | None = None
    lang: str | None = None
    no_color: bool = False
    debug: bool = False

    def over(self, other: Options) -> Options:
        """These options over others: what is said here wins."""
        said = {name: value for name, value in self._asdict().items() if value not in (None, False)}
        return other._replace(**said)


_COMMON: tuple[tuple[Sequence[str], dict[str, Any]], ...] = (
    (("-C", "--repo"), {"metavar": "DIR", "help": t("记录库（SVC_REPO）", "the repository (SVC_REPO)")}),
    (("-O", "--format"), {"type": click.Choice(FORMATS), "help": t("输出格式", "output format")}),
    (("-o", "--output"), {"metavar": "FILE", "help": t("写入文件", "write to a file")}),
    (("--fields",), {"metavar": "A,B", "help": t("只要这些字段", "only these fields")}),
    (("-q", "--quiet"), {"is_flag": True, "help": t("只给编号", "ids only")}),
    (("--me",), {"metavar": "EMAIL", "help": t("办理人（SVC_ME）", "who acts (SVC_ME)")}),
    (("-n", "--dry-run"), {"is_flag": True, "help": t("只校验，不写入", "check only, write nothing")}),
    (("--no-input",), {"is_flag": True, "help": t("不提问", "never ask")}),
    (("-y", "--yes"), {"is_flag": True, "help": t("一律答是", "answer yes")}),
    (("--as-of",), {"metavar": "TIME", "help": t("按此时刻计算", "reckon at this time")}),
    (("--lang",), {"type": click.Choice(LANGS), "help": t("语言（SVC_LANG）", "language (SVC_LANG)")}),
    (("--no-color",), {"is_flag": True, "help": t("不用颜色", "no colours")}),
    (("--debug",), {"is_flag": True, "help": t("出错时显示内部信息", "show internals on errors")}),
)
COMMON_NAMES = Options._fields


def common(function: F) -> F:
    """Give a command the common options, gathered into the Options of its context."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        mine = Options(**{name: kwargs.pop(name) for name in COMMON_NAMES})
        context = click.get_current_context()
        context.obj = mine.over(context.obj or Options())
        return function(*args, **kwargs)

    made: Any = wrapped
    for names, settings in reversed(_COMMON):
        made = click.option(*names, **settings)(made)
    return made  # type: ignore[no-any-return]


def ending_flag(name: str, help: str, said: Callable[[click.Context], str]) -> click.Option:
    """An option that says something and ends the command. click's own ones look for translations that there are none
    of, which takes a fortieth of a command."""

    def callback(context: click.Context, _parameter: click.Parameter, given: bool) -> None:
        if given and not context.resilient_parsing:
            click.echo(said(context), color=context.color)
            context.exit()

    return click.Option(
        [f"--{name}", f"_{name}"], is_flag=True, expose_value=False, is_eager=True, help=help, callback=callback
    )


class Helped(click.Command):
    """A command whose `--help` speaks the language of this run."""

    _helping: click.Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`; None for a command that has none."""
        if not self.add_help_option:
            return None
        if self._helping is None:
            self._helping = ending_flag("help", t("显示本页", "show this page"), lambda context: context.get_help())
        return self._helping


class Page(Helped):
    """A command whose help is laid out by display width: what it does, its own options, examples, common options."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def get_help(self, ctx: click.Context) -> str:
        """The whole help page."""
        pieces = [t("[选项]", piece) if piece == "[OPTIONS]" else piece for piece in self.collect_usage_pieces(ctx)]
        lines = [f"{t('用法', 'Usage')}: {ctx.command_path} {' '.join(pieces)}", ""]
        lines += [line for part in (self.help or "").strip().split("\n") for line in wrap(part.strip(), HELP_WIDTH)]
        shared = {names[-1] for names, _ in _COMMON}
        own = [p for p in self.get_params(ctx) if isinstance(p, click.Option) and not shared & set(p.opts)]
        common_ = [p for p in self.get_params(ctx) if isinstance(p, click.Option) and shared & set(p.opts)]
        if self.examples:
            lines += ["", t("示例：", "Examples:")] + [f"  {example}" for example in self.examples]
        for title, options in ((t("选项：", "Options:"), own), (t("通用选项：", "Common options:"), common_)):
            if options:
                lines += ["", title, *columns([_row(option) for option in options])]
        return "\n".join(lines)


def _row(option: click.Option) -> tuple[str, str]:
    metavar = "" if option.is_flag else " " + (option.metavar or str(option.type.name).upper())
    if isinstance(option.type, click.Choice):
        metavar = " " + "|".join(map(str, option.type.choices))
    return ", ".join(option.opts) + metavar, option.help or ""


def columns(rows: Sequence[tuple[str, str]], indent: int = 2) -> list[str]:
    """Two columns, the second wrapped, measured by display width."""
    left = min(max((width(a) for a, _ in rows), default=0), 34)
    lines: list[str] = []
    for a, b in rows:
        first, *rest = wrap(b, HELP_WIDTH - left - indent - 2) or [""]
        head = " " * indent + (pad(a, left) if width(a) <= left else a)
        lines.append(f"{head}  {first}".rstrip())
        lines += [" " * (indent + left + 2) + line for line in rest]
    return lines


def page(name: str, help: str, *examples: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A command with the common options and a help page that ends with examples."""

    def made(function: Callable[..., Any]) -> click.Command:
        command: click.Command = click.command(name, cls=Page, help=help, examples=examples)(common(function))
        return command

    return made
