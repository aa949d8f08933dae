"""``gradproof explain``: a defect, a clause, a picture of it, or the list of both."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import completion, exit_codes
from gradproof.commands.options import accounted, console, language_option, opened
from gradproof.commands.words import block, told

if TYPE_CHECKING:
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases


def _svg(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    """Raises BadParameter for what is named otherwise."""
    if value and value.suffix.lower() != ".svg":
        said = "{path} is not named .svg: that is the form of the picture."
        raise click.BadParameter(told(said, path=value))
    return value


@click.command(
    epilog=block(
        "Examples:\n"
        "  gradproof explain transposed-points\n"
        "  gradproof explain G4 --lang ja\n"
        "  gradproof explain bias-averaged --picture bias-averaged.svg\n"
    )
)
@click.argument(
    "id", required=False, metavar="[ID]", shell_complete=completion.subjects
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.svg",
    callback=_svg,
    help="Write the picture of it: what it gives, beside what is right.",
)
@language_option
def explain(id: str | None, picture: Path | None, lang: Language) -> None:
    """Explain a defect or a clause; without an ID, list them."""
    from gradproof.report import explain_text
    from gradproof.report.phrases import Phrases

    phrases, screen = Phrases(lang), console(sys.stdout)
    if id is None:
        if picture:
            raise click.UsageError(told("--picture goes with an ID."))
        explain_text.show_list(phrases, screen)
        return
    known = explain_text.known(id)
    if known is None:
        click.echo(explain_text.unknown(id, phrases), err=True)
        sys.exit(exit_codes.USAGE)
    if picture:
        _write(known, picture, phrases)
        return
    from gradproof.fields import pictures

    explain_text.show(known, phrases, screen, drawn=pictures.is_drawn(known))


def _write(id: str, picture: Path, phrases: Phrases) -> None:
    """Write the picture and say where it is; without one, say why."""
    from gradproof.fields import pictures
    from gradproof.fields.views import UNSEEN
    from gradproof.report import explain_text

    if not pictures.is_drawn(id):
        why = phrases.say(f"explain.undrawn.{UNSEEN[id]}")
        click.echo(phrases.say("explain.undrawn", id=id, why=why), err=True)
        sys.exit(exit_codes.USAGE)
    with accounted(phrases.language, picture), opened(picture) as stream:
        stream.write(pictures.picture(id, explain_text.title(id, phrases)))
    click.echo(picture)
