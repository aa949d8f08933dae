"""`gradproof check` as a test runs it, and the rows of the table that it prints."""

from __future__ import annotations

import sys
from pathlib import Path

from click.testing import CliRunner, Result

from gradproof.commands import cli

DEFAULTS = """
import os, signal, sys
for each in (signal.SIGHUP, signal.SIGINT):
    signal.signal(each, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "gradproof", *sys.argv[1:]])
"""
HEEDFUL = (sys.executable, "-c", DEFAULTS)
"""What starts a gradproof that signals end, whatever starts the tests.

A shell starts what runs in its background with these signals ignored.
"""


def run(*arguments: str | Path) -> Result:
    """What a check of these comes to."""
    return CliRunner().invoke(cli.cli, ["check", *map(str, arguments)])


def line(result: Result, name: str) -> str:
    """The one row of the table that is about this class."""
    (found,) = (each for each in result.stdout.splitlines() if f"  {name} " in each)
    return found
