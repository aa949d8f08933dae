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
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    shutil.copy(PORT, tmp_path / "mine.py")
    script = SHELLS[shell].format(words=words, count=len(words.split()))
    folder = Path(sys.executable).parent
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    command = [shell, "-f" if shell == "zsh" else "--no-config", "-c", script]
    env = {**os.environ, "PATH": path, "HOME": str(tmp_path)}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True
    )
    (said,) = filter(None, done.stdout.replace("\\", "").split("\n"))
    assert re.split(r"[\t:]", said)[: len(expected)] == expected, done.stderr
