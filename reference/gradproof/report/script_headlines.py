"""Which headline a script gets: one that says no more than its clauses."""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.contract.verdicts import Verdict


def headline(
    verdict: Verdict,
    clauses: Mapping[str, Verdict],
    *,
    routines: Verdict | None = None,
    unjudged: bool = False,
    meant: bool = False,
) -> str:
    """The message's id, by the script's verdict and those of its clauses.

    A clause that was not asked for is not among ``clauses``. ``unjudged`` tells that
    there are arrows of which nothing is known, beside those that S4 is about;
    ``meant`` that it is known what they are, and not whether they are meant to be that.
    ``routines`` is the verdict of those that it calls, each judged by itself.
    """
    if verdict in ("pass", "not-covered") and routines == "fail":
        return _of_routine(clauses)
    if verdict == "pass":
        said = _of_pass(clauses, meant)
        some = unjudged and said == "headline.script-pass"
        return "headline.script-some" if some else said
    if verdict == "fail":
        return _of_failure(clauses, wrong_routine=routines == "fail")
    if verdict == "not-covered" and clauses.get("S3") == "pass":
        return _unjudged(clauses, meant)
    if verdict == "not-covered" and routines == "pass":
        return "headline.script-right-routine"
    return f"headline.{verdict}"


def _of_routine(clauses: Mapping[str, Verdict]) -> str:
    points = clauses.get("S3") == "pass"
    return "headline.script-routine" if points else "headline.script-routine-alone"


def _of_pass(clauses: Mapping[str, Verdict], meant: bool) -> str:
    if {clauses.get(id) for id in ("S1", "S2", "S3", "S4")} == {"pass"}:
        return "headline.script-pass"
    if clauses.get("S3") != "pass" or clauses.get("S4") != "not-covered":
        return "headline.script-partly"
    if clauses.get("S2") == "pass":
        return _unjudged(clauses, meant)
    if clauses.get("S2") != "not-covered":
        return "headline.script-partly"
    right = clauses.get("S5") == "pass"
    return "headline.script-no-arrows" if right else "headline.script-no-results"


def _unjudged(clauses: Mapping[str, Verdict], meant: bool) -> str:
    right = clauses.get("S5") == "pass"
    if right and meant:
        return "headline.script-perhaps"
    return "headline.script-unjudged" if right else "headline.script-points-alone"


def _of_failure(clauses: Mapping[str, Verdict], *, wrong_routine: bool) -> str:
    points, arrows = clauses.get("S3"), clauses.get("S4")
    if points == "fail" and arrows in ("pass", "fail"):
        lucky = arrows == "pass" and clauses.get("S2") == "pass"
        both = "headline.script-both" if arrows == "fail" else "headline.fail"
        return "headline.script-lucky" if lucky else both
    if arrows == "fail":
        return "headline.script-picture"
    if points != "fail" and clauses.get("S5") == "fail":
        routine = _of_routine(clauses)
        return routine if wrong_routine else "headline.script-results"
    return "headline.fail"
