"""The clauses of a layer, and their judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

import numpy as np

from gradproof.contract.clauses import Clause, Finding
from gradproof.contract.verdicts import (
    Judgement,
    broken,
    failed,
    not_covered,
    passed,
    worst,
)
from gradproof.evidence.passages import LayerEvidence, Limits, Passage
from gradproof.ports.trials import Moment

Judge = Callable[[LayerEvidence], Judgement]

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
    if not evidence.passages:
        return not_covered("layer.unknown")
    return worst(_runs(p) for p in _of(evidence, "first"))


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
        "layer.raised",
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
    alone = bool(evidence.said.alone)
    return worst(_forward(p, alone=alone) for p in _ran(evidence, "first"))


def _forward(passage: Passage, *, alone: bool) -> Judgement:
    reference = passage.expected.reference
    if reference is None:
        return not_covered("layer.no-formula")
    formula = reference.name
    if passage.agrees and reference.doubt:
        return not_covered(reference.doubt, formula=formula)
    if passage.agrees:
        return passed("layer.computes", formula=formula)
    due, came = passage.expected.value[0], passage.forward.value[0]
    if came is None:
        return not_covered("layer.no-result")
    if came.shape != due.value.shape and due.value.ndim:
        if alone and _same_numbers(due, came):
            return not_covered("layer.laid-out", came=list(came.shape))
        shapes = _shapes(due, came)
        setting = passage.setting.id
        return failed("layer.forward-shape", setting=setting, formula=formula, **shapes)
    if passage.backward is not None and _consistent(passage):
        setting = passage.setting.id
        return not_covered("layer.another", formula=formula, setting=setting)
    said = _departure(due, came)
    return failed("layer.forward", setting=passage.setting.id, formula=formula, **said)


def _same_numbers(due: Limits, came: Any) -> bool:
    """Whether the numbers are those that are due, laid out otherwise."""
    if came.size != due.value.size:
        return False
    order = np.argsort(due.value, axis=None)
    sorted_due = due.value.ravel()[order], due.allowed.ravel()[order]
    return not np.any(Limits(*sorted_due).off(np.sort(came, axis=None)))


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
    return all_of(
        judgement
        for p in _ran(evidence, "first")
        for judgement in _values(p, [r for r in p.setting.arrays if r in p.plan.fed])
    )


def parameter_gradients(evidence: LayerEvidence) -> Judgement:
    """L4."""
    return all_of(
        judgement
        for p in _ran(evidence, "first")
        for judgement in _values(p, own_roles(p))
    )


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
    came, due = passage.gradients.get(role), passage.expected.gradients.get(role)
    if came is None and role in passage.setting.optional:
        return None
    what = {"what": f"d{role}", "setting": passage.setting.id}
    if came is None:
        return not_covered("layer.no-gradient", **what)
    if due is None:
        return not_covered("layer.another-function", **what)
    if came.shape != due.value.shape:
        return not_covered("layer.gradient-shape", **what, **_shapes(due, came))
    if np.any(due.off(came)):
        message = "layer.gradient" if due.rough is None else "layer.departs"
        return failed(message, **what, **_departure(due, came))
    if due.rough is not None and not due.close(came):
        return not_covered("layer.too-close", **what)
    return passed()


def shapes(evidence: LayerEvidence) -> Judgement:
    """L5."""
    return worst(
        _shape(p, role)
        for p in _ran(evidence, "first")
        for role, came in p.gradients.items()
        if came is not None
    )


def _shape(passage: Passage, role: str) -> Judgement:
    came = passage.gradients[role]
    due = passage.setting.arrays[role].shape
    assert came is not None
    if came.shape == due:
        return passed()
    what = {"what": f"d{role}", "setting": passage.setting.id}
    return failed("layer.gradient-shape", **what, came=list(came.shape), due=list(due))


def placed(evidence: LayerEvidence) -> Judgement:
    """L6."""
    return worst(_placed(p) for p in _ran(evidence, "first"))


def _placed(passage: Passage) -> Judgement:
    missing = [
        f"d{role}"
        for role, came in passage.gradients.items()
        if came is None and role not in passage.setting.optional
    ]
    if missing:
        return failed("layer.missing", what=", ".join(missing))
    after = passage.backward
    assert after is not None
    if after.params and after.grads and not all(after.kept):
        number = after.kept.index(False)
        return failed("layer.replaced", what=f"grads[{number}]")
    return passed()


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
    return worst(_as_first(evidence, "again", "layer.again"))


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
    return passed()


def arguments_kept(evidence: LayerEvidence) -> Judgement:
    """L11."""
    return worst(_arguments_kept(p) for p in _ran(evidence, "first"))


def _arguments_kept(passage: Passage) -> Judgement:
    for step, moment in (("forward", passage.forward), ("backward", passage.backward)):
        if moment is not None and any(moment.changed):
            what = (
                "dout"
                if step == "backward"
                else passage.plan.fed[moment.changed.index(True)]
            )
            return failed("layer.argument-written", step=step, what=what)
    return passed()


def modes(evidence: LayerEvidence) -> Judgement:
    """L12."""
    extra = evidence.extras.get("modes")
    if extra is None or extra.last is None or evidence.kind is None:
        return not_covered("layer.no-modes")
    *_, trained, tested = extra.moments
    x = np.asarray(extra.setting.arrays["x"])
    training, test = trained.value[0], np.asarray(tested.value[0])
    if training is None or test.shape != x.shape:
        return not_covered("layer.no-modes")
    if evidence.kind.id == "dropout":
        return _dropout_modes(x, training, test)
    return _normal_modes(extra.setting.arrays, training, test)


def _dropout_modes(x: Any, training: Any, test: Any) -> Judgement:
    """At test everything passes, scaled by what is kept where training does not."""
    kept = training[training != 0] / x[training != 0]
    ratio = 0.5
    scale = float(np.median(kept)) if kept.size else 1.0
    expected = scale * (1 - ratio)
    if np.allclose(test, x * expected, rtol=1e-9, atol=0):
        return passed()
    if np.any(test == 0):
        return failed("layer.drops-at-test")
    if np.allclose(test, x * test.flat[0] / x.flat[0], rtol=1e-9, atol=0):
        factor = float(test.flat[0] / x.flat[0])
        return failed("layer.scale-at-test", factor=factor, expected=expected)
    return not_covered("layer.no-modes")


def _normal_modes(arrays: Mapping[str, Any], training: Any, test: Any) -> Judgement:
    """At test it is the statistics that training has left that count."""
    x, beta = arrays["x"], arrays["beta"]
    if np.array_equal(training, test):
        return failed("layer.test-as-training")
    if x.ndim != 2:
        return not_covered("layer.no-modes")
    # By column it is a straight line in x, of slope γ/s through (mean, β).
    slope = (test[1] - test[0]) / (x[1] - x[0])
    mean = x[0] - (test[0] - beta) / slope
    if np.all(np.abs(mean) < 1e-9):
        return failed("layer.statistics-not-kept")
    batch, variance = x.mean(axis=0), x.var(axis=0)
    # An average of what it began with, 0, and of the batch's, three times alike.
    share = mean / batch
    if np.ptp(share) < 1e-6 * np.max(np.abs(share)) and 0 < share[0] < 1 + 1e-9:
        return passed()
    swapped = mean / variance
    if np.ptp(swapped) < 1e-6 * np.max(np.abs(swapped)):
        return failed("layer.statistics-swapped")
    return not_covered("layer.no-modes")


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
    total, due = float(dx.sum()), float(extra.given.sum())
    # Each is a sum of at most so many terms, rounded once each.
    near = abs(total - due) <= dx.size * np.finfo(float).eps * abs(due)
    return passed() if near else failed("layer.ties", got=total, expected=due)


def padded(evidence: LayerEvidence) -> Judgement:
    """L15."""
    extra = evidence.extras.get("padded")
    if extra is None:
        return not_covered("layer.no-result")
    for moment in extra.moments:
        if moment.outcome != "returned":
            return failed("layer.padded", kind=moment.kind, text=moment.text)
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


def _last(evidence: LayerEvidence, id: str) -> Any:
    extra = evidence.extras.get(id)
    return None if extra is None else extra.last


def _of(evidence: LayerEvidence, id: str) -> list[Passage]:
    return list(evidence.passages.get(id, ()))


def _ran(evidence: LayerEvidence, id: str) -> list[Passage]:
    """The passages that came to an end."""
    return [p for p in _of(evidence, id) if _runs(p).verdict == "pass"]


def _shapes(due: Limits, came: Any) -> dict[str, Any]:
    return {"came": list(came.shape), "due": list(due.value.shape)}


def _departure(due: Limits, came: Any) -> dict[str, Any]:
    """The entry that is furthest off, in what is allowed, and how many are."""
    off = due.off(came)
    assert off is not None
    with np.errstate(all="ignore"):
        distance = np.abs(came - due.value) / np.maximum(due.allowed, 1e-300)
    distance = np.where(off, np.nan_to_num(distance, nan=np.inf), -1)
    place = np.unravel_index(int(np.argmax(distance)), distance.shape)
    return {
        "place": [int(i) for i in place],
        "got": float(np.real(came[place])),
        "expected": float(due.value[place]),
        "allowed": float(due.allowed[place]),
        "count": int(off.sum()),
        "total": int(off.size),
    }


def _must(id: str, name: str, source: str, judge: Judge) -> Clause:
    # The evidence of a layer is of a kind of its own.
    return Clause(id, name, "must", source, cast(Any, judge))


def _should(id: str, name: str, source: str, judge: Judge) -> Clause:
    return Clause(id, name, "should", source, cast(Any, judge))


CLAUSES = (
    _must("L1", "runs", TRAINED, runs),
    _must("L2", "forward", KIT, forward),
    _must("L3", "input-gradient", KIT, input_gradients),
    _must("L4", "parameter-gradient", KIT, parameter_gradients),
    _must("L5", "gradient-shape", OPTIMIZER, shapes),
    _must("L6", "gradient-placed", OPTIMIZER, placed),
    _must("L7", "parameters-kept", OPTIMIZER, parameters_kept),
    _should("L8", "back-again", TRAINED, back_again),
    _must("L9", "again", TRAINED, again),
    _must("L10", "labels", LABELLED, labels),
    _should("L11", "arguments-kept", CALLER, arguments_kept),
    _must("L12", "modes", TRAINED, modes),
    _should("L13", "kinks", KIT, kinks),
    _should("L14", "ties", KIT, ties),
    _should("L15", "padded", CALLER, padded),
    _should("L16", "huge", CALLER, huge),
    _should("L17", "finite-loss", CALLER, finite_loss),
)


ALONE = {
    "function": ("L3", "L4", "L5", "L6", "L7", "L8"),
    "adjoint": ("L2", "L4", "L6", "L7"),
}
"""The clauses that are not about functions by themselves: they have no backward, or
are one."""


def judge(evidence: LayerEvidence) -> tuple[Finding, ...]:
    """Judge every clause that is about such a layer."""
    judges = cast("dict[str, Judge]", {c.id: c.judge for c in CLAUSES})
    beside = _beside(evidence)
    with np.errstate(all="ignore"):
        return tuple(
            Finding(c, judges[c.id](evidence)) for c in CLAUSES if c.id not in beside
        )


def _beside(evidence: LayerEvidence) -> set[str]:
    """The clauses on what such a layer has not: parameters, inputs, labels."""
    found = set()
    first = _of(evidence, "first")
    if first and not any(map(own_roles, first)):
        found |= {"L4", "L7"}
    if first and all(len(own_roles(p)) == len(p.setting.arrays) for p in first):
        found.add("L3")
    if evidence.kind is None or not evidence.kind.loss:
        found.add("L10")
    found |= set(ALONE.get(evidence.said.alone, ()))
    extras = {
        **{"L12": "modes", "L13": "kinks", "L14": "ties", "L15": "padded"},
        **{"L16": "huge", "L17": "no-chance"},
    }
    found |= {id for id, extra in extras.items() if extra not in evidence.extras}
    return found
