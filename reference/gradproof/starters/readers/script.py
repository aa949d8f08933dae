"""Routines of JavaScript and of TypeScript."""

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
    private,
)

_USUAL = re.compile(r"(?i)^(f|fn|fun|func|function|loss\w*|cost\w*|objective)$")
_NUMBERS = (
    r"(readonly )?number\[\]|(Readonly)?Array<number>|Float64Array|ArrayLike<number>"
)
_POINT = re.compile(rf"^({_NUMBERS})$")
_ROWS = re.compile(
    r"^(readonly )?number\[\]\[\]$|^Array<number\[\]>$|^Array<Array<number>>$"
)


def javascript(text: str, function: str, routine: str) -> Adapted:
    """How the routine of a module, or of a script that exports nothing, is called."""
    code = bare(text)
    brought = _brought(code, function, routine)
    try:
        parameters, body = _definition(code, function)
        f, x = _roles(parameters, body)
        role, call = _manner(function, parameters, f, x, body)
    except UnreadError:
        said = f"write here how {function} is called"
        line = f'throw new Error("{said}");\n'
        return Adapted({"routine": brought + line}, unread=_signature(code, function))
    return Adapted({"routine": brought, "call": call}, role)


def _brought(code: str, function: str, routine: str) -> str:
    """The lines that make the routine known in the program."""
    place = routine if routine.startswith(".") else f"./{routine}"
    if re.search(rf"\bexport\s+default\s+(function\s+)?{function}\b", code):
        return f'import {function} from "{place}";\n'
    if re.search(rf"\bmodule\.exports\s*=\s*{function}\b", code):
        return f'import {function} from "{place}";\n'
    if re.search(r"\bmodule\.exports\b|\bexports\.\w", code):
        return (
            f'import routines from "{place}";\n\nconst {{ {function} }} = routines;\n'
        )
    if re.search(r"^\s*export\b", code, re.MULTILINE):
        return f'import {{ {function} }} from "{place}";\n'
    return f"""\
import {{ readFileSync }} from "node:fs";
import {{ runInThisContext }} from "node:vm";

// The script exports nothing: it is run as a page would run it.
const script = readFileSync(new URL("{place}", import.meta.url), "utf8");
const {function} = runInThisContext(`${{script}}\\n;{function}`);
"""


def _definition(code: str, function: str) -> tuple[list[FormalParameter], str]:
    """The routine's parameters and its body."""
    name = re.escape(function)
    pattern = (
        rf"\bfunction\s+{name}\s*(<[^(]*>)?\s*\("
        rf"|\b{name}\s*[:=]\s*(function\b\s*\w*\s*)?(<[^(]*>)?\s*\("
    )
    found = re.search(pattern, code)
    if not found or re.search(r"\basync\s*$", code[: found.start()]):
        raise UnreadError
    opened = found.end() - 1
    closed = closing(code, opened)
    return [_parameter(each) for each in items(code[opened + 1 : closed])], _body(
        code, closed + 1
    )


def _signature(code: str, function: str) -> str:
    found = re.search(rf".*\b{re.escape(function)}\b.*", code)
    return found.group().strip() if found else function


def _body(code: str, at: int) -> str:
    brace = code.find("{", at)
    arrow = code.find("=>", at)
    if brace < 0 or (0 <= arrow < brace and code[arrow + 2 : brace].strip()):
        return code[arrow:].partition(";")[0]
    return code[brace : closing(code, brace)]


def _parameter(text: str) -> FormalParameter:
    found = re.match(r"(\w+)(\?)?\s*(?::\s*(.+?))?\s*(=(?!>).*)?$", text)
    if not found:
        raise UnreadError
    name, optional, kind, default = found.groups()
    return FormalParameter(name, kind or "", bool(optional or default))


def _roles(parameters: list[FormalParameter], body: str) -> tuple[str, str]:
    """The names of f, which is what is called, and of x."""
    asked = [p.name for p in parameters if not p.has_default]
    called = [name for name in asked if re.search(rf"(?<![.\w]){name}\s*\(", body)]
    f = [*called, *filter(_USUAL.match, asked), *asked][:1]
    rest = [p for p in parameters if p.name in asked and p.name not in f]
    x = [p.name for p in rest if not p.is_step]
    if not f or len(x) != 1:
        raise UnreadError
    return f[0], x[0]


def _manner(
    function: str, parameters: list[FormalParameter], f: str, x: str, body: str
) -> tuple[str, str]:
    """The role, and the lines of the call."""
    either = rf"Array\.isArray\(\s*{x}|typeof\s+{x}\b|\b{function}\s*\("
    call = f"const value = {function}({_arguments(parameters, f, x, 'x')});\n"
    if re.search(either, body):
        return "gradient", f"    {call}"
    if not _by_rows(f, x, body):
        refused = 'if (shape.length !== 1) throw new RangeError("x is one point");'
        return "point-gradient", f"    {refused}\n    {call}"
    of_rows = f"{function}({_arguments(parameters, f, x, 'rows')})"
    return "gradient", (
        "    const rows = shape.length === 1 ? [x] : x;\n"
        f"    const values = {of_rows};\n"
        "    const value = shape.length === 1 ? values[0] : values;\n"
    )


def _by_rows(f: str, x: str, body: str) -> bool:
    """Whether the entries of x are rows to the routine."""
    if re.search(rf"\b{x}\s*\[[^\]]*\]\s*\[|\b{x}\s*\[\s*0\s*\]\.length", body):
        return True
    each = re.findall(rf"\b{x}\.\w+\(\s*\(?(\w+)|\bof\s+{x}\b", body)
    each += re.findall(rf"\b(?:const|let)\s+(\w+)\s+of\s+{x}\b", body)
    row = "|".join([rf"{x}\s*\[\w+\]", *filter(None, each)])
    handed = [items(words) for words in re.findall(r"\b\w+\(([^()]*)\)", body)]
    return any(
        f in words and any(re.fullmatch(row, word) for word in words)
        for words in handed
    )


def _arguments(parameters: list[FormalParameter], f: str, x: str, given: str) -> str:
    """What the routine is given; what has a default is left to it."""
    known = {f: "f", x: given}
    needed = [p for p in parameters if not p.has_default or p.name in known]
    last = max(parameters.index(p) for p in needed)
    words = [
        known.get(p.name, "undefined" if p.has_default else STEP)
        for p in parameters[: last + 1]
    ]
    return ", ".join(words)


def typescript(text: str, function: str, routine: str) -> Adapted:
    """How the routine of a module is called, by its types.

    Raises StarterError where it is not exported.
    """
    code = bare(text)
    default = re.search(rf"\bexport\s+default\s+(function\s+)?{function}\b", code)
    if not default and not re.search(
        rf"\bexport\s+(function|const|let)\s+{function}\b"
        rf"|\bexport\s*\{{[^}}]*\b{function}\b",
        code,
    ):
        raise private(routine, function)
    name = function if default else f"{{ {function} }}"
    place = re.sub(r"\.ts$", "", routine)
    brought = f'import {name} from "./{place}";\n'
    try:
        parameters, _ = _definition(code, function)
        role, call = _typed(code, function, parameters)
    except UnreadError:
        said = f"write here how {function} is called"
        return Adapted(
            {"routine": brought, "call": _UNREAD_TYPESCRIPT.format(said=said)},
            unread=_signature(code, function),
        )
    return Adapted({"routine": brought, "call": call}, role)


_UNREAD_TYPESCRIPT = """\
function call(f: (x: ArrayLike<number>) => number, points: number[][]): number[][] {{
  const call: never = "{said}";
  return call;
}}
"""


def _typed(
    code: str, function: str, parameters: list[FormalParameter]
) -> tuple[str, str]:
    """The role, and the function ``call``."""
    types = {p.name: _resolved(code, p.type) for p in parameters}
    fs = [name for name, kind in types.items() if re.search(r"=>\s*number$", kind)]
    points = [name for name, kind in types.items() if _POINT.match(kind)]
    rows = [name for name, kind in types.items() if _ROWS.match(kind)]
    rest = [
        p
        for p in parameters
        if p.name not in (*fs, *points, *rows) and not p.has_default
    ]
    if (
        len(fs) != 1
        or len(points + rows) != 1
        or any(types[p.name] != "number" or not p.is_step for p in rest)
    ):
        raise UnreadError
    taken = re.match(r"\(\s*\w+\s*:\s*(.+?)\s*\)\s*=>", types[fs[0]])
    if not taken or not _POINT.match(_resolved(code, taken[1])):
        raise UnreadError
    return _written(function, parameters, fs[0], points, rows, types)


def _written(
    function: str,
    parameters: list[FormalParameter],
    f: str,
    points: list[str],
    rows: list[str],
    types: dict[str, str],
) -> tuple[str, str]:
    head = (
        f"/** How {function} is called. */\n"
        "function call(f: (x: ArrayLike<number>) => number, points: number[][]): number[][] {\n"
    )
    if rows:
        words = _arguments(parameters, f, rows[0], "points")
        return "gradient", f"{head}  return {function}({words});\n}}\n"
    refused = 'if (points.length !== 1) throw new RangeError("x is one point");'
    words = _arguments(parameters, f, points[0], "x")
    if types[points[0]] != "Float64Array":
        body = f"  const [x] = points;\n  return [Array.from({function}({words}))];\n"
    else:
        body = (
            "  const x = Float64Array.from(points[0]);\n"
            "  try {\n"
            f"    return [Array.from({function}({words}))];\n"
            "  } finally {\n"
            "    points[0] = Array.from(x);\n"
            "  }\n"
        )
    return "point-gradient", f"{head}  {refused}\n{body}}}\n"


def _resolved(code: str, kind: str) -> str:
    """The type, by what its name stands for where the file says that."""
    found = re.search(rf"\btype\s+{re.escape(kind)}\s*=\s*([^;\n]+)", code)
    meant = found[1].strip() if found else kind
    called = re.search(
        rf"\binterface\s+{re.escape(kind)}\s*\{{\s*(\([^)]*\))\s*:\s*(\w+)", code
    )
    return f"{called[1]} => {called[2]}" if called else meant
