"""Each defect of a layer is caught by a must, named first, and told from others."""

from __future__ import annotations

import pytest

from gradproof.contract.layers import judge
from gradproof.defects import layer_matrix
from gradproof.defects.layer_diagnosis import diagnose
from gradproof.defects.layers import BY_CLAUSE, DEFECTS, LayerDefect
from gradproof.evidence.layer_settings import Kind
from gradproof.evidence.passages import LayerEvidence
from gradproof.report.messages import CATALOGUES

pytestmark = pytest.mark.once  # models do the same under each version

ALIKE = {
    ("mask-compared", "upstream-returned"),
    ("dropout-mask-missing", "upstream-returned"),
    # Which of the two is meant, the sum or the mean, numbers do not tell.
    ("loss-not-averaged", "batch-divided-twice"),
    ("batch-not-divided", "loss-averaged-twice"),
}
"""Two names for what a layer of one kind does: the first is the one that is told."""


@pytest.mark.parametrize("kind", layer_matrix.ALL, ids=lambda kind: kind.id)
def test_a_right_layer_of_each_kind_breaks_nothing(kind: Kind) -> None:
    evidence = layer_matrix.mutant(kind, None)
    assert evidence is not None
    findings = judge(evidence)
    assert [f for f in findings if f.judgement.verdict in ("fail", "error")] == []
    assert diagnose(evidence, findings) == ()


def _mutants(defect: LayerDefect) -> list[tuple[Kind, LayerEvidence]]:
    kinds = layer_matrix.kinds_of(defect)
    return [
        (k, evidence) for k in kinds for evidence in layer_matrix.mutants(k, defect)
    ]


@pytest.mark.parametrize("id", DEFECTS)
def test_a_defect_is_caught_and_named_first(id: str) -> None:
    defect = DEFECTS[id]
    kinds = layer_matrix.kinds_of(defect)
    assert kinds
    for kind, evidence in _mutants(defect):
        findings = judge(evidence)
        failed = {f.clause.id for f in findings if f.judgement.verdict == "fail"}
        assert failed & {"L2", "L3", "L4", "L5"}, kind.id
        best = diagnose(evidence, findings)[0]
        assert best.explained == best.parts, kind.id
        assert best.defect == id or (best.defect, id) in ALIKE, kind.id


def test_a_defect_of_one_kind_is_told_from_its_neighbours() -> None:
    for defect in DEFECTS.values():
        for kind, evidence in _mutants(defect):
            first, *others = diagnose(evidence, judge(evidence))
            whole = [o.defect for o in others if o.explained == o.parts]
            known = {
                frozenset(pair) for pair in (*ALIKE, *SAME_NUMBERS.get(kind.id, ()))
            }
            for other in whole:
                assert frozenset({first.defect, other}) in known, (kind.id, other)


SAME_NUMBERS: dict[str, tuple[tuple[str, str], ...]] = {}


def test_there_are_more_than_thirty() -> None:
    assert len(DEFECTS) + len(BY_CLAUSE) > 50


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_defect_is_explained_and_nothing_else_is(language: str) -> None:
    said = CATALOGUES[language]  # type: ignore[index]
    for id in (*DEFECTS, *BY_CLAUSE.values()):
        for part in ("title", "explanation", "remedy"):
            assert said[f"defect.{id}.{part}"]
