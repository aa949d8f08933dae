"""``gradproof fix``: patches, each proved."""

from __future__ import annotations

import itertools
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import completion, exit_codes, signals
from gradproof.commands.options import (
    console,
    language_option,
    python_option,
    sandbox_option,
    timeout_option,
    trace,
)
from gradproof.commands.words import block

if TYPE_CHECKING:
    from rich.status import Status

    from gradproof.finding.subjects import Found
    from gradproof.fix.patch import Patch
    from gradproof.fix.repair import Repair
    from gradproof.fix.routine_search import Tell
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases, Unusable


@click.command(
    epilog=block(
        "Examples:\n"
        "  gradproof fix ch04/gradient_2d.py\n"
        "  gradproof fix ch04/gradient_2d.py --write\n"
        "  gradproof fix ch04/*.py > fixes.patch\n"
        "  gradproof fix common/gradient.py:numerical_gradient --strict\n"
        "  gradproof fix common/layers.py\n"
        "  gradproof fix common/ ch05/ --write\n"
    )
)
@click.argument(
    "names",
    nargs=-1,
    metavar="TARGET...",
    required=True,
    shell_complete=completion.targets,
)
@click.option("--write", is_flag=True, help="Change the files, too.")
@click.option(
    "--strict", is_flag=True, help="Mend what a routine or a layer should do, too."
)
@python_option("scripts")
@timeout_option("one run of a script")
@sandbox_option
@language_option
def fix(
    names: tuple[str, ...],
    write: bool,
    strict: bool,
    python: str | None,
    timeout: float,
    lang: Language,
) -> None:
    """Mend scripts, notebooks, routines and layers, with proof.

    Of a file, or of a folder, everything is mended that computes a gradient by hand. A
    routine alone is path/file.py:function. A change is shown only if it is proved: the
    changed text of a script is run in memory and passes S1 to S5 as in check, and a
    routine that was changed is better by itself. A file of layers, path/layers.py, is
    mended with the functions that they call, and path/layers.py:Class by itself: a
    change is kept if the layer is right with it and no other layer of the file is
    worse. The unified diff is printed; what is said of it goes to the standard error
    output. What cannot be mended is explained.

    Exit code: 0 everything was mended or needs nothing; 1 something could not be
    mended, or breaks; 2 usage; 3 a target could not be loaded; 4 not all of it could be
    judged; 70 an error of gradproof's own.
    """
    from gradproof.fix.patch import Patch
    from gradproof.report.phrases import Phrases

    phrases = Phrases(lang)
    written: list[str] = []
    with signals.told(lambda: _interrupted(written, phrases)):
        patch = Patch()
        codes = []
        waiting = [each for name in names for each in _subjects(name)]
        for subject in waiting:  # grows by the routines that a script does not call
            code, others = _fix(
                subject,
                written if write else None,
                strict,
                python,
                timeout,
                phrases,
                patch,
            )
            codes.append(code)
            waiting += others
        _show(patch, phrases)
        if patch.changes and not write:
            options = _options(strict, python)
            command = shlex.join(["gradproof", "fix", *names, *options, "--write"])
            click.echo(phrases.say("fix.to-write", command=command), err=True)
    sys.exit(exit_codes.gravest(codes))


def _options(strict: bool, python: str | None) -> list[str]:
    """Those that decide what is mended."""
    return [
        *(["--strict"] if strict else []),
        *(["--python", python] if python else []),
    ]


def _interrupted(written: list[str], phrases: Phrases) -> str:
    """Which targets were written, if any were."""
    if not written:
        return phrases.say("interrupted.unwritten")
    return phrases.say("interrupted.written", targets=", ".join(written))


def _fix(
    subject: Found,
    written: list[str] | None,
    strict: bool,
    python: str | None,
    timeout: float,
    phrases: Phrases,
    patch: Patch,
) -> tuple[int, list[Found]]:
    """Mend one subject, and put it into the patch; return the code that it ends with.

    It is written, and put down, if there is a list of what was ``written``. Return
    also the routines of a script's file that it does not call.
    """
    from gradproof.report import fix_text
    from gradproof.report.phrases import Unusable

    name = subject.target
    found = _mended(subject, strict, python, timeout, phrases)
    if isinstance(found, Unusable):
        trace(found)
        click.echo(phrases.unusable(found), err=True)
        return exit_codes.of_result(found), []
    others = _uncalled(subject, found)
    other = patch.in_the_way(found.changes)
    if other is not None:
        said = {"target": name, "file": str(other.path)}
        click.echo(phrases.say("fix.otherwise", **said), err=True)
        return exit_codes.WRONG, others
    patch.add(found.changes)
    for sentence in fix_text.sentences(found, phrases):
        click.echo(sentence, err=True)
    done = found.done
    if written is not None and found.changes:
        with signals.held():
            if _write(found, phrases):
                written.append(name)
            else:
                done = False
    if done and not found.judged:
        verdict = exit_codes.OF_VERDICTS[found.verdict]
        return verdict or exit_codes.NOTHING_COVERED, others
    return exit_codes.AS_EXPECTED if done else exit_codes.WRONG, others


def _subjects(name: str) -> list[Found]:
    """Return what is to be fixed: of a file or a folder all its subjects."""
    from gradproof.finding.findings import find
    from gradproof.finding.subjects import subjects_of

    if Path(name).is_dir():
        return [*find(Path(name)).ports]
    return subjects_of(name)


def _uncalled(subject: Found, found: Repair) -> list[Found]:
    from gradproof.finding.subjects import Found, routines_of

    if subject.form != "script":
        return []
    path = subject.path
    rest = [t for t in routines_of(path) if t not in found.routines]
    return [Found(t, "named", path, t.rpartition(":")[2]) for t in rest]


def _mended(
    subject: Found, strict: bool, python: str | None, timeout: float, phrases: Phrases
) -> Repair | Unusable:
    """What is wrong with one target, and mends it; say what is tried."""
    from gradproof.fix import layer_repair, repair
    from gradproof.ports.target import InternalError, NotJudgedError, TargetError
    from gradproof.report.phrases import Unusable

    name, target = subject.target, subject.opened
    with console(sys.stderr).status(name) as status:
        tell = _teller(name, phrases, status)
        try:
            if isinstance(target, TargetError):
                raise target
            if target.layer is not None:
                if target.cells:
                    raise NotJudgedError("fix.notebook-layers")
                return layer_repair.mend(target, timeout, python, tell, strict)
            return repair.mend(target, timeout, python, strict, tell)
        except TargetError as error:
            return Unusable(name, error)
        except Exception as error:
            # The other targets' changes are not to be lost.
            return Unusable(name, InternalError(error))


MAX_SILENCE = 10.0
"""Seconds after which something is said where there is no terminal."""


def _teller(name: str, phrases: Phrases, status: Status) -> Tell:
    """Says which change is tried: on a terminal each, else one now and then."""
    numbers = itertools.count(1)
    spoke = time.monotonic()

    def tell(layer: str = "") -> None:
        nonlocal spoke
        target = f"{name}:{layer}" if layer and not name.endswith(f":{layer}") else name
        said = phrases.say("fix.trying", target=target, number=next(numbers))
        status.update(said)
        if not sys.stderr.isatty() and time.monotonic() - spoke > MAX_SILENCE:
            click.echo(said, err=True)
            spoke = time.monotonic()

    return tell


def _show(patch: Patch, phrases: Phrases) -> None:
    """Print the patch: its bytes; to a terminal its text. And where it is applied."""
    from gradproof.fix.patch import folder_to_apply_in, text_of
    from gradproof.report.characters import printable

    paths = [change.path for change in patch.changes]
    if not paths:
        return
    folder = folder_to_apply_in(paths, Path.cwd())
    for change in patch.changes:
        data = text_of(change, folder)
        if sys.stdout.isatty():
            text = data.decode(change.before.encoding).replace("\r\n", "\n")
            click.echo(printable(text), nl=False)
        else:
            click.echo(data, nl=False)
    if folder != Path.cwd():
        click.echo(phrases.say("fix.apply-in", folder=str(folder)), err=True)


def _write(found: Repair, phrases: Phrases) -> bool:
    """Write what was mended; whether that went well."""
    from gradproof.fix import files

    said = {"target": found.target.text}
    try:
        files.write(found.changes)
    except files.FileChangedError:
        click.echo(phrases.say("fix.changed", **said), err=True)
        return False
    except files.PartlyWrittenError as error:
        listed = ", ".join(map(str, error.paths))
        click.echo(phrases.say("fix.partly", files=listed, **said), err=True)
        return False
    except OSError as error:
        text = error.strerror or str(error)
        click.echo(phrases.say("fix.not-written", text=text, **said), err=True)
        return False
    click.echo(phrases.say("fix.written", **said), err=True)
    return True
