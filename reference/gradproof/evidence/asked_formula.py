"""The formula on the very nodes that one call asked, where none could be read.

A routine that draws its steps anew in each call has no formula that could be read
from many calls. But its nodes in one call are known, and on two nodes along a
component, or on K of them, there is only one formula of order K − 1; on nodes in any
direction there is one of least weights. One that goes by what f gives, halving its
step until it settles, follows a central difference on two of them in the end. Whether
a formula is the one that was followed shows in the result: it is taken if it gives
that, rounding aside.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.evidence.evidence import Entry
from gradproof.evidence.stencil import nearest_row
from gradproof.numerics.difference_formula import Formula
from gradproof.numerics.magnitudes import largest
from gradproof.numerics.rounding import UNIT_ROUNDOFF, gamma
from gradproof.ports.observation import Observation

Array = np.ndarray[Any, Any]

MAX_ALONG = 9
"""Nodes along a component: of more, weights are lost in rounding."""


MIRRORED = 1e-3
"""Of a step: how near to each other two nodes mirror. What they make is judged by the
bound of just these nodes, whatever they are."""


@dataclass(frozen=True, eq=False)
class AskedFormula(Formula):
    """A formula whose weights are known but for the rounding of its nodes."""


@dataclass(frozen=True, eq=False)
class AskedNodes:
    """The nodes of one call, (K, D), f's answers there, (K,), and the result.

    ``points`` (N, D) are those that the nodes may be about.
    """

    nodes: Array
    answers: Array
    points: Array
    result: Array

    @classmethod
    @functools.lru_cache(maxsize=64)
    def of(cls, observation: Observation, *, by_rows: bool) -> AskedNodes | None:
        """What a call asked, if it was points alone, and gave a gradient.

        Remembered: each entry of the result asks for it.
        """
        probe, value = observation.probe, observation.value
        if probe.at is not None or probe.keywords or value is None:
            return None
        if value.shape != probe.x.shape or value.dtype.kind == "c":
            return None
        x = np.asarray(probe.x, float)
        points = x if by_rows and x.ndim == 2 else x.reshape(1, -1)
        return cls.near(observation, points, value)

    @classmethod
    def near(
        cls, observation: Observation, points: Array, result: Array
    ) -> AskedNodes | None:
        """The nodes of a call that found that gradient at the points, or the first."""
        found = _asked(observation, points.shape[1])
        if found is None or not all(np.isfinite(part).all() for part in found):
            return None
        return cls(*found, points, result)

    def formula(self, entry: Entry) -> AskedFormula | None:
        """The formula of an entry on the nodes about its point."""
        return next(self.formulas(entry), None)

    def formulas(self, entry: Entry) -> Iterator[AskedFormula]:
        """All that give the result, each once, where it may be of one or of another."""
        result, seen = float(self.result[entry.index]), set()
        for some in self._about(entry):
            nodes, first = np.unique(self.nodes[some], axis=0, return_index=True)
            answers = self.answers[some][first]
            for found in _formulas(entry, nodes, answers, result):
                mark = found.nodes.tobytes(), found.weights.tobytes()
                if mark not in seen:
                    seen.add(mark)
                    yield found

    def _about(self, entry: Entry) -> Iterator[Array]:
        """The numbers of the nodes about an entry's point.

        Of several rows that are equal, each may have asked its own, one after the
        other; so may all rows, where some are nearer than a step.
        """
        row = entry.row or 0
        same = np.flatnonzero((self.points == self.points[row]).all(axis=1))
        about = np.flatnonzero(np.isin(self.nearest, same))
        if len(about):
            yield about
        if entry.row is not None and len(same) > 1 and not len(about) % len(same):
            yield np.split(about, len(same))[int(np.flatnonzero(same == row)[0])]
        if entry.row is not None and len(self.nodes) % len(self.points) == 0:
            yield np.split(np.arange(len(self.nodes)), len(self.points))[row]

    @functools.cached_property
    def nearest(self) -> Array:
        """For each node the number of the point that it is nearest to."""
        return np.array([nearest_row(self.points, node) for node in self.nodes])


def _asked(observation: Observation, size: int) -> tuple[Array, Array] | None:
    """The nodes, and f's answers; none where f was given anything but real points."""
    nodes, answers = [np.zeros((0, size))], [np.zeros(0)]
    for evaluation in observation.evaluations:
        argument = evaluation.argument
        if argument is None or not evaluation.real or argument.size % size:
            return None
        nodes.append(argument.reshape(-1, size).astype(float) + 0.0)
        answer = np.asarray(observation.probe.answer(argument), float)
        answers.append(answer.reshape(-1))
        if len(nodes[-1]) != len(answers[-1]):
            return None
    return np.concatenate(nodes), np.concatenate(answers)


def _formulas(
    entry: Entry, nodes: Array, answers: Array, result: float
) -> Iterator[AskedFormula]:
    """The formulas on those nodes that give the result."""
    if not len(nodes):
        return
    offsets = nodes - entry.origin
    # What was moved there and back is where it was, and may have been asked before.
    offsets[np.abs(offsets) <= 4 * UNIT_ROUNDOFF * np.abs(entry.origin)] = 0
    offsets, first = np.unique(offsets, axis=0, return_index=True)
    nodes, answers = nodes[first], answers[first]
    if (offsets.min(axis=0) > 0).any() or (offsets.max(axis=0) < 0).any():
        # Nodes about another point tell nothing of this one.
        return
    for weights in _candidates(offsets, entry.component):
        used = weights != 0
        if _gives(entry, offsets[used], weights[used], answers[used], result):
            yield AskedFormula(
                entry.origin, nodes[used], weights[used], entry.component
            )


def _candidates(offsets: Array, component: int) -> Iterator[Array]:
    """Weights for the derivative at offset 0: on a pair, of highest order, smallest."""
    yield from _pairs(offsets, component)
    others = np.delete(offsets, component, axis=1)
    lines, line = np.unique(others, axis=0, return_inverse=True)
    for number in range(len(lines)):
        along = line.ravel() == number
        if 2 <= along.sum() <= MAX_ALONG:
            weights = np.zeros(len(offsets))
            # Offsets that rounding has made one have no polynomial through them.
            with contextlib.suppress(np.linalg.LinAlgError):
                weights[along] = _along(offsets[along, component])
                yield weights
    size = largest(offsets)
    if not size or not others.any():
        return
    conditions = np.vstack([np.ones(len(offsets)), offsets.T / size])
    if np.linalg.matrix_rank(conditions) == len(conditions):
        yield np.linalg.pinv(conditions)[:, component + 1] / size


def _pairs(offsets: Array, component: int) -> Iterator[Array]:
    """Central differences on two nodes that mirror each other in the component.

    Each is off by the rounding of x + d, which is of x and may be all of d.
    """
    aside = np.delete(offsets, component, axis=1).any(axis=1)
    own = np.where(aside, 0.0, offsets[:, component])
    for ahead in np.flatnonzero(own > 0):
        mirrored = np.abs(own + own[ahead])
        behind = int(np.argmin(mirrored))
        if mirrored[behind] <= MIRRORED * own[ahead]:
            weights = np.zeros(len(offsets))
            weights[ahead] = 1 / (own[ahead] - own[behind])
            weights[behind] = -weights[ahead]
            yield weights


def _along(offsets: Array) -> Array:
    """The weights of the derivative at 0 of the polynomial through K offsets (K,)."""
    size = np.max(np.abs(offsets))
    powers = np.vander(offsets / size, increasing=True).T
    slope = np.zeros(len(offsets))
    slope[1] = 1
    weights: Array = np.linalg.solve(powers, slope) / size
    # The weight of x itself is nothing where the others are symmetrical.
    small = np.abs(weights) <= 64 * UNIT_ROUNDOFF * np.max(np.abs(weights))
    return np.where(small, 0.0, weights)


def _gives(
    entry: Entry, offsets: Array, weights: Array, answers: Array, result: float
) -> bool:
    """Whether a formula gives the result, but for the rounding of nodes and sums.

    Each node is off by 2u(|x| + |d|), so that its share of the difference is by as
    much, relative to |d|; a sum of K products in any order is off by γ_n Σ|w_k y_k|.
    """
    if not (len(weights) and np.isfinite(answers).all() and np.isfinite(weights).all()):
        return False
    sizes = np.abs(weights)
    distances = np.linalg.norm(offsets, axis=1)
    far = np.linalg.norm(entry.origin) + distances
    moved = distances > 0
    share = 4 * UNIT_ROUNDOFF * largest(far[moved] / distances[moved])
    rises = float(sizes @ np.abs(answers - np.mean(answers)))
    allowed = share * rises + 2 * gamma(2 * len(weights) + 8) * float(
        sizes @ np.abs(answers)
    )
    return bool(abs(float(weights @ answers) - result) <= allowed)
