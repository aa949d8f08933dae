"""The formula of a gradient routine, read off it as a black box.

A routine of the book's kind calls f at points that do not depend on f's values,
and returns a linear combination of the values. Its nodes are the arguments of f;
its weights are its answers when f is 1 at one node and 0 at all others. f is a
*function* of its node, so a port that asks twice, caches, or asks for more than it
needs is read alike. That the map is fixed and linear is checked, never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradproof.numerics.rounding import gamma
from gradproof.ports.observation import (
    Broke,
    KnownValues,
    Observation,
    Outcome,
    Port,
    Probe,
    Unserved,
)

Array = np.ndarray[Any, Any]

MAX_NODES = 400
"""Reading takes one run for each node: what asks for more is not read."""

SCALES = (-30, -13, 10)
"""Powers of two: a linear map scales with them bitwise. A dead zone, a clip or a
rounding of answers of size 2⁻³⁰ … 2¹⁰ (differences of f of 1e-9 … 1e3) shows."""


@dataclass(frozen=True, eq=False)
class Stencil:
    """Nodes and weights: entry e of the result is constant[e] + Σ_k w[k][e]·f(node k).

    ``nodes`` are the K distinct arguments of f, each of the shape that f saw (the
    rows of the batch for a vectorized port); ``weights`` has shape (K, *result).
    """

    x: Array
    nodes: tuple[Array, ...]
    weights: Array
    constant: Array

    def terms(self, entry: tuple[int, ...]) -> tuple[list[Array], list[float]]:
        """The nodes with a weight in this entry of the result, and the weights."""
        column = np.array([row[entry] for row in self.weights])
        used = np.flatnonzero(column)
        return [self.nodes[k] for k in used], [float(column[k]) for k in used]


@dataclass(frozen=True)
class Unreadable:
    """Why no fixed linear formula was read: an id, and what it was seen by.

    Ids: ``no-result`` (raised, or returned no numbers), ``not-called``,
    ``complex-arguments``, ``foreign-arguments``, ``too-many-nodes``, ``stateful``,
    ``value-dependent``, ``not-linear``, ``not-scaling``, ``ignores-values``; ``broke``
    where the port was not asked, as it had broken before; ``broke-while-read``, as it
    broke in a run of the reading, which is judged; ``by-name``, as it takes f
    by name alone; ``unsupported``, as it says so; ``answered-once``, as there is no
    more than its answers.
    """

    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)


class _NotReadableError(Exception):
    def __init__(self, reason: str, **parameters: Any) -> None:
        self.why = Unreadable(reason, parameters)


def read(port: Port, x: Any) -> Stencil | Unreadable:
    """Read the formula that ``port`` computes at ``x``.

    That takes K + 6 runs for K nodes, at most twice as many, mostly far fewer.
    """
    return read_on(port, Probe("formula", float, np.asarray(x)))


def read_on(port: Port, probe: Probe) -> Stencil | Unreadable:
    """As `read`, with x and all else that the port is given as on ``probe``."""
    try:
        return _read(port, probe)
    except _NotReadableError as signal:
        return signal.why


def _read(port: Port, probe: Probe) -> Stencil:
    reader = _Reader(port, probe)
    first = reader.explore()
    generic = _generic(len(reader.nodes))
    again = reader.run(generic)
    if not _same(first, again):
        raise _NotReadableError("stateful")
    constant = reader.run(np.zeros(len(generic)))
    weights = _by_rows(reader, constant, generic, first)
    if weights is None:
        impulses = np.eye(len(generic))
        weights = np.array([reader.run(impulse) - constant for impulse in impulses])
        _check_linear(weights, constant, generic, first)
    for exponent in SCALES:
        scaled = reader.run(np.ldexp(generic, exponent))
        if not constant.any() and not _same(scaled, np.ldexp(first, exponent)):
            raise _NotReadableError("not-scaling", scale=2.0**exponent)
    if not weights.any():
        raise _NotReadableError("ignores-values")
    return Stencil(probe.x, tuple(reader.nodes), weights, constant)


def _by_rows(
    reader: _Reader, constant: Array, generic: Array, result: Array
) -> Array | None:
    """The weights read with one node of each row at a time, in fewer runs.

    What comes of it in a row is taken to be of that row's node. Where that is not so, a
    weight stands at another node than its own; then the weights do not give the result
    of generic values, and ``None`` is given. Values that go by a rule would not do:
    where rows are added up, their differences may be the same at both nodes.
    """
    x = reader.probe.x
    if (x.ndim, constant.shape) != (2, x.shape):
        return None
    if any(node.shape != x.shape[1:] for node in reader.nodes):
        return None
    rows = np.array([nearest_row(x, node) for node in reader.nodes])
    turns = np.array([np.sum(rows[:k] == row) for k, row in enumerate(rows)])
    weights = np.zeros((len(rows), *x.shape))
    for turn in range(turns.max() + 1):
        together = turns == turn
        answer = reader.run(together.astype(float)) - constant
        weights[together, rows[together]] = answer[rows[together]]
    try:
        _check_linear(weights, constant, generic, result)
    except _NotReadableError:
        return None
    return weights


class _Reader:
    """Runs the port with answers of one's choice, by node."""

    def __init__(self, port: Port, probe: Probe) -> None:
        self.port = port
        self.probe = probe
        self.nodes: list[Array] = []
        self.index: dict[tuple[Any, ...], int] = {}

    def explore(self) -> Array:
        """Collect the nodes while answering the k-th with the k-th generic value."""
        generic = _generic(MAX_NODES)

        def answer(node: Array) -> float:
            k = self.index.setdefault(_key(node), len(self.nodes))
            if k == len(self.nodes):
                self.nodes.append(node)
            return float(generic[k % MAX_NODES])

        observation = self._observe(answer, KnownValues((), generic))
        if len(self.nodes) > MAX_NODES:
            raise _NotReadableError("too-many-nodes", nodes=len(self.nodes))
        if not self.nodes:
            raise _NotReadableError("not-called")
        return self._result(observation)

    def run(self, answers: Array) -> Array:
        """The result when f is ``answers[k]`` at node k."""
        asked: set[int | None] = set()

        def answer(node: Array) -> float:
            k = self.index.get(_key(node))
            asked.add(k)
            return float(answers[k or 0])  # of a node that is not known: whatever

        observation = self._observe(answer, KnownValues(self.nodes, answers))
        if asked != set(range(len(self.nodes))):
            raise _NotReadableError("value-dependent")
        return self._result(observation)

    def _observe(self, answer: Any, known: KnownValues) -> Observation:
        rows = self.port.vectorized

        def respond(argument: Any) -> Any:
            given = np.array(argument)
            if given.dtype.kind not in "biuf":
                return np.nan
            if rows and given.ndim == 2:
                return np.array([answer(row) for row in given])
            return answer(given)

        as_told = replace(self.probe, function=None, known=known)
        probe = replace(as_told, id="formula", answer=respond)
        observation = self.port.observe(probe)
        self._check_came_back(observation.outcome)
        if isinstance(observation.outcome, Unserved):
            why = {"no-vector": "answered-once", "unsupported": "unsupported"}
            raise _NotReadableError(why.get(observation.outcome.reason, "by-name"))
        for evaluation in observation.evaluations:
            if evaluation.argument is None:
                raise _NotReadableError("foreign-arguments", kind=evaluation.kind)
            if not evaluation.real:
                raise _NotReadableError("complex-arguments")
        return observation

    def _check_came_back(self, outcome: Outcome) -> None:
        """Raise where the port broke.

        But the answers are no function's: that one which asks until they settle goes
        on and on says nothing against it.
        """
        if not isinstance(outcome, Broke) or outcome.how == "budget":
            return
        if len(self.nodes) <= MAX_NODES:
            how = {"how": outcome.how, "detail": outcome.detail}
            raise _NotReadableError("broke-while-read", **how)

    def _result(self, observation: Observation) -> Array:
        value = observation.value
        if value is None or not np.isfinite(value).all() or value.dtype.kind == "c":
            raise _NotReadableError("no-result")
        return value.astype(float)


def nearest_row(x: Array, node: Array) -> int:
    """The number of the row of ``x``, (N, D), that a node, (D,), is nearest to."""
    return int(np.argmin(np.sum((x - node) ** 2, axis=1)))


def _key(node: Array) -> tuple[Any, ...]:
    """What makes a node: its shape and its numbers, −0 taken as 0."""
    return node.shape, (node.astype(float) + 0.0).tobytes()


def _generic(count: int) -> Array:
    """Numbers in [1, 2) without a rule; the first of them are always the same.

    They have 20 bits, so that sums of them are exact where weights are simple: what
    cancels then leaves nothing. None is small beside another: what is rounded in
    forming a result is held to the size of all of them.
    """
    return 1 + np.random.default_rng(0).integers(2**20, size=count) / 2**20


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and bool(np.array_equal(a, b))


def _check_linear(weights: Array, constant: Array, y: Array, result: Array) -> None:
    """Raise unless ``result`` is the combination of the rows, rounding aside.

    A sum of K products in any order, formed from differences scaled afterwards, is
    off by at most γ_n Σ|w_k y_k| with n = 2K + 8 roundings a term; each w_k was read
    with a rounding of its own.
    """
    if result.shape != weights.shape[1:]:
        raise _NotReadableError("value-dependent")
    size = np.tensordot(y, abs(weights), 1) + abs(constant)
    off = abs(result - constant - np.tensordot(y, weights, 1))
    if (off > 2 * gamma(2 * len(y) + 8) * size).any():
        raise _NotReadableError("not-linear")
