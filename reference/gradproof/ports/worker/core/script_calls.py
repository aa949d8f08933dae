"""What a script calls where it is run: classes, and methods of their objects.

Read off the text: nothing is run.
"""

import ast
import functools
from typing import Any, Dict, List, Optional, Set


def outside(body: List[ast.stmt]) -> List[ast.stmt]:
    """What is run when the file is."""
    return [n for n in body if not isinstance(n, (ast.FunctionDef, ast.ClassDef))]


def all_calls(body: List[ast.stmt]) -> List[ast.Call]:
    """The calls in all of it, functions too: what is run may call them."""
    return [n for top in body for n in ast.walk(top) if isinstance(n, ast.Call)]


def calls(body: List[ast.stmt]) -> List[ast.Call]:
    """The calls in what is run."""
    found = [n for node in outside(body) for n in ast.walk(node)]
    return [n for n in found if isinstance(n, ast.Call)]


def reached_calls(body: List[ast.stmt]) -> List[ast.Call]:
    """Return the calls in what is run, and in the file's functions that it calls."""
    functions = {n.name: n for n in body if isinstance(n, ast.FunctionDef)}
    found = calls(body)
    entered: Set[str] = set()
    for call in found:  # grows while functions are entered
        name = getattr(call.func, "id", "")
        if name in functions and name not in entered:
            entered.add(name)
            inside = [n for s in functions[name].body for n in ast.walk(s)]
            found += [n for n in inside if isinstance(n, ast.Call)]
    return found


def made(body: List[ast.stmt]) -> Dict[str, ast.Call]:
    """By a variable's name the call that it is assigned: network = TwoLayerNet(784).

    One that holds several has its name too, networks['he'] = …; and so have those of
    functions, since what is run may call them.
    """
    found = {}
    for node in [n for top in body for n in ast.walk(top)]:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for target in node.targets:
                owner = _holder(target)
                if isinstance(owner, ast.Name):
                    found[owner.id] = node.value
    return found


def _holder(node: Any) -> Any:
    """What an item is an item of, or itself."""
    return node.value if isinstance(node, ast.Subscript) else node


def makers_of_gradients(body: List[ast.stmt]) -> Set[str]:
    """The names that objects are made by, where some object is asked for a gradient.

    It is asked by a method of that name, or by ``backward`` beside differences.
    """
    nodes = [n for top in body for n in ast.walk(top) if isinstance(n, ast.Call)]
    methods = [n.func.attr for n in nodes if isinstance(n.func, ast.Attribute)]
    asked = any(name.endswith("gradient") for name in methods)
    checks = any("numerical" in name_of(n) for n in nodes) and "backward" in methods
    if not asked and not checks:
        return set()
    makers = [call.func for call in made(body).values()]
    return {maker.id for maker in makers if isinstance(maker, ast.Name)}


def name_of(call: ast.Call) -> str:
    """What is called: a name, or the last one after a dot."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def objects_of(body: List[ast.stmt], classes: Set[str]) -> Set[str]:
    """The variables that are objects of these classes."""
    return {name for name, call in made(body).items() if name_of(call) in classes}


def is_method_of(call: ast.Call, objects: Set[str]) -> bool:
    """Whether a method of one of these objects is called: network.gradient(x, t)."""
    owner = _holder(getattr(call.func, "value", None))
    return isinstance(owner, ast.Name) and owner.id in objects


def switches(call: ast.Call) -> Dict[str, Any]:
    """What keywords switch, or name: use_batchnorm=True, activation='relu'."""
    found = {k.arg: _constant(k.value) for k in call.keywords if k.arg}
    return {name: v for name, v in found.items() if isinstance(v, (bool, str))}


def _constant(node: ast.expr) -> Optional[Any]:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def own_update(body: List[ast.stmt], classes: Set[str]) -> int:
    """The line on which a script updates a network that it makes; 0 if it does not.

    Such a one gives it a gradient, and no optimizer is called.
    """
    objects = objects_of(body, classes)
    asked = {name_of(c) for c in all_calls(body) if is_method_of(c, objects)}
    gives = any(name == "backward" or name.endswith("gradient") for name in asked)
    apart = [n for n in body if not isinstance(n, ast.ClassDef)]
    if not gives or "update" in map(name_of, all_calls(apart)):
        return 0
    of_params = [n for n in _targets(apart) if "params" in ast.dump(n)]
    changed = [n for n in _targets(outside(body)) if not isinstance(n, ast.Subscript)]
    return next((n.lineno for n in of_params + changed), 0)


def _targets(body: List[ast.stmt]) -> List[ast.expr]:
    """What is changed in place, as in a[k] = b, a[k] -= b and a -= b."""
    nodes = [n for top in body for n in ast.walk(top)]
    given = [t for n in nodes if isinstance(n, ast.Assign) for t in n.targets]
    return [t for t in given if isinstance(t, ast.Subscript)] + [
        n.target for n in nodes if isinstance(n, ast.AugAssign)
    ]


def doubts(body: List[ast.stmt], classes: Set[str]) -> List[str]:
    """What is to be said of what a script itself does with a network's gradient.

    Its own check is one that has both gradients, that by differences and the other.
    """
    objects = objects_of(body, classes)
    climbing = ["updates-upwards"] if _climbs(body, objects) else []
    return climbing + _doubts_of_check(body, objects)


def own_check(body: List[ast.stmt], classes: Set[str]) -> int:
    """The line on which a script has a network's gradient by differences, to check it.

    Such a one has the other gradient too; 0 if there is none. Differences may be those
    of the network's own method, or of a function, if it speaks of parameters.
    """
    script = [node for node in body if not isinstance(node, ast.ClassDef)]
    objects = objects_of(script, classes)
    numerical = by_differences(script, objects)
    others = [
        name_of(call)
        for call in all_calls(script)
        if is_method_of(call, objects) and call not in numerical
    ]
    if not any(name == "backward" or name.endswith("gradient") for name in others):
        return 0
    return next((call.lineno for call in numerical), 0)


def by_differences(body: List[ast.stmt], objects: Set[str]) -> List[ast.Call]:
    """The calls by which a script has a network's gradient by differences."""
    of_params = "'params'" in "".join(map(ast.dump, body))
    return [
        call
        for call in all_calls(body)
        if "numerical" in name_of(call) and (of_params or is_method_of(call, objects))
    ]


def _doubts_of_check(body: List[ast.stmt], objects: Set[str]) -> List[str]:
    asked = [call for call in all_calls(body) if is_method_of(call, objects)]
    numerical = [call for call in asked if "numerical" in name_of(call)]
    if not numerical or len({name_of(c) for c in asked if "grad" in name_of(c)}) < 2:
        return []
    found = []
    if any(map(functools.partial(_is_of_one, body), numerical)):
        found.append("check-of-one-sample")
    if not _compares(body):
        found.append("check-only-prints")
    return found


def _climbs(body: List[ast.stmt], objects: Set[str]) -> bool:
    """Whether a network's gradient is added to its parameters: params[k] += lr·g[k]."""
    gradients = {
        name
        for name, call in made(body).items()
        if is_method_of(call, objects) and name_of(call).endswith("gradient")
    }
    added = [
        n
        for top in body
        for n in ast.walk(top)
        if isinstance(n, ast.AugAssign) and isinstance(n.op, ast.Add)
    ]
    return any(
        getattr(_holder(n.target), "attr", "") == "params"
        and not any(isinstance(part, ast.USub) for part in ast.walk(n.value))
        and bool(gradients & {getattr(p, "id", "") for p in ast.walk(n.value)})
        for n in added
    )


def _compares(body: List[ast.stmt]) -> bool:
    """Whether something may come of a difference that is too large."""
    nodes = [n for node in body for n in ast.walk(node)]
    told = any("assert" in name_of(c) or "close" in name_of(c) for c in all_calls(body))
    return told or any(isinstance(n, (ast.Assert, ast.Raise, ast.If)) for n in nodes)


ARRAYS = {"reshape", "rand", "randn", "ones", "zeros", "empty"}
"""What is called with the shape of what comes."""


def _is_of_one(body: List[ast.stmt], call: ast.Call) -> bool:
    """Whether the data that a network is given are those of one sample."""
    names = {a.id for a in call.args[:1] if isinstance(a, ast.Name)}
    values = [
        node.value
        for top in body
        for node in ast.walk(top)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in names
    ]
    return any(_first_of(value) == 1 for value in values)


def _first_of(value: ast.expr) -> Any:
    """How many rows there are, where that is written: x[:1], reshape((1, 28, 28))."""
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        lower, upper = value.slice.lower, value.slice.upper
        begin = 0 if lower is None else _constant(lower)
        end = None if upper is None else _constant(upper)
        return end - begin if isinstance(begin, int) and isinstance(end, int) else None
    if isinstance(value, ast.Call) and name_of(value) in ARRAYS and value.args:
        first = _constant(value.args[0])
        return first[0] if isinstance(first, tuple) and first else first
    return None
