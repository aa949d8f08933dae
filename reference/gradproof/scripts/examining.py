"""Examine a script: run it, judge it, and probe the routine that it calls."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Verdict, fold
from gradproof.examination import Examination, examine
from gradproof.observation import Note
from gradproof.ports.child import python_port
from gradproof.ports.target import FILES, LoadError, TargetError, cells, parse
from gradproof.scripts.clauses import ROLE, judge
from gradproof.scripts.evidence import ScriptEvidence, gather
from gradproof.scripts.records import Run
from gradproof.scripts.running import session
from gradproof.terms import Terms

MOST_ROUTINES = 3
"""Routines of one script that are probed as ports of their own."""
LEAST = 5.0
"""Seconds that each is given in any case."""


@dataclass(frozen=True)
class ScriptExamination:
    """All that was found out about a script, and about the routines that it calls.

    ``defects`` are those that explain what failed.
    """

    target: str
    evidence: ScriptEvidence
    findings: tuple[Finding, ...]
    defects: tuple[str, ...]
    routines: tuple[Examination, ...]
    notes: tuple[Note, ...]
    terms: Terms
    unknown: tuple[str, ...]
    options: tuple[str, ...]
    wall: float
    role: str = ROLE

    @property
    def verdict(self) -> Verdict:
        """The folded verdict of the script, its routines aside.

        That it runs says nothing of gradients: alone it covers nothing. Nor does it
        pass where its f has no gradient that arrows could be held to.
        """
        verdict = self.terms.verdict(self.findings)
        if verdict != "pass" or self.terms.only:
            return verdict
        nothing = {self.of("S3"), self.of("S4")} == {"not-covered"}
        return "not-covered" if nothing or self.evidence.unknown else verdict

    @property
    def as_expected(self) -> bool:
        """Whether no expectation is without its clause, and none passed after all."""
        passed = any(self.terms.expectation(f) == "xpass" for f in self.findings)
        return not passed and not self.unknown

    @property
    def code(self) -> Verdict:
        """The verdict of the code: that it runs, gives f points, by a right routine."""
        own = [self.of("S1"), self.of("S3")]
        return fold([*own, *(r.verdict for r in self.wrong_routines)])

    @property
    def wrong_routines(self) -> tuple[Examination, ...]:
        """The routines that fail; one need not take what the script never gives it."""
        return tuple(r for r in self.routines if r.verdict == "fail")

    @property
    def picture(self) -> Verdict:
        """The verdict of the picture: that there is one, and its arrows are right."""
        if self.of("S2") == "pass" and self.of("S4") == "not-covered":
            return "not-covered"
        return fold(self.of(id) for id in ("S2", "S4"))

    def of(self, id: str) -> Verdict:
        """The verdict of a clause; not covered if it was not asked for."""
        for finding in self.findings:
            if finding.clause.id == id:
                return finding.judgement.verdict
        return "not-covered"


def examine_script(
    path: Path,
    name: str,
    terms: Terms,
    timeout: float,
    python: str | None = None,
    texts: Mapping[str, str] = {},
) -> ScriptExamination:
    """Examine a script, or a notebook, under the name that the user gave it.

    ``timeout`` is in seconds, for the script and its routines. ``texts`` are run in the
    place of files and of a notebook's cells, by the names that ``Run.sources`` has for
    them; so are the routines. Raises LoadError.
    """
    begin = time.perf_counter()
    path = path.absolute()
    if not path.is_file():
        raise LoadError("load.no-file")
    with session(path, timeout, cells(path), python, texts) as (current, run):
        evidence = gather(current, run)
    found = judge(evidence)
    left = max(timeout - (time.perf_counter() - begin), LEAST)
    routines = _routines(evidence, name, left, python, texts)
    return ScriptExamination(
        target=name,
        evidence=evidence,
        findings=terms.chosen(found),
        defects=defects(evidence),
        routines=tuple(routines),
        notes=run.notes,
        terms=terms,
        unknown=tuple(terms.unknown(found)),
        options=("--python", python) if python else (),
        wall=time.perf_counter() - begin,
    )


def defects(evidence: ScriptEvidence) -> tuple[str, ...]:
    """The names of what is wrong, as far as they have one."""
    found = []
    if evidence.faulty is not None:
        found.append(str(evidence.faulty[1]))
    for field in evidence.fields:
        if field.drawn.style == "swapped":
            found.append("components-swapped")
        elif field.drawn.style in ("u-sign", "v-sign"):
            found.append("sign-flipped")
        elif field.truncated:
            found.append("integer-truncation")
    return tuple(dict.fromkeys(found))


def probe(
    target: str,
    python: str | None = None,
    seconds: float = 30.0,
    texts: Mapping[str, str] = {},
) -> Examination:
    """Open one routine as a port of its own, and examine it.

    ``seconds`` are for all of it. ``texts`` are run in the place of files and of
    notebooks' cells, by their names. Raises TargetError.
    """
    opened = python_port(parse(target), python, timeout=seconds, texts=texts)
    with opened as port:
        return examine(port)


def _routines(
    evidence: ScriptEvidence,
    name: str,
    seconds: float,
    python: str | None,
    texts: Mapping[str, str],
) -> Iterator[Examination]:
    """The routines of the pictures, each opened as a port of its own if it can be."""
    chosen = routine_targets(evidence.run, name, evidence)
    for target in chosen:
        with contextlib.suppress(TargetError):
            yield probe(target, python, seconds / len(chosen), texts)


def unprobed(examination: ScriptExamination) -> list[str]:
    """Names of routines that were called and could not be probed by themselves."""
    probed = {r.target.rpartition(":")[2] for r in examination.routines}
    called = {c.name: c.qualified for c in examination.evidence.judged if c.seen}
    return sorted(name for name, full in called.items() if full not in probed)


def routine_targets(run: Run, name: str, evidence: ScriptEvidence) -> list[str]:
    """Targets of the routines that the judged calls are of, as a user writes them."""
    found: dict[str, None] = {}
    for call in evidence.judged:
        own = Path(call.home) == run.path or call.home.startswith(f"{run.path}[")
        place = name if own else call.home
        if call.seen and place.endswith(FILES) and "<" not in call.qualified:
            found.setdefault(f"{place}:{call.qualified}")
    return list(found)[:MOST_ROUTINES]
