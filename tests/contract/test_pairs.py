"""A function and its claimed gradient: what is caught, let through, or only named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest

from gradproof.contract.verdicts import Judgement
from gradproof.examination.examination import examine, examine_pair
from gradproof.numerics.high_precision import Precise, precise
from gradproof.numerics.slope_records import Slopes, Unknown
from gradproof.numerics.slopes import MAX_ENTRIES, slopes
from gradproof.ports.in_process import FunctionPort
from gradproof.report.messages import Language
from gradproof.report.phrases import Phrases

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

Objective = Callable[[Any], Any]

RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(5, 3))
LABELS = np.eye(4)[[0, 3, 1, 1, 2]]
BIAS = RANDOM.normal(size=4)
W = RANDOM.normal(size=(3, 4))
POINT = np.array([0.7, -1.3, 2.1])
PENALTY = 0.05


def judged(f: Objective, grad: Objective, x: Any) -> dict[str, Judgement]:
    findings = examine_pair(f, grad, x).findings
    return {finding.clause.id: finding.judgement for finding in findings}


def verdicts(f: Objective, grad: Objective, x: Any) -> dict[str, str]:
    return {id: j.verdict for id, j in judged(f, grad, x).items()}


def softmax(scores: Any) -> Any:
    powers = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


def cross_entropy(weights: Any) -> Any:
    shares = softmax(X @ weights + BIAS)
    loss = -np.sum(LABELS * np.log(shares)) / len(X)
    return loss + PENALTY / 2 * np.sum(weights**2)


def backprop(weights: Any) -> Any:
    errors = (softmax(X @ weights + BIAS) - LABELS) / len(X)
    return X.T @ errors + PENALTY * weights


def half(weights: Any) -> Any:
    """The same in whatever precision the weights are of."""
    inputs, labels = X.astype(weights.dtype), LABELS.astype(weights.dtype)
    errors = softmax(inputs @ weights + BIAS.astype(weights.dtype)) - labels
    return inputs.T @ errors / len(X) + weights.dtype.type(PENALTY) * weights


def layers(weights: Any) -> Any:
    return np.sum(np.maximum(X @ weights, 0) ** 2) / 2


def layers_backprop(weights: Any) -> Any:
    return X.T @ np.maximum(X @ weights, 0)


RIGHT: dict[str, tuple[Objective, Objective, Any]] = {
    "linear": (lambda w: np.sum(X @ w), lambda w: np.outer(X.sum(0), np.ones(4)), W),
    "softmax": (cross_entropy, backprop, W),
    "softmax-in-its-own-precision": (cross_entropy, half, W),
    "relu": (layers, layers_backprop, W),
    "sigmoid": (
        lambda x: np.sum(1 / (1 + np.exp(-x))),
        lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
        POINT,
    ),
    "tanh": (lambda x: np.tanh(x).sum(), lambda x: 1 - np.tanh(x) ** 2, POINT),
    "mean": (lambda x: np.mean(x**2), lambda x: 2 * x / x.size, POINT),
    "minimum": (lambda x: np.sum(x**2), lambda x: 2 * x, np.zeros(3)),
    "half-precision-claim-of-whole-numbers": (
        lambda x: np.sum(x**2),
        lambda x: (2 * x).astype(np.float16),
        np.array([1.0, -2.0, 0.5]),
    ),
    "number": (lambda x: x**3, lambda x: 3 * x**2, 1.5),
    "list": (lambda x: x @ x, lambda x: [2 * v for v in x], POINT),
    "large": (lambda x: np.sum(x**2), lambda x: 2 * x, 1e9 * POINT),
    "kink-not-far": (
        lambda x: np.sum(np.maximum(x, 0)),
        lambda x: 1.0 * (x > 0),
        np.array([1e-5, -1.0]),
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_gradient_passes(name: str) -> None:
    assert verdicts(*RIGHT[name]) == {"R1": "pass", "R2": "pass"}


MUTANTS: dict[str, Objective] = {
    "sign": lambda w: -backprop(w),
    "axis": lambda w: backprop(w)[::-1],
    "sum-for-mean": lambda w: len(X) * backprop(w),
    "half": lambda w: backprop(w) / 2,
    "no-penalty": lambda w: backprop(w) - PENALTY * w,
    "penalty-twice": lambda w: backprop(w) + PENALTY * w,
    "no-bias": lambda w: X.T @ (softmax(X @ w) - LABELS) / len(X) + PENALTY * w,
    "a-little-off": lambda w: backprop(w) * (1 + 1e-6),
    "one-entry": lambda w: backprop(w) + 1e-6 * (np.arange(12).reshape(3, 4) == 5),
    "nothing": lambda w: np.zeros(w.shape),
    "no-number": lambda w: np.full(w.shape, np.nan),
    "single-alone": lambda w: backprop(w) * (1 + (w.dtype == np.float32)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_gradient_fails_by_its_values(name: str) -> None:
    found = judged(cross_entropy, MUTANTS[name], W)
    assert found["R1"].verdict == "pass"
    assert (found["R2"].verdict, found["R2"].message) == ("fail", "pair.off")


def ends(x: Any) -> Any:
    raise SystemExit(3)


def squares(x: Any) -> Any:
    return np.sum(x**2)


PLANE = np.array([1.0, 2.0])


@pytest.mark.parametrize(
    ("f", "grad", "x", "clause", "message"),
    [
        (lambda x: x**2, lambda x: 2 * x, PLANE, "R2", "pair.array"),
        (lambda x: squares(x) + 1j, lambda x: 2 * x, PLANE, "R2", "pair.complex"),
        (ends, lambda x: 2 * x, PLANE, "R2", "pair.ends"),
        (lambda x: None, lambda x: 2 * x, PLANE, "R2", "pair.no-number"),
        (squares, lambda x: 2 * x + 1j, PLANE, "R2", "pair.imaginary"),
        (lambda x: x**2, lambda x: 2j * x, 3.0, "R2", "pair.imaginary-number"),
        (lambda x: x**2, lambda x: 3 * x, 3.0, "R2", "pair.off-number"),
        (lambda x: x**2, lambda x: np.full(2, 6.0), 3.0, "R1", "wrong-shape-number"),
    ],
)
def test_each_misuse_is_told_plainly(
    f: Objective, grad: Objective, x: Any, clause: str, message: str
) -> None:
    assert judged(f, grad, x)[clause].message == message


def test_an_imaginary_part_of_rounding_is_none() -> None:
    tiny = 1e-18j
    assert verdicts(squares, lambda x: 2 * x + tiny, PLANE)["R2"] == "pass"


def test_single_precision_throughout_is_let_through_only_there() -> None:
    def rounded(w: Any) -> Any:
        return backprop(w).astype(np.float32)

    found = judged(cross_entropy, rounded, W)["R2"]
    assert found.verdict == "fail"
    assert found.parameters["probe"] == "given"


@pytest.mark.parametrize(
    ("grad", "verdict"),
    [
        (lambda w: backprop(w).T, "fail"),
        (lambda w: backprop(w).ravel(), "fail"),
        (lambda w: 1.0, "fail"),
        (lambda w: None, "error"),
        (lambda w: w.no_such_thing, "error"),
    ],
)
def test_what_has_not_the_shape_of_x_fails_or_is_an_error(
    grad: Objective, verdict: str
) -> None:
    assert verdicts(cross_entropy, grad, W) == {"R1": verdict, "R2": "not-covered"}


def rectified(x: Any) -> Any:
    return np.sum(np.maximum(x, 0))


def steps(x: Any) -> Any:
    return 1.0 * (x > 0)


def by_way_of_floats(x: Any) -> Any:
    return float(np.sum(np.asarray(x, float) ** 3))


HELD = np.array([1.0, 2.0])
"""What a function looks at in place of its argument, as the book's loss_W does."""

NAMED: dict[str, tuple[Objective, Objective, Any, str]] = {
    "same": (lambda x: np.sum(HELD**2), lambda x: 2 * x, HELD, "same"),
    "empty": (lambda x: np.sum(x**2), lambda x: 2 * x, np.zeros(0), "empty"),
    "kink": (rectified, steps, [1.0, 0.0, -2.0], "kink"),
    "kink-and-subgradient": (rectified, lambda x: (x >= 0) / 2, [0.0, -2.0], "kink"),
    "kink-of-size": (lambda x: np.sum(abs(x)), np.sign, [0.0, 3.0], "kink"),
    "kink-too-near": (rectified, lambda x: 0.9 * (x > 0), [1e-11, -2.0], "kink"),
    "kink-in-floats": (
        lambda x: float(rectified(x)),
        steps,
        [1.0, 0.0],
        "kink",
    ),
    "cancellation": (
        lambda x: np.sum((x + 1e13) - 1e13),
        lambda x: 0.9 * np.ones(x.shape),
        [1.0, 2.0],
        "cancellation",
    ),
    "overflow": (
        lambda x: np.exp(np.sum(x)),
        lambda x: np.exp(np.sum(x)) * np.ones(x.shape),
        [709.7827, 1e-7],
        "overflow",
    ),
    "infinite": (lambda x: np.sum(np.exp(x)), np.exp, [1.0, 800.0], "infinite"),
    "array": (lambda x: x, np.ones_like, [1.0, 2.0], "array"),
    "no-number": (lambda x: "1", np.ones_like, [1.0, 2.0], "no-number"),
    "raises": (lambda x: x[9], np.ones_like, [1.0, 2.0], "raises"),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_cannot_be_told_is_named_and_neither_blamed_nor_passed(name: str) -> None:
    f, grad, x, why = NAMED[name]
    found = judged(f, grad, x)["R2"]
    assert (found.verdict, found.message) == ("not-covered", f"pair.{why}")
    for language in get_args(Language):
        assert Phrases(language).judgement(found)


def test_a_pair_is_no_port() -> None:
    with pytest.raises(ValueError, match="a pair is no port"):
        examine(FunctionPort("port", backprop), "pair")


def test_a_random_function_is_named() -> None:
    noise = np.random.default_rng(1)
    found = judged(lambda x: np.sum(x) + noise.normal(), np.ones_like, POINT)["R2"]
    assert (found.verdict, found.message) == ("not-covered", "pair.random")


def test_a_kink_in_one_entry_does_not_hide_another_that_is_off() -> None:
    found = judged(rectified, lambda x: 2 * steps(x), [1.0, 0.0])["R2"]
    assert found.verdict == "fail"
    assert found.parameters["place"] == [0]
    assert found.parameters["count"] == 1


IN_FLOATS: dict[str, tuple[Objective, str, str]] = {
    "right": (lambda x: 3 * x**2, "pass", "estimated"),
    "nearly": (lambda x: 3 * x**2 * (1 + 1e-7), "fail", "departs"),
    "one-entry": (lambda x: 3 * x**2 + np.array([0, 1e-6, 0]), "fail", "departs"),
    "sign": (lambda x: -3 * x**2, "fail", "departs"),
    "no-number": (lambda x: x * np.nan, "fail", "departs"),
}


@pytest.mark.parametrize("name", IN_FLOATS)
def test_what_takes_floats_alone_is_judged_by_an_estimate(name: str) -> None:
    grad, verdict, message = IN_FLOATS[name]
    found = judged(by_way_of_floats, grad, POINT)["R2"]
    assert (found.verdict, found.message) == (verdict, f"pair.{message}")
    for language in get_args(Language):
        assert Phrases(language).judgement(found)


def test_what_f_scatters_by_is_within_the_estimate() -> None:
    """A loss far above its slopes: differences are rough, and a right claim passes."""

    def far_up(x: Any) -> Any:
        return float(np.sum(np.asarray(x, float) ** 3)) + 1e4

    assert judged(far_up, lambda x: 3 * x**2, POINT)["R2"].verdict == "pass"
    off = judged(far_up, lambda x: 3 * x**2 + 1e-3, POINT)["R2"]
    assert off.verdict == "fail"


def test_what_f_loses_on_its_way_is_seen_in_how_its_values_scatter() -> None:
    """The value itself is small, and says nothing of its rounding."""
    x = RANDOM.normal(size=12)

    def lossy(x: Any) -> Any:
        return float(np.sum(np.asarray(x, float) ** 3)) + 1e4 - 1e4

    assert judged(lossy, lambda x: 3 * x**2, x)["R2"].verdict == "pass"
    assert judged(lossy, lambda x: 3 * x**2 + 1e-3, x)["R2"].verdict == "fail"


def test_neither_is_given_the_caller_s_array() -> None:
    x = POINT.copy()

    def spoiling(y: Any) -> Any:
        y[...] = 0
        return np.zeros(y.shape)

    def spoilt(y: Any) -> Any:
        value = np.sum(y**2)
        y[...] = 0
        return value

    examine_pair(spoilt, spoiling, x)
    assert np.array_equal(x, POINT)
    assert verdicts(spoilt, lambda y: 2 * y, x)["R2"] == "pass"


def test_every_entry_is_judged_where_they_are_few() -> None:
    weights = RANDOM.normal(size=(40, 50))
    wrong = np.zeros((40, 50))
    wrong[33, 17] = 1e-4

    def squares(w: Any) -> Any:
        return np.sum(w * w)

    assert weights.size == MAX_ENTRIES
    known = slopes(squares, weights)
    assert isinstance(known, Slopes)
    assert len(known.entries) == known.size == MAX_ENTRIES
    found = judged(squares, lambda w: 2 * w + wrong, weights)["R2"]
    assert (found.verdict, found.parameters["place"]) == ("fail", [33, 17])


def test_high_precision_that_takes_too_long_is_left_for_an_estimate() -> None:
    x = RANDOM.normal(size=(20, 20))
    known = slopes(lambda y: np.sum(np.tanh(x @ y) @ x), x)
    assert isinstance(known, Slopes)
    assert known.estimated


def test_slopes_in_high_precision_are_exact_to_the_last_bit() -> None:
    known = slopes(lambda x: np.sum(np.sin(x)), POINT)
    assert isinstance(known, Slopes)
    assert all(slope.known for slope in known.entries)
    assert [s.value for s in known.entries] == pytest.approx(np.cos(POINT), rel=3e-16)


def test_a_function_that_raises_is_told_of_by_its_exception() -> None:
    assert slopes(lambda x: x[9], np.zeros(2)) == Unknown(
        "raises",
        {
            "kind": "IndexError",
            "text": "index 9 is out of bounds for axis 0 with size 2",
        },
    )


FUNCTIONS = [
    *(np.exp, np.expm1, np.log, np.log1p, np.log2, np.log10, np.sqrt, np.cbrt),
    *(np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan),
    *(np.sinh, np.cosh, np.tanh, np.negative, np.absolute, np.square, np.sign),
    *(np.positive, np.reciprocal, np.conjugate),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_precise_numbers_go_through_numpy_s_functions(function: Any) -> None:
    x = np.array([0.3, 0.8])
    result = function(np.array([precise(v) for v in x]))
    found = [float(getattr(v, "raw", v)) for v in result]
    assert found == pytest.approx(function(x), rel=1e-15)


def test_precise_numbers_are_never_taken_for_floats() -> None:
    number: Any = precise(0.5)
    for convert in (float, int, np.float64, lambda x: np.asarray([x], float)):
        with pytest.raises(TypeError):
            convert(number)
    with pytest.raises(TypeError):
        np.sqrt(np.array([precise(-1.0)]))
    with pytest.raises(TypeError):
        precise("0.5")


def test_precise_numbers_compare_and_combine_with_others() -> None:
    third: Any = precise(1.0) / 3
    assert isinstance(third, Precise)
    assert third != 1 / 3
    quarter: Any = precise(1.0) / np.int64(4)
    assert 0 < quarter <= np.float64(0.25)
    assert quarter == 1 - 3 * quarter
    assert np.float32(4) * quarter == 1
    assert 2**quarter > quarter**2 > 0
    assert not precise(0.0)
    assert 1 / quarter >= np.int64(4)
    assert -quarter < +quarter
    with pytest.raises(TypeError):
        quarter + "x"
