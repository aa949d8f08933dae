"""``gradproof init``: a starting point: in another language, or for a tool."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import completion, exit_codes
from gradproof.commands.options import language_option
from gradproof.commands.words import block

if TYPE_CHECKING:
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases
    from gradproof.starters.languages import Language as StarterLanguage
    from gradproof.starters.projects import Tool


@click.command(
    epilog=block(
        "Examples:\n"
        "  gradproof init rust --output ports/rust\n"
        "  gradproof init javascript --from src/gradient.mjs:numericalGradient\n"
        "  gradproof init pytest --from common/gradient.py:numerical_gradient\n"
        "  gradproof init ci\n"
    )
)
@click.argument(
    "language", required=False, metavar="[KIND]", shell_complete=completion.kinds
)
@click.option(
    "--from",
    "routine",
    metavar="FILE:FUNCTION",
    help="Serve this routine; without it, a right one is written as well.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("."),
    show_default="the current folder",
    metavar="FOLDER",
    help="Write the files into this folder.",
)
@language_option
def init(
    language: str | None, routine: str | None, output: Path, lang: Language
) -> None:
    """Write what to start from, in another language or with a tool.

    For pytest, tox, ci (GitHub Actions) and pre-commit it is the tool's own file, and
    what declares the gradient in pyproject.toml. For a language it is a program that
    serves a routine to `gradproof check`, needs Debian's packages and the language's
    own library alone, and can be built and judged at once; a README says how. What is
    there is never overwritten. Without a KIND, list them.
    """
    from gradproof.report.phrases import Phrases
    from gradproof.starters import languages, projects
    from gradproof.starters.errors import StarterError

    phrases = Phrases(lang)
    try:
        if language is None:
            click.echo(phrases.say("init.languages"))
            for each in languages.LANGUAGES.values():
                click.echo(f"  {each.id:12}{each.title}")
            click.echo(phrases.say("init.projects"))
            for kind in projects.KINDS.values():
                click.echo(f"  {kind.id:12}{kind.title}")
        elif language in projects.KINDS:
            _write_project(projects.KINDS[language], routine, output, phrases)
        else:
            _write(languages.find(language), routine, output, phrases)
    except StarterError as error:
        click.echo(phrases.say(error.message, **error.parameters), err=True)
        sys.exit(exit_codes.USAGE)
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error


def _write_project(
    kind: Tool, target: str | None, folder: Path, phrases: Phrases
) -> None:
    """Write what a tool needs, and say what is to be added to the project's own file.

    Raises StarterError and OSError.
    """
    from gradproof.starters import files, projects

    made = projects.made(kind, target, folder)
    for path in files.write(made.files, folder):
        click.echo(phrases.say("init.written", file=str(path)))
    if made.to_add:
        file = str(folder / projects.TABLES)
        click.echo(phrases.say("init.add", file=file) + f"\n\n{made.to_add}")
    click.echo(phrases.say("init.next"))
    if folder != Path():
        click.echo(f"  cd {shlex.quote(str(folder))}")
    click.echo(f"  {kind.command}")


def _write(
    language: StarterLanguage, routine: str | None, folder: Path, phrases: Phrases
) -> None:
    """Write the starting point, and say what was written and what is to be done next.

    Raises StarterError and OSError.
    """
    from gradproof.starters import files, readme, starter

    if routine is None:
        made = starter.own(language)
    else:
        made = starter.calling(language, routine, folder)
    texts = {**made.files, readme.NAME: readme.text(made, phrases.say)}
    for path in files.write(texts, folder):
        click.echo(phrases.say("init.written", file=str(path)))
    for line in readme.to_fill_in(made, phrases.say):
        click.echo(line, err=True)
    click.echo(phrases.say("init.next"))
    for command in readme.commands(made, folder):
        click.echo(f"  {command}")
