"""What a person typed, quoted in a message: one short line without anything invisible."""

from __future__ import annotations

import errno

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


def why(error: OSError) -> Text:
    """What the operating system refused, in both languages."""
    english = error.strerror or type(error).__name__
    return Text(_WHY.get(error.errno or 0, english), english)
