"""What a script's process tells, as it is written down; and which routines it calls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.ports.orders import ScriptOrder
from gradproof.ports.target import Target
from gradproof.scripts.examination import routine_targets
from gradproof.scripts.objectives import record
from gradproof.scripts.records import GradientCall, Place, Run
from gradproof.scripts.session import Session
from small_scripts import PRODUCT, X, by_rows, called, run

FRAME: dict[str, Any] = {
    **{"op": "call", "number": 0, "f": 0, "name": "slopes", "qualified": "slopes"},
    **{"line": 3, "f_name": "f", "stub": False, "argument": "x", "shape": [9, 2]},
    **{"integers": False, "x": record(X), "result": None, "ended": True},
    **{"seen": [["array", [2], [], 4]], "points": [], "answers": [], "samples": []},
}


def test_the_texts_of_a_call_and_of_its_routine_are_kept(tmp_path: Path) -> None:
    script, other, home = (tmp_path / name for name in ("a.py", "b.py", "c.py"))
    for path in (script, other, home):
        path.write_text(f"# {path.name}\n", "utf-8")
    session = Session(ScriptOrder(script), 0.0)
    frame = {**FRAME, "file": str(other), "home": str(home)}
    seen = session._taken_down([frame], ("crash", "why"))
    assert {Path(name).name for name in seen.sources} == {"a.py", "b.py", "c.py"}
    assert seen.sources[str(home)] == "# c.py\n"
    (call,) = seen.calls
    assert (call.place, call.home) == (Place(str(other), 3), str(home))
    assert np.array_equal(call.x, X)  # type: ignore[arg-type]
    assert (seen.broke, seen.call_count) == (("crash", "why"), 1)


# Routines


SCRIPT = Target("mine.py", Path("mine.py"))


def call(name: str, shape: Any, number: int, **fields: Any) -> GradientCall:
    one = called(by_rows, PRODUCT, X, number, name=name, qualified=name)
    return replace(one, shape=shape, **fields)


def routines(seen: Run) -> dict[str, list[int]]:
    found = routine_targets(seen, SCRIPT)
    return {t.text: [call.number for call in calls] for t, calls in found.items()}


def test_the_routines_of_judged_calls_are_probed_and_else_those_of_points() -> None:
    rows, space = call("rows", (9, 2), 0), call("points", (3,), 1)
    matrix = call("matrices", (3, 4), 2)
    assert routines(run([rows, space, matrix])) == {"mine.py:rows": [0]}
    assert routines(run([space, matrix])) == {"mine.py:points": [1]}
    assert routines(run([matrix])) == {"mine.py:matrices": [2]}
    both = replace(space, name="rows", qualified="rows")
    assert routines(run([rows, both, matrix])) == {"mine.py:rows": [0, 1]}


def test_a_routine_that_cannot_be_named_or_was_not_watched_is_not_probed() -> None:
    rows = call("rows", (9, 2), 0)
    unseen = replace(rows, seen=())
    local = replace(rows, qualified="main.<locals>.rows")
    elsewhere = replace(rows, home="other.py")
    assert routines(run([unseen])) == {}
    assert routines(run([local])) == {}
    assert routines(run([elsewhere])) == {"other.py:rows": [0]}
    assert routines(run([replace(rows, home="<string>")])) == {}
    cell = replace(run([replace(rows, home="mine.ipynb[2]")]), path=Path("mine.ipynb"))
    found = routine_targets(cell, Target("mine.ipynb", Path("mine.ipynb")))
    assert [target.text for target in found] == ["mine.ipynb:rows"]
