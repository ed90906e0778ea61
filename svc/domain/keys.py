"""Keys of registers (a serial, a part number, a person's name): which are allowed, and their names as files.

Two keys that differ only in case or width count as one (`fold_key`), so that no file system confuses them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote_to_bytes

from svc.domain.pattern import pattern
from svc.domain.refusal import Exit, Refusal, Text
from svc.domain.shown import shown

LONGEST_KEY = 100
LONGEST_NAME = 120
"""Characters of a key, and bytes of its file name without the ending."""

# Fixed ranges, not isalnum(): what counts as a letter changes with Python's Unicode tables, a file name must not.
# Hanzi only where no normal form changes them; kana, Hangul and accented letters are re-spelled by some file systems.
_PLAIN = pattern("[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ebef\U00030000-\U000323af]")
_DEVICE = pattern(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)
_ENDING = pattern(r"\.(?=yaml\Z)|\.\Z", re.IGNORECASE)

# Control, format (bidi, zero-width), surrogate, private, unassigned; line and paragraph separators.
_BANNED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Letters and marks that show as nothing.
_BLANK = pattern("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def check_key(key: str) -> None:
    """Refusal (usage) unless `key` may name a record of a register: 1 to 100 visible characters, no space at the
    edges, no space but the plain one, nothing that is invisible or turns the direction of writing."""
    if not key or key != key.strip():
        raise _refused(key, Text("为空或首尾有空格", "it is empty or has a space at its edge"))
    if len(key) > LONGEST_KEY:
        raise _refused(key, Text(f"超过 {LONGEST_KEY} 个字符", f"it is longer than {LONGEST_KEY} characters"))
    for char in key:
        kind = unicodedata.category(char)
        if kind in _BANNED or (kind == "Zs" and char != " ") or (not char.isascii() and _BLANK.match(char)):
            code = f"U+{ord(char):04X}"
            raise _refused(key, Text(f"含有看不见的字符 {code}", f"it holds the invisible character {code}"))


def fold_key(key: str) -> str:
    """What two keys share when they differ only in case or width: NFKC of the casefolded NFKC."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold())


def key_folder(key: str) -> str:
    """The folder of `key` in its register: the first two hexadecimal digits of the SHA-256 of its fold."""
    return hashlib.sha256(fold_key(key).encode()).hexdigest()[:2]


def encode_key(key: str) -> str:
    """The file name of `key`, without ending: ASCII letters and digits, hanzi and `._-` as they are, the rest as
    `%XX`. It never starts or ends with a dot, never names a device, never ends in `.yaml`.

    Refusal (usage) for a key that `check_key` refuses or whose name would exceed 120 bytes.
    """
    check_key(key)
    name = "".join(char if _plain(char) else _escaped(char) for char in key)
    if name.startswith(".") or _DEVICE.match(name):
        name = _escaped(name[0]) + name[1:]
    name = _ENDING.sub("%2E", name)
    if len(name.encode()) > LONGEST_NAME:
        raise _refused(
            key, Text(f"作为文件名超过 {LONGEST_NAME} 字节", f"as a file name it exceeds {LONGEST_NAME} bytes")
        )
    return name


def _plain(char: str) -> bool:
    # Most keys are ASCII: the pattern with all its hanzi is not compiled for them.
    return char.isalnum() or char in "._-" if char.isascii() else _PLAIN.match(char) is not None


def decode_key(name: str) -> str | None:
    """The key whose `encode_key` is exactly `name`, or None."""
    try:
        key = unquote_to_bytes(name).decode()
        return key if encode_key(key) == name else None
    except (UnicodeError, Refusal):
        return None


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _refused(key: str, why: Text) -> Refusal:
    typed = shown(key)
    return Refusal(
        Text(f"不能用作编号：“{typed}”，{why.zh}", f"not usable as a key: “{typed}”: {why.en}"), exit=Exit.USAGE
    )
