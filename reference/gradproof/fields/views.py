"""What is drawn of clauses and defects: of each the value of a line of code.

The line is run where the example that breaks the clause is defined, and again where
the mended one is. ``before`` says what else it needs: numbers that are small and show
what the clause is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["entries", "field", "path", "curve", "nodes"]
"""Entries as colours; arrows at points X; a path over the valley; a curve over t; where
f is asked for its value, in steps h from x."""


@dataclass(frozen=True)
class View:
    """A line whose value is drawn, and what is run before it.

    ``right`` stands in its place where the mended code gives no numbers. ``f`` is how
    the function that is given is written, if one is; ``beside`` what else is drawn: the
    points of a field, or the curve that lies under another.
    """

    kind: Kind
    shown: str
    before: str = ""
    f: str = ""
    right: str = ""
    beside: str = ""


def _of(f: str, value: str, slopes: str) -> View:
    """A view of a function, of its gradient and of numbers to be given to it."""
    before = (
        f"f = lambda x: {value}\n"
        f"df = lambda x: {slopes}\n"
        "x = np.array([1.0, -0.75])\n"
        "X = np.array([[1.0, -0.75], [0.5, 2.0], [-2.0, 0.25]])\n"
        "W = np.array([[1.0, -0.5, 2.0], [-1.5, 0.75, 0.25]])\n"
    )
    return View("entries", "", before, f)


CUBES = _of("Σ xᵢ³", "np.sum(x**3)", "3 * x**2")
WAVES = _of("Σ sin xᵢ", "np.sum(np.sin(x))", "np.cos(x)")
PRODUCT = _of("x0·x1", "x[0] * x[1]", "x[..., ::-1]")
SQUARE = _of("(Σ xᵢ)²", "np.sum(x)**2", "2 * np.sum(x) + np.zeros(x.shape)")
SINE = View(
    "curve",
    "",
    "f, df, t = np.sin, np.cos, np.linspace(-3, 3, 61)\n",
    "sin t",
)
VALLEY = View(
    "path",
    "",
    "f = lambda x: x[0]**2 / 20 + x[1]**2\ndf = lambda x: x * [0.1, 2.0]\n"
    "x = np.array([-7.0, 2.0])\n",
)


def _entries(shown: str, view: View = CUBES, before: str = "", right: str = "") -> View:
    return replace(view, shown=shown, before=view.before + before, right=right)


def _field(shown: str, view: View = PRODUCT) -> View:
    grid = "X = np.array([[a, b] for a in ticks for b in ticks])\n"
    before = view.before + grid
    return replace(view, kind="field", shown=shown, before=before, beside="X")


def _code(shown: str, before: str) -> View:
    return View("entries", shown, before)


def _curve(shown: str, beside: str = "", before: str = "") -> View:
    return replace(SINE, shown=shown, before=SINE.before + before, beside=beside)


BEFORE = "before = x.copy()\n"
MOVED = _entries("gradient(f, x); x - before", before=BEFORE)
SHARED: Mapping[int, View] = {
    7: MOVED,
    8: replace(MOVED, before=f"{CUBES.before}x = np.array([2.3, 5.1])\n{BEFORE}"),
    9: _entries("tried(gradient, fails, x); x - before", before=BEFORE),
    10: _entries("gradient(f, np.array([1, -2]))", WAVES),
    11: _entries("gradient(f, np.float32(x)) - df(x)", PRODUCT),
    15: replace(PRODUCT, kind="nodes", shown="asked(gradient, f, x)"),
    16: _entries("g = gradient(f, x); gradient(f, x / 2); g"),
}
"""Of clauses that have the same number in the roles of gradients."""

ALL_ROWS, ONE_BY_ONE = "-gradient(f, X)", "-np.array([gradient(f, x) for x in X])"

OF_GRADIENTS: Mapping[str, View] = {
    **{f"{role}{number}": view for role in "GPA" for number, view in SHARED.items()},
    "G1": _entries("gradient(f, x)"),
    "G2": _entries("gradient(f, X)"),
    "G3": _field(ALL_ROWS),
    "G4": _field(ALL_ROWS),
    "G5": _field(ALL_ROWS),
    "G6": _entries("gradient(f, X) - df(X)"),
    "G12": _entries("gradient(f, np.asfortranarray(X))"),
    "G13": _entries("gradient(f, X)", before="X[0, 0] = np.nan\n"),
    "P1": _entries("gradient(f, x)"),
    "P2": _entries("gradient(f, X)", PRODUCT, right="[gradient(f, x) for x in X]"),
    "P3": _field(ONE_BY_ONE, SQUARE),
    "P4": _field(ONE_BY_ONE),
    "P5": _field(ONE_BY_ONE),
    "P6": _entries("gradient(f, x) - df(x)"),
    "P12": _entries("gradient(f, x.astype('>f8'))"),
    "A1": _entries("gradient(f, W)"),
    "A2": _entries("gradient(f, W)", SQUARE),
    "A4": _entries("gradient(f, W)"),
    "A5": _entries("gradient(f, W)", SQUARE, before="W[1] -= 2\n"),
    "A6": _entries("gradient(f, W) - df(W)"),
    "A12": _entries("gradient(f, np.asfortranarray(W))"),
}

OF_OTHERS: Mapping[str, View] = {
    "D4": _curve("derivative(f, t)"),
    "D5": _curve("derivative(f, t)"),
    "D6": _curve("derivative(f, t) - df(t)"),
    "T1": _curve("tangent(f, -1)(t)", beside="f(t)"),
    "T2": _curve("tangent(f, -1)(t)", beside="f(t)"),
    "N1": replace(VALLEY, shown="descent(f, x, 0.9, 30)[1]"),
    "N2": _entries(
        "descent(f, x); x - before", replace(VALLEY, kind="entries"), before=BEFORE
    ),
    "N3": replace(VALLEY, shown="descent(f, x, 0.9, 30)[1]"),
    "R1": _code("gradient(x)", ""),
    "R2": _code("gradient(x)", ""),
    "R3": _code(
        "[np.sum((gradient(x) - 2 * x) * v) for v in signs]",
        "signs = np.random.choice([-1, 1], (20, 2400))\n",
    ),
    "S3": View("field", "-grad.T", f="x0·x1", beside="points.T"),
    "S4": View("field", "plt.arrows", f="x0² + x1²", beside="points.T"),
    "S5": View("field", "-grad.T", f="x0² + x1²", beside="points.T"),
}
"""Of clauses about what is no gradient: with S3 another f, since its own hides it."""

BATCH = "x = np.random.randn(5, 4)\n"
ROWS = "x, t = np.random.randn(5, 4), np.array([0, 2, 1, 1, 0])\n"
NET = f"net = OneLayerNet()\n{ROWS}"
AFFINE = (
    f"layer = Affine(np.random.randn(4, 3), np.zeros(3))\n{BATCH}"
    "dout = np.random.randn(5, 3)\n"
)
TWICE = f"{AFFINE}layer.forward(x); layer.backward(dout)\nx = np.random.randn(5, 4)\n"
LOSS = (
    "layer = SoftmaxWithLoss()\n"
    "x, t = np.random.randn(5, 4), np.eye(4)[[0, 2, 1, 3, 2]]\n"
)
LOSSES = "[layer.forward(x[:n], t[:n]) for n in (1, 2, 3, 4, 5)]"
POOLING = "layer = MaxPooling(2, 2, 2)\ndout = np.random.randn(1, 1, 2, 2)\n"
PARAMETERS = "W, dW = np.random.randn(2, 3), np.random.randn(2, 3)\n"

OF_PARTS: Mapping[str, View] = {
    "L10": _code(
        "layer.forward(x, t); layer.backward()",
        f"layer = SoftmaxWithLoss()\n{ROWS}",
    ),
    "L13": _code(
        "layer.forward(x); layer.backward(dout)",
        "layer = Relu()\nx = np.array([[-1.0, 0.0, 2.0], [0.0, 1.0, 0.0]])\n"
        "dout = np.random.randn(2, 3)\n",
    ),
    "L14": _code(
        "layer.forward(x); layer.backward(dout)",
        f"{POOLING}x = np.ones((1, 1, 4, 4))\n",
    ),
    "L19": _code(
        "layer.backward(); layer.backward()",
        "layer = TimeSoftmaxWithLoss()\n"
        "xs, ts = np.random.randn(2, 3, 4), np.array([[0, 2, 1], [3, 3, 0]])\n"
        "layer.forward(xs, ts)\n",
    ),
    "L22": _code("layer.forward(x); layer.backward(dout); layer.db", AFFINE),
    "NN2": _code("net.gradient(x, t).get('b')", NET),
    "NN3": _code("net.gradient(x, t)['W']", NET),
    "NN4": _code("net.gradient(x, t)['b']", f"{NET}net.gradient(x[::-1], t)\n"),
    "NN5": _code("net.gradient(x, t); net.params['b']", NET),
    "NN6": _code("net.gradient(x, t); x - before", f"{NET}before = x.copy()\n"),
    "NN7": _code("net.gradient(x, t)['W']", NET),
    "GC1": _code("numerical['W']", ""),
    "GC2": _code("backward['W']", ""),
    "GC3": _code("numerical['b'] - backward['b']", ""),
    "O6": _code(
        "optimizer.update({'W': W}, {'W': dW}); W - before",
        f"optimizer = SGD()\n{PARAMETERS}before = W.copy()\n",
    ),
    "O12": _code(
        "optimizer.update({'W': W}, {'W': 0 * W}); W - before",
        f"optimizer = SGD()\n{PARAMETERS}before = W.copy()\n",
    ),
    "loss-not-averaged": _code(LOSSES, LOSS),
    "loss-averaged-twice": _code(LOSSES, LOSS),
    "log-of-zero": _code(
        "[layer.forward(x - d * t, t) for d in (0, 5, 10, 800)]", LOSS
    ),
    "gradient-not-kept": _code(
        "layer.backward(dout); getattr(layer, 'dW', None)",
        f"{AFFINE}layer.forward(x)\n",
    ),
    "state-kept": _code("layer.forward(x); layer.backward(dout); layer.dW", TWICE),
    "gradient-accumulated": _code(
        "layer.forward(x); layer.backward(dout); layer.dW", TWICE
    ),
    "mask-kept": _code(
        "layer.forward(x) == first",
        f"layer = Dropout()\n{BATCH}first = layer.forward(x)\n",
    ),
    "state-never-filled": _code(
        "layer.forward(xs); layer.forward(xs)",
        "Wx, Wh, b = np.random.randn(3, 4), np.random.randn(4, 4), np.zeros(4)\n"
        "layer = TimeRNN(Wx, Wh, b, stateful=True)\nxs = np.random.randn(2, 3, 3)\n",
    ),
    "squares-summed": View("path", "path(RMSprop(lr=0.3, decay_rate=0.5))"),
    "setting-ignored": View("path", "path(Momentum(lr=0.1, momentum=0.5))"),
    "gradients-changed": _code(
        "optimizer.update({'W': W}, {'W': dW}); dW",
        f"optimizer = SGD()\n{PARAMETERS}",
    ),
    "epsilon-missing": _code(
        "optimizer.update({'W': W}, {'W': dW}); W",
        f"optimizer = AdaGrad()\n{PARAMETERS}dW[0] = 0\n",
    ),
}
"""Of layers, networks and optimizers; of defects where one call does not show it."""

OFF = "[gradient(f, x) - df(x) for x in X]"
EXACT = "gradient = lambda f, x: df(x)\n"
DEPARTURE = "backward(w) - numerical(w)"
TRAINING = (
    "x, t = np.random.randn(6, 3), np.random.randn(6)\nw = np.random.randn({})\n"
    "rise = lambda step: (loss(w + step) - loss(w - step)) / 2e-4\n"
    "numerical = lambda w: np.array([rise(1e-4 * e) for e in np.eye(w.size)])\n"
)
OF_ROUTINES: Mapping[str, View] = {
    "forward-difference": _entries(OFF),
    "backward-difference": _entries(OFF),
    # With products alone: what is rounded is the same on every machine.
    "step-too-small": _entries(OFF, PRODUCT),
    "step-too-large": _entries(OFF),
    "single-precision": _entries(OFF, PRODUCT),
    "few-digits": _entries(OFF, WAVES),
    "not-restored": _entries(OFF, PRODUCT),
    "wrong-restore": _entries(OFF, PRODUCT),
    "row-by-row": OF_GRADIENTS["A2"],
    "unguarded-batch": OF_GRADIENTS["P2"],
    "aliased-result": MOVED,
    "input-mutated": MOVED,
    "integer-truncation": SHARED[10],
    "not-restored-on-error": SHARED[9],
    "nan-spreads": OF_GRADIENTS["G13"],
    "start-mutated": replace(OF_OTHERS["N2"], before=f"{VALLEY.before}{EXACT}{BEFORE}"),
    "aliased-history": replace(
        VALLEY, shown="descent(f, x, 0.9, 30)[1]", before=f"{VALLEY.before}{EXACT}"
    ),
    "tangent-off-point": _curve("tangent(f, -1)(t)", "f(t)", EXACT),
    "tangent-by-component": _entries("tangent(f, x)(x)", before=EXACT),
    "missing-term": _code(DEPARTURE, TRAINING.format(3)),
    "missing-constant": _code(DEPARTURE, TRAINING.format(3)),
    "missing-entries": _code(DEPARTURE, TRAINING.format(4)),
}
"""Of defects of routines that no field of arrows shows, or not to the eye."""

VIEWS: Mapping[str, View] = {**OF_GRADIENTS, **OF_OTHERS, **OF_PARTS, **OF_ROUTINES}
"""By the ids of clauses and defects."""

Why = Literal["raises", "refuses", "empty", "type", "nothing"]
UNSEEN: Mapping[str, Why] = {
    "G14": "empty",
    "A14": "empty",
    "G17": "refuses",
    "P17": "refuses",
    "S1": "nothing",
    "S2": "nothing",
    "L1": "raises",
    "L15": "raises",
    "L21": "type",
    "NN1": "raises",
    "O1": "raises",
}
"""Clauses of which a picture would say nothing, and why."""
