"""The clauses of a layer, and their judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from gradproof.contract import dropout, running_statistics
from gradproof.contract.clauses import Finding, judged, must_of, should_of
from gradproof.contract.moments import not_run
from gradproof.contract.running_statistics import AtTest, as_rows
from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.evidence import layer_ranges
from gradproof.evidence.bounds import CERTAIN, POLICY, BoundedNumbers
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.passages import LayerEvidence, Passage
from gradproof.numerics.magnitudes import furthest, largest
from gradproof.ports.trials import Moment

ROLE = "layer"

KIT = "kit"
OPTIMIZER = "optimizer"
TRAINED = "trained"
LABELLED = "labelled"
CALLER = "caller"


def runs(evidence: LayerEvidence) -> Judgement:
    """L1."""
    if evidence.problem and not evidence.passages:
        return not_covered("layer.not-made", parameter=evidence.problem)
    if evidence.lacking and evidence.kind is not None:
        lacking = evidence.lacking
        return not_covered("layer.lacking", kind=evidence.kind.id, role=lacking)
    if not evidence.passages:
        return not_covered("layer.unknown")
    first = _of(evidence, "first")
    stopped = [not_run(p.broke) for p in first if p.broke is not None]
    return next(filter(None, stopped), None) or worst(map(_runs, first))


def _runs(passage: Passage) -> Judgement:
    broke = passage.broke
    if broke is not None:
        return _broken(passage, broke)
    if not _numbers(passage.forward):
        return broken("layer.no-numbers", step="forward", setting=passage.setting.id)
    return passed()


def _broken(passage: Passage, broke: Moment) -> Judgement:
    step = "backward" if broke is passage.backward else "forward"
    step = "__init__" if broke is passage.made else step
    file, line = broke.place or ("", 0)
    return broken(
        "layer.raised" if broke.place else "layer.raised-unplaced",
        step=step,
        setting=passage.setting.id,
        kind=broke.kind,
        text=broke.text,
        file=file.replace("\\", "/").rpartition("/")[2],
        line=line,
    )


def _numbers(moment: Moment) -> bool:
    return bool(moment.value) and all(v is not None for v in moment.value)


def forward(evidence: LayerEvidence) -> Judgement:
    """L2."""
    return worst(_forward(evidence, p) for p in _ran(evidence, "first"))


def _forward(evidence: LayerEvidence, passage: Passage) -> Judgement:
    reference = passage.expected.reference
    if reference is None:
        return _of_values_alone(evidence)
    formula = reference.name
    if passage.agrees and reference.doubt:
        return not_covered(reference.doubt, formula=formula)
    if (
        passage.agrees
        and reference.fault
        and dropout.is_blamed(reference.fault, passage.plan)
    ):
        return failed(reference.fault, setting=passage.setting.id, formula=formula)
    if passage.agrees:
        return passed("layer.computes", formula=formula)
    if evidence.by_looks:
        return not_covered("layer.looks", formula=formula)
    expected, actual = passage.expected.value[0], passage.forward.value[0]
    assert actual is not None  # it ran
    if actual.shape != expected.value.shape and expected.value.ndim:
        if evidence.said.alone and _same_numbers(expected, actual):
            return not_covered("layer.laid-out", actual=list(actual.shape))
        shapes = _shapes(expected, actual)
        setting = passage.setting.id
        return failed("layer.forward-shape", setting=setting, formula=formula, **shapes)
    owed = evidence.said.alone or evidence.certain
    if not owed and _consistent(passage):
        setting = passage.setting.id
        return not_covered("layer.another", formula=formula, setting=setting)
    if actual.shape != expected.value.shape:  # of a loss that is not one number
        setting, shapes = passage.setting.id, _shapes(expected, actual)
        return failed("layer.forward-shape", setting=setting, formula=formula, **shapes)
    said = _departure(expected, actual)
    return failed("layer.forward", setting=passage.setting.id, formula=formula, **said)


def _of_values_alone(evidence: LayerEvidence) -> Judgement:
    """That its formula is not known, and between which numbers it was fed."""
    settings = [p.setting for p in evidence.first]
    fed = layer_ranges.between(settings, evidence.first[0].plan.fed)
    if not fed:
        return not_covered("layer.no-formula")
    return not_covered("layer.no-formula-between", **fed)


def _same_numbers(expected: BoundedNumbers, actual: Any) -> bool:
    """Whether the numbers are those that are due, laid out otherwise."""
    if actual.size != expected.value.size:
        return False
    order = np.argsort(expected.value, axis=None)
    sorted_limits = expected.value.ravel()[order], expected.allowed.ravel()[order]
    return not np.any(BoundedNumbers(*sorted_limits).off(np.sort(actual, axis=None)))


def all_of(judgements: Iterable[Judgement]) -> Judgement:
    """The first failure, else the first error, else what was not covered.

    One gradient that is right says nothing of the others.
    """
    found = list(judgements)
    for verdict in ("fail", "error", "not-covered"):
        for judgement in found:
            if judgement.verdict == verdict:
                return judgement
    return worst(found)


def _consistent(passage: Passage) -> bool:
    """Whether its gradients are those of its own forward, by differences."""
    verdicts = [of_role(passage, role) for role in passage.setting.arrays]
    return all(v is None or v.verdict == "pass" for v in verdicts)


def input_gradients(evidence: LayerEvidence) -> Judgement:
    """L3."""
    if evidence.said.alone == "function":
        return _beside_value(evidence)
    return all_of(
        judgement
        for p in [*_ran(evidence, "first"), *evidence.own]
        for judgement in _values(p, [r for r in p.setting.arrays if r in p.plan.fed])
    )


def _beside_value(evidence: LayerEvidence) -> Judgement:
    """Of what a function returns beside a loss: nobody says that it is a gradient."""
    found = all_of(
        judgement
        for p in _ran(evidence, "first")
        for judgement in _values(p, p.gradients)
    )
    if found.verdict != "fail":
        return found
    return not_covered("layer.beside-value", what=found.parameters["what"])


def parameter_gradients(evidence: LayerEvidence) -> Judgement:
    """L4."""
    return all_of(
        [
            *(
                judgement
                for p in [*_ran(evidence, "first"), *evidence.own]
                for judgement in _values(p, own_roles(p))
            ),
            *map(unjudged, evidence.unjudged),
        ]
    )


def unjudged(name: str) -> Judgement:
    """What is said of an own parameter whose gradient could not be looked at."""
    return not_covered("layer.own-unjudged", what=name)


def own_roles(passage: Passage) -> list[str]:
    """The roles of what the layer has as its own parameters."""
    return [r for r in passage.setting.arrays if r not in passage.plan.fed]


def _values(passage: Passage, roles: Iterable[str]) -> Iterator[Judgement]:
    for role in roles:
        found = of_role(passage, role)
        if found is not None:
            yield found


def of_role(passage: Passage, role: str) -> Judgement | None:
    """Whether one gradient is what is due; ``None`` where it need not be given."""
    actual, expected = passage.gradients.get(role), passage.expected.gradients.get(role)
    if actual is None and role in _optional(passage):
        return None
    what = {"what": f"d{role}", "setting": passage.setting.id}
    if actual is None:
        return not_covered("layer.no-gradient", **what)
    if expected is None:
        return not_covered("layer.another-function", **what)
    if actual.shape != expected.value.shape:
        return not_covered("layer.gradient-shape", **what, **_shapes(expected, actual))
    if np.any(expected.off(actual)):
        message = "layer.gradient" if expected.rough is None else "layer.departs"
        return failed(message, **what, **_departure(expected, actual))
    if expected.rough is not None and not expected.close(actual):
        return not_covered("layer.too-close", **what)
    return passed()


def shapes(evidence: LayerEvidence) -> Judgement:
    """L5."""
    return worst(
        _shape(p, role)
        for p in _ran(evidence, "first")
        for role, actual in p.gradients.items()
        if actual is not None
    )


def _shape(passage: Passage, role: str) -> Judgement:
    actual = passage.gradients[role]
    expected = passage.setting.arrays[role].shape
    assert actual is not None
    if actual.shape == expected:
        return passed()
    what = {"what": f"d{role}", "setting": passage.setting.id}
    return failed(
        "layer.gradient-shape",
        **what,
        actual=list(actual.shape),
        expected=list(expected),
    )


def placed(evidence: LayerEvidence) -> Judgement:
    """L6."""
    return worst(_placed(p) for p in _ran(evidence, "first"))


def _placed(passage: Passage) -> Judgement:
    optional = _optional(passage)
    missing = [
        f"d{role}"
        for role, actual in passage.gradients.items()
        if actual is None and role not in optional
    ]
    if missing:
        return failed("layer.missing", what=", ".join(missing))
    after = passage.backward
    assert after is not None
    if after.params and after.grads and not all(after.kept):
        number = after.kept.index(False)
        return failed("layer.replaced", what=f"grads[{number}]")
    return passed()


def _optional(passage: Passage) -> set[str]:
    """Of what no gradient need be given: of what a loss is held against, too.

    A loss of a foreign name is given that beside x.
    """
    values = [value for value in passage.forward.value if value is not None]
    loss = [value.size for value in values] == [1]
    foreign = passage.expected.reference is None
    beside = passage.plan.fed[1:] if loss and foreign else ()
    return {*passage.setting.optional, *beside}


def parameters_kept(evidence: LayerEvidence) -> Judgement:
    """L7."""
    return worst(_parameters_kept(p) for p in _ran(evidence, "first"))


def _parameters_kept(passage: Passage) -> Judgement:
    roles = own_roles(passage)
    after = passage.backward
    if not roles or after is None:
        return not_covered("layer.no-parameters")
    fixed = [role for role in roles if role in passage.plan.owned]
    for role in fixed:
        name = passage.plan.owned.get(role, role)
        given = passage.setting.arrays[role]
        now = after.attributes.get(name)
        if now is not None and not np.array_equal(now, given):
            return failed("layer.written", what=name)
    for number, (before, now) in enumerate(
        zip(passage.made.params, after.params, strict=False)
    ):
        if before is not None and now is not None and not np.array_equal(before, now):
            return failed("layer.written", what=f"params[{number}]")
    return passed()


def back_again(evidence: LayerEvidence) -> Judgement:
    """L8."""
    return worst(_as_first(evidence, "back-again", "layer.back-again"))


def again(evidence: LayerEvidence) -> Judgement:
    """L9."""
    later = _as_first(evidence, "again", "layer.again")
    return worst([*later, *_as_first(evidence, "near", "layer.near")])


def _as_first(evidence: LayerEvidence, id: str, message: str) -> Iterator[Judgement]:
    """Whether a later passage is as right as the first: what that has is not told."""
    pairs = zip(_of(evidence, "first"), _of(evidence, id), strict=False)
    for first, later in pairs:
        if _runs(first).verdict != "pass" or not first.known:
            yield not_covered("layer.not-at-first")
            continue
        broke = later.broke
        if broke is not None:
            yield _broken(later, broke)
            continue
        wrong = [
            f"d{role}"
            for role in later.setting.arrays
            if _verdict(first, role) == "pass" and _verdict(later, role) == "fail"
        ]
        if not later.known:
            yield failed(message, what="forward", setting=later.setting.id)
        elif wrong:
            yield failed(message, what=", ".join(wrong), setting=later.setting.id)
        else:
            yield passed()


def _verdict(passage: Passage, role: str) -> str:
    found = of_role(passage, role)
    return found.verdict if found else "pass"


def apart(evidence: LayerEvidence) -> Judgement:
    """L18."""
    pairs = zip(_of(evidence, "first"), _of(evidence, "beside"), strict=False)
    inputs = evidence.kind.inputs if evidence.kind else ()
    return all_of(j for first, other in pairs for j in _apart(first, other, inputs))


def _apart(
    first: Passage, other: Passage, inputs: Sequence[str]
) -> Iterator[Judgement]:
    """Whether the first row comes out alike, whatever the others are."""
    if first.broke or other.broke:
        yield not_covered("layer.no-result")
        return
    rows = len(next(iter(first.setting.arrays.values())))
    setting = first.setting.id
    ones, others = dict(_by_rows(first, inputs)), dict(_by_rows(other, inputs))
    for what, one in ones.items():
        actual = others.get(what)
        if actual is None or len(one) != rows or actual.shape != one.shape:
            continue
        allowed = POLICY * np.finfo(float).eps * largest(one)
        off = largest(actual[0] - one[0])
        if off > CERTAIN * allowed:
            yield failed("layer.mixed", what=what, off=off, setting=setting)
        elif off > allowed:
            yield not_covered("layer.mixed-little", what=what, off=off, setting=setting)
        else:
            yield passed()


def _by_rows(passage: Passage, inputs: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The value, and the gradients of what forward was fed, if they have rows."""
    value = passage.forward.value[0]
    if value is not None and value.ndim:
        yield "forward", value
    for role, gradient in passage.gradients.items():
        if gradient is not None and gradient.ndim and role in inputs:
            yield f"d{role}", gradient


def states(evidence: LayerEvidence) -> Judgement:
    """L20."""
    tried = evidence.states
    if tried is None:
        return not_covered("layer.no-result")
    for moment in (tried.second, tried.back, tried.reset):
        if moment is not None and moment.outcome != "returned":
            return not_run(moment) or broken(
                "layer.stateful-raised", kind=moment.kind, text=moment.text
            )
    value, dx = tried.second.value[0], tried.back.value[0]
    if _fits(tried.forgotten, value):
        return failed("layer.state-lost")
    if not _fits(tried.value, value):
        return failed("layer.stateful", what="forward")
    if not _fits(tried.dx, dx):
        return failed("layer.stateful", what="dx")
    if tried.reset is not None and not _fits(tried.forgotten, tried.reset.value[0]):
        return failed("layer.state-not-reset")
    return passed()


def _fits(expected: BoundedNumbers, actual: Any) -> bool:
    off = expected.off(actual)
    return off is not None and not off.any()


def labels(evidence: LayerEvidence) -> Judgement:
    """L10."""
    by_id = {p.setting.id: p for p in _of(evidence, "first")}
    if not {"one-hot", "labels"} <= by_id.keys():
        return not_covered("layer.no-labels")
    one_hot, labelled = by_id["one-hot"], by_id["labels"]
    if any(_runs(p).verdict != "pass" for p in (one_hot, labelled)):
        return not_covered("layer.no-labels")
    same = one_hot.expected.reference == labelled.expected.reference or (
        one_hot.expected.value[0].value == labelled.expected.value[0].value
    )
    wrong = _verdict(one_hot, "x") != _verdict(labelled, "x")
    if wrong or one_hot.agrees != labelled.agrees or not same:
        return failed("layer.labels")
    if not one_hot.agrees and not _give_alike(one_hot, labelled):
        return failed("layer.labels")
    return passed()


def _give_alike(one: Passage, other: Passage) -> bool:
    """Whether two passages gave the same gradient of x, but for its rounding."""
    actual, also = one.gradients.get("x"), other.gradients.get("x")
    if actual is None or also is None or actual.shape != also.shape:
        return actual is also
    allowed = POLICY * np.finfo(float).eps * largest(actual)
    return bool(np.all(np.abs(actual - also) <= allowed))


def arguments_kept(evidence: LayerEvidence) -> Judgement:
    """L11."""
    return worst(_arguments_kept(p) for p in _ran(evidence, "first"))


def _arguments_kept(passage: Passage) -> Judgement:
    for step, moment in (("forward", passage.forward), ("backward", passage.backward)):
        if moment is not None and any(moment.changed):
            if step == "backward":
                return failed("layer.upstream-written")
            what = passage.plan.fed[moment.changed.index(True)]
            return failed("layer.argument-written", step=step, what=what)
    return passed() if passage.forward.changed else not_covered("not-told")


def modes(evidence: LayerEvidence) -> Judgement:
    """L12."""
    tried = evidence.modes
    if tried is None or tried.trained is None:
        return not_covered("layer.no-modes")
    if tried.tested is None:
        drawn = dropout.draws(tried.trained, tried.again)
        return drawn if drawn.verdict == "fail" else not_covered("layer.no-test")
    shapes = {tried.x.shape, tried.trained.shape, tried.tested.shape}
    if len(shapes) > 1 or evidence.kind is None:
        return not_covered("layer.no-modes")
    if evidence.kind.id == "dropout":
        drawn = dropout.draws(tried.trained, tried.again)
        tested = dropout.at_test(tried.plan, tried.x, tried.trained, tried.tested)
        return worst((tested, drawn))
    gamma, beta = (tried.setting.arrays[role] for role in ("gamma", "beta"))
    *batches, x, test = (
        as_rows(each, gamma.size) for each in (*tried.batches, tried.x, tried.tested)
    )
    return running_statistics.judge(AtTest(batches, x, gamma, beta, test))


def kinks(evidence: LayerEvidence) -> Judgement:
    """L13."""
    extra = evidence.extras.get("kinks")
    dx = extra.last if extra else None
    if extra is None or dx is None or dx.shape != extra.given.shape:
        return not_covered("layer.no-result")
    between = (dx >= 0) & (dx <= extra.given)
    return passed() if between.all() else failed("layer.kink")


def ties(evidence: LayerEvidence) -> Judgement:
    """L14."""
    extra = evidence.extras.get("ties")
    dx = extra.last if extra else None
    if extra is None or dx is None:
        return not_covered("layer.no-result")
    total, expected = float(dx.sum()), float(extra.given.sum())
    # Each is a sum of at most so many terms, rounded once each.
    near = abs(total - expected) <= dx.size * np.finfo(float).eps * abs(expected)
    return passed() if near else failed("layer.ties", actual=total, expected=expected)


def padded(evidence: LayerEvidence) -> Judgement:
    """L15."""
    extra = evidence.extras.get("padded")
    if extra is None:
        return not_covered("layer.no-result")
    for moment in extra.moments:
        if moment.outcome != "returned":
            return not_run(moment) or failed(
                "layer.padded", kind=moment.kind, text=moment.text
            )
    return passed()


def huge(evidence: LayerEvidence) -> Judgement:
    """L16."""
    value = _last(evidence, "huge")
    if value is None:
        return not_covered("layer.no-result")
    lost = ~np.isfinite(value)
    return failed("layer.overflow", count=int(lost.sum())) if lost.any() else passed()


def finite_loss(evidence: LayerEvidence) -> Judgement:
    """L17."""
    value = _last(evidence, "no-chance")
    if value is None:
        return not_covered("layer.no-result")
    return passed() if np.isfinite(value).all() else failed("layer.infinite")


def stays_single(evidence: LayerEvidence) -> Judgement:
    """L21."""
    extra = evidence.extras["single"]
    for step, moment in zip(("forward", "backward"), extra.moments[1:], strict=False):
        if moment.outcome != "returned":
            return not_covered("layer.no-result")
        kinds = {str(v.dtype) for v in moment.value if v is not None and v.ndim}
        if "float64" in kinds:
            return failed("layer.widened", step=step)
    return passed()


def rows_too(evidence: LayerEvidence) -> Judgement:
    """L22."""
    wrong = [
        f"d{role}"
        for passage in evidence.rows
        for role in passage.setting.arrays
        if _verdict(passage, role) == "fail"
    ]
    return failed(
        "layer.of-sequences", what=", ".join(dict.fromkeys(wrong)) or "forward"
    )


def spread(evidence: LayerEvidence) -> Judgement:
    """L23."""
    return all_of(j for p in evidence.spread for j in _spread(p))


def _spread(passage: Passage) -> Iterator[Judgement]:
    if passage.broke is not None:
        yield not_covered("layer.no-result")
        return
    for role, actual in passage.gradients.items():
        expected = passage.setting.arrays[role].shape
        if actual is not None and actual.shape != expected:
            what = {"what": f"d{role}", "setting": passage.setting.id}
            shapes = {"actual": list(actual.shape), "expected": list(expected)}
            yield failed("layer.not-summed", **what, **shapes)
        else:
            yield of_role(passage, role) or passed()


def at_others(evidence: LayerEvidence) -> Judgement:
    """L24."""
    return worst(
        _at_other(evidence, name, passage)
        for name, passages in evidence.others.items()
        for passage in passages
    )


def _at_other(evidence: LayerEvidence, name: str, passage: Passage) -> Judgement:
    """Whether what is right at the default is right at another number too."""
    same = passage.setting.id
    first = next(p for p in evidence.first if p.setting.id == same)
    for role in passage.setting.arrays:
        found = of_role(passage, role)
        if _verdict(first, role) == "fail" or found is None:
            continue
        if found.verdict == "fail":
            value = _value_of(passage.plan, name)
            what = {"what": f"d{role}", "parameter": name, "value": value}
            return failed("layer.default-alone", **what, setting=same)
        if found.verdict != "pass":
            return not_covered("layer.not-at-others", parameter=name, setting=same)
    return passed()


def _value_of(how: Plan, name: str) -> float:
    """The number that is in the place of a default."""
    return float(how.held[name] if name in how.held else how.last[0])


def _last(evidence: LayerEvidence, id: str) -> Any:
    extra = evidence.extras.get(id)
    return None if extra is None else extra.last


def _of(evidence: LayerEvidence, id: str) -> list[Passage]:
    return list(evidence.passages.get(id, ()))


def _ran(evidence: LayerEvidence, id: str) -> list[Passage]:
    """The passages that came to an end."""
    return [p for p in _of(evidence, id) if _runs(p).verdict == "pass"]


def _shapes(expected: BoundedNumbers, actual: Any) -> dict[str, Any]:
    return {"actual": list(actual.shape), "expected": list(expected.value.shape)}


def _departure(expected: BoundedNumbers, actual: Any) -> dict[str, Any]:
    """The entry that is furthest off, in what is allowed, and how many are."""
    off = expected.off(actual)
    assert off is not None
    with np.errstate(all="ignore"):
        distance = np.abs(actual - expected.value) / np.maximum(
            expected.allowed, 1e-300
        )
    place = furthest(distance, off)
    return {
        "place": [int(i) for i in place],
        "actual": float(np.real(actual[place])),
        "expected": float(expected.value[place]),
        "allowed": float(expected.allowed[place]),
        "count": int(off.sum()),
        "total": int(off.size),
    }


CLAUSES = (
    must_of("L1", "runs", TRAINED, runs),
    must_of("L2", "forward", KIT, forward),
    must_of("L3", "input-gradient", KIT, input_gradients),
    must_of("L4", "parameter-gradient", KIT, parameter_gradients),
    must_of("L5", "gradient-shape", OPTIMIZER, shapes),
    must_of("L6", "gradient-placed", OPTIMIZER, placed),
    must_of("L7", "parameters-kept", OPTIMIZER, parameters_kept),
    must_of("L8", "back-again", TRAINED, back_again),
    must_of("L9", "again", TRAINED, again),
    must_of("L10", "labels", LABELLED, labels),
    should_of("L11", "arguments-kept", CALLER, arguments_kept),
    must_of("L12", "modes", TRAINED, modes),
    should_of("L13", "kinks", KIT, kinks),
    should_of("L14", "ties", KIT, ties),
    should_of("L15", "padded", CALLER, padded),
    should_of("L16", "huge", CALLER, huge),
    should_of("L17", "finite-loss", CALLER, finite_loss),
    must_of("L18", "apart", TRAINED, apart),
    should_of("L19", "back-again-over-time", TRAINED, back_again),
    must_of("L20", "stateful", TRAINED, states),
    should_of("L21", "single", CALLER, stays_single),
    should_of("L22", "rows-too", CALLER, rows_too),
    should_of("L23", "spread", CALLER, spread),
    must_of("L24", "other-numbers", CALLER, at_others),
)


def _kept_by_the_books_not(evidence: LayerEvidence) -> bool:
    """Whether the book's own layer of the kind is right in its first backward alone.

    That of the loss over time writes into the probabilities that forward has kept.
    """
    return evidence.kind is not None and evidence.kind.id == "time-softmax-with-loss"


ALONE = {
    "function": ("L3", "L4", "L5", "L6", "L7", "L8", "L18"),
    "adjoint": ("L2", "L4", "L6", "L7", "L18"),
}
"""The clauses that are not about functions by themselves: they have no backward, or
are one."""


def judge(evidence: LayerEvidence) -> tuple[Finding, ...]:
    """Judge every clause that is about such a layer."""
    with np.errstate(all="ignore"):
        return judged(CLAUSES, evidence, _beside(evidence))


def musts(evidence: LayerEvidence) -> frozenset[str]:
    """The ids of the musts that are about such a layer."""
    every = frozenset(clause.id for clause in CLAUSES if clause.level == "must")
    return every - _beside(evidence)


def _beside(evidence: LayerEvidence) -> set[str]:
    """The clauses on what such a layer has not: parameters, inputs, labels."""
    found = set()
    first = _of(evidence, "first")
    if first and not any(map(own_roles, first)):
        more = evidence.unjudged or evidence.own
        found |= {"L7"} if more else {"L4", "L7"}
    if first and all(len(own_roles(p)) == len(p.setting.arrays) for p in first):
        found.add("L3")
    if evidence.kind is None or not evidence.kind.loss:
        found.add("L10")
    if evidence.kind is None or evidence.kind.mixes:
        found.add("L18")
    found.add("L8" if _kept_by_the_books_not(evidence) else "L19")
    if evidence.states is None:
        found.add("L20")
    if evidence.modes is None:
        found.add("L12")
    if not evidence.rows:
        found.add("L22")
    if not evidence.spread:
        found.add("L23")
    if not evidence.others:
        found.add("L24")
    found |= set(ALONE.get(evidence.said.alone, ()))
    if evidence.said.alone == "function" and any(p.gradients for p in first):
        found.discard("L3")
    extras = {
        **{"L13": "kinks", "L14": "ties", "L15": "padded"},
        **{"L16": "huge", "L17": "no-chance", "L21": "single"},
    }
    found |= {id for id, extra in extras.items() if extra not in evidence.extras}
    return found
