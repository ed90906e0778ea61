"""Scenario 101: a second revision of the procedure that asks for one field more."""

from __future__ import annotations

import json
import shutil
from typing import Any

ADMIN = "li.min"


def with_revision_2(clerk: Any) -> str:
    """A dispatch sheet made under revision 1; then revision 2, in which a sheet must name its route, is adopted."""
    sheet = clerk.dispatch(clerk.checked())
    schemas = clerk.root / "schemas"
    second = schemas / "chenggong@2"
    shutil.copytree(schemas / "chenggong@1", second)
    head = second / "procedure.yaml"
    head.write_text(head.read_text("utf-8").replace("revision: 1\n", "revision: 2\n"), "utf-8")
    path = second / "dispatch.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    fields = schema["properties"]["fields"]
    line = {"$ref": "../record.schema.json#/$defs/line", "title": "出发地", "x-en": "Leaves from"}
    fields["properties"]["leaves_from"] = line
    fields["required"].append("leaves_from")
    path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", "utf-8")
    flow = second / "dispatch.flow.yaml"
    flow.write_text(
        flow.read_text("utf-8").replace("    - fault_class\n", "    - fault_class\n    - leaves_from\n", 1), "utf-8"
    )
    clerk.git("add", "schemas")
    clerk.git("commit", "-qm", "chenggong@2")
    clerk.done("procedure", "adopt", "chenggong@2", "--reason", "改版", me=ADMIN)
    return str(sheet)


def test_101_old_record_stays_valid_under_revision_1(clerk: Any) -> None:
    """Made under revision 1, it is judged by it for ever: `check` finds nothing, and it goes on under revision 1."""
    sheet = clerk.once(with_revision_2)
    assert clerk.record(sheet)["procedure"] == "chenggong@1"
    assert clerk.svc("check").code == 0
    clerk.done("advance", sheet, "accept", me="zhang.wei", now="2008-03-05 11:00")
    record = clerk.show(sheet)
    assert (record["procedure"], record["state"]) == ("chenggong@1", "accepted")
    assert clerk.svc("check", now="2008-03-05 12:00").code == 0


def test_101_new_records_are_made_under_revision_2(clerk: Any) -> None:
    """What is created now must give the new field."""
    clerk.once(with_revision_2)
    call = clerk.checked("CG956-0003")
    assert clerk.record(call)["procedure"] == "chenggong@2"
    words = (f"intake={call}", "mode=station_visit", "fault_class=ordinary", "assigned_to+=zhang.wei")
    assert "出发地（leaves_from）" in clerk.refused(4, "create", "dispatch", *words, me="wang.fang")
    sheet = clerk.done("create", "dispatch", *words, "leaves_from=示例市", me="wang.fang")
    assert clerk.record(sheet)["procedure"] == "chenggong@2"


def test_101_migration_is_an_action_of_its_own(clerk: Any) -> None:
    """`upgrade` moves one record, with a reason and the field that is missing; its log says so, its state stays."""
    sheet = clerk.once(with_revision_2)
    clerk.refused(4, "advance", sheet, "upgrade", "leaves_from=示例市", "--reason", "改版", me="zhao.qiang")
    clerk.refused(4, "advance", sheet, "upgrade", "leaves_from=示例市", me=ADMIN)
    said = clerk.refused(4, "advance", sheet, "upgrade", "--reason", "改版", me=ADMIN)
    assert "leaves_from" in said
    clerk.done("advance", sheet, "upgrade", "leaves_from=示例市", "--reason", "改版", me=ADMIN)
    record = clerk.show(sheet)
    assert (record["procedure"], record["state"]) == ("chenggong@2", "issued")
    last = record["log"][-1]
    assert (last["action"], last["procedure"], last["gave"]) == ("upgrade", "chenggong@2", {"leaves_from": "示例市"})
    assert clerk.svc("check").code == 0
    clerk.refused(4, "advance", sheet, "upgrade", "--reason", "改版", me=ADMIN)


def test_101_adopting_is_the_administrators_deed(clerk: Any) -> None:
    clerk.once(with_revision_2)
    clerk.refused(4, "procedure", "adopt", "chenggong@2", "--reason", "改版", me=ADMIN)
    assert "chenggong@2" in clerk.git("show", "HEAD:records/svc.yaml")
