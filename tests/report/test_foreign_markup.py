"""No text of a port's is markup of a page's, whatever it is."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import gradproof
from gradproof import corrected
from gradproof.ports.target import LoadError
from gradproof.report import html_report, scan_html
from gradproof.report.phrases import Phrases, Unusable
from gradproof.report.scan_lines import DefectLine, Line, ScanRecord

pytestmark = pytest.mark.once

PIECES = [
    *("<script>", "</script>", "<img src=x onerror=alert(1)>", "<!--", "-->", "]]>"),
    *("</title>", "</style>", "<svg/onload=alert(1)>", "javascript:alert(1)", "&lt;b"),
    *('"', "'", "`", "<", ">", "&", "{{ 7 * 7 }}", "{% x %}", "\n", "矢印", "\u202e"),
    *('" onclick="alert(1)', "' autofocus onfocus='alert(1)", "\x00", "\x1b[31m"),
]
foreign = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=5).map(
    "".join
)
few = settings(max_examples=40, deadline=None)


class Seen(HTMLParser):
    """The elements of a page, and the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.comments = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Where a long name may be broken says nothing of what is in it.
        if tag != "wbr" or attrs:
            self.elements.append((tag, *(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments += 1


def markup(text: str) -> Any:
    seen = Seen(text)
    return seen.elements, seen.comments


def raised(said: str) -> Any:
    """A routine that fails with foreign words."""

    def gradient(f: Any, x: Any) -> Any:
        corrected.numerical_gradient(f, x)
        raise ValueError(said)

    return gradproof.check(gradient, "gradient").examination


def report(target: str, examination: Any) -> str:
    unusable = [Unusable(target, LoadError("load.no-function", name=target))]
    named = replace(examination, target=target)
    folders = {target: {"no-gradient": 2}}
    return html_report.page([named], unusable, folders, Phrases("en"))


@settings(max_examples=10, deadline=None)
@given(foreign)
@example(PIECES[0] + PIECES[1])
def test_a_report_has_the_elements_that_it_has_for_a_plain_name(text: str) -> None:
    examination = gradproof.check(corrected.numerical_gradient, "gradient").examination
    assert markup(report(text, examination)) == markup(report("g", examination))


@settings(max_examples=5, deadline=None)
@given(foreign)
@example('</code><script>alert("1")</script>')
def test_a_report_has_the_elements_that_it_has_for_a_plain_message(text: str) -> None:
    assert markup(report("g", raised(f"a{text}"))) == markup(report("g", raised("a")))


def index(text: str) -> str:
    record = ScanRecord(text, 0, 1, text, [text], "fail", text, "a.html")
    lines = [
        Line(text, "fail", text, diagnosis=[DefectLine([text])], scan=record),
        Line(text, message=text, message_id="load.no-file"),
    ]
    return scan_html.index(lines, [text], Phrases("en"))


@few
@given(foreign)
@example(PIECES[0] + PIECES[1])
def test_the_index_of_a_scan_has_the_elements_that_it_has_for_plain_words(
    text: str,
) -> None:
    assert markup(index(f"a{text}")) == markup(index("plain"))


def test_markup_that_was_live_would_be_seen() -> None:
    assert markup(f"<p>{PIECES[2]}</p>") != markup("<p>plain</p>")
    assert markup("<p><!-- --></p>") != markup("<p>plain</p>")
