"""``gradproof fix``: patches, each proved."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import signals
from gradproof.commands.options import (
    block,
    console,
    language_option,
    python_option,
    timeout_option,
)
from gradproof.project import exit_codes

if TYPE_CHECKING:
    from gradproof.fix.files import FileChange
    from gradproof.fix.repair import Repair
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases


@click.command(
    epilog=block(
        "Examples:\n"
        "  gradproof fix ch04/gradient_2d.py\n"
        "  gradproof fix ch04/gradient_2d.py --write\n"
        "  gradproof fix ch04/*.py > fixes.patch\n"
        "  gradproof fix common/gradient.py:numerical_gradient --strict\n"
    )
)
@click.argument("names", nargs=-1, metavar="TARGET...", required=True)
@click.option("--write", is_flag=True, help="FileChange the files, too.")
@click.option("--strict", is_flag=True, help="Mend what a routine should do as well.")
@python_option("scripts")
@timeout_option("one run of a script")
@language_option
def fix(
    names: tuple[str, ...],
    write: bool,
    strict: bool,
    python: str | None,
    timeout: float,
    lang: Language,
) -> None:
    """Mend scripts, notebooks, and gradient routines: path/file.py:function.

    A change is shown only if it is proved: the changed text of a script is run in
    memory and passes S1 to S5 as in check, and a routine that was changed is better by
    itself. The unified diff is printed; what is said of it goes to the standard error
    output. What cannot be mended is explained.

    Exit code: 0 everything was mended or needs nothing; 1 something could not be
    mended; 2 usage; 3 a target could not be loaded; 70 an error of gradproof's own.
    """
    from gradproof.report.phrases import Phrases

    phrases = Phrases(lang)
    written: list[str] = []
    with signals.told(lambda: _interrupted(written, phrases)):
        codes = [
            _fix(name, written if write else None, strict, python, timeout, phrases)
            for name in names
        ]
    sys.exit(exit_codes.gravest(codes))


def _interrupted(written: list[str], phrases: Phrases) -> str:
    """Which targets were written, if any were."""
    if not written:
        return phrases.say("interrupted.unwritten")
    return phrases.say("interrupted.written", targets=", ".join(written))


def _fix(
    name: str,
    written: list[str] | None,
    strict: bool,
    python: str | None,
    timeout: float,
    phrases: Phrases,
) -> int:
    """Mend one target; the code that it ends with.

    It is written, and put down, if there is a list of what was ``written``.
    """
    from gradproof.fix import repair
    from gradproof.ports.target import TargetError, parse
    from gradproof.project import checks
    from gradproof.report import fix_text
    from gradproof.report.phrases import Unusable

    with console(sys.stderr).status(name) as status:
        numbers = itertools.count(1)

        def tell() -> None:
            said = phrases.say("fix.trying", target=name, number=next(numbers))
            status.update(said)

        try:
            found = repair.mend(parse(name), timeout, python, strict, tell)
        except TargetError as error:
            unusable = Unusable(name, error)
            click.echo(phrases.unusable(unusable), err=True)
            return checks.exit_code(unusable)
    for change in found.changes:
        _show_diff(name, found, change)
    for sentence in fix_text.sentences(found, phrases):
        click.echo(sentence, err=True)
    done = found.done
    if written is not None and found.changes:
        with signals.held():
            if _write(found, phrases):
                written.append(name)
            else:
                done = False
    return exit_codes.AS_EXPECTED if done else exit_codes.WRONG


def _show_diff(name: str, found: Repair, change: FileChange) -> None:
    """Print a file's patch: its bytes; to a terminal its text."""
    from gradproof.edits import text

    own = change.path == found.path
    given = Path(name.rpartition(":")[0] if ":" in Path(name).name else name)
    path = given if own else Path(os.path.relpath(change.path))
    diff = text.diff(change.before, change.after, path.as_posix())
    terminal = sys.stdout.isatty()
    click.echo(diff if terminal else diff.encode(change.before.encoding), nl=False)


def _write(found: Repair, phrases: Phrases) -> bool:
    """Write what was mended; whether that went well."""
    from gradproof.fix import files

    said = {"target": found.target.text}
    try:
        files.write(found.changes)
    except files.FileChangedError:
        click.echo(phrases.say("fix.changed", **said), err=True)
        return False
    except OSError as error:
        text = error.strerror or str(error)
        click.echo(phrases.say("fix.not-written", text=text, **said), err=True)
        return False
    click.echo(phrases.say("fix.written", **said), err=True)
    return True
