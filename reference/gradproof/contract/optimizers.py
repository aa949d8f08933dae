"""The clauses of an optimizer, and their judges."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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

Array = NDArray[np.float64]

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
    still, *place = STILL
    for step, actual in enumerate(evidence.courses["first"].actual, 1):
        lost = [~np.isfinite(now) for now in actual]
        lost[still][tuple(place)] = False
        for number, entries in enumerate(lost):
            if entries.any():
                what = PARAMETERS[number]
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
    "O3": ("faster",),
    "O4": ("alone",),
    "O8": ("again",),
    "O9": ("other",),
    "O12": ("decayed",),
    "O13": tuple(clipping.CUT),
}
"""What clauses are judged on, beside the first course."""


def able(evidence: OptimizerEvidence, clause: str) -> bool:
    """Whether the courses on which a clause is judged came to their ends."""
    if clause == "O1":
        return True
    judged_on = ("first", *COURSES.get(clause, ()))
    courses = [evidence.courses.get(id) for id in judged_on]
    return evidence.courses != {} and all(
        course is None or _runs(course).verdict == "pass" for course in courses
    )


def rule(evidence: OptimizerEvidence) -> Judgement:
    """O2."""
    first = evidence.courses["first"]
    path = _path(first)
    if np.array_equal(path, np.broadcast_to(_flat(first.starts), path.shape)):
        return failed("optimizer.unmoved", steps=len(path))
    if evidence.rule is None:
        return not_covered("optimizer.unknown")
    followed = evidence.followed
    if followed is not None:
        epsilon = followed.numbers.get("epsilon")
        if epsilon is not None and epsilon > MAX_EPSILON:
            return failed("optimizer.epsilon", epsilon=epsilon)
        parts = told(followed)
        # The averages that a rule keeps are told of in full only.
        parts["formula"] = parts["formula"].partition(", ")[0]
        return passed("optimizer.follows", rule=followed.form.rule, **parts)
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
    names = dict.fromkeys(name for way in ways for name in way)
    each = {name: [way[name] for way in ways if name in way] for name in names}
    still = [n for n, factors in each.items() if all(f == 0 for f in factors)]
    up = [n for n, factors in each.items() if all(map(_is_uphill, factors))]
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


def _is_uphill(factor: float | None) -> bool:
    return factor is not None and factor > 0


def told(followed: Followed) -> dict[str, Any]:
    """A form for a reader, with its numbers."""
    letters = {"rate": "η", "momentum": "μ", "decay": "ρ", "epsilon": "ε"}
    letters |= {"beta1": "β₁", "beta2": "β₂", "limit": "c"}
    numbers = [f"{letters[r]} = {v:.10g}" for r, v in followed.numbers.items()]
    return {"formula": followed.form.text, "numbers": ", ".join(numbers)}


def _departure(evidence: OptimizerEvidence, course: Course) -> Judgement:
    """Where it departs first from the form and the numbers that it should follow."""
    form, *_ = evidence.candidates
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
    start, one, two = _flat(first.starts), _path(first), _path(faster)
    slack = _slack(start, one, two)
    if _off(two - start, 2 * (one - start), slack).any():
        same = not _off(two, one, slack).any()
        message = "optimizer.rate-ignored" if same else "optimizer.rate"
        return failed(message, one=first.given["rate"])
    return passed()


def _flat(parameters: Any) -> Array:
    """The numbers of all parameters, (D,)."""
    return np.concatenate([np.ravel(now) for now in parameters])


def _path(course: Course) -> Array:
    """The numbers of all parameters after each step, (T, D)."""
    return np.array([_flat(now) for now in course.actual])


def _off(actual: Array, due: Array, slack: Array) -> NDArray[np.bool_]:
    """Where they are further apart; what is no number in both is O10's or O11's."""
    some = np.isfinite(actual) | np.isfinite(due)
    return ~(np.abs(actual - due) <= slack) & some


def _slack(*arrays: Any) -> Any:
    """What rounding may do to ways of so many steps: each is rounded once or more."""
    size = sum(np.abs(array) for array in arrays)
    return POLICY * UNIT_ROUNDOFF * STEPS * size + np.finfo(float).tiny


def apart(evidence: OptimizerEvidence) -> Judgement:
    """O4: the second parameter goes the way that it goes alone, or is cut with more."""
    if evidence.right_clip is not None and cut_alone(evidence):
        return passed()
    alone, twins = evidence.courses["alone"], evidence.courses.get("twins")
    step = _parts(evidence.courses["first"], alone)
    if step is not None:
        found = failed("optimizer.apart", step=step, what=PARAMETERS[1])
    elif twins is None or _runs(twins).verdict != "pass":
        return passed()
    elif (step := _parts(twins, alone)) is not None:
        found = failed("optimizer.of-shapes", step=step)
    else:
        return passed()
    if evidence.rule is None:
        return not_covered("optimizer.together", what=PARAMETERS[1])
    return found


def _parts(course: Course, alone: Course) -> int | None:
    """The first step after which the second parameter is not where it is alone."""
    beside = np.array([second for _, second in course.actual])
    due = _path(alone)
    off = _off(beside, due, _slack(STARTS[1], beside, due)).any(axis=1)
    return 1 + int(np.argmax(off)) if off.any() else None


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
    for moment in first.updates:
        if not all(moment.kept):
            number = moment.kept.index(False)
            return failed(REBOUND[evidence.manner], number=number)
    told = any(moment.kept for moment in first.updates)
    return passed() if told else not_covered("not-told")


def gradients_kept(evidence: OptimizerEvidence) -> Judgement:
    """O7."""
    first = evidence.courses["first"]
    for step, moment in enumerate(first.updates, 1):
        if any(moment.changed):
            if evidence.right_clip is not None:
                return not_covered("optimizer.cut-in-place")
            number = moment.changed.index(True)
            return failed("optimizer.gradient-written", number=number, step=step)
    told = any(moment.changed for moment in first.updates)
    return passed() if told else not_covered("not-told")


def anew(evidence: OptimizerEvidence) -> Judgement:
    """O8."""
    again = _does_the_same(evidence, "again")
    return passed() if again else failed("optimizer.not-anew")


def _does_the_same(evidence: OptimizerEvidence, id: str) -> bool:
    """Whether a course is the first one, number by number."""
    first, other = (_path(evidence.courses[which]) for which in ("first", id))
    return np.array_equal(first, other, equal_nan=True)


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
        if _does_the_same(evidence, "decayed"):
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
    cut = [id for id in clipping.CUT if id in evidence.courses]
    if cut and all(_does_the_same(evidence, id) for id in cut):
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
