"""Examine a port: run the probes, read its formula, infer its role, judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.contract.clauses import Finding, judge
from gradproof.contract.expected import gives_values_alone
from gradproof.contract.verdicts import Judgement
from gradproof.defects.diagnosis import Explanation, diagnose
from gradproof.evidence.collection import gather, gather_more
from gradproof.evidence.evidence import Evidence, entries, formula, point_shape
from gradproof.evidence.probe_ids import SEED
from gradproof.evidence.roles import ARRAY_ROLES, ROLES
from gradproof.evidence.stencil import Stencil, Unreadable
from gradproof.examination import counterexample
from gradproof.examination.counterexample import Counterexample
from gradproof.examination.judged import Judged, Several
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.examination.role_inference import infer
from gradproof.numerics.formula_text import NUMBER, FormulaText, describe
from gradproof.ports.observation import Port, notes_of
from gradproof.ports.role_ids import RoleId


@dataclass(frozen=True)
class ComponentFormula:
    """A formula and the components of the gradient that are computed by it.

    ``varies`` when it is another one at another row of the batch.
    """

    components: tuple[str, ...]
    text: FormulaText
    order: int
    consistent: bool
    varies: bool = False


@dataclass(frozen=True, kw_only=True)
class Examination(Judged):
    """All that was found out about a port.

    ``why`` is the id of the message that says how the role was come by;
    ``unreadable`` says why no formula was read, where none was. ``smallest`` is the
    simplest f and x for which a value is wrong. ``seed`` is that of the random
    examples, where the role has any. ``mendable``: there is a change of its text
    to try.
    """

    role: RoleId
    why: str
    formulas: tuple[ComponentFormula, ...]
    unreadable: Unreadable | None
    diagnosis: tuple[Explanation, ...]
    smallest: Counterexample | None
    seed: int | None = None
    mendable: bool = False

    @property
    def seeded(self) -> bool:
        """Whether it was asked for random examples other than the usual."""
        return self.seed not in (None, SEED)

    @property
    def adapted(self) -> bool:
        """Whether it had to be adapted to be called as routine(f, x)."""
        manners = {"made-instance", "step-given", "x-first", "calls-f(*x)", "calls-f()"}
        return self.options != () or any(note.id in manners for note in self.notes)


@dataclass(frozen=True)
class ProgramExamination(Several):
    """All that was found out about a program, under each of the roles it serves."""

    roles: tuple[Examination, ...]

    @property
    def parts(self) -> tuple[Judged, ...]:
        """The program under each role."""
        return self.roles


def examine(
    port: Port,
    role: RoleId | None = None,
    terms: Terms = AS_WRITTEN,
) -> Examination:
    """Examine ``port`` under ``role``; without one, under the role it fits best."""
    with np.errstate(all="ignore"):  # its numbers may be as extreme as it likes
        return _examined(port, role, terms)


def _examined(port: Port, role: RoleId | None, terms: Terms) -> Examination:
    begin = time.perf_counter()
    evidence, why = (gather(port, role), "role-given") if role else infer(port)
    evidence = gather_more(port, evidence, terms.seed)
    findings = judge(evidence)
    smallest: Counterexample | None = None
    # What gives values alone knows no other functions.
    if evidence.role in ARRAY_ROLES and not gives_values_alone(evidence):
        findings, smallest = _beyond(port, evidence.role, findings, terms)
    formulas, unreadable = _formulas(evidence)
    diagnosis = diagnose(evidence, findings, role_given=role is not None)
    return Examination(
        target=port.name,
        role=evidence.role,
        why=_why(why, findings),
        findings=terms.chosen(findings),
        formulas=formulas,
        unreadable=unreadable,
        diagnosis=diagnosis,
        smallest=smallest,
        notes=(*port.notes, *notes_of(evidence.observations.values())),
        terms=terms,
        unknown=tuple(terms.unknown(findings)),
        options=("--vectorized",) if port.vectorized else (),
        wall=time.perf_counter() - begin,
        declared=_declared(terms, findings, diagnosis),
        seed=terms.seed,
    )


def _why(why: str, findings: Sequence[Finding]) -> str:
    """How the role was come by, in the light of all that was judged.

    What is wrong at a single point, too, is not right for one.
    """
    wrong = {
        f.clause.name
        for f in findings
        if f.clause.level == "must" and f.judgement.verdict in ("fail", "error")
    }
    unguarded = why == "role-unguarded" and wrong - {"no-wrong-batch"}
    return "role-fewest-wrong" if unguarded else why


def _declared(
    terms: Terms, findings: Sequence[Finding], diagnosis: Sequence[Explanation]
) -> Judgement | None:
    """Whether the defect is the one that was declared.

    It is the one of the musts; where none fails, of the shoulds that are known to.
    """
    failing = any(
        f.clause.level == "must" and f.judgement.verdict in ("fail", "error")
        for f in findings
    )
    told = [e for e in diagnosis if e.level == "must"][:1]
    if not failing:
        told = [e for e in diagnosis if terms.expect.keys() & set(e.clauses)]
    names = dict.fromkeys(defect for e in told for defect in e.defects)
    part = sum(e.explained for e in told), sum(e.probes for e in told)
    return terms.diagnosed(tuple(names), part, failing=failing)


def failing(port: Port, role: RoleId, *, plane: bool) -> set[str]:
    """The ids of the musts that a port fails under a role.

    ``plane``: at points of two components alone.
    """
    evidence = gather(port, role, plane=plane)
    findings = judge(evidence if plane else gather_more(port, evidence))
    musts = (f for f in findings if f.clause.level == "must")
    return {f.clause.id for f in musts if f.judgement.verdict == "fail"}


def _beyond(
    port: Port, role: RoleId, findings: tuple[Finding, ...], terms: Terms
) -> tuple[tuple[Finding, ...], Counterexample | None]:
    """Shrink a failure of the values, or look for one where there is none yet."""
    (value,) = (f for f in findings if f.clause.name == "value")
    if value.judgement.verdict == "fail":
        return findings, counterexample.smallest(
            port, role
        ) if terms.shrinking else None
    if not terms.explored or value.judgement.verdict != "pass":
        return findings, None
    found = counterexample.explore(port, role, terms.explored)
    if found is None:
        return findings, None
    failed = replace(value, judgement=found.judgement)
    return tuple(failed if f is value else f for f in findings), found


def examine_pair(
    f: Callable[[Any], Any],
    grad: Callable[[Any], Any],
    x: Any,
    terms: Terms = AS_WRITTEN,
    name: str = "grad",
) -> Examination:
    """Examine ``grad(x)``, the claimed gradient of ``f``, at the array ``x``.

    Both run in this process, and are given copies of x in double and in single
    precision. f may also be given arrays of objects, which are numbers of high
    precision. What the two can reach is put back as it was.
    """
    from gradproof.evidence.pairs import gather_pair

    begin = time.perf_counter()
    evidence = gather_pair(f, grad, x)
    findings = judge(evidence)
    return Examination(
        target=name,
        role="pair",
        why="role-given",
        findings=terms.chosen(findings),
        formulas=(),
        unreadable=None,
        diagnosis=diagnose(evidence, findings, role_given=True),
        smallest=None,
        notes=notes_of(evidence.observations.values()),
        terms=terms,
        unknown=tuple(terms.unknown(findings)),
        options=(),
        wall=time.perf_counter() - begin,
    )


def _formulas(
    evidence: Evidence,
) -> tuple[tuple[ComponentFormula, ...], Unreadable | None]:
    """The distinct formulas of the components."""
    unreadable = Unreadable("no-result")
    for probe in ROLES[evidence.role].shown:
        reading = evidence.readings.get(probe)
        if reading is None:
            continue
        if isinstance(reading, Unreadable):
            unreadable = reading
        elif reading.weights.shape[1:] == reading.x.shape:
            distinct = _distinct(evidence, reading)
            if distinct:
                return distinct, None
    return (), unreadable


def _distinct(evidence: Evidence, stencil: Stencil) -> tuple[ComponentFormula, ...]:
    by_rows = evidence.by_rows
    names = _names(point_shape(stencil.x, by_rows=by_rows))
    found: dict[FormulaText, ComponentFormula] = {}
    keys: dict[str, FormulaText] = {}
    for entry in entries(stencil.x, by_rows=by_rows):
        read = formula(stencil, entry, by_rows=by_rows)
        if read is None:
            continue
        name = names[entry.component]
        key = describe(read, [n if n != name else "xᵢ" for n in names])
        first = keys.setdefault(name, key)
        known = found.get(key)
        if key != first:
            found[first] = replace(found[first], varies=True)
        elif known is None:
            found[key] = ComponentFormula(
                (name,), describe(read, names), read.order, not read.inconsistencies
            )
        elif name not in known.components:
            found[key] = replace(known, components=(*known.components, name))
    return tuple(found.values())


def _names(shape: tuple[int, ...]) -> list[str]:
    """The components' names: x of a number, x0, … of a point, x[0,0], … of an array."""
    if not shape:
        return list(NUMBER)
    if len(shape) == 1:
        return [f"x{j}" for j in range(shape[0])]
    return [f"x[{i},{j}]" for i in range(shape[0]) for j in range(shape[1])]
