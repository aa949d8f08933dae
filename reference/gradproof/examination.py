"""Examine a port: run the probes, read its formula, infer its role, judge."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from gradproof.contract.clauses import Finding, judge
from gradproof.contract.evidence import (
    Evidence,
    Role,
    entries,
    formula,
    point_shape,
)
from gradproof.contract.probes import fixed
from gradproof.contract.verdicts import Verdict, fold
from gradproof.notation import FormulaText, describe
from gradproof.observation import Port, Raised
from gradproof.stencil import Stencil, Unreadable
from gradproof.stencil import read as read_formula


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


@dataclass(frozen=True)
class Examination:
    """All that was found out about a port.

    ``why`` is the id of the message that says how the role was come by;
    ``unreadable`` says why no formula was read, where none was. ``wall`` is in
    seconds.
    """

    target: str
    role: Role
    why: str
    findings: tuple[Finding, ...]
    formulas: tuple[ComponentFormula, ...]
    unreadable: Unreadable | None
    wall: float

    @property
    def verdict(self) -> Verdict:
        """The folded verdict over the musts."""
        return fold(
            f.judgement.verdict for f in self.findings if f.clause.level == "must"
        )

    def having(self, verdict: Verdict) -> list[Finding]:
        """The findings of this verdict."""
        return [f for f in self.findings if f.judgement.verdict == verdict]


def examine(port: Port, role: Role | None = None) -> Examination:
    """Examine ``port`` under ``role``; without one, under the role it fits best."""
    begin = time.perf_counter()
    evidence = gather(port, role or "gradient")
    if role is None:
        evidence, findings, why = infer(evidence)
    else:
        findings, why = judge(evidence), "role-given"
    formulas, unreadable = _formulas(evidence)
    return Examination(
        target=port.name,
        role=evidence.role,
        why=why,
        findings=findings,
        formulas=formulas,
        unreadable=unreadable,
        wall=time.perf_counter() - begin,
    )


def gather(port: Port, role: Role) -> Evidence:
    """Run the fixed probes, and read the formula at each of them."""
    observations, readings = {}, {}
    for probe in fixed(port.vectorized):
        observations[probe.id] = port.observe(probe)
        readings[probe.id] = read_formula(port, probe.x)
    return Evidence(role, port.vectorized, observations, readings)


def infer(evidence: Evidence) -> tuple[Evidence, tuple[Finding, ...], str]:
    """The evidence under the role that the port fits, judged, and the reason's id.

    The whole array if a batch made f see arrays of x's shape and the array role's
    musts hold; else one point if its musts hold and the batch raised; else the role
    with the fewest musts failed or in error, rows first. A port that returns
    numbers for a batch is never taken for one of single points, nor one that never
    gave f an array of x's shape for one of whole arrays.
    """
    batch = evidence.observations["rows"]
    whole = any(
        e.argument is not None and e.argument.shape == batch.probe.x.shape
        for e in batch.evaluations
    )
    roles: list[Role] = ["gradient"]
    if batch.value is None and not evidence.vectorized:
        roles.append("point-gradient")
    if whole and not evidence.vectorized:
        roles.append("array-gradient")
    judged = {role: judge(replace(evidence, role=role)) for role in roles}
    wrong = {role: _wrong(findings) for role, findings in judged.items()}
    if evidence.vectorized:
        best, why = roles[0], "role-vectorized"
    elif wrong.get("array-gradient") == 0:
        best, why = "array-gradient", "role-whole"
    elif wrong.get("point-gradient") == 0 and isinstance(batch.outcome, Raised):
        best, why = "point-gradient", "role-point"
    else:
        best = min(roles, key=lambda role: wrong[role])
        why = "role-fewest-wrong" if wrong[best] else "role-rows"
    return replace(evidence, role=best), judged[best], why


def _wrong(findings: tuple[Finding, ...]) -> int:
    """How many musts failed or are in error."""
    return sum(
        f.judgement.verdict in ("fail", "error")
        for f in findings
        if f.clause.level == "must"
    )


def _formulas(
    evidence: Evidence,
) -> tuple[tuple[ComponentFormula, ...], Unreadable | None]:
    """The distinct formulas of the components, at a batch if the role has one."""
    unreadable = Unreadable("no-result")
    for probe in ("point",) if evidence.role == "point-gradient" else ("rows", "point"):
        reading = evidence.readings[probe]
        if isinstance(reading, Unreadable):
            unreadable = reading
        elif reading.weights.shape[1:] == reading.x.shape:
            distinct = _distinct(evidence, reading)
            if distinct:
                return distinct, None
    return (), unreadable


def _distinct(evidence: Evidence, stencil: Stencil) -> tuple[ComponentFormula, ...]:
    by_rows = evidence.role != "array-gradient"
    names = _names(point_shape(stencil.x, by_rows=by_rows))
    found: dict[str, ComponentFormula] = {}
    keys: dict[str, str] = {}
    for entry in entries(stencil.x, by_rows=by_rows):
        read = formula(stencil, entry, by_rows=by_rows)
        if read is None:
            continue
        name = names[entry.component]
        key = str(describe(read, [n if n != name else "xᵢ" for n in names]))
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
    """The components' names: x0, x1, … of a point, x[0,0], … of a whole array."""
    if len(shape) == 1:
        return [f"x{j}" for j in range(shape[0])]
    return [f"x[{i},{j}]" for i in range(shape[0]) for j in range(shape[1])]
