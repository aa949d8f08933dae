"""What is asked, in numbers that can be told by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.evidence import probes


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
