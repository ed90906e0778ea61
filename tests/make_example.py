"""Re-makes what the demo leaves in the project: records/, reports/, and the answers in the sessions of the READMEs.

    python tests/make_example.py

Run it after a change of a procedure, of the story or of a message; then read the difference and commit it. The tests
of the example and of the READMEs compare with what the functions here make.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from svc.cli import main
from svc.store.lock import Lock

SITE = "records/svc.yaml"
EXAMPLE = b"example: true\n"
SAMPLE = "tests/sample"
FOLDERS = ("records", "reports")
READMES = ("README.md", "README.zh.md")
STORY = "svc-demo"
"""The folder the demo is played in, as it is typed."""
_BLOCK = re.compile(
    r"(<!-- (?P<kind>session|file)(?:: (?P<name>\S+))? -->\n```[a-z]*\n)(?P<text>.*?)(```\n)", re.DOTALL
)


def play(folder: Path) -> str:
    """Play the demo in `folder`/svc-demo, once, whoever else wants it too; what it told (kept beside it)."""
    told = folder / "told.txt"
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder / "lock")
    lock.take(600.0)
    try:
        if not told.exists():
            told.write_text(_told(folder), "utf-8")
    finally:
        lock.drop()
    return told.read_text("utf-8")


def _told(folder: Path) -> str:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = main.run(["demo", STORY])
    if code:
        raise RuntimeError(f"the demo ends with exit code {code}\n{out.getvalue()[-4000:]}")
    return out.getvalue()


def once(base: Path) -> Path:
    """The repository that the demo makes, played once for a whole run of the tests; only to be copied or read.

    `base` is the temporary folder of this worker; several workers share the one above it.
    """
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "played"
    play(folder)
    return folder / STORY


def example(made: Path) -> dict[str, bytes]:
    """The files of the shipped example: those of a demo just played, and the line that makes it an example."""
    files = {
        path.relative_to(made).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in sorted((made / folder).rglob("*"))
        if path.is_file()
    }
    files[SITE] += EXAMPLE
    return files


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """(kind, name, text) of every marked block of a README: `session`, or `file: PATH`."""
    for found in _BLOCK.finditer(text):
        yield found["kind"], found["name"] or "", found["text"]


def answered(text: str, made: Path, place: Path) -> str:
    """A README with the answers of its sessions as they are now; files it shows are written on the way.

    The sessions run one after the other in one shell, in `place`, beside a copy of the demo just played.
    """
    shutil.copytree(made, place / STORY, symlinks=True)
    shutil.copytree(ROOT / SAMPLE, place / SAMPLE)
    marked = list(_BLOCK.finditer(text))
    script, commands = _script(marked)
    outputs = _run(script, place)
    if len(outputs) != len(commands):
        raise RuntimeError(f"{len(commands)} commands, {len(outputs)} answers: {outputs[-1:]}")
    said = iter(outputs)
    new = {
        found.start(): "".join(f"$ {command}\n{next(said)}" for command in _commands(found["text"]))
        for found in marked
        if found["kind"] == "session"
    }
    return _BLOCK.sub(lambda found: found[1] + new.get(found.start(), found["text"]) + found[5], text)


def _commands(session: str) -> list[str]:
    return [line[2:] for line in session.splitlines() if line.startswith("$ ")]


def _script(marked: list[re.Match[str]]) -> tuple[str, list[str]]:
    """The shell script of all sessions: after each command a mark, files written where the text shows them."""
    lines, commands = [], []
    for found in marked:
        if found["kind"] == "file":
            folder = shlex.quote(str(Path(found["name"]).parent))
            lines.append(f"mkdir -p {folder}; printf %s {shlex.quote(found['text'])} > {shlex.quote(found['name'])}")
        if found["kind"] == "session":
            for command in _commands(found["text"]):
                commands.append(command)
                lines.append(f"{command}\nprintf '\\036'")
    return "\n".join(lines) + "\n", commands


def _run(script: str, place: Path) -> list[str]:
    """What each command of the script said, standard error with standard output as on a terminal."""
    tools = place / ".tools"
    tools.mkdir()
    svc = tools / "svc"
    svc.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m svc "$@"\n', "utf-8")
    svc.chmod(0o755)
    done = subprocess.run(
        ["bash"],
        input=script.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=place,
        env=_environment(tools),
        check=False,
    )
    return done.stdout.decode("utf-8").split("\036")[:-1]


def _environment(tools: Path) -> Mapping[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("SVC_", "GIT_"))}
    path = f"{tools}{os.pathsep}{mine.get('PATH', '')}"
    fixed = {"PATH": path, "PYTHONPATH": str(ROOT), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return {**mine, **fixed, "COLUMNS": "100"}


def make() -> None:
    """Write the example and the READMEs anew."""
    with tempfile.TemporaryDirectory() as temp:
        told = play(Path(temp) / "play")
        made = Path(temp) / "play" / STORY
        for folder in FOLDERS:
            shutil.rmtree(ROOT / folder, ignore_errors=True)
        for name, data in example(made).items():
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_bytes(data)
        for n, name in enumerate(READMES):
            place = Path(temp) / str(n)
            place.mkdir()
            text = (ROOT / name).read_text("utf-8")
            (ROOT / name).write_text(answered(text, made, place), "utf-8")
    sys.stdout.write("\n".join(told.splitlines()[-6:]) + "\n")


if __name__ == "__main__":
    make()
