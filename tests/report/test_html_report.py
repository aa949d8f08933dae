"""The report as a page: whole, safe, and to be read without seeing or pointing."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof import corrected, sample
from gradproof.contract.verdicts import failed
from gradproof.defects.layer_diagnosis import LayerExplanation
from gradproof.examination.examination import Examination
from gradproof.ports.target import LoadError
from gradproof.project import checks
from gradproof.project.config import PortTable
from gradproof.report import html_report
from gradproof.report.page import mathml
from gradproof.report.page.arrows import ArrowPanel, drawings
from gradproof.report.page.templates import breakable
from gradproof.report.phrases import Phrases, Unusable
from places import PROGRAMS

pytestmark = pytest.mark.once

EVIL = "</title><script>alert(1)</script>"


class Seen(HTMLParser):
    """The elements of a page in order, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def names(self) -> list[str]:
        return [name for name, _ in self.elements]


def halved(f: Any, x: Any) -> Any:
    return 0.5 * corrected.numerical_gradient(f, x)


@functools.cache
def wrong() -> Examination:
    return gradproof.check(halved, "gradient").examination


def page(*examinations: Any, language: Any = "en") -> str:
    unusable = [Unusable("nowhere.py:g", LoadError("load.no-file"))]
    return html_report.page(examinations, unusable, {}, Phrases(language))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_page_has_landmarks_and_headings_that_leave_none_out(language: str) -> None:
    seen = Seen(page(wrong(), replace(wrong(), target="other"), language=language))
    names = seen.names()
    for landmark in ("header", "nav", "main", "footer"):
        assert names.count(landmark) == 1
    assert [n for n in names if re.fullmatch("h[1-6]", n)] == ["h1", *["h2"] * 4]
    assert seen.elements[0] == ("html", {"lang": language})
    ids = {a["id"] for _, a in seen.elements if "id" in a}
    named = {a["aria-labelledby"] for n, a in seen.elements if n == "section"}
    assert named <= ids
    links = {str(a["href"])[1:] for n, a in seen.elements if n == "a"}
    assert links <= ids


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    text = page(replace(wrong(), target=EVIL))
    seen = Seen(text)
    assert "script" not in seen.names()
    assert "link" not in seen.names()
    sources = [a.get("src") for _, a in seen.elements if "src" in a]
    assert all(str(source).startswith("data:") for source in sources)
    (policy,) = (a["content"] for n, a in seen.elements if "http-equiv" in a)
    assert str(policy).startswith("default-src 'none'")
    assert "@import" not in text
    assert "url(" not in text


def test_all_that_is_known_of_a_wrong_routine_stands_there() -> None:
    text = page(replace(wrong(), target="mine.py:halved", mendable=True))
    assert "mine.py:halved is wrong" in text
    assert "wrong-factor" in text
    assert "<mfrac>" in text
    assert "f = x0 at x = [0.0]" in text
    assert "gradproof fix mine.py:halved" in text
    assert "gradproof check mine.py:halved --role gradient --only G4" in text
    assert text.count("<tr class=") == 17
    assert re.search(r"gradproof [\d.]+, Python [\d.]+, NumPy", text)


def test_a_fragment_has_no_page_around_it_and_its_headings_go_below() -> None:
    names = Seen(html_report.fragment(wrong(), Phrases())).names()
    assert not {"html", "body", "main", "h1", "h2"} & set(names)
    assert names.count("h3") == 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("h²/6", "<mfrac><mrow><msup><mi>h</mi><mn>2</mn></msup></mrow>"),
        ("∂f/∂x0", "<mrow><mo>∂</mo><msub><mi>x</mi><mn>0</mn></msub></mrow></mfrac>"),
        ("(f(x) − f(x − h)) / 2 · h", "</mfrac><mo>·</mo><mi>h</mi>"),
        ("∂²f/∂x0∂x1", "<mn>1</mn></msub></mrow></mfrac>"),
        ("a<b", "<mi>&lt;</mi>"),
    ],
)
def test_formulas_are_mathematics(text: str, written: str) -> None:
    assert written in mathml.formula(text)


def test_arrows_are_coloured_where_they_are_wrong_and_drawn_at_one_scale() -> None:
    at = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    meant = np.array([[1.0, 0.0], [0.0, 2.0], [np.nan, 0.0]])
    off = np.array([False, True, False])
    left, right = drawings(
        ArrowPanel("left", at, 2 * meant, off),
        ArrowPanel("right", at, meant, ~off & off),
    )
    assert (left.plain.count("M"), left.wrong.count("M")) == (1, 1)
    assert (right.plain.count("M"), right.wrong) == (2, "")
    lengths = [
        float(re.search(r"M0\.0 300\.0l([\d.]+)", d.plain)[1])  # type: ignore[index]
        for d in (left, right)
    ]
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=0.2)


@functools.cache
def checked(target: str) -> Any:
    table = PortTable(str(PROGRAMS / target))
    terms = checks.terms(table, strict=False, seed=0)
    return checks.check_declared(table, terms, 60)


def test_a_script_shows_what_it_draws_and_what_it_would_for_another_f() -> None:
    text = page(checked("scripts/book_before_fix.py"))
    told = re.findall(r"<p>(as .*?)</p>", text)
    assert told == [
        "as drawn: none of 324 arrows is wrong",
        "as drawn: 323 of 324 arrows are wrong (coloured)",
        "as it should be",
    ]
    wrong = re.findall(r'<path d="([^"]*)" class="arrow wrong"/>', text)
    assert [path.count("M") for path in wrong] == [0, 323, 0]
    assert "<del>- grad = numerical_gradient(function_2" in text
    assert "<dt>line 54</dt><dd><pre><code>grad = numerical_gradient(" in text
    assert "<dt>by luck</dt><dd>f adds the same term for every entry" in text
    assert "<msub><mi>x</mi><mi>0</mi></msub>" in text or "<mi>x0</mi>" in text


def test_the_title_counts_what_the_page_lists() -> None:
    found = [checked("scripts/book_before_fix.py"), checked("scripts/mended.py")]
    text = html_report.page(found, [], {}, Phrases("en"))
    assert "<title>4 ports: 1 wrong, 3 right</title>" in text
    assert text.count("<section") == 4


def test_a_picture_that_is_wrong_by_itself_needs_no_other_f() -> None:
    script = checked("scripts/book_before_fix.py")
    wrong = tuple(
        replace(f, judgement=failed("script.no-arrows")) if f.clause.id == "S4" else f
        for f in script.findings
    )
    text = page(replace(script, findings=wrong))
    assert "for f = x0·x1" in page(script)
    assert "for f = x0·x1" not in text


def test_a_wrong_layer_has_a_heat_map_and_a_remedy() -> None:
    found = checked("layers/wrong/layers.py:Convolution")
    text = page(found)
    assert isinstance(found.layers[0].diagnosis[0], LayerExplanation)
    assert text.count('src="data:image/png;base64,') == 1
    assert 'alt="Convolution.dx' in text
    assert len(re.findall(r"<dd>[^<]*\(overlaps-assigned; ", text)) == 1


def test_what_a_right_routine_could_do_better_is_no_defect() -> None:
    found = gradproof.check(sample.numerical_gradient, "gradient").examination
    assert (found.verdict, bool(found.diagnosis)) == ("pass", True)
    text = page(found)
    assert "<dt>improve</dt><dd>x0 was 1 before the call" in text
    assert "[G9 restored-on-error; defect not-restored-on-error]</dd>" in text
    assert "<dt>defect</dt>" not in text


def test_a_long_path_is_broken_between_its_parts() -> None:
    shown = breakable("my_code/<b>/mine.py:grad_of is wrong: line 2: x/y 1:40")
    assert shown == (
        "my_code/&lt;b&gt;/<wbr>mine.py:grad_of is wrong: line 2: x/<wbr>y 1:40"
    )
