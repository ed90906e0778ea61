"""`svc demo`: the whole year once; how it is told, on small stories."""

from __future__ import annotations

import gc
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from svc.cli import demo
from svc.cli.script import Chapter, Story, home

EXAMPLE = runpy.run_path(str(Path(__file__).resolve().parents[1] / "make_example.py"))
STORY = """
title: {zh: 一个小故事, en: A small story}
answer: '{start.unit}'
ending: {zh: '接着：cd {dir}', en: 'next: cd {dir}'}
chapters:
- name: start
  title: {zh: 开头, en: The beginning}
  text:
    zh: 一家企业新建记录库，登记一个部门，然后有人想做不该他做的事，被拒绝了，这就是全部。
    en: A company makes a repository and enters a unit; then somebody tries what is not his to do and is refused.
  days:
    2025-01-02:
    - at: 08:30
      me: li.min@example.com
      run: svc init {dir} --name 李敏 --email li.min@example.com --organisation 示例公司
    - at: 08:35
      me: li.min@example.com
      note: {zh: 一个部门, en: a unit}
      run: svc create unit code=cs name=客户服务部 kind=department
      save: {unit: '^cs$'}
    - {at: 08:40, me: wang.fang@example.com, run: svc create unit code=qa name=质保部 kind=department, refused: 4}
"""


@pytest.fixture
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of the whole demo; only to be read."""
    made: Path = EXAMPLE["once"](tmp_path_factory.getbasetemp())
    return made


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A story of three commands in place of the year; the file it stands in."""
    (tmp_path / "story" / "files").mkdir(parents=True)
    (tmp_path / "sample").mkdir()
    monkeypatch.setattr(demo, "home", lambda: tmp_path / "story")
    monkeypatch.setattr(demo, "sample", lambda: tmp_path / "sample")
    story = tmp_path / "story" / "story.yaml"
    story.write_text(STORY, "utf-8")
    return story


@pytest.fixture(scope="module")
def year() -> Story:
    """The story that ships."""
    return Story.read(home())


# ── the whole year ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_year_ends_bound_and_verified(played: Path, svc: Any) -> None:
    told = (played.parent / "told.txt").read_text("utf-8")
    volume = next((played / "volumes").iterdir())
    assert f"\nsvc-demo/volumes/{volume.name} 完好\n" in told
    assert told.splitlines()[-5].startswith(f"2025 年度已装订并验证：svc-demo/volumes/{volume.name}")
    assert svc("-C", str(played), "volume", "verify", str(volume)).code == 0
    assert svc("-C", str(played), "check").code == 0
    assert str(played) not in told


def test_a_late_step_says_at_once_that_it_owes_its_reason(played: Path) -> None:
    told = (played.parent / "told.txt").read_text("utf-8")
    assert "到达现场 → 已到现场\n到位 超期 455 分钟，须用 --reason 说明原因\n" in told


def test_the_year_has_calls_of_every_kind(played: Path, root: Path, svc: Any) -> None:
    def values(form: str, field: str) -> list[str]:
        rows = svc("-C", str(played), "query", form, "--fields", field, "-O", "json").json
        return [row[field] for row in rows]

    def choices(form: str, field: str) -> set[str]:
        schema = json.loads((root / "schemas" / "chenggong@1" / f"{form}.schema.json").read_text("utf-8"))
        return set(schema["properties"]["fields"]["properties"][field]["enum"])

    assert len(values("intake", "id")) >= 60
    assert set(values("dispatch", "mode")) == choices("dispatch", "mode")
    assert set(values("dispatch", "fault_class")) == choices("dispatch", "fault_class")
    assert set(values("paid-service", "reason")) == choices("paid-service", "reason")
    assert {"closed", "cancelled", "dispatched", "paid_service"} == set(values("intake", "state"))
    assert {"received", "refused"} < set(values("parts-issue", "state"))
    verdicts = values("intake", "warranty_check.verdict")
    assert {"eligible", "expired", "other_brand"} <= set(verdicts)
    assert len(values("warranty-handbook", "id")) == 43


def test_every_file_of_the_story_is_used(year: Story, root: Path) -> None:
    words = " ".join(word for _, step in year.steps() for word in step.words)
    files = {path.name for path in (root / "svc" / "story" / "files").iterdir()}
    assert {name for name in files if name not in words} == set()


def test_the_story_is_told_in_both_languages(year: Story) -> None:
    def texts(chapter: Chapter) -> list[Any]:
        return [chapter.title, chapter.text, *(step.note for step in chapter.steps)]

    told = [year.title, year.ending, *(text for chapter in year.chapters for text in texts(chapter) if text)]
    assert all(text.zh and text.en for text in told)
    assert [text.zh for text in told if not re.search(r"[\u4e00-\u9fff]", text.zh)] == []
    assert [text.en for text in told if re.search(r"[\u4e00-\u9fff]", text.en)] == []


def test_a_file_of_the_story_stays_readable(root: Path) -> None:
    """A month or a theme each: nobody has to read a wall, and two who write do not meet."""
    files = {path.name: path.read_text("utf-8").splitlines() for path in (root / "svc" / "story").glob("*.yaml")}
    assert {name: len(lines) for name, lines in files.items() if len(lines) > 200} == {}
    assert [(name, line) for name, lines in files.items() for line in lines if len(line) > 120] == []
    assert len(files) >= 14


def test_people_places_and_numbers_are_made_up(root: Path) -> None:
    sample = (root / "tests" / "sample" / "machines-gbk.csv").read_bytes().decode("gbk")
    sheets = [path.read_text("utf-8") for path in (root / "svc" / "story" / "files").glob("*.csv")]
    story = [path.read_text("utf-8") for path in (root / "svc" / "story").glob("*.yaml")]
    text = "\n".join([sample, *sheets, *story])
    assert {mail.partition("@")[2] for mail in re.findall(r"[\w.]+@[a-z][\w.-]+", text)} == {"example.com"}
    assert re.findall(r"(?<![0-9A-Za-z-])0[0-9]{2,3}-(?!5550-0[0-9]{3}\b)[0-9]{4}", text) == []
    assert re.findall(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9])", text) == []


@pytest.mark.slow
def test_two_plays_make_the_same_commits(played: Path, tmp_path: Path) -> None:
    EXAMPLE["play"](tmp_path / "again")

    def refs(place: Path) -> str:
        return subprocess.run(["git", "-C", str(place), "show-ref"], capture_output=True, text=True, check=True).stdout

    assert refs(tmp_path / "again" / "svc-demo") == refs(played)
    assert "refs/tags/volume/" in refs(played)


@pytest.mark.slow
def test_a_closed_pipe_does_not_leave_half_a_year(tmp_path: Path, root: Path) -> None:
    command = f"{sys.executable} -m svc demo | head -n 1"
    env = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    assert any((tmp_path / "svc-demo" / "volumes").iterdir())


# ── how it is told ────────────────────────────────────────────────────────────────────────────────────────────────

TOLD = """\
一个小故事

== 开头
一家企业新建记录库，登记一个部门，然后有人想做不该他做的事，被拒绝了，这就是全部。

# 2025-01-02 08:30 li.min@example.com
$ svc init 样例 --name 李敏 --email li.min@example.com --organisation 示例公司
样例

# 2025-01-02 08:35 li.min@example.com  一个部门
$ svc create unit code=cs name=客户服务部 kind=department
cs
部门 cs：登记 → 在用

# 2025-01-02 08:40 wang.fang@example.com
$ svc create unit code=qa name=质保部 kind=department
错误：wang.fang@example.com 不在人员登记中（或已离职），不能办理。
  位置：人员登记 git_email
  依据：core@1 person
  处理：由管理员执行  svc create person …

命令 3 条，其中按程序拒绝 1 条；提交 2 次，单据与台账 4 份。
接着：cd 样例
"""


def test_every_command_is_shown_with_its_answer(small: Path, svc: Any) -> None:
    answer = svc("demo", "样例")
    assert (answer.code, answer.out, answer.err) == (0, TOLD, "")


def test_quiet_prints_the_result_alone(small: Path, svc: Any) -> None:
    answer = svc("demo", "-q")
    assert (answer.code, answer.out, answer.err) == (0, "cs\n", "")
    assert Path("svc-demo/records/svc.yaml").is_file()


def test_json_gives_the_totals(small: Path, svc: Any) -> None:
    facts = svc("demo", "-O", "json").json
    assert facts == {"folder": "svc-demo", "volume": "cs", "commands": 3, "refused": 1, "commits": 2, "records": 4}


def test_told_into_a_file(small: Path, svc: Any) -> None:
    answer = svc("demo", "样例", "-o", "told.txt")
    assert (answer.code, answer.out) == (0, "")
    assert Path("told.txt").read_text("utf-8") == TOLD


def test_narration_fits_a_narrow_terminal(small: Path, svc: Any, narrow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = svc("demo", "样例").out.splitlines()
    assert "一家企业新建记录库，登记一个部门，然后有人想做不该他做的事，" in lines


def test_a_folder_in_use_is_refused(small: Path, svc: Any) -> None:
    Path("used").mkdir()
    Path("used/mine.txt").write_text("mine", "utf-8")
    answer = svc("demo", "used")
    assert answer.code == 4
    assert answer.err.splitlines()[0] == "错误：此处已有内容，演示须用新文件夹。"
    assert "svc demo 新文件夹" in answer.err
    assert [path.name for path in Path("used").iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(small: Path, svc: Any) -> None:
    Path("empty").mkdir()
    assert svc("demo", "empty").code == 0


def test_a_dry_run_writes_nothing(small: Path, svc: Any) -> None:
    answer = svc("demo", "-n")
    assert (answer.code, answer.out) == (0, "")
    assert not Path("svc-demo").exists()


def test_the_environment_is_left_as_it_was(small: Path, svc: Any) -> None:
    before = dict(os.environ)
    here = Path.cwd()
    svc("demo", now="2026-03-05 09:00")
    assert (dict(os.environ), Path.cwd()) == (before, here)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts what /proc says is open")
def test_no_command_of_a_play_leaves_anything_open(small: Path, svc: Any) -> None:
    """A year is a thousand commands, and a process may have 256 files open: each ends the git child it started."""
    gc.disable()
    try:
        before = sorted(os.listdir("/proc/self/fd"))
        svc("demo")
        assert sorted(os.listdir("/proc/self/fd")) == before
    finally:
        gc.enable()


def test_a_story_that_does_not_fit_stops(small: Path, svc: Any) -> None:
    small.write_text(STORY.replace(", refused: 4", ""), "utf-8")
    answer = svc("demo")
    assert answer.code == 70
    assert answer.err.splitlines()[0] == "错误：演示中断：退出码 4，应为 0。"
    assert "2025-01-02 08:40 $ svc create unit code=qa" in answer.err


def test_a_long_answer_is_cut_short(small: Path, svc: Any) -> None:
    small.write_text(
        STORY.replace("run: svc create unit code=qa name=质保部 kind=department, refused: 4", "run: svc --help")
    )
    told = svc("demo").out.splitlines()
    assert any(line.startswith("…… 另有 ") for line in told)


def test_paths_with_spaces_are_shown_as_they_are_typed(small: Path, svc: Any) -> None:
    told = svc("demo", "my demo").out
    assert "$ svc init 'my demo' --name 李敏" in told
    assert told.endswith("接着：cd 'my demo'\n")
    shutil.rmtree("my demo")


TWO = (
    STORY
    + """
    2025-01-06:
    - {at: 09:00, me: li.min@example.com, run: svc show cs -q}
- title: {zh: 另一章, en: Another chapter}
  days:
    2025-01-03:
    - {at: 09:00, me: li.min@example.com, run: 'svc note {start.unit} 说明'}
"""
)


def test_chapters_go_on_side_by_side_as_the_year_goes(small: Path, svc: Any) -> None:
    small.write_text(TWO, "utf-8")
    told = svc("demo").out.splitlines()
    assert [line for line in told if line.startswith("== ")] == ["== 开头", "== 另一章", "== 开头（续）"]
    assert [line for line in told if line.startswith("$ ")][-2:] == ["$ svc note cs 说明", "$ svc show cs -q"]
    assert sum(line.startswith("一家企业新建记录库") for line in told) == 1


def test_what_nobody_kept_is_a_misprint(small: Path, svc: Any) -> None:
    small.write_text(TWO.replace("{start.unit} 说明", "{unit} 说明"), "utf-8")
    answer = svc("demo")
    assert (answer.code, answer.err) == (
        70,
        "错误：故事写错了：unit 还没有。\n  位置：{unit}\n  处理：svc demo --help\n",
    )
