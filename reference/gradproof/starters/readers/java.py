"""Routines of Java."""

from __future__ import annotations

import re

from gradproof.starters.readers.source import (
    STEP,
    Adapted,
    FormalParameter,
    UnreadError,
    bare,
    closing,
    items,
    one,
    private,
)

_LIST = re.compile(r"^(Array)?List<Double>$")
_ARRAYS = ("double[]", "double[][]")
_HEAD = """\
    /** How {function} is called. */
    private static double[][] call(ToDoubleFunction<double[]> ask, double[][] points) throws Exception {{
"""
_UNREAD = """\
        double[][] unread = "write here how {function} is called";
        return unread;
"""
_ONE = """\
        if (points.length != 1) {
            throw new IllegalArgumentException("x is one point");
        }
        double[] x = points[0];
"""
_BOXED = """\
        List<Double> boxed = new ArrayList<>();
        for (double each : x) {{
            boxed.add(each);
        }}
        try {{
            return new double[][] {{{call}.stream().mapToDouble(Double::doubleValue).toArray()}};
        }} finally {{
            points[0] = boxed.stream().mapToDouble(Double::doubleValue).toArray();
        }}
"""


def adapted(text: str, function: str, routine: str) -> Adapted:
    """How the routine of a class is called.

    Raises StarterError if it is private.
    """
    code = bare(text)
    package = (re.findall(r"^package ([\w.]+);", code, re.MULTILINE) or [""])[0]
    found = _found(code, function)
    if found and "private " in found[1]:
        raise private(routine, function)
    try:
        if not found:
            raise UnreadError
        role, body = _call(code, function, found)
        unread = ""
    except UnreadError:
        role = "point-gradient"
        body = _UNREAD.format(function=function)
        closed = closing(code, found.end() - 1) if found else 0
        unread = (
            " ".join(code[found.start() : closed + 1].split()) if found else function
        )
    call = f"{_HEAD.format(function=function)}{body}    }}\n\n"
    return Adapted({"call": call}, role, unread, package)


def _found(code: str, function: str) -> re.Match[str] | None:
    return re.search(
        rf"((?:(?:public|protected|private|static|final|<[^>]*>) )*)"
        rf"([\w.]+(?:<[\w<>, ]*>)?(?:\[\])*) {function}\s*\(",
        code,
    )


def _call(code: str, function: str, found: re.Match[str]) -> tuple[str, str]:
    closed = closing(code, found.end() - 1)
    parameters = [_parameter(each) for each in items(code[found.end() : closed])]
    xs = [p for p in parameters if p.type in _ARRAYS or _LIST.match(p.type)]
    result = found[2]
    outs = xs[1:] if result == "void" else []
    if not xs or len(xs) != 1 + len(outs) or len(outs) > 1:
        raise UnreadError
    if not outs and result.removeprefix("Array") != xs[0].type.removeprefix("Array"):
        raise UnreadError
    x = xs[0]
    rows, boxed = x.type == "double[][]", bool(_LIST.match(x.type))
    given = "points" if rows else "boxed" if boxed else "x"
    words = {x.name: given, **{each.name: "gradient" for each in outs}}
    rest = [p for p in parameters if p.name not in words]
    f = one([p.name for p in rest if p.type not in ("double", "int")])
    words[f] = _f(code, next(p.type for p in rest if p.name == f))
    arguments = [words.get(p.name) or _other(p, rows) for p in parameters]
    owner = _owner(code, found.start())
    of = owner if "static " in found[1] else f"new {owner}()"
    call = f"{of}.{function}({', '.join(arguments)})"
    return ("gradient" if rows else "point-gradient"), _body(call, x, bool(outs))


def _parameter(text: str) -> FormalParameter:
    kind, _, name = text.removeprefix("final ").rpartition(" ")
    if name.endswith("[]"):
        kind, name = f"{kind}{name[name.index('[') :]}", name.partition("[")[0]
    return FormalParameter(name, kind.replace("...", "[]").replace(" ", ""))


def _f(code: str, kind: str) -> str:
    """A lambda for any interface of one method that takes a point."""
    name, _, generic = kind.partition("<")
    own = re.search(
        rf"\binterface {name.rpartition('.')[2]}\b[^{{]*\{{"
        r"\s*(?:(?:public|abstract) )*(\w+) \w+\(([^)]*)\)",
        code,
    )
    if own:
        taken, result = _parameter(one(items(own[2]))).type, own[1]
    else:
        taken, *results = items(generic.removesuffix(">")) or [""]
        result = one([*results, "double"][:1])
        if name.rpartition(".")[2] not in ("Function", "ToDoubleFunction"):
            raise UnreadError
    if result not in ("double", "Double"):
        raise UnreadError
    if _LIST.match(taken):
        return "v -> ask.applyAsDouble(v.stream().mapToDouble(Double::doubleValue).toArray())"
    if taken != "double[]":
        raise UnreadError
    return "v -> ask.applyAsDouble(v)"


def _other(parameter: FormalParameter, rows: bool) -> str:
    if parameter.type == "double":
        return STEP
    if parameter.type == "int" and not rows:
        return "x.length"
    raise UnreadError


def _owner(code: str, place: int) -> str:
    """The classes that the routine stands in, from without."""
    return ".".join(
        each[1]
        for each in re.finditer(
            r"\b(?:class|interface|enum|record) (\w+)[^;{]*\{", code
        )
        if each.end() <= place <= closing(code, each.end() - 1)
    )


def _body(call: str, x: FormalParameter, out: bool) -> str:
    if x.type == "double[][]":
        if not out:
            return f"        return {call};\n"
        return (
            "        double[][] gradient = new double[points.length][];\n"
            "        for (int n = 0; n < points.length; n++) {\n"
            "            gradient[n] = new double[points[n].length];\n        }\n"
            f"        {call};\n        return gradient;\n"
        )
    if _LIST.match(x.type):
        return _ONE + _BOXED.format(call=call)
    if not out:
        return f"{_ONE}        return new double[][] {{{call}}};\n"
    return (
        f"{_ONE}        double[] gradient = new double[x.length];\n"
        f"        {call};\n        return new double[][] {{gradient}};\n"
    )
