"""`svc init`: a new records repository."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from svc.cli.desk import SITE, Desk, desk
from svc.cli.lang import t
from svc.cli.options import page
from svc.cli.saying import dry_run_notice
from svc.domain.core import ACTIVE, ADMINISTRATOR, LANE, PERSON, UNIT
from svc.domain.deed import Deed, Request
from svc.domain.memory import Layered
from svc.domain.paths import Json
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown
from svc.domain.workflow import decide
from svc.domain.world import Scene
from svc.store.creation import refuse_used
from svc.store.git import Git
from svc.store.repository import Repository
from svc.store.schemas import load_folder, read_folder, shipped_folder
from svc.store.yaml_file import dump

COMPANY = "company"
# Volumes are kept where the archive keeps them, never in git.
IGNORED = (".gitignore", b"/volumes/\n")


@page(
    "init",
    t(
        "新建记录库：git 仓库、程序、日历、首任管理员。",
        "A new repository: git, procedures, calendars, the first administrator.",
    ),
    "svc init 售后 --procedure chenggong --name 李敏 --email li.min@example.com",
)
@click.argument("folder", metavar="DIR")
@click.option("--procedure", "procedures", multiple=True, metavar="NAME", help=t("采用的程序", "procedures to adopt"))
@click.option("--lane", default="0101", metavar="NNNN", show_default=True, help=t("本库的通道", "this clone's lane"))
@click.option("--name", metavar="NAME", help=t("首任管理员姓名", "the first administrator's name"))
@click.option("--email", metavar="EMAIL", help=t("首任管理员邮箱", "the first administrator's e-mail"))
@click.option("--organisation", default="", metavar="NAME", help=t("单位名称", "name of the organisation"))
@click.option("--timezone", default="Asia/Shanghai", metavar="ZONE", show_default=True, help=t("时区", "time zone"))
def command(
    folder: str,
    procedures: tuple[str, ...],
    lane: str,
    name: str | None,
    email: str | None,
    organisation: str,
    timezone: str,
) -> None:
    here = desk()
    who, mail = _identity(name, email)
    plan = Plan(procedures, lane, who, mail, organisation or who, timezone)
    if here.options.dry_run:
        refuse_used(Path(folder).absolute())
        dry_run_notice()
        click.echo(str(Path(folder).absolute()))
    else:
        click.echo(str(make(here, Path(folder), plan)))


class Plan:
    """What a new repository is to be: procedures in force, lane, administrator, organisation, zone."""

    def __init__(
        self, procedures: tuple[str, ...], lane: str, name: str, email: str, organisation: str, timezone: str
    ) -> None:
        self.lane, self.name, self.email = lane, name, email
        self.organisation, self.timezone = organisation, timezone
        self.zone = _zone(timezone)
        self.documents = load_folder(shipped_folder())
        self.procedures = _adopted(procedures, self._shipped())
        if not re.fullmatch(r"[0-9]{4}", lane):
            raise Refusal(
                Text(f"通道为四位数字，不是 {lane}。", f"a lane is four digits, not {lane}."),
                exit=Exit.USAGE,
                where=Text.same("--lane"),
                remedy=Text.same("--lane 0101"),
            )

    def _shipped(self) -> list[str]:
        return sorted({path.split("/")[1] for path in self.documents if path.count("/") == 2 and "@" in path})

    def site(self) -> dict[str, Json]:
        """records/svc.yaml."""
        return {
            "format": 1,
            "organisation": self.organisation,
            "timezone": self.timezone,
            "language": "zh",
            "lane": self.lane,
            "procedures": self.procedures,
        }


def _zone(name: str) -> ZoneInfo:
    """The time zone of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refusal(
            Text(f"没有时区 {shown(name)}。", f"there is no time zone {shown(name)}."),
            exit=Exit.USAGE,
            where=Text.same("--timezone"),
            remedy=Text.same("--timezone Asia/Shanghai"),
        ) from error


def _adopted(wanted: tuple[str, ...], shipped: list[str]) -> list[str]:
    """The revisions to adopt: the core, then each procedure named (its newest revision unless one is named)."""
    found = [max(name for name in shipped if name.startswith("core@"))]
    for word in wanted or ():
        options = [name for name in shipped if name == word or name.startswith(f"{word}@")]
        if not options:
            raise Refusal(
                Text(
                    f"没有程序 {word}；随附的有：{'、'.join(shipped)}。",
                    f"there is no procedure {word}; shipped: {', '.join(shipped)}.",
                ),
                exit=Exit.NOT_FOUND,
                where=Text.same("--procedure"),
                remedy=Text.same(f"--procedure {shipped[0].partition('@')[0]}"),
            )
        found.append(max(options, key=lambda name: int(name.partition("@")[2])))
    return list(dict.fromkeys(found))


def _identity(name: str | None, email: str | None) -> tuple[str, str]:
    """The administrator's name and e-mail: as given, else git's own."""
    if not (name and email):
        text = Git(Path.cwd()).text(("config", "--get-regexp", r"^user\.(name|email)$"), ok=(0, 1))
        known = dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
        name, email = name or known.get("user.name"), email or known.get("user.email")
    if not (name and email):
        raise Refusal(
            Text("须有首任管理员的姓名和邮箱。", "the first administrator needs a name and an e-mail."),
            exit=Exit.USAGE,
            where=Text.same("--name / --email"),
            remedy=Text("svc init 文件夹 --name 姓名 --email 邮箱", "svc init DIR --name NAME --email EMAIL"),
        )
    return name, email


def make(here: Desk, folder: Path, plan: Plan) -> Path:
    """Make the repository: one commit with the schemas, the site, the administrator, the unit and the lane."""
    now = here.started
    library = Library.read({p.removeprefix("schemas/"): d for p, d in plan.documents.items()}, tuple(plan.procedures))
    world = Layered()
    scene = Scene(world, library, plan.zone, plan.lane, now.astimezone(plan.zone))
    files: dict[str, bytes] = {SITE: dump(plan.site()), IGNORED[0]: IGNORED[1], **read_folder(shipped_folder())}
    for deed in _first_deeds(scene, world, plan):
        files.update({change.path: dump(change.after.to_dict()) for change in deed.changes})
    message = f"init: {plan.organisation}\n\nSvc-Action: init\nSvc-Procedure: {', '.join(plan.procedures)}\n"
    with Repository.create(folder, files, author=(plan.name, plan.email), when=now, message=message) as made:
        return made.root


def _first_deeds(scene: Scene, world: Layered, plan: Plan) -> list[Deed]:
    """The unit, the administrator (who enters himself) and the lane, decided like any other deed."""
    today = scene.now.date().isoformat()
    code = re.sub(r"[^a-z0-9.-]", "", plan.email.partition("@")[0].lower()).strip(".-") or ADMINISTRATOR
    role = {"role": ADMINISTRATOR, "from": today}
    person = {
        "code": code,
        "name": plan.name,
        "employee_no": "0001",
        "unit": COMPANY,
        "roles": [role],
        "git_email": plan.email,
    }
    bootstrap = Record(code, PERSON, scene.library.in_force[0], ACTIVE, None, person, (), ())
    world.put(bootstrap)
    deeds = []
    for form, gave in (
        (UNIT, {"code": COMPANY, "name": plan.organisation, "kind": COMPANY}),
        (LANE, {"code": plan.lane, "site": plan.organisation, "holder": code}),
        (PERSON, person),
    ):
        known = scene.library.forms[form]
        if form == PERSON:
            world.forget(bootstrap)
        deed = decide(scene, bootstrap, known, None, Request(known.firsts[0].name, gave))
        world.take_up(deed)
        deeds.append(deed)
    return deeds
