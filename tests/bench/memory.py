"""The memory of every command in a large repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.bench.bench import Bench, forget, ids
from tests.bench.figures import Figure, failure
from tests.bench.timing import Failed

MOST = 300
"""Megabytes that any command may take, all its processes together."""
LEFT_OUT = {
    "init": "works in no repository that has records",
    "demo": "makes a small repository of its own",
    "completion": "prints a script and opens no repository",
    "help": "prints texts and opens no repository",
}
"""Commands that are not measured, each with the reason."""


class Line(NamedTuple):
    """One command line, who runs it. `{…}` stands for what the repository has."""

    words: str
    me: str = "wang.fang"
    cold: bool = False
    """Whether everything that svc keeps is removed before."""


LINES = (
    Line("check", cold=True),
    Line("check"),
    Line("check --base HEAD~100"),
    Line("check --staged"),
    Line("query intake --limit 1 -O ids", cold=True),
    Line("query intake -O table"),
    Line("query -O json -o {out}"),
    Line("query -O csv -o {out}"),
    Line("query intake 漏油 --sort reported_at --limit 50"),
    Line("query intake --group-by state --count"),
    Line("query repair-report --group-by year --sum cost"),
    Line("query overdue -O ids"),
    Line("show {report} --log --links --clocks"),
    Line("show {machine} --links"),
    Line("explain {report}"),
    Line("log {report}"),
    Line("log --limit 50"),
    Line("todo"),
    Line("todo --overdue"),
    Line(""),
    Line(
        "create intake channel=phone reporter.name=王建国 reporter.phone=000-5550-0101 serial={machine}"
        " fault_place=示例市 fault_symptom=漏油"
    ),
    Line("advance @last check_warranty certificate_seen=true handbook_seen=true hour_meter=10"),
    Line("note @last 用户要求下午联系"),
    Line("attach @last handbook={photo} --reason 补交"),
    Line("undo @last --reason 登记错误"),
    Line("import customer {sheet}", me="chen.jing"),
    Line("setting list"),
    Line("setting set record_control.retention_years 12 --reason 年度评审", me="li.min"),
    Line("calendar list"),
    Line("clock days --calendar cn-working --start 2026-01-05T16:00:00 --days 3 --until midnight"),
    Line("procedure check"),
    Line("bind 2017 --plan"),
    Line("bind 2017", me="sun.yan"),
    Line("bind 2017", me="zhao.lei"),
    Line("bind 2017", me="chen.jing"),
    Line("volume list"),
    Line("volume verify {volume}"),
    Line("doctor", me="li.min"),
)


def memory(b: Bench, size: int) -> Iterator[Figure]:
    """The most memory that each command took at any moment, over its command lines."""
    repo = b.repo(size)
    most: dict[str, tuple[float, str]] = {}
    for line in LINES:
        word = f"svc {line.words.partition(' ')[0]}".strip()
        said = f"svc {line.words}".strip() + (", cold" if line.cold else "")
        try:
            taken = _taken(b, repo, line)
        except Failed as why:
            yield failure(said, size, str(why))
            continue
        most[word] = max(most.get(word, (0.0, "")), (taken, said))
    for word, (taken, said) in most.items():
        yield Figure(f"{word}: memory", size, taken, MOST, unit="MB", note=said)


def _taken(b: Bench, repo: Path, line: Line) -> float:
    if line.cold:
        forget(repo)
    words = [_filled(b, repo, word) for word in line.words.split()]
    return b.run(repo, *words, me=line.me, watch=True).megabytes


def _filled(b: Bench, repo: Path, word: str) -> str:
    """A word with what stands for something in this repository."""
    if "{report}" in word:
        return word.replace("{report}", ids(repo, "2024/repair-report", 1)[0])
    if "{machine}" in word:
        return word.replace("{machine}", ids(repo, "register/warranty-handbook", 1)[0])
    if "{volume}" in word:
        return word.replace("{volume}", next((f"volumes/{path.name}" for path in repo.glob("volumes/*")), "volumes"))
    if "{photo}" in word:
        photo = b.work / "photo.png"
        photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
        return word.replace("{photo}", str(photo))
    if "{sheet}" in word:
        sheet = b.work / "customers.csv"
        rows = [f"KH-9{n:05d},示例工程队{n},company,王建国,000-5550-0101,示例路{n}号,示例省" for n in range(200)]
        sheet.write_text("\n".join(["code,name,kind,contact_person,phone,address,region", *rows]) + "\n", "utf-8")
        return word.replace("{sheet}", str(sheet))
    return word.replace("{out}", str(b.work / "out"))
