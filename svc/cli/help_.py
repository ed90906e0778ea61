"""`svc help`: short pages on what all commands share."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from svc.cli.commands import COMMANDS
from svc.cli.desk import desk
from svc.cli.lang import said, t
from svc.cli.options import columns, page
from svc.cli.saying import room, whole
from svc.cli.topics import EXITS, TOPICS
from svc.domain.near import near
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.render.terminal import wrap

EXIT_CODES = "exit-codes"


def _complete(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    names = {**{name: topic.help for name, topic in TOPICS.items()}, EXIT_CODES: _EXIT_HELP}
    return [CompletionItem(name, help=said(help)) for name, help in names.items() if name.startswith(typed)]


_EXIT_HELP = Text("退出码", "exit codes")


@page(
    "help",
    t("帮助专题；不写专题则列出全部。", "Help topics; without one, all of them are listed."),
    "svc help",
    "svc help time",
    "svc help query",
)
@click.argument("topic", required=False, metavar=t("[专题]", "[TOPIC]"), shell_complete=_complete)
def command(topic: str | None) -> None:
    here = desk()
    if topic is None:
        lines = list(_overview())
    elif topic == EXIT_CODES:
        lines = columns([(str(code), said(words)) for code, words in EXITS.items()])
    elif topic in TOPICS:
        lines = said(TOPICS[topic].page).split("\n")
    elif topic in COMMANDS:
        lines = _of_command(topic)
    else:
        raise _unknown(topic)
    wide = room() if here.options.output is None else None
    whole(here, {"topic": topic, "text": lines}, _fitted(lines, wide))


def _overview() -> Iterator[str]:
    yield t("专题：svc help 专题", "topics: svc help TOPIC")
    rows = [(name, said(one.help)) for name, one in TOPICS.items()]
    yield from columns([*rows, (EXIT_CODES, said(_EXIT_HELP))])
    yield ""
    yield t(
        "各命令的用法：svc 命令 --help；表单、动作、条款：svc explain",
        "commands: svc COMMAND --help; forms, actions, clauses: svc explain",
    )


def _of_command(name: str) -> list[str]:
    """The help page of a command, as `--help` gives it."""
    root = click.get_current_context().find_root()
    group = root.command
    found = group.get_command(root, name) if isinstance(group, click.Group) else None
    if found is None:
        raise _unknown(name)
    with click.Context(found, parent=root, info_name=name) as context:
        return found.get_help(context).split("\n")


def _fitted(lines: list[str], wide: int | None) -> Iterator[str]:
    """The lines, wrapped to the terminal behind their own indent."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from [line] if wide is None else (indent + part for part in wrap(line.strip(), wide - len(indent)))


def _unknown(topic: str) -> Refusal:
    return Refusal(
        Text(f"没有专题 {shown(topic)}。", f"there is no topic {shown(topic)}."),
        exit=Exit.NOT_FOUND,
        where=Text.same(shown(topic)),
        remedy=Text.same("svc help"),
        details=near(topic, [*TOPICS, EXIT_CODES, *COMMANDS]),
    )
