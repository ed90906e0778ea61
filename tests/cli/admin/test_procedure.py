"""`svc procedure`: the procedures as data, proved, drawn, adopted by a recorded deed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import svc.cli.procedure  # noqa: F401 - so that `english` finds it

NOW = "2026-03-06 09:00"


def git(world: Any, *args: str) -> str:
    """Plain git, as somebody at the keyboard runs it."""
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    return subprocess.run(
        ["git", "-C", str(world.root), *who, *args], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proofs find nothing: what they find has its own tests."""
    monkeypatch.setattr("svc.cli.adopt.proven", lambda files: [])


def second(world: Any, change: str = "revision: 2") -> Path:
    """A second revision of the procedure, made by the company and committed, not yet adopted."""
    old, new = world.root / "schemas/chenggong@1", world.root / "schemas/chenggong@2"
    shutil.copytree(old, new)
    head = new / "procedure.yaml"
    head.write_text(head.read_text("utf-8").replace("revision: 1", change, 1), "utf-8")
    git(world, "add", "schemas")
    git(world, "commit", "-qm", "second revision")
    return Path(new)


def test_list_inside_and_outside(world: Any, svc: Any) -> None:
    rows = {row["name"]: row["status"] for row in world.svc("procedure", "list", "-O", "json", now=NOW).json}
    assert rows["chenggong@1"] == rows["core@1"] == "在用"
    outside = {row["name"]: row["status"] for row in svc("procedure", "list", "-O", "json").json}
    assert outside["core@1"] == "随附"
    second(world)
    again = {row["name"]: row["status"] for row in world.svc("procedure", "list", "-O", "json", now=NOW).json}
    assert again["chenggong@2"] == "未采用"


def test_show(world: Any) -> None:
    forms = {row["id"]: row for row in world.svc("procedure", "show", "-O", "json", now=NOW).json}
    assert forms["dispatch"] == {
        "id": "dispatch",
        "code": "用户原—02",
        "title": "三包服务派工单",
        "prefix": "PG",
        "procedure": "chenggong@1",
    }
    assert "setting" in forms
    only = {row["id"] for row in world.svc("procedure", "show", "chenggong", "-O", "json", now=NOW).json}
    assert "dispatch" in only and "setting" not in only
    ways = world.svc("procedure", "show", "用户原-02", "-O", "json", now=NOW).json
    assert {"action": "arrive", "title": "到达现场"}.items() <= next(w for w in ways if w["action"] == "arrive").items()
    unknown = world.svc("procedure", "show", "dispach", now=NOW)
    assert (unknown.code, unknown.err) == (
        3,
        "错误：没有程序或表单 dispach。\n  - 是否指 dispatch\n  位置：dispach\n  处理：svc procedure show\n",
    )


def test_graph(world: Any) -> None:
    drawing = world.svc("procedure", "graph", "dispatch", now=NOW).out
    assert drawing.startswith("---\ntitle: 三包服务派工单\n---\nstateDiagram-v2\n")
    assert '    state "已派工" as s_issued\n' in drawing
    assert "    [*] --> s_issued : 派工\n" in drawing
    assert "    s_accepted --> s_on_site : 到达现场\n" in drawing
    assert drawing.endswith("    s_cancelled --> [*]\n")


def test_check_names_file_and_line(world: Any, tmp_path: Path) -> None:
    flow = world.root / "schemas/chenggong@1/customer.flow.yaml"
    text = flow.read_text("utf-8")
    flow.write_text(text.replace("form: customer", "form: custmer", 1), "utf-8")
    found = world.svc("procedure", "check", now=NOW)
    assert found.code == 1
    assert "schemas/chenggong@1/customer.flow.yaml:1: form: " in found.out
    assert "[files]\n" in found.out
    flow.write_text("form: [\n", "utf-8")
    broken = world.svc("procedure", "check", "chenggong", "-O", "json", now=NOW)
    assert broken.code == 1
    assert [(item["file"], item["rule"]) for item in broken.json] == [
        ("schemas/chenggong@1/customer.flow.yaml", "yaml")
    ]


def test_check_of_a_folder_and_of_nothing(svc: Any, root: Path, same: Any, world: Any) -> None:
    with same(world.root):
        assert world.svc("procedure", "check", "core@1", now=NOW).code in (0, 1)
    inside = svc("procedure", "check", str(root / "schemas" / "core@1"))
    assert inside.code == 0, inside.out
    unknown = svc("procedure", "check", "nothing")
    assert unknown.code == 3
    assert unknown.err.startswith("错误：没有程序或文件夹 nothing。\n")


def test_adopting_is_one_deed(world: Any, proofs: None) -> None:
    second(world)
    answer = world.svc("procedure", "adopt", "chenggong@2", "--reason", "管理评审", now=NOW)
    assert (answer.code, answer.out) == (0, "procedures.in_force active\n")
    changed = git(world, "show", "--name-status", "--format=").split("\n")[:-1]
    assert [line.split("/")[-1] for line in changed] == ["procedures.in_force.yaml", "svc.yaml"]
    site = (world.root / "records/svc.yaml").read_text("utf-8")
    assert site.endswith("procedures:\n- core@1\n- chenggong@2\n")
    shown = world.svc("setting", "show", "procedures.in_force", "-O", "json", now=NOW).json
    assert (shown["value"], shown["source"]) == (["core@1", "chenggong@2"], "管理评审")
    assert world.svc("check", now=NOW).code == 0
    made = world.done(
        *("create", "customer", "code=kh-9", "name=甲", "kind=company", "contact_person=乙", "phone=000-5550-0199"),
        "address=丙",
        me="zhao.qiang",
        now=NOW,
    )
    assert world.svc("show", f"customer/{made}", "-O", "json", now=NOW).json["procedure"] == "chenggong@2"
    again = world.svc("procedure", "adopt", "chenggong@1", "--reason", "x", now=NOW)
    assert (again.code, again.err.splitlines()[0]) == (4, "错误：chenggong@2 已在用。")


def test_a_revision_that_only_svc_ships_is_copied_in(world: Any, proofs: None, tmp_path: Path) -> None:
    shipped = tmp_path / "shipped"
    shutil.copytree(world.root / "schemas", shipped)
    shutil.copytree(shipped / "chenggong@1", shipped / "chenggong@2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("svc.cli.adopt.shipped_folder", lambda: shipped)
        world.done("procedure", "adopt", "chenggong@2", "--reason", "x", now=NOW)
    assert (world.root / "schemas/chenggong@2/procedure.yaml").is_file()
    assert world.svc("check", now=NOW).code == 0


def test_refusals(world: Any, proofs: None, same: Any, tmp_path: Path) -> None:
    shipped = tmp_path / "shipped"
    shutil.copytree(world.root / "schemas", shipped)
    shutil.copytree(shipped / "chenggong@1", shipped / "chenggong@2")
    second(world)
    with same(world.root):
        unknown = world.svc("procedure", "adopt", "chenggong@9", "--reason", "x", now=NOW)
        present = world.svc("procedure", "adopt", "chenggong@1", "--reason", "x", now=NOW)
        silent = world.svc("procedure", "adopt", "chenggong@2", now=NOW)
        nobody = world.svc("procedure", "adopt", "chenggong@2", "--reason", "x", me="wang.fang", now=NOW)
        dry = world.svc("procedure", "adopt", "chenggong@2", "--reason", "x", "-n", now=NOW)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("svc.cli.adopt.shipped_folder", lambda: shipped)
            other = world.svc("procedure", "adopt", "chenggong@2", "--reason", "x", now=NOW)
    assert unknown.code == 3
    assert unknown.err.startswith("错误：没有程序 chenggong@9；有：chenggong@1、chenggong@2、core@1")
    assert (present.code, present.err) == (
        4,
        "错误：chenggong@1 已在用。\n  位置：chenggong@1\n  依据：[company]\n  处理：svc procedure list\n",
    )
    assert (silent.code, silent.err.splitlines()[0]) == (2, "错误：缺少 --reason。")
    assert (nobody.code, nobody.err.splitlines()[0]) == (
        4,
        "错误：王芳 的角色（接线专人）不能办理“设定”，须为：管理员。",
    )
    assert dry.code == 0
    assert (other.code, other.err) == (
        4,
        (
            "错误：记录库中的 chenggong@2 与随软件附带的不同：schemas/chenggong@2/procedure.yaml。\n"
            "  位置：schemas/chenggong@2\n  依据：[company]\n"
            "  处理：单位自己的修改另立新版  schemas/chenggong@3\n"
        ),
    )


def test_what_the_proofs_find_is_not_adopted(world: Any, same: Any) -> None:
    second(world, "revision: 7")
    with same(world.root):
        answer = world.svc("procedure", "adopt", "chenggong@2", "--reason", "x", now=NOW)
    assert answer.code == 4
    assert "处不成立，不能采用。\n" in answer.err
    assert "chenggong@2/procedure.yaml:1: procedure: 文件夹是 chenggong@2，所写是 chenggong@7 [files]\n" in answer.err
    assert answer.err.endswith(
        "  位置：schemas/chenggong@2\n  依据：[company]\n  处理：svc procedure check chenggong@2\n"
    )


def test_words_that_are_missing(svc: Any) -> None:
    answer = svc("procedure", "graph")
    assert (answer.code, answer.err) == (
        2,
        "错误：缺少 名称。\n  位置：svc procedure graph\n  处理：svc procedure --help\n",
    )


def test_in_english(world: Any, english: None) -> None:
    answer = world.svc("procedure", "adopt", "chenggong@1", "--reason", "x", now=NOW)
    assert answer.err == (
        "error: chenggong@1 is in force already.\n  at: chenggong@1\n  by: [company]\n  do: svc procedure list\n"
    )
    assert 'state "issued"' in world.svc("procedure", "graph", "dispatch", now=NOW).out
