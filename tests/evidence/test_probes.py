"""What is asked, in numbers that can be told by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.evidence import probes
from gradproof.evidence.dropout_kinds import (
    DROPPED,
    RATIO_IGNORED,
    RATIO_KEPT,
    RATIO_SWAPPED,
    dropout,
    kept_share,
)
from gradproof.evidence.layer_learned import moved


def test_around_a_place_is_a_step_along_each_axis_and_two_back_in_all() -> None:
    found = probes.around(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    assert found.tolist() == [[1, 2], [3, 2], [1, 6], [-3, -6]]


def test_planes_are_asked_at_powers_of_two() -> None:
    for probe in probes.planes():
        assert probe.at is not None
        apart = np.abs([*np.ravel(probe.at), *np.ravel(probe.at - probe.x)])
        assert {float(np.frexp(each)[0]) for each in apart} <= {0.0, 0.5, 0.75}


def test_a_spoilt_row_is_one_alone_and_it_is_the_same_for_both() -> None:
    found = {p.id: p.x for p in probes.fixed() if p.id in ("nan", "infinity", "wide")}
    for name, is_so in (("nan", np.isnan), ("infinity", np.isposinf)):
        (place,) = np.argwhere(is_so(found[name])).tolist()
        assert place[1] == 1
        rest = np.delete(found[name], place[0], axis=0)
        assert rest.tolist() == np.delete(found["wide"], place[0], axis=0).tolist()


@pytest.mark.parametrize(("plane", "most"), [(False, 3), (True, 2)])
def test_in_the_plane_no_point_has_more_than_two_components(
    plane: bool, most: int
) -> None:
    found = {p.id: p.x for p in probes.fixed(plane=plane)}
    assert found["wide"].shape[1] == found["others"].shape[1] == most
    assert found["cube"].ndim == 3
    assert (found["empty"].shape, found["scalar"].shape) == ((0, 2), ())


def test_each_place_is_asked_again_in_other_types_and_with_an_f_that_fails() -> None:
    found = {p.id: p for p in probes.fixed()}
    for id in ("point", "rows"):
        assert found[f"{id}-again"].x.tolist() == found[id].x.tolist()
        assert found[f"{id}-integers"].x.dtype == np.int64
        assert found[f"{id}-single"].x.dtype == np.float32
        assert [found[f"{id}-raises-{n}"].raises_at for n in (0, 1)] == [0, 1]
    assert ("rows-F" in found, "point-F" in found) == (True, False)


def rows(drop: float, scale: float) -> list[tuple[str, str]]:
    """The names and faults of all that is right, where a part of x was dropped."""
    ((setting,),) = dropout(0)
    x = setting.arrays["x"]
    mask = np.arange(x.size).reshape(x.shape) % 100 >= 100 * drop
    return [
        (right.name, right.fault)
        for right in setting.right(np.where(mask, x * scale, 0))
    ]


PLAIN, SCALED = "x·mask", "x·mask / (1 − ratio)"


@pytest.mark.parametrize(
    ("drop", "scale", "expected"),
    [
        (DROPPED, 1.0, [(PLAIN, ""), (SCALED, "")]),
        (DROPPED, 1 / (1 - DROPPED), [(PLAIN, ""), (SCALED, "")]),
        (
            DROPPED,
            2.0,
            [(PLAIN, ""), ("2·x·mask", RATIO_SWAPPED), (SCALED, "")],
        ),
        (
            1 - DROPPED,
            1.0,
            [(PLAIN, RATIO_KEPT), (SCALED, RATIO_SWAPPED)],
        ),
        (0.0, 1.0, [(PLAIN, RATIO_IGNORED), (SCALED, RATIO_IGNORED)]),
        (DROPPED, np.inf, [(PLAIN, ""), (SCALED, "")]),
    ],
)
def test_what_is_right_of_a_dropout_is_read_off_what_came_out(
    drop: float, scale: float, expected: list[tuple[str, str]]
) -> None:
    assert rows(drop, scale) == expected


def test_a_share_is_what_is_due_or_what_is_to_be_dropped_or_neither() -> None:
    shares = (1 - DROPPED, DROPPED, 0.0, 1.0)
    kept = [kept_share(np.arange(1000) < 1000 * share) for share in shares]
    assert kept == [(1 - DROPPED,), (DROPPED,), (), ()]


@pytest.mark.parametrize("start", [0.0, 1.0, -1.0, 2.0])
def test_one_number_all_over_is_made_many_near_it(start: float) -> None:
    same = np.full((4, 5), start)
    found = moved({"b": same, "w": np.arange(3.0), "none": np.zeros(0)})
    assert set(found) == {"b", "w"}
    assert found["w"].tolist() == [0, 1, 2]
    off = found["b"] / start - 1 if start else found["b"]
    assert np.all((np.abs(off) >= 0.1) & (np.abs(off) <= 0.4))
    assert {*np.sign(off).ravel()} == {-1, 1}
