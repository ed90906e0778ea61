"""What a command says: to a file or stdout, in the format asked for; what was done; what went aside."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from svc.cli.desk import Desk
from svc.cli.lang import LANG, t
from svc.domain.paths import Json
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import why
from svc.render.output import document, output
from svc.render.table import Column
from svc.store.plain_yaml import dump_any


def room() -> int | None:
    """The columns of the terminal; None on a pipe, where nothing is cut."""
    if not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def write(desk: Desk, pieces: Iterable[str]) -> None:
    """Pieces of text to stdout, or to the file of `-o` (whole or not at all)."""
    if desk.options.output is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    target = Path(desk.options.output)
    text = "".join(pieces)
    bom = "utf-8-sig" if desk.options.format == "csv" else "utf-8"
    try:
        target.write_bytes(text.encode(bom))
    except OSError as error:
        raise _unwritable(desk.options.output, error) from error


def _unwritable(target: str, error: OSError) -> Refusal:
    return Refusal(
        Text(f"写不了 {target}：{why(error).zh}。", f"cannot write {target}: {why(error).en}."),
        exit=Exit.ENVIRONMENT,
        where=Text.same(target),
        remedy=Text("换一个位置  -o 文件", "choose another place  -o FILE"),
    )


def write_bytes(desk: Desk, data: bytes) -> None:
    """A file's bytes, as they are, to stdout or to the file of `-o`."""
    if desk.options.output is None:
        click.echo(data, nl=False)
        return
    try:
        Path(desk.options.output).write_bytes(data)
    except OSError as error:
        raise _unwritable(desk.options.output, error) from error


def rows(
    desk: Desk,
    columns: Sequence[Column],
    found: Iterable[Sequence[Json]],
    default: str = "table",
    *,
    fielded: bool = False,
) -> None:
    """Rows in the format asked for. `--fields` picks among the columns, unless they are `fielded`: made by it."""
    form = "ids" if desk.options.quiet else desk.options.format or default
    if desk.options.fields and not fielded and form != "ids":
        picked = _picked(columns, desk.options.fields)
        columns, found = [columns[n] for n in picked], ([row[n] for n in picked] for row in found)
    wide = room() if desk.options.output is None else None
    write(desk, output(form, columns, found, lang=LANG, room=wide, dump=dump_any))


def _picked(columns: Sequence[Column], fields: str) -> list[int]:
    """The places of the columns that `--fields` names, by key or title, in the order named."""
    picked = []
    for word in (part.strip() for part in fields.split(",")):
        at = next((n for n, c in enumerate(columns) if word in (c.key, c.title.zh, c.title.en)), None)
        if at is None:
            keys = ", ".join(column.key for column in columns)
            raise Refusal(
                Text(f"没有这一列：{word}。", f"no such column: {word}."),
                exit=Exit.USAGE,
                where=Text.same(f"--fields {fields}"),
                remedy=Text.same(f"--fields {keys}"),
            )
        picked.append(at)
    return picked


def whole(desk: Desk, value: Json | Callable[[], Json], text: Iterable[str]) -> None:
    """One thing: as JSON or YAML where asked for, else as `text` lines; a value that costs something comes as a call."""
    form = desk.options.format
    if form in ("json", "ndjson", "yaml"):
        write(desk, [document(form, value() if callable(value) else value, dump=dump_any)])
    else:
        write(desk, (line + "\n" for line in text))


def dry_run_notice() -> None:
    """Say that nothing was written."""
    click.echo(t("（试运行，未写入）", "(dry run, nothing written)"), err=True)
