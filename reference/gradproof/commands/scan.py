"""``gradproof scan``: find every port below folders, and judge them all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import exit_codes
from gradproof.commands.options import block, console, language_option

if TYPE_CHECKING:
    from gradproof.report.messages import Language
    from gradproof.scan.plan import Plan

EXAMPLES = """\
  gradproof scan submissions/ --list
"""


@click.command(epilog=block("Examples:\n" + EXAMPLES))
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER...",
)
@click.option("--list", "listing", is_flag=True, help="Find, and stop there.")
@click.option(
    "--changed-since",
    metavar="REV",
    help="Only what the branch has touched since it left this revision.",
)
@language_option
def scan(
    folders: tuple[Path, ...],
    listing: bool,
    changed_since: str | None,
    lang: Language,
) -> None:
    """Find what can be judged below folders.

    Nothing is run: found by their syntax are functions that are named for a gradient
    and take f, or have the shape of a gradient routine; scripts and notebooks that draw
    arrows or call a gradient; files of layers, networks and optimizers; and ports that
    a pyproject.toml declares. Numerical gradients in other languages are told with the
    command that makes them ports. What is the same but for names, comments and
    formatting, with all that it reaches, is judged once. What git ignores is left out.
    """
    found = _planned(folders, changed_since, lang)
    _show(found, lang)
    sys.exit(exit_codes.AS_EXPECTED if found.ports else exit_codes.NOTHING_COVERED)


def _planned(folders: tuple[Path, ...], since: str | None, lang: Language) -> Plan:
    from gradproof.golden.git import SourceError
    from gradproof.report.phrases import Phrases
    from gradproof.scan.plan import plan

    try:
        return plan(folders, since)
    except SourceError as error:
        sentence = error.sentence
        said = Phrases(lang).say(sentence.message, **sentence.parameters)
        raise click.UsageError(said) from error


def _show(found: Plan, lang: Language) -> None:
    from gradproof.report import listing_text
    from gradproof.report.phrases import Phrases

    ports = [(port.found, port.copies) for port in found.ports]
    listing_text.show(
        ports, found.findings, found.errors, Phrases(lang), console(sys.stdout)
    )
