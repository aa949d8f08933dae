"""The gradients of a layer beside those that are due, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradproof.contract.layers import of_role
from gradproof.evidence.passages import LayerEvidence, Passage
from gradproof.golden.entries import Entries, entries

TRIED = ("first", "again")
"""The passages that a layer must get right."""


def of_layer(evidence: LayerEvidence, *, right: bool = False) -> dict[str, Entries]:
    """By its name each gradient that is wrong somewhere, and where asked, those right.

    Each as it was when it was first wrong. A gradient that is missing, or of another
    shape than the one that is due, has no entries to compare.
    """
    found: dict[str, Entries] = {}
    shown: dict[str, Entries] = {}
    for passage in _passages(evidence):
        for role in passage.setting.arrays:
            judged = of_role(passage, role)
            if judged is None or judged.verdict not in ("pass", "fail"):
                continue
            known = found if judged.verdict == "fail" else shown
            if f"d{role}" not in known:
                known[f"d{role}"] = _compared(evidence, passage, role)
    return {**shown, **found} if right else found


def _passages(evidence: LayerEvidence) -> Iterator[Passage]:
    for id in TRIED:
        for passage in evidence.passages.get(id, ()):
            if passage.broke is None:
                yield passage


def _compared(evidence: LayerEvidence, passage: Passage, role: str) -> Entries:
    actual, expected = passage.gradients[role], passage.expected.gradients[role]
    off = expected.off(actual)
    assert actual is not None
    assert off is not None
    title = f"{evidence.said.name} d{role}"
    return entries(title, np.real(actual), expected.value, off)
