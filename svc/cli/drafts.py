"""Fields from a YAML file, or typed in an editor; a draft is kept until it is accepted."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from svc.cli.desk import Desk
from svc.cli.lang import said, t
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import why
from svc.store.yaml_file import load


def from_file(name: str) -> dict[str, Json]:
    """The fields in a YAML file (`-`: standard input), read strictly."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Refusal(
            Text(f"读不了 {name}：{why(error).zh}。", f"cannot read {name}: {why(error).en}."),
            exit=Exit.ENVIRONMENT,
            where=Text.same(name),
            remedy=Text("检查文件名", "check the file's name"),
        ) from error
    try:
        found = load(data, name, bom=True)
    except Refusal as refusal:
        raise refusal.at(remedy=Text(f"改正 {name} 后重试", f"correct {name} and try again")) from None
    fields = found.get("fields", found) if set(found) <= {"form", "fields"} else found
    return fields if isinstance(fields, dict) else {}


def edited(desk: Desk, form: Form, action: str | None, base: dict[str, Json] | None) -> dict[str, Json]:
    """The fields as filled in with the user's editor; the draft stays under .git/svc/drafts/ until accepted."""
    folder = desk.repository.own / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{form.name}.yaml"
    if not draft.exists():
        draft.write_text(_template(form, action, base or {}), "utf-8")
    click.edit(filename=str(draft))
    found = from_file(str(draft))
    if not found:
        raise Refusal(
            Text("草稿是空的，未新建。", "the draft is empty; nothing was made."),
            exit=Exit.USAGE,
            where=Text.same(str(draft)),
            remedy=Text.same(f"svc create {form.name} --edit"),
        )
    return found


def _template(form: Form, action: str | None, base: dict[str, Json]) -> str:
    """A draft to fill in: what the action asks, then what it takes, each with its title."""
    chosen = form.actions.get(action or "") or next(iter(form.firsts), None)
    lines = [t(f"# {form.title.zh}：填写后保存退出", f"# {form.title.en}: fill in, save, leave")]
    for way in chosen.ways[:1] if chosen else ():
        for mark, items in (("", way.asks), ("# ", way.takes)):
            for item in items:
                info = form.schema.info(item.name)
                title = said(info.title) if info else item.name
                lines.append(f"{mark}{item.name}: {base.get(item.name, '')}  # {title}".rstrip())
    return "\n".join(lines) + "\n"
