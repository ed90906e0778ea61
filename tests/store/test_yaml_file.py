"""YAML: the canonical form is read alike by every YAML, the loader refuses the rest with a line, nothing else comes out."""

from __future__ import annotations

import random
import string
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from svc.domain.refusal import Exit, Refusal
from svc.store import canonical
from svc.store.emitter import FORBIDDEN
from svc.store.yaml_file import BadYaml, dump, is_canonical, load, load_slowly, load_with_lines

ROOT = Path(__file__).resolve().parents[2]

HARD = (
    *("NO", "on", "off", "y", "yes", "Null", "~", "true", "True", "null", "=", "<<", ""),
    *("0123", "00012", "12:30:45", "1_000", "1.10", "12E5", "1e5", "08", "0o17", "0x1F", "1e400", ".inf", ".5", "-1", "+1"),
    *("2024-03-01", "2024-03-01T00:00:00Z", "- a", "a: b", "a #b", "#a", "'a'", '"a"', "it's", "a'", "''", "&a", "*a", "!a"),
    *("|", "|-", ">", "%a", "@a", "`a", "{}", "[]", "{a", "a]", ",", "?", "? a", ":", "a:", "-", "--", "---", "...", "..."),
    *(" a", "a ", " ", "a  b", "\t", "a\tb", "\ta", "a\n", "a\n\n", "\n", "\na", " a\nb", "a\n b", "a\nb ", "a\n \nb", "a\n\nb\n"),
    *("# a\nb", "--- a\nb", "a\n# b", "a\n---\nb\n", "a\n\tb", "- a\n- b\n", "王建国", "设备漏油，需更换。", "〇", "a" * 121, "漏" * 400),
    *("a b " * 60, "'" * 130, "\u2028", "a\u2029b\n", "\u00a0", "\u3000a", "😀", "é", "e\u0301", "\u200b", "𠀀", "zhang.wei", "a@b.c"),
)  # fmt: skip

TEXTS = st.one_of(
    st.sampled_from(HARD),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40),
    st.text("ab :#-'\"\n\t,[]{}0.", max_size=30),
).filter(lambda text: not FORBIDDEN.search(text))
KEYS = TEXTS.filter(lambda text: len(text) <= 200)
LEAVES = st.one_of(TEXTS, st.booleans(), st.none(), st.integers(-(10**18) + 1, 10**18 - 1))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)

RECORD = {
    "id": "PG-0101-26-00398-83",
    "year": 2026,
    "fields": {
        "assigned_to": ["zhang.wei"],
        "at": "2026-11-23T15:20:00+08:00",
        "note": "第一行\n第二行 # 不是注释\n",
        "x": {},
    },
    "log": [
        {"step": 1, "gave": {"parts": [{"part": "P-1", "qty": 1}, {"part": "12E5", "qty": 2}]}},
        {"step": 2, "tags": []},
    ],
}
CANONICAL = """\
id: PG-0101-26-00398-83
year: 2026
fields:
  assigned_to:
  - zhang.wei
  at: '2026-11-23T15:20:00+08:00'
  note: |
    第一行
    第二行 # 不是注释
  x: {}
log:
- step: 1
  gave:
    parts:
    - part: P-1
      qty: 1
    - part: '12E5'
      qty: 2
- step: 2
  tags: []
"""


def by_core_schema(data: bytes) -> Any:
    ruamel = pytest.importorskip("ruamel.yaml", reason="ruamel.yaml reads YAML 1.2")
    reader = ruamel.YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(data)


def texts_only(value: Any) -> Any:
    """The value as a reader sees it that resolves nothing."""
    if isinstance(value, dict):
        return {key: texts_only(item) for key, item in value.items()}
    if isinstance(value, list):
        return [texts_only(item) for item in value]
    if isinstance(value, str):
        return value
    return {None: "null", True: "true", False: "false"}[value] if value in (None, True, False) and not isinstance(value, int) or isinstance(value, bool) else str(value)  # fmt: skip


class TestCanonical:
    def test_is_spelled_like_this(self) -> None:
        assert dump(RECORD).decode() == CANONICAL

    @given(DOCUMENTS)
    def test_every_reader_reads_it_alike(self, value: dict[str, Any]) -> None:
        data = dump(value)
        assert load(data, "x") == load_slowly(data, "x") == value
        assert dump(load(data, "x")) == data
        assert is_canonical(data)
        assert yaml.load(data, yaml.CSafeLoader) == value
        assert yaml.load(data, yaml.SafeLoader) == value
        assert yaml.load(data, yaml.BaseLoader) == texts_only(value)

    @settings(max_examples=60)
    @given(DOCUMENTS)
    def test_yaml_1_2_reads_it_alike(self, value: dict[str, Any]) -> None:
        assert by_core_schema(dump(value)) == value

    @pytest.mark.parametrize("text", HARD)
    def test_hard_texts(self, text: str) -> None:
        for value in ({"k": text}, {"k": [text]}, {"k": {"i": [[text, text]]}}, {text[:200]: 1}):
            data = dump(value)
            assert canonical.parse(data.decode()) == value, data
            assert load_slowly(data, "x") == value
            assert yaml.load(data, yaml.CSafeLoader) == value
            assert by_core_schema(data) == value

    @given(DOCUMENTS)
    def test_the_short_way_reads_all_of_it(self, value: dict[str, Any]) -> None:
        assert canonical.parse(dump(value).decode()) == (value or None)

    @pytest.mark.parametrize(
        "data",
        ["a:  b\n", "a: b", "a: 'b'\n", 'a: "b"\n', "a: b # c\n", "a:\n  - b\n", "{a: b}\n", "a: b\r\n", "a: +1\n", "\na: b\n",
         "a: ''''\nb: ' x'\n\n", "a: >\n  b\n", "'a': b\n", "a: 0123\n", "a:\n", "a: |+\n  b\n\n"],
    )  # fmt: skip
    def test_another_spelling_is_not_canonical(self, data: str) -> None:
        assert not is_canonical(data.encode())

    @pytest.mark.parametrize(
        "value",
        ["\x00", "\x1b[31m", "\r", "\x7f", "\x85", "\x9b", "\ud800", "\ufeff", 1.5, float("nan"), 10**18, b"x", {1}, {1: 2},
         {"k" * 201: 1}, object()],
    )  # fmt: skip
    def test_refuses_what_it_cannot_keep(self, value: Any) -> None:
        with pytest.raises(Refusal):
            dump({"k": value})
        with pytest.raises(Refusal):
            dump({"k": ["a\n" + value if isinstance(value, str) else [value]]})

    def test_refuses_depth(self) -> None:
        value: Any = "x"
        for _ in range(19):
            value = [value]
        data = dump({"k": value})
        assert load(data, "x") == load_slowly(data, "x") == {"k": value}
        for deeper in ([value], {"a": value}):
            with pytest.raises(Refusal):
                dump({"k": deeper})

    @pytest.mark.parametrize("hollow", [{}, []])
    def test_refuses_depth_of_what_is_empty_too(self, hollow: Any) -> None:
        for _ in range(18):
            hollow = [hollow]
        assert read_shortly(dump({"k": hollow}))
        with pytest.raises(Refusal):
            dump({"k": [hollow]})


REFUSED = {
    "a: 1\na: 2\n": (2, "lines 1 and 2"),
    "a:\n  b: 1\n  c: 2\n  b: 3\n": (4, "lines 2 and 4"),
    "a: {b: 1,\n b: 2}\n": (2, "lines 1 and 2"),
    "a: 1\n'a': 2\n": (2, "twice"),
    "1: a\n": (1, "key"),
    "1.0: a\n": (1, "ambiguous"),
    "true: a\n": (1, "key"),
    "null: a\n": (1, "key"),
    ": a\n": (1, "key"),
    "? [a]\n: b\n": (1, "key"),
    "a: &x 1\n": (1, "anchors"),
    "a: &x [*x]\n": (1, "anchors"),
    "a: *x\n": (1, "anchors"),
    "b: 1\n<<: {a: 1}\n": (2, "ambiguous"),
    "a: !!int 1\n": (1, "tags"),
    "a: !!python/object/apply:os.system [x]\n": (1, "tags"),
    "a: !!binary aGk=\n": (1, "tags"),
    "a: ! x\n": (1, "tags"),
    "a: !x {}\n": (1, "tags"),
    "%YAML 1.1\n---\na: b\n": (1, "directives"),
    "%TAG ! x\n---\na: b\n": (1, "directives"),
    "a: b\n---\nc: d\n": (2, "one document"),
    "a: b\n...\nc: d\n": (3, ""),
    "": (1, "empty"),
    "# only\n": (2, "empty"),
    "- a\n": (1, "mapping"),
    "a\n": (1, "mapping"),
    "=\n": (1, "mapping"),
    "a: 1.5\n": (1, "ambiguous"),
    "a: 1e5\n": (1, "ambiguous"),
    "a: .nan\n": (1, "ambiguous"),
    "a: -.INF\n": (1, "ambiguous"),
    "a: 1.\n": (1, "ambiguous"),
    "a: .5\n": (1, "ambiguous"),
    "a: ~\n": (1, "ambiguous"),
    "a: True\n": (1, "ambiguous"),
    "a: NULL\n": (1, "ambiguous"),
    f"a: {'9' * 19}\n": (1, "18 digits"),
    f"a: {'9' * 5000}\n": (1, "18 digits"),
    'a: "\\ud800"\n': (1, ""),
    'a: "\\e[31m"\n': (1, "control"),
    'a: "\\0"\n': (1, "control"),
    'a: "\\x85"\n': (1, "control"),
    "a: b\nc: \0\n": (2, "U+0000"),
    "a: \x1b[31m\n": (1, "U+001B"),
    "a: \x85\n": (1, "U+0085"),
    "a: \u2028\n": (1, "U+2028"),
    "a: b\n\ufeffb: c\n": (2, "U+FEFF"),
    "\ufeffa: b\n": (1, "U+FEFF"),
    "a: [\n": (2, "YAML"),
    "a: b: c\n": (1, "YAML"),
    "a: 'b\n": (2, "YAML"),
    "a:\n\t- b\n": (2, "YAML"),
    "a: @b\n": (1, "YAML"),
    "a: " + "[" * 100_000 + "\n": (1, "deep"),
    "a: " + "{a: " * 50_000 + "\n": (1, "deep"),
    "a:\n" + "- " * 25 + "b\n": (2, "deep"),
    "a: [" + "1," * 30_000 + "1]\n": (1, "too much"),
    "x" * 300_000: (0, "256 KB"),
}


class TestRefusals:
    @pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:24]))
    def test_with_line_and_reason(self, text: str) -> None:
        line, reason = REFUSED[text]
        start = time.perf_counter()
        with pytest.raises(BadYaml) as caught:
            load(text.encode(), "records/x.yaml")
        assert time.perf_counter() - start < 1
        assert caught.value.line == line
        assert reason in caught.value.what.en
        assert caught.value.where is not None
        assert caught.value.where.en == (f"records/x.yaml:{line}" if line else "records/x.yaml")
        assert caught.value.exit is Exit.USAGE
        assert len("\n".join(caught.value.lines("en"))) < 2000

    def test_alias_bomb_is_quick(self) -> None:
        bomb = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a,*a,*a,*a]\n" for n in range(200))
        start = time.perf_counter()
        with pytest.raises(BadYaml):
            load(bomb.encode(), "x")
        assert time.perf_counter() - start < 0.05

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "gbk"])
    def test_other_encodings(self, encoding: str) -> None:
        with pytest.raises(BadYaml) as caught:
            load("a: 漏油\n".encode(encoding), "x")
        assert "gb18030" in caught.value.what.en

    def test_names_the_byte(self) -> None:
        with pytest.raises(BadYaml) as caught:
            load(b"a: b\nc: \xff", "x")
        assert (caught.value.line, "byte 8" in caught.value.what.en) == (2, True)

    def test_exit_code_is_the_callers(self) -> None:
        with pytest.raises(BadYaml) as caught:
            load(b"", "x", exit=Exit.ENVIRONMENT)
        assert caught.value.exit is Exit.ENVIRONMENT


class TestReading:
    def test_plain_words_are_what_they_show(self) -> None:
        words = [
            "NO",
            "on",
            "off",
            "y",
            "0123",
            "00012",
            "12:30:45",
            "1_000",
            "+1",
            "0x1F",
            "0o17",
            "2024-02-30",
            "25:00",
            "=",
            "0x_",
        ]
        data = "".join(f"k{n}: {word}\n" for n, word in enumerate(words)).encode()
        assert list(load(data, "x").values()) == words

    def test_values(self) -> None:
        assert load(b"a: true\nb: false\nc: null\nd:\ne: -7\nf: 0\ng: -0\n", "x") == {
            "a": True,
            "b": False,
            "c": None,
            "d": None,
            "e": -7,
            "f": 0,
            "g": 0,
        }

    def test_hand_written_flow_with_comments(self) -> None:
        text = "# title\na: {b: [c, 'd', \"e\"], f: {g: 1}} # end\nh: >-\n  folded\n  text\ni: # later\n- j\n"
        assert load(text.encode(), "x") == {"a": {"b": ["c", "d", "e"], "f": {"g": 1}}, "h": "folded text", "i": ["j"]}

    @pytest.mark.parametrize("newline", ["\r\n", "\r"])
    def test_other_line_ends_give_the_same_content(self, newline: str) -> None:
        assert load(CANONICAL.replace("\n", newline).encode(), "x") == RECORD

    def test_byte_mark_only_where_allowed(self) -> None:
        data = b"\xef\xbb\xbfa: b\n"
        assert load(data, "x", bom=True) == {"a": "b"}
        with pytest.raises(BadYaml):
            load(data, "x")

    def test_lines(self) -> None:
        value, lines = load_with_lines(CANONICAL.encode(), "x")
        assert value == RECORD
        assert {
            path: lines[path] for path in ("id", "fields", "fields.assigned_to.0", "fields.x", "log.0.gave.parts.1.qty")
        } == {
            "id": 1,
            "fields": 3,
            "fields.assigned_to.0": 5,
            "fields.x": 10,
            "log.0.gave.parts.1.qty": 18,
        }
        assert lines["log.1"] == 19

    @pytest.mark.parametrize("text", ["a: {b: c,\n    d: [e,\n f]}\n"])
    def test_lines_of_flow(self, text: str) -> None:
        assert load_with_lines(text.encode(), "x")[1] == {"a": 1, "a.b": 1, "a.d": 2, "a.d.0": 2, "a.d.1": 3}


def judged(data: bytes, read: Any) -> Any:
    """What a reader says of a text, types and order of keys included (`True` is not 1)."""
    try:
        return repr(read(data, "x"))
    except BadYaml as refusal:
        return (refusal.line, refusal.what)


def read_shortly(data: bytes) -> bool:
    """Both ways say the same of a text; whether the short way read it, which it may only as the emitter spells it."""
    assert judged(data, load) == judged(data, load_slowly), data
    try:
        value = canonical.parse(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False
    assert value is None or dump(value) == data
    return value is not None


def damaged(chance: random.Random, text: str) -> str:
    """The text with a few of the accidents that happen to files."""
    lines = text.split("\n")
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(lines))
        line = lines[at]
        spot = chance.randrange(len(line) + 1)
        kind = chance.randrange(9)
        if kind == 0:
            lines[at] = line[:spot] + chance.choice(string.printable) + line[spot:]
        elif kind == 1:
            lines[at] = line[:spot] + line[spot + 1 :]
        elif kind == 2:
            lines.insert(at, chance.choice(lines))
        elif kind == 3 and len(lines) > 1:
            del lines[at]
        elif kind == 4:
            lines[at] = " " * chance.randrange(1, 4) + line
        elif kind == 5:
            lines[at] = line[chance.randrange(1, 4) :]
        elif kind == 6:
            lines[at] = line[:spot] + chance.choice(HARD) + line[spot:]
        elif kind == 7:
            lines[at] = line + chance.choice(
                [" ", ":", ": ", " #", "'", "\t", "\r", " |", " |-", "-", "\u2028", "\x85", "\ufeff"]
            )
        else:
            lines[at] = (
                line[:spot]
                + chance.choice(["- ", ": ", "'", '"', "''", "\n", "null", "1", "~", "{}", "[", "é"])
                + line[spot:]
            )
    return "\n".join(lines)


def flipped(chance: random.Random, data: bytes) -> bytes:
    """The bytes with a few of the accidents that happen to disks: bytes changed, lost, doubled, pieces swapped."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        at, kind = chance.randrange(len(found) or 1), chance.randrange(5)
        if kind == 0 and found:
            found[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del found[at : at + chance.choice((1, 1, 2, 8))]
        elif kind == 2:
            found[at:at] = chance.choice((b" ", b"\n", b"'", b"-", b":", b"  ", b"- ", b": ", b"0", b"\xe6", b"|\n"))
        elif kind == 3:
            found[at:at] = found[at : at + chance.randrange(1, 60)]
        else:
            lines = found.split(b"\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            found = bytearray(b"\n".join(lines))
    return bytes(found)


def seeds() -> list[str]:
    hard = {f"k{n}": [text, {"v": text}] for n, text in enumerate(HARD)}
    few = [dump({"a": {"b": text, "c": [text, 1]}, "d": "e"}).decode() for text in HARD]
    return [CANONICAL, dump(hard).decode(), dump({"a": [[["b"], []], {"c": {"d": None, "e": True}}]}).decode(), *few]


def written() -> list[bytes]:
    """Every record of the example year."""
    return [path.read_bytes() for path in sorted((ROOT / "records").rglob("*.yaml"))]


def sweep(chance: random.Random, count: int) -> int:
    """How many of so many damaged texts the short way read, always as the strict loader."""
    texts, records = seeds(), written()
    short = 0
    for n in range(count):
        base = chance.choice(records) if n % 4 == 0 else chance.choice(texts).encode("utf-8")
        lines = damaged(chance, base.decode("utf-8")).encode("utf-8", "replace") if n % 2 else flipped(chance, base)
        short += read_shortly(lines)
    return short


def test_the_short_way_agrees_on_damaged_texts() -> None:
    assert sweep(random.Random(20261123), 6_000) > 500


@pytest.mark.slow
def test_the_short_way_agrees_on_very_many_damaged_texts() -> None:
    assert sweep(random.Random(20261124), 150_000) > 15_000


@pytest.mark.parametrize("path", [*sorted((ROOT / "records").rglob("*.yaml"))], ids=lambda path: path.name)
def test_the_short_way_reads_every_record_of_the_example(path: Path) -> None:
    assert read_shortly(path.read_bytes())


def test_the_examples_of_the_forms_are_read_alike() -> None:
    for path in (ROOT / "tests/forms").rglob("*.yaml"):
        read_shortly(path.read_bytes())


def test_canonical_files_are_read_without_pyyaml() -> None:
    """Importing PyYAML costs about as much as the rest of a start."""
    code = "import sys; from svc.store.yaml_file import load; load(b'a: b\\n', 'x'); sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "text",
    ["a: {}\nb: []\n", "a:\n- {}\n- []\n- - []\n  - b\n- c: d\n  e:\n    f: |-\n      g\n\n      h\n"],
)
def test_what_is_empty_and_what_is_nested(text: str) -> None:
    assert read_shortly(text.encode())


@pytest.mark.parametrize("inner", ["{}", "[]", "x"])
def test_both_ways_count_depth_and_size_alike(inner: str) -> None:
    """Nothing is written that cannot be read, and the short way reads nothing that is too much for the strict one."""
    for depth in range(17, 23):
        text = "".join("  " * n + "k:\n" for n in range(depth)) + "  " * depth + f"k: {inner}\n"
        assert judged(text.encode(), load) == judged(text.encode(), load_slowly)
    for count in (4_900, 6_600, 7_000, 9_000, 11_000):
        text = "".join(f"k{n}: {inner}\n" for n in range(count))
        assert judged(text.encode(), load) == judged(text.encode(), load_slowly)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_mapping_or_a_refusal(data: bytes) -> None:
    judged(data, load)


@given(st.text("ab:- \n'\"|>#&*!%@{}[],?~\t\\0x.", max_size=60))
def test_any_text_of_signs_gives_a_mapping_or_a_refusal(text: str) -> None:
    read_shortly(text.encode())


def test_evil_sizes_are_quick() -> None:
    for evil in ("? " * 120_000, "- " * 120_000, "a: '" + "''" * 100_000, "a: |\n" + "  \n" * 80_000, "a: \"" + "\\n" * 100_000, "a:\n" + " a:\n" * 60_000, "a: b\n" * 50_000, "\n" * 250_000, "a: " + "b " * 120_000 + ":", "'" * 250_000, "a: " + "{" * 15 + "a," * 100_000, "!" * 250_000, "#" * 250_000, "a: >\n" + " b\n\n" * 60_000):  # fmt: skip
        start = time.perf_counter()
        judged(evil.encode(), load)
        assert time.perf_counter() - start < 2, evil[:20]
