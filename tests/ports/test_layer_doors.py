"""A file of layers in a child: its definitions alone, and what they do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradproof.ports.layer_doors import LayerFile, Layers
from gradproof.ports.target import LoadError
from gradproof.ports.trials import Step, Trial

FILE = """\
import os
import numpy as np
import nowhere_at_all
from nowhere_at_all.deep import *

half = np.float32(0.5)
numbers = np.zeros(2, dtype='f')
model = nowhere_at_all.train()
for epoch in range(10):
    raise SystemExit("training")

class Halves(Layered):
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, x):
        self.x = x.astype('f')
        return self.x * half * np.int(1)

    def backward(this, dout):
        this.grads[0] = dout
        dout *= 2
        return dout * half

    def failing(self):
        return self.nothing

print("trained")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "halves.py"
    file.write_text(FILE, encoding="utf-8")
    return file


X = np.array([[0.1, 0.2], [0.3, 0.7]])


def test_definitions_alone_are_run_and_what_is_missing_is_stood_in_for(
    path: Path,
) -> None:
    with LayerFile(path) as port:
        (said,) = port.describe()
        assert [(p.name, p.required) for p in said.make] == [("W", True)]
        assert ("stood-in", "nowhere_at_all") in [
            (note.id, note.parameters.get("module")) for note in port.notes
        ]


def test_single_precision_is_read_as_double(path: Path) -> None:
    trial = Trial("Halves", {"W": X}, (Step("forward", (X,)),))
    with LayerFile(path) as port:
        ((_, forward),) = port.run([trial])
    assert np.array_equal(forward.value[0], X / 2)  # type: ignore[arg-type]


def test_what_is_written_to_and_replaced_is_seen(path: Path) -> None:
    steps = Step("forward", (X,)), Step("backward", (X,)), Step("call", (), "failing")
    with LayerFile(path) as port:
        ((made, forward, backward, failing),) = port.run(
            [Trial("Halves", {"W": X}, steps)]
        )
    assert made.kept == (True,)
    assert forward.changed == (False,)
    assert backward.changed == (True,)
    assert backward.kept == (False,)
    # Its base is not there: that may be what would have had the attribute.
    assert (failing.outcome, failing.text) == ("missing", "nowhere_at_all")


def test_a_file_that_is_no_python_cannot_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("class (", encoding="utf-8")
    with pytest.raises(LoadError), LayerFile(path):
        pass


@pytest.mark.once
def test_a_layer_that_never_ends_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "endless.py"
    path.write_text(
        "class Relu:\n"
        "    def forward(self, x):\n"
        "        while True: pass\n"
        "    def backward(self, d): return d\n",
        encoding="utf-8",
    )
    with LayerFile(path, timeout=2.0) as port:
        ((moment,),) = port.run([Trial("Relu", {}, (Step("forward", (X,)),))])
    assert moment.outcome == "broke"


@pytest.mark.once
def test_a_layer_that_ends_its_process_leaves_the_others_to_be_tried(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ends.py"
    path.write_text(
        "import os\n"
        "class Ends:\n"
        "    def forward(self, x): os._exit(1)\n"
        "    def backward(self, d): return d\n"
        "class Same:\n"
        "    def forward(self, x): return x\n"
        "    def backward(self, d): return d\n",
        encoding="utf-8",
    )
    steps = (Step("forward", (X,)),)
    with LayerFile(path) as port:
        for _ in range(5):
            ((*_, moment),) = port.run([Trial("Ends", {}, steps)])
            assert moment.outcome == "broke"
            ((*_, moment),) = port.run([Trial("Same", {}, steps)])
            assert moment.outcome == "returned"


def test_in_this_process_the_random_numbers_stay_as_they_were() -> None:
    class Noisy:
        def forward(
            self, x: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
        ) -> object:
            return x + np.random.rand(*x.shape)  # noqa: NPY002 - as layers do

        def backward(self, dout: object) -> object:
            return dout

    np.random.seed(3)  # noqa: NPY002
    expected = np.random.rand()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    trial = Trial("Noisy", {}, (Step("forward", (X,)),))
    first, second = Layers({"Noisy": Noisy}).run([trial, trial])
    assert np.array_equal(first[1].value[0], second[1].value[0])  # type: ignore[arg-type]
    assert np.random.rand() == expected  # noqa: NPY002


GUARDED = """\
try:
    import nowhere_at_all
    there = True
except ImportError:
    there = False

class Shift:
    def forward(self, x):
        return x + there

    def backward(self, dout):
        return dout
"""


def test_a_module_that_is_done_without_is_not_stood_in_for(tmp_path: Path) -> None:
    path = tmp_path / "guarded.py"
    path.write_text(GUARDED, encoding="utf-8")
    with LayerFile(path) as port:
        ((_, forward),) = port.run([Trial("Shift", {}, (Step("forward", (X,)),))])
        assert port.notes == ()
    assert np.array_equal(forward.value[0], X)  # type: ignore[arg-type]


USES_WHAT_IS_MISSING = """\
from nowhere_at_all.core import Function, double, Variable

class Called:
    def forward(self, x):
        self.y = double(x)
        return self.y

    def backward(self, dout):
        return dout * self.y

class Derived(Function):
    def forward(self, x):
        return 2 * x

    def backward(self, dout):
        return self.inputs

class Asked:
    def forward(self, x):
        return x if isinstance(x, Variable) else 2 * x

    def backward(self, dout):
        return 2 * dout

class Own:
    def forward(self, x):
        return 2 * x

    def backward(self, dout):
        return self.inputs
"""


@pytest.mark.once
def test_what_a_stand_in_had_a_part_in_is_not_the_layer_s_doing(tmp_path: Path) -> None:
    path = tmp_path / "missing.py"
    path.write_text(USES_WHAT_IS_MISSING, encoding="utf-8")
    steps = Step("forward", (X,)), Step("backward", (X,))
    names = ("Called", "Derived", "Asked", "Own")
    with LayerFile(path) as port:
        actual = port.run([Trial(name, {}, steps) for name in names])
    told = {
        name: tuple(m.outcome for m in moments[1:])
        for name, moments in zip(names, actual, strict=True)
    }
    assert told == {
        "Called": ("missing", "missing"),
        "Derived": ("returned", "missing"),
        "Asked": ("missing", "returned"),
        "Own": ("returned", "raised"),
    }
    assert {m.text for ms in actual for m in ms if m.outcome == "missing"} == {
        "nowhere_at_all"
    }
    raised = actual[-1][-1]
    assert raised.kind == "AttributeError"
    assert raised.place == (str(path), len(USES_WHAT_IS_MISSING.splitlines()))
