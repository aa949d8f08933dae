"""Sentences: every message exists in each language, with the same parameters."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

import gradproof
from gradproof.report import index
from gradproof.report.layout import wrapped
from gradproof.report.messages import CATALOGUES, clauses_en, clauses_ja
from gradproof.report.phrases import Phrases, written

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


def test_sizes_are_written_in_two_digits() -> None:
    said = Phrases().say("rows-mixed", row=1, difference=0.123456)
    assert said.endswith("changes by 0.12")


# Lines.


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


def test_japanese_fills_its_lines_though_it_has_no_blanks() -> None:
    assert lines("点そのものは f に一度も渡されません。二乗和では合います。", 20) == [
        "点そのものは f に一",
        "度も渡されません。二",
        "乗和では合います。",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("あいうえおかきくけこ。さ", ["あいうえおかきくけ", "こ。さ"]),
        ("あいうえおかきくけこっさ", ["あいうえおかきくけ", "こっさ"]),
        ("あいうえおかきくけ(こ)", ["あいうえおかきくけ", "(こ)"]),
        ("あいうえおかきくスクリプト", ["あいうえおかきく", "スクリプト"]),
        ("あいうえおかきく 12 回", ["あいうえおかきく", "12 回"]),
        (
            "gradproof check 図/あいう勾配.py:g",
            ["gradproof check", "図/あいう勾配.py:g"],
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
