"""Other copies of a repository: which there are, and a first clone. The one seam to GitPython.

GitPython reads and writes the configuration here; what moves records between copies runs through `svc.store.git`,
which can end a hung connection with everything it started.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.store.git import scrubbed
from svc.store.place import Place

if TYPE_CHECKING:
    import git

_NAME: Final = pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
_HOSTILE: Final = pattern(r"-|ext::|fd::|[a-z0-9+.-]+::|.*[\x00-\x1f\x7f]", re.IGNORECASE | re.DOTALL)


def remotes(place: Place) -> dict[str, str]:
    """Name -> address of every remote."""
    with _opened(place) as repo:
        return {remote.name: next(iter(remote.urls), "") for remote in repo.remotes}


def set_remote(place: Place, name: str, url: str) -> None:
    """Add a remote, or change its address. It is fetched without force: a rewritten remote never replaces what was seen."""
    check_url(url)
    if not _NAME.fullmatch(name):
        raise Refusal(
            Text("远端名称不可用", "this remote name cannot be used"), exit=Exit.USAGE, where=Text.same(repr(name))
        )
    with _opened(place) as repo, repo.config_writer() as config:
        section = f'remote "{name}"'
        config.set_value(section, "url", url)
        config.set_value(section, "fetch", f"refs/heads/*:refs/remotes/{name}/*")


def clone(url: str, target: Path, *, timeout: float = 600.0) -> None:
    """Clone with no templates, submodules or hooks; refuses (exit 5) when the other side does not answer or agree."""
    check_url(url)
    import git

    try:
        with scrubbed():
            # An empty template brings no hooks; the address was judged above, by the same rule as GitPython's.
            options = ["--template=", "--no-recurse-submodules"]
            repo = git.Repo.clone_from(
                url, target, multi_options=options, allow_unsafe_options=True, kill_after_timeout=timeout
            )
            repo.close()
    except git.GitCommandError as error:
        why = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", str(error.stderr)).strip()[:300]
        raise Refusal(
            Text(f"克隆失败：{why}", f"the clone failed: {why}"), exit=Exit.CONFLICT, where=Text.same(url)
        ) from None


def check_url(url: str) -> None:
    """Refuse (exit 2) an address that git would take for an option or a command."""
    if not url or _HOSTILE.match(url):
        raise Refusal(
            Text("远端地址不可用", "this address cannot be used"), exit=Exit.USAGE, where=Text.same(repr(url[:80]))
        )


@contextlib.contextmanager
def _opened(place: Place) -> Iterator[git.Repo]:
    with scrubbed():
        import git

        repo = git.Repo(place.root, expand_vars=False)
        try:
            yield repo
        finally:
            repo.close()
