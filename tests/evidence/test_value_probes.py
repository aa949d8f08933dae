"""Places that slips cannot pass: one array given twice, and an f that divides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof.contract import musts
from gradproof.contract.shared_judges import at_each
from gradproof.evidence.collection import gather, gather_more
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import MORE_BATCHES, MORE_NUMBERS, MORE_POINTS
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Port
from gradproof.ports.subprocess_port import python_port
from gradproof.ports.target import parse

SOURCE = '''
import numpy as np


def central(f, x):
    steps = 1e-4 * np.eye(x.size)
    return np.array([(f(x + s) - f(x - s)) / 2e-4 for s in steps])


class Remembers:
    """The gradient of the last array is kept, by what it is or by what it holds."""

    last = None

    def __init__(self, by_contents):
        self.by_contents = by_contents

    def __call__(self, f, x):
        if self.last is not x or self.by_contents and (f, *x) != self.key:
            self.last, self.key, self.gradient = x, (f, *x), central(f, x)
        return self.gradient.copy()


by_identity = Remembers(False)
by_contents = Remembers(True)


class Dual:
    """Of the quotient's rule the square is missing, or the quotient itself."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def of(self, other):
        return other if isinstance(other, Dual) else type(self)(other)

    def __add__(self, other):
        other = self.of(other)
        return type(self)(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        other = self.of(other)
        slope = self.slope * other.value + self.value * other.slope
        return type(self)(self.value * other.value, slope)

    def __sub__(self, other):
        return self + self.of(other) * -1.0

    def __rsub__(self, other):
        return self.of(other) - self

    def __pow__(self, n):
        return type(self)(self.value**n, n * self.value ** (n - 1) * self.slope)

    __radd__, __rmul__ = __add__, __mul__


class Divides(Dual):
    power = 2

    def __truediv__(self, other):
        other = self.of(other)
        slope = self.slope * other.value - self.value * other.slope
        return type(self)(self.value / other.value, slope / other.value**self.power)

    def __rtruediv__(self, other):
        return self.of(other) / self


class Unsquared(Divides):
    power = 1


def with_duals(dual):
    def gradient(f, x):
        nodes = [np.array(list(map(dual, x, d))) for d in np.eye(x.size)]
        return np.array([f(node).slope for node in nodes])

    return gradient


without_quotients, squared, unsquared = map(with_duals, (Dual, Divides, Unsquared))
'''

KEEPERS = '''
import math

import numpy as np


def by_rows(at_point):
    def gradient(f, x):
        if x.ndim < 2:
            return at_point(f, x)
        return np.array([at_point(f, row) for row in x]).reshape(x.shape)

    return gradient


@by_rows
def central(f, x):
    if np.ndim(x) == 0:
        return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4
    steps = 1e-4 * np.eye(x.size)
    return np.array([(f(x + s) - f(x - s)) / 2e-4 for s in steps])


@by_rows
def ahead(f, x):
    return np.array([(f(x + s) - f(x)) / 1e-4 for s in 1e-4 * np.eye(x.size)])


def of_a_list(near, slopes=central, by_f=True):
    """Gradients are kept in a list with f and x."""
    known = []

    def gradient(f, x):
        x = np.array(x)
        for g, y, found in known:
            if (g is f or not by_f) and y.shape == x.shape and near(x, y):
                return found + 0.0
        known.append((f, x, slopes(f, x)))
        return known[-1][2] + 0.0

    return gradient


def of_the_last(near, slopes=central):
    """The last gradient is kept with f and x."""
    last = [None, np.zeros(0), None]

    def gradient(f, x):
        x = np.array(x)
        if last[0] is not f or last[1].shape != x.shape or not near(x, last[1]):
            last[:] = f, x, slopes(f, x)
        return last[2] + 0.0

    return gradient


def by_decimals(decimals, slopes=central):
    """Gradients are kept in a dictionary by f and the rounded x."""
    known = {}

    def gradient(f, x):
        x = np.array(x)
        key = f, x.shape, tuple(np.round(x, decimals).ravel())
        if key not in known:
            known[key] = slopes(f, x)
        return known[key] + 0.0

    return gradient


def within(atol):
    return lambda x, y: np.allclose(x, y, rtol=0, atol=atol)
'''

LOOKED_UP = {
    "of_a_list(within({}))": ("fail", 1e-6, 1e-5, 1e-4, 1e-3, 1e-2),
    "of_the_last(within({}))": ("fail", 1e-6, 1e-4, 1e-2),
    "of_a_list(within({}), by_f=False)": ("fail", 1e-3),
    "by_decimals({})": ("fail", 3, 4, 6),
    "of_a_list(within({}), ahead)": ("fail", 1e-3, 1e-2),
    "of_the_last(np.{})": ("fail", "allclose"),
    "of_a_list(np.{})": ("pass", "array_equal"),
    "of_the_last(np.{}, ahead)": ("pass", "array_equal"),
    "by_decimals(17{})": ("pass", ""),
}
"""How a routine looks up what it has kept, and what is said of it."""

KEPT = [
    (call.format(how), verdict)
    for call, (verdict, *hows) in LOOKED_UP.items()
    for how in hows
]


def keeper(call: str) -> Callable[..., Any]:
    names: dict[str, Any] = {}
    exec(KEEPERS, names)
    made: Callable[..., Any] = eval(call, names)
    return made


NAMES: dict[str, Any] = {}
exec(SOURCE, NAMES)

EXPECTED = {
    "by_identity": "fail",
    "by_contents": "pass",
    "unsquared": "fail",
    "squared": "pass",
    "without_quotients": "pass",
}
"""What is said of the values."""


def seen(port: Port) -> Evidence:
    return gather_more(port, gather(port, "point-gradient", ("point",)))


def value(evidence: Evidence) -> str:
    return at_each(musts.value, "point", *MORE_POINTS)(evidence).verdict


@pytest.mark.parametrize("name", EXPECTED)
def test_a_slip_is_seen_and_what_is_right_is_let_through(name: str) -> None:
    evidence = seen(FunctionPort(name, NAMES[name]))
    assert value(evidence) == EXPECTED[name]
    assert ("ratio" in evidence.observations) == (name != "without_quotients")


@pytest.mark.once
@pytest.mark.parametrize("name", EXPECTED)
def test_so_it_is_in_a_child(name: str, tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(SOURCE)
    with python_port(parse(f"{tmp_path}/port.py:{name}")) as port:
        assert value(seen(port)) == EXPECTED[name]


@pytest.mark.parametrize(("call", "expected"), KEPT)
def test_what_keeps_gradients_by_nearness_is_seen(call: str, expected: str) -> None:
    assert value(seen(FunctionPort(call, keeper(call)))) == expected


@pytest.mark.parametrize("how", ["{}", "by_rows({})"])
@pytest.mark.parametrize(("call", "expected"), KEPT)
def test_so_it_is_in_batches_kept_whole_or_by_rows(
    call: str, expected: str, how: str
) -> None:
    port = FunctionPort(call, keeper(how.format(call)))
    evidence = gather_more(port, gather(port, "gradient", ("point", "rows")))
    assert at_each(musts.value, *MORE_BATCHES)(evidence).verdict == expected


@pytest.mark.parametrize(
    ("call", "expected"), [each for each in KEPT if "ahead" not in each[0]]
)
def test_so_it_is_of_derivatives(call: str, expected: str) -> None:
    port = FunctionPort(call, keeper(call))
    evidence = gather_more(port, gather(port, "derivative"))
    assert at_each(musts.number_value, *MORE_NUMBERS)(evidence).verdict == expected


def test_an_array_is_given_again_with_other_numbers() -> None:
    given: list[Any] = []

    def routine(f: Callable[..., Any], x: Any) -> Any:
        given.append((x, x.copy()))
        return np.zeros_like(x)

    seen(FunctionPort("port", routine))
    arrays = [x for x, _ in given]
    again = [k for k in range(1, len(given)) if arrays[k] is arrays[k - 1]]
    assert again
    assert all((given[k][1] != given[k - 1][1]).any() for k in again)
