"""The evidence of a record: every file there, unchanged, none beside them, what each step asked handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svc.domain.checks.log import Found, Step
from svc.domain.procedure import Library
from svc.domain.record import Record
from svc.domain.refusal import Text


def findings(record: Record, course: Sequence[Step], library: Library, files: Mapping[str, str]) -> Found:
    """Files missing, changed or extra (`files`: name -> SHA-256 of what stands there); steps without their evidence."""
    named = set()
    for n, item in enumerate(record.evidence):
        where = f"evidence.{n}"
        named.add(item.file)
        found = files.get(item.file)
        if "/" in item.file or "\\" in item.file or item.file.startswith("."):
            yield (
                f"{where}.file",
                Text(f"凭证不在本单的文件夹内：{item.file}", f"outside the record's folder: {item.file}"),
            )
        elif found is None:
            yield (
                f"{where}.file",
                Text(f"{record.id} 缺少凭证文件 {item.file}", f"{record.id} lacks the file {item.file}"),
            )
        elif found != item.sha256:
            yield (
                f"{where}.sha256",
                Text(
                    f"{record.id} 的凭证 {item.file} 已被改动：应为 {item.sha256}，现为 {found}",
                    f"{record.id}: {item.file} was changed: expected {item.sha256}, found {found}",
                ),
            )
        if not 0 < item.step <= len(record.log) or record.log[item.step - 1].by != item.by:
            yield f"{where}.step", Text("与日志中的步骤或交件人不符", "does not agree with the step it names")
    for name in sorted(set(files) - named):
        yield "evidence", Text(f"{record.id} 的文件夹里多出 {name}", f"{record.id}: {name} is not listed as evidence")
    yield from _asked(record, course, library)


def _asked(record: Record, course: Sequence[Step], library: Library) -> Found:
    """Unconditional evidence rules, step by step (conditions that rest on links are judged at the deed and by audit)."""
    for step in course:
        way = step.way
        if way is None or way.papers.each or not (way.papers.all or way.papers.any):
            continue
        kinds = {item.kind for item in record.evidence if item.step == step.entry.step}
        for item in way.papers.all:
            if item.when is None and item.name not in kinds:
                title = library.kind_title(item.name)
                yield step.where, Text(f"缺少凭证：{title.zh}", f"missing evidence: {title.en}")
        options = {item.name for item in way.papers.any if item.when is None}
        if options and len(options) == len(way.papers.any) and not options & kinds:
            yield (
                step.where,
                Text(
                    f"缺少凭证：{'或'.join(sorted(options))}", f"missing evidence: one of {', '.join(sorted(options))}"
                ),
            )
