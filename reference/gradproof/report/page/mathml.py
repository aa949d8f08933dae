"""Formulas as MathML: of SymPy by its printer, of reports from their text."""

from __future__ import annotations

import html
import re
from typing import Any

from markupsafe import Markup

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")
UP = "[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]"
NAME = r"x(?:\d+|\[\d+,\d+\])?"

FRACTION = re.compile(r"(?P<sign>−?)\((?P<above>.*)\) / (?P<below>[^ ·]+)(?P<rest>.*)")
DERIVATIVE = re.compile(rf"∂({UP}*)f/((?:∂{NAME}{UP}*)+)")
TOKEN = re.compile(
    rf"(?P<derivative>∂{UP}*f/(?:∂{NAME}{UP}*)+)"
    rf"|(?P<multiple>(?:\d+|\d*h{UP}*)/(?:\d+h{UP}*|h{UP}*|\d+))"
    rf"|(?P<name>(?:{NAME}|[fh]){UP}*)"
    r"|(?P<number>\d[\d.]*(?:e[+-]?\d+)?)"
    r"|(?P<sign>[−+·(),=≈])"
    r"|(?P<other>\S)"
)


def expression(found: Any) -> Markup:
    """An expression of SymPy's, by its own printer."""
    from sympy.printing.mathml import mathml

    return Markup(mathml(found, printer="presentation"))


def formula(text: str) -> Markup:
    """A formula of a report: fractions stacked, names with their indices."""
    return Markup(f"<mrow>{_side(text)}</mrow>")


def _side(text: str) -> str:
    """One side; a quotient of it becomes a fraction."""
    left, equals, right = text.partition(" ≈ ")
    if equals:
        return f"{_side(left)}<mo>≈</mo>{_side(right)}"
    found = FRACTION.fullmatch(text)
    if found is None:
        return "".join(map(_token, TOKEN.finditer(text)))
    fraction = _fraction(_side(found["above"]), _side(found["below"]))
    return _side(found["sign"]) + fraction + _side(found["rest"])


def _token(found: re.Match[str]) -> str:
    text = found[0]
    match found.lastgroup:
        case "derivative":
            return _derivative(text)
        case "multiple":
            above, _, below = text.partition("/")
            return _fraction(_side(above), _side(below))
        case "name":
            plain = text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
            return _raised(_name(plain), text[len(plain) :])
        case "number":
            return f"<mn>{text}</mn>"
        case "sign":
            return f"<mo>{text}</mo>"
    return f"<mi>{html.escape(text)}</mi>"


def _derivative(text: str) -> str:
    found = DERIVATIVE.fullmatch(text)
    assert found is not None
    above = _raised("<mo>∂</mo>", found[1]) + "<mi>f</mi>"
    below = "".join(
        "<mo>∂</mo>" + _raised(_name(name), power)
        for name, power in re.findall(rf"∂({NAME})({UP}*)", found[2])
    )
    return _fraction(above, below)


def _name(name: str) -> str:
    """A letter, with its index beneath."""
    index = name[1:].strip("[]")
    return (
        f"<msub><mi>{name[0]}</mi><mn>{index}</mn></msub>"
        if index
        else (f"<mi>{name}</mi>")
    )


def _raised(base: str, power: str) -> str:
    if not power:
        return base
    return f"<msup>{base}<mn>{power.translate(RAISED)}</mn></msup>"


def _fraction(above: str, below: str) -> str:
    return f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>"
