"""What evidence is made of, for ports and nodes that are made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.evidence import asked_formula, collection, script_checks
from gradproof.evidence.asked_formula import AskedNodes
from gradproof.evidence.evidence import entries
from gradproof.evidence.probe_ids import STEPS
from gradproof.evidence.script_checks import LENGTHS, ClaimedEntry, entry
from gradproof.evidence.stencil import Stencil, Unreadable
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.numerics.slope_estimates import SlopeEstimate
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.observation import Evaluation, Observation, Probe, Returned
from gradproof.ports.trials import Description, Moment
from told_port import ToldPort

# A script's own check.


def estimated(slope: float, doubt: float = 0.01) -> SlopeEstimate:
    return SlopeEstimate((slope, slope), (doubt, doubt), 0.0, "")


def claimed(
    numerical: float, backward: float, *slopes: float, least: float, most: float
) -> ClaimedEntry:
    known = tuple(map(estimated, slopes))
    return ClaimedEntry((0,), numerical, backward, known, least, most)


@pytest.mark.parametrize(
    ("numerical", "answer"),
    [
        (1.0, "agrees"),
        (0.8, "agrees"),  # differences give it, though it is no slope
        (1.5, "agrees"),
        (1.51, "departs"),
        (0.79, "departs"),
        (np.nan, "departs"),
    ],
)
def test_differences_are_right_that_usual_steps_give(
    numerical: float, answer: str
) -> None:
    one = claimed(numerical, 1.0, 1.0, least=0.8, most=1.5)
    assert one.numerical_answer == answer
    assert claimed(numerical, 1.0, least=0.8, most=1.5).numerical_answer == "unclear"


def test_differences_are_of_the_loss_with_its_guard() -> None:
    """The gradient by the other one may leave the guard out."""
    both = claimed(2.0, 2.0, 1.0, 2.0, least=1.0, most=1.0)
    assert both.numerical_answer == "departs"
    assert both.backward_answer == "agrees"


@pytest.mark.parametrize(
    ("backward", "slopes", "answer"),
    [
        (1.0, (1.0,), "agrees"),
        (2.0, (1.0,), "departs"),
        (1.05, (1.0,), "unclear"),
        (2.0, (1.0, 2.05), "unclear"),
        (3.0, (1.0, 2.0), "departs"),
        (1.0, (), "unclear"),
    ],
)
def test_a_gradient_is_held_to_the_slopes(
    backward: float, slopes: Any, answer: str
) -> None:
    one = claimed(1.0, backward, *slopes, least=0.0, most=0.0)
    assert one.backward_answer == answer


@pytest.mark.parametrize(
    ("backward", "least", "most", "apart"),
    [
        (1.0, 1.0, 1.0, False),
        (3.0, 1.0, 1.0, True),
        (3.0, 0.0, 2.0, False),
        (3.01, 0.0, 2.0, True),
        (1.09, 1.0, 1.0, False),  # ten times the doubt
        (1.11, 1.0, 1.0, True),
        (np.nan, 0.0, 2.0, True),
    ],
)
def test_both_are_apart_by_more_than_usual_steps_and_doubts(
    backward: float, least: float, most: float, apart: bool
) -> None:
    assert claimed(1.0, backward, 1.0, least=least, most=most).apart == apart


def test_where_both_are_right_they_are_not_apart() -> None:
    """One by the loss as it is, the other without what guards its logarithm."""
    assert not claimed(1.0, 2.0, 1.0, 2.0, least=1.0, most=1.0).apart


def test_an_entry_knows_what_usual_steps_give() -> None:
    """Of t + t²: to one side with 1e-4 it is 1 ± 1e-4, and no rounding is so large."""
    line = np.array([t + t * t for t in LENGTHS])
    one = entry((1, 2), 0.5, 0.25, [line])
    assert (one.index, one.numerical, one.backward) == ((1, 2), 0.5, 0.25)
    assert [slope.value for slope in one.slopes] == pytest.approx([1])
    assert one.least == pytest.approx(1 - 1e-4, abs=1e-8)
    assert one.most == pytest.approx(1 + 1e-4, abs=1e-8)


def test_by_its_middle_1e_3_is_usual_and_to_one_side_it_is_not() -> None:
    line = np.array([t**3 for t in LENGTHS])
    one = entry((0,), 0, 0, [line])
    assert one.most == pytest.approx(1e-6, rel=1e-3)


def test_a_loss_is_told_at_each_length() -> None:
    with pytest.raises(ValueError, match="shorter"):
        entry((0,), 1, 1, [np.zeros(len(LENGTHS) - 1)])


def test_what_is_infinite_beside_an_entry_tells_nothing() -> None:
    line = np.array([t + t * t for t in LENGTHS])
    spoilt = np.where(np.arange(len(line)) == 3, np.inf, line)
    assert entry((0,), 1, 1, [spoilt]).slopes == ()
    assert (entry((0,), 1, 1, [spoilt]).least, entry((0,), 1, 1, []).most) == (0, 0)
    both = entry((0,), 1, 1, [spoilt, 2 * line])
    assert [slope.value for slope in both.slopes] == pytest.approx([2])
    assert both.least == pytest.approx(2 - 2e-4, abs=1e-8)


SCRIPT = Description("check", "check")
LINES = np.array([[t for t in LENGTHS], [2 * t for t in LENGTHS]])
TOLD = {
    "entry.W": np.array([[0, 1], [1, 0]]),
    "extent.W": np.array([0.5, 2.0, 6.0, 0.0, 0.0]),
    "moved.W": np.array(0.125),
    "numerical.W": np.array([1.0, 2.0]),
    "backward.W": np.array([1.5, 2.5]),
    "line.W": LINES,
    "bare.W": 3 * LINES,
    "losses": np.array([0.75, 0.75]),
    "samples": np.array([4.0]),
}


def test_a_check_is_told_entry_by_entry() -> None:
    told = Moment("returned", text="b, c", attributes=TOLD)
    port = ToldPort(Moment("returned", text="mnist", kind="ValueError"), told)
    found = script_checks.gather(port, SCRIPT)
    assert (found.missed, found.ended) == (("mnist",), "ValueError")
    (check,) = found.checks
    assert (check.losses, check.samples, check.missing) == ((0.75, 0.75), 4, ("b", "c"))
    assert not check.random
    assert not check.otherwise
    (one,) = check.parameters
    assert (one.name, one.largest, one.compared, one.size) == ("W", 0.5, 2, 6)
    assert (one.moved, one.zero) == (0.125, True)
    first, second = one.entries
    assert (first.index, second.index) == ((0, 1), (1, 0))
    assert (first.numerical, first.backward) == (1.0, 1.5)
    assert (second.numerical, second.backward) == (2.0, 2.5)
    assert [s.value for s in first.slopes] == pytest.approx([1, 3])
    assert [s.value for s in second.slopes] == pytest.approx([2, 6])


def test_a_check_may_be_random_or_of_other_data() -> None:
    changed = {"losses": np.array([0.5, 0.75]), "otherwise": np.array([0.0, 1.0])}
    told = {**TOLD, **changed, "extent.W": np.array([0.5, 2, 6, 0, 3.0])}
    told["samples"] = np.zeros(0)
    port = ToldPort(Moment("returned"), Moment("returned", attributes=told))
    found = script_checks.gather(port, SCRIPT)
    (check,) = found.checks
    assert check.random
    assert check.otherwise
    assert check.samples is None
    assert not check.parameters[0].zero
    assert found.missed == ()


def test_where_nothing_is_compared_there_is_no_check() -> None:
    port = ToldPort(Moment("returned"), Moment("returned", attributes={}))
    assert script_checks.gather(port, SCRIPT).checks == ()
    assert script_checks.gather(ToldPort(), SCRIPT).ended == ""
    raised = ToldPort(Moment("raised", kind="ImportError"))
    found = script_checks.gather(raised, SCRIPT)
    assert (found.checks, found.ended) == ((), "ImportError")


# The formula of what is made of a gradient.


def line(weights: Any, constant: Any) -> Stencil:
    weights = np.asarray(weights, float)
    nodes = tuple(np.array([float(k)]) for k in range(len(weights)))
    return Stencil(np.array(2.0), nodes, weights, np.asarray(constant, float))


def test_the_slope_of_a_line_is_its_rise_over_the_way() -> None:
    at = np.array([2.0, 4.0, -2.0])
    found = collection._of_slope(line([[1, 5, 0], [3, 2, 9]], [1, 2, 3]), at)
    assert isinstance(found, Stencil)
    assert found.weights.tolist() == [2.0, -0.5]
    assert found.constant.tolist() == 0.5


PLANE = np.array([[1.0, 2.0], [3.0, 2.0], [1.0, 6.0], [0.0, 0.0]])


def test_the_slope_of_a_plane_is_that_of_each_component() -> None:
    found = collection._of_slope(line([[1, 5, 9, 0]], [0, 4, 2, 0]), PLANE)
    assert isinstance(found, Stencil)
    assert found.weights.tolist() == [[2.0, 2.0]]
    assert found.constant.tolist() == [2.0, 0.5]


def test_a_plane_of_several_numbers_has_a_slope_of_each() -> None:
    each = [[[1, 2], [5, 7], [9, 10], [0, 0]]]
    found = collection._of_slope(line(each, np.zeros((4, 2))), PLANE)
    assert isinstance(found, Stencil)
    assert found.weights.tolist() == [[(5 - 1) / 2, (10 - 2) / 4]]


def test_what_is_no_line_is_left_as_it_was_read() -> None:
    why = Unreadable("not-linear")
    assert collection._of_slope(why, PLANE) is why
    other = line([[1, 2, 3]], [0, 0, 0])
    assert collection._of_slope(other, PLANE) is other


H, RATE = 2.0**-10, 0.25


def descent(f: Any, x: Any, lr: float, step_num: int) -> Any:
    x = np.array(x)
    for _ in range(step_num):
        rises = [f(x + e) - f(x - e) for e in H * np.eye(x.size)]
        x -= lr * np.array(rises) / (2 * H)
    return x


def test_the_gradient_of_a_descent_is_that_of_its_last_step() -> None:
    x, later = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    keywords: dict[str, float | int] = {"lr": RATE, "step_num": 1}
    one = Probe(STEPS[0], lambda x: float(x @ x), x, keywords=keywords)
    two = Probe(STEPS[1], one.answer, x, keywords={**keywords, "step_num": 2})
    port = FunctionPort("descent", descent)
    seen = {STEPS[0]: Observation(one, (), Returned(later), x)}
    for probe, start in ((one, x), (two, later)):
        found = collection._of_step(port, probe, seen)
        assert isinstance(found, Stencil)
        assert np.array_equal(found.x, start)
        assert found.constant == pytest.approx([0, 0])
        for node, weights in zip(found.nodes, found.weights, strict=True):
            assert weights == pytest.approx((node - start) / (2 * H * H))


@pytest.mark.parametrize("start", [[1.0], [1.0, np.inf]])
def test_from_a_place_that_is_none_no_step_is_read(start: Any) -> None:
    keywords: dict[str, float | int] = {"lr": RATE, "step_num": 2}
    two = Probe(STEPS[1], float, np.array([1.0, 2.0]), keywords=keywords)
    seen = {STEPS[0]: Observation(two, (), Returned(np.array(start)), None)}
    found = collection._of_step(FunctionPort("descent", descent), two, seen)
    assert found == Unreadable("no-result")


# The formula on the nodes of one call.


def squares(x: Any) -> Any:
    return np.sum(np.square(x), axis=-1)


def called(asked: Any, value: Any, x: Any = (1.0, 2.0), **fields: Any) -> Observation:
    probe = Probe("point", fields.pop("answer", squares), np.asarray(x), **fields)
    given = tuple(Evaluation(np.asarray(a), "ndarray") for a in asked)
    return Observation(probe, given, Returned(np.asarray(value)), None)


CROSS = [[1.5, 2.0], [0.5, 2.0], [1.0, 2.25], [1.0, 1.75]]


def test_nodes_and_answers_are_those_of_the_call() -> None:
    asked = AskedNodes.of(called(CROSS, [2.0, 4.0]), by_rows=True)
    assert asked is not None
    assert asked.nodes.tolist() == CROSS
    assert asked.answers.tolist() == [a * a + b * b for a, b in CROSS]
    assert asked.points.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    "observation",
    [
        called(CROSS, [2.0, 4.0], at=np.zeros(2)),
        called(CROSS, [2.0, 4.0], keywords={"lr": 1}),
        called(CROSS, [2.0]),
        called(CROSS, [2.0, 4j]),
        called([*CROSS, [1.0, 2.0, 3.0]], [2.0, 4.0]),
        called([*CROSS, [1.0, 2j]], [2.0, 4.0]),
        called([*CROSS, [1.0, np.nan]], [2.0, 4.0]),
        called([CROSS, CROSS[:1]], [2.0, 4.0], answer=np.sum),  # one for all rows
    ],
)
def test_what_is_no_gradient_of_points_has_no_nodes(observation: Observation) -> None:
    assert AskedNodes.of(observation, by_rows=True) is None


def test_many_points_at_once_are_a_node_each() -> None:
    asked = AskedNodes.of(called([CROSS[:3], CROSS[3]], [2.0, 4.0]), by_rows=True)
    assert asked is not None
    assert asked.nodes.tolist() == CROSS
    assert asked.answers.tolist() == [a * a + b * b for a, b in CROSS]


@pytest.mark.parametrize(("rounding", "nodes"), [(4, 2), (8, 4)])
def test_what_was_put_back_but_for_rounding_is_where_it_was(
    rounding: int, nodes: int
) -> None:
    """The second component of the node ahead: else both mirror each other no more."""
    near = [[1.5, 2 * (1 + rounding * UNIT_ROUNDOFF)], *CROSS[1:]]
    asked = AskedNodes.of(called(near, [2.0, 4.0]), by_rows=True)
    assert asked is not None
    (first, _) = entries(np.array([1.0, 2.0]), by_rows=True)
    formula = asked.formula(first)
    assert formula is not None
    assert len(formula.nodes) == nodes


@pytest.mark.parametrize(("share", "found"), [(1.0, True), (1 + 1e-9, False)])
def test_a_formula_is_the_one_that_gives_the_result(share: float, found: bool) -> None:
    observation = called(CROSS, [2.0 * share, 4.0])
    asked = AskedNodes.of(observation, by_rows=True)
    assert asked is not None
    first, second = entries(observation.probe.x, by_rows=True)
    formula, other = asked.formula(first), asked.formula(second)
    assert (formula is not None) == found
    if formula is not None:
        assert formula.nodes.tolist() == [[0.5, 2.0], [1.5, 2.0]]
        assert formula.weights.tolist() == [-1.0, 1.0]
    assert other is not None
    assert other.nodes.tolist() == [[1.0, 1.75], [1.0, 2.25]]
    assert other.weights.tolist() == [-2.0, 2.0]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([[1.0, 2.0], [1.5, 2.0]], True),
        ([[1.0, 2.0], [0.5, 2.0]], True),
        ([[1.25, 2.0], [1.5, 2.0]], False),
        ([[0.75, 2.0], [0.5, 2.0]], False),
    ],
)
def test_nodes_beyond_a_point_are_about_another(asked: Any, told: bool) -> None:
    """Also where their own slope is what came."""
    near, far = (a * a for a, _ in asked)
    slope = (far - near) / (asked[1][0] - asked[0][0])
    found = AskedNodes.of(called(asked, [slope, 4.0]), by_rows=True)
    assert found is not None
    (first, _) = entries(np.array([1.0, 2.0]), by_rows=True)
    assert (found.formula(first) is not None) == told


@pytest.mark.parametrize(
    ("offsets", "weights"),
    [
        ([-1.0, 1.0], [-0.5, 0.5]),
        ([0.0, 2.0], [-0.5, 0.5]),
        ([-2.0, 0.0, 2.0], [-0.25, 0.0, 0.25]),
        ([0.0, 1.0, 2.0], [-1.5, 2.0, -0.5]),
        ([-2.0, -1.0, 1.0, 2.0], [1 / 12, -8 / 12, 8 / 12, -1 / 12]),
    ],
)
def test_weights_are_those_of_the_polynomial_through_the_nodes(
    offsets: list[float], weights: list[float]
) -> None:
    found = asked_formula._along(np.array(offsets))
    assert found == pytest.approx(weights, abs=1e-15)
    assert [w == 0 for w in found] == [w == 0 for w in weights]


def test_pairs_mirror_each_other_in_the_component_alone() -> None:
    offsets = np.array(
        [[0.5, 0], [-0.5, 0], [0.25, 0], [-0.25, 0.1], [-0.2504, 0], [0, 0.5]]
    )
    found = [weights.tolist() for weights in asked_formula._pairs(offsets, 0)]
    assert found == [[1, -1, 0, 0, 0, 0]]
    near = np.array([[0.25, 0], [-0.2502, 0]])
    ((ahead, behind),) = asked_formula._pairs(near, 0)
    assert (ahead, behind) == (1 / 0.5002, -1 / 0.5002)
    assert list(asked_formula._pairs(np.array([[0.5, 0], [0.25, 0]]), 0)) == []


@pytest.mark.parametrize(("off", "given"), [(0.0, True), (0.97, True), (1.03, False)])
def test_a_result_is_given_within_the_rounding_of_nodes_and_sums(
    off: float, given: bool
) -> None:
    """Nodes by 4u·(|x| + d)/d of the rise, sums by γ of what is summed."""
    (first, _) = entries(np.array([3.0, 4.0]), by_rows=True)
    offsets, weights = np.array([[-0.5, 0], [0.5, 0]]), np.array([-1.0, 1.0])
    answers = np.array([1.0, 3.0])
    u = UNIT_ROUNDOFF
    gamma = 12 * u / (1 - 12 * u)
    allowed = 4 * u * (5.5 / 0.5) * 2 + 2 * gamma * 4
    result = 2 + off * allowed
    found = asked_formula._gives(first, offsets, weights, answers, result)
    assert found == given


@pytest.mark.parametrize(
    ("weights", "answers"),
    [([], []), ([np.inf, 1.0], [1.0, 1.0]), ([1.0, 1.0], [np.nan, 1.0])],
)
def test_what_is_not_finite_gives_nothing(weights: Any, answers: Any) -> None:
    (first, _) = entries(np.array([3.0, 4.0]), by_rows=True)
    offsets = np.zeros((len(weights), 2))
    assert not asked_formula._gives(
        first, offsets, np.array(weights), np.array(answers), 0.0
    )


def test_rows_that_are_equal_have_asked_one_after_the_other() -> None:
    points = np.array([[1.0, 2.0], [5.0, 6.0], [1.0, 2.0]])
    nodes = np.array([[1.1, 2.0], [5.1, 6.0], [0.9, 2.0]])
    more = np.array([[1.2, 2.0], [5.2, 6.0], [0.8, 2.0]])
    asked = AskedNodes(np.vstack([nodes, more]), np.zeros(6), points, points)
    of_rows = list(entries(points, by_rows=True))
    about = [[list(p) for p in asked._about(e)] for e in of_rows[::2]]
    assert about == [
        [[0, 2, 3, 5], [0, 2], [0, 1]],
        [[1, 4], [2, 3]],
        [[0, 2, 3, 5], [3, 5], [4, 5]],
    ]
