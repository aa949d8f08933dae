"""The pictures of defects: of those that a field can show, and only of these."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradproof.fields import defect_pictures

pytestmark = pytest.mark.once  # the same under each version


@pytest.mark.parametrize(
    ("id", "visible"),
    [
        ("transposed-points", True),
        ("sign-flipped", True),
        ("lost-index", True),  # no numbers at all
        ("forward-difference", False),
        ("step-too-small", False),
    ],
)
def test_it_is_told_whether_the_eye_can_see_a_defect(id: str, visible: bool) -> None:
    assert defect_pictures.visible(id) == visible


def test_a_defect_that_no_tried_function_shows_has_no_field() -> None:
    assert defect_pictures.shown("integer-truncation") is None


def test_a_picture_has_an_arrow_or_a_mark_for_each_point_of_both_fields() -> None:
    for id in ("transposed-points", "lost-index"):
        svg = defect_pictures.svg(id)
        assert len(re.findall("<path|<circle|>[?]<", svg)) == 2 * len(
            np.ravel(defect_pictures.POINTS[:, 0])
        )
