"""Sentences: every message exists in each language, with the same parameters."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import gradproof
from gradproof.report.messages import CATALOGUES
from gradproof.report.phrases import Phrases, written

SOURCES = Path(gradproof.__file__).parent


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_the_languages_have_the_same_messages_in_the_same_order() -> None:
    assert list(CATALOGUES["en"]) == list(CATALOGUES["ja"])


@pytest.mark.parametrize("message", CATALOGUES["en"])
def test_a_message_has_the_same_parameters_in_each_language(message: str) -> None:
    assert fields(CATALOGUES["en"][message]) == fields(CATALOGUES["ja"][message])


def test_every_message_of_a_judge_and_of_a_reading_is_in_the_catalogue() -> None:
    contract = (SOURCES / "contract").glob("*.py")
    judges = "\n".join(path.read_text(encoding="utf-8") for path in contract)
    stencil = (SOURCES / "stencil.py").read_text(encoding="utf-8")
    calls = r"(?:passed|failed|broken|not_covered)\(\s*\"([\w-]+)\""
    messages = set(re.findall(calls, judges))
    reasons = set(re.findall(r"_NotReadable\(\s*\"([\w-]+)\"", stencil))
    assert len(messages) > 15
    assert len(reasons) > 8
    wanted = messages | {f"unreadable.{reason}" for reason in reasons}
    assert wanted <= set(CATALOGUES["en"])


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
        "defect.",
        "explain.",
        "fix.",
        "review.",
        "page.",
        "pair.",
    )
    for message in CATALOGUES["en"]:
        if not message.startswith(prefixes):
            assert f'"{message.removeprefix("demo.")}"' in used, message


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
