"""Clocks in words: every construct that a flow may use is told, in both languages."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from svc.domain.compiled import fits
from svc.domain.procedure import Form, Library
from svc.domain.refusal import Text
from svc.render.clocks import clock, length, limit
from svc.render.conditions import Teller
from svc.store.schemas import load_folder

STATES = {name: {"zh": zh, "en": en} for name, zh, en in (("open", "在办", "in hand"), ("held", "搁置", "put aside"))}
ACTIONS = {
    "begin": {"to": "open", "by": "anyone", "clause": "1", "text": {"zh": "开办", "en": "begin"}, "takes": ["began"]},
    "close": {
        "from": "open",
        "to": "same",
        "by": "anyone",
        "clause": "1",
        "text": {"zh": "办结", "en": "close"},
    },
    "drop": {"from": "open", "to": "same", "by": "anyone", "clause": "1", "text": {"zh": "作罢", "en": "drop"}},
}
SETTINGS = {
    name: {"zh": zh, "en": en, "schema": {}, "source": "样例"}
    for name, zh, en in (
        ("some.length", "时长", "length"),
        ("some.calendar", "历", "calendar of ours"),
        ("some.start", "起", "beginning"),
    )
}
FIELDS = {
    "began": ("instant", "开办时间", "Begun at"),
    "heard": ("instant", "得知时间", "Heard at"),
    "days": ("count", "天数", "Days given"),
    "promised": ("instant", "允诺时间", "Promised at"),
    "agreed": ("date", "改期", "Agreed on"),
}
PLAIN = {"zh": "时限", "en": "clock", "from": "began", "until": "close", "limit": {"hours": 8}, "clause": "1"}
SPAN = "limit"

# What of the schema's clock is told, by the key, or the value of an enumeration, that stands for it: the piece of a
# flow that uses it, and words that must be in what is told.
TOLD: dict[str, tuple[dict[str, Any], str, str]] = {
    "from": ({"from": "heard"}, "从得知时间起", "from Heard at"),
    "from.setting": ({"from": {"setting": "some.start", "choose": ["began"]}}, "由设定“起”", 'the setting "beginning"'),
    "from.choose": (
        {"from": {"setting": "some.start", "choose": ["began", "heard"]}},
        "开办时间 或 得知时间",
        "Begun at or Heard at",
    ),
    "until": ({"until": ["close", "drop"]}, "到“办结、作罢”为止", 'until "close, drop"'),
    "limit": ({"limit": {"hours": 5}}, "起 5 小时", "5 hours from"),
    "target": ({"target": {"hours": 2}}, "目标 2 小时", "target 2 hours"),
    "when": ({"when": {"has": ["heard"]}}, "只当 有得知时间", "only when has Heard at"),
    "owes": ({"owes": False}, "不欠原因", "owes no reason"),
    "limit.hours": ({SPAN: {"hours": 1}}, "1 小时", "1 hour from"),
    "limit.minutes": ({SPAN: {"minutes": 30}}, "30 分", "30 minutes"),
    "limit.days": ({SPAN: {"days": 3}}, "3 天", "3 days"),
    "limit.setting": (
        {SPAN: {"setting": "some.length", "unit": "days"}},
        "设定“时长”（some.length）所定天数",
        'the setting "length" (some.length) in days',
    ),
    "limit.field": ({SPAN: {"field": "days", "unit": "days"}}, "天数所定天数", "Days given in days"),
    "limit.unit": ({SPAN: {"field": "days", "unit": "hours"}}, "天数所定小时数", "Days given in hours"),
    "limit.unit=hours": ({SPAN: {"setting": "some.length", "unit": "hours"}}, "所定小时数", "in hours"),
    "limit.unit=days": ({SPAN: {"setting": "some.length", "unit": "days"}}, "所定天数", "in days"),
    "limit.due": ({SPAN: {"due": "promised"}}, "到允诺时间为止", "until Promised at"),
    "limit.calendar": (
        {SPAN: {"hours": 8, "calendar": "office"}},
        "只计日历 office 的工作时间",
        "only open time of the calendar office",
    ),
    "limit.calendar.setting": (
        {SPAN: {"days": 8, "calendar": {"setting": "some.calendar"}}},
        "只计设定“历”（some.calendar）所指的日历的工作日",
        'only open days of the calendar that the setting "calendar of ours" (some.calendar) names',
    ),
    "limit.pauses": (
        {SPAN: {"hours": 8, "pauses": ["held", "open"]}},
        "处于搁置、在办的时间不计",
        "time in the state put aside, in hand does not count",
    ),
    "limit.extends": (
        {SPAN: {"hours": 8, "extends": "agreed"}},
        "填有改期的，以其为准",
        "Agreed on counts instead where it is given",
    ),
    "limit.until": ({SPAN: {"days": 8, "until": "closing"}}, "（末日下班时到期）", "(due on the last day at closing)"),
    "limit.until=time": ({SPAN: {"days": 8, "until": "time"}}, "末日同一时刻到期", "at the same time"),
    "limit.until=closing": ({SPAN: {"days": 8, "until": "closing"}}, "末日下班时到期", "at closing"),
    "limit.until=midnight": ({SPAN: {"days": 8, "until": "midnight"}}, "末日 24:00 到期", "at 24:00"),
}
# The names of a clock and its clause stand beside its sentence.
BESIDE = {"zh", "en", "clause"}


@lru_cache
def documents(root: Path) -> Mapping[str, Any]:
    """The project's schemas by path below their folder."""
    return {path.removeprefix("schemas/"): document for path, document in load_folder(root / "schemas").items()}


def constructs(schemas: Mapping[str, Any], node: Any, path: str = "") -> Iterator[str]:
    """Every key of a clock, below the key it stands in, and every value of its enumerations; a guard is not opened."""
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        if name not in ("guard", "path", "name", "clause"):
            yield from constructs(schemas, schemas[name], path)
    for value in node.get("enum", ()):
        yield f"{path}={value}"
    for key, inner in node.get("properties", {}).items():
        below = f"{path}.{key}" if path else key
        yield below
        yield from constructs(schemas, inner, below)
    for option in node.get("anyOf", ()):
        yield from constructs(schemas, option, path)


def made(root: Path, raw: Mapping[str, Any]) -> tuple[Library, Form]:
    """A made-up flow of one form with that clock."""
    found = dict(documents(root))
    flow = {
        "form": "matter",
        "title": {"zh": "事", "en": "matter"},
        "bound": "never",
        "retention": "workflow",
        "states": STATES,
        "clocks": {"it": dict(raw)},
        "actions": ACTIONS,
    }
    assert fits(flow, found["flow.schema.json"]), raw
    schema = copy.deepcopy(found["core@1/unit.schema.json"])
    schema["properties"]["fields"]["properties"] = {
        name: {"$ref": f"../record.schema.json#/$defs/{kind}", "title": zh, "x-en": en}
        for name, (kind, zh, en) in FIELDS.items()
    }
    head = {
        "procedure": "sample",
        "revision": 1,
        "title": {"zh": "样例", "en": "sample"},
        "uses": ["core@1"],
        "roles": {},
        "prefixes": {"matter": "QQ"},
        "settings": SETTINGS,
    }
    found |= {
        "sample@1/matter.flow.yaml": flow,
        "sample@1/matter.schema.json": schema,
        "sample@1/procedure.yaml": head,
    }
    library = Library.read(found, ("core@1", "sample@1"))
    return library, library.forms["matter"]


def told(root: Path, **more: Any) -> Text:
    """The made-up clock in words."""
    library, form = made(root, {**PLAIN, **more})
    return clock(Teller(library, (form,)), form, form.clocks[0])


def test_the_table_has_every_construct_of_the_schema(root: Path) -> None:
    """A key added to a clock in flow.schema.json must be told here too."""
    schemas = json.loads((root / "schemas" / "flow.schema.json").read_text("utf-8"))["$defs"]
    found = {path.replace("target.", "limit.") for path in constructs(schemas, schemas["clock"])}
    assert found - BESIDE == set(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_every_construct_is_told(name: str, root: Path) -> None:
    more, zh, en = TOLD[name]
    words = told(root, **more)
    assert zh in words.zh
    assert en in words.en
    assert "{" not in words.zh + words.en
    assert zh not in told(root).zh, "words that are always there tell nothing"


@pytest.mark.parametrize("name", [name for name in TOLD if name.startswith("limit")])
def test_a_target_is_told_as_a_limit_is(name: str, root: Path) -> None:
    more, _, _ = TOLD[name]
    library, form = made(root, {**PLAIN, "target": more["limit"]})
    teller = Teller(library, (form,))
    assert form.clocks[0].target == more["limit"]
    words = limit(teller, more["limit"])
    assert words.zh in clock(teller, form, form.clocks[0]).zh


def test_a_whole_sentence(root: Path) -> None:
    span = {
        "days": 1,
        "until": "time",
        "calendar": "office",
        "pauses": ["held"],
        "extends": "agreed",
    }
    words = told(root, limit=span, target={"hours": 1}, when={"has": ["heard"]}, owes=False)
    assert words.zh == (
        "从开办时间起 1 天（末日同一时刻到期；只计日历 office 的工作日；处于搁置的时间不计；填有改期的，以其为准），"
        "到“办结”为止；目标 1 小时；只当 有得知时间；只作提示，超期不欠原因"
    )
    assert words.en == (
        "1 day (due on the last day at the same time; only open days of the calendar office; time in the state put aside"
        ' does not count; Agreed on counts instead where it is given) from Begun at, until "close"; target 1 hour; only'
        " when has Heard at; a reminder: a late one owes no reason"
    )


def test_the_length_alone(root: Path) -> None:
    library, form = made(root, {**PLAIN})
    teller = Teller(library, (form,))
    assert length(teller, {"hours": 8, "calendar": "office"}) == Text("8 小时", "8 hours")
    assert limit(teller, None) == Text("无时长", "no limit")
