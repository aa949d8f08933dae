"""What is said of a script that was to be mended."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.contract.clauses import Finding
from gradproof.report.phrases import Phrases
from gradproof.scripts.mending import Left, Mending, Obstacle


def sentences(mending: Mending, phrases: Phrases) -> Iterator[str]:
    """Each a line: what was mended, what was not and why, or that nothing is wrong."""
    target = mending.target
    if mending.after is not None:
        lines = ", ".join(map(str, mending.lines))
        yield phrases.say("fix.mended", target=target, lines=lines)
    if mending.obstacle is not None:
        yield f"{target}: {_obstacle(mending.obstacle, phrases)}"
    for left in mending.left:
        yield f"{target}: {_left(left, phrases)}"
    if mending.after is None and not mending.left and mending.obstacle is None:
        yield f"{target}: {_nothing(mending, phrases)}"


def _nothing(mending: Mending, phrases: Phrases) -> str:
    """That nothing is wrong; of what could not be judged that is not known."""
    for finding in mending.examination.findings:
        if finding.judgement.verdict != "pass":
            return phrases.say("fix.not-judged", reason=_why(finding, phrases))
    return phrases.say("fix.nothing")


def _obstacle(obstacle: Obstacle, phrases: Phrases) -> str:
    why = {"reason": _why(obstacle.finding, phrases)} if obstacle.finding else {}
    return phrases.say(obstacle.message, **obstacle.parameters, **why)


def _left(left: Left, phrases: Phrases) -> str:
    if left.finding is not None:
        what = _why(left.finding, phrases)
    else:
        what = f"{left.id}: {phrases.say(f'defect.{left.id}.title')}"
    if left.routine:
        what = f"{left.routine}: {what}"
    return phrases.say("fix.left", what=what, id=left.id)


def _why(finding: Finding, phrases: Phrases) -> str:
    said = phrases.judgement(finding.judgement)
    return f"{finding.clause.id} {finding.clause.name}: {said}"
