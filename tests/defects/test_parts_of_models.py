"""Parts of models, told by what they make of numbers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.defects import (
    comparison,
    fitted_parameters,
    layer_matrix,
    layers,
    lost_digits,
    pairs,
    part_hiding,
    updates,
)
from gradproof.defects.changes import Clues, by_a_factor
from gradproof.defects.layer_classes import Loss
from gradproof.defects.right_layers import EMBEDDING
from gradproof.evidence import networks
from gradproof.evidence.own_updates import OwnUpdate, watched
from gradproof.evidence.stencil import Stencil
from gradproof.evidence.update_rules import FORMS
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.numerics.slopes import slopes
from gradproof.ports.trials import Description
from small_evidence import H, by_rows, changed, complex_step, right, seen


@pytest.mark.parametrize("factor", [0.0, 0.5, -1.0, 2.0])
def test_a_factor_that_is_not_the_book_s_is_taken(factor: float) -> None:
    assert by_a_factor(Clues(factor=factor)) == ({"factor": factor},)
    assert by_a_factor(Clues(factor=1.0)) == ()


@pytest.mark.parametrize("factor", [1.0, 2.0, 0.25])
def test_of_values_alone_the_factor_is_that_of_the_largest_entry(factor: float) -> None:
    routine = by_rows(lambda f, x: factor * complex_step(f, x))
    found = fitted_parameters._factor_of_values(seen(routine))
    assert found == pytest.approx(factor, rel=1e-6)
    nothing = by_rows(lambda f, x: 0 * complex_step(f, x))
    assert fitted_parameters._factor_of_values(seen(nothing)) == 1.0


def stencil(*weights: float) -> Stencil:
    """At 0 ± h and at 0 itself: a node that has no size."""
    x = np.zeros(1)
    nodes = tuple(np.array([step]) for step in (H, -H, 0.0))
    return Stencil(x, nodes, np.array(weights)[:, None], np.zeros(1))


def test_terms_of_formulas_are_the_same_but_for_roundings_of_their_weights() -> None:
    one = stencil(0.5 / H, -0.5 / H, 1.0)
    nearly = stencil(0.5 / H, -0.5 / H, 1 + UNIT_ROUNDOFF * 2)
    assert comparison._formulas(one, nearly, H)
    assert not comparison._formulas(one, stencil(0.5 / H, -0.5 / H, 1.1), H)
    assert not comparison._formulas(one, stencil(0.5 / H, -0.5 / H, 0.0), H)


def test_what_x_holds_afterwards_is_told_where_it_is_another_number() -> None:
    evidence = seen(right)
    name, observation = next(
        (n, o) for n, o in evidence.observations.items() if o.probe.x.size > 1
    )
    x = observation.probe.x
    moved = x.astype(float).copy()
    moved.flat[1] += 0.25

    def left(after: Any) -> list[float]:
        return lost_digits._left(changed(evidence, name, x_after=after), name)

    assert left(moved) == [moved.flat[1]]
    assert left(x.astype(float)) == []
    assert left(None) == []
    assert left(moved.astype(int)) == []
    assert left(np.concatenate([moved.ravel(), [9.0]])) == []


def test_labels_are_made_rows_of_as_many_classes_as_there_are_scores() -> None:
    x = np.array([[0.5, -1.0, 2.0], [1.0, 0.25, -0.5]])
    labels = np.array([2, 0])
    by_label, by_row = Loss(), Loss()
    assert by_label.forward(x, labels) == by_row.forward(x, np.eye(3)[labels])
    assert np.array_equal(by_label.backward(), by_row.backward())


@pytest.mark.parametrize(
    ("shape", "terms"),
    [((5, 4), 5), ((4, 5), 4), ((8, 3, 2, 2), 12), ((3, 8, 1, 2), 16), ((1, 1), 1)],
)
def test_each_entry_of_a_product_is_a_sum_of_so_many_terms(
    shape: Any, terms: int
) -> None:
    """A matrix has inputs in its rows, a filter of a convolution all but its first."""
    assert networks._summed(np.zeros(shape)) == terms


def test_a_script_that_did_nothing_has_no_updates_and_missed_nothing() -> None:
    class Silent:
        def run(self, trials: Any) -> Any:
            return [[] for _ in trials]

    silent: Any = Silent()
    assert watched(silent, Description("script", "script")) == ((), ())


@pytest.mark.parametrize("id", layers.DEFECTS)
def test_each_model_of_a_defect_says_something_of_some_kind(id: str) -> None:
    """One that raises an error would be passed over in silence."""
    defect = layers.DEFECTS[id]
    kinds = [kind for kind in layer_matrix.ALL if defect.concerns(kind.id)]
    for model in defect.models:
        found = (layer_matrix._modelled(kind, model) for kind in kinds)
        said = [evidence for evidence in found if evidence is not None]
        assert max(map(layer_matrix._distance, said)) > 1


def test_adam_without_a_root_divides_by_the_mean_square_itself() -> None:
    n = {"rate": 0.1, "beta1": 0.75, "beta2": 0.5, "epsilon": 1e-3}
    place, *memory = updates.NO_ROOT["adam"](3.0, 2.0, **n)
    assert place == pytest.approx(3 - 0.1 * 2 / (4 + 1e-3))
    place, *memory = updates.NO_ROOT["adam"](place, -1.0, *memory, **n)
    m = (0.75 * 0.25 * 2 - 0.25) / (1 - 0.75**2)
    v = (0.5 * 0.5 * 4 + 0.5 * 1) / (1 - 0.5**2)
    first = 3 - 0.1 * 2 / (4 + 1e-3)
    assert place == pytest.approx(first - 0.1 * m / (v + 1e-3))


@pytest.mark.parametrize("of_m", [1, 2, None])
@pytest.mark.parametrize("of_v", [1, 2, None])
def test_each_bias_is_corrected_for_the_step_that_is_said(of_m: Any, of_v: Any) -> None:
    form = next(form for form in FORMS if form.rule == "adam")
    model = updates._corrected(lambda t: of_m and t * of_m, lambda t: of_v and t * of_v)
    n = {"rate": 0.1, "beta1": 0.75, "beta2": 0.5, "epsilon": 0.0}
    (after,) = model(form)(n, [np.array([3.0])], [[np.array([2.0])]])
    m = 0.25 * 2 / (1 - 0.75**of_m if of_m else 1)
    v = 0.5 * 4 / (1 - 0.5**of_v if of_v else 1)
    assert after[0] == pytest.approx(3 - 0.1 * m / np.sqrt(v))


@pytest.mark.parametrize(
    ("id", "steps"), [("bias-of-next-step", (2, 3)), ("bias-of-first-step", (1, 1))]
)
def test_the_step_of_a_defect_is_another_in_both_biases(id: str, steps: Any) -> None:
    form = next(form for form in FORMS if form.rule == "adam")
    n = {"rate": 0.1, "beta1": 0.75, "beta2": 0.5, "epsilon": 0.0}
    slope = [np.array([2.0])]
    found = updates.DEFECTS[id].model(form)(n, [np.array([3.0])], [slope, slope])
    due, m, v = 3.0, 0.0, 0.0
    for after, step in zip(found, steps, strict=True):
        m, v = 0.75 * m + 0.25 * 2, 0.5 * v + 0.5 * 4
        unbiased = v / (1 - 0.5**step)
        due -= 0.1 * m / (1 - 0.75**step) / np.sqrt(unbiased)
        assert after[0] == pytest.approx(due)


def test_adagrad_without_a_root_divides_by_the_sum_of_squares() -> None:
    n = {"rate": 0.1, "epsilon": 1e-3}
    place, h = updates.NO_ROOT["adagrad"](3.0, 2.0, **n)
    assert (place, h) == (pytest.approx(3 - 0.1 * 2 / (4 + 1e-3)), 4)
    place, h = updates.NO_ROOT["adagrad"](3.0, 1.0, h, **n)
    assert (place, h) == (pytest.approx(3 - 0.1 / (5 + 1e-3)), 5)


def test_an_array_that_is_no_more_in_its_list_is_only_held() -> None:
    class Layer:
        grads: Any = None

    layer, first, second = Layer(), np.zeros(2), np.ones(2)
    layer.grads = [first, np.ones(2)]
    held = {"grads": [first, second], "params": [second]}
    found = dict(part_hiding._kept(layer, held))
    assert list(found) == ["grads[0]", "held = grads[1]", "held = params[0]"]
    assert found["held = grads[1]"] is second


def test_the_labels_of_uses_are_their_rows() -> None:
    assert np.array_equal(part_hiding.ONE_HOT, np.eye(4)[part_hiding.LABELS])


@pytest.mark.parametrize("kind", layer_matrix.ALL, ids=lambda kind: kind.id)
def test_a_right_layer_is_off_by_no_more_than_is_allowed(kind: Any) -> None:
    evidence = layer_matrix.mutant(kind, None)
    assert evidence is not None
    assert layer_matrix._distance(evidence) <= 1


def test_softmax_over_another_axis_goes_back_by_row_through_what_it_gave() -> None:
    softmax = next(kind for kind in layer_matrix.ALL if kind.id == "softmax")
    setting = next(s for s in softmax.given(0)[0] if s.arrays["x"].ndim == 2)
    (reference,) = setting.right(None)
    dy = np.arange(12.0).reshape(3, 4) ** 2
    doing = layers.right(reference, setting, (dy,))
    same = layers._softmax_axis(1)(doing)
    other = layers._softmax_axis(0)(doing)
    assert same is not None
    assert other is not None
    assert same.gradient("x") == pytest.approx(doing.gradient("x"))
    y = other.value
    assert y.sum(axis=0) == pytest.approx(np.ones(4))
    due = [row * (d - np.sum(d * row)) for row, d in zip(y, dy, strict=True)]
    assert other.gradient("x") == pytest.approx(np.array(due))


def test_an_embedding_has_a_row_that_no_id_asks_for() -> None:
    for run in part_hiding.TRIED[EMBEDDING].values():
        assert isinstance(run, part_hiding.LayerRun)
        (rows,), (ids,) = run.use.made, run.use.fed
        assert len(rows) > max(ids) + 1


def test_both_nodes_of_a_difference_may_have_lost_their_digits() -> None:
    """Each is off by so much, times the slope, over the step."""
    rounded = SimpleNamespace(kind="decimal", off=lambda size: 1e-6 * size)
    loss: Any = SimpleNamespace(place="nodes", format=rounded)
    answer: Any = SimpleNamespace(
        step=H,
        expected=SimpleNamespace(entry=SimpleNamespace(origin=np.array([0.5, -2.0]))),
        _steepest=lambda: np.array([3.0, 4.0]),
    )
    off = lost_digits._Answer._off(answer, loss)
    due = 2 * 1e-6 * (3 * (0.5 + H) + 4 * (2 + H)) / H
    assert off == pytest.approx(due)


def test_a_claim_is_held_to_the_slopes_of_its_own_precision() -> None:
    evidence = seen(right)
    observation = evidence.observations["point"]
    x = observation.probe.x
    found = {
        "given": slopes(lambda x: sum(v**2 for v in x), x),
        "given-single": slopes(lambda x: sum(v**3 for v in x), x),
    }
    both = dict.fromkeys(found, observation)
    claim = pairs._claim(replace(evidence, observations=both, slopes=found))
    assert claim is not None
    assert claim.expected == pytest.approx(2 * x)
    assert claim.claimed == pytest.approx(observation.value)


@pytest.mark.parametrize(("roundings", "told"), [(15, False), (17, True)])
def test_a_way_of_eight_roundings_of_each_number_tells_nothing(
    roundings: int, told: bool
) -> None:
    before = {"w": np.array([1.0])}
    after = {"w": np.array([1 + roundings * 2.0**-52])}
    found = OwnUpdate(before, {"w": np.array([1.0])}, after).factors
    assert (found["w"] is not None) == told


def test_several_values_are_numbered_and_one_is_not() -> None:
    assert list(part_hiding._numbered("dx", [7])) == [("dx", 7)]
    assert list(part_hiding._numbered("dx", [7, 8])) == [("dx[0]", 7), ("dx[1]", 8)]


def test_a_loss_over_another_softmax_is_that_of_its_chances() -> None:
    kind = next(k for k in layer_matrix.ALL if k.id == "softmax-with-loss")
    setting = kind.given(0)[0][0]
    reference = setting.right(None)[0]
    doing = layers.right(reference, setting, (1.0,))
    found = layers._softmax_axis(None)(doing)
    assert found is not None
    e = np.exp(setting.arrays["x"])
    chances = (e / e.sum())[np.asarray(setting.fed["t"]).astype(bool)]
    assert found.value == pytest.approx(-np.log(chances).sum() / len(e))


@pytest.mark.parametrize("times", [1.0, 1.5, 2.0])
def test_taps_are_whole_steps_where_they_are_so_but_for_rounding(times: float) -> None:
    x, h = np.array([1.0]), 1e-3
    nodes = (x + times * h, x - times * h)
    weights = np.array([[0.5 / (times * h)], [-0.5 / (times * h)]])
    taps = fitted_parameters._taps(Stencil(x, nodes, weights, np.zeros(1)), h)
    assert [step for step, _ in taps] == pytest.approx([times, -times])
    if times.is_integer():
        assert [step for step, _ in taps] == [times, -times]
    assert [w for _, w in taps] == pytest.approx([0.5 / times, -0.5 / times])


def test_usual_factors_are_a_half_and_twice() -> None:
    half, twice = pairs.USUAL_FACTORS
    assert half * twice == 1
