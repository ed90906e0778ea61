"""`svc check`: every record as it stands, against its schema, log, links, evidence, spelling and bound volume.

Here is what takes no time: whether nothing has changed since the last check, and saying what was found.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from svc.cli.glance import glance
from svc.cli.lang import LANG, t
from svc.cli.main import seldom
from svc.cli.options import Options, page
from svc.domain.findings import Finding
from svc.domain.refusal import Exit
from svc.render.terminal import safe_text


@page(
    "check",
    t(
        "核查记录：格式、日志、人员、凭证、链接、装订，以及与提交不一致的手工改动。有发现则退出 1。",
        "Check records: schema, log, people, evidence, links, volumes, and edits by hand. Findings exit 1.",
    ),
    "svc check",
    "svc check PG-0101-26-00398-83 records/2026/dispatch",
    "svc check --staged",
    "svc check --base origin/main -O json",
)
@click.argument("targets", nargs=-1, metavar=t("[路径|编号]…", "[PATH|ID]…"))
@click.option("--staged", is_flag=True, help=t("核查已暂存的内容", "check what is staged"))
@click.option("--base", metavar="REV", help=t("只核查自此提交以来的变动", "only what changed since"))
def command(targets: tuple[str, ...], staged: bool, base: str | None) -> int:
    options: Options = click.get_current_context().obj
    before = None if staged or targets or options.as_of else glance(options)
    try:
        verdict = before.standing() if before and base is None else None
        if verdict is not None:
            found, checked = verdict.findings, verdict.records
        else:
            found, checked = seldom("checking").check(targets, staged, base, before)
    finally:
        if before:
            before.drop()
    return say(options, found, checked)


def say(options: Options, found: Sequence[Finding], checked: int) -> int:
    """The findings on stdout, one a line or in the format asked for; the sum on stderr. The exit code."""
    if (options.format or "table") == "table" and not (options.quiet or options.output):
        for finding in found:
            click.echo(safe_text(finding.said(LANG)))
    else:
        seldom("checking").write_out(found)
    if found:
        said = t(f"核查 {checked} 份记录，发现 {len(found)} 处", f"{checked} records checked, {len(found)} findings")
    else:
        said = t(f"核查 {checked} 份记录，未发现问题", f"{checked} records checked, nothing found")
    click.echo(said, err=True)
    return int(Exit.FOUND) if found else int(Exit.DONE)
