"""The language of the story: deeds, values, days; and what is said to whoever misprints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from svc.cli.script import Step, Story
from svc.domain.refusal import Exit, Refusal, Text

FRAME = """
title: {zh: 题, en: title}
answer: done
ending: {zh: 完, en: end}
"""
DEEDS = """
values: {clerk: wang.fang, kind: null, hours: null, sent: '{who}', extra: [no_parts=true], fine: true, cost: 0}
deeds:
  receive: {me: '{clerk}@example.com', run: 'svc create intake kind={kind} text={fault}', save: call}
  check: {me: '{clerk}@example.com', run: 'svc advance {call} check seen={fine} hours={hours} --reason {why}'}
  report: {me: '{sent}@example.com', run: 'svc create report {extra} cost={cost}', save: {report: 'WX-[0-9-]+'}}
"""
CHAPTER = """
chapters:
- title: {zh: 章, en: chapter}
  with: {fault: 漏油 严重, who: zhang.wei, why: null}
  days:
    2025-01-08:
"""


def read(folder: Path, *lines: str, chapter: str = CHAPTER, deeds: str = DEEDS, frame: str = FRAME) -> Story:
    """A story of three files; `lines` are the steps of its one day."""
    steps = "".join(f"    - {line}\n" for line in lines)
    for name, text in (("story.yaml", frame), ("deeds.yaml", deeds), ("01-month.yaml", chapter + steps)):
        (folder / name).write_text(text, "utf-8")
    return Story.read(folder)


def steps(folder: Path, *lines: str) -> list[Step]:
    return [step for _, step in read(folder, *lines).steps()]


def test_a_word_stands_for_a_command(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, "08:12 receive")
    assert (step.at, step.me, step.refused, step.note) == ("2025-01-08 08:12", "wang.fang@example.com", 0, None)
    assert step.words == ("svc", "create", "intake", "text=漏油 严重")
    assert list(step.save) == ["call"]


def test_what_a_chapter_leaves_null_is_left_out_with_its_option(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, "08:12 check")
    assert step.words == ("svc", "advance", "{call}", "check", "seen=true")


def test_further_words_go_on_the_command_line(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, "08:12 receive --at '01-07 16:40' --evidence k=f.png")
    assert step.words[-4:] == ("--at", "01-07 16:40", "--evidence", "k=f.png")


def test_a_list_alone_becomes_several_words_and_values_name_values(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, "{do: 08:12 report, with: {extra: [a=1, 'b={cost}'], cost: '2.50'}}")
    assert step.words == ("svc", "create", "report", "a=1", "b=2.50", "cost=2.50")
    assert (step.me, dict(step.save)) == ("zhang.wei@example.com", {"report": "WX-[0-9-]+"})


def test_a_step_may_differ_from_its_deed(tmp_path: Path) -> None:
    said = "{do: 08:12 receive, me: a@example.com, refused: 4, note: {zh: 注, en: note}}"
    (step,) = steps(tmp_path, said)
    assert (step.me, step.refused, step.note) == ("a@example.com", 4, Text("注", "note"))
    assert step.save == {}, "a refusal gives nothing to keep"


def test_a_command_line_of_its_own(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, "{at: '09:00', me: '{who}@example.com', run: 'svc show {call} --log --links', save: id}")
    assert (step.me, step.words) == ("zhang.wei@example.com", ("svc", "show", "{call}", "--log", "--links"))
    assert list(step.save) == ["id"]


def test_steps_of_all_files_are_played_as_the_year_goes(tmp_path: Path) -> None:
    theme = CHAPTER.replace("en: chapter", "en: theme") + "    - 08:20 receive\n    2025-02-01: [08:00 check]\n"
    (tmp_path / "theme.yaml").write_text(theme, "utf-8")
    story = read(tmp_path, "08:10 receive", "08:20 check", "08:30 report")
    assert [(chapter.title.en, step.at[5:]) for chapter, step in story.steps()] == [
        ("chapter", "01-08 08:10"),
        ("chapter", "01-08 08:20"),
        ("theme", "01-08 08:20"),
        ("chapter", "01-08 08:30"),
        ("theme", "02-01 08:00"),
    ]


def test_chapters_without_a_name_are_told_apart(tmp_path: Path) -> None:
    chapter = CHAPTER + "    - 08:20 receive\n" + CHAPTER.removeprefix("\nchapters:\n")
    story = read(tmp_path, "08:10 receive", chapter=chapter)
    assert [chapter.name for chapter in story.chapters] == ["01-month.yaml#1", "01-month.yaml#2"]
    assert all(chapter.text is None for chapter in story.chapters)


NAMED = CHAPTER.replace("- title", "- name: same\n  title")


@pytest.mark.parametrize(
    ("lines", "files", "told"),
    [
        (("08:12 reciver",), {}, "不认得：08:12 reciver 01-month.yaml#1 2025-01-08"),
        (("8:12 receive",), {}, "不认得：8:12 receive 01-month.yaml#1 2025-01-08"),
        (("{at: 8h, me: a, run: svc}",), {}, "时刻应写作 HH:MM：8h 01-month.yaml#1 2025-01-08"),
        (("{at: '08:00', me: a, run: svc, refuse: 4}",), {}, "不认得 refuse 01-month.yaml#1 2025-01-08"),
        (("08:12 receive", "08:11 check"), {}, "2025-01-08 08:11 在 2025-01-08 08:12 之后 01-month.yaml#1"),
        (("{do: 08:12 check, with: {fine: [a]}}",), {}, "fine 在这里只能是一个值 seen={fine}"),
        (("08:12 check",), {"chapter": CHAPTER.replace("with:", "given:")}, "不认得 given 01-month.yaml#1"),
        (
            ("08:12 check",),
            {"chapter": NAMED + "    - 08:00 check\n" + NAMED.removeprefix("\nchapters:\n")},
            "两章同名：same 01-month.yaml",
        ),
        (("08:12 check",), {"deeds": DEEDS.replace("deeds:", "words:")}, "不认得 words deeds.yaml"),
        (("08:12 check",), {"deeds": DEEDS + "answer: x\n"}, "不认得 answer deeds.yaml"),
        (("08:12 check",), {"frame": FRAME + "values: {clerk: a}\n"}, "clerk 已有定义 story.yaml"),
        (
            ("08:12 check",),
            {"frame": FRAME + "deeds: {check: {me: a, run: svc}}\n"},
            "check 已有定义 story.yaml",
        ),
    ],
)
def test_a_misprint_says_where(lines: tuple[str, ...], files: dict[str, str], told: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        read(tmp_path, *lines, **files)
    refusal = caught.value
    what = refusal.what.zh.removeprefix("故事写错了：").removesuffix("。")
    assert f"{what} {refusal.where.zh if refusal.where else ''}" == told
    assert refusal.exit == Exit.BUG
    assert refusal.what.en.startswith("the story is misprinted: ")
