"""The formula of a routine is read off it, or it is said why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradproof.evidence import stencil
from gradproof.evidence.stencil import Stencil, Unreadable, read
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Broke, Observation, Probe

Array = np.ndarray[Any, Any]
H = 1e-4
X = np.array([[0.5, -1.25, 3.0], [1.0, 2.0, -0.75]])
reproducible = settings(derandomize=True, deadline=None, database=None)


def port(routine: Callable[..., Any], *, vectorized: bool = False) -> FunctionPort:
    return FunctionPort(routine.__name__, routine, vectorized)


def by_rows(one: Callable[..., Any]) -> FunctionPort:
    def rows(f: Any, x: Array) -> Array:
        return np.array([one(f, row) for row in x])

    return port(rows)


def stencil_of(subject: FunctionPort, x: Array = X) -> Stencil:
    reading = read(subject, x)
    assert isinstance(reading, Stencil), reading
    return reading


def terms(
    subject: FunctionPort, entry: tuple[int, ...], x: Array = X
) -> dict[tuple[float, ...], float]:
    nodes, weights = stencil_of(subject, x).terms(entry)
    return {
        tuple(node.tolist()): weight
        for node, weight in zip(nodes, weights, strict=True)
    }


def central(f: Any, x: Array) -> Array:
    result = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + H
        ahead = f(x)
        x[i] = kept - H
        result[i] = (ahead - f(x)) / (2 * H)
        x[i] = kept
    return result


CENTRAL = {(1.0, 2.0 + H, -0.75): 1 / (2 * H), (1.0, 2.0 - H, -0.75): -1 / (2 * H)}


def test_a_central_difference_is_read_as_its_two_terms() -> None:
    assert terms(by_rows(central), (1, 1)) == CENTRAL


def test_the_reading_covers_every_entry_and_leaves_x_alone() -> None:
    kept = X.copy()
    reading = stencil_of(by_rows(central))
    assert len(reading.nodes) == 2 * X.size
    assert reading.weights.shape == (2 * X.size, *X.shape)
    np.testing.assert_array_equal(X, kept)


weights = st.floats(-1e6, 1e6).filter(lambda w: abs(w) > 1e-6)
offsets = hnp.arrays(np.float64, (3,), elements=st.sampled_from([-2.0, -0.5, 0.0, 1.0]))


@given(st.lists(st.tuples(offsets, weights), min_size=1, max_size=4), st.data())
@reproducible
def test_what_was_put_into_a_routine_is_read_off_exactly(
    recipe: list[tuple[Array, float]], data: st.DataObject
) -> None:
    """Of weights that cancel at one node the rounding is that of their sizes."""
    component = data.draw(st.integers(0, 2))
    sizes: dict[tuple[float, ...], float] = {}

    def put_in(f: Any, x: Array) -> Array:
        result = np.zeros(x.shape)
        for n, row in enumerate(x):
            for offset, weight in recipe:
                result[n, component] += weight * f(row + H * offset)
        return result

    expected: dict[tuple[float, ...], float] = {}
    for offset, weight in recipe:
        node = tuple((X[1] + H * offset).tolist())
        expected[node] = expected.get(node, 0.0) + weight
        sizes[node] = sizes.get(node, 0.0) + abs(weight)
    assume(all(sizes[n] <= 4 * abs(w) for n, w in expected.items() if w))
    reading = read(port(put_in), X)
    if not any(expected.values()):
        assert reading == Unreadable("ignores-values")
        return
    assert isinstance(reading, Stencil)
    nodes, found = reading.terms((1, component))
    assert {
        tuple(node.tolist()): weight for node, weight in zip(nodes, found, strict=True)
    } == {node: weight for node, weight in expected.items() if weight}


def asks_twice(f: Any, x: Array) -> Array:
    return central(lambda p: (f(p), f(p))[1], x)


def caches(f: Any, x: Array) -> Array:
    known: dict[bytes, Any] = {}

    def cached(p: Array) -> Any:
        key = p.tobytes()
        if key not in known:
            known[key] = f(p)
        return known[key]

    return central(cached, x)


def asks_more(f: Any, x: Array) -> Array:
    f(x)
    return central(f, x)


def out_of_order(f: Any, x: Array) -> Array:
    steps = H * np.eye(x.size)
    behind = [f(x - s) for s in steps[::-1]][::-1]
    return np.array([f(x + s) for s in steps] - np.array(behind)) / (2 * H)


@pytest.mark.parametrize("manner", [asks_twice, caches, asks_more, out_of_order])
def test_manners_of_asking_are_read_alike(manner: Callable[..., Any]) -> None:
    assert terms(by_rows(manner), (1, 1)) == CENTRAL


def counted(subject: FunctionPort) -> tuple[FunctionPort, list[int]]:
    """The port, and how often its routine has been called."""
    calls: list[int] = []

    def routine(f: Any, x: Array) -> Any:
        calls.append(len(calls))
        return subject.routine(f, x)

    return port(routine), calls


def test_a_batch_is_read_with_one_node_of_each_row_at_a_time() -> None:
    subject, calls = counted(by_rows(central))
    reading = stencil_of(subject)
    assert (len(reading.nodes), len(calls)) == (12, 6 + 6)


@pytest.mark.parametrize("lean", [0.5, 1e-6])
def test_rows_that_lean_on_each_other_are_read_node_by_node(lean: float) -> None:
    mixing = np.array([[1.0, lean], [0.0, 1.0]])

    def mixed(f: Any, x: Array) -> Array:
        return np.asarray(mixing @ np.array([central(f, row) for row in x]))

    reading = stencil_of(port(mixed))
    own = stencil_of(by_rows(central)).weights
    expected = np.einsum("ij,kjd->kid", mixing, own)
    assert reading.weights == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("rows", [2, 3, 4])
def test_sums_over_the_rows_are_read_node_by_node(rows: int) -> None:
    def summed(f: Any, x: Array) -> Array:
        steps = H * np.eye(x.shape[1])
        slopes = [(f(x + s).sum() - f(x - s).sum()) / (2 * H) for s in steps]
        return np.tile(slopes, (len(x), 1))

    x = np.arange(2.0 * rows).reshape(rows, 2) ** 1.5
    reading = stencil_of(port(summed, vectorized=True), x)
    assert {len(reading.terms((r, 0))[1]) for r in range(rows)} == {2 * rows}


def test_a_vectorized_routine_is_read_by_the_rows_of_its_batches() -> None:
    def columns(f: Any, x: Array) -> Array:
        result = np.empty_like(x)
        for j, step in enumerate(H * np.eye(x.shape[1])):
            result[:, j] = (f(x + step) - f(x - step)) / (2 * H)
        return result

    assert terms(port(columns, vectorized=True), (1, 1)) == CENTRAL


def test_fixed_richardson_extrapolation_is_a_fixed_stencil() -> None:
    def richardson(f: Any, x: Array) -> Array:
        def slope(step: Array, h: float) -> Any:
            return (f(x + h * step) - f(x - h * step)) / (2 * h)

        units = np.eye(x.size)
        return np.array([(4 * slope(e, H / 2) - slope(e, H)) / 3 for e in units])

    nodes, weights = stencil_of(by_rows(richardson)).terms((0, 0))
    assert len(nodes) == 4
    assert sum(weights) == 0.0


def test_a_constant_added_to_the_gradient_is_read_beside_the_weights() -> None:
    reading = stencil_of(by_rows(lambda f, x: central(f, x) + 0.5))
    np.testing.assert_array_equal(reading.constant, np.full(X.shape, 0.5))


def complex_step(f: Any, x: Array) -> Array:
    units = np.eye(x.size)
    return np.array([np.imag(f(x + 1e-20j * e)) / 1e-20 for e in units])


def adaptive(f: Any, x: Array) -> Array:
    def slope(e: Array) -> Any:
        h, last, now = 0.1, np.inf, (f(x + 0.1 * e) - f(x - 0.1 * e)) / 0.2
        while abs(now - last) > 1e-9 and h > 1e-5:
            h, last = h / 2, now
            now = (f(x + h * e) - f(x - h * e)) / (2 * h)
        return now

    return np.array([slope(e) for e in np.eye(x.size)])


def clipped(f: Any, x: Array) -> Array:
    return np.clip(central(f, x), -1e3, 1e3)


def rounded(f: Any, x: Array) -> Array:
    return np.round(central(f, x), 6)


def with_dead_zone(f: Any, x: Array) -> Array:
    g = central(f, x)
    return np.where(abs(g) < 1e-3, 0.0, g)


def normalised(f: Any, x: Array) -> Array:
    g = central(f, x)
    return g / max(float(np.linalg.norm(g)), 1e-300)


def silent(f: Any, x: Array) -> Array:
    return np.zeros_like(x)


def deaf(f: Any, x: Array) -> Array:
    return 0.0 * central(f, x)


def growing(f: Any, x: Array, runs: list[int] = []) -> Array:  # noqa: B006
    runs.append(1)
    return central(f, x) * len(runs)


def greedy(f: Any, x: Array) -> Array:
    return np.array([sum(f(x + k * H) for k in range(250)) for _ in x])


def failing(f: Any, x: Array) -> Array:
    raise ArithmeticError(f(x))


def listing(f: Any, x: Array) -> Array:
    f({"x": x})
    return x


@pytest.mark.parametrize(
    ("routine", "reason"),
    [
        (complex_step, "complex-arguments"),
        (adaptive, "value-dependent"),
        (clipped, "not-linear"),
        (rounded, "not-linear"),
        (with_dead_zone, "not-scaling"),
        (normalised, "not-linear"),
        (silent, "not-called"),
        (deaf, "ignores-values"),
        (growing, "stateful"),
        (greedy, "too-many-nodes"),
        (failing, "no-result"),
        (listing, "foreign-arguments"),
    ],
)
def test_what_is_no_fixed_linear_formula_is_unreadable_and_said_why(
    routine: Callable[..., Any], reason: str
) -> None:
    reading = read(by_rows(routine), X)
    assert isinstance(reading, Unreadable)
    assert reading.reason == reason


def test_what_does_not_scale_is_told_with_the_scale_at_which_it_was_seen() -> None:
    reading = read(by_rows(with_dead_zone), X)
    assert reading == Unreadable("not-scaling", {"scale": 2.0**-30})


def test_a_constant_is_told_from_the_weights_of_one_point() -> None:
    point = X[1]
    subject = port(lambda f, x: central(f, x) + 3.0)
    np.testing.assert_array_equal(stencil_of(subject, point).constant, [3.0] * 3)
    assert terms(subject, (1,), point) == pytest.approx(CENTRAL, rel=1e-12)


def test_numbers_that_are_complex_are_no_result() -> None:
    assert read(by_rows(lambda f, x: central(f, x) + 0j), X) == Unreadable("no-result")


def test_why_nothing_is_read_can_be_counted() -> None:
    reasons = [Unreadable("not-scaling", {"scale": 2.0**k}) for k in (-30, 10)]
    assert len({*reasons}) == 2


def test_a_constant_makes_no_reading_longer() -> None:
    subject, calls = counted(by_rows(lambda f, x: central(f, x) + 0.5))
    assert len(stencil_of(subject).nodes) == 12
    assert len(calls) == 6 + 6


def test_a_constant_far_larger_than_the_weights_is_allowed_its_rounding() -> None:
    reading = stencil_of(by_rows(lambda f, x: central(f, x) + 1e12))
    np.testing.assert_array_equal(reading.constant, np.full(X.shape, 1e12))


@pytest.mark.parametrize("nodes", [1, 3])
def test_as_much_rounding_is_allowed_as_can_be_explained_and_no_more(
    nodes: int,
) -> None:
    """Twice 2K + 8 roundings: those of the sum, and those of the weights."""
    weights, values, none = np.ones((nodes, 1)), np.ones(nodes), np.zeros(1)
    explained = 2 * (2 * nodes + 8) * 2.0**-53
    stencil._check_linear(weights, none, values, np.full(1, nodes * (1 + explained)))
    off = explained + 2 * 2.0**-53
    with pytest.raises(stencil._NotReadableError):
        stencil._check_linear(weights, none, values, np.full(1, nodes * (1 + off)))


def rows_of(count: int) -> Array:
    return np.arange(1.0, count + 1)[:, None]


def test_up_to_400_nodes_are_read() -> None:
    subject = by_rows(central)
    assert len(stencil_of(subject, rows_of(200)).nodes) == 400
    more = port(lambda f, x: (f(np.zeros(1)), subject.routine(f, x))[1])
    assert read(more, rows_of(200)) == Unreadable("too-many-nodes", {"nodes": 401})


def test_answers_have_20_bits_none_is_small_beside_another_and_they_lie_dense() -> None:
    answers: list[float] = []

    def told(f: Any, x: Array) -> Array:
        def heard(point: Array) -> Any:
            answers.append(f(point))
            return answers[-1]

        return central(heard, x)

    stencil_of(by_rows(told), rows_of(200))
    first = np.sort(answers[:400])
    assert ((first >= 1) & (first < 2)).all()
    assert (np.ldexp(first, 20) % 1 == 0).all()
    assert np.diff([1, *first, 2]).max() < 0.05


@pytest.mark.parametrize("size", [1.4e-9, 1.8e-4, 1.5e3])
def test_answers_of_many_sizes_are_tried(size: float) -> None:
    """As differences of f are, from steps and points of many sizes."""

    def blind(f: Any, x: Array) -> Array:
        def seen(point: Array) -> Any:
            value = f(point)
            return 0.0 if 0.75 * size < value < 1.33 * size else value

        return central(seen, x)

    reading = read(by_rows(blind), X)
    assert isinstance(reading, Unreadable)
    assert reading.reason == "not-scaling"


def test_one_node_too_many_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stencil, "MAX_NODES", 12)
    assert isinstance(read(by_rows(central), X), Stencil)
    monkeypatch.setattr(stencil, "MAX_NODES", 11)
    reading = read(by_rows(central), X)
    assert reading == Unreadable("too-many-nodes", {"nodes": 12})


class Breaking(FunctionPort):
    """What it does, it does; then it breaks."""

    def observe(self, probe: Probe) -> Observation:
        seen = super().observe(probe)
        broke = Broke("budget" if self.name == "budget" else "crash", "so it is")
        return Observation(probe, seen.evaluations, broke, None)


@pytest.mark.parametrize("most", [12, 400])
def test_a_port_that_breaks_while_it_is_read_is_told_so(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stencil, "MAX_NODES", most)
    reading = read(Breaking("crash", by_rows(central).routine), X)
    broke = {"how": "crash", "detail": "so it is"}
    assert reading == Unreadable("broke-while-read", broke)


def test_what_goes_on_and_on_with_answers_of_no_function_is_not_blamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading = read(Breaking("budget", by_rows(central).routine), X)
    assert reading == Unreadable("no-result")
    monkeypatch.setattr(stencil, "MAX_NODES", 11)
    reading = read(Breaking("crash", by_rows(central).routine), X)
    assert reading == Unreadable("too-many-nodes", {"nodes": 12})


def test_zeros_of_either_sign_are_one_node_and_tiny_ones_are_many() -> None:
    def signs(f: Any, x: Array) -> Array:
        return np.array([f(-x) + f(x) + 4 * f(x + 1e-20) + 8 * f(x + 2e-20)])

    found = terms(port(signs), (0,), np.zeros(1))
    assert found == {(0.0,): 2.0, (1e-20,): 4.0, (2e-20,): 8.0}


def test_a_matrix_is_one_node_of_a_routine_that_takes_points() -> None:
    def of_matrix(f: Any, x: Array) -> Array:
        return np.full(x.shape, f(x + H) - f(x))

    reading = stencil_of(port(of_matrix))
    assert [node.shape for node in reading.nodes] == [X.shape] * 2


def test_what_asks_for_more_when_answers_are_0_goes_by_them() -> None:
    def suspicious(f: Any, x: Array) -> Array:
        found = central(f, x)
        return found + f(x) if not found.any() else found

    assert read(by_rows(suspicious), X) == Unreadable("value-dependent")
