"""Routines of C."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradproof.starters.readers.source import (
    STEP,
    Adapted,
    FormalParameter,
    UnreadError,
    bare,
    closing,
    items,
    one,
)

COUNT = re.compile(
    r"^(const )?(unsigned |signed )?(int|long|short|size_t|unsigned)( int)?$"
)
"""How a number of components is written."""

_OUT = re.compile(r"(?i)^(g\w*|out\w*|res\w*|d[fy]\w*|dx|ret\w*|.*grad\w*)$")
_POINTER = re.compile(r"^(const )?double (const )?\*( ?(const|restrict))?$")
_ROWS = re.compile(r"^(const )?double \*( ?const)? ?\*$")
_F = re.compile(r"^([\w ]+?) ?\(\*\s*\w*\)\s*\((.*)\)$")

_FAILING = """\
#include <setjmp.h>

/* The probe that is going on, how many numbers its point has, and where f fails to. */
static struct probe *probe_of_f;
static size_t width_of_f;
static jmp_buf failed;

static double asked(const double *x, size_t n)
{
    double y;

    if (ask(x, n, &y, probe_of_f))
        longjmp(failed, 1);
    return y;
}

"""
_CALL = """\
/* How {function} is called. */
static int call(struct probe *probe, double *x, size_t rows, size_t width, double *gradient)
{{
    probe_of_f = probe;
    width_of_f = width;
    if (setjmp(failed))
        return 1;
{body}    return 0;
}}
"""
_UNREAD = """\
static int call(struct probe *probe, double *x, size_t rows, size_t width, double *gradient)
{{
#error "write here how {function} is called"
}}
"""
_ONE = """\
    if (rows != 1)
        return -1;
"""
_TABLES = """\
    double **points = required(malloc((rows + 1) * sizeof *points));
    double **gradients = required(malloc((rows + 1) * sizeof *gradients));
    for (size_t i = 0; i < rows; i++) {
        points[i] = x + i * width;
        gradients[i] = gradient + i * width;
    }
"""


@dataclass(frozen=True)
class Read:
    """What is read of a routine: its parameters, and the type of what it returns."""

    parameters: list[FormalParameter]
    result: str


def included(routine: str, text: str) -> str:
    """The lines that include the routine's file, whatever program it may be of."""
    line = f'#include "{routine}"\n'
    if not has_main(text):
        return line
    return f"#define main main_of_the_routine\n{line}#undef main\n"


def has_main(text: str) -> bool:
    """Whether the file has a program's own beginning."""
    return re.search(r"\bmain\s*\(", bare(text)) is not None


def adapted(text: str, function: str, routine: str) -> Adapted:
    """How the routine of the file is called."""
    code = bare(text)
    brought = included(routine, text)
    try:
        role, call = _call(code, function)
    except UnreadError:
        place = _UNREAD.format(function=function)
        return Adapted(
            {"routine": brought, "call": place}, unread=signature(code, function)
        )
    return Adapted({"routine": brought, "call": call}, role)


def signature(code: str, function: str) -> str:
    """The text of a signature, as it stands, on one line."""
    found = re.search(rf"[^;{{}}#\n]*\b{function}\s*\([^{{;]*", code)
    return " ".join(found.group().split()) if found else function


def read(code: str, function: str) -> Read:
    """The routine's parameters and result, by its definition."""
    for found in re.finditer(rf"([\w:<>,*& \t]*?)\b{function}\s*\(", code):
        closed = closing(code, found.end() - 1)
        after = code[closed + 1 :].lstrip()
        if found[1].strip() in ("", "return") or not after.startswith(("{", ";", "->")):
            continue
        parameters = [parameter(each) for each in items(code[found.end() : closed])]
        result = " ".join(found[1].split()).removeprefix("static ")
        return Read(parameters, result.removeprefix("inline ").strip())
    raise UnreadError


def parameter(text: str) -> FormalParameter:
    """A parameter as it is declared: `double x[]` is a pointer, too."""
    text, equals, _ = text.partition("=")
    text = " ".join(text.split())
    pointer = re.match(r"^(.*\(\s*\*\s*)(\w+)(\s*\)\s*\(.*\))$", text)
    if pointer:
        return FormalParameter(pointer[2], f"{pointer[1]}{pointer[3]}", bool(equals))
    called = re.match(r"^(\w+) (\w+) ?(\(.*\))$", text)
    if called:
        return FormalParameter(called[2], f"{called[1]} (*){called[3]}", bool(equals))
    declared = re.match(r"^(.*?[\s*&>])(\w+) ?((?:\[[^\]]*\])*)$", text)
    if not declared:
        return FormalParameter("", text, bool(equals))
    kind, name, brackets = declared.groups()
    if brackets.count("[") > 1:
        raise UnreadError
    stars = "*" if brackets else ""
    written = re.sub(r"\s*([*&])", r" \1", f"{kind.strip()}{stars}").replace(
        "* *", "**"
    )
    return FormalParameter(name, " ".join(written.split()), bool(equals))


def _call(code: str, function: str) -> tuple[str, str]:
    routine = read(code, function)
    kinds = {p.name: _resolved(code, p.type) for p in routine.parameters}
    f = one([name for name, kind in kinds.items() if _F.match(kind)])
    tables = [p for p in routine.parameters if _ROWS.match(p.type)]
    lines = [p for p in routine.parameters if _POINTER.match(p.type)]
    counts = [p for p in routine.parameters if COUNT.match(p.type)]
    rows = bool(tables) or len(counts) > 1
    if bool(tables) == bool(lines) or len(counts) > 2 or len(counts) != 1 + rows:
        raise UnreadError
    returns = bool(re.match(r"^double ?\*$", routine.result))
    x, out = places(tables or lines, returns or routine.result == "double **")
    words = {f: "f", **_words(x, out, counts, bool(tables))}
    arguments = ", ".join(words.get(p.name) or _other(p) for p in routine.parameters)
    body = _body(f"{function}({arguments})", bool(tables), rows, out, routine.result)
    made = _FAILING + _f(kinds[f]) + _CALL.format(function=function, body=body)
    return "gradient" if rows else "point-gradient", made


def _resolved(code: str, kind: str) -> str:
    """The type, by what its name stands for where the file says that."""
    found = re.search(
        rf"typedef\s+([\w ]+?)\s*\(\s*\*?\s*{re.escape(kind.strip(' *'))}\s*\)\s*(\([^;]*\))\s*;",
        code,
    )
    return f"{found[1]} (*){' '.join(found[2].split())}" if found else kind


def places(arrays: list[FormalParameter], returns: bool) -> tuple[str, str]:
    """The names of x and of what the gradient is written to, empty where it returns it.

    Raises UnreadError where it is not plain which is which.
    """
    if len(arrays) == 1 and returns:
        return arrays[0].name, ""
    if len(arrays) != 2 or returns:
        raise UnreadError
    named = [p.name for p in arrays if _OUT.match(p.name)]
    constant = [p.name for p in arrays if p.type.startswith("const ")]
    names = [p.name for p in arrays]
    if len(constant) == 1:
        return constant[0], one([name for name in names if name not in constant])
    out = one(named)
    return one([name for name in names if name != out]), out


def _words(
    x: str, out: str, counts: list[FormalParameter], tables: bool
) -> dict[str, str]:
    sizes = ["rows", "width"] if len(counts) == 2 else ["width"]
    words = {p.name: size for p, size in zip(counts, sizes, strict=True)}
    words[x] = "points" if tables else "x"
    if out:
        words[out] = "gradients" if tables else "gradient"
    return words


def _other(parameter: FormalParameter) -> str:
    if parameter.type in ("double", "const double"):
        return STEP
    if parameter.type == "void *":
        return "NULL"
    raise UnreadError


def _f(kind: str) -> str:
    """The function that is handed over: it has the type that is asked for."""
    found = _F.match(kind)
    if not found or found[1] != "double":
        raise UnreadError
    names, declared, n = [], [], "width_of_f"
    for number, each in enumerate(items(found[2])):
        one_of = parameter(
            each if re.search(r"\w[\w ]*[ *]\w+|\]$", each) else f"{each} a"
        )
        one_of = parameter(f"{each} a") if one_of.name in ("int", "double") else one_of
        name = f"a{number}"
        declared.append(f"{one_of.type} {name}".replace("* a", "*a"))
        if _POINTER.match(one_of.type):
            names.append(name)
        elif COUNT.match(one_of.type):
            n = name
        elif one_of.type != "void *":
            raise UnreadError
    x = one(names)
    return (
        f"static double f({', '.join(declared)})\n"
        f"{{\n    return asked({x}, {n});\n}}\n\n"
    )


def _body(call: str, tables: bool, rows: bool, out: str, result: str) -> str:
    lines = _TABLES if tables else "" if rows else _ONE
    if out:
        return f"{lines}    {call};\n"
    if tables:
        return (
            f"{lines}    double **value = {call};\n"
            "    for (size_t i = 0; i < rows; i++)\n"
            "        memcpy(gradient + i * width, value[i], width * sizeof *gradient);\n"
        )
    return (
        f"{lines}    const double *value = {call};\n"
        "    memcpy(gradient, value, rows * width * sizeof *gradient);\n"
    )
