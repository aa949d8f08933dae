"""The language that nobody names is that of the reader's environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradproof.commands import exit_codes, words
from gradproof.commands.cli import cli
from gradproof.report.language import wanted
from gradproof.report.messages.help_ja import WORDS
from gradproof.report.phrases import Phrases


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "jam_JM"}, "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "en_GB.UTF-8", "GRADPROOF_LANG": "ja"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "GRADPROOF_LANG": "en"}, "en"),
    ],
)
def test_the_language_is_the_readers(
    environment: dict[str, str], language: str
) -> None:
    assert wanted(environment) == language


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--help"], {"GRADPROOF_LANG": "ja"}),
        (["check", "--help", "--lang", "ja"], {}),
        (["explain", "--lang=ja", "--help"], {}),
        (["nonsense"], {"LC_ALL": "ja_JP.UTF-8"}),
        (["explain"], {"LANG": "ja_JP.UTF-8"}),
    ],
)
def test_help_and_reports_speak_it_and_english_comes_back(
    arguments: list[str], environment: dict[str, str]
) -> None:
    unsaid = dict.fromkeys(("GRADPROOF_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    said = CliRunner(env={**unsaid, **environment}).invoke(cli, arguments).output
    assert "Usage" not in said
    assert "Options" not in said
    assert any("ぁ" <= letter <= "ん" for letter in said)
    assert "Usage: " in CliRunner().invoke(cli, ["-h"]).output


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--role", "gradient"],
        ["check", "a.py:f", "--vectorized", "--role", "derivative"],
        ["check", "a.py:f", "--only", "Z1"],
        ["check", "a.py:f", "--report", "x"],
        ["check", "a.py:f", "--timeout", "nan"],
        ["review", "A..B", "C..D"],
        ["review", "--accept", "a", "--reject", "b"],
        ["scan", ".", "--resume"],
        ["check"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_for_is_told_in_japanese(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, [*arguments, "--lang", "ja"])
    assert result.exit_code == exit_codes.USAGE
    (said,) = [
        line
        for line in result.stderr.splitlines()
        if line.startswith(("エラー", "調べ"))
    ]
    assert "ません" in said or "使います" in said or "だけです" in said or "例:" in said
    assert not re.search(r"[a-z]{2,} (is|no|with|goes|of|one) ", said)


def test_hardly_any_help_is_left_in_english() -> None:
    texts = {
        words.plain(getattr(owner, attribute))
        for owner, attribute in words.texts(cli)
        if attribute == "help"
    }
    left = texts - set(WORDS)
    assert len(left) <= len(texts) // 10, left


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "this is no gradproof-arrows/1: Expected `object`, got `array`",
            "gradproof-arrows/1 ではありません:"
            " 型が違います(必要な型: オブジェクト、実際の型: 配列)",
        ),
        (
            "Object missing required field `arrows` - at `$.panels[0]`",
            "`arrows` がありません(場所: $.panels[0])",
        ),
        (
            "JSON is malformed: trailing characters (byte 17)",
            "JSON の 17 バイト目が文法に合いません",
        ),
        (
            "Expecting value: line 1 column 9 (char 8)",
            "1 行 9 列が JSON の文法に合いません",
        ),
        (
            "Expected `int | null` <= 7",
            "7 以下(整数、null)でなければなりません",
        ),
    ],
)
def test_what_a_library_says_of_data_is_japanese_too(text: str, said: str) -> None:
    sentence = Phrases("ja").say("review.json-broken", path="a.json", text=text)
    assert sentence == f"a.json: {said}"
    assert text in Phrases("en").say("review.json-broken", path="a.json", text=text)
