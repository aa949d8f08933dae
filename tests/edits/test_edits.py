"""Changes of a routine's text: what each makes of it, and that it mends the defect."""

from __future__ import annotations

import difflib
import textwrap
from typing import Any

import numpy as np
import pytest

from gradproof.defects.catalogue import CATALOGUE
from gradproof.edits import quivers
from gradproof.edits.catalogue import OPERATORS, candidates, of_two, others
from gradproof.edits.text import Text, edited, parsed
from gradproof.examination.examination import Examination, examine
from gradproof.ports.in_process import FunctionPort

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

IN_TURN = """\
import numpy as np

def slopes(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        grad[i] = (ahead - behind) / (2 * h)
        x[i] = kept
    return grad
"""
"""A right routine, which is broken below, a line or two at a time."""


def broken(*changes: tuple[str, str]) -> str:
    text = IN_TURN
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def examined(text: str, name: str = "slopes") -> Examination:
    space: dict[str, Any] = {"np": np}
    exec(compile(text, "routine", "exec", dont_inherit=True), space)
    return examine(FunctionPort(name, space[name]), role="point-gradient")


def first_right(text: str, defect: str, name: str = "slopes") -> str | None:
    """The first text with a change for the defect with which the routine passes."""
    assert examined(text, name).verdict == "fail"
    for new in candidates(Text(text), name, defect):
        if examined(new, name).verdict == "pass":
            return new
    return None


QUOTIENT = "grad[i] = (ahead - behind) / (2 * h)"
SLIPS = [
    ("operator-precedence", "/ (2 * h)", "/ 2 * h"),
    ("operator-precedence", "/ (2 * h)", "/ (2) * h"),
    ("operator-precedence", "(ahead - behind) /", "ahead - behind /"),
    ("missing-half", "/ (2 * h)", "/ h"),
    ("wrong-factor", "/ (2 * h)", "/ 1e-4"),
    ("sign-flipped", "ahead - behind", "behind - ahead"),
    ("sum-for-difference", "ahead - behind", "ahead + behind"),
    ("step-too-small", "1e-4", "10e-50"),
    ("step-too-large", "1e-4", "0.1"),
    ("step-too-large", "1e-4", "10**-1"),
    ("wrong-node", "kept - h", "kept - 2 * h"),
    ("missing-call", "behind = f(x)", "behind = kept - h"),
    ("not-restored", "        x[i] = kept\n", ""),
    ("wrong-restore", "ahead = f(x)", "ahead = f(x)\n        kept = x[i]"),
    ("lost-index", "grad[i] = (", "grad = ("),
    ("f-per-element", "ahead = f(x)", "ahead = f(x[i])"),
    ("aliased-result", "np.zeros_like(x)", "x"),
    (
        "forward-difference",
        f"x[i] = kept - h\n        behind = f(x)\n        {QUOTIENT}",
        "x[i] = kept\n        behind = f(x)\n        grad[i] = (ahead - behind) / h",
    ),
]


@pytest.mark.once
@pytest.mark.parametrize(("defect", "old", "new"), SLIPS)
def test_one_slip_is_mended(defect: str, old: str, new: str) -> None:
    slip = broken((old, new))
    mended = first_right(slip, defect)
    assert mended is not None
    compared = difflib.ndiff(slip.splitlines(), mended.splitlines())
    assert 1 <= sum(line[0] in "+-" for line in compared) <= 6


FORWARD = {
    "in one line": """
        def slopes(f, x, h=1e-4):
            return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(x.size)])
    """,
    "with a value of before": """
        def slopes(f, x):
            h = 1e-4
            grad = np.zeros(x.size)
            here = f(x)
            for i in range(x.size):
                x[i] += h
                grad[i] = (f(x) - here) / h
                x[i] -= h
            return grad
    """,
    "in two statements": """
        def slopes(f, x):
            h = 1e-4
            grad = np.zeros(x.size)
            here = f(x)
            for i in range(x.size):
                x[i] += h
                ahead = f(x)
                grad[i] = (ahead - here) / h
                x[i] -= h
            return grad
    """,
    "with a value of before, and put back": """
        def slopes(f, x):
            h = 1e-4
            grad = np.zeros(x.size)
            here = f(x)
            for i in range(x.size):
                kept = x[i]
                x[i] = kept + h
                grad[i] = (f(x) - here) / h
                x[i] = kept
            return grad
    """,
    "with a value in the loop": """
        def slopes(f, x):
            h = 1e-4
            grad = np.zeros(x.size)
            for i in range(x.size):
                here = f(x)
                x[i] = x[i] + h
                grad[i] = (f(x) - here) / h
                x[i] = x[i] - h
            return grad
    """,
    "with types": """
        def slopes(f, x):
            h: float = 1e-4
            grad = np.zeros(x.size)
            for i in range(x.size):
                kept: float = x[i]
                x[i] = kept + h
                ahead: float = f(x)
                x[i] = kept
                here: float = f(x)
                grad[i] = (ahead - here) / h
            return grad
    """,
    "in shared lines": """
        def slopes(f, x):
            h = 1e-4; grad = np.zeros(x.size)
            for i in range(x.size):
                kept = x[i]; x[i] = kept + h; ahead = f(x)
                x[i] = kept; here = f(x); grad[i] = (ahead - here) / h
            return grad
    """,
    "with a copy": """
        def slopes(f, x):
            h = 1e-4
            grad = np.zeros(x.size)
            for i in range(x.size):
                moved = x.copy()
                moved[i] += h
                grad[i] = (f(moved) - f(x)) / h
            return grad
    """,
    "backwards": """
        def slopes(f, x, h=1e-4):
            return np.array([(f(x) - f(x - h * e)) / h for e in np.eye(x.size)])
    """,
}


@pytest.mark.parametrize("manner", sorted(FORWARD))
def test_a_one_sided_difference_is_made_central(manner: str) -> None:
    text = textwrap.dedent(FORWARD[manner])
    assert first_right(text, "forward-difference") is not None


@pytest.mark.parametrize(
    ("manner", "added"),
    [
        (
            "with a value of before",
            [
                "ahead = f(x)",
                "x[i] -= 2 * h",
                "grad[i] = (ahead - f(x)) / (2 * h)",
                "x[i] += h",
            ],
        ),
        (
            "with a value of before, and put back",
            ["ahead = f(x)", "x[i] = kept - h", "grad[i] = (ahead - f(x)) / (2 * h)"],
        ),
        (
            "in shared lines",
            [
                "x[i] = kept - h; here = f(x); x[i] = kept;"
                " grad[i] = (ahead - here) / (2 * h)"
            ],
        ),
    ],
)
def test_it_is_made_central_in_the_manner_of_the_text(
    manner: str, added: list[str]
) -> None:
    before = textwrap.dedent(FORWARD[manner])
    after = first_right(before, "forward-difference")
    assert after is not None
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    assert [line[2:].strip() for line in lines if line.startswith("+ ")] == added


@pytest.mark.parametrize(
    ("defect", "quotient"),
    [("missing-half", "difference / h"), ("operator-precedence", "difference / 2 * h")],
)
def test_a_difference_with_a_name_is_divided_rightly(
    defect: str, quotient: str
) -> None:
    named = "difference = ahead - behind\n        grad[i] = " + quotient
    text = broken(("grad[i] = (ahead - behind) / (2 * h)", named))
    mended = first_right(text, defect)
    assert mended is not None
    assert "grad[i] = difference / (2 * h)" in mended


def slope(difference: str) -> str:
    return f"def diff(f, x):\n    return {difference}\n"


@pytest.mark.parametrize(
    ("defect", "wrong", "right"),
    [
        ("missing-half", "1e-4", "2e-4"),
        ("missing-half", "0.0001", "0.0002"),
        ("missing-half", "1.5E-4", "3.0e-4"),
    ],
)
def test_a_step_that_is_no_name_is_doubled_as_it_is_written(
    defect: str, wrong: str, right: str
) -> None:
    difference = f"(f(x + {wrong}) - f(x - {wrong}))"
    text = slope(f"{difference} / {wrong}")
    mended = list(candidates(Text(text), "diff", defect))
    assert slope(f"{difference} / {right}") in mended


def test_a_one_sided_difference_by_a_number_is_made_central() -> None:
    text = slope("(f(x + 1e-4) - f(x)) / 1e-4")
    mended = candidates(Text(text), "diff", "forward-difference")
    assert slope("(f(x + 1e-4) - f(x - 1e-4)) / 2e-4") in mended


def test_a_step_that_is_no_name_is_made_another_wherever_it_stands() -> None:
    text = slope("(f(x + 1e-50) - f(x - 1e-50)) / 2e-50")
    mended = candidates(Text(text), "diff", "step-too-small")
    assert list(mended) == [slope("(f(x + 1e-4) - f(x - 1e-4)) / 2e-4")]


HELPER = "def rises(f, x, steps):\n    return [f(x + s) - f(x - s) for s in steps]\n\n"
WRITTEN = [
    (
        "missing-half",
        HELPER + "def g(f, x):\n    return rises(f, x, 1e-4 * np.eye(x.size)) / 1e-4",
        "/ 1e-4",
        "/ 2e-4",
    ),
    (
        "operator-precedence",
        "def g(f, x, h=1e-4):\n"
        "    return np.array([f(x + h * e) - f(x - h * e) for e in E]) / 2 * h",
        "/ 2 * h",
        "/ (2 * h)",
    ),
    ("missing-half", "def g(f, x):\n    return 2 * slope(f, x)", "2 * slope", "slope"),
    (
        "wrong-factor",
        "def g(f, x, lr=0.01):\n    return x - 0.01 * slope(f, x)",
        "- 0.01 *",
        "- lr *",
    ),
    (
        "wrong-restore",
        "def g(f, x):\n"
        "    for i in range(2):\n        x[i] += 1e-4\n        x[i] -= 2e-4\n"
        "        x[i] += 2e-4\n    return x",
        "+= 2e-4",
        "+= 1e-4",
    ),
    (
        "forward-difference",
        "def g(f, x):\n    here, h = f(x), 1e-4\n    return (f(x + h) - here) / h",
        "here, h = f(x), 1e-4\n    return (f(x + h) - here) / h",
        "h = 1e-4\n    return (f(x + h) - f(x - h)) / (2 * h)",
    ),
]


@pytest.mark.parametrize(("defect", "text", "before", "after"), WRITTEN)
def test_what_is_written_in_another_way_is_changed_there(
    defect: str, text: str, before: str, after: str
) -> None:
    assert text.replace(before, after) in candidates(Text(text), "g", defect)


def test_a_descent_that_moves_its_start_copies_it_first() -> None:
    text = """
def descend(f, start, rate=0.1, steps=10):
    for _ in range(steps):
        start -= rate * slopes(f, start)
    return start
"""
    first = next(candidates(Text(text), "descend", "start-mutated"))
    assert "10):\n    start = start.copy()\n    for" in first


def test_no_line_is_left_over_when_a_difference_is_made_central() -> None:
    text = textwrap.dedent(FORWARD["in two statements"])
    mended = first_right(text, "forward-difference")
    assert mended is not None
    assert "here" not in mended


@pytest.mark.parametrize(
    "lines",
    [
        ("kept = x[i]", "x[i] = kept + h", "ahead = f(x)", "x[i] = kept - h"),
        ("x[i] += h", "ahead = f(x)", "x[i] -= 2 * h"),
        ("ahead_x = 0", "x[i] += h", "ahead = f(x)", "x[i] -= 2 * h"),
    ],
)
def test_what_is_not_put_back_is_put_back(lines: tuple[str, ...]) -> None:
    body = "\n        ".join((*lines, "behind = f(x)"))
    start, end = IN_TURN.index("kept = "), IN_TURN.index("grad[i]")
    text = f"{IN_TURN[:start]}{body}\n        {IN_TURN[end:]}"
    text = text.replace("        x[i] = kept\n    return", "    return")
    assert first_right(text, "not-restored") is not None


def test_a_view_is_copied() -> None:
    text = broken(
        ("kept = x[i]", "kept = x[i : i + 1]"),
        ("kept + h", "kept[0] + h"),
        ("kept - h", "kept[0] - h"),
        ("x[i] = kept\n", "x[i] = kept[0]\n"),
    )
    mended = first_right(text, "saved-view")
    assert mended == text.replace("x[i : i + 1]", "x[i : i + 1].copy()")


def test_integers_are_no_longer_cut_off() -> None:
    x = np.array([3, 4])
    for new in candidates(Text(IN_TURN), "slopes", "integer-truncation"):
        space: dict[str, Any] = {}
        exec(new, space)
        found = space["slopes"](lambda x: np.sum(x**2), x.copy())
        if np.allclose(found, [6, 8]):
            break
    else:
        pytest.fail("no change mends it")
    assert "x = np.array(x, dtype=float)" in new


@pytest.mark.parametrize(
    ("defect", "wrong"),
    [("start-mutated", "x = start"), ("aliased-history", "history.append(x)")],
)
def test_a_descent_keeps_what_is_not_its_own(defect: str, wrong: str) -> None:
    right = f"{IN_TURN}\n" + textwrap.dedent("""
        def descent(f, start, lr=0.01, step_num=100):
            x = start.copy()
            history = []
            for _ in range(step_num):
                history.append(x.copy())
                x -= lr * slopes(f, x)
            return x, np.array(history)
    """)
    mended = wrong.replace("start", "start.copy()").replace("(x)", "(x.copy())")
    assert right.count(mended) == 1
    text = right.replace(mended, wrong)

    def failing(text: str) -> list[str]:
        space: dict[str, Any] = {}
        exec(text, space)
        found = examine(FunctionPort("descent", space["descent"]), role="descent")
        return [e.defects[0] for e in found.diagnosis]

    assert failing(text) == [defect]
    changed = list(candidates(Text(text), "descent", defect))
    assert right in changed
    assert failing(right) == []


EXAMPLES = sorted(
    defect.id
    for defect in CATALOGUE.values()
    if defect.id in OPERATORS and defect.role in ("point-gradient", "gradient")
)
SHOULDS = {"integer-truncation", "not-restored-on-error", "nan-spreads"}
OTHERWISE = {"f-per-element", "missing-call"}
"""Written in one line in the catalogue, which nothing here mends."""


@pytest.mark.once
@pytest.mark.parametrize("id", sorted(set(EXAMPLES) - OTHERWISE))
def test_the_example_of_a_defect_is_mended(id: str) -> None:
    defect = CATALOGUE[id]
    level = "should" if id in SHOULDS else "must"
    space: dict[str, Any] = {"np": np}

    def judged(text: str) -> dict[str, str]:
        exec(text, space)
        port = FunctionPort("gradient", space["gradient"])
        found = examine(port, role=defect.role)  # type: ignore[arg-type]
        musts = (f for f in found.findings if f.clause.level == level)
        return {f.clause.id: f.judgement.verdict for f in musts}

    before = {id for id, verdict in judged(defect.example).items() if verdict == "fail"}
    assert before
    left = [
        {id for id, verdict in judged(new).items() if verdict == "fail"}
        for new in candidates(Text(defect.example), "gradient", id)
    ]
    assert any(after < before for after in left)


POINT = (
    "    return np.array("
    "[(f(x + e) - f(x - e)) / 2e-4 for e in 1e-4 * np.eye(x.size)])\n"
)
ONE_POINT = {
    "in one piece": "def slopes(f, x):\n    x = x.ravel()\n" + POINT,
    "of a list": (
        "def slopes(f, x):\n"
        '    """At one point."""\n'
        "    x = np.ravel(x)\n    for _ in x:\n        pass\n" + POINT
    ),
    "by its length": (
        "def slopes(f, x, *, h=1e-4):\n"
        "\tgrad = np.zeros(x.shape)\n"
        "\tfor i in range(len(x)):\n"
        "\t\trow = x[i].copy()\n"
        "\t\tx[i] = row + h\n"
        "\t\tahead = f(x)\n"
        "\t\tx[i] = row - h\n"
        "\t\tgrad[i] = (ahead - f(x)) / (2 * h)\n"
        "\t\tx[i] = row\n"
        "\treturn grad\n"
    ),
}
SERVED = {
    "in one piece": (
        "    if x.ndim > 1:\n        return np.array([slopes(f, row) for row in x])\n"
    ),
    "of a list": (
        "    if np.ndim(x) > 1:\n"
        "        return np.array([slopes(f, row) for row in x])\n"
    ),
    "by its length": (
        "\tif x.ndim > 1:\n"
        "\t\treturn np.array([slopes(f, one_row, h=h) for one_row in x])\n"
    ),
}


def role_and_verdict(text: str, name: str = "slopes") -> tuple[str, str]:
    space: dict[str, Any] = {"np": np}
    exec(compile(text, "routine", "exec", dont_inherit=True), space)
    found = examine(FunctionPort(name, space[name]))
    return found.role, found.verdict


@pytest.mark.once
@pytest.mark.parametrize("manner", sorted(ONE_POINT))
def test_a_routine_of_one_point_serves_each_row_or_refuses_a_batch(manner: str) -> None:
    text = ONE_POINT[manner]
    assert role_and_verdict(text) == ("point-gradient", "fail")
    rows, refusal = candidates(Text(text), "slopes", "unguarded-batch")
    assert SERVED[manner] in rows
    assert role_and_verdict(rows) == ("gradient", "pass")
    assert "raise ValueError" in refusal
    assert role_and_verdict(refusal) == ("point-gradient", "pass")


def test_a_method_calls_itself_for_each_row() -> None:
    text = "class A:\n    def g(self, f, x):\n        return h(f, x.ravel())\n"
    rows = next(candidates(Text(text), "A.g", "unguarded-batch"))
    assert "return np.array([self.g(f, row) for row in x])" in rows


def test_what_takes_any_argument_is_not_called_again() -> None:
    text = "def g(f, x, *more):\n    return h(f, x.ravel(), *more)\n"
    (refusal,) = candidates(Text(text), "g", "unguarded-batch")
    assert "raise ValueError" in refusal


SPREADS = {
    "sum(np.outer(row, at(x[n])) for n, row in enumerate(np.eye(len(x))))": (
        "np.array([at(x[n]) for n, row in enumerate(np.eye(len(x)))])"
    ),
    "np.eye(len(x)) @ np.array([at(row) for row in x])": (
        "np.array([at(row) for row in x])"
    ),
}


def isolated(text: str) -> set[str]:
    space: dict[str, Any] = {"np": np}
    exec(text, space)
    found = examine(FunctionPort("slopes", space["slopes"]), role="gradient")
    return {
        f.judgement.verdict for f in found.findings if f.clause.name == "isolation"
    } | {found.verdict}


@pytest.mark.once
@pytest.mark.parametrize("product", SPREADS)
def test_rows_are_stored_without_a_product_that_spreads_nan(product: str) -> None:
    batch = f"    return {product}\n"
    text = (
        "def slopes(f, x):\n    if x.ndim == 1:\n        return at(x)\n"
        f"    at = lambda x: slopes(f, x)\n{batch}"
    ).replace("return at(x)", f"return {POINT.strip()[len('return ') :]}")
    assert isolated(text) == {"pass", "fail"}
    mended = next(candidates(Text(text), "slopes", "nan-spreads"))
    assert f"    return {SPREADS[product]}\n" in mended
    assert isolated(mended) == {"pass"}


@pytest.mark.once
def test_rows_are_stored_at_their_index_in_place_of_being_added() -> None:
    added = "        grad += np.outer(np.arange(len(x)) == n, slopes(f, row))\n"
    text = (
        "def slopes(f, x):\n    if x.ndim == 1:\n    "
        f"{POINT}    grad = np.zeros(x.shape)\n"
        f"    for n, row in enumerate(x):\n{added}    return grad\n"
    )
    assert isolated(text) == {"pass", "fail"}
    mended = next(candidates(Text(text), "slopes", "nan-spreads"))
    assert mended == text.replace(added, "        grad[n] = slopes(f, row)\n")
    assert isolated(mended) == {"pass"}


@pytest.mark.parametrize(
    "line",
    [
        "return lambda t: slope * t + f(x) - slope",
        "height = f(x) - slope\n    return lambda t: slope * t + height",
        "value = f(x)\n    return lambda t: slope * t + (value - slope)",
    ],
)
def test_a_tangent_that_misses_the_point_goes_through_it(line: str) -> None:
    text = (
        "def tangent(f, x):\n    slope = (f(x + 1e-4) - f(x - 1e-4)) / 2e-4\n"
        f"    {line}\n"
    )

    assert role_and_verdict(text, "tangent") == ("tangent", "fail")
    changed = list(candidates(Text(text), "tangent", "tangent-off-point"))
    right = line.replace("- slope", "- slope * x")
    assert [new for new in changed if new == text.replace(line, right)]
    verdicts = [role_and_verdict(new, "tangent") for new in changed]
    assert ("tangent", "pass") in verdicts


@pytest.mark.parametrize(
    ("body", "right"),
    [
        (
            "y = f(x) - d*x\n    return lambda t: d*t + y",
            "y = f(x) - np.sum(d*x)\n    return lambda t: np.sum(d*t) + y",
        ),
        (
            "return lambda t: f(x) + (t - x) * d",
            "return lambda t: f(x) + np.sum((t - x) * d)",
        ),
        (
            "y = f(x) - d @ x\n    return lambda t: d*(t) + y",
            "y = f(x) - d @ x\n    return lambda t: d @ (t) + y",
        ),
        (
            "y = f(x) - np.dot(d, x)\n    return lambda t: d * t + y",
            "y = f(x) - np.dot(d, x)\n    return lambda t: np.dot(d, t) + y",
        ),
        (
            "y = f(x) - sum(d * x)\n    def at(t):\n        return y + t * d\n"
            "    return at",
            "y = f(x) - sum(d * x)\n    def at(t):\n        return y + np.sum(t * d)\n"
            "    return at",
        ),
    ],
)
def test_a_tangent_of_points_is_summed_in_the_file_s_own_manner(
    body: str, right: str
) -> None:
    text = IN_TURN + f"\ndef tangent(f, x):\n    d = slopes(f, x)\n    {body}\n"
    assert role_and_verdict(text, "tangent") == ("tangent", "fail")
    mended = next(candidates(Text(text), "tangent", "tangent-by-component"))
    assert mended == text.replace(body, right)
    assert role_and_verdict(mended, "tangent") == ("tangent", "pass")


def test_two_slips_are_mended_together() -> None:
    text = broken(("/ (2 * h)", "/ 2 * h"), ("        x[i] = kept\n", ""))
    found = of_two(Text(text), "slopes", "operator-precedence", "not-restored")
    assert any(examined(new).verdict == "pass" for new in found)


@pytest.mark.once
def test_a_slip_that_was_taken_for_another_is_mended_by_the_others() -> None:
    text = broken(("range(x.size)", "range(2)"))
    assert examined(text).verdict == "fail"
    changed = others(Text(text), "slopes")
    assert [new for new in changed if examined(new).verdict == "pass"] == [IN_TURN]


def test_not_every_change_of_a_right_routine_is_right() -> None:
    verdicts = [examined(new).verdict for new in others(Text(IN_TURN), "slopes")]
    assert {"pass", "fail"} <= set(verdicts)


def test_only_the_functions_of_the_routine_are_changed() -> None:
    text = broken(("/ (2 * h)", "/ 2 * h")) + (
        "\ndef other(f, x, h):\n    return (f(x) - f(-x)) / 2 * h\n"
        "\ndef outer(f, x):\n    return slopes(f, x)\n"
    )
    changed = list(candidates(Text(text), "outer", "operator-precedence"))
    assert changed
    assert all("(f(x) - f(-x)) / 2 * h" in new for new in changed)


# the quiver


@pytest.mark.parametrize(
    ("before", "style", "after"),
    [
        ("q.quiver(X, Y, g[0], -g[1])", "u-sign", "q.quiver(X, Y, -g[0], -g[1])"),
        ("q.quiver(X, Y, -g[0], g[1])", "v-sign", "q.quiver(X, Y, -g[0], -g[1])"),
        ("quiver(g[0], -g[1])", "v-sign", "quiver(g[0], g[1])"),
        ("quiver(X, Y, -(a + b), c)", "u-sign", "quiver(X, Y, (a + b), c)"),
        ("quiver(X, Y, a - b, c)", "u-sign", "quiver(X, Y, -(a - b), c)"),
        ("quiver(X, Y, -v, -u, color=c)", "swapped", "quiver(X, Y, -u, -v, color=c)"),
        ("quiver(X, Y, -g[0], -g[0])", "first-twice", "quiver(X, Y, -g[0], -g[1])"),
        ("quiver(g[:, 1], g[:, 1])", "second-twice", "quiver(g[:, 0], g[:, 1])"),
    ],
)
def test_a_quivers_component_is_mended(before: str, style: Any, after: str) -> None:
    edits = quivers.edits(Text(before), 1, style)
    assert edits is not None
    assert edited(before, edits) == after


@pytest.mark.parametrize("line", ["quiver(X, Y, *g)", "quiver(X)", "plot(X, Y, u, v)"])
def test_a_quiver_that_is_not_clear_is_left_alone(line: str) -> None:
    assert quivers.edits(Text(line), 1, "u-sign") is None


# the text


def test_lines_come_in_the_manner_of_the_text() -> None:
    text = Text("if a:\r\n\tb = 1  # 一\r\n\tc = 2")
    body = text.tree.body[0].body  # type: ignore[attr-defined]
    made = edited(text.text, (*text.after(body[0], "x = 1"), *text.after(body[1], "y")))
    assert made == "if a:\r\n\tb = 1  # 一\r\n\tx = 1\r\n\tc = 2\r\n\ty"
    assert edited(text.text, text.before(body[1], "x = 1")) == (
        "if a:\r\n\tb = 1  # 一\r\n\tx = 1\r\n\tc = 2"
    )


@pytest.mark.parametrize(
    ("line", "before", "after", "deleted"),
    [
        ("a = 1; b = 2", "a = 1; c; b = 2", "a = 1; b = 2; c", "a = 1"),
        ("if a: b = 2", "if a: c; b = 2", "if a: b = 2; c", None),
        ("if a: b = 2  # d", "if a: c; b = 2  # d", "if a: b = 2; c  # d", None),
    ],
)
def test_in_a_line_that_statements_share_they_are_joined(
    line: str, before: str, after: str, deleted: str | None
) -> None:
    text = Text(line)
    last = text.tree.body[-1]
    last = last.body[0] if hasattr(last, "body") else last
    assert edited(line, text.before(last, "c")) == before
    assert edited(line, text.after(last, "c")) == after
    assert edited(line, text.deleted(last)) == deleted


def test_the_first_of_a_shared_line_is_taken_away_alone() -> None:
    text = Text("if a:\n    b = 1 ; c = 2\n")
    first = text.tree.body[0].body[0]  # type: ignore[attr-defined]
    assert edited(text.text, text.deleted(first)) == "if a:\n    c = 2\n"
    joined = edited(text.text, text.after(first, "d"))
    assert joined == "if a:\n    b = 1; d ; c = 2\n"


def test_what_overlaps_or_is_no_python_is_not_made() -> None:
    text = Text("a = (b)\n")
    value = text.tree.body[0].value  # type: ignore[attr-defined]
    twice = (*text.replaced(value, "c"), *text.replaced(value, "d"))
    assert edited(text.text, twice) is None
    assert edited(text.text, text.replaced(value, "c +")) is None
    assert edited(text.text, text.replaced(value, "(c)")) == "a = (c)\n"
    assert parsed("a =") is None
