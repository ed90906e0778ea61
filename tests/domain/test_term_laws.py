"""What holds for all sums and terms: exact to the cent, to the last covered day, by hours or months, whichever is first.

The rules are those of the shipped procedure, read from its files; what they must come to is reckoned here, otherwise.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from svc.domain.derive import derive
from svc.domain.paths import put

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
slow = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@lru_cache
def rules(root: Path, form: str, action: str) -> dict[str, Any]:
    """What an action of the shipped procedure derives: field -> rule."""
    flow = yaml.safe_load((root / "schemas" / "chenggong@1" / f"{form}.flow.yaml").read_text("utf-8"))
    found: dict[str, Any] = flow["actions"][action]["derive"]
    return found


def cents(text: str) -> int:
    """An amount as files spell it, in cents."""
    head, _, tail = text.lstrip("-").partition(".")
    return (-1 if text.startswith("-") else 1) * (int(head) * 100 + int(tail.ljust(2, "0")))


def spelled(amount: int) -> str:
    """Cents as files spell an amount."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


@slow
@given(st.lists(st.integers(-(10**17), 10**17), max_size=40))
@example([10, 20])
@example([1] * 40)
def test_a_sum_is_exact_to_the_cent(small: Any, amounts: list[int]) -> None:
    case = small.case(lines=[{"name": "x", "amount": spelled(one)} for one in amounts])
    assert cents(derive({"sum": "lines.*.amount"}, case)) == sum(amounts)


@slow
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20), st.integers(0, 19))
def test_a_sum_does_not_depend_on_the_order_nor_on_what_has_no_amount(
    small: Any, amounts: list[int], turn: int
) -> None:
    lines = [{"name": "x", "amount": spelled(one)} for one in amounts]
    at = turn % len(lines)
    turned = [*lines[at:], {"name": "without"}, *lines[:at]]
    rule = {"sum": "lines.*.amount"}
    assert derive(rule, small.case(lines=turned)) == derive(rule, small.case(lines=lines))


def covered(start: date, months: int) -> date:
    """The last covered day, reckoned forward day by day: the day of that number so many months on, or the month's end."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    day = date(year, month, 1)
    while (day + timedelta(days=1)).month == month and day.day < start.day:
        day += timedelta(days=1)
    return day


@slow
@given(DAYS, st.integers(0, 120))
@example(date(2026, 1, 31), 1)
@example(date(2028, 1, 31), 1)
@example(date(2028, 2, 29), 12)
@example(date(2028, 2, 29), 48)
@example(date(2027, 12, 31), 2)
def test_months_end_on_the_last_covered_day(small: Any, start: date, months: int) -> None:
    case = small.case(day=str(start), count=months)
    assert derive({"months": ["day", "count"]}, case) == str(covered(start, months))


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-01-15", 12, "2027-01-15"),
        ("2026-12-31", 0, "2026-12-31"),
    ],
)
def test_months_by_hand(start: str, months: int, last: str, small: Any) -> None:
    assert derive({"months": ["day", months]}, small.case(day=start)) == last


@slow
@given(
    begun=DAYS,
    months=st.integers(1, 36),
    offset=st.integers(-3, 3) | st.integers(-2000, 2000),
    hours=st.none() | st.integers(1, 5000),
    over=st.integers(-1, 1) | st.integers(-3000, 3000),
)
@example(begun=date(2026, 1, 31), months=1, offset=0, hours=2000, over=0)
@example(begun=date(2026, 1, 31), months=1, offset=1, hours=2000, over=0)
@example(begun=date(2026, 1, 31), months=1, offset=0, hours=2000, over=1)
@example(begun=date(2026, 1, 31), months=1, offset=0, hours=None, over=1)
def test_a_warranty_ends_by_hours_or_by_months_whichever_is_first(
    small: Any, root: Path, begun: date, months: int, offset: int, hours: int | None, over: int
) -> None:
    """Within both it stands, the last day and the last hour included; beyond either it has ended."""
    last = covered(begun, months)
    on = last + timedelta(days=offset)
    meter = max((hours or 1000) + over, 0)
    verdict = judged(small, root, begun, months, on, hours, meter)
    stands = begun <= on <= last and (hours is None or meter <= hours)
    assert verdict == ("eligible" if stands else "expired")


def judged(small: Any, root: Path, begun: date, months: int, on: date, hours: int | None, meter: int) -> str:
    """The verdict that the shipped tables come to, fed one after the other as a deed does."""
    ends = {"months": ["day", "count"]}
    end = derive(ends, small.case(day=str(begun), count=months))
    machine = {"warranty_start": str(begun), "warranty_end": end, **({"warranty_hours": hours} if hours else {})}
    papers = {"certificate_seen": True, "handbook_seen": True}
    fields: dict[str, Any] = {"brand": "成工", "machine": machine, "hour_meter": meter, **papers}
    fields = put(fields, "warranty_check.on", str(on))
    for path, rule in rules(root, "intake", "check_warranty").items():
        value = derive(rule, small.case(**fields))
        fields = put(fields, path, value)
    return str(fields["warranty_check"]["verdict"])


def test_the_shipped_term_is_reckoned_by_that_rule(root: Path) -> None:
    """The end of a warranty is so many months after its start, which is what the law above feeds the verdict with."""
    assert rules(root, "warranty-handbook", "enrol")["warranty_end"] == {
        "months": ["warranty_start", "warranty_months"]
    }
