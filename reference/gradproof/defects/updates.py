"""Named ways in which optimizers are wrong: each a right rule with a choice changed.

The model of a defect predicts the way of the parameters, from the form that the
optimizer should follow and its numbers. It is a mutant that the contract must catch,
and a hypothesis on an optimizer that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradproof.evidence.followed_rules import Walk
from gradproof.evidence.update_rules import MOVES, Move, Numbers, RuleVariant, walk

Model = Callable[[RuleVariant], Walk]
"""Where an optimizer with the defect leads, that should follow the form."""

KEEPING = ("momentum", "nesterov", "adagrad", "rmsprop", "adam")
"""The rules that remember something."""

VELOCITY = ("momentum", "nesterov")
SQUARES = ("adagrad", "rmsprop", "adam")


@dataclass(frozen=True)
class UpdateDefect:
    """A named way in which optimizers of these rules are wrong."""

    id: str
    rules: tuple[str, ...]
    model: Model

    def concerns(self, rule: str | None) -> bool:
        """Whether optimizers of the rule can have it."""
        return rule in self.rules


def _moving(change: Callable[[Move], Move]) -> Model:
    """A walk like the right one, with another move."""
    return lambda form: partial(walk, change(form.move))


def _following(move: Move) -> Model:
    """A walk by another move altogether."""
    return lambda form: partial(walk, move)


def _with(**changes: Callable[[Numbers], Any]) -> Model:
    """A walk like the right one, with other numbers."""

    def model(form: RuleVariant) -> Walk:
        def path(numbers: Numbers, starts: Any, slopes: Any) -> Iterator[list[Any]]:
            other = {name: change(numbers) for name, change in changes.items()}
            return walk(form.move, {**numbers, **other}, starts, slopes)

        return path

    return model


def _uphill(move: Move) -> Move:
    return lambda x, dx, *memory, **n: move(x, -dx, *memory, **n)


def _counting(memory: Sequence[Any]) -> tuple[Any, ...]:
    """Of Adam's memory the number of steps; the rest is forgotten."""
    return (0, 0, memory[2]) if len(memory) == 3 else ()


def _forgetful(move: Move) -> Move:
    return lambda x, dx, *memory, **n: move(x, dx, *_counting(memory), **n)


def _remembering_the_first(move: Move) -> Move:
    def step(x: Any, dx: Any, *memory: Any, **n: Any) -> tuple[Any, ...]:
        x, *later = move(x, dx, *memory, **n)
        return x, *(memory or later)

    return step


def _velocity_of_the_first(move: Move) -> Move:
    """A velocity that is made at the first call, and never again: x moves by it."""

    def step(x: Any, dx: Any, v: Any = None, **n: Any) -> tuple[Any, ...]:
        if v is None:
            x, v = move(x, dx, **n)
            return x, v
        return x + v, v

    return step


def _once(form: RuleVariant) -> Walk:
    """Parameters are updated at the first call alone."""

    def path(numbers: Numbers, starts: Any, slopes: Any) -> Iterator[list[Any]]:
        found = next(walk(form.move, numbers, starts, slopes))
        return iter([found] * len(slopes))

    return path


def _first_parameter(form: RuleVariant) -> Walk:
    """The first parameter is updated, and then it returns."""

    def path(numbers: Numbers, starts: Any, slopes: Any) -> Iterator[list[Any]]:
        for now in walk(form.move, numbers, starts, slopes):
            yield [now[0], *starts[1:]]

    return path


def _remembered_of_first(form: RuleVariant) -> Walk:
    """What is remembered is that of the first parameter; the others begin anew."""

    def path(numbers: Numbers, starts: Any, slopes: Any) -> Iterator[list[Any]]:
        right = walk(form.move, numbers, starts, slopes)
        anew = walk(_forgetful(form.move), numbers, starts, slopes)
        for kept, forgot in zip(right, anew, strict=True):
            yield [kept[0], *forgot[1:]]

    return path


def _counted_by_parameters(form: RuleVariant) -> Walk:
    """Adam's steps are counted at every parameter, and not once for all of them."""

    def path(numbers: Numbers, starts: Any, slopes: Any) -> Iterator[list[Any]]:
        now, count = list(starts), 0
        memories: list[tuple[Any, ...]] = [(0, 0)] * len(now)
        for step in slopes:
            for i, dx in enumerate(step):
                now[i], *memory = form.move(now[i], dx, *memories[i], count, **numbers)
                memories[i] = (memory[0], memory[1])
                count += 1
            yield list(now)

    return path


Count = Callable[[int], int | None]
"""The step for which a bias is corrected at the t-th; None: it is not."""


def _corrected(of_m: Count, of_v: Count) -> Model:
    """Adam with its biases corrected for other steps than the one that is taken."""

    def model(form: RuleVariant) -> Walk:
        inside = "inside" in form.id

        def move(x: Any, dx: Any, m: Any = 0, v: Any = 0, t: int = 0, **n: Any) -> Any:
            t += 1
            m = n["beta1"] * m + (1 - n["beta1"]) * dx
            v = n["beta2"] * v + (1 - n["beta2"]) * dx * dx
            part, added = _part(n["beta2"], of_v(t)), n["epsilon"]
            if form.id.endswith("-hat"):
                added = added / (part if inside else part**0.5)
            square = v / part + (added if inside else 0)
            root = np.sqrt(square) + (0 if inside else added)
            return x - n["rate"] * (m / _part(n["beta1"], of_m(t))) / root, m, v, t

        return partial(walk, move)

    return model


def _part(beta: Any, step: int | None) -> Any:
    return 1 if step is None else 1 - beta**step


def _this(t: int) -> int:
    return t


def _never(t: int) -> None:
    return None


def _twice(move: Move) -> Move:
    """Adam with its averages corrected, and the rate corrected by it once more."""

    def step(x: Any, dx: Any, *memory: Any, rate: Any, **n: Any) -> tuple[Any, ...]:
        t = (memory[2] if memory else 0) + 1
        parts = 1 - n["beta1"] ** t, 1 - n["beta2"] ** t
        again = rate * parts[1] ** 0.5 / parts[0]
        return move(x, dx, *memory, rate=again, **n)

    return step


def _corrected_averages_kept(
    x: Any, dx: Any, m: Any = 0, v: Any = 0, t: int = 0, **n: Any
) -> tuple[Any, ...]:
    """Adam that keeps m̂ and v̂ where m and v are due."""
    t += 1
    m = (n["beta1"] * m + (1 - n["beta1"]) * dx) / (1 - n["beta1"] ** t)
    v = (n["beta2"] * v + (1 - n["beta2"]) * dx * dx) / (1 - n["beta2"] ** t)
    return x - n["rate"] * m / (np.sqrt(v) + n["epsilon"]), m, v, t


def _betas_swapped(move: Move) -> Move:
    return lambda *a, beta1, beta2, **n: move(*a, beta1=beta2, beta2=beta1, **n)


def _old_nesterov(x: Any, dx: Any, v: Any = 0, *, rate: Any, momentum: Any) -> Any:
    """With the velocity after the step, where the one before it is due."""
    v = momentum * v - rate * dx
    return x + momentum * momentum * v - (1 + momentum) * rate * dx, v


def _late(x: Any, dx: Any, v: Any = 0, *, rate: Any, momentum: Any) -> Any:
    """Moves by the velocity first, and then has the next one."""
    return x + v, momentum * v - rate * dx


def _added_twice(x: Any, dx: Any, v: Any = 0, *, rate: Any, momentum: Any) -> Any:
    v = momentum * v - rate * dx
    return x + v - rate * dx, v


def _rate_twice(x: Any, dx: Any, v: Any = 0, *, rate: Any, momentum: Any) -> Any:
    v = momentum * v - rate * dx
    return x + rate * v, v


def _velocity_reversed(x: Any, dx: Any, v: Any = 0, *, rate: Any, momentum: Any) -> Any:
    """v ← μ·v + η·dx is subtracted, but what is remembered is of the other sign."""
    v = -momentum * v - rate * dx
    return x + v, v


def _no_root(x: Any, dx: Any, h: Any = 0, *, rate: Any, epsilon: Any) -> Any:
    h = h + dx * dx
    return x - rate * dx / (h + epsilon), h


def _no_root_fading(
    x: Any, dx: Any, h: Any = 0, *, rate: Any, decay: Any, epsilon: Any
) -> Any:
    h = decay * h + (1 - decay) * dx * dx
    return x - rate * dx / (h + epsilon), h


def _no_root_adam(
    x: Any, dx: Any, m: Any = 0, v: Any = 0, t: int = 0, **n: Any
) -> tuple[Any, ...]:
    t += 1
    m = n["beta1"] * m + (1 - n["beta1"]) * dx
    v = n["beta2"] * v + (1 - n["beta2"]) * dx * dx
    m_hat, v_hat = m / (1 - n["beta1"] ** t), v / (1 - n["beta2"] ** t)
    return x - n["rate"] * m_hat / (v_hat + n["epsilon"]), m, v, t


NO_ROOT: Mapping[str, Move] = {
    "adagrad": _no_root,
    "rmsprop": _no_root_fading,
    "adam": _no_root_adam,
}


def _not_squared(x: Any, dx: Any, h: Any = 0, *, rate: Any, epsilon: Any) -> Any:
    h = h + abs(dx)
    return x - rate * dx / (np.sqrt(h) + epsilon), h


def _summed(x: Any, dx: Any, h: Any = 0, *, rate: Any, decay: Any, epsilon: Any) -> Any:
    """RMSprop whose squares do not fade."""
    h = h + (1 - decay) * dx * dx
    return x - rate * dx / (np.sqrt(h) + epsilon), h


def _unweighted(
    x: Any, dx: Any, h: Any = 0, *, rate: Any, decay: Any, epsilon: Any
) -> Any:
    """RMSprop without the factor 1 − ρ."""
    h = decay * h + dx * dx
    return x - rate * dx / (np.sqrt(h) + epsilon), h


def _replaced(x: Any, dx: Any, h: Any = 0, *, rate: Any, epsilon: Any) -> Any:
    """AdaGrad that divides by the squares before this one, which is added after."""
    return x - rate * dx / (np.sqrt(h) + epsilon), h + dx * dx


ALL = ("sgd", *KEEPING)

DEFECTS: Mapping[str, UpdateDefect] = {
    defect.id: defect
    for defect in (
        UpdateDefect("update-uphill", ALL, _moving(_uphill)),
        UpdateDefect("update-once", ALL, _once),
        UpdateDefect("update-of-first-parameter", ALL, _first_parameter),
        UpdateDefect("state-not-kept", KEEPING, _moving(_forgetful)),
        UpdateDefect(
            "state-of-first-call",
            (*VELOCITY, "adagrad", "rmsprop"),
            _moving(_remembering_the_first),
        ),
        UpdateDefect(
            "velocity-of-first-call", VELOCITY, _moving(_velocity_of_the_first)
        ),
        UpdateDefect("state-of-first-parameter", KEEPING, _remembered_of_first),
        UpdateDefect("nesterov-old-form", ("nesterov",), _following(_old_nesterov)),
        UpdateDefect(
            "nesterov-without-look-ahead", ("nesterov",), _following(MOVES["momentum"])
        ),
        UpdateDefect("velocity-late", VELOCITY, _following(_late)),
        UpdateDefect("step-added-twice", ("momentum",), _following(_added_twice)),
        UpdateDefect("rate-twice", VELOCITY, _following(_rate_twice)),
        UpdateDefect("velocity-reversed", VELOCITY, _following(_velocity_reversed)),
        UpdateDefect(
            "decay-swapped", ("rmsprop",), _with(decay=lambda n: 1 - n["decay"])
        ),
        UpdateDefect(
            "momentum-swapped", VELOCITY, _with(momentum=lambda n: 1 - n["momentum"])
        ),
        UpdateDefect(
            "beta-complements",
            ("adam",),
            _with(beta1=lambda n: 1 - n["beta1"], beta2=lambda n: 1 - n["beta2"]),
        ),
        UpdateDefect("betas-swapped", ("adam",), _moving(_betas_swapped)),
        UpdateDefect("squares-summed", ("rmsprop",), _following(_summed)),
        UpdateDefect("squares-unweighted", ("rmsprop",), _following(_unweighted)),
        UpdateDefect("squares-late", ("adagrad",), _following(_replaced)),
        UpdateDefect("not-squared", ("adagrad",), _following(_not_squared)),
        UpdateDefect(
            "root-missing",
            SQUARES,
            lambda form: partial(walk, NO_ROOT[form.rule]),
        ),
        UpdateDefect("bias-not-corrected", ("adam",), _corrected(_never, _never)),
        UpdateDefect("bias-corrected-twice", ("adam",), _moving(_twice)),
        UpdateDefect(
            "bias-of-next-step",
            ("adam",),
            _corrected(lambda t: t + 1, lambda t: t + 1),
        ),
        UpdateDefect(
            "bias-of-first-step", ("adam",), _corrected(lambda t: 1, lambda t: 1)
        ),
        UpdateDefect("bias-counted-by-parameters", ("adam",), _counted_by_parameters),
        UpdateDefect("bias-of-m-alone", ("adam",), _corrected(_this, _never)),
        UpdateDefect("bias-of-v-alone", ("adam",), _corrected(_never, _this)),
        UpdateDefect(
            "bias-corrected-state", ("adam",), _following(_corrected_averages_kept)
        ),
    )
}
"""Every defect that has a model of its way, by its id: what is more special first."""

FITTED = ("rate-ignored", "rate-another", "setting-ignored")
"""Those of a right form that is followed with other numbers than the given."""

NOT_FINITE = "bias-of-step-before"
"""Adam whose first step is the 0th: 1 − β⁰ is 0."""

BY_CLAUSE: Mapping[str, str] = {
    "optimizer.rebound-lists": "parameters-rebound",
    "optimizer.rebound-dictionary": "parameters-rebound",
    "optimizer.gradient-written": "gradients-changed",
    "optimizer.not-anew": "state-shared",
    "optimizer.setting-ignored": "setting-ignored",
    "optimizer.divided": "epsilon-missing",
    "optimizer.epsilon": "epsilon-too-large",
    "optimizer.rate-ignored": "rate-ignored",
    "optimizer.own-uphill": "update-uphill",
    "optimizer.clip-turned": "clip-ratio-turned",
    "optimizer.clip-always": "clip-always",
    "optimizer.clip-small": "clip-comparison-turned",
}
"""The defects that a clause names by itself, by the message of its failure."""

IDS = tuple(dict.fromkeys([*DEFECTS, *FITTED, *BY_CLAUSE.values(), NOT_FINITE]))
"""Every defect that an optimizer can have."""
