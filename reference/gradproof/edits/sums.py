"""What is summed, over which axis, and by what it is divided."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from gradproof.edits.layer_methods import Method, WrittenValue
from gradproof.edits.text import Edit, Edits, last_name

REDUCTIONS = ("sum", "mean", "max", "amax", "argmax")


def added(method: Method) -> Iterator[Edits]:
    """``=`` to ``+=`` in loops: for arrays' entries, then for names; all, then each."""
    for kinds in ((ast.Subscript, ast.Attribute), (ast.Name,)):
        found = [
            _operator(method, node.targets[0], node.value, "+=")
            for node in dict.fromkeys(method.loops)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], kinds)
        ]
        yield from all_and_each(found)


def overwritten(method: Method) -> Iterator[Edits]:
    """``+=`` to ``=``, outside of loops; all, then each."""
    yield from all_and_each(
        [
            _operator(method, node.target, node.value, "=")
            for node in method.nodes
            if isinstance(node, ast.AugAssign) and node not in method.loops
        ]
    )


def all_and_each(found: Sequence[Edits]) -> Iterator[Edits]:
    """All changes at once, then each by itself."""
    if len(found) > 1:
        yield tuple(edit for change in found for edit in change)
    yield from found


def _operator(
    method: Method, target: ast.expr, value: ast.expr, operator: str
) -> Edits:
    """Another operator between a target and its value, with the spaces of the old."""
    start, end = method.text.span(target)[1], method.text.span(value)[0]
    between = method.text.text[start:end]
    old = "+=" if "+=" in between else "="
    at = start + between.index(old)
    return (Edit(at, at + len(old), operator),)


def summed(method: Method) -> Iterator[Edits]:
    """``dout`` to ``np.sum(dout, axis=0)``, in the manner of the file."""
    for value in _parameters_first(method):
        yield value.becomes(_sum(method, value))
    if "b" in "".join(v.target.lower() for v in method.values):
        for value in _parameters_first(method):
            yield value.becomes(_sum(method, value, "(0, 2, 3)"))


def _sum(method: Method, value: WrittenValue, axis: str = "0") -> str:
    if f"{method.numpy}sum(" in method.text.text or ".sum(" not in method.text.text:
        return f"{method.numpy}sum({value.written}, axis={axis})"
    return f"{value.atom}.sum(axis={axis})"


def _parameters_first(method: Method) -> list[WrittenValue]:
    """The values, those first that are put into what is called for a bias."""
    names = ("db", "dbeta", "bias", "grads[1]")
    return sorted(
        method.values, key=lambda v: not any(n in v.target.lower() for n in names)
    )


def rows_summed(method: Method) -> Iterator[Edits]:
    """``dout[0]`` to the sum of the rows."""
    for value in _parameters_first(method):
        match value.node:
            case ast.Subscript(array, ast.Constant()):
                whole = WrittenValue(
                    value.text, array, value.target, *value.text.span(array)
                )
                yield value.becomes(_sum(method, whole))


def means_summed(method: Method) -> Iterator[Edits]:
    """``np.mean(…)`` to ``np.sum(…)``."""
    yield from _renamed(method, "mean", "sum")


def sums_averaged(method: Method) -> Iterator[Edits]:
    """``np.sum(…)`` to ``np.mean(…)``."""
    yield from _renamed(method, "sum", "mean")


def _renamed(method: Method, old: str, new: str) -> Iterator[Edits]:
    for call in _calls(method):
        if last_name(call.func) == old:
            end = method.text.span(call.func)[1]
            yield (Edit(end - len(old), end, new),)


def _calls(method: Method) -> list[ast.Call]:
    """The calls that reduce an array along an axis."""
    return [
        n
        for n in method.nodes
        if isinstance(n, ast.Call) and last_name(n.func) in REDUCTIONS
    ]


def by_row(method: Method) -> Iterator[Edits]:
    """All sums and maxima of a function over its last axis; then the sums alone."""
    calls = _calls(method)
    for keeps in (True, False):
        for axis in ("-1", "1"):
            every = [_along(method, call, axis, keeps) for call in calls]
            alone = [
                _along(method, call, axis, keeps)
                for call in calls
                if last_name(call.func) == "sum"
            ]
            for changes in (every, alone):
                yield tuple(edit for change in changes for edit in change)


def along(method: Method) -> Iterator[Edits]:
    """Another axis for one sum, mean or maximum, or one where there is none."""
    for axis in ("0", "1", "-1"):
        for call in _calls(method):
            yield _along(method, call, axis, False)
    for call in _calls(method):
        yield _along(method, call, "1", True)


def _along(method: Method, call: ast.Call, axis: str, keeps: bool) -> Edits:
    """The call with that axis, and with ``keepdims=True`` where it is to keep them."""
    text = method.text
    own = {k.arg: k.value for k in call.keywords}
    of_method = _is_method(method, call)
    edits: list[Edit] = []
    positional = call.args[0 if of_method else 1 :]
    if "axis" in own:
        edits += text.replaced(own["axis"], axis)
    elif positional:
        edits += text.replaced(positional[0], axis)
    end = text.span(call)[1] - 1
    more = [] if "axis" in own or positional else [f"axis={axis}"]
    if keeps and "keepdims" not in own and last_name(call.func) != "argmax":
        more.append("keepdims=True")
    comma = ", " if call.args or call.keywords else ""
    if more:
        edits.append(Edit(end, end, comma + ", ".join(more)))
    return tuple(edits)


def _is_method(method: Method, call: ast.Call) -> bool:
    """Whether it is an array's own, and no function of NumPy."""
    base = getattr(call.func, "value", None)
    return base is not None and f"{last_name(base)}." != method.numpy


def divided(method: Method) -> Iterator[Edits]:
    """A value to the value by the size of the batch."""
    for count in method.counts:
        for value in reversed(method.values):
            if not _is_number(value.node):
                yield value.becomes(f"{value.factor} / {count}")


def windows_divided(method: Method) -> Iterator[Edits]:
    """A value to the value by the size of the window that the layer has."""
    names = [a for a in method.attributes if "pool" in a or "size" in a]
    if len(names) >= 2:
        size = " * ".join(f"self.{name}" for name in names[:2])
        for value in reversed(method.values):
            yield value.becomes(f"{value.factor} / ({size})")


def _is_number(node: ast.expr) -> bool:
    """Whether it is a constant, or a shape."""
    return isinstance(node, ast.Constant) or any(
        getattr(n, "attr", "") in ("shape", "ndim", "size") for n in ast.walk(node)
    )


def undivided(method: Method) -> Iterator[Edits]:
    """``a / n`` to ``a``, and ``/= n`` taken away."""
    text = method.text
    for node in method.nodes:
        match node:
            case ast.BinOp(left, ast.Div()):
                yield _kept(method, node, left)
            case ast.AugAssign(_, ast.Div(), _):
                yield text.deleted(node)


def _kept(method: Method, node: ast.BinOp, left: ast.expr) -> Edits:
    """The left of an operation alone, the parentheses about it included."""
    start, end = method.text.span(node)
    cut = method.text.span(left)[1]
    while method.text.text[cut] == ")" or method.text.text[cut] in " \t":
        cut += 1
    kept = method.text.text[start:cut].rstrip()
    return (Edit(start, end, kept),)


def without_factor(method: Method) -> Iterator[Edits]:
    """``2 * a`` to ``a``, and ``0.5 * a``."""
    for node in method.nodes:
        match node:
            case ast.BinOp(ast.Constant(), ast.Mult()):
                start, end = method.text.span(node)
                first = method.text.span(node.left)[1]
                rest = method.text.text[first:end].lstrip().removeprefix("*").lstrip()
                yield (Edit(start, end, rest),)
            case ast.BinOp(left, ast.Mult(), ast.Constant()):
                yield _kept(method, node, left)


def with_factor(method: Method) -> Iterator[Edits]:
    """A value times 2."""
    for value in reversed(method.values):
        if not _is_number(value.node):
            yield value.becomes(f"2 * {value.factor}")
