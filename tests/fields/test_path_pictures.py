"""The pictures of optimizers' defects: of those that a path over the valley shows."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradproof.defects.update_examples import EXAMPLES
from gradproof.evidence import valley
from gradproof.fields import path_pictures

pytestmark = pytest.mark.once  # the same under each version


@pytest.mark.parametrize(
    ("id", "visible"),
    [
        ("update-uphill", True),
        ("update-once", True),
        ("state-shared", True),  # of a second optimizer
        ("clip-always", True),
        ("bias-not-corrected", True),
        ("gradients-changed", False),  # the parameters are right
        ("setting-ignored", False),  # its number is the default
    ],
)
def test_it_is_told_whether_a_path_shows_a_defect(id: str, visible: bool) -> None:
    assert path_pictures.visible(id) == visible


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov", "adagrad", "adam"])
def test_the_right_path_is_that_of_the_published_rule(rule: str) -> None:
    named = {
        example.corrected.split(":")[0].removeprefix("class ").lower(): id
        for id, example in EXAMPLES.items()
    }
    _, right = path_pictures.paths(named[rule])
    # ε stands elsewhere in some of the published forms.
    np.testing.assert_allclose(right, valley.published(rule), atol=1e-5)


def test_a_picture_has_a_mark_for_each_place_of_both_paths() -> None:
    wrong, right = path_pictures.paths("update-once")
    svg = path_pictures.svg("update-once")
    assert len(re.findall("<circle", svg)) == len(wrong) + len(right)
