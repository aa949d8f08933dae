"""An optimizer's path over the valley as data, beside that of the right rule."""

from __future__ import annotations

from gradproof.evidence.updates import OptimizerEvidence, right_way
from gradproof.golden.points import Points, points


def of_optimizer(evidence: OptimizerEvidence) -> tuple[Points, ...]:
    """The path that was gone, and the right one; nothing where no rule is known."""
    if evidence.valley is None:
        return ()
    expected = right_way(evidence)
    if expected is None:
        return ()
    name = evidence.said.name
    return points(name, evidence.valley), points(f"{evidence.rule}: right", expected)
