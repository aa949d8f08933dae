"""Routines of Go."""

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

TEST = "port_test.go"
"""The program beside a routine that is no program's: Go builds it as a test."""

TEST_BUILD = f"go test -c -o port {TEST} {{routine}}"
"""How it is then built."""

_F = re.compile(r"^func\((?:\w+ )?(\[\]float64|\.\.\.float64|[A-Z]?\w+)\) ?(.*)$")
_SLICE = re.compile(r"^type (\w+)\s+=?\s*\[\]float64$", re.MULTILINE)
_UNREAD = """\
func call(f func([]float64) (float64, error), points [][]float64) ([][]float64, error) {{
	const unread int = "write here how {function} is called"
	return nil, nil
}}

"""
_HEAD = """\
// call calls {function}: what f panics with is its error.
func call(ask func([]float64) (float64, error), points [][]float64) (value [][]float64, err error) {{
	defer func() {{
		if failure := recover(); failure != nil {{
			var known bool
			if err, known = failure.(error); !known {{
				err = fmt.Errorf("%v", failure)
			}}
		}}
	}}()
"""
_ONE = """\
	if len(points) != 1 {
		return nil, errors.New("x is one point")
	}
	x := points[0]
"""
_FALLIBLE = """\
	f := func(x {taken}) (float64, error) {{ return ask(x) }}
"""
_PLAIN = """\
	f := func(x {taken}) float64 {{
		y, err := ask(x)
		if err != nil {{
			panic(err)
		}}
		return y
	}}
"""
_OUTS = {
    "x": "\tgradient := make([]float64, len(x))\n",
    "points": (
        "\tgradient := make([][]float64, len(points))\n"
        "\tfor n := range points {\n"
        "\t\tgradient[n] = make([]float64, len(points[n]))\n"
        "\t}\n"
    ),
}


@dataclass(frozen=True)
class _Routine:
    parameters: list[FormalParameter]
    results: str
    slices: list[str]


def adapted(text: str, function: str, routine: str) -> Adapted:
    """How the routine of the file is called."""
    code = bare(text)
    package = (re.findall(r"^package (\w+)", code, re.MULTILINE) or ["main"])[0]
    try:
        role, call = _call(function, _read(code, function))
    except UnreadError:
        found = re.search(rf".*\b{function}\b.*", code)
        signature = found.group().strip(" {") if found else function
        place = _UNREAD.format(function=function)
        return Adapted({"call": place}, unread=signature, package=package)
    return Adapted({"call": call}, role, package=package)


def has_main(text: str) -> bool:
    """Whether the file has a program's own beginning."""
    return re.search(r"^func main\(", bare(text), re.MULTILINE) is not None


def as_test(program: str, package: str) -> str:
    """The program as a test of the package: what begins there is TestMain."""
    program = program.replace("\npackage main\n", f"\npackage {package}\n")
    program = program.replace('\t"strings"\n', '\t"strings"\n\t"testing"\n')
    return program.replace("\nfunc main() {", "\nfunc TestMain(*testing.M) {")


def _read(code: str, function: str) -> _Routine:
    found = re.search(rf"^func {function}\s*\(", code, re.MULTILINE)
    if not found:
        raise UnreadError
    closed = closing(code, found.end() - 1)
    parameters: list[FormalParameter] = []
    # In `a, b int` the type stands with the last alone.
    kind = ""
    for each in reversed(items(code[found.end() : closed])):
        name, _, own = each.partition(" ")
        kind = own or kind
        parameters.insert(0, FormalParameter(name, _resolved(code, kind)))
    results = code[closed + 1 : code.index("{", closed)]
    return _Routine(parameters, " ".join(results.split()), _SLICE.findall(code))


def _resolved(code: str, kind: str) -> str:
    """The type, by what its name stands for in the file, on one line."""
    found = re.search(rf"^type {re.escape(kind)}\s+=?\s*(.+)$", code, re.MULTILINE)
    return " ".join((found[1] if found else kind).split()).replace("func (", "func(")


def _call(function: str, routine: _Routine) -> tuple[str, str]:
    f = one([p.name for p in routine.parameters if _F.match(p.type)])
    taken, gives = _taken(routine, f)
    arrays = [p for p in routine.parameters if p.type in ("[]float64", "[][]float64")]
    returned = re.sub(r"^\(\w+ |^\(|\)$", "", routine.results)
    outs = [] if returned else arrays[1:]
    if len(arrays) != 1 + len(outs) or len(outs) > 1 or (not returned and not outs):
        raise UnreadError
    x, *out = arrays
    given = "points" if x.type == "[][]float64" else "x"
    words = {f: "f", x.name: given, **{each.name: "gradient" for each in out}}
    arguments = [words.get(p.name) or _other(p, given) for p in routine.parameters]
    body = _HEAD.format(function=function) + (_ONE if given == "x" else "")
    form = _FALLIBLE if "error" in gives else _PLAIN
    body += form.format(taken=taken)
    call = f"{function}({', '.join(arguments)})"
    body += _result(call, given, returned, bool(out))
    return ("gradient" if given == "points" else "point-gradient"), f"{body}}}\n\n"


def _taken(routine: _Routine, f: str) -> tuple[str, str]:
    kind = next(p.type for p in routine.parameters if p.name == f)
    found = _F.match(kind)
    if not found or found[2] not in ("float64", "(float64, error)"):
        raise UnreadError
    if found[1] not in ("[]float64", "...float64", *routine.slices):
        raise UnreadError
    return found[1], found[2]


def _other(parameter: FormalParameter, given: str) -> str:
    if parameter.type == "float64":
        return STEP
    if parameter.type == "int" and given == "x":
        return "len(x)"
    raise UnreadError


def _result(call: str, given: str, returned: str, out: bool) -> str:
    if out:
        end = "gradient" if given == "points" else "[][]float64{gradient}"
        return f"{_OUTS[given]}\t{call}\n\treturn {end}, nil\n"
    expected = "[][]float64" if given == "points" else "[]float64"
    kind, _, error = returned.partition(",")
    # Of a named type that is made of these no more is known.
    if kind.strip().endswith("64") and kind.strip() != expected:
        raise UnreadError
    wrapped = "gradient" if given == "points" else "[][]float64{gradient}"
    if error:
        return f"\tgradient, err := {call}\n\treturn {wrapped}, err\n"
    return f"\tgradient := {call}\n\treturn {wrapped}, nil\n"
