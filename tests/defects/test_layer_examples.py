"""What is shown as the smallest code with a defect has it; without it, it is right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof.defects import layers
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.evidence import function_kinds, layer_kinds
from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import LayerFile, Layers
from gradproof.report import explain_text

pytestmark = pytest.mark.once  # the same under each version


def examined(code: str, folder: Path) -> LayerExamination:
    """Its class, where it is; a function in a file, as it is found there alone."""
    namespace: dict[str, Any] = {"np": np}
    exec(code, namespace)
    classes = {k: v for k, v in namespace.items() if isinstance(v, type)}
    if classes:
        (found,) = examine_layers(Layers(classes), "").layers
    else:
        file = folder / "example.py"
        file.write_text(f"import numpy as np\n\n\n{code}", encoding="utf-8")
        with LayerFile(file) as port:
            (found,) = examine_layers(port, "").layers
    assert isinstance(found, LayerExamination)
    return found


def test_every_defect_of_a_layer_has_an_example() -> None:
    assert set(LAYER_EXAMPLES) == set(layers.IDS)


@pytest.mark.parametrize("id", LAYER_EXAMPLES)
def test_an_example_has_the_defect_that_is_named_first(id: str, tmp_path: Path) -> None:
    found = examined(LAYER_EXAMPLES[id].code, tmp_path)
    assert found.having("fail")
    assert found.diagnosis[0].defect == id


RIGHT = {example.corrected: id for id, example in LAYER_EXAMPLES.items()}


@pytest.mark.parametrize("id", RIGHT.values())
def test_without_its_defect_an_example_breaks_nothing(id: str, tmp_path: Path) -> None:
    found = examined(LAYER_EXAMPLES[id].corrected, tmp_path)
    assert found.verdict == "pass"
    assert not [*found.having("fail"), *found.having("error")]


@pytest.mark.parametrize("id", LAYER_EXAMPLES)
def test_an_example_is_of_a_kind_that_is_said_to_have_the_defect(id: str) -> None:
    kinds = explain_text.of_layers(id)
    name = re.split("[ (:]", LAYER_EXAMPLES[id].code)[1]
    kind = layer_kinds.named(name) or function_kinds.FUNCTIONS.get(name)
    assert kind is not None or not kinds
    assert kind is None or kind.id in (kinds or [kind.id])


@pytest.mark.parametrize("id", LAYER_EXAMPLES)
def test_an_example_fits_on_a_screen(id: str) -> None:
    lines = LAYER_EXAMPLES[id].code.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
