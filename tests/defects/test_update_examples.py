"""What is shown as the smallest optimizer with a defect has it; mended, it is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.defects import updates
from gradproof.defects.update_examples import EXAMPLES
from gradproof.examination.layers import OptimizerExamination, examine_layers
from gradproof.ports.layer_doors import Layers

pytestmark = pytest.mark.once  # the same under each version


def examined(code: str) -> OptimizerExamination:
    namespace: dict[str, Any] = {"np": np}
    exec(code, namespace)
    classes = {k: v for k, v in namespace.items() if isinstance(v, type)}
    (found,) = examine_layers(Layers(classes), "").layers
    assert isinstance(found, OptimizerExamination)
    return found


def test_every_defect_of_an_optimizer_has_an_example() -> None:
    assert set(EXAMPLES) == set(updates.IDS)


@pytest.mark.parametrize("id", EXAMPLES)
def test_an_example_has_the_defect_that_is_named_first(id: str) -> None:
    found = examined(EXAMPLES[id].code)
    assert found.having("fail")
    assert found.diagnosis[0].defect == id


RIGHT = {example.corrected: id for id, example in EXAMPLES.items()}


@pytest.mark.parametrize("id", RIGHT.values())
def test_without_its_defect_an_example_breaks_nothing(id: str) -> None:
    found = examined(EXAMPLES[id].corrected)
    assert found.verdict == "pass"
    assert not [*found.having("fail"), *found.having("error")]


@pytest.mark.parametrize("id", EXAMPLES)
def test_an_example_fits_on_a_screen(id: str) -> None:
    lines = EXAMPLES[id].code.splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 88
