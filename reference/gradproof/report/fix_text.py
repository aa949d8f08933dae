"""What is said of a script, a routine or layers that were to be mended."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.contract.clauses import Finding
from gradproof.fix.repair import Left, Repair
from gradproof.fix.script_search import Obstacle
from gradproof.report.index import CLAUSES, DEFECTS
from gradproof.report.phrases import Phrases
from gradproof.report.port_text import inside
from gradproof.report.script_text import at


def sentences(repair: Repair, phrases: Phrases) -> Iterator[str]:
    """Each a line: what was mended, what was not and why, or that nothing is wrong."""
    target = repair.target.text
    for mended in repair.mended:
        place = at(repair.path, mended.place, phrases)
        what = _what(mended.id, mended.routine, phrases)
        yield phrases.say("fix.mended", target=target, place=place, what=what)
    if repair.changes:
        about = "layers-" if repair.target.layer is not None else ""
        how = "better" if repair.left else "right"
        say = "fix.proved" if repair.passes else f"fix.{about}{how}"
        clauses = phrases.say("comma").join(repair.passes)
        yield phrases.say(say, target=target, clauses=clauses)
    if repair.obstacle is not None:
        yield f"{target}: {_obstacle(repair.obstacle, phrases)}"
    for left in repair.left:
        yield f"{target}: {_left(left, phrases)}"
    if not repair.changes and repair.done:
        yield f"{target}: {_nothing(repair, phrases)}"


def _nothing(repair: Repair, phrases: Phrases) -> str:
    """That nothing is wrong; of what could not be judged that is not known."""
    if repair.unjudged is not None:
        return phrases.say("fix.not-judged", reason=_why(repair.unjudged, phrases))
    return phrases.say("fix.nothing")


def _obstacle(obstacle: Obstacle, phrases: Phrases) -> str:
    why = {"reason": _why(obstacle.finding, phrases)} if obstacle.finding else {}
    return phrases.say(obstacle.message, **obstacle.parameters, **why)


def _left(left: Left, phrases: Phrases) -> str:
    if left.finding is not None:
        what = _why(left.finding, phrases)
        what = f"{left.routine}: {what}" if left.routine else what
    else:
        what = _what(left.id, left.routine, phrases)
    return phrases.say("fix.left", what=what, id=left.id)


def _what(id: str, routine: str, phrases: Phrases) -> str:
    """A defect by its title and its id, a clause by its name; else of a script."""
    if id in DEFECTS:
        title = inside(phrases.say(f"defect.{id}.title"))
        what = phrases.say("fix.what", title=title, id=id)
    elif id in CLAUSES:
        what = f"{id} {CLAUSES[id][1].name}"
    else:
        what = phrases.say(f"fix.{id}")
    return f"{routine}: {what}" if routine else what


def _why(finding: Finding, phrases: Phrases) -> str:
    said = phrases.judgement(finding.judgement)
    return f"{said} [{finding.clause.label}]"
