"""A layer with a defect of its use is caught, and the defect named first."""

from __future__ import annotations

from typing import Any

import pytest

from gradproof.defects import updates
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.layer_classes import CLASSES, RIGHT, name_of
from gradproof.defects.layers import BY_CLAUSE, IDS
from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers

pytestmark = pytest.mark.once  # models do the same under each version


def examined(cls: Any) -> LayerExamination:
    name = name_of(cls)
    same = type(name, (cls,), {})
    (found,) = examine_layers(Layers({name: same}), "").layers
    assert isinstance(found, LayerExamination)
    return found


@pytest.mark.parametrize("cls", RIGHT)
def test_without_a_defect_such_a_layer_breaks_nothing(cls: Any) -> None:
    found = examined(cls)
    assert found.verdict == "pass"
    assert not [*found.having("fail"), *found.having("error")]


@pytest.mark.parametrize(
    ("id", "cls"), [(id, cls) for id, several in CLASSES.items() for cls in several]
)
def test_a_defect_is_caught_and_named(id: str, cls: Any) -> None:
    found = examined(cls)
    assert found.having("fail")
    assert [e.defect for e in found.diagnosis] == [id]


def test_no_defect_has_the_name_of_another() -> None:
    assert not set(IDS) & {*updates.IDS, *CATALOGUE}
    assert not set(updates.IDS) & set(CATALOGUE)


def test_every_defect_that_a_clause_names_has_such_a_layer() -> None:
    assert set(BY_CLAUSE.values()) <= set(CLASSES)
