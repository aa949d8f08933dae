"""Sentences: every message exists in each language, with the same parameters."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

import gradproof
from gradproof import corrected
from gradproof.report import index, port_text
from gradproof.report.characters import Command
from gradproof.report.language import LANGUAGES, Language
from gradproof.report.layout import console, show_line, show_rows, wrapped
from gradproof.report.messages import CATALOGUES, clauses_en, clauses_ja
from gradproof.report.numbers import written
from gradproof.report.phrases import Phrases

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

SOURCES = Path(gradproof.__file__).parent

SAME_IN_BOTH = {
    *(f"review.{n}" for n in ("angles", "pivot", "scale", "scale_units", "units")),
    "init.no-file",
}
"""Messages that are quiver's own names of things or an option's, and no sentences."""


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_the_languages_have_the_same_messages_in_the_same_order() -> None:
    assert list(CATALOGUES["en"]) == list(CATALOGUES["ja"])


@pytest.mark.parametrize("message", CATALOGUES["en"])
def test_a_message_has_the_same_parameters_in_each_language(message: str) -> None:
    assert fields(CATALOGUES["en"][message]) == fields(CATALOGUES["ja"][message])


def test_no_message_is_left_over() -> None:
    used = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SOURCES.rglob("*.py")
        if path.parent.name != "messages"
    )
    prefixes = (
        "broke.",
        "load.",
        "lost.",
        "baseline.",
        "config.",
        "picture.",
        "note.",
        "role-",
        "unreadable.",
        "probe.",
        "role.",
        "headline.",
        "label.",
        "count.",
        "diagnosis.explains.",
        "smallest.",
        "clause.",
        "source.",
        "defect.",
        "docs.",
        "use.",
        "explain.",
        "fix.",
        "review.",
        "page.",
        "pair.",
        "layer.by-",
        "vectors.header.",
        "vectors.unseen.",
        "network.departs-",
        "network.unclear-",
        "place.",
        "sandbox.",
        "folder.",
        "ci.",
        "scan.",
        "since.",
        "csv.",
        "standing.",
        "baseline.",
        "report.",
    )
    for message in CATALOGUES["en"]:
        if not message.startswith(prefixes):
            assert f'"{message.removeprefix("demo.")}"' in used, message


def test_the_sentences_are_those_of_the_clauses_and_no_clause_is_named_twice() -> None:
    ids = {f"clause.{id}" for id in index.CLAUSES}
    for catalogue in (clauses_en, clauses_ja):
        named = [id for ids in catalogue.SENTENCES for id in ids.split()]
        assert len(set(named)) == len(named)
    for messages in CATALOGUES.values():
        assert {id for id in messages if id.startswith("clause.")} == ids


def test_the_sources_are_those_of_the_clauses() -> None:
    used = {f"source.{c.source}" for _, c in index.CLAUSES.values()}
    for messages in CATALOGUES.values():
        assert {id for id in messages if id.startswith("source.")} == used


def test_no_text_of_the_contract_is_written_twice() -> None:
    for catalogue in (clauses_en, clauses_ja):
        texts = [*catalogue.SENTENCES.values(), *catalogue.SOURCES.values()]
        assert len(set(texts)) == len(texts)


def test_a_sentence_ends_as_its_language_does() -> None:
    for ids, sentence in clauses_en.SENTENCES.items():
        assert sentence.endswith("."), ids
    for ids, sentence in clauses_ja.SENTENCES.items():
        assert sentence.endswith("。"), ids


REFERENCES = re.compile(r"\b[A-Z]\d+\b")


def test_a_sentence_refers_to_the_same_clauses_and_formulas_in_each_language() -> None:
    for ids, english in clauses_en.SENTENCES.items():
        japanese = clauses_ja.SENTENCES[ids]
        named = set(REFERENCES.findall(english))
        # "that rounding" is T1's, by its name in Japanese.
        assert named <= set(REFERENCES.findall(japanese)) <= named | {"T1"}, ids
        for token in ("∇f", "step_num", "init_x", "float32", "1e-6", "1e-4", "(D,)"):
            assert (token in english) == (token in japanese), (ids, token)


def test_what_is_said_in_japanese_is_japanese() -> None:
    english = {
        id
        for id, said in CATALOGUES["ja"].items()
        if said == CATALOGUES["en"][id] and re.search(r"[a-z]{3}", plain(said))
    }
    assert english == SAME_IN_BOTH


def plain(sentence: str) -> str:
    """A sentence without its parameters."""
    return re.sub(r"{\w+}", "", sentence)


PRIVATE = re.compile(
    r"\b(due|likewise|told|stood in|stand-in|comes nearest|at want)\b", re.IGNORECASE
)
"""Words that only those who made this would know in these meanings."""


@pytest.mark.parametrize("message", CATALOGUES["en"])
def test_no_sentence_uses_words_of_our_own(message: str) -> None:
    assert PRIVATE.findall(plain(CATALOGUES["en"][message])) == []


ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")
NAMES = {
    *("batch normalization", "Git LFS", "not covered", "weight decay"),
    *("if self", "is None", "raise ValueError", "for row in"),  # code
    *("return layer", "def make"),  # code
}
COMMANDS = (
    "gradproof",
    "git",
    "node",
    "pip install",
    "sandbox off",
    "accept NAME",
    "reject NAME",
    "get install",
)


def test_no_english_is_left_in_japanese_but_names_code_and_commands() -> None:
    left = {
        words
        for said in CATALOGUES["ja"].values()
        for words in ENGLISH.findall(plain(said))
        if not words.startswith(COMMANDS)
    }
    assert left <= NAMES


def test_a_should_that_fails_is_to_be_improved() -> None:
    said = {lang: Phrases(lang).say("label.should") for lang in CATALOGUES}
    assert said == {"en": "improve", "ja": "要改善"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([3, 2], "(3, 2)"),
        ([2], "(2,)"),
        ([1.0, 2.5], "(1, 2.5)"),
        ([[1.0], [2.0]], "((1,), (2,))"),
        (5.00000001e-08, "5.00000001e-08"),
        ("f", "f"),
    ],
)
def test_parameters_are_written_for_a_reader(value: object, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    ("actual", "expected", "bound", "said"),
    [
        (2.0, 25.0, 2e-8, "2 and should be 25"),
        (0.5, 50.00000004, 8.2e-8, "0.5 and should be 50"),
        (1e-8, 1.0, 2e-12, "1e-08 and should be 1"),
        (25000.3, 6.0, 1e-6, "25000 and should be 6"),
        (5.00005, 5.0, 1e-6, "5.00005 and should be 5 ± 0.000001"),
        (25.0000003, 25.0, 1e-7, "25.0000003 and should be 25 ± 1e-07"),
        (float("nan"), 1.50000001, 1e-7, "nan and should be 1.5"),
        (1.7e308, -1.7e308, 1e-7, "1.7e+308 and should be -1.7e+308"),
    ],
)
def test_numbers_have_the_digits_in_which_they_differ(
    actual: float, expected: float, bound: float, said: str
) -> None:
    given = {"actual": actual, "expected": expected, "bound": bound}
    sentence = Phrases().say("off-number", at=2.0, function="x0³", **given)
    assert sentence == f"f′(2) of f = x0³ is {said}"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("ModuleNotFoundError", "stopped at line 2: No module named 'x'"),
        ("KeyError", "stopped at line 2: KeyError: No module named 'x'"),
    ],
)
def test_a_file_that_cannot_be_imported_says_where_it_stopped(
    kind: str, said: str
) -> None:
    given = {"line": 2, "kind": kind, "text": "No module named 'x'"}
    assert Phrases().say("load.import-failed-at", **given) == said


def test_a_syntax_error_shows_its_line_and_a_caret() -> None:
    given = {"kind": "SyntaxError", "text": "invalid syntax", "line": 3}
    said = Phrases().say("load.not-python-shown", source="x = = 1", column=4, **given)
    assert said.endswith("invalid syntax\n    x = = 1\n        ^")


@pytest.mark.parametrize(
    ("message", "given", "said"),
    [
        (
            "off-steps",
            {
                **{"start": [2.121320344, -3.464101615], "steps": 1, "rate": 0.25},
                **{"function": "x0⁴", "component": 1, "actual": -3.5, "expected": 38.1},
            },
            "from (2.121, -3.464), 1 step at the rate 0.25 down x0⁴ leads to x1 = -3.5;"
            " it should be 38.1",
        ),
        (
            "unreadable.not-scaling",
            {"scale": 2.0**-30},
            "f times 2⁻³⁰ does not give the result times 2⁻³⁰: small or large values"
            " are rounded or cut off",
        ),
        (
            "script.not-points",
            {
                **{"file": "a.ipynb[3]", "line": 2, "actual": [324]},
                **{"count": 1296, "calls": 1296},
            },
            "a.ipynb, cell 3, line 2: f was given arrays of shape (324,), and not"
            " points of 2 numbers (1,296 of 1,296 calls)",
        ),
    ],
)
def test_a_number_has_the_digits_that_a_reader_needs(
    message: str, given: dict[str, object], said: str
) -> None:
    assert Phrases().say(message, **given) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_headline_says_is_not_said_again(language: Language) -> None:
    def twice(f: Any, x: Any) -> Any:
        return corrected.numerical_gradient(f, x) * (1.0 if x.ndim == 1 else 2.0)

    out = io.StringIO()
    found = gradproof.check(twice, "gradient").examination
    port_text.show(found, Phrases(language), Console(file=out, width=1000))
    text = out.getvalue()
    lines = [
        re.sub(r" \[[^]]*\]$", "", line).split("  ")[-1] for line in text.split("\n")
    ]
    said = [line.rstrip(".。") for line in lines if len(line) > 20]
    assert not [line for line in said[1:] if line in said[0]]
    assert "G5 value" in text


def test_sizes_are_written_in_two_digits() -> None:
    said = Phrases().say("rows-mixed", row=1, difference=0.123456)
    assert said.endswith("changes by 0.12")


# Lines.


COMMAND = Command(f"python -c '{'import numpy as np; ' * 8}'")


def shown(width: int, *, terminal: bool = False) -> str:
    stream = io.StringIO()
    out = Console(file=stream, width=width, force_terminal=terminal, color_system=None)
    rows = [("fail", "bold red", "what is wrong here, in a longish sentence")]
    rows += [("to see it", "dim", COMMAND), ("語", "", "勾配の計算式が誤っています。")]
    show_rows(rows, out)
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 59, 60, 80, 120])
def test_a_command_is_never_broken_whatever_the_width(width: int) -> None:
    told = shown(width).splitlines()
    assert [line.strip() for line in told if "python -c" in line] == [COMMAND]
    assert max(cell_len(line) for line in told if "python -c" not in line) <= width


def test_further_lines_keep_their_colour() -> None:
    stream = io.StringIO()
    out = Console(
        file=stream,
        width=40,
        force_terminal=True,
        color_system="standard",
        no_color=False,
    )
    show_line(
        "mine.py:gradient is wrong: it multiplies where it should divide", "red", out
    )
    told = stream.getvalue().splitlines()
    assert len(told) > 1
    assert all("\x1b[31m" in line for line in told)


@pytest.mark.parametrize(
    ("style", "first", "second"),
    [
        ("red", "\x1b[31m  fail  \x1b[0mit computes", "        one, of f"),
        ("dim", "\x1b[2m  fail  \x1b[0m\x1b[2mit computes", "        \x1b[2mone, of f"),
    ],
)
def test_the_text_of_a_row_has_one_style_on_all_its_lines(
    style: str, first: str, second: str
) -> None:
    stream = io.StringIO()
    out = Console(
        file=stream,
        width=60,
        force_terminal=True,
        color_system="standard",
        no_color=False,
    )
    text = "it computes what is no derivative and is far from one, of f"
    show_rows([("fail", style, text)], out)
    one, other = stream.getvalue().splitlines()
    assert one.startswith(first)
    assert other.startswith(second)


def test_the_environment_says_how_wide_and_whether_in_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    plain_one = console(io.StringIO())
    assert (plain_one.width, plain_one.is_terminal) == (100, False)
    monkeypatch.setenv("COLUMNS", "57")
    assert console(io.StringIO()).width == 57
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert console(io.StringIO()).is_terminal
    monkeypatch.setenv("NO_COLOR", "1")
    assert console(io.StringIO()).no_color


def lines(text: str, width: int) -> list[str]:
    return [line.plain for line in wrapped(text, width, Console(width=200))]


@pytest.mark.parametrize("width", [20, 33, 88])
def test_lines_hold_the_whole_text_and_are_not_too_wide(width: int) -> None:
    for catalogue in CATALOGUES.values():
        for said in catalogue.values():
            shown = lines(said, width)
            assert "".join("".join(shown).split()) == "".join(said.split())
            assert max(map(cell_len, shown)) <= width
            assert all(line == line.rstrip() for line in shown)


def test_japanese_is_broken_between_phrases_though_it_has_no_blanks() -> None:
    assert lines("点そのものは f に一度も渡されません。二乗和では合います。", 20) == [
        "点そのものは f に",
        "一度も渡されません。",
        "二乗和では合います。",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("勾配は行ごとに計算します。", ["勾配は行ごとに", "計算します。"]),
        ("全要素の勾配です (x の行)", ["全要素の勾配です", "(x の行)"]),
        ("全要素を調べて 12 回呼ぶ", ["全要素を調べて", "12 回呼ぶ"]),
        ("引数に渡されたのは x0 の列", ["引数に渡されたのは", "x0 の列"]),
        (
            "gradproof check 図/あいう勾配.py:g",
            ["gradproof check", "図/あいう勾配.py:g"],
        ),
        (
            "和ではなく平均(Affine.backward、mine.py:11)",
            ["和ではなく平均", "(Affine.backward、", "mine.py:11)"],
        ),
        ("", [""]),
    ],
)
def test_a_line_is_not_broken_where_it_would_be_hard_to_read(
    text: str, shown: list[str]
) -> None:
    assert lines(text, 20) == shown


def test_english_is_broken_at_blanks_alone() -> None:
    for said in CATALOGUES["en"].values():
        expected = [
            line.plain.rstrip() for line in Text(said).wrap(Console(width=200), 40)
        ]
        assert lines(said, 40) == expected
