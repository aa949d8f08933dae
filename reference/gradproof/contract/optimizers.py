"""The clauses of an optimizer, and their judges."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.contract.clauses import Finding, must_of, should_of
from gradproof.contract.moments import not_run
from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.evidence import clipping
from gradproof.evidence.bounds import POLICY
from gradproof.evidence.followed_rules import (
    MAX_EPSILON,
    Followed,
    expected_path,
    follows,
)
from gradproof.evidence.optimizer_courses import ALWAYS, STARTS, STEPS, STILL, Course
from gradproof.evidence.update_rules import FORMS
from gradproof.evidence.updates import OWN, OptimizerEvidence, cut_alone
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.trials import Moment

ROLE = "optimizer"

PUBLISHED = "published-rules"
NETWORKS = "networks-hold-arrays"
TRAINING = "training-loop"

PARAMETERS = ("params[0]", "params[1]")
"""What the two parameters are called in a report."""


def runs(evidence: OptimizerEvidence) -> Judgement:
    """O1."""
    if evidence.problem:
        return not_covered("optimizer.not-made", parameter=evidence.problem)
    if evidence.broke is not None:
        return _raised(evidence.broke, "update")
    return worst(_runs(course) for course in evidence.courses.values())


def _runs(course: Course) -> Judgement:
    if course.misshapen is not None:
        number, now = course.misshapen
        actual = None if now is None else list(now.shape)
        expected = list(course.starts[number].shape)
        what = PARAMETERS[number]
        return failed("optimizer.shape", what=what, actual=actual, expected=expected)
    if course.broke is not None:
        # Before the updates come its making, and what it is handed.
        update = len(course.moments) - 2
        step = f"update {update}" if update > 0 else ("setup", "__init__")[update]
        return _raised(course.broke, step)
    return passed()


def finite(evidence: OptimizerEvidence) -> Judgement:
    """O11: what was finite stays so; where all slopes are 0 is O10's."""
    for step, actual in enumerate(evidence.courses["first"].actual, 1):
        for what, now in zip(PARAMETERS, actual, strict=True):
            lost = ~np.isfinite(now)
            if np.count_nonzero(lost) > (what == PARAMETERS[STILL[0]]):
                return failed("optimizer.not-finite", step=step, what=what)
    return passed()


def _raised(moment: Moment, step: str) -> Judgement:
    file, line = moment.place or ("", 0)
    return not_run(moment, "optimizer") or broken(
        "optimizer.raised" if moment.place else "optimizer.raised-unplaced",
        kind=moment.kind,
        text=moment.text,
        step=step,
        file=file.replace("\\", "/").rpartition("/")[2],
        line=line,
    )


COURSES = {
    "O3": "faster",
    "O4": "alone",
    "O8": "again",
    "O9": "other",
    "O12": "decayed",
}
"""What clauses are judged on, beside the first course."""


def able(evidence: OptimizerEvidence, clause: str) -> bool:
    """Whether the courses on which a clause is judged came to their ends."""
    if clause == "O1":
        return True
    courses = [evidence.courses.get(id) for id in ("first", COURSES.get(clause, ""))]
    return evidence.courses != {} and all(
        course is None or _runs(course).verdict == "pass" for course in courses
    )


def rule(evidence: OptimizerEvidence) -> Judgement:
    """O2."""
    course = evidence.courses["first"]
    if all(map(_same, course.actual[-1], course.starts)):
        return failed("optimizer.unmoved", steps=len(course.actual))
    if evidence.rule is None:
        return not_covered("optimizer.unknown")
    followed = evidence.followed
    if followed is not None and followed.numbers.get("epsilon", 0) > MAX_EPSILON:
        return failed("optimizer.epsilon", epsilon=followed.numbers["epsilon"])
    if followed is not None:
        parts = told(followed)
        # The averages that a rule keeps are told of in full only.
        parts["formula"] = parts["formula"].partition(", ")[0]
        return passed("optimizer.follows", rule=followed.form.rule, **parts)
    first = evidence.courses["first"]
    another = follows(evidence.said, first, FORMS)
    if another is not None:
        parts = told(another)
        return failed(
            "optimizer.another", expected=evidence.rule, rule=another.form.rule, **parts
        )
    return _departure(evidence, first)


def own_rule(evidence: OptimizerEvidence) -> Judgement:
    """O2 of what a script does itself: down the gradient, and with every parameter."""
    ways = [update.factors for update in evidence.own]
    names = list(dict.fromkeys(name for way in ways for name in way))
    still = [n for n in names if all(way.get(n, 0.0) == 0 for way in ways)]
    up = [n for n in names if all((way.get(n, 1.0) or 0.0) > 0 for way in ways)]
    if up and not evidence.climbs:
        return failed("optimizer.own-uphill", names=", ".join(up), updates=len(ways))
    if still:
        said = {"names": ", ".join(still), "updates": len(ways)}
        return failed("optimizer.own-unmoved", **said)
    sign = 1 if up else -1
    rates = [sign * f for way in ways for f in way.values() if f is not None]
    if not ways or len(rates) < sum(map(len, ways)) or min(rates) <= 0:
        return not_covered("optimizer.own-unknown", updates=len(ways))
    formula = FORMS[0].text.replace("−", "+") if up else FORMS[0].text
    numbers = f"η = {float(f'{rates[0]:.6g}'):.10g}"
    rule = "gradient ascent" if up else FORMS[0].rule
    return passed("optimizer.follows", rule=rule, formula=formula, numbers=numbers)


def told(followed: Followed) -> dict[str, Any]:
    """A form for a reader, with its numbers."""
    letters = {"rate": "η", "momentum": "μ", "decay": "ρ", "epsilon": "ε"}
    letters |= {"beta1": "β₁", "beta2": "β₂", "limit": "c"}
    numbers = [f"{letters[r]} = {v:.10g}" for r, v in followed.numbers.items()]
    return {"formula": followed.form.text, "numbers": ", ".join(numbers)}


def _departure(evidence: OptimizerEvidence, course: Course) -> Judgement:
    """Where it departs first from the form and the numbers that it should follow."""
    form = evidence.candidates[0]
    numbers = next(evidence.numbers(course, form))
    path = expected_path(course, form, numbers)
    for step, (actual, allowed) in enumerate(zip(course.actual, path, strict=True), 1):
        for i, limit in enumerate(allowed):
            off = limit.off(actual[i])
            if off is not None and off.any():
                place = tuple(np.argwhere(off)[0])
                return failed(
                    "optimizer.departs",
                    formula=form.text,
                    rule=form.rule,
                    step=step,
                    what=PARAMETERS[i],
                    place=[int(n) for n in place],
                    actual=float(actual[i][place]),
                    expected=float(limit.value[place]),
                    allowed=float(limit.allowed[place]),
                )
    return not_covered("optimizer.unknown")


def rate(evidence: OptimizerEvidence) -> Judgement:
    """O3: the way is proportional to the rate, of all the rules."""
    first, faster = evidence.courses["first"], evidence.courses.get("faster")
    if faster is None:
        return not_covered("optimizer.no-rate")
    for one, two in zip(first.actual, faster.actual, strict=True):
        for start, a, b in zip(first.starts, one, two, strict=True):
            way, double = a - start, b - start
            if np.any(np.abs(double - 2 * way) > _slack(start, a, b)):
                same = not np.any(np.abs(double - way) > _slack(start, a, b))
                message = "optimizer.rate-ignored" if same else "optimizer.rate"
                return failed(message, one=first.given["rate"])
    return passed()


def _slack(*arrays: Any) -> Any:
    """What rounding may do to ways of so many steps: each is rounded once or more."""
    size = sum(np.abs(array) for array in arrays)
    return POLICY * UNIT_ROUNDOFF * STEPS * size + np.finfo(float).tiny


def apart(evidence: OptimizerEvidence) -> Judgement:
    """O4: the second parameter goes the way that it goes alone, or is cut with more."""
    if evidence.right_clip is not None and cut_alone(evidence):
        return passed()
    first, alone = evidence.courses["first"], evidence.courses["alone"]
    for step, (both, one) in enumerate(zip(first.actual, alone.actual, strict=True), 1):
        if np.any(~(np.abs(both[1] - one[0]) <= _slack(STARTS[1], both[1], one[0]))):
            if evidence.rule is None:
                return not_covered("optimizer.together", what=PARAMETERS[1])
            return failed("optimizer.apart", step=step, what=PARAMETERS[1])
    return _apart_from_its_twin(evidence)


def _apart_from_its_twin(evidence: OptimizerEvidence) -> Judgement:
    """Whether it goes that way beside one of its shape, too."""
    alone, twins = evidence.courses["alone"], evidence.courses.get("twins")
    if twins is None or _runs(twins).verdict != "pass":
        return passed()
    for step, (both, one) in enumerate(zip(twins.actual, alone.actual, strict=True), 1):
        if np.any(~(np.abs(both[1] - one[0]) <= _slack(STARTS[1], both[1], one[0]))):
            if evidence.rule is None:
                return not_covered("optimizer.together", what=PARAMETERS[1])
            return failed("optimizer.of-shapes", step=step)
    return passed()


REBOUND = {
    "lists": "optimizer.rebound-lists",
    "dictionary": "optimizer.rebound-dictionary",
    "setup": "optimizer.rebound-setup",
    "one": "optimizer.rebound-one",
}
"""What is said of a parameter that is another array, by how an update is called."""


def in_place(evidence: OptimizerEvidence) -> Judgement:
    """O5, and O6 of dictionaries."""
    first = evidence.courses["first"]
    for moment in first.moments[2:]:
        if not all(moment.kept):
            number = moment.kept.index(False)
            return failed(REBOUND[evidence.manner], number=number)
    told = any(moment.kept for moment in first.moments[2:])
    return passed() if told else not_covered("not-told")


def gradients_kept(evidence: OptimizerEvidence) -> Judgement:
    """O7."""
    first = evidence.courses["first"]
    for step, moment in enumerate(first.moments[2:], 1):
        if any(moment.changed):
            if evidence.right_clip is not None:
                return not_covered("optimizer.cut-in-place")
            number = moment.changed.index(True)
            return failed("optimizer.gradient-written", number=number, step=step)
    told = any(moment.changed for moment in first.moments[2:])
    return passed() if told else not_covered("not-told")


def anew(evidence: OptimizerEvidence) -> Judgement:
    """O8."""
    first, again = evidence.courses["first"], evidence.courses["again"]
    for one, two in zip(first.actual, again.actual, strict=True):
        if not all(map(_same, one, two)):
            return failed("optimizer.not-anew")
    return passed()


def _same(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b, equal_nan=True))


def settings(evidence: OptimizerEvidence) -> Judgement:
    """O9: other numbers lead elsewhere, and as they should."""
    other, followed = evidence.courses.get("other"), evidence.followed
    if other is None:
        return not_covered("optimizer.no-settings")
    if followed is None:
        return not_covered("optimizer.not-followed")
    if evidence.anew is None:
        return failed("optimizer.settings", numbers=_given(other))
    used = set(evidence.anew.numbers.values())
    for role, value in other.given.items():
        if role not in ALWAYS and value not in used:
            return failed("optimizer.setting-ignored", role=role, given=value)
    return passed()


def _given(course: Course) -> str:
    return ", ".join(f"{role} = {value:.10g}" for role, value in course.given.items())


def decay(evidence: OptimizerEvidence) -> Judgement:
    """O12: what weight decay does."""
    if evidence.followed is None:
        return not_covered("optimizer.not-followed")
    if evidence.decay is None:
        first, decayed = (evidence.courses[id] for id in ("first", "decayed"))
        if all(map(_same, first.actual[-1], decayed.actual[-1])):
            return failed("optimizer.decay-ignored")
        return not_covered("optimizer.decay-unknown")
    if not evidence.decay.right:
        return failed("optimizer.decay-away")
    return passed()


def cuts(evidence: OptimizerEvidence) -> Judgement:
    """O13."""
    clip = evidence.clip
    if evidence.right_clip is not None:
        return passed()
    if clip is not None and clip.turned:
        return failed("optimizer.clip-turned")
    if clip is not None:
        return failed(f"optimizer.clip-{clip.when}")
    if evidence.followed is None:
        return not_covered("optimizer.not-followed")
    if set(clipping.CUT) & set(evidence.courses) and all(
        _same(a, b)
        for id in clipping.CUT
        for a, b in zip(
            evidence.courses["first"].actual[-1],
            evidence.courses[id].actual[-1],
            strict=True,
        )
    ):
        return failed("optimizer.clip-ignored")
    return not_covered("optimizer.clip-unknown")


def zero(evidence: OptimizerEvidence) -> Judgement:
    """O10: where the slope is 0 from the start, nothing moves."""
    number, *place = STILL
    for step, actual in enumerate(evidence.courses["first"].actual, 1):
        now = float(actual[number][tuple(place)])
        start = float(STARTS[number][tuple(place)])
        if np.isnan(now):
            # Of a rule that is not known it may be published so.
            said = failed if evidence.rule is not None else not_covered
            return said("optimizer.divided", step=step)
        if now != start:
            return failed("optimizer.moved", step=step, actual=now, expected=start)
    return passed()


CLAUSES = (
    must_of("O1", "runs", TRAINING, runs),
    must_of("O2", "rule", PUBLISHED, rule),
    must_of("O3", "rate", PUBLISHED, rate),
    must_of("O4", "apart", PUBLISHED, apart),
    must_of("O5", "in-place", NETWORKS, in_place),
    should_of("O6", "dictionary-in-place", NETWORKS, in_place),
    must_of("O7", "gradients-kept", TRAINING, gradients_kept),
    must_of("O8", "anew", TRAINING, anew),
    must_of("O9", "settings", PUBLISHED, settings),
    must_of("O10", "zero", PUBLISHED, zero),
    must_of("O11", "finite", TRAINING, finite),
    must_of("O12", "weight-decay", PUBLISHED, decay),
    must_of("O13", "clipping", PUBLISHED, cuts),
)


def musts(evidence: OptimizerEvidence) -> frozenset[str]:
    """The ids of the musts that are about such an optimizer."""
    if evidence.manner == OWN:
        return frozenset({"O2"})
    every = frozenset(clause.id for clause in CLAUSES if clause.level == "must")
    return every - _beside(evidence)


def judge(evidence: OptimizerEvidence) -> tuple[Finding, ...]:
    """Judge every clause that is about such an optimizer."""
    if evidence.manner == OWN:
        (clause,) = (c for c in CLAUSES if c.id == "O2")
        return (Finding(clause, own_rule(evidence)),)
    beside = _beside(evidence)
    given: Any = evidence
    with np.errstate(all="ignore"):
        return tuple(
            Finding(
                c,
                c.judge(given)
                if able(evidence, c.id)
                else not_covered("optimizer.broke"),
            )
            for c in CLAUSES
            if c.id not in beside
        )


def _beside(evidence: OptimizerEvidence) -> set[str]:
    """The clauses on what such an optimizer has not: lists, dictionaries, numbers."""
    found = set()
    if evidence.manner != "lists":
        found.add("O5")
    if evidence.manner != "dictionary":
        found.add("O6")
    if evidence.courses and "faster" not in evidence.courses:
        found.add("O3")
    if evidence.courses and "other" not in evidence.courses:
        found.add("O9")
    if evidence.courses and "decayed" not in evidence.courses:
        found.add("O12")
    if evidence.courses and not evidence.cuts:
        found.add("O13")
    return found
