"""Checking records as they stand: schema, fold, log, evidence, people, links. Findings are values, checks one tuple."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from svc.domain.checks import actors, evidence, log, migrated, shape
from svc.domain.checks.log import Step, steps
from svc.domain.findings import Finding
from svc.domain.ids import place_of
from svc.domain.links import link_values
from svc.domain.paths import Json
from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.refusal import Text
from svc.domain.world import Scene

Found = Iterator[tuple[str, Text]]
Checker = Callable[["Subject"], Found]


@dataclass(frozen=True, slots=True)
class Subject:
    """One record file to be checked: its path, content, the scene it stands in, its evidence files' SHA-256 by name.

    `known` says whether a record of a form and id is there, where that can be told without reading it.
    """

    path: str
    raw: Mapping[str, Json]
    scene: Scene
    files: Mapping[str, str]
    lines: Callable[[str], int]
    known: Callable[[str, str], bool] | None = None

    @property
    def form(self) -> Form | None:
        """The form in the revision the record names."""
        return self.scene.library.form_of(str(self.raw.get("form")), str(self.raw.get("procedure")))

    def leads(self, links: Sequence[str], value: Json) -> bool:
        """Whether a link of those forms names a record that is there."""
        if self.known is None:
            return self.scene.find(links, value) is not None
        return any(self.known(form, id) for form, id in self.scene.named(links, value))


class Whole(NamedTuple):
    """A record whose shape is right: as it stands, as its log adds up, and its log step by step."""

    record: Record
    folded: Record
    course: Sequence[Step]


class Judgement(NamedTuple):
    """What is wrong with a record file; of a sound one also the record as the engine itself would have it."""

    findings: list[Finding]
    folded: Record | None


def _schema(subject: Subject) -> Found:
    form = subject.form
    if form is None:
        name = f"{subject.raw.get('form')} {subject.raw.get('procedure')}"
        yield "procedure", Text(f"没有这个表单或程序版本：{name}", f"no such form or revision: {name}")
        return
    if not form.schema.valid(subject.raw):
        yield from ((c.path, c.message) for c in form.schema.complaints(subject.raw))


def _place(subject: Subject) -> Found:
    where = place_of(subject.path)
    named = (subject.raw.get("form"), subject.raw.get("id"), subject.raw.get("year"))
    if where is None or (where.form, where.id, where.year) != named:
        yield "id", Text("文件位置与编号不符", "the file does not stand where its id belongs")


def _fold(subject: Subject, whole: Whole) -> Found:
    again, record = whole.folded, whole.record
    for key in ("state", "procedure"):
        if getattr(again, key) != getattr(record, key):
            now, then = getattr(record, key), getattr(again, key)
            yield key, Text(f"与日志不符：应为 {then}，现为 {now}", f"the log adds up to {then}, not {now}")
    if again.fields != record.fields:
        differing = [k for k in {**again.fields, **record.fields} if again.fields.get(k) != record.fields.get(k)]
        for key in differing:
            yield f"fields.{key}", Text("与日志不符", "differs from what the log adds up to")


def _evidence(subject: Subject, whole: Whole) -> Found:
    yield from evidence.findings(whole.record, whole.course, subject.scene.library, subject.files)


def _links(subject: Subject, whole: Whole) -> Found:
    form = subject.form
    for path, links, value in link_values(form, whole.record.fields) if form else ():
        if not subject.leads(links, value):
            yield f"fields.{path}", Text(f"所指的 {value} 不存在", f"there is no {value}")


RawCheck = tuple[str, Checker]
WholeCheck = tuple[str, Callable[[Subject, Whole], Found]]
# Of the file as it was read; a file that fails these is not looked into further.
RAW_CHECKS: tuple[RawCheck, ...] = (("schema", _schema), ("place", _place))
# Of a record whose shape is right, in the order a reader meets them.
CHECKS: tuple[WholeCheck, ...] = (
    ("fold", _fold),
    ("log", lambda subject, whole: log.findings(whole.record, whole.course)),
    ("gave", lambda subject, whole: shape.findings(whole.record, whole.course, subject.scene)),
    ("actor", lambda subject, whole: actors.findings(whole.course, subject.scene)),
    ("migrated", lambda subject, whole: migrated.findings(whole.record, whole.course, subject.scene)),
    ("evidence", _evidence),
    ("link", _links),
)


def check(subject: Subject) -> list[Finding]:
    """Everything that is wrong with one record file."""
    return judge(subject).findings


def judge(subject: Subject) -> Judgement:
    """As `check`, with the record folded anew where nothing is wrong."""
    found = [_finding(subject, field, text, rule) for rule, checker in RAW_CHECKS for field, text in checker(subject)]
    form = subject.form
    if found or form is None:
        return Judgement(found, None)
    record = Record.from_dict(subject.raw)
    whole = Whole(record, record.entered(record.log), steps(record, form, subject.scene.library))
    for rule, checks in CHECKS:
        found += [_finding(subject, field, text, rule) for field, text in checks(subject, whole)]
    return Judgement(found, None if found else whole.folded)


def _finding(subject: Subject, field: str, text: Text, rule: str) -> Finding:
    return Finding(subject.path, subject.lines(field), field, text, rule)
