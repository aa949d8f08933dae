"""`gradproof check` as a test runs it, and the rows of the table that it prints."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from gradproof.commands import cli


def run(*arguments: str | Path) -> Result:
    """What a check of these comes to."""
    return CliRunner().invoke(cli.cli, ["check", *map(str, arguments)])


def line(result: Result, name: str) -> str:
    """The one row of the table that is about this class."""
    (found,) = (each for each in result.stdout.splitlines() if f"  {name} " in each)
    return found
