"""Code that looks like a hand-written gradient, and that no form judges.

It is found by name, by the shape of the code, and by use. Nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradproof.ports import inherited
from gradproof.ports.worker.forms import derivative_names

GRADIENT_WORDS = {
    *("grad", "grads", "gradient", "gradients", "backward", "backprop", "bprop"),
    *("backpropagation", "backpropagate", "jac", "jacobian", "jacob", "hess"),
    *("hessian", "deriv", "derivative", "derivatives", "prime", "adjoint"),
    *("vjp", "jvp", "der", "fprime", "dsigmoid", "drelu", "dtanh", "dsoftmax"),
}
"""Words of which one in a function's name says that it computes a gradient."""

OTHER_WORDS = {
    *("check", "checks", "checker", "checking", "test", "tests", "verify", "compare"),
    *("plot", "draw", "show", "print", "display", "log", "visualize", "animate"),
    *("clip", "clear", "cleargrads", "zero", "zeros", "reset", "init", "initialize"),
    *("save", "load", "get", "set", "add", "accumulate", "apply", "update", "updates"),
    *("norm", "norms", "enable", "disable", "no", "requires", "with", "is", "has"),
    *("optimizer", "optimize", "unpack", "pack", "flatten", "scale", "register"),
    *("color", "colour", "image", "linear", "fill", "map", "run", "main"),
}
"""Words that say that a function does something else with gradients."""

GRADIENT_NAME = re.compile(
    r"d[A-Z]\w*|d_?[wbx]\d*|dtheta\d*|dout|nabla(?:_\w+)?|(?:\w+_)?grads?(?:ients?)?"
    r"|grad_\w+|d[wb]_\w+|delta_?[wb]\d*|jac|hess"
)
"""What a variable that holds a gradient is called."""

LOSS_NAME = re.compile(r"(?:\w+_)?(?:loss|cost|objective|error|energy|nll)(?:_\w+)?|J")
"""What a variable that holds the value is called."""

DERIVATIVE_KEYWORDS = {"jac", "hess", "fprime", "grad", "gradient", "jacobian"}
"""Keywords of optimizers and solvers that take a derivative."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True)
class Lookalike:
    """One place: what it is called, its line, and why no form judges it.

    ``reason`` is the id of a message, ``parameters`` are what it says.
    """

    name: str
    line: int
    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def lookalikes(
    body: list[ast.stmt], covered: Collection[str], *, runs: bool = False
) -> list[Lookalike]:
    """Return what looks like a gradient in a file and is not ``covered``.

    ``covered`` are the names of functions, classes and Class.method that are judged.
    A script that ``runs`` is watched, so that its own statements are not listed.
    """
    used = _passed_as_derivative(body)
    abstract = inherited.announced(body)
    numerical = derivative_names.numerical(body)
    found: dict[str, Lookalike] = {}
    for name, node, owner in _functions(body):
        if {name, node.name, owner} & {*covered, *abstract}:
            continue
        if _is_part_of(name, node, body, covered) or (owner and _is_abstract(node)):
            continue
        if node.name in used or _computes_gradient(node):
            found.setdefault(name, _listed(name, node, owner, numerical))
    names = {node.name for _, node, _ in _functions(body)}
    parts = {n for n in found if any(_calls(o, n) for o in _others(found, body, n))}
    listed = [each for name, each in found.items() if name not in parts]
    if not runs and not names & set(covered):
        listed += _update_steps(body, {*found, *covered})
    return sorted(listed, key=lambda each: each.line)


def _functions(
    body: list[ast.stmt],
) -> Iterator[tuple[str, ast.FunctionDef, str]]:
    """Yield each function and method: its name in the file, and its class's name."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node, ""
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield f"{node.name}.{method.name}", method, node.name


def _others(
    found: Mapping[str, Lookalike], body: list[ast.stmt], name: str
) -> list[ast.FunctionDef]:
    others = set(found) - {name}
    return [node for other, node, _ in _functions(body) if other in others]


def words(name: str) -> set[str]:
    """Return the words of a name in small letters: of `gradU` grad and u."""
    return {word.lower() for word in WORD.findall(name)}


def is_named_for_gradient(name: str) -> bool:
    """Return whether a function's name says that it computes a gradient."""
    said = words(name)
    return bool(said & GRADIENT_WORDS) and not said & OTHER_WORDS


def _computes_gradient(node: ast.FunctionDef) -> bool:
    return is_named_for_gradient(node.name) or _returns_gradient(node)


def _returns_gradient(node: ast.FunctionDef) -> bool:
    """Return whether it assigns a variable named for a gradient, and returns it."""
    given = {p.arg for p in _arguments(node)}
    assigned = {n for n in _assigned(node) if GRADIENT_NAME.fullmatch(n)} - given
    if not assigned or words(node.name) & OTHER_WORDS:
        return False
    return any(
        isinstance(part, ast.Name) and part.id in assigned
        for statement in ast.walk(node)
        if isinstance(statement, ast.Return) and statement.value is not None
        for part in _returned(statement.value)
    )


def _returned(value: ast.expr) -> Iterator[ast.expr]:
    """Yield what is returned: each part of a tuple, list or dictionary."""
    if isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            yield from _returned(part)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _returned(part)
    else:
        yield value


def _arguments(node: ast.FunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _assigned(node: ast.AST) -> set[str]:
    """Return the variables that are computed in it: not those that calls give whole."""
    names: set[str] = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Assign) and _is_computed(n.value):
            targets = n.targets
        elif isinstance(n, ast.AugAssign):
            targets = [n.target]
        else:
            continue
        for target in targets:
            while isinstance(target, ast.Subscript):
                target = target.value
            if isinstance(target, ast.Name):
                names.add(target.id)
    return names


def _is_computed(value: ast.expr) -> bool:
    """Return whether arithmetic makes it, here and not in what is called."""
    kinds = (ast.BinOp, ast.UnaryOp)
    return any(isinstance(n, kinds) for n in ast.walk(value)) or (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ("dot", "matmul", "outer", "sum", "mean")
    )


def _passed_as_derivative(body: list[ast.stmt]) -> set[str]:
    """Return the names that are passed as ``jac=``, ``fprime=`` and the like."""
    return {
        keyword.value.id
        for top in body
        for call in ast.walk(top)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg in DERIVATIVE_KEYWORDS and isinstance(keyword.value, ast.Name)
    }


def _is_part_of(
    of: str, node: ast.FunctionDef, body: list[ast.stmt], covered: Collection[str]
) -> bool:
    """Return whether something that is judged calls it, so that it is judged too."""
    for name, other, owner in _functions(body):
        judged = name in covered or owner in covered
        if judged and other is not node and _calls(other, of):
            return True
    return False


def _calls(node: ast.FunctionDef, name: str) -> bool:
    """Return whether a function uses a function of that name, or a method: owner.name.

    A variable of its own that is called so is another thing.
    """
    owner, _, last = name.rpartition(".")
    if owner:
        return any(
            isinstance(n, ast.Attribute) and n.attr == last for n in ast.walk(node)
        )
    used = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == last]
    own = {a.arg for a in _arguments(node)}
    stored = any(isinstance(n.ctx, ast.Store) for n in used)
    return bool(used) and not stored and last not in own


def _listed(
    name: str, node: ast.FunctionDef, owner: str, numerical: Mapping[str, str]
) -> Lookalike:
    """Return the place with the reason why it is not judged, and the next step."""
    if is_stub(node):
        return Lookalike(name, node.lineno, "unjudged.stub")
    if owner:
        said = {"owner": owner, "method": node.name}
        return Lookalike(name, node.lineno, "unjudged.method", said)
    function = numerical.get(node.name)
    if function:
        return Lookalike(
            name, node.lineno, "unjudged.numerical", {"function": function}
        )
    required = [a.arg for a in _arguments(node)]
    listed = ", ".join(required)
    if _returns_value_too(node):
        said = {"name": name, "arguments": listed}
        return Lookalike(name, node.lineno, "unjudged.value-and-gradient", said)
    return Lookalike(
        name, node.lineno, "unjudged.derivative", {"name": name, "arguments": listed}
    )


def is_stub(node: ast.FunctionDef) -> bool:
    """Return whether a function is not yet written.

    It has nothing but words, ``pass``, ``...`` and an error that says so; or variables
    are None, or zeros beside a ``pass``, and are returned as they are.
    """
    return all(map(_does_nothing, node.body)) and (
        any(isinstance(n, ast.Pass | ast.Raise) for n in node.body)
        or not any(isinstance(n, ast.Call) for n in ast.walk(ast.Module(node.body, [])))
    )


def _is_abstract(method: ast.FunctionDef) -> bool:
    """Return whether a method only raises the error that a subclass has to write it."""
    return is_stub(method) and isinstance(method.body[-1], ast.Raise)


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise):
        raised = statement.exc
        raised = raised.func if isinstance(raised, ast.Call) else raised
        return getattr(raised, "id", "") in ("NotImplementedError", "NotImplemented")
    if isinstance(statement, ast.Assign):
        return all(map(_is_nothing, _returned(statement.value)))
    if isinstance(statement, ast.Return):
        value = statement.value or ast.Constant(None)
        names = (isinstance(part, ast.Name) for part in _returned(value))
        return all(names) or all(map(_is_nothing, _returned(value)))
    return isinstance(statement, ast.Pass)


def _is_nothing(value: ast.expr) -> bool:
    """Return whether it is None, 0, or an array of zeros yet to be filled."""
    if isinstance(value, ast.Constant):
        return value.value is None or value.value == 0 or value.value is Ellipsis
    called = getattr(value, "func", None)
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name in ("zeros", "zeros_like", "empty", "empty_like")


def _returns_value_too(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(part, ast.Name) and LOSS_NAME.fullmatch(part.id)
        for statement in ast.walk(node)
        if isinstance(statement, ast.Return) and statement.value is not None
        for part in _returned(statement.value)
    )


def _update_steps(body: list[ast.stmt], known: Collection[str]) -> Iterator[Lookalike]:
    """Yield the first update of parameters, w -= rate * dw, in each scope.

    The gradient is computed in that scope: it is in no function that could be judged.
    """
    scopes: list[tuple[str, list[ast.stmt]]] = [("", _outside(body))]
    for name, node, owner in _functions(body):
        if name not in known and owner not in known:
            scopes.append((name, node.body))
    for name, statements in scopes:
        tree = ast.Module(statements, [])
        computed = {n for n in _assigned(tree) if GRADIENT_NAME.fullmatch(n)}
        for part in ast.walk(tree):
            used = _subtracted(part) & computed
            if used:
                gradient = sorted(used)[0]
                said = {"gradient": gradient}
                line = getattr(part, "lineno", 0)
                place = name or gradient
                yield Lookalike(place, line, "unjudged.update", said)
                break


def _outside(body: list[ast.stmt]) -> list[ast.stmt]:
    return [n for n in body if not isinstance(n, ast.FunctionDef | ast.ClassDef)]


def _subtracted(node: ast.AST) -> set[str]:
    """Return the names in what is taken from a variable: w -= a or w = w - a."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
        value: ast.expr = node.value
    elif (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.BinOp)
        and isinstance(node.value.op, ast.Sub)
        and ast.dump(node.value.left).replace("Load", "Store")
        == ast.dump(node.targets[0])
    ):
        value = node.value.right
    else:
        return set()
    if not isinstance(value, ast.BinOp | ast.Name):
        return set()
    return {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
