"""Which functions are the derivative of another one of their file, by their names."""

import ast
import re
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set

from .case_names import FACTORY, functions_of_case, line_of_case
from .returned_names import called_names, name_of, plain, returned

SUFFIX = re.compile(
    r"(.+?)(prime|derivative|deriv|der|grad|gradient|jacobian|jac)", re.IGNORECASE
)
PREFIX = re.compile(
    r"(?:d|grad|gradient|derivativeof|derivative|deriv|der|jacobianof|jacobian|jacob"
    r"|jac|nabla)(.+)",
    re.IGNORECASE,
)
BY_ARGUMENT = re.compile(r"d_?(\w+?)_?d_?(\w+)")
"""A derivative by one argument: `dcost_dw`, `df_dx`."""

ALONE = {
    **dict.fromkeys(
        ("grad", "gradient", "jac", "jacobian", "derivative", "deriv", "fprime"),
        r"f|fun|func|function|objective|cost|loss|energy|potential|u",
    ),
    "score": r"loglike|loglikelihood|logl|loglik|ll",
    **dict.fromkeys(("force", "forces"), r"energy|potential|potentialenergy|u|v"),
}
"""What a derivative is called that names no function, and what its function is."""

OTHERS = re.compile(
    r"grad(ient)?_?(norm|magnitude|penalty|descent|ascent|check|clip\w*|step|flow)"
    r"|d_(loss|cost)|draw|drop",
    re.IGNORECASE,
)
"""Names of what is no derivative: the gradient's norm, a discriminator's loss."""

PARAMETERS = re.compile(r"theta\w*|params?|beta\w*|coef\w*|w|mu|x|p")
"""What a score is by: it is no score then that a classifier gives."""

NEGATED = ("force", "forces")
"""Names of minus a gradient."""

VERBS = re.compile(r"^(compute|calculate|calc|get|eval|evaluate)")
ENDINGS = re.compile(r"(function|func|fn)$")
DERIVATIVES = {"grad", "gradient", "jac", "jacobian", "derivative", "deriv", "prime"}
VALUE_WORDS = {"cost", "loss", "objective", "value", "function", "func", "fn"}
"""Words by which the names of a derivative and of its function may differ."""

VALUES = re.compile(r"(cost|loss|objective|value|error)$")
"""How a function's name may end where its derivative's does not."""

SLOPES = ("{}grad", "{}gradient", "{}derivative", "{}deriv", "{}prime", "d{}")
"""How a plain name says that it is a derivative, of a function that layers are of."""

OF_LAYERS = {
    kind: tuple(name.format(kind) for name in SLOPES)
    for kind in ("sigmoid", "relu", "tanh")
}
"""Derivatives that are judged as the functions that layers are made of, by kind."""

AS = "as"
"""What a trial's setting says beside the arguments, how the two are fed.

Four words: ``whole`` arrays, or ``each`` entry by itself; what the derivative is fed,
the ``input``, or the ``value`` of its function there, or both functions a ``softmax``
or ``sigmoid`` of it, where a Jacobian may be ``transposed`` as well; and which of
the arguments that follow, separated by commas, it may be by, from 0.
"""

UPSTREAM = re.compile(r"d_?[a-z]\w?|d?_?out\w*|(\w+_)?grad\w*|delta\w*|upstream\w*|g")
"""What an argument is called that is the gradient of what comes after."""


class DerivativePair(NamedTuple):
    """A function and its derivative, by name.

    ``by`` is the argument that the derivative's name says it is by. The derivative of
    ``negated`` pairs is minus the gradient. ``parts`` are the names of what it returns.
    One that is ``numerical`` takes differences; the one ``given`` may be of methods.
    """

    function: str
    derivative: str
    by: str = ""
    negated: bool = False
    parts: Sequence[str] = ()
    numerical: bool = False
    given: bool = False


def names(body: List[ast.stmt]) -> Dict[str, int]:
    """Return the derivatives in a file, with their lines."""
    functions = _functions(body)
    found = {}
    for pair in pairs(body):
        node = functions.get(pair.derivative)
        found[pair.derivative] = line_of_case(body) if node is None else node.lineno
    return found


def pairs(body: List[ast.stmt]) -> List[DerivativePair]:
    """Return each derivative of a file with the function that it is named for.

    ``make_case`` may return such a pair, too: ``return (f, g), arguments``.
    """
    return [pair for pair in _all_pairs(body) if not pair.numerical]


def numerical(body: List[ast.stmt]) -> Dict[str, str]:
    """Return the functions that take differences of another one, with its name."""
    return {p.derivative: p.function for p in _all_pairs(body) if p.numerical}


def _all_pairs(body: List[ast.stmt]) -> List[DerivativePair]:
    functions = _functions(body)
    found: Dict[str, DerivativePair] = {}
    given = functions_of_case(body)
    if len(given) == 2:
        function, derivative = given
        node = functions.get(derivative)
        differs = node is not None and is_numerical(node, function)
        pair = DerivativePair(function, derivative, numerical=differs, given=True)
        found[derivative] = pair
    for name, node in functions.items():
        if name not in found and name != FACTORY and _may_be(node):
            named = _pair_of(name, functions)
            if named is not None:
                found[name] = named
    return list(found.values())


def _functions(body: List[ast.stmt]) -> Dict[str, ast.FunctionDef]:
    """Return the functions of a file by name, those of ``f = lambda x: …`` too."""
    found: Dict[str, ast.FunctionDef] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = _written_out(target.id, node.value)
    return found


def _written_out(name: str, node: ast.Lambda) -> ast.FunctionDef:
    written = ast.FunctionDef(name, node.args, [ast.Return(node.body)], [])
    return ast.fix_missing_locations(ast.copy_location(written, node))


def _may_be(node: ast.FunctionDef) -> bool:
    """Return whether it is fed numbers and returns something, and is no other form."""
    returns = [n for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]
    return (
        bool(returns)
        and _feedable(node)
        and not any(plain(node.name) in names for names in OF_LAYERS.values())
        and returned(node) is None
    )


def _feedable(node: ast.FunctionDef) -> bool:
    """Return whether it takes arguments by name, and calls none of them."""
    arguments = _arguments(node)
    starred = node.args.vararg or node.args.kwarg or node.args.kwonlyargs
    upstream = any(map(UPSTREAM.fullmatch, arguments)) and len(arguments) > 1
    return bool(arguments) and not (
        starred or upstream or called_names(node) & set(arguments)
    )


def _arguments(node: ast.FunctionDef) -> List[str]:
    return [a.arg for a in [*node.args.posonlyargs, *node.args.args]]


def _pair_of(
    name: str, functions: Dict[str, ast.FunctionDef]
) -> Optional[DerivativePair]:
    node = functions[name]
    for base, by in _bases(name, functions):
        other = functions[base]
        if (
            base != name
            and _feedable(other)
            and _alike(_arguments(other), _arguments(node))
            and (not by or by in _arguments(other))
        ):
            negated, parts = plain(name) in NEGATED, _parts(node)
            return DerivativePair(
                base, name, by, negated, parts, is_numerical(node, base)
            )
    return None


def _parts(node: ast.FunctionDef) -> List[str]:
    """Return the names in the tuple that is returned; none of anything else."""
    for statement in ast.walk(node):
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Return) and isinstance(value, ast.Tuple):
            return [name_of(part) for part in value.elts]
    return []


def _bases(name: str, functions: Dict[str, ast.FunctionDef]) -> Iterator[List[str]]:
    """Yield functions that a derivative of that name may be of, and by which argument.

    The functions whose names are compared are without verbs and case.
    """
    by_name: Dict[str, List[str]] = {}
    for other in functions:
        by_name.setdefault(_stem(other), []).append(other)
    wanted = _stem(name)
    if OTHERS.fullmatch(name):
        return
    found = BY_ARGUMENT.fullmatch(name)
    if found:
        for other in by_name.get(_stem(found.group(1)), []):
            yield [other, found.group(2)]
    for pattern in (SUFFIX, PREFIX):
        found = pattern.fullmatch(wanted)
        if found:
            stem = _stem(found.group(1))
            longer = [s for s in by_name if VALUES.sub("", s) == stem]
            for other in [o for s in [stem, *longer] for o in by_name.get(s, [])]:
                yield [other, ""]
    rest = _words(name) - DERIVATIVES
    if rest and rest != _words(name):
        for other in functions:
            if other != name and _words(other) - VALUE_WORDS == rest:
                yield [other, ""]
    alone = ALONE.get(wanted)
    first = _arguments(functions[name])[0]
    if alone and (wanted != "score" or PARAMETERS.fullmatch(first)):
        fitting = [o for s in by_name for o in by_name[s] if re.fullmatch(alone, s)]
        own = _arguments(functions[name])
        alike = [o for o in fitting if _arguments(functions[o]) == own]
        if len(alike or fitting) == 1:
            yield [(alike or fitting)[0], ""]


def _words(name: str) -> Set[str]:
    return set(name.lower().split("_")) - {""}


def _stem(name: str) -> str:
    """Return a plain name without its verb and without "function"."""
    bare = plain(name)
    return ENDINGS.sub("", VERBS.sub("", bare) or bare) or bare


def _alike(function: List[str], derivative: List[str]) -> bool:
    """Return whether both take the same: as many, or the same by name."""
    return len(function) == len(derivative) or set(function) == set(derivative)


def is_numerical(derivative: ast.FunctionDef, function: str) -> bool:
    """Return whether a derivative may be taken by differences of its function.

    Formulas call the function with the derivative's own arguments, outside of loops.
    """
    own = set(_arguments(derivative))
    uses = [
        n for n in ast.walk(derivative) if isinstance(n, ast.Name) and n.id == function
    ]
    calls = [
        n
        for n in ast.walk(derivative)
        if isinstance(n, ast.Call)
        and isinstance(n.func, ast.Name)
        and n.func.id == function
    ]
    moved = any(
        isinstance(n, ast.AugAssign) and bool(own & {*_names_in(n.target)})
        for n in ast.walk(derivative)
    )
    plainly = all(
        isinstance(a, ast.Name) and a.id in own for c in calls for a in c.args
    )
    in_loops = any(
        isinstance(n, (ast.For, ast.While, ast.ListComp))
        and any(c in ast.walk(n) for c in calls)
        for n in ast.walk(derivative)
    )
    return len(uses) != len(calls) or not plainly or in_loops or (moved and calls != [])


def _names_in(node: ast.AST) -> Iterator[str]:
    for n in ast.walk(node):
        if isinstance(n, ast.Name):
            yield n.id
