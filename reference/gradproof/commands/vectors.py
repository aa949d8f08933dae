"""``gradproof vectors``: test vectors for what can only answer once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands.options import language_option
from gradproof.commands.words import block

if TYPE_CHECKING:
    from gradproof.report.messages import Language


@click.command(
    epilog=block(
        "Examples:\n"
        "  gradproof vectors --output vectors\n"
        "  gradproof check vectors:answers.json --role point-gradient\n"
    )
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Write the files into this folder.",
)
@language_option
def vectors(output: Path, lang: Language) -> None:
    """Write test vectors, for what can only answer once.

    They are functions and points for a web service, a spreadsheet or a printout:
    vectors.json, with its JSON Schema and that of a file of answers, which
    `gradproof check vectors:FILE` judges. A table says which defect is shown by which
    vectors. Files of these names are written anew.
    """
    from gradproof.report import vectors_file, vectors_text
    from gradproof.report.phrases import Phrases

    phrases = Phrases(lang)
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, text in vectors_file.files(phrases).items():
            (output / name).write_text(text, encoding="utf-8", newline="\n")
            click.echo(phrases.say("vectors.written", file=str(output / name)))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error
    click.echo("\n" + phrases.say("vectors.table") + "\n")
    for line in vectors_text.lines(phrases):
        click.echo(line)
    click.echo("\n" + phrases.say("vectors.next"))
