"""Check targets: each is opened, examined in a child process, and ended."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import structs

from gradproof.examination.examination import (
    Examination,
    ProgramExamination,
    examine,
)
from gradproof.examination.parts import LayersExamination
from gradproof.examination.policy import Terms
from gradproof.finding.subjects import routines_of, subjects_of
from gradproof.ports.head_start import Begun
from gradproof.ports.subprocess_port import python_port
from gradproof.ports.target import (
    InternalError,
    LoadError,
    NotJudgedError,
    Target,
    TargetError,
    UsageError,
    choice_of_functions,
    parsed,
)
from gradproof.project.config import PortTable, words
from gradproof.report.examined import Examined
from gradproof.report.phrases import Unusable

if TYPE_CHECKING:
    from gradproof.scripts.examined import ScriptExamination

# What examines programs, layers and scripts is imported where one is to be examined:
# each takes longer to import than a routine's musts to judge.

Checked: TypeAlias = Examined | Unusable
"""What comes of a target."""


def check_declared(table: PortTable, terms: Terms, timeout: float) -> Checked:
    """Examine the port of a table; ``timeout`` is in seconds, for all of it."""
    return check(table, parsed(table.target), terms, timeout)


def check_subjects(
    table: PortTable,
    terms: Terms,
    timeout: float,
    apart: Collection[str] = (),
) -> list[Checked]:
    """Examine everything in a file that computes a gradient by hand.

    What is no plain file, or has a role, is one subject. ``timeout`` is in seconds, for
    each. What a project declares of a file is expected of its first subject; targets
    that are declared ``apart`` are left out.
    """
    results: list[Checked] = []
    for number, each in enumerate(subjects_of(table.target, apart, bool(table.role))):
        own = structs.replace(table, target=each.target)
        if number:
            terms = replace(terms, expect={}, diagnosis=())
        results += check_subject(own, each.opened, terms, timeout, apart=apart)
    return results


def check_subject(
    table: PortTable,
    target: Target | TargetError,
    terms: Terms,
    timeout: float,
    begun: Begun | None = None,
    apart: Collection[str] = (),
) -> list[Checked]:
    """Examine a subject; of a script the routines of its file, too.

    Those that the script calls are examined with it; those that are ``apart`` are not.
    """
    result = check(table, target, terms, timeout, begun)
    if not (isinstance(target, Target) and target.form == "script"):
        return [result]
    assert target.path is not None
    known = {*getattr(result, "judged_targets", ()), *apart}
    rest = [each for each in routines_of(target.path) if each not in known]
    own = replace(terms, expect={}, diagnosis=())
    return [
        result,
        *(
            check(structs.replace(table, target=each), parsed(each), own, timeout)
            for each in rest
        ),
    ]


def check(
    table: PortTable,
    target: Target | TargetError,
    terms: Terms,
    timeout: float,
    begun: Begun | None = None,
) -> Checked:
    """Examine one port in a child; ``timeout`` is in seconds, for all of it.

    ``target`` is what the table names, or why it names nothing; it may have ``begun``
    already.
    """
    try:
        if isinstance(target, TargetError):
            raise target
        with np.errstate(all="ignore"):  # where warnings are errors, as in tests
            return _checked(table, target, terms, timeout, begun)
    except TargetError as error:
        return Unusable(table.target, error)
    except Exception as error:
        # The other ports' reports are not to be lost.
        return Unusable(table.target, InternalError(error))


def _checked(
    table: PortTable,
    target: Target,
    terms: Terms,
    timeout: float,
    begun: Begun | None,
) -> Examined:
    """What comes of a target that can be opened. Raises TargetError."""
    if target.command:
        return _check_program(table, target, terms, timeout)
    if target.answers is not None:
        return _check_answers(table, target.answers, terms)
    if target.layer is not None and not table.role:
        return _check_layers(table, target, terms, timeout, begun)
    if target.script is not None:
        return _check_script(table, target, terms, timeout, begun)
    opened = python_port(target, table.python, table.vectorized, timeout, begun=begun)
    with opened as port:
        found = examine(port, table.role, terms)
    if found.verdict == "fail":
        found = _with_offer(found, target)
    if table.python:
        found = replace(found, options=(*found.options, "--python", table.python))
    return found


def _with_offer(found: Examination, target: Target) -> Examination:
    """What was found out, and whether a wrong routine may be mended."""
    from gradproof.fix.faults import with_offer

    return with_offer(found, target)


def _check_program(
    table: PortTable,
    target: Target,
    terms: Terms,
    timeout: float,
) -> Examination | ProgramExamination | LayersExamination:
    """Examine a program under each role that it serves, or that which is given.

    Of layers, networks and optimizers each is examined.

    Raises TargetError.
    """
    from gradproof.ports import program

    if table.python:
        raise UsageError("program.no-python")
    cwd = Path(table.cwd) if table.cwd else None
    if table.build:
        program.build(words(table.build), cwd, table.env)
    with program.ProgramPort(
        table.target, target.command, table.vectorized, timeout, cwd=cwd, env=table.env
    ) as port:
        if not port.has_layers or table.role:
            roles = port.asked(table.role)
            found = [examine(port, role, terms) for role in roles]
            return _of_roles(target, found)
    return _check_layers_of_program(table, target, terms, timeout)


def _of_roles(
    target: Target, found: list[Examination]
) -> Examination | ProgramExamination:
    return (
        found[0] if len(found) == 1 else ProgramExamination(target.text, tuple(found))
    )


def _check_layers_of_program(
    table: PortTable, target: Target, terms: Terms, timeout: float
) -> LayersExamination:
    """Examine the layers of a program, which is started anew. Raises TargetError."""
    from gradproof.examination.layers import examine_layers
    from gradproof.ports.layer_program import LayerProgram

    cwd = Path(table.cwd) if table.cwd else None
    with LayerProgram(target.command, timeout, cwd, table.env) as port:
        found = examine_layers(port, "", terms)
    if not found.layers:
        raise LoadError("load.no-layer", name=target.text)
    return replace(found, target=target.text)


def _check_answers(table: PortTable, path: Path, terms: Terms) -> Examination:
    """Examine a file of answers. Raises TargetError."""
    from gradproof.examination.vectors.answers import open_answers

    if table.python or table.vectorized:
        raise UsageError("answers.no-options")
    port = open_answers(path, table.target, table.role)
    # The vectors are fixed: none is drawn.
    return replace(examine(port, port.role, terms), seed=None)


def _check_layers(
    table: PortTable,
    target: Target,
    terms: Terms,
    timeout: float,
    begun: Begun | None,
) -> LayersExamination:
    """Examine the layers of a file. Raises TargetError."""
    from gradproof.examination.layers import examine_layers
    from gradproof.ports.layer_doors import LayerFile

    path, only = target.path, target.layer
    assert path is not None
    with LayerFile(path, table.python, timeout, begun=begun) as port:
        found = examine_layers(port, str(path), terms, only or "")
    if not found.layers:
        raise LoadError("load.no-layer", name=only or path.name)
    right = all(part.verdict not in ("fail", "error") for part in found.layers)
    if right or target.cells:  # the layers of a notebook's cells are not mended
        return found
    from gradproof.fix.layer_search import with_offers

    return with_offers(found, target)


def _check_script(
    table: PortTable,
    target: Target,
    terms: Terms,
    timeout: float,
    begun: Begun | None,
) -> ScriptExamination:
    """Examine a script. Raises TargetError, too where it is none but has functions."""
    from gradproof.scripts.examination import examine_script

    if table.role or table.vectorized:
        raise UsageError("script.no-role")
    found = examine_script(target, terms, timeout, table.python, begun=begun)
    if not found.evidence.run.is_script:
        for module in found.evidence.run.stubs:
            raise LoadError("load.missing", names=module)
        choice = choice_of_functions(target.text)
        if choice:
            raise NotJudgedError("unjudged.nothing-but", choice=choice)
        raise NotJudgedError("unjudged.nothing")
    return found if Path(target.text).is_absolute() else _named_from_here(found)


def _named_from_here(found: ScriptExamination) -> ScriptExamination:
    """What was found, with routines of other files named as the script itself is."""
    routines = [replace(r, target=_from_here(r.target)) for r in found.routines]
    enough = frozenset(map(_from_here, found.enough))
    return replace(found, routines=tuple(routines), enough=enough)


def _from_here(target: str) -> str:
    """What names a function, with its file as from the working folder if below it.

    What a script reaches through `..` has that in its path.
    """
    file, _, function = target.rpartition(":")
    plain = os.path.normpath(file)
    same = os.path.exists(plain) and os.path.samefile(plain, file)
    if not same or not os.path.isabs(file):
        return target
    return f"{plain.removeprefix(f'{Path.cwd()}{os.sep}')}:{function}"


def terms(
    table: PortTable,
    *,
    strict: bool,
    seed: int,
    only: frozenset[str] = frozenset(),
    explored: int = 0,
) -> Terms:
    """The terms on which a declared port is judged."""
    known = table.expect, table.diagnosis or ()
    return Terms(strict, only, *known, seed=seed, explored=explored)
