"""The README of a starting point, and what is said when it has been written."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from gradproof.starters.starter import Starter

NAME = "README.gradproof.md"

Say: TypeAlias = Callable[..., str]
"""Gives a message's text, by its id and parameters, in the reader's language."""


def text(starter: Starter, say: Say) -> str:
    """What is what; then how to build, to check, and to put it into CI."""
    language = starter.language
    title = say("init.readme.title", language=language.title)
    lines = [
        say(
            "init.readme.routine",
            program=starter.program,
            routine=starter.routine,
            function=starter.function,
        ),
        say("init.readme.packages", packages=" ".join(language.packages)),
        say("init.readme.build", command=starter.build)
        if starter.build
        else say("init.readme.no-build"),
        say("init.readme.check", command=check(starter)),
        say("init.readme.ci"),
    ]
    numbered = (f"{number}. {line}" for number, line in enumerate(lines, 1))
    declared = (f"       {line}" for line in _declaration(starter))
    return "\n".join([f"# {title}", "", *numbered, "", *declared, ""])


def to_fill_in(starter: Starter, say: Say) -> list[str]:
    """Where the call is to be written, if how it is written is not known."""
    if not starter.unread:
        return []
    return [
        say(
            "init.fill-in",
            place=f"{starter.program}:{starter.to_fill_in}",
            signature=starter.unread,
        )
    ]


def check(starter: Starter) -> str:
    """The command that has it judged."""
    return f"gradproof check exec:{shlex.quote(starter.run)}"


def commands(starter: Starter, folder: Path) -> list[str]:
    """What is to be done next, from the current folder."""
    there = [f"cd {shlex.quote(str(folder))}"] if folder != Path(".") else []
    return [*there, *filter(None, [starter.build]), check(starter)]


def _declaration(starter: Starter) -> Iterator[str]:
    """The table of a pyproject.toml that declares the port."""
    yield f"[tool.gradproof.ports.{starter.language.id}]"
    yield f'command = "{starter.run}"'
    if starter.build:
        yield f'build = "{starter.build}"'
