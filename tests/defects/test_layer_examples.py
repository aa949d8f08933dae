"""What is shown as the smallest class with a defect has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers

pytestmark = pytest.mark.once  # the same under each version


@pytest.mark.parametrize("id", LAYER_EXAMPLES)
def test_an_example_has_the_defect_that_is_named_first(id: str) -> None:
    namespace: dict[str, Any] = {"np": np}
    exec(LAYER_EXAMPLES[id], namespace)
    classes = {k: v for k, v in namespace.items() if isinstance(v, type)}
    (found,) = examine_layers(Layers(classes), "").layers
    assert isinstance(found, LayerExamination)
    assert found.diagnosis[0].defect == id
