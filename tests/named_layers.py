"""Layers of tests, examined under a name of their own."""

from __future__ import annotations

from typing import Any

from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers


def examined(name: str, cls: Any) -> LayerExamination:
    same = type(name, (cls,), {})
    (found,) = examine_layers(Layers({name: same}), "").layers
    assert isinstance(found, LayerExamination)
    return found
