"""A form's flow as a drawing that Mermaid can read."""

from __future__ import annotations

from svc.domain.procedure import Form
from svc.domain.refusal import Text
from svc.domain.schema import FormSchema
from svc.render.mermaid import drawing, label, node

FLOW = {
    "title": {"zh": "请求", "en": "Request: new"},
    "states": {
        "open": {"zh": "开", "en": "open"},
        "in-hand": {"zh": "在办", "en": "in hand"},
        "end": {"zh": "完", "en": "done", "final": True},
    },
    "actions": {
        "make": {"to": "open", "by": ["a"], "text": {"zh": "新建", "en": "make"}},
        "take": {"from": ["open", "end"], "to": "in-hand", "by": ["a"], "text": {"zh": "接；办", "en": "take; up"}},
        "move": {"from": "in-hand", "to": {"choose": ["open", "end"]}, "by": ["a"], "text": {"zh": "转", "en": "move"}},
        "look": {"from": "open", "to": "same", "by": ["a"], "text": {"zh": "看", "en": "look"}},
    },
    "amend": {"in": ["open"], "by": ["a"], "fields": ["x"]},
    "cancel": {"from": ["open"], "to": "end", "by": ["a"]},
}


def test_every_way_is_an_arrow() -> None:
    form = Form("request", "x@1", FLOW, FormSchema({}, {}), "RQ", {"note": {"by": "anyone"}})
    assert list(drawing(form, "zh")) == [
        "---",
        "title: 请求",
        "---",
        "stateDiagram-v2",
        '    state "开" as s_open',
        '    state "在办" as s_in_hand',
        '    state "完" as s_end',
        "    [*] --> s_open : 新建",
        "    s_open --> s_in_hand : 接；办",
        "    s_end --> s_in_hand : 接；办",
        "    s_in_hand --> s_open : 转",
        "    s_in_hand --> s_end : 转",
        "    s_open --> s_open : 看",
        "    s_open --> s_end : 撤销",
        "    s_end --> [*]",
    ]
    assert "title: Request： new" in list(drawing(form, "en"))


def test_words_that_mermaid_would_read_as_its_own() -> None:
    assert label(Text.same('a: "b"; <c>\n#'), "zh") == "a： ”b”； ＜c＞ ＃"
    assert node("end") == "s_end"
    assert node("a-b.c") == "s_a_b_c"
