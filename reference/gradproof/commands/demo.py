"""``gradproof demo``: the bug, and the proof of its fix."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands.options import (
    accounted,
    console,
    language_option,
    sandbox_option,
)

if TYPE_CHECKING:
    from gradproof.report.messages import Language


@click.command()
@click.option(
    "--figures",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gradproof-pictures"),
    show_default=True,
    help="The folder that the pictures are written into.",
)
@sandbox_option
@language_option
def demo(figures: Path, lang: Language) -> None:
    """Show the bug of the book's script, and prove its fix.

    The pictures of both are written.
    """
    with accounted(lang, figures):
        _demo(figures, lang)


def _demo(figures: Path, lang: Language) -> None:
    from gradproof.fields import demonstration
    from gradproof.report.phrases import Phrases

    try:
        demonstration.run(figures, Phrases(lang), console(sys.stdout))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error
