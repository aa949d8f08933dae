"""The programs of which it is recorded what is said of them.

    python tests/recorded_programs.py [FILE ...]

writes it all anew: look at the difference before it is committed. Beside them stands
what comes of uses, and what is right for each kind of layer.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import gradproof
import recorded
from corpus import CHEATS, CLAIMED, LESS, RIGHT, SLIP
from corpus_routines import port, routine
from gradproof.contract.clauses import CONTRACT, judge
from gradproof.defects import right_layers, right_optimizers
from gradproof.defects.clause_examples import OF_THEIR_OWN
from gradproof.defects.examples import defined
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.defects.part_hiding import TRIED, Run, class_of
from gradproof.defects.update_examples import EXAMPLES, IN_TURN
from gradproof.evidence.expected_passages import cotangents
from gradproof.evidence.function_kinds import FUNCTIONS
from gradproof.evidence.layer_kinds import KINDS
from gradproof.evidence.layer_settings import Kind, Reference, Setting
from gradproof.examination import examination
from gradproof.examination.layers import examine_layers
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.layer_doors import LayerFile, Layers
from gradproof.ports.target import cells
from gradproof.scripts import clauses as of_scripts
from gradproof.scripts.evidence import gather
from gradproof.scripts.session import session
from places import PROGRAMS
from recorded import Lines

Programs = Iterator[tuple[str, Callable[[], Lines]]]
"""The name of each, and what says what was found."""

SHORT = Terms(shrinking=False)
"""The smallest counterexample of each slip would take longer than all the rest."""
ROLES = {c.id: role for role, clauses in CONTRACT.items() for c in clauses}

BY_CHANCE = {
    "in_threads.py",
    "random_f.py",
    "unusual/ways.py:by_threads",
    "unusual/ways.py:in_any_order",
}
"""Each time otherwise."""
BY_ROUNDING = {
    "layers/dezero_manner/models.py",
    "slips/pairs.py:transposed_square_matrix",
    "training/check_of_one.py",
    "training/gradient_check.py",
    "unusual/formulas.py:nodes_of_chebyshev",
}
"""Where it is the last digit that decides what is told, the processor does."""
NOT_READ = {"broken.ipynb", "python_2.py", "shift_jis.py", "tabs.py"}
"""Nothing is found out of them."""
LEFT = {*BY_CHANCE, *BY_ROUNDING, *NOT_READ, "many_points.py"}
"""Those, and one that takes a minute."""


def routines(*tables: dict[str, Any]) -> Programs:
    """The routines of the corpus."""
    for target in (target for table in tables for target in table):
        if target not in LEFT:
            yield target, functools.partial(_of_target, target)


def _of_target(target: str) -> Lines:
    if "/pairs.py" in target:
        made = routine(target)()
        return _with_evidence(lambda: gradproof.check_pair(*made).examination)
    terms = AS_WRITTEN if target.startswith("unusual") else SHORT
    role = CLAIMED.get(target)
    return _with_evidence(lambda: examination.examine(port(target), role, terms))


def _with_evidence(examined: Callable[[], Any]) -> Lines:
    """What a routine is judged by is not kept with what is found out about it."""
    with mock.patch.object(examination, "judge", wraps=judge) as judging:
        found = examined()
    return list(recorded.lines(found, judging.call_args.args[0]))


def examples() -> Programs:
    """The smallest code with each defect, and that without it."""
    for id, example in {**LAYER_EXAMPLES, **EXAMPLES}.items():
        if "class " in example.code:
            yield id, functools.partial(_of_code, example.code)
            yield f"{id}, mended", functools.partial(_of_code, example.corrected)
    for id, example in OF_THEIR_OWN.items():
        if ROLES.get(id, "pair") != "pair":
            yield id, functools.partial(_of_example, example.code, id)
        elif "class " in example.code and id.startswith(("L", "N", "O")):
            yield id, functools.partial(_of_code, example.code)


def _of_code(code: str) -> Lines:
    classes = {k: v for k, v in defined(code).items() if isinstance(v, type)}
    return _of_parts(Layers(classes))


def _of_example(code: str, id: str) -> Lines:
    *_, made = defined(code).values()
    asked = FunctionPort("example", made)
    return _with_evidence(lambda: examination.examine(asked, ROLES[id], SHORT))


def _of_parts(port: Any) -> Lines:
    found = examine_layers(port, "")
    return list(recorded.lines(found, [part.evidence for part in found.layers]))


def files() -> Programs:
    """Files of layers, optimizers, networks and their training."""
    folders = (PROGRAMS / name for name in ("layers", "optimizers", "training"))
    found = [path for folder in folders for path in folder.rglob("*.py")]
    # Those to be mended are the examples, each in a file.
    for path in sorted([*found, PROGRAMS / "networks.py"]):
        name = path.relative_to(PROGRAMS).as_posix()
        if name not in LEFT and path.parent.name != "to_mend":
            yield name, functools.partial(_of_file, path)


def _of_file(path: Path) -> Lines:
    with LayerFile(path) as asked:
        return _of_parts(asked)


def scripts() -> Programs:
    """Scripts and notebooks that draw arrows."""
    for path in sorted((PROGRAMS / "scripts").glob("*.*")):
        if path.suffix in (".py", ".ipynb") and path.name not in LEFT:
            yield path.name, functools.partial(_of_script, path)


def _of_script(path: Path) -> Lines:
    text = cells(path) if path.suffix == ".ipynb" else None
    with session(path, 60.0, text) as (current, run):
        evidence = gather(current, run)
    told = ((f.clause.id, f.judgement) for f in of_scripts.judge(evidence))
    said = [f"{j.verdict} {id}: {j.message} {j.parameters}" for id, j in told]
    return [*said, recorded.summed(evidence)]


def uses() -> Programs:
    """What comes of the right code in each use that may hide or show a defect."""
    texts = {**vars(right_layers), **vars(right_optimizers), "IN_TURN": IN_TURN}
    for name, text in texts.items():
        if isinstance(text, str):
            for id, run in TRIED.get(text, {}).items():
                yield f"{name}, {id}", functools.partial(_of_use, text, run)


def _of_use(text: str, run: Run) -> Lines:
    return [recorded.summed(run(class_of(text)))]


def kinds() -> Programs:
    """What layers of each kind are made of and fed, and all that is right then."""
    for kind in (*KINDS, *FUNCTIONS.values()):
        for seed in (0, 1):
            yield f"{kind.id}, {seed}", functools.partial(_of_kind, kind, seed)


def _of_kind(kind: Kind, seed: int) -> Lines:
    instead = kind.instead(seed) if kind.instead else ()
    found: Lines = []
    for n, settings in enumerate((*kind.settings(seed), *instead)):
        for setting in settings:
            given = setting.arrays, setting.fed, setting.options, setting.optional
            found += [f"choice {n}, {setting.id}", recorded.summed(given)]
            for right in setting.right(None):
                found += [right.name, recorded.summed(_of_right(right, setting))]
    return found


def _of_right(right: Reference, setting: Setting) -> Any:
    """Its value, and its gradients for one cotangent; how far it may be off."""
    value, backward = right.layer(*setting.arrays.values())
    values = value if isinstance(value, tuple) else (value,)
    gradients = backward(*cotangents(values, 0))
    slack = right.slack, right.slope_slack
    return value, gradients, slack, right.doubt, right.fault


FILES: Mapping[str, Mapping[str, Callable[[], Lines]]] = {
    "slips.txt": dict(routines(SLIP, LESS, CHEATS)),
    "unusual.txt": dict(routines(RIGHT)),
    "examples.txt": dict(examples()),
    "files.txt": dict(files()),
    "scripts.txt": dict(scripts()),
    "uses.txt": dict(uses()),
    "kinds.txt": dict(kinds()),
}
"""Where it is recorded of which program."""


def changes(file: str, name: str) -> Lines:
    """What is said of a program otherwise than was recorded."""
    place, kept = recorded.read(file)
    found, before = FILES[file][name](), kept[name]
    if place != recorded.here():  # the evidence has words of Python and NumPy
        found, before = found[:-1], before[:-1]
    return recorded.differences(found, before)


def main(only: Sequence[str]) -> None:
    """Record all of them, or those of some files."""
    for file in only or FILES:
        programs = FILES[file]
        print(file, flush=True)
        recorded.write(file, {name: said() for name, said in programs.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
