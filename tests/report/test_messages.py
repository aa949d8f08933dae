"""Messages: whatever the package makes can be said, in each language and form."""

from __future__ import annotations

import functools
import io
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import gradproof
from gradproof import corrected
from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.evidence.stencil import Unreadable
from gradproof.examination.examination import Examination
from gradproof.numerics.formula_text import FormulaText
from gradproof.ports.observation import Note
from gradproof.ports.target import LoadError
from gradproof.report.formats import FORMATS
from gradproof.report.messages import CATALOGUES, Language
from gradproof.report.phrases import Phrases, Unusable
from message_uses import Use, known, uses
from message_uses import fields as fields_of

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

USES = uses()
JUDGES: Mapping[str, Verdict] = {
    "passed": "pass",
    "failed": "fail",
    "broken": "error",
    "not_covered": "not-covered",
    "Judgement": "pass",
}
FORMULA = FormulaText("∂f/∂x0", "(f(x0 + h) − f(x0)) / h", "1e-4", "h/2·f″", "")


def test_every_message_that_is_made_is_in_the_catalogue() -> None:
    assert len(USES) > 200
    assert [use for use in USES if not known(use.message)] == []


def test_what_makes_a_message_gives_it_all_its_parameters() -> None:
    lacking = [
        (use.place, id, fields_of(id) - use.parameters)
        for use in USES
        if use.parameters is not None and "*" not in use.message
        for id in known(use.message)
        if not fields_of(id) <= use.parameters
    ]
    assert lacking == []


VALUES = st.one_of(
    st.floats(),
    st.integers(),
    st.text(st.characters(exclude_categories=()), max_size=8),
    st.sampled_from(["{}", "{0}", "\x1b[31m", "[bold]", "<b>", "\u202e", "\ud800"]),
    st.lists(st.floats(), max_size=3),
    st.sampled_from([None, True, 2j, np.float32(0.1), np.array([1.0, 2.0])]),
)
"""What a parameter may be, in a port's hands."""


@functools.cache
def right() -> Examination:
    return gradproof.check(corrected.numerical_gradient).examination


@pytest.mark.once
@pytest.mark.parametrize(
    ("form", "language"),
    [
        pytest.param(form, language, id=f"{language}-{form.name}")
        for form in FORMATS.values()
        for language in CATALOGUES
        # Two of the forms for CI need no second language: the sentences are the same.
        if language == "ja" or form.name not in ("github", "markdown")
    ],
)
@given(values=st.lists(VALUES, min_size=7, max_size=7))
@settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_message_can_be_said_whatever_its_parameters_are(
    form: Any, language: Language, values: list[Any]
) -> None:
    examination = right()
    filled = itertools.cycle(values)
    full = replace(
        examination,
        target="\udcff/mine.py:g",
        findings=tuple(_findings(examination.findings[0], filled)),
        notes=tuple(
            Note(id.removeprefix("note."), _parameters(use, id, filled))
            for use, id in _made("Note")
        ),
    )
    reasons = [
        replace(full, findings=(), notes=(), formulas=(), unreadable=unreadable)
        for unreadable in _unreadable(filled)
    ]
    errors = [
        Unusable("x.py", LoadError(id, **_parameters(use, id, filled)))
        for maker in ("TargetError", "LoadError", "UsageError", "LoadFailureError")
        for use, id in _made(maker)
    ]
    stream = io.BytesIO() if form.binary else io.StringIO()
    form.write([full, *reasons], errors, Phrases(language), stream)
    said = stream.getvalue()
    text = said if isinstance(said, str) else said.decode()
    text.encode()
    if form.name != "json":
        assert not set(text) & {"\x1b", "\u202e", "\x00"}
    else:
        assert len(json.loads(text)["ports"][0]["clauses"]) == len(full.findings)


def _findings(like: Finding, values: Iterator[Any]) -> Iterator[Finding]:
    """A finding for each message that a judge has, of the verdict that it has there."""
    for maker, verdict in JUDGES.items():
        for use, id in _made(maker):
            parameters = _parameters(use, id, values)
            if id == "unreadable":
                parameters = {"reason": "too-many-nodes", "nodes": next(values)}
            if id == "inconsistent":
                parameters["formula"] = vars(FORMULA)
            yield Finding(like.clause, Judgement(verdict, id, parameters))


def _unreadable(values: Iterator[Any]) -> Iterator[Unreadable]:
    for maker in ("Unreadable", "_NotReadableError"):
        for use, id in _made(maker):
            reason = id.removeprefix("unreadable.")
            yield Unreadable(reason, _parameters(use, id, values))


def _made(maker: str) -> Iterator[tuple[Use, str]]:
    for use in USES:
        if use.maker == maker:
            for id in known(use.message):
                yield use, id


def _parameters(use: Use, id: str, values: Iterator[Any]) -> dict[str, Any]:
    """The parameters that the message has where it is made, of any value."""
    names = use.parameters if use.parameters and "*" not in use.message else set()
    return {name: next(values) for name in sorted({*names, *fields_of(id)})}


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_message_that_nobody_knows_is_said_by_its_id(language: Language) -> None:
    note = Note("of-a-program-in-another-language", {"speed": 2.5})
    said = Phrases(language).note(note)
    assert said == "note.of-a-program-in-another-language (speed = 2.5)"
    assert Phrases(language).say("no-bound", point=[1.0])


def test_english_has_a_word_for_one_and_another_for_many() -> None:
    english, japanese = Phrases("en"), Phrases("ja")
    said = [english.say("scan.copies", n=n) for n in (0, 1, 2, 11)]
    assert said == ["0 copies", "1 copy", "2 copies", "11 copies"]
    assert english.say("summary", ports=1, counts="1 right") == "1 port: 1 right"
    assert english.say("scan.copies") == "? copies"
    assert japanese.say("scan.copies", n=1) == "同一の写し 1 件"


def test_what_is_quoted_keeps_its_blanks() -> None:
    """The file 課題 一.py is not 課題一.py."""
    said = Phrases("ja").say("headline.pass", target="課題 一.py")
    assert said == "課題 一.py は正しいです。"
    said = Phrases("ja").say("headline.pass", target="課題")
    assert said == "課題は正しいです。"
