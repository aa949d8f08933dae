"""The pictures of defects: of those that a field can show, and only of these."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradproof.defects.catalogue import CATALOGUE
from gradproof.fields import defect_pictures
from gradproof.fields.views import VIEWS
from gradproof.numerics import error_bounds

pytestmark = pytest.mark.once  # the same under each version


VISIBLE = 1.0
"""Pixels by which an arrow has to differ to be seen to."""


@pytest.mark.parametrize("id", [id for id in CATALOGUE if id not in VIEWS])
def test_the_eye_sees_a_difference_in_every_field_that_is_drawn(id: str) -> None:
    f = defect_pictures.shown(id)
    assert f is not None
    right = np.asarray(error_bounds.central(f, defect_pictures.POINTS).gradient)
    scale = defect_pictures.LONGEST / float(np.hypot(*right.T).max())
    off = scale * abs(defect_pictures.drawn(id, f) - right)
    assert not (off < VISIBLE).all()  # what is no number is seen


def test_a_defect_that_no_tried_function_shows_has_no_field() -> None:
    assert defect_pictures.shown("integer-truncation") is None


def test_a_picture_has_an_arrow_or_a_mark_for_each_point_of_both_fields() -> None:
    for id in ("transposed-points", "lost-index"):
        svg = defect_pictures.svg(id)
        assert len(re.findall("<path|<circle|>[?]<", svg)) == 2 * len(
            np.ravel(defect_pictures.POINTS[:, 0])
        )
