"""What the gallery makes of a formula, and that it tells what is no longer so."""

from __future__ import annotations

from pathlib import Path

import pytest

import gallery

FORMULAS = {
    "(f(x0 + h) − f(x0 − h)) / 2h": r"\frac{f(x_0 + h) - f(x_0 - h)}{2h}",
    "(f(x + h) − f(x)) / h": r"\frac{f(x + h) - f(x)}{h}",
    "h²/6·∂³f/∂x0³": r"\frac{h^{2}}{6} \cdot \frac{\partial^3 f}{\partial x_0^3}",
    "h/2·f″(x)": r"\frac{h}{2} \cdot f′′(x)",
    "−2.628e-12·f⁽⁹⁾(x)": r"-2.628 \cdot 10^{-12} \cdot f^{(9)}(x)",
}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_of_a_report_is_written_in_latex(text: str) -> None:
    assert gallery.latex(text) == FORMULAS[text]


@pytest.mark.once
def test_the_page_tells_a_formula_that_is_no_longer_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "gallery.md"
    monkeypatch.setattr(gallery, "DOCS", tmp_path)
    monkeypatch.setattr(gallery, "PAGES", {"en": page})
    central = gallery.Entry(gallery.book_derivative, "derivative")
    monkeypatch.setattr(gallery, "LIBRARIES", {"": (central,)})
    assert gallery.main([]) == 0
    assert gallery.main(["--check"]) == 0
    told = page.read_text("utf-8")
    page.write_text(told.replace("10⁻⁹", "10⁻¹¹"), "utf-8")
    assert gallery.main(["--check"]) == 0, "a small error of another processor"
    page.write_text(told.replace("10⁻⁹", "10⁻³"), "utf-8")
    assert gallery.main(["--check"]) == 1
    page.write_text(told, "utf-8")

    def book_derivative(f: gallery.Routine, x: float) -> object:
        return (f(x + 1e-4) - f(x)) / 1e-4

    one_sided = gallery.Entry(book_derivative, "derivative")
    monkeypatch.setattr(gallery, "LIBRARIES", {"": (one_sided,)})
    capsys.readouterr()
    assert gallery.main(["--check"]) == 1
    assert r"+f′(x) \approx \frac{f(x + h) - f(x)}{h}" in capsys.readouterr().out


def test_the_page_says_what_was_found_by_hand_and_agrees() -> None:
    words, told = gallery.WORDS["en"], {}
    for line in gallery.PAGES["en"].read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5:
            told[cells[0], cells[1]] = cells[2], cells[4]
    for library, entries in gallery.LIBRARIES.items():
        for entry in entries:
            at = library or words["the-book"], f"`{entry.call}`"
            verdict, hand = told[at]
            assert (verdict != "wrong") == (entry.by_hand == "right")
            assert hand == words[f"hand-{entry.by_hand}"]
