"""What README and docs/ show is what comes; what they point to is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradproof.commands.cli import cli
from places import ROOT

PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md"))]

LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
SHOWN = "    $ gradproof "
"""How a command begins of which the output is shown below."""


def blocks() -> Iterator[tuple[str, str]]:
    """The commands whose output is shown, and what is shown, each once."""
    seen = set()
    for page in PAGES:
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
    place = 0
    for part in re.split(r"^ *…\n?", shown, flags=re.MULTILINE):
        found = output.find(part.strip("\n"), place)
        assert found >= 0, f"{part}\n--- is not in ---\n{output}"
        place = found + len(part.strip("\n"))


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
