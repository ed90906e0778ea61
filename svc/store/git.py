"""The one place that starts git: scrubbed environment, pinned settings, time limit, no orphans."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text

OLDEST: Final = (2, 36)
KEPT: Final = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"})
SYNC: Final = frozenset({"GIT_SSH_COMMAND"})
HUB: Final = frozenset({"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"})
SET: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": ":",
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C.UTF-8",
}
SETTINGS: Final = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.commitGraph=false",
    "core.fsync=all",
    "core.fsyncMethod=fsync",
    "core.quotePath=false",
    "core.autocrlf=false",
    "core.filesRefLockTimeout=3000",
    # What git keeps of a large repository while it reads: by itself three times as much, for a fifth of the time.
    "core.deltaBaseCacheLimit=24m",
    "core.packedGitWindowSize=1m",
    "core.packedGitLimit=24m",
    "gc.auto=0",
    "maintenance.auto=false",
    "i18n.commitEncoding=UTF-8",
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "log.showSignature=false",
    "credential.interactive=never",
)
_PINNED: Final = tuple(word for setting in SETTINGS for word in ("-c", setting))
_CONTROL: Final = pattern(r"[\x00-\x1f\x7f-\x9f]+")


class Answer(NamedTuple):
    """What a git child said: its exit code, standard output (bytes) and standard error (one line, made harmless)."""

    code: int
    out: bytes
    err: str


def which(name: str) -> str | None:
    """The first program of that name in an absolute folder of the PATH: not one that lies where somebody happens to be.

    On POSIX without `shutil`, whose import costs as much as a deed's whole commit.
    """
    if os.name != "posix":
        from shutil import which as found

        return found(name)
    for folder in filter(os.path.isabs, os.get_exec_path()):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def find_git() -> str:
    """The path of the git executable; refuses (exit 6) when there is none."""
    found = which("git")
    if found is None:
        raise Refusal(
            Text("找不到 git", "git is not on the PATH"),
            exit=Exit.ENVIRONMENT,
            remedy=Text("安装 git 2.36 或更新版本", "install git 2.36 or newer"),
        )
    return found


def environment(keep: frozenset[str] = frozenset(), more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a git child: ours without every GIT_* that is not kept, then the fixed values, then `more`."""
    kept = KEPT | keep
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in kept}
    return {**clean, **SET, **(more or {})}


class Git:
    """git in one folder. `keep` names GIT_* variables that pass through; a bare repository is named as `git_dir`."""

    def __init__(self, root: Path, git_dir: Path | None = None, keep: frozenset[str] = frozenset()) -> None:
        self.root, self.git_dir, self.keep = root, git_dir, keep
        self.program = find_git()

    def command(self, args: Sequence[str]) -> list[str]:
        """The whole command line for `args`."""
        place = ("--git-dir", str(self.git_dir)) if self.git_dir else ()
        return [self.program, "-C", str(self.root), *place, *_PINNED, *args]

    def start(
        self,
        args: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.DEVNULL,
        fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """A running child in its own process group; the caller must see to its end."""
        try:
            return subprocess.Popen(
                self.command(args),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environment(self.keep, env),
                close_fds=True,
                pass_fds=tuple(fds) if os.name == "posix" else (),
                start_new_session=True,
            )
        except OSError as error:
            why = error.strerror or "?"
            raise Refusal(
                Text(f"无法启动 git：{why}", f"git cannot be started: {why}"),
                exit=Exit.ENVIRONMENT,
                where=Text.same(str(self.root)),
            ) from error

    def run(
        self,
        args: Sequence[str],
        *,
        input: bytes | None = None,
        env: Mapping[str, str] | None = None,
        ok: Sequence[int] | None = (0,),
        timeout: float = 120.0,
        fds: Sequence[int] = (),
    ) -> Answer:
        """Run to the end. An exit code outside `ok` refuses (exit 6); `ok=None` takes any. Times out in seconds."""
        stdin = subprocess.DEVNULL if input is None else subprocess.PIPE
        child = self.start(args, env=env, stdin=stdin, stderr=subprocess.PIPE, fds=fds)
        try:
            out, err = child.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            end(child)
            raise self.refusal(args, f"{timeout:g} s") from None
        except BaseException:
            end(child)
            raise
        answer = Answer(child.returncode, out, one_line(err))
        if ok is not None and answer.code not in ok:
            raise self.refusal(args, answer.err or f"exit {answer.code}")
        return answer

    def text(self, args: Sequence[str], *, ok: Sequence[int] | None = (0,)) -> str:
        """Standard output as text without the final line feed."""
        return self.run(args, ok=ok).out.decode("utf-8", "surrogateescape").rstrip("\n")

    def refusal(self, args: Sequence[str], why: str) -> Refusal:
        """The refusal for a git command that failed; names the remedy when git distrusts the owner of the folder."""
        if "dubious ownership" in why or "safe.directory" in why:
            return dubious(self.root)
        return Refusal(
            Text(f"git {args[0]} 失败：{why}", f"git {args[0]} failed: {why}"),
            exit=Exit.ENVIRONMENT,
            where=Text.same(str(self.root)),
        )


def dubious(root: Path) -> Refusal:
    """The refusal for a repository that belongs to somebody else."""
    return Refusal(
        Text("仓库属于另一用户，git 拒绝使用", "the repository belongs to another user and git does not trust it"),
        exit=Exit.ENVIRONMENT,
        where=Text.same(str(root)),
        remedy=Text.same(f"git config --global --add safe.directory '{root}'"),
    )


def one_line(err: bytes) -> str:
    """What git wrote to standard error as one harmless line of at most 300 characters."""
    return _CONTROL.sub(" ", err.decode("utf-8", "replace")).strip()[:300]


def end(child: subprocess.Popen[bytes]) -> None:
    """End a child and everything it started, and collect it."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    child.wait()


@contextlib.contextmanager
def scrubbed() -> Iterator[None]:
    """For the length of the block the environment of this process is the one its git children get, settings included."""
    before = dict(os.environ)
    clean = {**environment(SYNC), "GIT_PYTHON_GIT_EXECUTABLE": find_git(), "GIT_CONFIG_COUNT": str(len(SETTINGS))}
    for n, setting in enumerate(SETTINGS):
        clean[f"GIT_CONFIG_KEY_{n}"], _, clean[f"GIT_CONFIG_VALUE_{n}"] = setting.partition("=")
    os.environ.clear()
    os.environ.update(clean)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def check_version(said: str) -> None:
    """Refuse (exit 6) a git older than 2.36; `said` is the output of `git --version`."""
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise Refusal(
            Text(f"git 版本过旧：{said}", f"this git is too old: {said}"),
            exit=Exit.ENVIRONMENT,
            remedy=Text("安装 git 2.36 或更新版本", "install git 2.36 or newer"),
        )
