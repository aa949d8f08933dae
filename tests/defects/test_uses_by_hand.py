"""How uses are run and compared, of classes and numbers made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.contract.expected import MAX_RELATIVE_ERROR
from gradproof.defects import part_hiding
from gradproof.defects.examples import Example
from gradproof.defects.part_hiding import LayerRun, Updates, Use

X = np.array([[1.0, -2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("actual", "expected", "same"),
    [
        (None, None, True),
        (None, X, False),
        (X, None, False),
        (X, X + 0.5, True),
        (X, X + 0.51, False),
        (X, X - 0.51, False),
        (X[0], X, False),
        (1, 1.5, True),
    ],
)
def test_numbers_are_the_same_that_differ_by_what_is_allowed(
    actual: Any, expected: Any, same: bool
) -> None:
    assert part_hiding._same(actual, expected, 0.5) == same


def test_what_is_allowed_is_a_part_of_the_largest() -> None:
    found = part_hiding.allowed_beside([X, None, -8.0, np.zeros(3)])
    assert found == 8 * MAX_RELATIVE_ERROR


RIGHT = "class Layer:\n    def value(self):\n        return [1.0, None]\n"


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ("return [1.0, None]", True),
        ("return [1.0, None, 2.0]", False),
        ("return [1.1, None]", False),
        ("raise ValueError", False),
        ("return [1.0, 0.0]", False),
    ],
)
def test_in_a_use_all_is_right_where_nothing_differs(body: str, right: bool) -> None:
    code = f"class Layer:\n    def value(self):\n        {body}\n"
    example = Example(code, RIGHT)
    assert part_hiding._is_right(example, lambda cls: cls().value()) == right


def test_a_use_has_a_random_state_of_its_own() -> None:
    np.random.seed(5)  # noqa: NPY002
    due = np.random.rand()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    drawn = part_hiding.seeded(lambda cls: [np.random.rand()])  # noqa: NPY002
    assert drawn(None) == drawn(None) != [due]
    assert np.random.rand() == due  # noqa: NPY002


class Doubling:
    """Twice x; it keeps how often it was called, and a gradient in a list."""

    def __init__(self, times: float, more: float = 0) -> None:
        self.times, self.more = times, more
        self.params, self.grads = [np.array([times])], [np.zeros(1)]
        self.b = np.array([more])

    def forward(self, *xs: Any) -> Any:
        self.xs = xs
        return sum(xs) * self.times + self.more

    def backward(self, dout: Any) -> Any:
        self.grads[0] = np.array([np.sum(dout)])
        dout *= 2
        return tuple(dout for _ in self.xs) if len(self.xs) > 1 else dout


def test_all_that_comes_of_a_layer_stands_beside_its_code() -> None:
    run = LayerRun(Use((2.0,), (X, X + 1), {"more": 1.0}, dout=0.5))
    found = run.results(Doubling)
    assert [name for name, _ in found] == [
        *("forward", "x[0]", "x[1]", "backward[0]", "backward[1]", "dout"),
        *("params[0]", "held = grads[0]"),
        *(*part_hiding.GRADIENTS, *part_hiding.PARAMETERS),
    ]
    told = dict(found)
    assert told["forward"].tolist() == (2 * (2 * X + 1) + 1).tolist()
    assert told["x[1]"].tolist() == (X + 1).tolist()
    assert told["dout"].tolist() == np.ones((2, 2)).tolist()
    assert told["b"].tolist() == [1.0]
    assert told["dW"] is None
    assert len(run(Doubling)) == len(found)


def test_each_time_a_layer_is_given_other_numbers_and_labels() -> None:
    run = LayerRun(Use((1.0,), (X,), {}, times=2))
    forward = [value for name, value in run.results(Doubling) if name == "forward"]
    assert [each.tolist() for each in forward] == [
        X.tolist(),
        (X[::-1] * 1.25).tolist(),
    ]
    douts = [value for name, value in run.results(Doubling) if name == "dout"]
    for number, dout in enumerate(douts):
        due = 2 * np.random.default_rng(number).normal(size=(2, 2))
        assert dout.tolist() == due.tolist()
    labels = np.array([0, 1, 2])
    assert part_hiding._other(labels, 1).tolist() == [2, 0, 1]
    assert part_hiding._dout((), 0.5, 1) == 1.0


class Descending:
    """x − lr·dx, and how many were made before."""

    made = 0

    def __init__(self, lr: float = 1.0) -> None:
        self.lr = lr
        Descending.made += 1

    def update(self, params: Any, grads: Any) -> None:
        pairs = params.items() if isinstance(params, dict) else enumerate(params)
        for key, value in pairs:
            value -= self.lr * grads[key]


@pytest.mark.parametrize("listed", [True, False])
def test_an_optimizer_updates_its_parameters_in_place(listed: bool) -> None:
    use = Updates({"lr": 0.5}, steps=2, parameters=2, steady=True)
    found = part_hiding._optimizer(use, listed)(Descending)
    one, two, first, second, *_, last_one, last_two = found
    assert (first.shape, second.shape) == ((3, 2), (3, 3))
    assert len(found) == 8
    assert last_one == pytest.approx(first - 0.5 * one)
    assert last_two == pytest.approx(second - 0.5 * two)


def test_slopes_are_of_a_size_and_may_be_still() -> None:
    start = np.zeros((3, 2))
    plain = part_hiding._slopes(start, 1, Updates({}))
    large = part_hiding._slopes(start, 1, Updates({}, size=10.0))
    still = part_hiding._slopes(start, 1, Updates({}, still=True))
    assert large == pytest.approx(10 * plain)
    assert plain == pytest.approx(np.random.default_rng(7).normal(size=(3, 2)))
    assert not still[0].any()
    assert still[1:] == pytest.approx(plain[1:])


def test_as_many_optimizers_are_made_before_as_is_said() -> None:
    Descending.made = 0
    found = part_hiding._optimizer(Updates({}, steps=1, made_before=2))(Descending)
    assert Descending.made == 3
    assert len(found) == 3 * 4
    again = part_hiding._optimizer(Updates({}, steps=1))(Descending)
    assert [a.tolist() for a in found[-4:]] == [a.tolist() for a in again]
