"""Formulas and calls are kept in one line where they fit, and sentences are not."""

from __future__ import annotations

import pytest

from gradproof.report.unbroken import HELD, held, released

WIDE = 80


def pieces(text: str, width: int = WIDE) -> list[str]:
    """What no line ends in."""
    return [released(piece) for piece in held(text, width).split(" ")]


@pytest.mark.parametrize(
    "formula",
    [
        "dx = y·(dout − Σ dout·y)",
        "np.sum(dout, axis=0)",
        "numerical_gradient(f, np.array([X, Y]).T).T",
        "f(x + h) − f(x)",
        "(1 + μ + μ²)",
        "v = momentum * v - lr * grad",
        "db += dout[0]",
    ],
)
def test_a_formula_is_one_piece(formula: str) -> None:
    assert pieces(f"Then {formula} is due.") == ["Then", formula, "is", "due."]


@pytest.mark.parametrize(
    "text",
    [
        "What is wrong (as it was before) is told.",
        "It is right for x, and not for y.",
        "a well-known thing - or not - it is",
        "It has (in all",
    ],
)
def test_a_sentence_is_broken_between_its_words(text: str) -> None:
    assert "(as" not in text or "(as" in pieces(text)
    assert "and" not in text or "and" in pieces(text)


def test_a_formula_that_is_too_wide_is_broken_at_its_equality() -> None:
    formula = "dx = y·(dout − Σ dout·y)"
    assert pieces(formula, 22) == ["dx", "=", "y·(dout − Σ dout·y)"]


def test_what_is_wider_still_is_broken_at_any_blank() -> None:
    formula = "dx = y·(dout − Σ dout·y)"
    assert pieces(formula, 12) == formula.split()


def test_a_text_comes_back_as_it_was() -> None:
    text = "dx = y·(dout − Σ dout·y). dout·y·(1 − y) leaves the others out."
    assert HELD in held(text, WIDE)
    assert released(held(text, WIDE)) == text
