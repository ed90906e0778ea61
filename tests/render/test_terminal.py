"""Safe text, widths, cutting and wrapping."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth, wcwidth

from svc.render import terminal
from svc.render.terminal import clip, one_line, pad, safe_text, width, wrap


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("王建国 12E5", "王建国 12E5"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\rb\x08c\x7f\x9b", "a\\rb\\x08c\\x7f\\x9b"),
        ("a\tb\nc", "a\\tb\\nc"),
        ("abc\u202edef\u2066", "abc\\u202edef\\u2066"),
        ("zhang\u200bwei\ufeff\xad", "zhang\\u200bwei\\ufeff\\xad"),
        ("a\u3164\ufe0f\U000e0041", "a\\u3164\\ufe0f\\U000e0041"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_could_steer_a_terminal_is_escaped(text: str, safe: str) -> None:
    assert safe_text(text) == safe


def test_line_feeds_stay_where_lines_are_wanted() -> None:
    assert safe_text("a\nb\r", lines=True) == "a\nb\\r"
    assert one_line("  a \n\n b\x1b ") == "a b\\x1b"


@given(st.text(max_size=30))
def test_safe_text_has_a_width_and_stays(text: str) -> None:
    safe = safe_text(text)
    assert safe_text(safe) == safe
    assert wcswidth(safe) == width(safe) >= 0
    safe.encode()


def test_plain_text_is_measured_as_wcwidth_measures() -> None:
    plain = [char for char in map(chr, range(sys.maxunicode)) if terminal._plain_width(char) is not None]
    assert len(plain) > 27_000 and {"汉", "a", "，", "①"} <= set(plain)
    for char in plain:
        assert width(char) == wcwidth(char), hex(ord(char))
        assert not terminal.UNSAFE.search(char), hex(ord(char))


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"])), st.integers(1, 20))
def test_clipped_text_fits(text: str, columns: int) -> None:
    safe = safe_text(text)
    cut = clip(safe, columns)
    assert width(cut) <= columns
    assert cut == safe or cut.endswith("…")


def test_clip_and_pad() -> None:
    assert clip("发动机漏油", 10) == "发动机漏油"
    assert clip("发动机漏油", 9) == "发动机漏…"
    assert clip("发动机漏油", 8) == "发动机…"
    assert clip("abc", 1) == "…"
    assert (pad("费用", 6), pad("费用", 6, right=True), pad("费用", 2)) == ("费用  ", "  费用", "费用")


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("维修效果尚未核实，不能归档。", 16, ["维修效果尚未核", "实，不能归档。"]),
        ("svc advance PG-0101-26-00398-83 close", 20, ["svc advance", "PG-0101-26-00398-83", "close"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a\n\n  b", 10, ["a", "", "  b"]),
        ("", 10, [""]),
        ("王", 1, ["王"]),
    ],
)
def test_wrapped_text(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns) == lines


@given(st.text("ab 维修，。-\n", max_size=60), st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_marks_are_characters_that_gbk_has() -> None:
    assert terminal.ELLIPSIS.encode("gbk")
