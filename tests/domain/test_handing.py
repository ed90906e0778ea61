"""Evidence words: kind, item, form, path."""

from __future__ import annotations

import pytest

from svc.domain.handing import Handing, parse_evidence
from svc.domain.refusal import Exit, Refusal, Text

KINDS = {"arrival_proof": Text("到达凭证", "proof of arrival"), "photo": Text("照片", "photo")}
CHILDREN = {"parts-issue": {"waybill": Text("运单", "waybill")}}


def test_evidence_words() -> None:
    words = [
        "arrival_proof=a b.jpg",
        "照片=x=y.png",
        "photo.0=0.png",
        "parts-issue.waybill=w.pdf",
        "parts-issue.运单.2=v.pdf",
    ]
    assert parse_evidence(words, KINDS, CHILDREN) == (
        Handing("arrival_proof", "a b.jpg"),
        Handing("photo", "x=y.png"),
        Handing("photo", "0.png", 0),
        Handing("waybill", "w.pdf", None, "parts-issue"),
        Handing("waybill", "v.pdf", 2, "parts-issue"),
    )
    assert parse_evidence(["photo=a", "photo=b"], KINDS) == (Handing("photo", "a"), Handing("photo", "b"))


@pytest.mark.parametrize(
    "words",
    [["photo"], ["=a"], ["photo="], ["photo= "], ["photo=a\x00b"], ["photos=a"], ["0=a"], ["photo.x=a"], ["waybill=a"]]
    + [["parts-issue.photo=a"], ["x.waybill=a"], ["photo.0.0=a"], ["photo=a", "照片=a"], [""]],
)
def test_evidence_words_that_are_refused(words: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        parse_evidence(words, KINDS, CHILDREN)
    assert refused.value.exit is Exit.USAGE


def test_unknown_kind_in_full() -> None:
    with pytest.raises(Refusal) as refused:
        parse_evidence(["arival_proof=a.jpg"], KINDS, CHILDREN)
    assert refused.value.lines("zh") == [
        "错误：没有这种凭证：arival_proof=a.jpg。",
        "  - 是否指 arrival_proof",
        "  位置：arival_proof=a.jpg",
    ]
