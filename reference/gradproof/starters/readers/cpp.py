"""Routines of C++."""

from __future__ import annotations

import re

from gradproof.starters.readers import c
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

_VECTOR = re.compile(
    r"^(const )?(std::)?vector ?< ?(?:double|T|Scalar|Real) ?>( const)?( &| &&)?$"
)
_ROWS = re.compile(
    r"^(const )?(std::)?vector ?< ?(std::)?vector ?< ?(?:double|T|Scalar|Real) ?> ?>( const)?( &| &&)?$"
)
_POINTER = re.compile(r"^(const )?double( const)? \*( const)?$")
_STD = re.compile(r"^(const )?(std::)?function ?< ?double ?\((.*)\) ?>( &| &&)?$")
_BARE = re.compile(r"^double ?\([*&]\) ?\((.*)\)$")

_ASKED = """\
/// f, in each manner in which one is called.
struct Asked {{
    static inline const Function* ask = nullptr;
    static inline std::size_t width = 0;

    double operator()(const std::vector<double>& x) const {{ return (*ask)(x); }}
    double operator()(const double* x, std::size_t n) const {{ return (*ask)({{x, x + n}}); }}
    double operator()(const double* x) const {{ return (*this)(x, width); }}
}};

/// How {function} is called.
Points call(const Function& ask, Points& points)
{{
    Asked::ask = &ask;
    Asked::width = points.empty() ? 0 : points[0].size();
{body}}}

"""
_UNREAD = """\
Points call(const Function&, Points&)
{{
#error "write here how {function} is called"
}}

"""
_ONE = """\
    if (points.size() != 1) {
        throw std::invalid_argument{"x is one point"};
    }
    std::vector<double>& x = points[0];
"""


def adapted(text: str, function: str, routine: str) -> Adapted:
    """How the routine of the file is called."""
    code = bare(text)
    brought = c.included(routine, text)
    try:
        role, call = _call(code, function)
    except UnreadError:
        place = _UNREAD.format(function=function)
        return Adapted(
            {"routine": brought, "call": place}, unread=c.signature(code, function)
        )
    return Adapted({"routine": brought, "call": call}, role)


def _call(code: str, function: str) -> tuple[str, str]:
    routine = c.read(code, function)
    generic = re.findall(r"\b(?:typename|class) (\w+)", code)
    kinds = {p.name: _resolved(code, p.type) for p in routine.parameters}
    vectors = [p for p in routine.parameters if _VECTOR.match(kinds[p.name])]
    tables = [p for p in routine.parameters if _ROWS.match(kinds[p.name])]
    pointers = [p for p in routine.parameters if _POINTER.match(kinds[p.name])]
    counts = [p for p in routine.parameters if c.COUNT.match(kinds[p.name])]
    f = _f_of(routine.parameters, kinds, generic)
    arrays = vectors or tables or pointers
    if (bool(vectors) + bool(tables) + bool(pointers)) != 1 or len(counts) > 1:
        raise UnreadError
    result = _resolved(code, routine.result)
    returns = not re.match(r"^(void|int|bool)$", result)
    x, out = c.places(arrays, returns)
    given = "points" if tables else "x.data()" if pointers else "x"
    size = "points.size()" if tables else "x.size()"
    words = {f.name: _f(kinds[f.name]), x: given, **{p.name: size for p in counts}}
    if out:
        words[out] = "gradient.data()" if pointers else "gradient"
    arguments = _arguments(routine.parameters, words)
    called = f"{_qualified(code, function)}({arguments})"
    body = _body(called, bool(tables), out, result)
    made = _ASKED.format(function=function, body=body)
    return "gradient" if tables else "point-gradient", made


def _resolved(code: str, kind: str) -> str:
    """The type, by what the names in it stand for where the file says that."""
    aliases = dict(re.findall(r"\busing (\w+)\s*=\s*([^;]+);", code))
    for meant, name in re.findall(r"\btypedef ([^;]+?)\s*\b(\w+)\s*;", code):
        aliases[name] = meant
    for result, name, taken in re.findall(
        r"\btypedef (\w+)\s*\(\s*\*\s*(\w+)\s*\)\s*\(([^;]*)\)\s*;", code
    ):
        aliases[name] = f"{result} (*)({taken})"
    for _ in range(3):
        kind = re.sub(
            r"\w+", lambda word: aliases.get(word.group(), word.group()), kind
        )
    kind = re.sub(r"\s*([&*])", r" \1", " ".join(kind.split()))
    return kind.replace("( *", "(*").replace("( &", "(&").replace("& &", "&&")


def _f_of(
    parameters: list[FormalParameter], kinds: dict[str, str], generic: list[str]
) -> FormalParameter:
    """The parameter that is f: called by its type, or of a type of its own."""
    called = [
        p
        for p in parameters
        if _STD.match(kinds[p.name])
        or _BARE.match(kinds[p.name])
        or re.sub(r"^const | &&?$", "", kinds[p.name]) in ("auto", *generic)
    ]
    # x may be generic, too: that is not known here.
    if len(called) != 1:
        raise UnreadError
    return called[0]


def _f(kind: str) -> str:
    """What is given for f."""
    typed, plain = _STD.match(kind), _BARE.match(kind)
    if not typed and not plain:
        return "Asked{}"
    taken = items(typed[3] if typed else plain[1] if plain else "")
    names, n = [], ""
    declared = []
    for number, each in enumerate(taken):
        name = f"a{number}"
        kind = re.sub(r"\s*([&*])", r" \1", each)
        kind = re.sub(r"(?<=[&*>t]) ?\b(?!const\b)[a-z_]\w*$", "", kind).strip()
        declared.append(f"{kind} {name}")
        if _VECTOR.match(kind) or _POINTER.match(kind):
            names.append(name)
        elif c.COUNT.match(kind) or c.COUNT.match(kind.rpartition(" ")[0]):
            n = name
            declared[-1] = f"std::size_t {name}" if typed else f"{_count(kind)} {name}"
        else:
            raise UnreadError
    x = one(names)
    given = f"{x}, {n}" if n else x
    return f"[]({', '.join(declared)}) {{ return Asked{{}}({given}); }}"


def _count(kind: str) -> str:
    return kind if c.COUNT.match(kind) else kind.rpartition(" ")[0]


def _arguments(parameters: list[FormalParameter], words: dict[str, str]) -> str:
    """What is given; what has a default, and stands last, is left to it."""
    known = [
        n for n, p in enumerate(parameters) if p.name in words or not p.has_default
    ]
    chosen = parameters[: max(known) + 1]
    return ", ".join(words.get(p.name) or _other(p) for p in chosen)


def _other(parameter: FormalParameter) -> str:
    if re.match(r"^(const )?(double|T)( &)?$", parameter.type):
        return STEP
    raise UnreadError


def _body(call: str, tables: bool, out: str, result: str) -> str:
    lines = "" if tables else _ONE
    if not out and result.endswith("*"):
        return (
            f"{lines}    const double* const value = {call};\n"
            "    return {{value, value + x.size()}};\n"
        )
    if not out:
        given = call if tables else f"{{{call}}}"
        return f"{lines}    return {given};\n"
    if tables:
        return f"    Points gradient = points;\n    {call};\n    return gradient;\n"
    return (
        f"{lines}    std::vector<double> gradient(x.size());\n"
        f"    {call};\n    return {{gradient}};\n"
    )


def _qualified(code: str, function: str) -> str:
    """The routine's name, within the namespaces and classes that it stands in."""
    found = re.search(rf"\b{function}\s*\(", code)
    place = found.start() if found else 0
    outer = [
        each[1]
        for each in re.finditer(
            r"\b(?:namespace|class|struct) (\w[\w:]*)[^;{]*\{", code
        )
        if each.end() <= place <= closing(code, each.end() - 1)
    ]
    return "::".join([*outer, function])
