"""`prove`: a small procedure that is right, and for each proof the one thing changed that it must find, by line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from svc.domain.findings import Finding
from svc.domain.proofs.prove import PROOFS, prove
from svc.store.yaml_file import load_with_lines

HEAD, TICKET, VISIT = "good@1/procedure.yaml", "good@1/ticket.flow.yaml", "good@1/visit.flow.yaml"
TICKET_SCHEMA, VISIT_SCHEMA = "good@1/ticket.schema.json", "good@1/visit.schema.json"

GOOD = {
    HEAD: """\
procedure: good
revision: 1
title: {zh: 好程序, en: A good one}
uses: [core@1]
clauses:
  '1': {zh: 第一条, en: the first}
roles:
  clerk: {zh: 文员, en: clerk}
  worker: {zh: 工人, en: worker}
  boss: {zh: 主管, en: boss, within: clerk}
  client: {zh: 客户, en: client, outside: true}
binds:
  compiler: [clerk]
prefixes: {ticket: TX, visit: VS}
retention:
  paper: {zh: 纸, en: paper, years: {setting: keep.years}}
evidence_kinds:
  sheet: {zh: 单, en: sheet}
  letter: {zh: 函, en: letter}
settings:
  keep.years: {zh: 年数, en: years, schema: {type: integer, minimum: 1}, source: 档案规定}
  answer.hours: {zh: 时数, en: hours, schema: {type: integer, minimum: 1}, source: 第一条, value: 8}
  answer.from: {zh: 起点, en: start, schema: {enum: [began_on, reported_at]}, source: 第一条}
  until: {zh: 截止, en: until, schema: {type: string, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'}, source: 公司}
volume: {clause: '1'}
rights:
  undo: {by: self, reason: required}
  migrate: {by: [clerk], vouched_by: [boss], until: until, reason: required, evidence: {may: [letter]}, clause: '1'}
documents:
  DOC-1: {zh: 文件, en: document, cited_in: ['1']}
""",
    TICKET: """\
form: ticket
code: T-01
title: {zh: 工单, en: Ticket}
alias: [活儿]
bound: yearly
retention: paper
unique:
- {fields: [serial], except: [dropped]}
states:
  fresh: {zh: 新建, en: fresh}
  running: {zh: 处理中, en: running}
  finished: {zh: 完成, en: finished, final: true}
  dropped: {zh: 作废, en: dropped, final: true}
marks:
  stale: {zh: 陈旧, en: stale, in: [fresh], when: {compare: [seen_on, lt, $today]}}
clocks:
  answer:
    zh: 答复
    en: answer
    from: reported_at
    until: start
    limit: {setting: answer.hours, unit: hours}
    when: {where: {level: {const: high}}}
    clause: '1'
actions:
  report:
    to: fresh
    by: [clerk, {role: client, through: [clerk], paper: letter, names: caller}]
    clause: '1'
    text: {zh: 报告, en: report}
    time: reported_at
    asks: [serial, level, seen_on]
    takes: [caller, amount, hot, lines]
    copies:
      price: {first: [amount, {value: '0.00'}]}
      lines.*.level: level
    derive:
      total: {sum: lines.*.cost}
      worth:
        lookup: level
        in: {low: little, middle: little, high: much}
      rank:
        table:
        - {when: {where: {level: {enum: [low, middle]}}}, is: easy}
        - {when: {where: {level: {const: high}}}, is: hard}
    needs:
    - compare: [seen_on, le, $today]
      say: {zh: 日期在将来。, en: The day lies ahead.}
      clause: DOC-1
      fix: {zh: '查看  svc show {id} {serial}', en: 'see  svc show {id} {serial}'}
    - when: {has: [caller]}
      where: {caller: {const: 王建国}}
      say: {zh: 来电人不对。, en: Another caller.}
  start:
    from: fresh
    to: running
    by: [worker]
    clause: '1'
    text: {zh: 开始, en: start}
    asks: [{field: hot, when: {where: {level: {const: high}}}}]
    derive:
      size:
        table:
        - {when: {compare: [price, le, {value: '3000.00'}]}, is: small}
        - {when: {compare: [price, gt, {value: '3000.00'}]}, is: big}
      span:
        table:
        - {when: {compare: [seen_on, lt, began_on]}, is: later}
        - {when: {compare: [seen_on, eq, began_on]}, is: same}
        - {otherwise: true, is: unknown}
    copies: {began_on: $today}
    creates:
    - {form: visit, with: {ticket: $id}}
  heard:
    from: running
    to: same
    by: none
    clause: '1'
    text: {zh: 回音, en: heard}
    adds: {news: {asks: [text], copies: {at: $at}}}
  send_back:
    from: running
    to: {choose: [fresh]}
    by: [boss]
    clause: '1'
    text: {zh: 退回, en: send back}
    reason: required
    voids: {after: chosen, keep: [heard]}
  close:
    clause: '1'
    text: {zh: 关闭, en: close}
    settles: true
    routes:
    - {from: running, to: finished, by: [clerk], when: {where: {rank: {const: hard}}}, evidence: {all: [sheet]}}
    - from: running
      to: finished
      by: [clerk]
      needs:
      - differs: start
        say: {zh: 须由他人关闭。, en: Somebody else closes it.}
      - linked: {form: visit, via: {inverse: ticket}, where: {$state: {const: made}}, at_least: 1}
        say: {zh: 还没有上门。, en: Nobody went there.}
      - not: {where: {level: {const: high}}}
        say: {zh: 级别高。, en: The level is high.}
cancel: {from: [fresh], to: dropped, by: [clerk], reason: required, clause: '1'}
migrate: {states: [fresh, running], may_lack: [caller, evidence:letter, report]}
""",
    VISIT: """\
form: visit
title: {zh: 上门, en: Visit}
bound: yearly
retention: paper
states:
  planned: {zh: 计划, en: planned}
  made: {zh: 已上门, en: made, final: true}
  called_off: {zh: 取消, en: called off, final: true}
actions:
  plan:
    to: planned
    by: none
    clause: '1'
    text: {zh: 计划, en: plan}
    asks: [ticket]
    copies: {level: ticket.level}
  go:
    from: planned
    to: made
    by: [worker]
    clause: '[company]'
    text: {zh: 上门, en: go}
    asks: [told]
    needs:
    - where: {ticket.$state: {const: running}}
      say: {zh: 工单未在处理。, en: The ticket is not running.}
    also:
    - {record: ticket, action: heard, with: {news.text: told}}
cancel: {from: [planned], to: called_off, by: [clerk], reason: required, clause: '1'}
""",
    TICKET_SCHEMA: """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "工单",
  "x-en": "Ticket",
  "allOf": [{"$ref": "../record.schema.json"}],
  "required": ["year"],
  "properties": {
    "id": {"pattern": "^TX-"},
    "form": {"const": "ticket"},
    "fields": {
      "type": "object",
      "additionalProperties": false,
      "required": ["serial"],
      "properties": {
        "serial": {"$ref": "../record.schema.json#/$defs/line", "title": "号", "x-en": "Serial", "pattern": "^[0-9]+$"},
        "level": {
          "title": "级别",
          "x-en": "Level",
          "enum": ["low", "middle", "high"],
          "x-titles": {
            "low": {"zh": "低", "en": "low"},
            "middle": {"zh": "中", "en": "middle"},
            "high": {"zh": "高", "en": "high"}
          }
        },
        "seen_on": {"$ref": "../record.schema.json#/$defs/date", "title": "发现", "x-en": "Seen on"},
        "began_on": {"$ref": "../record.schema.json#/$defs/date", "title": "开始", "x-en": "Began on"},
        "reported_at": {"$ref": "../record.schema.json#/$defs/instant", "title": "报告", "x-en": "Reported at"},
        "caller": {"$ref": "../record.schema.json#/$defs/line", "title": "来电人", "x-en": "Caller"},
        "amount": {"$ref": "../record.schema.json#/$defs/money", "title": "金额", "x-en": "Amount"},
        "price": {"$ref": "../record.schema.json#/$defs/money", "title": "价格", "x-en": "Price"},
        "total": {"$ref": "../record.schema.json#/$defs/money", "title": "合计", "x-en": "Total"},
        "hot": {"$ref": "../record.schema.json#/$defs/flag", "title": "急", "x-en": "Hot"},
        "rank": {"$ref": "../record.schema.json#/$defs/line", "title": "难度", "x-en": "Rank"},
        "worth": {"$ref": "../record.schema.json#/$defs/line", "title": "价值", "x-en": "Worth"},
        "size": {"$ref": "../record.schema.json#/$defs/line", "title": "大小", "x-en": "Size"},
        "span": {"$ref": "../record.schema.json#/$defs/line", "title": "间隔", "x-en": "Span"},
        "lines": {
          "title": "明细",
          "x-en": "Lines",
          "type": "array",
          "items": {
            "title": "明细",
            "x-en": "Line",
            "type": "object",
            "additionalProperties": false,
            "required": ["cost"],
            "properties": {
              "cost": {"$ref": "../record.schema.json#/$defs/money", "title": "费用", "x-en": "Cost"},
              "level": {"$ref": "../record.schema.json#/$defs/line", "title": "级别", "x-en": "Level"}
            }
          }
        },
        "news": {
          "title": "消息",
          "x-en": "News",
          "type": "array",
          "items": {
            "title": "消息",
            "x-en": "News",
            "type": "object",
            "additionalProperties": false,
            "required": ["text", "at"],
            "properties": {
              "text": {"$ref": "../record.schema.json#/$defs/text", "title": "内容", "x-en": "Text"},
              "at": {"$ref": "../record.schema.json#/$defs/instant", "title": "时间", "x-en": "At"}
            }
          }
        }
      }
    }
  }
}
""",
    VISIT_SCHEMA: """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "上门",
  "x-en": "Visit",
  "allOf": [{"$ref": "../record.schema.json"}],
  "required": ["year"],
  "properties": {
    "id": {"pattern": "^VS-"},
    "form": {"const": "visit"},
    "fields": {
      "type": "object",
      "additionalProperties": false,
      "required": ["ticket"],
      "properties": {
        "ticket": {
          "$ref": "../record.schema.json#/$defs/link",
          "title": "工单",
          "x-en": "Ticket",
          "x-link": "ticket"
        },
        "level": {"$ref": "../record.schema.json#/$defs/line", "title": "级别", "x-en": "Level"},
        "told": {"$ref": "../record.schema.json#/$defs/text", "title": "所述", "x-en": "Told"}
      }
    }
  }
}
""",
}


def shared(root: Path) -> dict[str, str]:
    """The forms of the forms and core@1, as they ship."""
    paths = [*(root / "schemas").glob("*.schema.json"), *(root / "schemas" / "core@1").iterdir()]
    return {path.relative_to(root / "schemas").as_posix(): path.read_text(encoding="utf-8") for path in paths}


def proved(texts: Mapping[str, str]) -> list[Finding]:
    """What `prove` finds, with the lines that the loader knows."""
    read = {file: _read(file, text) for file, text in texts.items()}

    def line(file: str, path: str) -> int:
        known = read[file][1] if file in read else {}
        while path and path not in known:
            path = path.rpartition(".")[0]
        return known.get(path, 1)

    return prove({file: document for file, (document, _) in read.items()}, line)


@cache
def _read(file: str, text: str) -> tuple[dict[str, Any], dict[str, int]]:
    return load_with_lines(text.encode(), file)


def changed(root: Path, file: str, old: str, new: str) -> dict[str, str]:
    """The good procedure with one text of one file changed, once."""
    assert GOOD[file].count(old) >= 1, old
    return {**shared(root), **GOOD, file: GOOD[file].replace(old, new, 1)}


def test_the_good_procedure_has_no_findings(root: Path) -> None:
    assert proved({**shared(root), **GOOD}) == []


def test_the_shipped_procedures_have_no_findings(root: Path) -> None:
    schemas = root / "schemas"
    files = [path for path in schemas.rglob("*") if path.suffix in (".yaml", ".json")]
    texts = {path.relative_to(schemas).as_posix(): path.read_text(encoding="utf-8") for path in files}
    assert [finding.said("zh") for finding in proved(texts)] == []


# The four of the acceptance scenario: rule, file, what is changed into what, a word of the message, and what stands on
# the line that is named.
SCENARIO = {
    "unknown state in a transition": (
        *("names", TICKET, "from: fresh\n    to: running", "from: fresh\n    to: runing"),
        *("runing", "to: runing"),
    ),
    "unreachable state": (
        *("reach", TICKET, "  running: {", "  lost: {zh: 丢失, en: lost}\n  running: {"),
        *("lost", "lost: {zh: 丢失"),
    ),
    "undefined role": ("names", TICKET, "by: [worker]", "by: [wroker]", "wroker", "by: [wroker]"),
    "overlapping decision rows": (
        *("tables", TICKET, "{enum: [low, middle]}}}, is", "{enum: [low, high]}}}, is"),
        *("rows 1 and 2 both hold, as with: level=high", "{const: high}}}, is: hard"),
    ),
}

NAMES = {
    "from": ("names", TICKET, "from: running\n    to: same", "from: gone\n    to: same", "gone", "from: gone"),
    "choose": ("names", TICKET, "choose: [fresh]", "choose: [gone]", "gone", "choose: [gone]"),
    "marks.in": ("names", TICKET, "in: [fresh]", "in: [gone]", "gone", "stale:"),
    "unique.except": ("names", TICKET, "except: [dropped]", "except: [gone]", "gone", "except: [gone]"),
    "voids.after": ("names", TICKET, "after: chosen", "after: gone", "gone", "after: gone"),
    "voids.keep": ("names", TICKET, "keep: [heard]", "keep: [gone]", "gone", "keep: [gone]"),
    "cancel.from": ("names", TICKET, "cancel: {from: [fresh]", "cancel: {from: [gone]", "gone", "cancel:"),
    "clocks.until": ("names", TICKET, "until: start", "until: gone", "gone", "until: gone"),
    "differs": ("names", TICKET, "differs: start", "differs: gone", "gone", "differs: gone"),
    "also.action": ("names", VISIT, "action: heard", "action: report", "report", "action: report"),
    "creates.action": (
        *("names", TICKET, "form: visit, with", "form: visit, action: go, with"),
        *("go", "action: go"),
    ),
    "creates.form": ("names", TICKET, "- {form: visit, with", "- {form: gone, with", "gone", "form: gone"),
    "linked.form": ("names", TICKET, "linked: {form: visit", "linked: {form: gone", "gone", "form: gone"),
    "through": ("names", TICKET, "through: [clerk]", "through: [gone]", "gone", "through: [gone]"),
    "an outsider alone": ("names", TICKET, "by: [boss]", "by: [client]", "client", "by: [client]"),
    "an insider through another": ("names", TICKET, "role: client", "role: worker", "worker", "role: worker"),
    "within": ("names", HEAD, "within: clerk", "within: gone", "gone", "boss:"),
    "binds": ("names", HEAD, "compiler: [clerk]", "compiler: [gone]", "gone", "compiler: [gone]"),
    "bound core role": ("names", HEAD, "compiler: [clerk]", "gone: [clerk]", "gone", "gone: [clerk]"),
    "clause of an action": ("names", VISIT, "clause: '[company]'", "clause: '9'", "9", "clause: '9'"),
    "clause of a guard": ("names", TICKET, "clause: DOC-1", "clause: DOC-2", "DOC-2", "clause: DOC-2"),
    "clause of a document": ("names", HEAD, "cited_in: ['1']", "cited_in: ['7']", "7", "cited_in: ['7']"),
    "clause of the volume": ("names", HEAD, "volume: {clause: '1'}", "volume: {clause: '7'}", "7", "volume:"),
    "evidence": ("names", TICKET, "all: [sheet]", "all: [gone]", "gone", "all: [gone]"),
    "standing evidence": (
        *("names", TICKET, "when: {has: [caller]}", "when: {has: [caller, evidence:gone]}"),
        *("gone", "evidence:gone"),
    ),
    "paper": ("names", TICKET, "paper: letter", "paper: gone", "gone", "paper: gone"),
    "setting": ("names", TICKET, "setting: answer.hours", "setting: gone", "gone", "setting: gone"),
    "setting of a class": ("names", HEAD, "setting: keep.years", "setting: gone", "gone", "setting: gone"),
    "retention": ("names", TICKET, "retention: paper", "retention: gone", "gone", "retention: gone"),
    "a default that does not fit": ("names", HEAD, "value: 8", "value: 0", "default", "answer.hours"),
    "no prefix": ("prefixes", HEAD, ", visit: VS", "", "visit has no prefix", "prefixes:"),
    "prefix twice": ("prefixes", HEAD, "visit: VS", "visit: ND", "annual-volume", "visit: ND"),
    "prefix in the schema": ("prefixes", VISIT_SCHEMA, '"^VS-"', '"^VX-"', "^VS-", "^VX-"),
    "year": ("prefixes", VISIT_SCHEMA, '"required": ["year"]', '"required": ["id"]', "year", "required"),
    "key": ("prefixes", VISIT, "bound: yearly", "key: told\nbound: yearly", "key", "key: told"),
    "alias": ("titles", TICKET, "alias: [活儿]", "alias: [人 员]", "person", "alias:"),
    "title": ("titles", VISIT, "title: {zh: 上门", "title: {zh: 人员", "person", "title:"),
}

PATHS = {
    "where": ("paths", TICKET, "where: {caller:", "where: {calling:", "calling", "where: {calling"),
    "has": ("paths", TICKET, "when: {has: [caller]}", "when: {has: [calling]}", "calling", "has: [calling]"),
    "compare": ("paths", TICKET, "[price, le,", "[prise, le,", "prise", "[prise, le"),
    "copies": ("paths", TICKET, "first: [amount,", "first: [amont,", "amont", "amont"),
    "copied field": ("paths", TICKET, "copies: {began_on:", "copies: {begun_on:", "begun_on", "begun_on"),
    "derived field": ("paths", TICKET, "      worth:", "      wort:", "wort", "wort:"),
    "sum": ("paths", TICKET, "lines.*.cost", "lines.*.price", "price", "lines.*.price"),
    "a list without *": ("paths", TICKET, "lines.*.cost", "lines.cost", "write *", "lines.cost"),
    "asks": ("paths", VISIT, "asks: [told]", "asks: [tell]", "tell", "asks: [tell]"),
    "time": ("paths", TICKET, "time: reported_at", "time: report_at", "report_at", "time: report_at"),
    "adds": ("paths", TICKET, "adds: {news:", "adds: {olds:", "olds", "olds"),
    "adds.asks": ("paths", TICKET, "asks: [text]", "asks: [texts]", "texts", "asks: [texts]"),
    "names": ("paths", TICKET, "names: caller", "names: calling", "calling", "names: calling"),
    "clock": ("paths", TICKET, "from: reported_at", "from: report_at", "report_at", "from: report_at"),
    "mark": ("paths", TICKET, "compare: [seen_on, lt", "compare: [seen, lt", "seen", "stale:"),
    "unique": ("paths", TICKET, "fields: [serial]", "fields: [number]", "number", "fields: [number]"),
    "across a link": ("paths", VISIT, "ticket.level", "ticket.lever", "lever", "ticket.lever"),
    "below what is no link": ("paths", VISIT, "ticket.level", "told.level", "level", "told.level"),
    "creates.with": ("paths", TICKET, "with: {ticket:", "with: {tickets:", "tickets", "tickets"),
    "also.with": ("paths", VISIT, "news.text: told", "news.word: told", "word", "news.word"),
    "also.record": ("paths", VISIT, "record: ticket", "record: told", "told", "record: told"),
    "inverse link": ("paths", TICKET, "inverse: ticket", "inverse: told", "told", "inverse: told"),
    "linked.where": (
        *("paths", TICKET, "where: {$state: {const: made}}", "where: {tell: {const: made}}"),
        *("tell", "tell: {const: made}"),
    ),
    "variable": ("shape", TICKET, "le, $today]", "le, $todai]", "todai", "le, $todai]"),
    "placeholder": ("paths", TICKET, "{id} {serial}", "{id} {seriel}", "seriel", "{seriel}"),
    "command": (
        "paths",
        TICKET,
        "查看  svc show {id} {serial}",
        "办  svc advance {id} begin",
        "no action begin",
        "begin",
    ),
    "command to create": (
        "paths",
        TICKET,
        "查看  svc show {id} {serial}",
        "建  svc create gone",
        "no form gone",
        "gone",
    ),
    "placeholder in say": ("paths", TICKET, "zh: 日期在将来。", "zh: '{serial}在将来。'", "{serial}", "{serial}在将来"),
}

KINDS = {
    "order of texts": ("kinds", TICKET, "[seen_on, le, $today]", "[serial, le, $today]", "no order", "[serial, le"),
    "date and amount": ("kinds", TICKET, "[price, le, {value", "[seen_on, le, {value", "no order", "[seen_on, le, {"),
    "never equal": ("kinds", TICKET, "[seen_on, eq, began_on]", "[seen_on, eq, hot]", "never equal", "eq, hot]"),
    "in without a list": ("kinds", TICKET, "[seen_on, le, $today]", "[seen_on, in, $today]", "a list", "seen_on, in"),
    "never that value": ("kinds", TICKET, "level: {const: high}}}, is", "level: {const: hi}}}, is", "hi", "const: hi"),
    "no such state": (
        "kinds",
        VISIT,
        "{ticket.$state: {const: running}}",
        "{ticket.$state: {const: run}}",
        "run",
        "run}",
    ),
    "a bound on text": (
        *("kinds", TICKET, "where: {caller: {const: 王建国}}", "where: {amount: {maximum: 3}}"),
        *("use compare", "maximum: 3"),
    ),
    "a copied kind": ("kinds", TICKET, "copies: {began_on: $today}", "copies: {began_on: $at}", "began_on", "$at}"),
    "a literal that does not fit": ("kinds", TICKET, "{value: '0.00'}", "{value: '0'}", "price", "value: '0'"),
    "a row that does not fit": ("kinds", TICKET, "is: hard", "is: true", "rank", "is: true"),
    "a start not to be chosen": (
        *("kinds", TICKET, "from: reported_at\n", "from: {setting: answer.from, choose: [began_on]}\n"),
        *("lacks reported_at", "choose:"),
    ),
    "unique lists": ("kinds", TICKET, "fields: [serial]", "fields: [lines]", "lines is a list", "fields: [lines]"),
    "a member not looked up": ("kinds", TICKET, ", high: much}", "}", "no entry for high", "in: {low"),
    "a looked up stranger": ("kinds", TICKET, "high: much", "high: much, top: much", "top", "top: much"),
}

CONDITIONS = {
    "unknown keyword": ("conditions", TICKET, "{rank: {const: hard}}", "{rank: {cons: hard}}", "cons", "{rank:"),
    "no schema": ("conditions", TICKET, "{rank: {const: hard}}", "{rank: {enum: hard}}", "JSON Schema", "{rank:"),
    "a reference": (
        *("conditions", TICKET, "{rank: {const: hard}}", "{rank: {$ref: 'https://example.org/a'}}"),
        *("$ref", "{rank:"),
    ),
    "nothing said": ("conditions", TICKET, "{rank: {const: hard}}", "{rank: {}}", "says nothing", "{rank:"),
    "setting": (
        "conditions",
        HEAD,
        "schema: {type: integer, minimum: 1}",
        "schema: {typ: integer}",
        "typ",
        "keep.years",
    ),
    "given and not taken": ("paths", VISIT, "news.text: told", "caller: told", "does not take", "caller: told"),
    "given and not made so": (
        *("paths", TICKET, "with: {ticket: $id}", "with: {ticket: $id, told: serial}"),
        *("does not take", "told: serial"),
    ),
    "given of another kind": ("kinds", TICKET, "with: {ticket: $id}", "with: {ticket: 7}", "cannot be 7", "ticket: 7"),
}

GRAPH = {
    "nobody makes it": (
        *("begin", TICKET, "    creates:\n    - {form: visit, with: {ticket: $id}}\n", ""),
        *("nobody can make", "actions:"),
    ),
    "dead end": ("ends", VISIT, "en: made, final: true}", "en: made}", "leads from made", "made: {"),
    "an end that is left": (
        *("ends", TICKET, "    from: running\n    to: same", "    from: finished\n    to: running"),
        *("finished is an end", "heard:"),
    ),
    "a route nobody comes to": (
        *("reach", TICKET, "by: [clerk], when: {where: {rank: {const: hard}}}, ", "by: [clerk], "),
        *("earlier route", "- from: running"),
    ),
    "a guard without words": (
        "words",
        VISIT,
        "      say: {zh: 工单未在处理。, en: The ticket is not running.}\n",
        "",
        "say",
        "where:",
    ),
    "a route without by": (
        "words",
        TICKET,
        "      to: finished\n      by: [clerk]\n",
        "      to: finished\n",
        "by",
        "- from: running",
    ),
    "never called": (
        "calls",
        VISIT,
        "    also:\n    - {record: ticket, action: heard, with: {news.text: told}}\n",
        "",
        "no deed",
        None,
    ),
    "a circle": (
        *(
            "calls",
            VISIT,
            "    copies: {level: ticket.level}\n",
            "    creates: [{form: visit, with: {ticket: ticket}}]\n",
        ),
        *("without end", "creates:"),
    ),
}

ABSENT = {
    "under not": (
        "absent",
        TICKET,
        "not: {where: {level: {const: high}}}",
        "not: {where: {hot: {const: true}}}",
        "hot",
        "not:",
    ),
    "when": (
        "absent",
        TICKET,
        "when: {has: [caller]}",
        "when: {where: {hot: {const: true}}}",
        "hot",
        "when: {where: {hot",
    ),
    "route": (
        "absent",
        TICKET,
        "when: {where: {rank: {const: hard}}}",
        "when: {where: {hot: {const: true}}}",
        "hot",
        "{hot:",
    ),
    "item": (
        *("absent", TICKET, "when: {where: {level: {const: high}}}}]", "when: {where: {caller: {const: a}}}}]"),
        *("caller", "{caller:"),
    ),
    "clock": (
        *(
            "absent",
            TICKET,
            "    when: {where: {level: {const: high}}}\n    clause",
            "    when: {where: {hot: {const: true}}}\n    clause",
        ),
        *("hot", "{hot:"),
    ),
    "mark": (
        "absent",
        TICKET,
        "compare: [seen_on, lt, $today]",
        "compare: [began_on, lt, $today]",
        "began_on",
        "stale:",
    ),
    "row before otherwise": (
        "absent",
        TICKET,
        "compare: [seen_on, eq, began_on]",
        "where: {hot: {const: true}}",
        "hot",
        "{hot:",
    ),
    "linked field": (
        "absent",
        VISIT,
        "- where: {ticket.$state: {const: running}}",
        "- not: {where: {ticket.hot: {const: true}}}",
        "ticket.hot",
        "not:",
    ),
    "an empty record passes": (
        *(
            "empty",
            TICKET,
            "where: {$state: {const: made}}, at_least: 1",
            "where: {$state: {const: made}}, every: true",
        ),
        *("empty record", "linked:"),
    ),
}

_MIGRATE = "migrate: {states: [fresh, running]"
_LACK = "may_lack: [caller, "
MIGRATE = {
    "a state nobody knows": ("names", TICKET, _MIGRATE, "migrate: {states: [gone]", "no state gone", "migrate:"),
    "an end": ("migrate", TICKET, _MIGRATE, "migrate: {states: [finished]", "finished is an end", "migrate:"),
    "a role nobody knows": (
        *("names", TICKET, _MIGRATE, f"{_MIGRATE}, vouched_by: [judge]", "no insider's role judge", "migrate:"),
    ),
    "an outsider": ("names", TICKET, _MIGRATE, f"{_MIGRATE}, by: [client]", "no insider's role client", "migrate:"),
    "a setting nobody knows": ("names", TICKET, _MIGRATE, f"{_MIGRATE}, until: never", "no setting never", "migrate:"),
    "a setting that is no day": (
        *("migrate", TICKET, _MIGRATE, f"{_MIGRATE}, until: answer.hours", "must be a date", "migrate:"),
    ),
    "who vouches is who enters": (
        *("migrate", TICKET, _MIGRATE, f"{_MIGRATE}, vouched_by: [clerk]", "say another: true", "migrate:"),
    ),
    "an evidence nobody knows": (
        *("names", TICKET, _MIGRATE, f"{_MIGRATE}, evidence: {{may: [map]}}", "no kind of evidence map", "migrate:"),
    ),
    "no rights behind it": (
        *("migrate", HEAD, "  migrate: {by: [clerk], vouched_by: [boss], until: until, reason: required,", "  #"),
        *("lacks vouched_by, and so do the rights", "migrate:"),
    ),
    "rights that name a stranger": (
        *("names", HEAD, "vouched_by: [boss]", "vouched_by: [judge]", "no insider's role judge", "  migrate:"),
    ),
    "rights with an unknown setting": (
        *("names", HEAD, "until: until", "until: never", "no setting never", "  migrate:"),
    ),
    "rights with an unknown paper": ("names", HEAD, "may: [letter]", "may: [map]", "no kind of evidence map", None),
    "rights with an unknown clause": (
        *("names", HEAD, "{may: [letter]}, clause: '1'", "{may: [letter]}, clause: '9'", "no clause 9", "  migrate:"),
    ),
    "unknown and asked by the schema": ("migrate", TICKET, _LACK, "may_lack: [serial, ", "serial is required", None),
    "unknown and nothing": ("migrate", TICKET, _LACK, "may_lack: [colour, ", "no field or action colour", None),
    "unknown paper of no kind": ("migrate", TICKET, "evidence:letter,", "evidence:map,", "no kind of evidence", None),
    "unknown who, and a gate asks": ("migrate", TICKET, _LACK, "may_lack: [start, ", "looks at who did start", None),
    "unknown who closes, and its gate asks": (
        *("migrate", TICKET, _LACK, "may_lack: [close, ", "looks at who did close", None),
    ),
    "a word that means two": ("migrate", TICKET_SCHEMA, '"caller": {', '"report": {', "is a field and an action", None),
}
TABLES = {
    "a hole": (
        "tables",
        TICKET,
        "{enum: [low, middle]}}}, is",
        "{enum: [low]}}}, is",
        "no row holds, as with: level=middle",
        "table:",
    ),
    "a hole at the threshold": (
        "tables",
        TICKET,
        "[price, le, {",
        "[price, lt, {",
        "no row holds, as with: price=3000.00",
        "table:",
    ),
    "an overlap at the threshold": (
        "tables",
        TICKET,
        "[price, gt, {",
        "[price, ge, {",
        "both hold, as with: price=3000.00",
        "[price, ge",
    ),
    "two fields": (
        "tables",
        TICKET,
        "[seen_on, lt, began_on]",
        "[seen_on, le, began_on]",
        "both hold",
        "[seen_on, eq, began_on]",
    ),
    "an absent field": (
        *("tables", TICKET, "        - {when: {compare: [price, gt, {value: '3000.00'}]}, is: big}\n"),
        "        - {when: {compare: [amount, gt, price]}, is: big}\n",
        *("no row holds", "table:"),
    ),
    "otherwise twice": (
        "tables",
        TICKET,
        "{when: {compare: [seen_on, eq, began_on]}, is: same}",
        "{otherwise: true, is: same}",
        "both hold",
        "unknown}",
    ),
    "a row that never holds": (
        "tables",
        TICKET,
        "{enum: [low, middle]}}}, is: easy",
        "{enum: [low, middle]}}}, is: easy}\n        - {when: {where: {level: {const: low}}, not: {where: {level: {enum: [low, middle]}}}}, is: never",
        "never holds",
        "is: never",
    ),
}

FILES = {
    "revision": ("files", HEAD, "revision: 1", "revision: 2", "good@2", "procedure: good"),
    "uses": ("files", HEAD, "uses: [core@1]", "uses: [core@1, gone@1]", "gone@1", "gone@1"),
    "form": ("files", VISIT, "form: visit", "form: visits", "visits", "form: visits"),
    "an unknown key": ("shape", TICKET, "bound: yearly", "bound: yearly\ncolour: red", "colour", None),
    "a bad value": ("shape", TICKET, "bound: yearly", "bound: sometimes", "yearly", "bound: sometimes"),
    "half a text": ("shape", TICKET, "text: {zh: 开始, en: start}", "text: {zh: 开始}", "lacks en", "text: {zh: 开始}"),
}

SCHEMAS = {
    "not a schema": ("schema", VISIT_SCHEMA, '"type": "object"', '"type": "objekt"', "objekt", "objekt"),
    "unknown keyword": (
        "schema",
        VISIT_SCHEMA,
        '"x-en": "Told"',
        '"x-en": "Told", "format": "date"',
        "format",
        "format",
    ),
    "id": ("schema", VISIT_SCHEMA, '"title": "上门"', '"$id": "a", "title": "上门"', "$id", "$id"),
    "empty enumeration": (
        *("schema", TICKET_SCHEMA, '"enum": ["low", "middle", "high"]', '"enum": []'),
        *("empty", "enum"),
    ),
    "reference outside": (
        "schema",
        VISIT_SCHEMA,
        "../record.schema.json#/$defs/text",
        "https://example.org/a#/b",
        "https",
        "https",
    ),
    "reference to nothing": ("schema", VISIT_SCHEMA, "#/$defs/text", "#/$defs/texts", "texts", "texts"),
    "no envelope": (
        "schema",
        VISIT_SCHEMA,
        '"allOf": [{"$ref": "../record.schema.json"}]',
        '"allOf": [{"type": "object"}]',
        "record",
        "allOf",
    ),
    "another form": ("schema", VISIT_SCHEMA, '{"const": "visit"}', '{"const": "visits"}', "const: visit", "visits"),
    "pattern": ("schema", TICKET_SCHEMA, '"^[0-9]+$"', '"^[0-9+$"', "compile", "^[0-9+$"),
    "pattern of one engine": ("schema", TICKET_SCHEMA, '"^[0-9]+$"', '"^(?P<a>[0-9])(?P=a)$"', "compile", "(?P=a)"),
    "anchors": ("schema", TICKET_SCHEMA, '"^[0-9]+$"', '"[0-9]+$"', "^…$", '"[0-9]+$"'),
    "anchors of one side": ("schema", TICKET_SCHEMA, '"^[0-9]+$"', '"^[0-9]+|x$"', "^…$", "|x$"),
    "digits": ("schema", TICKET_SCHEMA, '"^[0-9]+$"', '"^\\\\d+$"', "[0-9]", "d+$"),
    "title": ("schema", VISIT_SCHEMA, '"title": "所述", ', "", "title", '"x-en": "Told"'),
    "x-en": ("schema", VISIT_SCHEMA, ', "x-en": "Told"', "", "x-en", "所述"),
    "open object": (
        "schema",
        VISIT_SCHEMA,
        '      "additionalProperties": false,\n',
        "",
        "additionalProperties",
        '"fields"',
    ),
    "required": ("schema", VISIT_SCHEMA, '"required": ["ticket"]', '"required": ["tickets"]', "tickets", "tickets"),
    "link to nothing": ("schema", VISIT_SCHEMA, '"x-link": "ticket"', '"x-link": "tickets"', "tickets", "tickets"),
    "link without a form": ("schema", VISIT_SCHEMA, ',\n          "x-link": "ticket"', "", "x-link", '"ticket": {'),
    "member without words": (
        "schema",
        TICKET_SCHEMA,
        '            "low": {"zh": "低", "en": "low"},\n',
        "",
        "low",
        "x-titles",
    ),
    "words without a member": ("schema", TICKET_SCHEMA, '"enum": ["low", ', '"enum": [', "low", '"low": {'),
}

GROUPS = (SCENARIO, NAMES, PATHS, KINDS, CONDITIONS, GRAPH, ABSENT, MIGRATE, TABLES, FILES, SCHEMAS)
CASES = [pytest.param(*case, id=name) for group in GROUPS for name, case in group.items()]


def test_two_revisions_of_one_procedure_stand_side_by_side(root: Path) -> None:
    newer = {file.replace("good@1", "good@2"): text for file, text in GOOD.items()}
    newer["good@2/procedure.yaml"] = newer["good@2/procedure.yaml"].replace("revision: 1", "revision: 2")
    assert proved({**shared(root), **GOOD, **newer}) == []


def test_no_form_stands_before_another_of_its_name(root: Path) -> None:
    texts = shared(root)
    mine = {file.replace("core@1", "good@1"): text for file, text in texts.items() if "/lane." in file}
    found = proved({**texts, **GOOD, **mine})
    assert [(f.rule, f.field, f.message.en) for f in found] == [
        ("titles", "form", "core already has a form of this name")
    ]


def test_what_a_proof_rests_on_comes_first(root: Path) -> None:
    """A file that is missing is said once, not as everything that follows from it."""
    texts = {**shared(root), **GOOD}
    del texts[VISIT_SCHEMA]
    assert [(f.file, f.rule) for f in proved(texts)] == [(VISIT, "files")]


@pytest.mark.parametrize(("rule", "file", "old", "new", "words", "line"), CASES)
def test_what_is_wrong_is_found(
    root: Path, rule: str, file: str, old: str, new: str, words: str, line: str | None
) -> None:
    texts = changed(root, file, old, new)
    fitting = [f for f in proved(texts) if f.rule == rule and words in f.message.en]
    assert fitting, [f.said("en") for f in proved(texts)]
    finding = fitting[0]
    assert finding.message.zh
    if line is not None:
        assert line in texts[finding.file].splitlines()[finding.line - 1]


def test_every_proof_can_fail() -> None:
    assert {case[0] for group in GROUPS for case in group.values()} == {proof.rule for proof in PROOFS}
