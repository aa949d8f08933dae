"""What is shown as the smallest code that breaks a clause does; mended, it does not."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof.contract import layers, networks, optimizers, script_checks
from gradproof.contract.clauses import CONTRACT, Finding, judge
from gradproof.contract.verdicts import Verdict
from gradproof.defects.clause_examples import OF_DEFECTS, OF_THEIR_OWN, example_of
from gradproof.evidence.collection import gather, gather_more
from gradproof.examination.layers import examine_layers
from gradproof.examination.policy import AS_WRITTEN
from gradproof.forms import FORMS
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.layer_doors import LayerFile, Layers
from gradproof.ports.role_ids import RoleId
from gradproof.ports.target import parse
from gradproof.report.index import CLAUSES
from gradproof.scripts import clauses as scripts
from gradproof.scripts.examination import examine_script

pytestmark = pytest.mark.once  # the same under each version

PARTS = [c.id for part in (layers, networks, optimizers) for c in part.CLAUSES]
CHECKS = [clause.id for clause in script_checks.CLAUSES]
SCRIPTS = [clause.id for clause in scripts.CLAUSES]
ROUTINES = {
    clause.id: role
    for role, clauses in CONTRACT.items()
    for clause in clauses
    if clause.id in OF_THEIR_OWN
}


def named(code: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"np": np}
    exec(code, namespace)
    return namespace


def part(code: str) -> Iterable[Finding]:
    """Its class, judged."""
    classes = {k: v for k, v in named(code).items() if isinstance(v, type)}
    (found,) = examine_layers(Layers(classes), "").layers
    return found.findings


@functools.cache
def routine(code: str, role: RoleId) -> Iterable[Finding]:
    if role == "pair":
        names = named(code)
        report = gradproof.check_pair(names["f"], names["gradient"], names["x"])
        return report.examination.findings
    port = FunctionPort("example", list(named(code).values())[-1])
    return judge(gather_more(port, gather(port, role)))


def script(code: str, folder: Path) -> Iterable[Finding]:
    file = folder / "example.py"
    file.write_text(code, encoding="utf-8")
    return examine_script(parse(str(file)), AS_WRITTEN, 60.0).findings


def check(code: str, folder: Path) -> Iterable[Finding]:
    """A script's own check of its network, judged beside that."""
    file = folder / "example.py"
    file.write_text(code, encoding="utf-8")
    with LayerFile(file) as port:
        found = examine_layers(port, "").layers
    return [finding for part in found for finding in part.findings]


def verdicts(findings: Iterable[Finding]) -> dict[str, Verdict]:
    return {f.clause.id: f.judgement.verdict for f in findings}


def wrong(findings: Iterable[Finding], level: str = "") -> set[str]:
    """The clauses that are broken, of a level, or of both."""
    return {
        f.clause.id
        for f in findings
        if f.judgement.verdict in ("fail", "error") and f.clause.level.startswith(level)
    }


@pytest.mark.parametrize("id", PARTS)
def test_the_example_of_a_part_breaks_the_clause_and_mended_none(id: str) -> None:
    example = example_of(id)
    assert id in wrong(part(example.code))
    mended = part(example.corrected)
    assert wrong(mended) == set()
    # What is right for rows is not judged for sequences that are none.
    assert verdicts(mended).get(id, "pass") == "pass"


@pytest.mark.parametrize("id", ROUTINES)
def test_the_example_of_a_routine_breaks_the_clause_and_mended_no_must(id: str) -> None:
    example, role = OF_THEIR_OWN[id], ROUTINES[id]
    assert id in wrong(routine(example.code, role))
    mended = routine(example.corrected, role)
    assert wrong(mended, "must") == set()
    assert verdicts(mended)[id] == "pass"


@pytest.mark.parametrize("id", SCRIPTS)
def test_the_example_of_a_script_breaks_the_clause(id: str, tmp_path: Path) -> None:
    example = example_of(id)
    assert id in wrong(script(example.code, tmp_path))


@pytest.mark.parametrize("id", CHECKS)
def test_the_example_of_a_check_breaks_the_clause(id: str, tmp_path: Path) -> None:
    example = example_of(id)
    assert id in wrong(check(example.code, tmp_path))


def test_mended_every_check_is_the_same_and_breaks_none(tmp_path: Path) -> None:
    (mended,) = {OF_THEIR_OWN[id].corrected for id in CHECKS}
    found = check(mended, tmp_path)
    assert wrong(found) == set()
    assert {id: verdicts(found)[id] for id in CHECKS} == dict.fromkeys(CHECKS, "pass")


def test_mended_every_script_is_the_same_and_breaks_none(tmp_path: Path) -> None:
    (mended,) = {OF_THEIR_OWN[id].corrected for id in SCRIPTS}
    assert set(verdicts(script(mended, tmp_path)).values()) == {"pass"}


def test_every_clause_has_an_example_here_and_there_are_no_others() -> None:
    of_forms = {rule.name for form in FORMS for rule in form.rules}
    assert {*OF_THEIR_OWN, *OF_DEFECTS} == {*CLAUSES} - of_forms
    assert {*CLAUSES} == {*PARTS, *SCRIPTS, *CHECKS, *ROUTINES, *of_forms}
