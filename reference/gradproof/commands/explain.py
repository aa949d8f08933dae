"""``gradproof explain``: a defect, a clause, or the list of both."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from gradproof.commands import completion, exit_codes
from gradproof.commands.options import console, language_option
from gradproof.commands.words import block

if TYPE_CHECKING:
    from gradproof.report.messages import Language


@click.command(
    epilog=block(
        "Examples:\n"
        "  gradproof explain transposed-points\n"
        "  gradproof explain G4 --lang ja\n"
    )
)
@click.argument(
    "id", required=False, metavar="[ID]", shell_complete=completion.subjects
)
@language_option
def explain(id: str | None, lang: Language) -> None:
    """Explain a defect or a clause; without an ID, list them."""
    from gradproof.report import explain_text
    from gradproof.report.phrases import Phrases

    phrases, screen = Phrases(lang), console(sys.stdout)
    if id is None:
        explain_text.show_list(phrases, screen)
        return
    known = explain_text.known(id)
    if known is None:
        click.echo(explain_text.unknown(id, phrases), err=True)
        sys.exit(exit_codes.USAGE)
    explain_text.show(known, phrases, screen)
