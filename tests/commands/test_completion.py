"""What a shell offers after a word that is not finished."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from gradproof.commands.cli import cli
from gradproof.commands.words import asked
from gradproof.report.index import CLAUSES
from gradproof.report.language import wanted
from places import PROGRAMS

PORT = f"{PROGRAMS}/wrong/precedence.py"
LAYERS = f"{PROGRAMS}/layers/volume1/layers.py"


def offered(*words: str) -> list[str]:
    *before, incomplete = words
    complete = ShellComplete(cli, {}, "gradproof", "_GRADPROOF_COMPLETE")
    found = complete.get_completions(before, incomplete)
    return [item.value if item.type == "plain" else item.type for item in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("che",), ["check"]),
        (("check", "--role", "point"), ["point-gradient"]),
        (("check", "--only", "P1"), [id for id in CLAUSES if id.startswith("P1")]),
        (("check", "mine"), ["file"]),
        (("check", f"{PORT}:g"), [f"{PORT}:gradient"]),
        (("check", "x.py:f", f"{PORT}:"), [f"{PORT}:gradient"]),
        (("check", f"{PORT}:nothing"), []),
        (("check", "nowhere.py:"), []),
        (("check", "--report", "ju"), ["junit="]),
        (("explain", "transposed-p"), ["transposed-points"]),
        (("explain", "S3"), ["S3"]),
        (("init", "p"), ["pytest", "pre-commit"]),
        (("fix", f"{PORT}:g"), [f"{PORT}:gradient"]),
    ],
)
def test_values_are_offered(words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(*words) == expected


def test_classes_of_a_file_are_offered() -> None:
    assert f"{LAYERS}:Affine" in offered("check", f"{LAYERS}:A")


def test_what_bash_makes_of_a_colon_is_understood() -> None:
    assert offered("check", PORT, ":") == [":gradient"]
    assert offered("check", PORT, ":", "gr") == ["gradient"]


def test_without_words_no_language_is_asked_for() -> None:
    assert asked([]) == wanted()
    assert asked(["--lang"]) == wanted()


@pytest.mark.once
def test_bash_completes_after_the_line_of_the_readme(tmp_path: Path) -> None:
    gradproof = Path(sys.executable).with_name("gradproof")
    script = f"""
    PATH={gradproof.parent}:$PATH
    eval "$(_GRADPROOF_COMPLETE=bash_source gradproof)"
    COMP_WORDS=(gradproof explain transposed) COMP_CWORD=2
    _gradproof_completion gradproof
    echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "transposed-points\n", done.stderr


@pytest.mark.once
@pytest.mark.parametrize(
    ("words", "blank"), [("check --report ju", False), ("explain transposed-p", True)]
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_no_blank_comes_behind_an_equals_sign(
    shell: str, words: str, blank: bool, tmp_path: Path
) -> None:
    told = {
        "bash": """
            compopt() {{ echo told "$@"; }}
            eval "$(_GRADPROOF_COMPLETE=bash_source gradproof)"
            COMP_WORDS=(gradproof {words}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            _gradproof_completion gradproof
            echo "${{COMPREPLY[@]}}"
        """,
        "zsh": """
            compdef() {{ }}
            compadd() {{ print -r -- told "${{(q)@}}" }}
            eval "$(_GRADPROOF_COMPLETE=zsh_source gradproof)"
            words=(gradproof {words}) CURRENT=$#words
            _gradproof_completion
        """,
    }
    said = pressed(shell, told[shell].format(words=words), tmp_path)
    without = {"bash": "told -o nospace", "zsh": "told -S ''"}[shell]
    assert (without not in said) == blank


@pytest.mark.once
def test_fish_shows_a_description_to_its_end(tmp_path: Path) -> None:
    script = SHELLS["fish"].format(words="gradproof check --pyth")
    assert "3.6 or later, with its own NumPy." in pressed("fish", script, tmp_path)


def pressed(shell: str, script: str, folder: Path) -> str:
    """What a shell says when it runs a script, with gradproof on its path."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    plain = {"zsh": ["-f"], "fish": ["--no-config"], "bash": ["--norc"]}[shell]
    env = {**os.environ, "PATH": path, "HOME": str(folder)}
    done = subprocess.run(
        [shell, *plain, "-c", script],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    return done.stdout


SHELLS = {
    "zsh": """
        compdef() {{ }}
        compadd() {{ print -l -- $completions }}
        _describe() {{ print -l -- $completions_with_descriptions }}
        eval "$(_GRADPROOF_COMPLETE=zsh_source gradproof)"
        words=({words}) CURRENT={count}
        _gradproof_completion
    """,
    "fish": """
        _GRADPROOF_COMPLETE=fish_source gradproof | source
        complete --do-complete '{words}'
    """,
}
"""What each shell does when the completion key is pressed after these words."""


@pytest.mark.once
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("gradproof explain transposed-p", ["transposed-points"]),
        ("gradproof check --only P17", ["P17", "refusal"]),
        ("gradproof check mine.py:gr", ["mine.py", "gradient"]),
        ("gradproof check --report ju", ["junit="]),
    ],
)
def test_another_shell_completes_values_too(
    shell: str, words: str, expected: list[str], tmp_path: Path
) -> None:
    shutil.copy(PORT, tmp_path / "mine.py")
    script = SHELLS[shell].format(words=words, count=len(words.split()))
    said = pressed(shell, script, tmp_path)
    (line,) = filter(None, said.replace("\\", "").split("\n"))
    assert re.split(r"[\t:]", line)[: len(expected)] == expected
