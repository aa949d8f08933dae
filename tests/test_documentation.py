"""What README and docs/ show is what comes; what they point to is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from gradproof.commands.cli import cli
from places import ROOT

DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("README*.md")), *sorted(DOCS.rglob("*.md"))]

SESSION = "<!-- A session: run from top to bottom in an empty folder. -->"
"""The pages that say so make files, and run one command after the other."""

SESSIONS = [page for page in PAGES if SESSION in page.read_text("utf-8")]

LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
SHOWN = "    $ gradproof "
"""How a command begins of which the output is shown below."""


def blocks() -> Iterator[tuple[str, str]]:
    """The commands whose output is shown, and what is shown, each once."""
    seen = set()
    for page in PAGES:
        if page in SESSIONS:
            continue
        for part in page.read_text("utf-8").split(SHOWN)[1:]:
            command, *lines = part.split("\n")
            shown = []
            for line in lines:
                if line.strip() and not line.startswith("    "):
                    break
                shown.append(line[4:])
            block = command, "\n".join(shown).strip("\n")
            if block not in seen:
                seen.add(block)
                yield block


@pytest.mark.once
@pytest.mark.parametrize(("command", "shown"), list(blocks()))
def test_what_is_shown_is_what_comes(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    output = CliRunner().invoke(cli, shlex.split(command)).stdout
    _hold(shown, output)


def _hold(shown: str, output: str) -> None:
    """That all that is shown comes, in its order; a line of … leaves some out."""
    place = 0
    for part in re.split(r"^ *…\n?", shown, flags=re.MULTILINE):
        found = output.find(part.strip("\n"), place)
        assert found >= 0, f"{part}\n--- is not in ---\n{output}"
        place = found + len(part.strip("\n"))


class Step(NamedTuple):
    """A file that is written, or a command and what it shows."""

    name: str
    text: str
    runs: bool


STEP = re.compile(
    r"^```\w*\n(?:#|//) (?P<file>[\w./-]+\.\w+)\n(?P<text>.*?)^```$"
    r"|^    \$ (?P<command>[^\n]+)\n(?P<shown>(?:    [^$\n][^\n]*\n|\n(?=    [^$]))*)",
    re.MULTILINE | re.DOTALL,
)


def steps(text: str) -> Iterator[Step]:
    """The steps of a session. A file's name is the comment in its first line."""
    for found in STEP.finditer(text):
        if found["file"]:
            # The comment is the file's first line, too.
            _, _, whole = found[0].removesuffix("```").partition("\n")
            yield Step(found["file"], whole, runs=False)
        else:
            shown = re.sub("^    ", "", found["shown"], flags=re.MULTILINE)
            yield Step(found["command"], shown, runs=True)


def _run(command: str) -> str:
    """What a command prints; gradproof's own runs here."""
    words = shlex.split(command)
    if words[0] == "gradproof":
        return CliRunner().invoke(cli, words[1:]).output
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PATH": path},
    )
    return found.stdout + found.stderr


@pytest.mark.once
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page,
            # The same commands as on the English page.
            marks=[pytest.mark.part(0)] * (page.parent != DOCS),
            id=page.relative_to(DOCS).as_posix(),
        )
        for page in SESSIONS
    ],
)
def test_a_session_goes_as_it_is_told(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)  # A person sits there, and decides.
    for step in steps(page.read_text("utf-8")):
        if not step.runs:
            Path(step.name).parent.mkdir(parents=True, exist_ok=True)
            Path(step.name).write_text(step.text, encoding="utf-8")
        elif step.name.startswith("export "):
            monkeypatch.setenv(*step.name.removeprefix("export ").split("="))
        else:
            _hold(step.text, _run(step.name))


@pytest.mark.parametrize(
    "page", [p for p in SESSIONS if p.parent == DOCS], ids=lambda page: page.name
)
def test_a_session_in_japanese_takes_the_same_steps(page: Path) -> None:
    english, japanese = (
        [step.name for step in steps(each.read_text("utf-8"))]
        for each in (page, DOCS / "ja" / page.name)
    )
    assert [each for each in japanese if each != "export GRADPROOF_LANG=ja"] == english


COMMAND = re.compile(
    r"^    (?:\$ )?((?:gradproof|pytest) .*?)(?:  +#.*)?$", re.MULTILINE
)
"""A command of a page, what is remarked on it left out."""


@pytest.mark.parametrize(
    "page", sorted((DOCS / "ja").glob("*.md")), ids=lambda page: page.name
)
def test_a_page_in_japanese_shows_the_commands_of_the_english_one(page: Path) -> None:
    english, japanese = (
        [
            command.replace(" --lang ja", "")
            for command in COMMAND.findall(each.read_text("utf-8"))
        ]
        for each in (DOCS / page.name, page)
    )
    assert japanese == english


def test_every_command_that_is_shown_stands_in_a_block() -> None:
    assert len(list(blocks())) >= 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_points_to_is_there(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    local = [link for link in links if not link.startswith(("http:", "https:"))]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_readme_shows_the_story_and_keeps_its_two_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.index("docs/images/story.svg") < 400
    commands = [
        line for line in text.splitlines() if line.startswith("    python3 -m venv")
    ]
    assert [command.split()[-1] for command in commands] == ["demo", "run"]
