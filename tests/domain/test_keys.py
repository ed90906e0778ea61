"""Register keys and their file names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc.domain.keys import LONGEST_NAME, decode_key, encode_key, fold_key, key_folder
from svc.domain.refusal import Exit, Refusal

SAFE_NAME = re.compile(
    "[A-Za-z0-9_%\u3007\u3400-\u9fff\U00020000-\U000323af-][A-Za-z0-9._%\u3007\u3400-\u9fff\U00020000-\U000323af-]*"
)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("zhang.wei", "zhang.wei"),
        ("CG-958G_0012", "CG-958G_0012"),
        ("示例机械〇", "示例机械〇"),
        ("a b", "a%20b"),
        ("a/b\\c", "a%2Fb%5Cc"),
        ("100%", "100%25"),
        ("%2e", "%252e"),
        ("x@示例.cn", "x%40示例.cn"),
        (".hidden", "%2Ehidden"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("end.", "end%2E"),
        ("part.yaml", "part%2Eyaml"),
        ("part.YAML", "part%2EYAML"),
        ("nul", "%6Eul"),
        ("COM1.txt", "%43OM1.txt"),
        ("console", "console"),
        ("git~1", "git%7E1"),
        ("Ａ１", "%EF%BC%A1%EF%BC%91"),
        ("é", "%C3%A9"),
        ("が", "%E3%81%8C"),
        ("\uf900", "%EF%A4%80"),
        ("-rf", "-rf"),
    ],
)
def test_names_of_keys(key: str, name: str) -> None:
    assert encode_key(key) == name
    assert decode_key(name) == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        " a",
        "a ",
        "a\tb",
        "a\nb",
        "a\x00",
        "a\x1b[31m",
        "a\x85b",
        "a\u00a0b",
        "a\u3000b",
        "a\u200bb",
        "a\ufeffb",
    ]
    + ["a\u202eb", "a\u2066b", "a\u00adb", "a\u2028b", "a\ud800b", "a\ue000b", "a\ufe0fb", "a\u3164b", "a\u034fb"]
    + ["a\U0001fffe", "x" * 101, "铁" * 41, "é" * 21],
)
def test_keys_that_are_refused(key: str) -> None:
    with pytest.raises(Refusal) as refused:
        encode_key(key)
    assert refused.value.exit is Exit.USAGE
    assert refused.value.what.zh.isprintable()


def test_refusal_of_an_invisible_character_names_it() -> None:
    with pytest.raises(Refusal) as refused:
        encode_key("zhang\u200bwei")
    assert refused.value.lines("zh") == ["错误：不能用作编号：“zhang\\u200bwei”，含有看不见的字符 U+200B。"]


@pytest.mark.parametrize(
    "name", ["", "a%2", "%zz", "%61", "a%2fb", "a b", ".a", "a.", "é", "%FF", "a.yaml", "nul", "%00"]
)
def test_names_that_no_key_has(name: str) -> None:
    assert decode_key(name) is None


@given(st.text(min_size=1, max_size=110))
def test_every_key_has_one_safe_name(key: str) -> None:
    try:
        name = encode_key(key)
    except Refusal:
        return
    assert decode_key(name) == key
    assert SAFE_NAME.fullmatch(name)
    assert len(name.encode()) <= LONGEST_NAME


@given(st.text(max_size=40))
def test_decoding_is_the_exact_inverse(name: str) -> None:
    key = decode_key(name)
    assert key is None or encode_key(key) == name


@given(st.text(max_size=40))
def test_fold_is_settled_and_blind_to_case(key: str) -> None:
    assert fold_key(fold_key(key)) == fold_key(key)


def test_keys_that_differ_in_case_or_width_meet_in_one_folder() -> None:
    assert fold_key("ＣＧ-958g") == fold_key("cg-958G") == "cg-958g"
    assert key_folder("ＣＧ-958g") == key_folder("cg-958G")
    assert re.fullmatch("[0-9a-f]{2}", key_folder("zhang.wei"))
