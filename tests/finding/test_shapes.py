"""A routine is known by its name or by its shape, in the syntax alone."""

from __future__ import annotations

import ast

import pytest

from gradproof.finding.shapes import routines

ENTRIES = """
def slope_of(cost, place):
    out = np.zeros_like(place)
    for i in range(place.size):
        old = place[i]
        place[i] = old + 1e-4
        ahead = cost(place)
        place[i] = old - 1e-4
        out[i] = (ahead - cost(place)) / 2e-4
        place[i] = old
    return out
"""
FOUND = {
    "the book's name": ("def numerical_gradient(f, x): return x", "named"),
    "a name and what it calls": ("def grad_of(g, a): return g(a)", "named"),
    "a derivative": ("def numerical_diff(f, x): return (f(x + 1) - f(x)) / 1", "named"),
    "a tangent": ("def tangent_line(f, x): return f", "named"),
    "entries that are moved": (ENTRIES, "shaped"),
    "one expression": ("def d(g, t): return (g(t + .1) - g(t - .1)) / .2", "shaped"),
    "values with names": (
        "def d(g, t, h):\n u = g(t + h)\n v = g(t)\n return (u - v) / h",
        "shaped",
    ),
    "entries that are gathered": (
        "def d(g, t):\n o = []\n for e in B:\n"
        "  o.append((g(t + e) - g(t - e)) / 2)\n return np.array(o)",
        "shaped",
    ),
    "places with names": (
        "def d(g, t, h):\n a, b = t + h, t - h\n return (g(a) - g(b)) / 2 / h",
        "shaped",
    ),
    "a method": (
        "class A:\n def d(self, g, t): return (g(t + .1) - g(t - .1)) / .2",
        "shaped",
    ),
}
PASSED = {
    "a network's": "class N:\n def numerical_gradient(self, x, t): return self.l(x)",
    "no function is taken": "def gradient(x, t): return x - t",
    "a root by Newton": (
        "def root(g, t):\n for _ in R:\n  d = (g(t + .1) - g(t)) / .1\n"
        "  t = t - g(t) / d\n return t"
    ),
    "an integral": "def area(g, a, b): return (g(a) + g(b)) / 2 * (b - a)",
    "a function that is called": "def apply(g, t): return g(t + 1)",
    "what asks for more": "def d(g, t, i): return (g(t + i) - g(t - i)) / 2",
    "a mean": "def mean(g, t): return (g(t) - g(0)) / 2",
}


@pytest.mark.parametrize("case", FOUND)
def test_a_routine_is_found(case: str) -> None:
    text, why = FOUND[case]
    ((name, found, line),) = routines(ast.parse(text).body)
    assert (found, line > 0) == (why, True)
    assert "." in name or "class" not in text


@pytest.mark.parametrize("case", PASSED)
def test_what_is_none_is_passed_over(case: str) -> None:
    assert not list(routines(ast.parse(PASSED[case]).body))


def test_a_helper_of_a_routine_is_a_part_of_it() -> None:
    text = "def numerical_gradient(f, x): return slope_of(f, x)\n" + ENTRIES
    found = routines(ast.parse(text).body)
    assert [name for name, _, _ in found] == ["numerical_gradient"]
