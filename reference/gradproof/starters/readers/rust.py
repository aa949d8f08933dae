"""Routines of Rust."""

from __future__ import annotations

import re
import textwrap

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

_F = re.compile(r"\b(?:Fn|FnMut|FnOnce|fn)\s*\((.*?)\)\s*->\s*f64")
_POINT = re.compile(r"^(&mut |&)?(\[f64\]|Vec<f64>)$")
_ROWS = re.compile(r"^(&mut |&)?(\[Vec<f64>\]|Vec<Vec<f64>>)$")
_RESULTS = ("Vec<f64>", "Vec<Vec<f64>>")
_FALLIBLE = tuple(f"Result<{each}" for each in _RESULTS)
_OTHERS = {"f64": STEP, "Option<f64>": "None"}
_ARGUMENTS = {"&[f64]": "x", "&Vec<f64>": "x", "&mut [f64]": "x", "Vec<f64>": "&x"}
_CALL = """\
use std::cell::RefCell;
use std::panic::{{catch_unwind, resume_unwind, AssertUnwindSafe}};

thread_local! {{
    /// The probe that is going on: its number, and how often f was asked.
    static PROBE: RefCell<(Json, usize)> = RefCell::new((Json::Null, 0));
}}

/// f, whose failure goes through the routine as a panic does.
fn asked(x: &[f64]) -> f64 {{
    let (id, n) = PROBE.with(|probe| probe.replace_with(|(id, n)| (id.clone(), *n + 1)));
    match ask(&id, n, x) {{
        Ok(y) => y,
        Err(failure) => resume_unwind(Box::new(failure)),
    }}
}}

/// How {function} is called.
fn call(id: &Json, points: &mut [Vec<f64>]) -> Result<Vec<Vec<f64>>, Failure> {{
    PROBE.with(|probe| probe.replace((id.clone(), 0)));
{body}    value.map_err(|payload| match payload.downcast::<Failure>() {{
        Ok(failure) => *failure,
        Err(_) => Failure("panic", "the routine panicked".to_string()),
    }})
}}
"""
_UNREAD = """\
fn call(id: &Json, points: &mut [Vec<f64>]) -> Result<Vec<Vec<f64>>, Failure> {{
    compile_error!("write here how {function} is called");
}}
"""
_ONE = """\
    let [x] = points else {
        return Err(Failure("ShapeError", "x is one point".to_string()));
    };
"""


def adapted(text: str, function: str, routine: str) -> Adapted:
    """How the routine of the file is called.

    Raises StarterError if it is none that a program can call.
    """
    code = bare(text)
    public = re.search(rf"\bpub(\([^)]*\))? fn {function}\b", code) is not None
    if not public and re.search(r"^\s*(//!|#!\[)", text, re.MULTILINE):
        raise private(routine, function)
    try:
        role, call = _call(code, function, "routine" if public else "super")
        unread = ""
    except UnreadError:
        role, call = "point-gradient", _UNREAD.format(function=function)
        found = re.search(rf"\bfn {function}\b[^{{;]*", code)
        unread = " ".join(found.group().split()) if found else function
    places = _seen(routine, call) if public else _enclosed(routine, call)
    return Adapted(places, role, unread)


def _seen(routine: str, call: str) -> dict[str, str]:
    return {
        "routine": f'#[allow(dead_code)]\n#[path = "{routine}"]\nmod routine;\n',
        "call": call,
    }


def _enclosed(routine: str, call: str) -> dict[str, str]:
    """What is private can be called from a module within its own."""
    within = call.replace("\nfn call(", "\npub fn call(")
    inner = textwrap.indent(f"use crate::{{ask, Failure, Json}};\n{within}", " " * 8)
    return {
        "routine": "",
        "call": (
            f'#[allow(dead_code)]\nmod routine {{\n    include!("{routine}");\n\n    pub mod port {{\n'
            f"{inner}    }}\n}}\nuse routine::port::call;\n"
        ),
    }


def _call(code: str, function: str, within: str) -> tuple[str, str]:
    parameters, bounds, result = _read(code, function)
    kinds = {p.name: _bound(p.type, bounds) for p in parameters}
    f = one([name for name, kind in kinds.items() if _F.search(kind)])
    arrays = [p for p in parameters if _POINT.match(p.type) or _ROWS.match(p.type)]
    if not arrays or len(arrays) > 2 or (len(arrays) == 2) == bool(result):
        raise UnreadError
    x, *out = arrays
    words = {f: _f(kinds[f], x), x.name: _given(x)}
    words |= {each.name: "&mut gradient" for each in out}
    arguments = ", ".join(words.get(p.name) or _other(p) for p in parameters)
    if result and result not in _RESULTS and not result.startswith(_FALLIBLE):
        raise UnreadError
    rows = bool(_ROWS.match(x.type))
    body = _body(f"{within}::{function}({arguments})", x, result, bool(out))
    role = "gradient" if rows else "point-gradient"
    return role, _CALL.format(function=function, body=body)


def _read(code: str, function: str) -> tuple[list[FormalParameter], str, str]:
    """The parameters, what is said of the generic types, and what is returned."""
    found = re.search(rf"\bfn {function}\s*(<)?", code)
    if not found:
        raise UnreadError
    opened, generic = found.end(), ""
    if found[1]:
        ends = closing(code, opened - 1)
        generic, opened = code[opened:ends], ends + 1
    opened = code.index("(", opened)
    closed = closing(code, opened)
    tail = " ".join(code[closed + 1 : code.index("{", closed)].split())
    returned, _, where = tail.partition("where ")
    aliases = dict(re.findall(r"\btype (\w+) = ([^;]+);", code))
    named = code[opened + 1 : closed]
    named = re.sub(r"\w+", lambda word: aliases.get(word.group(), word.group()), named)
    parameters = [_parameter(each) for each in items(named)]
    bounds = " ".join(f"{generic}, {where}".split())
    return parameters, bounds, returned.strip().removeprefix("->").strip()


def _parameter(text: str) -> FormalParameter:
    name, colon, kind = text.partition(":")
    if not colon:
        raise UnreadError
    name = name.strip().removeprefix("mut ").strip()
    return FormalParameter(name, re.sub(r"&'\w+ ", "&", kind.strip()))


def _bound(kind: str, bounds: str) -> str:
    """The type, with what a generic one has to be in its place."""
    name = kind.removeprefix("&mut ").removeprefix("&").strip()
    for each in items(bounds):
        generic, _, bound = each.partition(":")
        if bound and generic.strip() == name:
            return kind.replace(name, f"impl {bound.strip()}")
    return kind


def _f(kind: str, x: FormalParameter) -> str:
    """What is given for f: it holds on to nothing, so it is a function as well."""
    found = _F.search(kind)
    taken = found[1].partition(":")[2].strip() or found[1].strip() if found else ""
    if taken not in _ARGUMENTS:
        raise UnreadError
    closure = f"|x: {taken}| asked({_ARGUMENTS[taken]})"
    if kind.startswith("&mut "):
        return f"&mut ({closure})"
    if kind.startswith("&"):
        return f"&({closure})"
    return f"Box::new({closure})" if kind.startswith("Box<") else closure


def _other(parameter: FormalParameter) -> str:
    if parameter.type not in _OTHERS:
        raise UnreadError
    return _OTHERS[parameter.type]


def _given(x: FormalParameter) -> str:
    if x.type.startswith("&mut "):
        return "&mut *x" if _POINT.match(x.type) else "&mut x"
    return "&x" if x.type.startswith("&") else "x.clone()"


def _body(call: str, x: FormalParameter, result: str, out: bool) -> str:
    rows = bool(_ROWS.match(x.type))
    moved = "mut " if x.type.startswith("&mut ") else ""
    lines = f"    let {moved}x = points.to_vec();\n" if rows else _ONE
    if result.startswith("Result<"):
        call += '.unwrap_or_else(|error| panic!("{error:?}"))'
    inner = call
    if out:
        made = "x.clone()" if rows else "vec![0.0; x.len()]"
        inner = f"{{ let mut gradient = {made}; {call}; gradient }}"
    if not rows:
        inner = f"vec![{inner}]"
    lines += f"    let value = catch_unwind(AssertUnwindSafe(|| {inner}));\n"
    return lines + ("    points.clone_from_slice(&x);\n" if rows else "")
