"""Which functions return a value and its gradient, by the names of what they return."""

import ast
import re
from typing import Dict, List, Optional, Sequence, Set

from .case_names import functions_of_case

VALUE = re.compile(r"(\w+_)?(loss|cost|objective|obj|error|nll|energy|value)(_\w+)?|J")
"""What a variable is called that holds the value."""

GRADIENT = re.compile(
    r"d_?([A-Za-z]\w*)|(?:grad|gradient|nabla)_?(\w*)|(\w+?)_?(?:grads?|gradient)|grads"
)
"""What a variable is called that holds a gradient, and of what."""


OF_LAYERS = {
    *("softmaxloss", "softmaxcrossentropy", "softmaxwithloss"),
    *("crossentropyerror", "crossentropy", "meansquarederror", "mse", "mseloss"),
}
"""Names, without case and underscores, of functions that are judged as layers are."""

OF_A_LAYER = 2
"""Arguments that such a function has: scores and labels, no weights."""


def names(body: List[ast.stmt]) -> Dict[str, int]:
    """Return the functions that return a value beside gradients, with their lines."""
    given = functions_of_case(body)
    return {
        node.name: node.lineno
        for node in body
        if isinstance(node, ast.FunctionDef) and returned(node, given)
    }


def returned(node: ast.FunctionDef, given: Sequence[str] = ()) -> Optional[List[str]]:
    """Return the names of what is returned, "" for others; None if it is no such.

    One of them is named for a value, and one at least for a gradient; of a function
    that is ``given`` with its arguments, what is beside the value is one. A function
    that is given nothing, or calls what it is given, is another form's.
    """
    arguments = {a.arg for a in node.args.args}
    if plain(node.name) in OF_LAYERS and len(arguments) <= OF_A_LAYER:
        return None
    if not arguments or arguments & called_names(node):
        return None
    for statement in reversed(list(ast.walk(node))):
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple):
            found = [name_of(part) for part in statement.value.elts]
            values = [n for n in found if VALUE.fullmatch(n) and n not in arguments]
            gradients = [n for n in found if n not in values and is_gradient(n)]
            if len(values) == 1 and gradients and not arguments & set(gradients):
                return found
            if len(values) == 1 and not gradients and given == [node.name]:
                return [n if n in values else "grad" for n in found]
    return None


def plain(name: str) -> str:
    """Return a name in small letters, without underscores."""
    return name.replace("_", "").lower()


def called_names(node: ast.FunctionDef) -> Set[str]:
    """Return the names that a function calls."""
    return {
        n.func.id
        for n in ast.walk(node)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }


def name_of(part: ast.expr) -> str:
    """Return the variable that is returned, or the gradient in what is: dx / n."""
    if isinstance(part, ast.Name):
        return part.id
    inside = [n.id for n in ast.walk(part) if isinstance(n, ast.Name)]
    return next((n for n in inside if is_gradient(n)), "")


def is_gradient(name: str) -> bool:
    """Return whether a variable is named for a gradient, and for no value."""
    return bool(GRADIENT.fullmatch(name)) and not VALUE.fullmatch(name)
