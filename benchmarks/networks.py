"""Four faults of a network of 40,000 parameters: who sees them, and at what cost.

    python benchmarks/networks.py [SEEDS] [--beside]

A 784-50-10 ReLU network, right, and with one entry off by 5 % of a typical one, a
zeroed row, a bias gradient doubled, everything × 1.001. Of each over all seeds: whether
it is told as it is, and the evaluations of the loss. ``--beside`` does one seed by the
loop over all entries, by `scipy.optimize.check_grad` and by torch's gradcheck, where
these are installed. Exits with 1 where something is not told as it is.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import gradproof

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]
SIZES = (784, 50, 10)
ROW = 400
BUDGET = 300
BOOK_STEP = 1e-4


class Network:
    """Two affine layers with a ReLU between, softmax and cross entropy."""

    def __init__(self, seed: int, change: Callable[[Arrays], Arrays]) -> None:
        random = np.random.default_rng(seed)
        self.change = change
        self.params: Arrays = {
            "W1": 0.01 * random.normal(size=SIZES[:2]),
            "b1": 0.01 * random.normal(size=SIZES[1]),
            "W2": 0.01 * random.normal(size=SIZES[1:]),
            "b2": 0.01 * random.normal(size=SIZES[2]),
        }
        self.x = random.random((10, SIZES[0]))
        self.t = random.integers(SIZES[2], size=10)

    def _forward(self, x: Array) -> tuple[Array, Array]:
        p = self.params
        hidden = np.maximum(x @ p["W1"] + p["b1"], 0)
        scores = hidden @ p["W2"] + p["b2"]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return hidden, powers / powers.sum(axis=1, keepdims=True)

    def loss(self, x: Array, t: Array) -> float:
        """The mean cross entropy."""
        _, shares = self._forward(x)
        return float(-np.mean(np.log(shares[np.arange(len(t)), t])))

    def gradient(self, x: Array, t: Array) -> Arrays:
        """What is claimed of it: right but for the change."""
        hidden, shares = self._forward(x)
        errors = (shares - np.eye(SIZES[2])[t]) / len(t)
        below = errors @ self.params["W2"].T * (hidden > 0)
        return self.change(
            {
                "W1": x.T @ below,
                "b1": below.sum(axis=0),
                "W2": hidden.T @ errors,
                "b2": errors.sum(axis=0),
            }
        )


def off(grads: Arrays) -> Arrays:
    """One entry is off by 5 % of a typical one."""
    typical = np.sqrt(np.mean(np.square(grads["W1"])))
    grads["W1"][ROW, 7] += 0.05 * typical
    return grads


def zeroed(grads: Arrays) -> Arrays:
    """A row is lost."""
    grads["W1"][ROW] = 0
    return grads


def doubled(grads: Arrays) -> Arrays:
    """A bias counts twice."""
    return {**grads, "b1": 2 * grads["b1"]}


def scaled(grads: Arrays) -> Arrays:
    """All of it is a little too large."""
    return {name: 1.001 * g for name, g in grads.items()}


CASES: dict[str, tuple[Callable[[Arrays], Arrays], str, str]] = {
    "right": (lambda grads: grads, "network.agrees", ""),
    "one entry + 5 %": (off, "network.departs-entry", f"W1[{ROW}, 7]"),
    "row zeroed": (zeroed, "network.departs-entry", f"W1[{ROW}, :]"),
    "bias doubled": (doubled, "network.departs-factor", "b1[:]"),
    "all × 1.001": (
        scaled,
        "network.departs-factor",
        "W1[:, :], b1[:], W2[:, :], b2[:]",
    ),
}
"""What is claimed, the message that is due, and the place in it."""


def told(seed: int, name: str) -> tuple[bool, int, float]:
    """Whether it is told as it is; the evaluations; τ beside a typical entry."""
    change, message, where = CASES[name]
    net = Network(seed, change)
    report = json.loads(gradproof.check_network(net, net.x, net.t).json())
    clauses = {c["id"]: c for c in report["ports"][0]["clauses"]}
    found = clauses["NN3"]
    said = found["parameters"]
    as_it_is = found["message_id"] == message and said.get("where", "") == where
    if name == "all × 1.001":
        as_it_is = as_it_is and said["factor"] == 1.001
    if not as_it_is:
        print(f"  seed {seed}, {name}: {found['message']}")
    return as_it_is, said["evaluations"], said.get("threshold", np.nan)


def over_seeds(seeds: int) -> bool:
    """Print what came of every case over the seeds; whether all was told as it is."""
    complete = True
    for name in CASES:
        begin = time.process_time()
        rights, counts, thresholds = zip(
            *(told(seed, name) for seed in range(seeds)), strict=True
        )
        took = (time.process_time() - begin) / seeds
        complete = complete and all(rights) and max(counts) <= BUDGET
        line = f"{name:16} {sum(rights)} of {seeds} told as it is;"
        line += f" evaluations {min(counts)} to {max(counts)}; {took:.2f} s of CPU each"
        if name == "right":
            line += f"; τ {min(thresholds):.1e} to {max(thresholds):.1e}"
        print(line)
    return complete


# beside it: what others do


def flat(arrays: Arrays) -> Array:
    """All entries in a row."""
    return np.concatenate([arrays[name].ravel() for name in arrays])


def loss_at(net: Network, row: Array) -> float:
    """The loss at parameters that are given in a row."""
    begin = 0
    for array in net.params.values():
        array[...] = row[begin : begin + array.size].reshape(array.shape)
        begin += array.size
    return net.loss(net.x, net.t)


def loop(net: Network) -> str:
    """Central differences of every entry; the mean difference of each parameter."""
    at, counted, means = flat(net.params), 0, []
    claimed = net.gradient(net.x, net.t)
    begin = 0
    for name, array in net.params.items():
        total = 0.0
        for entry in range(array.size):
            ends = []
            for sign in (1, -1):
                moved = at.copy()
                moved[begin + entry] += sign * BOOK_STEP
                ends.append(loss_at(net, moved))
                counted += 1
            slope = (ends[0] - ends[1]) / (2 * BOOK_STEP)
            total += abs(slope - claimed[name].flat[entry])
        means.append(f"{name} {total / array.size:.1e}")
        begin += array.size
    loss_at(net, at)
    return f"mean differences {', '.join(means)}; {counted} evaluations"


def of_scipy(net: Network) -> str:
    """The norm of all forward differences' errors."""
    optimize: Any = importlib.import_module("scipy.optimize")
    at = flat(net.params)
    norm = optimize.check_grad(
        lambda row: loss_at(net, row), lambda row: flat(net.gradient(net.x, net.t)), at
    )
    return f"norm of the difference {norm:.1e}; {at.size + 1} evaluations"


def of_torch(net: Network, *, fast: bool) -> str:
    """Whether gradcheck, with its own tolerances, accepts the claim."""
    torch: Any = importlib.import_module("torch")
    at = flat(net.params)
    counted = 0

    class Claimed(torch.autograd.Function):  # type: ignore[misc] # no types here
        @staticmethod
        def forward(ctx: Any, row: Any) -> Any:
            nonlocal counted
            counted += 1
            ctx.save_for_backward(row)
            return torch.tensor(loss_at(net, row.detach().numpy()), dtype=row.dtype)

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            (row,) = ctx.saved_tensors
            loss_at(net, row.detach().numpy())
            return upstream * torch.from_numpy(flat(net.gradient(net.x, net.t)))

    row = torch.from_numpy(at.copy()).requires_grad_()
    seen = torch.autograd.gradcheck(
        Claimed.apply, (row,), raise_exception=False, fast_mode=fast
    )
    said = "accepted" if seen else "refused"
    return f"{said}; {counted} evaluations"


def beside() -> None:
    """Print what the others say of each case, for one seed."""
    for name, (change, *_) in CASES.items():
        for who, do in others():
            begin = time.process_time()
            said = do(Network(0, change))
            took = time.process_time() - begin
            print(f"{name:16} {who:14} {said}; {took:.1f} s of CPU")


def others() -> Iterator[tuple[str, Callable[[Network], str]]]:
    """Those that are here."""
    yield "loop", loop
    if importlib.util.find_spec("scipy"):
        yield "check_grad", of_scipy
    if importlib.util.find_spec("torch"):
        yield "gradcheck fast", lambda net: of_torch(net, fast=True)
        yield "gradcheck slow", lambda net: of_torch(net, fast=False)


def main() -> int:
    """Print the figures."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    complete = over_seeds(*numbers or [20])
    if "--beside" in sys.argv:
        beside()
    return int(not complete)


if __name__ == "__main__":
    sys.exit(main())
