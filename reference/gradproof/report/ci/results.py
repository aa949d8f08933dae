"""What was judged as one flat list: a suite a port, a result a clause."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from gradproof.contract.clauses import Finding
from gradproof.examination.judged import Judged
from gradproof.examination.policy import Outcome
from gradproof.report.causes import causes
from gradproof.report.ci import places
from gradproof.report.ci.places import Spot
from gradproof.report.examined import Examined, judged
from gradproof.report.headlines import headline
from gradproof.report.phrases import Phrases, Unusable, defects_named, reproduction
from gradproof.report.standing import Standing, standing
from gradproof.scripts.examined import ScriptExamination

BAD: frozenset[Outcome] = frozenset({"failed", "error"})


@dataclass(frozen=True)
class ClauseResult:
    """What became of one clause, why, all that is known of it, and where it stands.

    ``causes`` are the defects that explain its failure. ``again`` is the command that
    judges it alone, ``brief`` the message, shorter where it can be. What is no clause
    has a name alone: that the target loads, that what was expected of it is a clause of
    its role, that it has the defects that were declared.
    """

    id: str
    name: str
    outcome: Outcome
    message: str
    details: str
    rule: str
    spot: Spot
    again: str | None = None
    brief: str = ""
    causes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Id and name."""
        return f"{self.id} {self.name}".strip()


@dataclass(frozen=True)
class Suite:
    """What was judged of one port; ``wall`` is in seconds.

    ``defects`` are those that explain what was seen, in words; empty if none does.
    ``part`` is which part of its target it is, where there are several.
    """

    name: str
    headline: str
    standing: Standing
    results: tuple[ClauseResult, ...]
    wall: float
    defects: str = ""
    part: str = ""

    def having(self, *outcomes: Outcome) -> list[ClauseResult]:
        """The results of these outcomes."""
        return [result for result in self.results if result.outcome in outcomes]

    @property
    def bad(self) -> bool:
        """Whether there is one that makes a run fail."""
        return any(result.outcome in BAD for result in self.results)


def suites(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
) -> list[Suite]:
    """A suite for all that was judged, a script's routines after it."""
    found = [
        _suite(each, part, phrases)
        for examination in examinations
        for part, each in _parts(examination)
    ]
    return found + [_unusable(each, phrases) for each in unusable]


def refusing_unjudged(suite: Suite) -> Suite:
    """Return a suite in which a subject that could not be judged is a failure."""
    strict = tuple(
        replace(result, outcome="failed") if result.rule == "judged" else result
        for result in suite.results
    )
    return replace(suite, results=strict)


def _parts(examined: Examined) -> Iterator[tuple[str, Judged]]:
    yield from judged(examined).items()
    if isinstance(examined, ScriptExamination):
        for routine in examined.told_routines:
            yield routine.target.rpartition(":")[2], routine


def _suite(examination: Judged, part: str, phrases: Phrases) -> Suite:
    return Suite(
        name=examination.target,
        headline=headline(examination, phrases),
        standing=standing(examination),
        results=tuple(_results(examination, phrases)),
        wall=examination.wall,
        defects=defects_named(examination, phrases),
        part=part,
    )


def _results(examination: Judged, phrases: Phrases) -> Iterator[ClauseResult]:
    for finding in examination.findings:
        yield of_clause(examination, finding, phrases)
    own = places.of_port(examination)
    for clause in examination.unknown:
        said = phrases.say("unknown-clause", clause=clause)
        yield ClauseResult(
            "", f"expects-{clause}", "failed", said, said, "expects", own
        )
    declared = examination.declared
    if declared is not None:
        said = phrases.judgement(declared)
        outcome: Outcome = "failed" if declared.verdict == "fail" else "passed"
        yield ClauseResult("", "diagnosis", outcome, said, said, "diagnosis", own)


def of_clause(examination: Judged, finding: Finding, phrases: Phrases) -> ClauseResult:
    """What becomes of one clause of a port."""
    clause = finding.clause
    return ClauseResult(
        id=clause.id,
        name=clause.name,
        outcome=examination.terms.reckoned(finding),
        message=message(examination, finding, phrases),
        details=details(examination, finding, phrases),
        rule=clause.id,
        spot=places.of_finding(examination, finding),
        again=reproduction(examination, finding),
        brief=_brief(finding, phrases),
        causes=causes(examination, finding),
    )


def named_with_titles(defects: Sequence[str], phrases: Phrases) -> str:
    """Return defects by name and title; empty if there are none."""
    titles = (f"{d} ({phrases.say(f'defect.{d}.title')})" for d in defects)
    return " + ".join(titles)


def mistakes(suite: Suite, outcomes: Collection[Outcome]) -> list[list[ClauseResult]]:
    """Return the results of these outcomes, those of one mistake together.

    Results come from one mistake if the same defects explain them. Of what nothing
    explains, failed musts are taken for one, and every should for one of its own.
    """
    found: dict[object, list[ClauseResult]] = {}
    for result in suite.having(*outcomes):
        alone = result.label if result.outcome not in BAD or not result.id else ""
        cause = result.causes or alone
        found.setdefault((result.outcome, cause), []).append(result)
    return list(found.values())


def _brief(finding: Finding, phrases: Phrases) -> str:
    """What it computes, where that is no derivative; else the message will do."""
    equals = finding.judgement.parameters.get("formula", {})
    if finding.judgement.message != "inconsistent" or not equals["equals"]:
        return ""
    return phrases.say("ci.computes", equals=equals["equals"])


def _unusable(unusable: Unusable, phrases: Phrases) -> Suite:
    said = phrases.unusable(unusable)
    spot = places.of_target(unusable.target)
    line = unusable.error.parameters.get("line")
    if isinstance(line, int) and spot.file is not None:
        spot = Spot(spot.file, line)
    if unusable.unjudged:
        result = ClauseResult("", "judged", "skipped", said, said, "judged", spot)
        return Suite(unusable.target, said, "not-covered", (result,), 0.0)
    result = ClauseResult("", "loads", "error", said, said, "loads", spot)
    return Suite(unusable.target, said, "error", (result,), 0.0)


def message(examination: Judged, finding: Finding, phrases: Phrases) -> str:
    """Why a clause has become what it has, with the reason of what was expected."""
    why = phrases.judgement(finding.judgement)
    reason = examination.terms.expect.get(finding.clause.id)
    match examination.terms.expectation(finding):
        case "xfail":
            return f"{reason} ({why})"
        case "xpass":
            named = finding.clause.label
            return f"{phrases.say('xpass', clause=named)}: {reason}"
    return why


def details(examination: Judged, finding: Finding, phrases: Phrases) -> str:
    """The clause with what was seen, its defect, and how to see it again."""
    clause = finding.clause
    lines = [
        message(examination, finding, phrases),
        "",
        f"{clause.label} ({clause.level}):",
        f"  {phrases.say(f'clause.{clause.id}')}",
    ]
    named = named_with_titles(causes(examination, finding), phrases)
    if named:
        lines += [phrases.say("ci.defect"), f"  {named}"]
    again = reproduction(examination, finding)
    if again:
        lines += [phrases.say("ci.again"), f"  {again}"]
    return "\n".join(lines)
