"""Routines are called in their own manner, and what was assumed is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof.examination.examination import Examination, examine
from gradproof.ports import protocol
from gradproof.ports.in_process import open_port, port_of
from gradproof.ports.observation import Port, Probe
from gradproof.ports.subprocess_port import ChildPort, python_command, python_port
from gradproof.ports.target import LoadError, Target, parse
from gradproof.report.messages import CATALOGUES
from gradproof.report.phrases import Phrases
from places import PROGRAMS

MANNERS = PROGRAMS / "manners"

RIGHT: dict[str, tuple[str, ...]] = {
    "callables.py:Net.gradient": ("made-instance",),
    "callables.py:Net.static": (),
    "callables.py:Net.of_class": (),
    "callables.py:Net": ("made-instance",),
    "callables.py:made": (),
    "callables.py:made.gradient": (),
    "callables.py:wrapped": (),
    "callables.py:hidden": (),
    "callables.py:hidden_x_first": ("x-first",),
    "callables.py:partial": (),
    "callables.py:short": (),
    "arguments.py:x_first": ("x-first",),
    "arguments.py:x_first_by_trial": ("x-first",),
    "arguments.py:f_first_by_trial": (),
    "arguments.py:misleading": (),
    "arguments.py:with_default": (),
    "arguments.py:without_default": ("step-given",),
    "arguments.py:keyword_only": ("step-given",),
    "arguments.py:anything": (),
    "calls.py:starred": ("calls-f(*x)",),
    "calls.py:two": ("calls-f(*x)",),
    "calls.py:nothing": ("calls-f()",),
    "results.py:with_history": ("unpacked",),
    "results.py:lists": ("list",),
    "as_cp.py:gradient": (),
    "star_import.py:gradient": (),
    "record.py:gradient": (),
    "chatty.py:gradient": ("prints", "warns"),
    "script.py:gradient": ("asked-for-input", "failed-after", "printed-on-import"),
}
"""Right ports, and the ids of what is to be said of them."""

CHILD_ONLY = {
    "drawing.py:gradient": ("no-pictures",),
    "threads.py:gradient": (),
}
"""What would leave something behind in this process."""


def target(name: str) -> Target:
    return parse(f"{MANNERS}/{name}")


def notes_of(examination: Examination) -> list[str]:
    return sorted(note.id for note in examination.notes)


def formula_of(port: Port) -> str:
    """The formula of the first component, as far as one was read."""
    return Phrases().formula(examine(port).formulas[0].text)


@pytest.mark.once
@pytest.mark.parametrize(("name", "notes"), RIGHT.items(), ids=RIGHT)
def test_in_its_own_manner_a_right_port_is_right(
    name: str, notes: tuple[str, ...]
) -> None:
    examination = examine(open_port(target(name)))
    assert examination.verdict == "pass"
    assert notes_of(examination) == sorted(notes)
    assert {f"note.{note}" for note in notes} <= CATALOGUES["ja"].keys()


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "notes"), [*RIGHT.items(), *CHILD_ONLY.items()], ids=[*RIGHT, *CHILD_ONLY]
)
def test_so_it_is_in_a_child(name: str, notes: tuple[str, ...]) -> None:
    before = sorted(MANNERS.iterdir())
    with ChildPort(name, python_command(target(name))) as port:
        examination = examine(port)
    assert examination.verdict == "pass"
    assert notes_of(examination) == sorted(notes)
    assert sorted(MANNERS.iterdir()) == before


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "step"),
    [("partial", 1e-3), ("with_default", 1e-3), ("without_default", 1e-4)],
)
def test_a_step_of_its_own_is_kept_and_one_that_is_missing_is_given(
    name: str, step: float
) -> None:
    file = "callables.py" if name == "partial" else "arguments.py"
    assert f"h = {step:g}" in formula_of(open_port(target(f"{file}:{name}")))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("callables.py:Sized.gradient", "load.not-made"),
        ("callables.py:Net.missing", "load.not-there"),
        ("callables.py:missing", "load.not-there"),
        ("callables.py:functools", "load.not-callable"),
        ("arguments.py:more", "load.needs-more"),
    ],
)
def test_what_cannot_be_called_is_said_to(name: str, message: str) -> None:
    with pytest.raises(LoadError) as caught:
        open_port(target(name))
    assert caught.value.message == message


OBJECTIVES = {
    "of a point": "f = lambda x: x[0] ** 2 + x[1] ** 2",
    "of two numbers": "def f(x, y): return x * y",
    "of two numbers by number": "def f(x0, x1): return x0 * x1",
    "by NumPy": "import numpy as np\ndef function_2(x): return np.sum(x**2)\n"
    "f = function_2",
}


@pytest.mark.parametrize("source", OBJECTIVES.values(), ids=OBJECTIVES)
def test_an_objective_is_told_from_a_gradient(source: str, tmp_path: Path) -> None:
    (tmp_path / "objective.py").write_text(source)
    with pytest.raises(LoadError) as caught:
        open_port(parse(f"{tmp_path}/objective.py:f"))
    assert caught.value.message == "load.objective"


@pytest.mark.parametrize(
    "source", ["def g(x): return 2 * x", "def g(): return 1", "g = lambda f: f"]
)
def test_what_takes_no_f_and_x_is_said_to(source: str, tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(source)
    with pytest.raises(LoadError) as caught:
        open_port(parse(f"{tmp_path}/port.py:g"))
    assert caught.value.message == "load.needs-f-and-x"


@pytest.mark.parametrize(
    "source",
    [
        "def g(f, x): return 2 * x",
        "def g(f, x): return 0.0",
        "def g(a, b): raise SystemExit",
        "g = max",
    ],
)
def test_what_is_no_objective_is_not_taken_for_one(source: str, tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(source)
    assert examine(open_port(parse(f"{tmp_path}/port.py:g"))).verdict != "pass"


def test_a_mistake_in_another_manner_is_still_a_mistake(tmp_path: Path) -> None:
    source = (
        "import numpy as np\n"
        "def g(x, f):\n"
        "    if x.ndim == 2: return np.array([g(row, f) for row in x])\n"
        "    return np.array([(f(*(x + s)) - f(*x)) / 1e-4"
        " for s in 1e-4 * np.eye(len(x))])\n"
    )
    (tmp_path / "port.py").write_text(source)
    examination = examine(open_port(parse(f"{tmp_path}/port.py:g")))
    assert examination.verdict == "fail"
    assert notes_of(examination) == ["calls-f(*x)", "x-first"]


METHOD = """
import numpy as np
def gradient(self, f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        kept = x[i]
        x[i] = kept + h
        above = f(x)
        x[i] = kept - h
        grad[i] = (above - f(x)) / (2 * h){more}
        x[i] = kept
    return grad
"""


def test_a_method_without_its_class_is_given_a_stand_in(tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(METHOD.format(more=""))
    port = open_port(parse(f"{tmp_path}/port.py:gradient"))
    assert [note.id for note in port.notes] == ["without-self"]
    assert examine(port).verdict == "pass"


def test_a_method_that_uses_its_object_cannot_be_run(tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(METHOD.format(more=" + self.offset() * 0"))
    target = parse(f"{tmp_path}/port.py:gradient")
    with pytest.raises(LoadError) as here:
        examine(open_port(target))
    with python_port(target, timeout=20) as port, pytest.raises(LoadError) as there:
        examine(port)
    assert {here.value.message, there.value.message} == {"load.needs-self"}


def test_what_a_mask_hides_is_no_number() -> None:
    def hides(f: Any, x: Any) -> Any:
        return np.ma.MaskedArray(2 * x, mask=x > 2)

    def hides_nothing(f: Any, x: Any) -> Any:
        return np.ma.MaskedArray(2 * x)

    x = np.array([1.0, 3.0])
    probe = Probe("point", lambda node: 0.0, x)
    seen = port_of(hides, "hides").observe(probe).value
    assert seen is not None
    assert np.isnan(seen).tolist() == [False, True]
    seen = port_of(hides_nothing, "hides").observe(probe).value
    assert seen is not None
    assert (type(seen), seen.tolist()) == (np.ndarray, [2.0, 6.0])


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i4"])
def test_a_result_comes_in_the_precision_that_it_has(dtype: str) -> None:
    def gradient(f: Any, x: Any) -> Any:
        return (2 * x).astype(dtype)

    probe = Probe("point", lambda node: 0.0, np.array([1.0, 3.0]))
    seen = port_of(gradient, "single").observe(probe).value
    assert seen is not None
    assert seen.dtype == dtype
    assert protocol.decode_array(protocol.encode_array(seen)).dtype == dtype
