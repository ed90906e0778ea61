"""`svc completion`: the script that makes a shell complete commands, forms and ids."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from svc.cli.desk import desk
from svc.cli.lang import t
from svc.cli.options import page
from svc.cli.saying import write
from svc.domain.refusal import Exit, Refusal, Text

SHELLS = ("bash", "zsh", "fish", "powershell")
PROGRAM, VARIABLE = "svc", "_SVC_COMPLETE"


@page(
    "completion",
    t(
        "命令补全：把输出装入 shell 的启动文件。补全命令、选项、表单和编号。",
        "Shell completion of commands, options, forms and ids: load what this prints from your shell's start-up file.",
    ),
    'eval "$(svc completion bash)"        # ~/.bashrc',
    'eval "$(svc completion zsh)"         # ~/.zshrc',
    "svc completion fish | source         # ~/.config/fish/config.fish",
    "svc completion powershell | Out-String | Invoke-Expression",
)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    found = get_completion_class(shell)
    if found is None:
        raise Refusal(
            Text(f"所装的 click 不支持 {shell}。", f"the installed click does not know {shell}."),
            exit=Exit.ENVIRONMENT,
            where=Text.same(shell),
            remedy=Text.same("pip install --upgrade click"),
        )
    root = click.get_current_context().find_root().command
    source = found(root, {}, PROGRAM, VARIABLE).source()
    write(desk(), [source if source.endswith("\n") else source + "\n"])
