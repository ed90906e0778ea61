"""`svc procedure`: the procedures in force as data: list, show, check, adopt, graph."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from svc.cli.adopt import adopt
from svc.cli.desk import CHINA, Desk, desk
from svc.cli.lang import LANG, said, t
from svc.cli.options import page
from svc.cli.outcome import done
from svc.cli.proving import Files, proven
from svc.cli.saying import rows, write
from svc.domain.findings import Finding
from svc.domain.flow import Way
from svc.domain.memory import Layered
from svc.domain.near import near
from svc.domain.people import role_words
from svc.domain.procedure import Form, Library, Procedure
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.soundness import read_library
from svc.domain.world import Scene
from svc.render.mermaid import drawing
from svc.render.table import Column
from svc.render.terminal import safe_text
from svc.store.schemas import load_folder, read_folder, shipped_folder

VERBS = ("list", "show", "check", "adopt", "graph")
SCHEMAS = "schemas/"


@page(
    "procedure",
    t(
        "程序：list 列出，show [程序|表单]，check [文件夹|程序] 核查，adopt 名称@版次 采用，graph 表单 画图（Mermaid）。",
        "Procedures: list, show [NAME|FORM], check [PATH|NAME], adopt NAME@N, graph FORM (Mermaid).",
    ),
    "svc procedure list",
    "svc procedure show 派工单",
    "svc procedure check schemas/chenggong@2",
    "svc procedure adopt chenggong@2 --reason 2027年管理评审决定",
    "svc procedure graph dispatch -o dispatch.mmd",
)
@click.argument("verb", type=click.Choice(VERBS))
@click.argument("name", required=False, metavar=t("[名称]", "[NAME]"))
@click.option("--reason", metavar="TEXT", help=t("采用的依据", "why it is adopted"))
def command(verb: str, name: str | None, reason: str | None) -> int:
    here = desk()
    if verb in ("adopt", "graph") and name is None:
        raise _lacking(t("名称", "NAME"), verb)
    if verb == "check":
        return _check(here, name)
    if verb == "adopt":
        if not (reason or "").strip():
            raise _lacking("--reason", f"adopt {name}")
        done(here, adopt(here, name or "", (reason or "").strip()))
    elif verb == "list":
        _list(here)
    elif verb == "show":
        _show(here, name)
    else:
        library = _library(here)
        write(here, (line + "\n" for line in drawing(_form(library, name or ""), LANG)))
    return int(Exit.DONE)


def _lacking(what: str, verb: str) -> Refusal:
    return Refusal(
        Text(f"缺少 {what}。", f"{what} is missing."),
        exit=Exit.USAGE,
        where=Text.same(f"svc procedure {verb}"),
        remedy=Text.same("svc procedure --help"),
    )


def _inside(here: Desk) -> bool:
    """Whether there is a repository here; without one the shipped procedures are shown."""
    try:
        return bool(here.repository)
    except Refusal:
        if here.options.repo or here.environ.get("SVC_REPO"):
            raise
        return False


def _library(here: Desk) -> Library:
    if _inside(here):
        return here.shelf.library
    return _shipped()


def _shipped() -> Library:
    documents = {path.removeprefix(SCHEMAS): d for path, d in load_folder(shipped_folder()).items()}
    names = sorted({path.partition("/")[0] for path in documents if "@" in path.partition("/")[0]})
    return read_library(documents, tuple(names))


def _form(library: Library, word: str) -> Form:
    found = library.named(word)
    if len(found) == 1:
        return found[0]
    names = [name for form in library.forms.values() for name in (form.name, form.title.zh)]
    raise Refusal(
        Text(f"没有程序或表单 {shown(word)}。", f"there is no procedure or form {shown(word)}."),
        exit=Exit.NOT_FOUND,
        where=Text.same(shown(word)),
        remedy=Text.same("svc procedure show"),
        details=near(word, [*names, *library.procedures]),
    )


def _list(here: Desk) -> None:
    """Every revision the repository holds or svc ships, and whether it is in force."""
    shipped = _shipped().procedures
    inside = _inside(here)
    library = here.shelf.library if inside else None
    known = {**shipped, **(library.procedures if library else {})}
    columns = [
        Column("name", Text("程序", "procedure"), whole=True),
        Column("title", Text("名称", "title")),
        Column("status", Text("状态", "status")),
        Column("forms", Text("表单数", "forms"), right=True),
    ]
    found = [[n, said(p.title), _status(n, library), len(p.forms)] for n, p in sorted(known.items())]
    rows(here, columns, found)


def _status(name: str, library: Library | None) -> str:
    if library is None or name not in library.procedures:
        return t("随附", "comes with svc")
    return t("在用", "in force") if name in library.in_force else t("未采用", "not adopted")


def _show(here: Desk, word: str | None) -> None:
    library = _library(here)
    chosen = library.procedures.get(word or "")
    stems = [p for name, p in library.procedures.items() if name.partition("@")[0] == word and name in library.in_force]
    if word is None:
        _forms(here, list(library.forms.values()))
    elif chosen or stems:
        procedure = chosen or stems[0]
        _forms(here, list(procedure.forms.values()), procedure)
    else:
        _actions(here, library, _form(library, word))


def _forms(here: Desk, forms: Sequence[Form], procedure: Procedure | None = None) -> None:
    """Forms with code, title, prefix or key field, and what is done with them at the end of the year."""
    columns = [
        Column("id", Text("表单", "form"), whole=True),
        Column("code", Text("代号", "code"), whole=True),
        Column("title", Text("名称", "title")),
        Column("prefix", Text("编号前缀", "prefix")),
        Column("procedure", Text("程序", "procedure")),
    ]
    if procedure is not None and not here.options.quiet:
        click.echo(safe_text(f"{procedure.name}  {said(procedure.title)}"), err=True)
    rows(here, columns, [[f.name, f.code, said(f.title), f.prefix, f.procedure] for f in forms])


def _actions(here: Desk, library: Library, form: Form) -> None:
    """The ways of a form's actions: from where, to where, by whom, under which clause."""
    columns = [
        Column("action", Text("动作", "action"), whole=True),
        Column("title", Text("名称", "title")),
        Column("from", Text("自", "from")),
        Column("to", Text("至", "to")),
        Column("by", Text("由", "by")),
        Column("clause", Text("条款", "clause")),
    ]
    if not here.options.quiet:
        click.echo(safe_text(f"{form.name}  {said(form.title)}  {form.code or ''}  {form.procedure}"), err=True)
    found = [
        [a.name, said(a.text), _states(form, way.froms), _states(form, _targets(way)), _by(library, way), a.clause]
        for a in form.actions.values()
        for way in a.ways
    ]
    rows(here, columns, found)


def _targets(way: Way) -> tuple[str, ...]:
    return way.choose or (way.to,)


def _states(form: Form, names: Sequence[str]) -> str:
    titles = [said(form.states[name].title) if name in form.states else name for name in names]
    return t("、", ", ").join(t("原状态", "same") if name == "same" else name for name in titles)


def _by(library: Library, way: Way) -> str:
    if way.by.anyone:
        return t("任何人", "anyone")
    words = [said(role_words(_no_records(library), actor)) for actor in way.by.actors]
    words += [t("办理上一步的本人", "whoever did the last step")] if way.by.same else []
    return t("、", ", ").join(words) or t("随别的办理", "inside another deed")


def _no_records(library: Library) -> Scene:
    """A scene without records: what a role is called needs none."""
    return Scene(Layered(), library, CHINA, "", datetime.fromtimestamp(0, CHINA))


def _check(here: Desk, target: str | None) -> int:
    """The proofs over a folder's documents, or a repository's, or the shipped ones; findings exit 1."""
    files, name, lead = _files(here, target)
    found = [f for f in proven(files) if name is None or f.file.startswith(f"{name}/")]
    found = [Finding(f"{lead}{f.file}", f.line, f.field, f.message, f.rule) for f in found]
    if (here.options.format or "table") == "table":
        write(here, (safe_text(finding.said(LANG)) + "\n" for finding in found))
    else:
        columns = [Column(key, Text.same(key)) for key in ("file", "line", "field", "message", "rule")]
        rows(here, columns, [list(finding.to_dict(LANG).values()) for finding in found])
    count = sum(1 for path in files if name is None or path.startswith(f"{name}/"))
    click.echo(
        t(f"核查 {count} 个文件，发现 {len(found)} 处", f"{count} files checked, {len(found)} findings"), err=True
    )
    return int(Exit.FOUND) if found else int(Exit.DONE)


def _files(here: Desk, target: str | None) -> tuple[Files, str | None, str]:
    """The documents to prove, the one procedure asked for, and what their paths begin with in messages."""
    folder = Path(target) if target else None
    name, lead = None, SCHEMAS
    if folder is None or not folder.is_dir():
        name = target
        folder = here.repository.root / "schemas" if _inside(here) else shipped_folder()
    elif not (folder / "record.schema.json").is_file() and "@" in folder.resolve().name:
        name = folder.resolve().name
        folder = folder.parent if folder.name == name else folder.resolve().parent
        lead = f"{folder.as_posix()}/"
    else:
        lead = f"{folder.as_posix()}/"
    files = {path.removeprefix(SCHEMAS): data for path, data in read_folder(folder).items()}
    names = {path.partition("/")[0] for path in files if "@" in path.partition("/")[0]}
    if name is not None and name not in names:
        full = sorted(one for one in names if one.partition("@")[0] == name)
        name = full[-1] if full else _unknown(name, names)
    return files, name, lead


def _unknown(name: str, names: set[str]) -> str:
    raise Refusal(
        Text(f"没有程序或文件夹 {shown(name)}。", f"there is no procedure or folder {shown(name)}."),
        exit=Exit.NOT_FOUND,
        where=Text.same(shown(name)),
        remedy=Text.same("svc procedure list"),
        details=near(name, names),
    )
