"""What a person typed, quoted in a message: one short line without anything invisible."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from difflib import get_close_matches

from svc.domain.refusal import Text

LONGEST = 60
# What the operating system says, for those who read Chinese.
_WHY = {
    errno.ENOENT: "没有这个文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹",
    errno.EEXIST: "已经存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许",
    errno.EROFS: "磁盘只读",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超过磁盘配额",
    errno.EMFILE: "打开的文件过多",
    errno.ENAMETOOLONG: "名称过长",
    errno.ELOOP: "是链接",
    errno.EIO: "磁盘读写错误",
}


def shown(text: str) -> str:
    """`text` in at most 60 characters, unprintable ones as `\\x1b` or `\\u202e`."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[: LONGEST + 1])
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def near(word: str, known: Iterable[str]) -> tuple[Text, ...]:
    """Up to three of `known` that look like `word`, as lines of a refusal."""
    close = get_close_matches(word[:LONGEST], list(dict.fromkeys(known)), n=3, cutoff=0.5)
    return tuple(Text(f"是否指 {one}", f"did you mean {one}") for one in close)


def why(error: OSError) -> Text:
    """What the operating system refused, in both languages."""
    english = error.strerror or type(error).__name__
    return Text(_WHY.get(error.errno or 0, english), english)
