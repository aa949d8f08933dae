"""Examine a script: run it, judge it, and probe the routine that it calls."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement
from gradproof.examination.examination import Examination, examine, failing
from gradproof.examination.policy import Terms
from gradproof.ports.head_start import Begun
from gradproof.ports.observation import Note, Port
from gradproof.ports.role_ids import RoleId
from gradproof.ports.subprocess_port import ChildPort, python_port
from gradproof.ports.target import FILES, LoadError, Target, TargetError
from gradproof.scripts.clauses import judge
from gradproof.scripts.evidence import ScriptEvidence, gather, judged
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.provenance import Calls
from gradproof.scripts.records import Run
from gradproof.scripts.session import session

MAX_ROUTINES = 3
"""Routines of one script that are probed as ports of their own."""
MIN_ROUTINE_SECONDS = 5.0
"""Seconds that each is given in any case."""

RETURNED = {"integers": "integer-truncation", "single": "single-precision"}
"""The defects of results, by their kind."""

BY_ITSELF = Terms(shrinking=False)
"""What is tried again and again is asked for its verdict and what explains it."""


def examine_script(
    target: Target,
    terms: Terms,
    timeout: float,
    python: str | None = None,
    texts: Mapping[str, str] = {},
    begun: Begun | None = None,
) -> ScriptExamination:
    """Examine a script, or a notebook.

    ``timeout`` is in seconds, for the script and its routines. ``texts`` are run in the
    place of files and of a notebook's cells, by the names that ``Run.sources`` has for
    them; so are the routines. It may have ``begun`` as it stands. Raises LoadError.
    """
    begin = begun.at if begun else time.monotonic()
    path = target.script
    if path is None or not path.is_file():
        raise LoadError("load.no-file")
    with contextlib.ExitStack() as stack:
        with session(path, timeout, target.cells, python, texts, begun) as seen:
            targets = routine_targets(seen[1], target)
            ports = _ports(targets, python, texts)
            # The first routine is loaded while the script's f is asked about.
            for port in ports[:1]:
                stack.callback(port.stop)
                port.start()
            evidence = gather(*seen)
        left = max(timeout - (time.monotonic() - begin), MIN_ROUTINE_SECONDS)
        steps = {r.call.qualified for r in evidence.returned if r.kind == "step"}
        ports = [p for p in ports if p.name.rpartition(":")[2] not in steps]
        routines = list(_in_turn(ports, targets, left, terms.seed))
    right = (r.target.rpartition(":")[2] for r, _ in routines if r.verdict == "pass")
    evidence = replace(evidence, right_routines=frozenset(right))
    found = judge(evidence)
    named = defects(evidence)
    return ScriptExamination(
        target=target.text,
        evidence=evidence,
        findings=terms.chosen(found),
        defects=named,
        routines=tuple(routine for routine, _ in routines),
        enough=frozenset(routine.target for routine, enough in routines if enough),
        notes=(*evidence.run.notes, *_restored(evidence.run)),
        terms=terms,
        unknown=tuple(terms.unknown(found)),
        options=("--python", python) if python else (),
        wall=time.monotonic() - begin,
        declared=_declared(terms, found, named),
    )


def _restored(run: Run) -> Iterator[Note]:
    """Yield a note of the names that NumPy or Matplotlib no longer has."""
    if run.removed:
        yield Note("script-old-names", {"names": ", ".join(run.removed)})


def _declared(
    terms: Terms, found: Sequence[Finding], defects: tuple[str, ...]
) -> Judgement | None:
    """Whether the defects are those that were declared, if any were."""
    wanted = terms.chosen(found)
    failing = any(f.judgement.verdict in ("fail", "error") for f in wanted)
    return terms.diagnosed(defects, failing=failing)


def defects(evidence: ScriptEvidence) -> tuple[str, ...]:
    """The names of what is wrong, as far as they have one."""
    named = defects_by_clause(evidence).values()
    return tuple(dict.fromkeys(defect for each in named for defect in each))


def defects_by_clause(evidence: ScriptEvidence) -> Mapping[str, tuple[str, ...]]:
    """Return the defects of a script by the clause that each of them breaks."""
    points = [str(evidence.faulty[1])] if evidence.faulty is not None else []
    arrows = []
    for field in evidence.fields:
        if field.drawn.style == "swapped":
            arrows.append("components-swapped")
        elif field.drawn.style in ("u-sign", "v-sign"):
            arrows.append("sign-flipped")
        elif field.truncated:
            arrows.append("integer-truncation")
    returned = [RETURNED[r.kind] for r in evidence.returned if r.kind in RETURNED]
    # Arrows of a call that gives f no points are wrong by that.
    found = {"S3": points, "S4": arrows or points, "S5": returned or points}
    return {id: tuple(dict.fromkeys(each)) for id, each in found.items()}


def probe(
    target: Target,
    python: str | None = None,
    seconds: float = 30.0,
    texts: Mapping[str, str] = {},
    calls: Calls = (),
) -> tuple[Examination, bool]:
    """Open one routine as a port of its own, and examine it.

    And whether, if it fails, it does all that is asked of it in the calls. ``seconds``
    are for all of it. ``texts`` are run in the place of files and of notebooks' cells,
    by their names. Raises TargetError.
    """
    opened = python_port(target, python, timeout=seconds, texts=texts)
    with opened as port:
        return _examined(port, calls, BY_ITSELF)


def _ports(
    targets: Iterable[Target], python: str | None, texts: Mapping[str, str]
) -> list[ChildPort]:
    """The routines of the pictures as ports of their own, those that can be."""
    found = []
    for target in targets:
        with contextlib.suppress(TargetError):
            found.append(python_port(target, python, texts=texts))
    return found


def _in_turn(
    ports: list[ChildPort],
    targets: Mapping[Target, Calls],
    seconds: float,
    seed: int,
) -> Iterator[tuple[Examination, bool]]:
    """Each examined, one after the other, in equal parts of the time."""
    calls = {target.text: calls for target, calls in targets.items()}
    for port in ports:
        port.timeout = seconds / len(ports)
        with contextlib.suppress(TargetError), port:
            yield _examined(port, calls[port.name], Terms(seed=seed))


def _examined(port: Port, calls: Calls, terms: Terms) -> tuple[Examination, bool]:
    """A routine examined; and whether, if it fails, it does what the calls ask."""
    found = examine(port, terms=terms)
    wrong = found.verdict == "fail"
    return found, wrong and bool(calls) and _is_enough(port, calls)


def _is_enough(port: Port, calls: Calls) -> bool:
    """Whether a routine is right for points given as in these calls."""
    one = any(len(call.shape) == 1 for call in calls)
    rows = any(len(call.shape) == 2 for call in calls)
    unasked = {"P2"} if one else {"G1", "P2"}
    plane = all(call.shape == (2,) for call in calls if len(call.shape) == 1)
    role: RoleId = "gradient" if rows else "point-gradient"
    found = failing(port, role, plane=plane)
    return not found - unasked


def unprobed(examination: ScriptExamination) -> list[str]:
    """Names of routines that were called and could not be probed by themselves."""
    probed = {r.target.rpartition(":")[2] for r in examination.routines}
    evidence = examination.evidence
    called = {c.name: c.qualified for c in evidence.judged if c.seen}
    for found in evidence.returned:
        if found.kind == "step":
            called.pop(found.call.name, None)
    return sorted(name for name, full in called.items() if full not in probed)


def routine_targets(run: Run, script: Target) -> dict[Target, Calls]:
    """Targets of the judged calls' routines, as a user writes them; and the calls.

    Where no call is judged, those at a single point of whatever size: the routine can
    be probed by itself all the same. What it is given beside the judged calls, it is
    to take, too.
    """
    found: dict[Target, Calls] = {}
    points = tuple(call for call in run.calls if len(call.shape) == 1)
    wanted = judged(run) or points or run.calls
    names = {(call.home, call.qualified) for call in wanted}
    known = {call.number for call in wanted}
    others = (call for call in points if call.number not in known)
    beside = (call for call in others if (call.home, call.qualified) in names)
    for call in (*wanted, *beside):
        own = Path(call.home) == run.path or call.home.startswith(f"{run.path}[")
        place = script.text if own else call.home
        name = call.qualified
        if call.seen and place.endswith(FILES) and "<" not in name:
            target = Target(f"{place}:{name}", Path(place), function=name)
            found[target] = (*found.get(target, ()), call)
    return dict(list(found.items())[:MAX_ROUTINES])
