"""The language of this run: Chinese first, English complete."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from svc.domain.refusal import Text

LANGS = ("zh", "en")


def chosen(argv: Sequence[str], environ: os._Environ[str] | dict[str, str]) -> str:
    """The language that `--lang` or SVC_LANG asks for; Chinese when neither does."""
    for n, word in enumerate(argv):
        if word.startswith("--lang="):
            return _known(word.partition("=")[2])
        if word == "--lang" and n + 1 < len(argv):
            return _known(argv[n + 1])
    return _known(environ.get("SVC_LANG", ""))


def _known(word: str) -> str:
    return "en" if word.lower().startswith("en") else "zh"


LANG = chosen(sys.argv[1:], os.environ)


def t(zh: str, en: str) -> str:
    """A word or sentence in the language of this run."""
    return en if LANG == "en" else zh


def said(text: Text) -> str:
    """A text in the language of this run."""
    return text.said(LANG)
