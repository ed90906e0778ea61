"""The commands, in reading order: word, module, one line of help. Data, so that `--help` imports none of them."""

from __future__ import annotations

from typing import NamedTuple

from svc.domain.refusal import Text


class Word(NamedTuple):
    """One command: the module under `svc.cli` that holds it, and what it does in one line."""

    module: str
    help: Text


READING = frozenset({"create", "advance", "query", "show", "todo", "log", "undo", "attach", "note"})
"""The commands that read records every time: the repository is opened while they are imported."""


def _words(**helps: tuple[str, str]) -> dict[str, Word]:
    """Words from keyword arguments; a trailing underscore (a Python keyword) is not part of the command."""
    return {name.rstrip("_"): Word(name, Text(zh, en)) for name, (zh, en) in helps.items()}


COMMANDS = _words(
    init=("新建记录库", "make a records repository"),
    demo=("演示：建一个样例年度", "a worked example year, narrated"),
    create=("新建一张单据", "make a record"),
    advance=("办理一步", "do one action on a record"),
    query=("查询", "find records"),
    show=("看一张单据", "show one record"),
    todo=("待办，按剩余时间", "what waits, by remaining time"),
    log=("谁在何时办了什么", "who did what, when"),
    explain=("解释表单、字段、动作、条款、时限", "explain a form, field, action, clause, deadline"),
    check=("核查记录", "check records against everything"),
    bind=("年度装订", "bind a year"),
    volume=("已装订的卷", "bound volumes: list, show, verify"),
    undo=("撤回上一步", "take back the last step"),
    attach=("补交凭证", "attach evidence"),
    note=("加备注", "add a note"),
    import_=("从表格导入", "import a spreadsheet"),
    calendar=("工作日历：列出、查看、导入、设定、解释", "calendars: list, show, import, set, explain"),
    clock=("工作时间计算", "working-time arithmetic on any calendar"),
    setting=("设定", "settings: list, set"),
    procedure=("程序：列出、查看、核查、采用", "procedures: list, show, check, adopt, graph"),
    doctor=("检查记录库的环境", "check the repository's surroundings"),
    completion=("命令补全", "shell completion"),
    help_=("帮助专题", "help topics"),
)
