"""Hostile input: whatever is handed in, an exit code of the contract, never a traceback, nothing half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

CONTRACT = {0, 1, 2, 3, 4, 5, 6}
CALL = (
    "serial=CG956-0001",
    "channel=phone",
    "reporter.name=王建国",
    "reporter.phone=000-5550-0123",
    "fault_place=示例工地",
)
CREATE = ("create", "intake", *CALL, "fault_symptom=漏油")
ESC = "\x1b]0;PWNED\x07\x1b[31mred\x1b[0m"


def calm(answer: Any) -> Any:
    """The answer, once it is one that the contract knows: in-process answers and processes alike."""
    code = answer.code if hasattr(answer, "code") else answer.returncode
    out, err = (answer.out, answer.err) if hasattr(answer, "out") else (answer.stdout.decode(), answer.stderr.decode())
    assert code in CONTRACT, (code, err)
    for text in (out, err):
        assert "Traceback" not in text
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "软件内部出错" not in err
    return answer


@pytest.fixture(scope="module")
def still(template: Any, company: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """(a clerk for all tests in which nothing is written, the digest of her repository): somebody is on site."""
    clerk = company.Clerk(template, tmp_path_factory.mktemp("still") / "records")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        clerk.on_site()
    return clerk, company.digest(clerk.root)


# ── YAML handed in ────────────────────────────────────────────────────────────────────────────────────────────────

GIVEN = "serial: CG956-0001\nchannel: phone\nreporter: {name: 王建国, phone: 000-5550-0123}\nfault_place: 示例工地\n"
DOCUMENTS = {
    "alias": b"a: &a [1]\nb: *a\n",
    "bomb": b"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n",
    "recursive": b"a: &a\n  b: *a\n",
    "merge": b"<<: {serial: A}\n",
    "python-tag": b"serial: !!python/object/apply:os.system [touch PWNED]\n",
    "tag": b"serial: !!binary aGk=\n",
    "own-tag": b"serial: !x y\n",
    "brackets": b"[" * 100_000,
    "braces": b"{a: " * 100_000,
    "deep": b"".join(b" " * n + b"a:\n" for n in range(200)),
    "key-twice": b"serial: A\nserial: B\n",
    "key-no-text": b"1: a\n",
    "gbk": "fault_symptom: 漏油".encode("gb18030"),
    "utf-16": "serial: A\n".encode("utf-16"),
    "nul": b"serial: A\x00B\n",
    "escape": b'serial: "\\e[31m"\n',
    "surrogate": b'serial: "\\ud800"\n',
    "bom-inside": "serial: A\n\ufeffchannel: phone\n".encode(),
    "tab": b"reporter:\n\tname: x\n",
    "empty": b"",
    "comment": b"# nothing\n",
    "scalar": b"serial\n",
    "list": b"- serial\n",
    "two": b"serial: A\n---\nserial: B\n",
    "directive": b"%YAML 1.1\n---\nserial: A\n",
    "nan": b"hour_meter: .nan\n",
    "float": b"hour_meter: 1.5\n",
    "date": b"fault_time: 2024-02-30\n",
    "huge-number": b"hour_meter: " + b"9" * 5000 + b"\n",
    "huge": b"fault_symptom: " + b"x" * 300_000 + b"\n",
    "many-keys": b"".join(b"k%d: 1\n" % n for n in range(20_000)),
    "wrong-shapes": b"serial: [A]\nreporter: x\nmachine: {a: b}\n",
    "null": b"serial: null\nchannel: null\n",
    "unclosed": b'serial: "A\n',
    "random": bytes(range(256)),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_hostile_yaml_is_refused_and_nothing_is_made(still: Any, company: Any, name: str, tmp_path: Path) -> None:
    """Aliases, tags, 100,000 brackets, another encoding: refused at once with the file (and line), nothing executed."""
    path = tmp_path / "in.yaml"
    path.write_bytes(DOCUMENTS[name])
    clerk, before = still
    begun = time.monotonic()
    answer = calm(clerk.svc("create", "intake", "--from", str(path), me="wang.fang"))
    assert time.monotonic() - begun < 5
    assert answer.code in (2, 4), answer.err
    assert "in.yaml" in answer.err or answer.code == 4 or "位置" in answer.err
    assert company.digest(clerk.root) == before
    assert not list(Path.cwd().glob("PWNED"))
    assert len(answer.err.encode()) < 8192


@pytest.mark.parametrize(
    ("data", "symptom"),
    [
        (b"\xef\xbb\xbf" + (GIVEN + "fault_symptom: 漏油\n").encode(), "漏油"),
        ((GIVEN + "fault_symptom: 漏油\n").replace("\n", "\r\n").encode(), "漏油"),
        ((GIVEN + "fault_symptom: NO").encode(), "NO"),
        ((GIVEN + "fault_symptom: 2008-03-01\n").encode(), "2008-03-01"),
        ((GIVEN + "fault_symptom: '0123'\n").encode(), "0123"),
        ((GIVEN + "fault_symptom: 12:30:45\n").encode(), "12:30:45"),
    ],
    ids=["bom", "crlf", "no", "date", "zeros", "sexagesimal"],
)
def test_unusual_yaml_is_taken_as_it_stands(clerk: Any, tmp_path: Path, data: bytes, symptom: str) -> None:
    """A byte order mark, Windows line ends, words that another YAML would read otherwise: kept to the letter."""
    path = tmp_path / "in.yaml"
    path.write_bytes(data)
    call = clerk.done("create", "intake", "--from", str(path), me="wang.fang")
    assert clerk.record(call)["fields"]["fault_symptom"] == symptom


def test_yaml_from_standard_input(clerk: Any) -> None:
    given = (GIVEN + "fault_symptom: 漏油\n").encode()
    assert clerk.svc("create", "intake", "--from", "-", me="wang.fang", stdin=given).code == 0
    assert calm(clerk.svc("create", "intake", "--from", "-", me="wang.fang", stdin=b"[" * 9999)).code == 2


# ── field texts ───────────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = {
    "escape": ESC,
    "c1": "a\u009b31mb",
    "bidi": "abc\u202egnp.exe",
    "zero-width": "a\u200bb",
    "nul": "a\x00b",
    "return": "a\rb",
    "line-separator": "a\u2028b",
    "surrogate": "a\udc80b",
    "trailer": "漏油\n\nApproved-by: 唐威 <tang.wei@example.com>",
    "option": "--output=x",
    "short-option": "-rf",
    "long": "长" * 50_000,
    "yaml": "a: b\n- c\n'\"",
    "formula": "=1+1",
    "markup": "<script>alert(1)</script>",
    "only-spaces": "   ",
    "shell": "$(touch PWNED); `touch PWNED`",
    "percent": "%s %d {0} {id}",
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_is_kept_or_refused(clerk: Any, name: str) -> None:
    """Kept to the letter or refused; shown without a control sequence; nobody approves anything by it."""
    text = TEXTS[name]
    answer = calm(clerk.svc("create", "intake", *CALL, f"fault_symptom={text}", me="wang.fang"))
    if answer.code == 0:
        assert clerk.record(answer.word)["fields"]["fault_symptom"] == text.strip()
        trailers = clerk.git("log", "-1", "--format=%(trailers:only)")
        assert "Approved-by" not in trailers and "唐威" not in trailers
        assert clerk.svc("check").code == 0
        for words in (("show", answer.word), ("query", "intake"), ("show", answer.word, "-O", "json")):
            calm(clerk.svc(*words))
    assert not list(Path.cwd().glob("PWNED")) and not (clerk.root / "PWNED").exists()
    assert not list(Path.cwd().glob("x"))


@pytest.mark.parametrize(
    "where", ["reason", "on-behalf-of", "as", "at", "me", "evidence", "name", "id", "form", "action"]
)
@pytest.mark.parametrize("text", [ESC, "a\u202eb", "a\x00b", "a\udc80b", "--output=x", "长" * 5000, ""])
def test_hostile_words_elsewhere(still: Any, where: str, text: str) -> None:
    """In every other place of the command line."""
    clerk, _ = still
    sheet = "PG-0101-08-00001-23"
    lines = {
        "reason": ("advance", sheet, "reassign", "assigned_to+=liu.yang", "--reason", text),
        "on-behalf-of": ("advance", sheet, "accept", "--on-behalf-of", text),
        "as": ("advance", sheet, "accept", "--as", text),
        "at": ("advance", sheet, "accept", "--at", text),
        "me": ("--me", text, "advance", sheet, "accept"),
        "evidence": ("advance", sheet, "arrive", "--evidence", f"arrival_proof={text}"),
        "name": ("advance", sheet, "accept", f"{text}=x"),
        "id": ("advance", text, "accept"),
        "form": ("create", text),
        "action": ("advance", sheet, text),
    }
    head = clerk.head
    answer = calm(clerk.svc(*lines[where], now="2008-03-05 16:00"))
    assert answer.code != 0
    assert clerk.head == head


@pytest.mark.parametrize(
    "id",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a\\b",
        "C:x",
        ".",
        "..",
        " ",
        "%2e%2e",
        "x" * 5000,
        "unit/../cs",
        "@last/..",
        "－１",
        "*",
        "HEAD",
        "--all",
    ],
)
def test_hostile_ids(clerk: Any, company: Any, id: str) -> None:
    """As ids nothing of this leads anywhere; as keys it is refused or kept inside its register."""
    before = company.digest(clerk.root)
    for words in (("show", "--", id), ("advance", "--", id, "close"), ("query", "--", id)):
        calm(clerk.svc(*words))
    assert company.digest(clerk.root) == before
    answer = calm(clerk.svc("create", "unit", f"code={id}", "name=示例", "kind=department", me="li.min"))
    new = [line for line in clerk.git("show", "--name-only", "--format=", "-z", "HEAD").split("\0") if line]
    if answer.code == 0:
        assert all(name.startswith("records/register/unit/") for name in new)
        assert ".." not in new[0].split("/") and clerk.svc("check").code == 0


# ── git's configuration and environment ───────────────────────────────────────────────────────────────────────────


def test_hostile_git_configuration(clerk: Any, tmp_path: Path) -> None:
    """Hooks, a file-system monitor, an alias, signing without a key, an odd pager: none of them runs, all goes on."""
    canary = tmp_path / "canary"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {canary}\nexit 1\n", "utf-8")
    script.chmod(0o755)
    settings = {
        "core.fsmonitor": str(script),
        "core.hooksPath": str(tmp_path / "hooks"),
        "core.pager": str(script),
        "core.editor": str(script),
        "diff.external": str(script),
        "commit.gpgsign": "true",
        "tag.gpgsign": "true",
        "gpg.program": str(script),
        "alias.update-ref": f"!{script}",
        "core.autocrlf": "true",
        "i18n.commitEncoding": "GBK",
        "core.quotePath": "false",
        "color.ui": "always",
    }
    (tmp_path / "hooks").mkdir()
    for hook in ("pre-commit", "post-commit", "reference-transaction", "post-checkout", "commit-msg"):
        (tmp_path / "hooks" / hook).symlink_to(script)
        target = clerk.root / ".git" / "hooks" / hook
        target.parent.mkdir(exist_ok=True)
        target.symlink_to(script)
    for name, value in settings.items():
        clerk.git("config", name, value)
    call, _, _ = clerk.filed()
    for words in (("check",), ("show", call), ("query", "intake"), ("log", call)):
        assert calm(clerk.svc(*words, now="2008-03-07 09:00")).code == 0, words
    assert not canary.exists()
    subject = subprocess.run(
        ["git", "-C", str(clerk.root), "-c", "core.fsmonitor=false", "cat-file", "commit", "HEAD"],
        capture_output=True,
        check=True,
    ).stdout
    assert "关闭" in subject.decode("utf-8") and b"gpgsig" not in subject


def test_hostile_git_environment(clerk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIT_DIR and its kin point elsewhere: the deed goes into the right repository, the other one stays empty."""
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    variables = {
        "GIT_DIR": other / ".git",
        "GIT_WORK_TREE": other,
        "GIT_INDEX_FILE": other / "index",
        "GIT_OBJECT_DIRECTORY": other / "objects",
        "GIT_NAMESPACE": "x",
        "GIT_TRACE": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_AUTHOR_NAME": "mallory",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z",
    }
    _ = clerk.root
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    answer = calm(clerk.svc(*CREATE, me="wang.fang"))
    for name in variables:
        monkeypatch.delenv(name)
    assert answer.code == 0, answer.err
    assert clerk.git("log", "-1", "--format=%an %ad", "--date=iso-strict") == "王芳 2008-03-05T10:00:00+08:00"
    assert not list((other / ".git" / "refs" / "heads").iterdir())


# ── the terminal, the streams, the process ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "env",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "POSIX"},
        {"PYTHONIOENCODING": "gbk"},
        {"PYTHONIOENCODING": "ascii"},
        {"TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "1"},
        {"HOME": "", "XDG_CONFIG_HOME": "/nonexistent"},
    ],
    ids=lambda env: "-".join(env),
)
def test_any_locale(clerk: Any, env: dict[str, str]) -> None:
    """Whatever the terminal can show: exit codes are the same, nothing raises."""
    call = clerk.intake("CG956-0001", "fault_symptom=𠮷漏油✓")
    found = clerk.process("show", call, env=env)
    assert (found.returncode, b"Traceback" in found.stderr) == (0, False)
    found = clerk.process("advance", call, "close", env=env)
    assert (found.returncode, b"Traceback" in found.stderr) == (4, False)


def test_argument_that_is_no_text(clerk: Any) -> None:
    """Bytes in argv that are no UTF-8."""
    command = [
        sys.executable.encode(),
        b"-m",
        b"svc",
        b"-C",
        os.fsencode(clerk.root),
        *(w.encode() for w in CREATE[:-1]),
    ]
    env = {**os.environ, "PYTHONPATH": str(Path(sys.modules["svc"].__file__ or "").parents[1])}
    env |= {"SVC_NOW": "2008-03-05 10:00", "SVC_ME": "wang.fang@example.com"}
    found = subprocess.run([*command, b"fault_symptom=\xc2\xa9\xff\xfe"], capture_output=True, check=False, env=env)
    assert found.returncode == 2, found.stderr
    assert b"Traceback" not in found.stderr


@pytest.mark.parametrize("target", ["closed", "full", "reader-gone"])
@pytest.mark.parametrize("what", ["query", "create"])
def test_broken_stdout(clerk: Any, target: str, what: str) -> None:
    """Standard output closed, on a full disk, or nobody reading: no traceback, an exit code of the contract."""
    words = {"query": ("query", "person", "-O", "json"), "create": CREATE}[what]
    shell = {"closed": '"$@" >&-', "full": '"$@" >/dev/full', "reader-gone": '"$@" | true'}[target]
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    env = {**os.environ, "PYTHONPATH": str(Path(sys.modules["svc"].__file__ or "").parents[1])}
    env |= {"SVC_NOW": "2008-03-05 10:00", "SVC_ME": "wang.fang@example.com"}
    command = ["sh", "-c", shell, "sh", sys.executable, "-m", "svc", "-C", str(clerk.root), *words]
    found = subprocess.run(command, capture_output=True, check=False, env=env, timeout=60)
    assert found.returncode in ((6,) if target == "full" else (0, 6)), found.stderr
    assert b"Traceback" not in found.stderr and b"Exception ignored" not in found.stderr
    assert clerk.svc("check").code == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals(clerk: Any, number: int, code: int) -> None:
    """Interrupted while it waits: the contract's code, no traceback, nothing left behind, the next command works."""
    env = {**os.environ, "PYTHONPATH": str(Path(sys.modules["svc"].__file__ or "").parents[1])}
    env |= {"SVC_NOW": "2008-03-05 10:00", "SVC_ME": "wang.fang@example.com"}
    _ = clerk.root
    command = [sys.executable, "-m", "svc", "-C", str(clerk.root), *CREATE[:-1], "fault_symptom=-"]
    # Who started the tests may have told them to ignore it (nohup, a job in the background): then svc would too.
    before = signal.signal(number, lambda *_: None)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    ) as child:
        signal.signal(number, before)
        lock = clerk.root / ".git" / "svc" / "lock"
        until = time.monotonic() + 20
        # it reads its words while it holds the lock, and has signed it with its number
        while time.monotonic() < until and str(child.pid) not in (lock.read_text() if lock.exists() else ""):
            time.sleep(0.02)
        child.send_signal(number)
        _, err = child.communicate(timeout=20)
    assert child.returncode == code, err
    assert b"Traceback" not in err
    assert clerk.svc(*CREATE, me="wang.fang").code == 0
    assert clerk.svc("check").code == 0


def test_deleted_folder_and_no_home(clerk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The current folder is gone, HOME is not set: exit 6 where the repository is looked for, fine where it is named."""
    folder = tmp_path / "gone"
    folder.mkdir()
    _ = clerk.root
    monkeypatch.chdir(folder)
    folder.rmdir()
    monkeypatch.delenv("HOME")
    assert calm(clerk.svc("query", "intake")).code == 0
    assert calm(clerk.svc(*CREATE, me="wang.fang")).code == 0
    found = sys.modules["svc_tests_company"].run(("query", "intake"), env={"SVC_REPO": None})
    assert calm(found).code == 6


def test_bugs_are_told_in_one_message(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a bug of svc shows no traceback: exit 70, and where its log lies."""
    from svc.cli import query

    def broken(*_args: Any) -> None:
        raise RuntimeError("x" * 5000 + ESC)

    monkeypatch.setattr(query, "matching", broken)
    found = clerk.svc("query", "intake")
    assert found.code == 70
    assert "Traceback" not in found.err and "\x1b" not in found.err
    assert found.err.startswith("错误：软件内部出错") and "  位置：" in found.err and "  处理：" in found.err
    Path(found.err.split("位置：")[1].split("\n")[0]).unlink()


def test_json_of_hostile_text_is_json(clerk: Any) -> None:
    call = clerk.intake("CG956-0001", 'fault_symptom=a"b\\c</script>')
    assert json.loads(clerk.svc("show", call, "-O", "json").out)["fields"]["fault_symptom"] == 'a"b\\c</script>'


def test_a_signal_that_python_lost_ends_the_command_before_it_writes(clerk: Any) -> None:
    """The exception of a signal is lost where Python compiles a module or sweeps something up: it is heeded later."""
    env = {**os.environ, "PYTHONPATH": str(Path(sys.modules["svc"].__file__ or "").parents[1])}
    env |= {"SVC_NOW": "2008-03-05 10:00", "SVC_ME": "wang.fang@example.com"}
    before = clerk.git("rev-parse", "HEAD")
    lost = (
        "import contextlib, os, sys, svc.cli.main as main, svc.cli.perform as perform\n"
        "kept = perform.record_files\n"
        "def files(*given):\n"
        "    with contextlib.suppress(SystemExit):\n"
        f"        os.kill(os.getpid(), {int(signal.SIGTERM)})\n"
        "        [None for _ in range(1000)]\n"
        "    return kept(*given)\n"
        "perform.record_files = files\n"
        "main.main(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", lost, "-C", str(clerk.root), *CREATE]
    found = subprocess.run(command, capture_output=True, check=False, env=env, timeout=60)
    assert (found.returncode, found.stdout, found.stderr) == (143, b"", b"")
    assert clerk.git("rev-parse", "HEAD") == before


def test_a_signal_that_is_ignored_stays_ignored(clerk: Any) -> None:
    """`nohup svc …` goes on when its terminal is closed."""
    env = {**os.environ, "PYTHONPATH": str(Path(sys.modules["svc"].__file__ or "").parents[1])}
    code = (
        "import os, signal, sys, svc.cli.ending as ending\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nending.listen()\n"
        "os.kill(os.getpid(), signal.SIGHUP)\nprint('on')\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=env, timeout=60)
    assert (found.returncode, found.stdout) == (143, b"on\n")
