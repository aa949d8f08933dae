"""Verify gradients: is it right, what formula is it, what is wrong.

>>> import gradproof
>>> from gradproof.corrected import numerical_gradient
>>> gradproof.check(numerical_gradient).verdict
'pass'

What is heavy is imported when a function is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, overload

from gradproof.report.release import __version__

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gradproof.api import FileReport, Language, LayerReport, Report, RoleId

__all__ = [
    "__version__",
    "assert_gradient",
    "check",
    "check_layer",
    "check_network",
    "check_optimizer",
    "check_pair",
    "quiver",
]


@overload
def check(
    fn: ModuleType,
    *,
    strict: bool = ...,
    only: Iterable[str] = ...,
    expect: Mapping[str, str] | None = ...,
    seed: int = ...,
    lang: Language | None = ...,
) -> FileReport: ...
@overload
def check(
    fn: Callable[..., Any],
    role: RoleId | None = ...,
    *,
    vectorized: bool = ...,
    strict: bool = ...,
    only: Iterable[str] = ...,
    expect: Mapping[str, str] | None = ...,
    seed: int = ...,
    lang: Language | None = ...,
) -> Report: ...
def check(
    fn: Callable[..., Any] | ModuleType,
    role: RoleId | None = None,
    *,
    vectorized: bool = False,
    strict: bool = False,
    only: Iterable[str] = (),
    expect: Mapping[str, str] | None = None,
    seed: int = 0,
    lang: Language | None = None,
) -> Report | FileReport:
    """Judge ``fn``, which is called as ``fn(f, x)``, in this process.

    ``fn`` may be a module: then everything in its file that computes a gradient by hand
    is judged, as ``gradproof check FILE`` does it, in a child process.

    ``role`` is "gradient", "point-gradient", "array-gradient", "derivative",
    "tangent" or "descent", inferred without it; ``vectorized`` declares that f takes
    (M, D) and returns (M,). ``strict`` counts shoulds and refuses what is not covered;
    ``only`` chooses clauses by id; ``expect`` maps clauses that are known to fail to
    the reason; a few of the points are drawn at random, with the ``seed``. The report
    is in the language ``lang``, "en" or "ja"; without it, in that of GRADPROOF_LANG or
    of the locale. It is true if the port passes.

    Raises ValueError for a clause that does not exist and for a negative seed, and
    TypeError for what cannot be called with f and x, and for a module without a file.
    """
    from gradproof import api

    return api.check(
        fn, role, vectorized, strict, only, expect or {}, seed, _language(lang)
    )


def assert_gradient(
    fn: Callable[..., Any], role: RoleId | None = None, **options: Any
) -> None:
    """Raise AssertionError, with the report as its text, unless ``fn`` passes.

    Takes what `check` takes.
    """
    __tracebackhide__ = True
    report = check(fn, role, **options)
    if not report:
        raise AssertionError(str(report))


def check_pair(
    f: Callable[[Any], Any],
    grad: Callable[[Any], Any],
    x: Any,
    *,
    lang: Language | None = None,
) -> Report:
    """Judge ``grad(x)``, the claimed gradient of ``f``, at the array ``x``.

    Each entry is to be within the bound of the numerical gradient, in double and in
    single precision. f takes arrays of x's shape; where it can, it is also given
    numbers of high precision, and else judged by differences whose error is estimated.
    Of more than 2,000 entries random directions are judged, and what departs is
    located. A kink, a cancellation or an overflow near x is named rather than blamed.
    Both run in this process; what they can reach is put back as it was.

    Raises TypeError for what is no function, and for an x that is not real.
    """
    from gradproof import api

    return api.check_pair(f, grad, x, _language(lang))


def check_layer(
    layer: Any, *inputs: Any, strict: bool = False, lang: Language | None = None
) -> LayerReport:
    """Judge a layer: a class with forward and backward, or an object of one.

    A class is made and fed by what its parameters are named, and judged against the
    right layer of its kind. An object is given ``inputs``, ``forward(*inputs)``, and is
    judged by differences of its forward, which are estimates; it is copied before. Its
    parameters are those that it keeps gradients of: attributes W and dW, or the lists
    ``params`` and ``grads``. ``strict`` counts shoulds and refuses what is not covered.

    Raises TypeError for what has no forward and backward.
    """
    from gradproof import api

    return api.check_layer(layer, inputs, strict, _language(lang))


def check_network(
    net: Any, *fed: Any, strict: bool = False, lang: Language | None = None
) -> LayerReport:
    """Judge the gradient that a network claims of all its parameters.

    ``fed`` is what its loss is given, x and t. A network has ``loss(x, t)`` and
    ``gradient(x, t)`` with a dictionary ``params``; or ``forward(x, t)`` and
    ``backward()`` with lists ``params`` and ``grads``; or it is a model with
    ``params()`` and ``cleargrads()``, of which the sum of what comes out, with random
    weights, stands for the loss. A class is made and fed by what its parameters are
    named. Slopes in random directions decide, which are estimates, in at most 300
    evaluations of the loss; what departs is located. In the end the network is as it
    was. ``strict`` counts shoulds and refuses what is not covered.

    Raises TypeError for what is no network, and for one that is given no data.
    """
    from gradproof import api

    return api.check_network(net, fed, strict, _language(lang))


def check_optimizer(
    optimizer: Any, *, strict: bool = False, lang: Language | None = None
) -> LayerReport:
    """Judge an optimizer: a class, an object of one, or a function that makes one.

    It has ``update(params, grads)``, with dictionaries or lists, or DeZero's
    ``update_one(param)``. Twenty updates of two parameters are held to the rule of its
    name, or for a foreign name to that which its first parameter follows. A class is
    made with a rate other than its default; an object is copied, and keeps its numbers.
    ``strict`` counts shoulds and refuses what is not covered.

    Raises TypeError for what has neither.
    """
    from gradproof import api

    return api.check_optimizer(optimizer, strict, _language(lang))


def quiver(
    f: Callable[..., Any],
    ax: Axes | None = None,
    *,
    limits: tuple[float, float] = (-2.0, 2.0),
    lang: Language | None = None,
) -> Axes:
    """Draw the field of −∇f on ``ax``, or on pyplot's current axes, and return it.

    f takes a point, ``f(x)`` with x of shape (2,), or two numbers, ``f(x0, x1)``.
    Raises TypeError for a function that does neither, in the language ``lang``.
    """
    from gradproof import api

    return api.quiver(f, ax, limits, _language(lang))


def _language(lang: Language | None) -> Language:
    """The language that is asked for, or that of the environment."""
    from gradproof.report.language import wanted

    return lang or wanted()
