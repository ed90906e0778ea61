"""Derived fields: sums, month arithmetic, lookups, counts, decision tables, truths, collections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from svc.domain.case import OPERANDS, Case
from svc.domain.compiled import fits
from svc.domain.guards import holds
from svc.domain.linked import linked
from svc.domain.paths import MISSING, Json
from svc.domain.refusal import Refusal, Text
from svc.domain.times import add_months
from svc.domain.typed import amount, typed

Rule = Mapping[str, Json]


def derive(rule: Rule, case: Case) -> Json:
    """The value of a derivation; MISSING when its `when` does not hold or what it rests on is absent."""
    if "when" in rule and not holds(rule["when"], case):
        return MISSING
    return next(do(rule, case) for word, do in RULES.items() if word in rule)


def _sum(rule: Rule, case: Case) -> Json:
    """The exact sum of a list's amounts, two digits."""
    values = case.value(rule["sum"])
    found = [amount(value) for value in values] if isinstance(values, list) else []
    total = sum((value for value in found if value is not None), Decimal("0.00"))
    return str(total.quantize(Decimal("0.01")))


def _months(rule: Rule, case: Case) -> Json:
    """The last covered day, inclusive: the corresponding day N months later, clamped to the month's end."""
    start, count = typed(case.operand(rule["months"][0])), amount(case.operand(rule["months"][1]))
    if isinstance(start, datetime):
        start = start.astimezone(case.scene.zone).date()
    if not isinstance(start, date) or count is None:
        return MISSING
    return add_months(start, int(count)).isoformat()


def _lookup(rule: Rule, case: Case) -> Json:
    value = case.operand(rule["lookup"])
    if value is MISSING:
        return MISSING
    if str(value) not in rule["in"]:
        raise Refusal(
            Text(f"对照表中没有“{value}”。", f'"{value}" is not in the lookup table.'), where=Text.same(case.id)
        )
    return rule["in"][str(value)]


def _count(rule: Rule, case: Case) -> Json:
    if isinstance(rule["count"], Mapping):
        return len(linked(rule["count"], case)[1])
    values = case.value(rule["count"])
    return len(values) if isinstance(values, list) else 0


def rows_that_match(rows: list[Rule], case: Case) -> list[Rule]:
    """The rows of a decision table whose `when` holds; the `otherwise` row only when none does."""
    found = [row for row in rows if "when" in row and holds(row["when"], case)]
    return found or [row for row in rows if row.get("otherwise")]


def _table(rule: Rule, case: Case) -> Json:
    found = rows_that_match(rule["table"], case)
    if len(found) != 1:
        raise Refusal(
            Text(
                f"判定表有 {len(found)} 行相符，应恰有一行。",
                f"{len(found)} rows of the decision table match, not one.",
            ),
            where=Text.same(case.id),
        )
    return found[0]["is"] if "is" in found[0] else case.operand(found[0]["from"])


def _holds(rule: Rule, case: Case) -> Json:
    return holds(rule["holds"], case)


def _collect(rule: Rule, case: Case) -> Json:
    """The ids of a form's records in certain states whose fields agree with operands or schemas, frozen as a list."""
    wanted = rule["collect"]
    return [record.id for record in case.scene.world.all(wanted["form"]) if _wanted(wanted, record, case)]


def _wanted(wanted: Mapping[str, Json], record: Json, case: Case) -> bool:
    if record.state not in wanted.get("states", [record.state]):
        return False
    form = case.scene.form_of(record) or case.form
    there = Case.of(case.scene, record, form, case.acting, case.at)
    for path, test in wanted.get("where", {}).items():
        value = there.value(path)
        if isinstance(test, Mapping) and not OPERANDS & set(test):
            agrees = value is not MISSING and fits(value, test)
        else:
            agrees = value is not MISSING and value == case.operand(test)
        if not agrees:
            return False
    return True


def _tally(rule: Rule, case: Case) -> Json:
    """How often each value occurs: `tally: LISTPATH, by: PATH` (the path behind each item or linked record)."""
    values = case.value(f"{rule['tally']}.*.{rule['by']}")
    counted: dict[str, int] = {}
    for value in values if isinstance(values, list) else []:
        counted[str(value)] = counted.get(str(value), 0) + 1
    return dict(sorted(counted.items()))


def _ratio(rule: Rule, case: Case) -> Json:
    """A percentage with one decimal; MISSING when there is nothing to divide by."""
    part, whole = (amount(case.operand(operand)) for operand in rule["ratio"])
    if part is None or not whole:
        return MISSING
    return str((100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


RULES: Mapping[str, Callable[[Rule, Case], Json]] = {
    "sum": _sum,
    "months": _months,
    "lookup": _lookup,
    "count": _count,
    "table": _table,
    "holds": _holds,
    "collect": _collect,
    "tally": _tally,
    "ratio": _ratio,
}
