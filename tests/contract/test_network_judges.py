"""The judges of networks, one at a time: what each fails, and what it lets through.

The evidence is written down: it is changed at one place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import networks
from gradproof.contract.verdicts import Judgement, broken, failed, not_covered, passed
from gradproof.evidence.log_guard import GUARD
from gradproof.evidence.network_plan import NetworkSetting
from gradproof.evidence.networks import NetworkEvidence
from gradproof.numerics.directions import RESOLVED, Departure, Survey, WrongEntry
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports.trials import Description, Moment, Parameter

W, B = np.arange(6.0).reshape(2, 3), np.ones(3)
AT = {"W": W, "b": B}
SAID = Description(
    "Net", "Net", forward=(Parameter("x"), Parameter("t")), role="network"
)
SETTING = NetworkSetting("given", {}, (np.zeros((4, 2)), np.zeros(4)))
SURVEY = Survey("agrees", 20, 1e-7, 1e-4, 1e-9, 9, 82)
BACK = Moment("returned", (W, B), kept=(True, True))
RIGHT = NetworkEvidence(
    SAID,
    setting=SETTING,
    ahead=Moment("returned", (np.asarray(1.5),), changed=(False, False)),
    at=AT,
    gradients=(BACK, BACK, BACK),
    claimed=AT,
    losses=(1.5, 1.5),
    survey=SURVEY,
    evaluations=82,
)
RAISED = Moment("raised", kind="ValueError", text="why", place=(r"a\b\mine.py", 7))
ENDED = Moment("exited", kind="SystemExit", text="3")
DIED = Moment("broke", kind="program.died", text="SIGSEGV")
MISSING = Moment("missing", text="torch")
NOTHING = Moment("returned")


def but(**fields: Any) -> NetworkEvidence:
    return replace(RIGHT, **fields)


def raised(step: str) -> Judgement:
    said = {"kind": "ValueError", "text": "why", "file": "mine.py", "line": 7}
    return broken("network.raised", step=step, **said)


GUESSED = replace(SETTING, id="guessed")
UNPLACED = broken(
    "network.raised-unplaced",
    step="loss",
    kind="SystemExit",
    text="3",
    file="",
    line=0,
)
RUNS: dict[str, tuple[NetworkEvidence, Judgement]] = {
    "right": (RIGHT, passed()),
    "not made": (
        but(problem="size"),
        not_covered("network.not-made", parameter="size"),
    ),
    "too large": (but(large=True), not_covered("network.too-large")),
    "no loss": (but(ahead=None), not_covered("network.no-data", text="")),
    "no data": (but(setting=None), not_covered("network.no-data", text="")),
    "died": (but(ahead=DIED), broken("layer.died", how="SIGSEGV")),
    "of a module that is missing": (
        but(ahead=MISSING),
        not_covered("load.missing", names="torch"),
    ),
    "raised when it was made": (
        but(ahead=RAISED, unmade=True),
        not_covered("network.making", kind="ValueError", text="why"),
    ),
    "raised, of data that are guessed": (
        but(ahead=RAISED, setting=GUESSED),
        not_covered("network.no-data", text="ValueError: why"),
    ),
    "raised": (but(ahead=RAISED), raised("loss")),
    "ended": (but(ahead=ENDED), UNPLACED),
    "returned nothing": (but(ahead=NOTHING), broken("network.no-number", step="loss")),
    "no parameters": (but(at={}), not_covered("network.no-parameters")),
    "raised in its gradient": (but(gradients=(RAISED,)), raised("gradient")),
    "raised in the first gradient": (but(gradients=(RAISED, BACK)), raised("gradient")),
    "no gradient": (but(gradients=()), broken("network.no-number", step="gradient")),
}


@pytest.mark.parametrize(("seen", "judgement"), RUNS.values(), ids=RUNS)
def test_a_network_runs_or_it_is_told_where_it_stopped(
    seen: NetworkEvidence, judgement: Judgement
) -> None:
    assert networks.runs(seen) == judgement
    ids = [finding.clause.id for finding in networks.judge(seen)]
    assert (len(ids) > 1) == (judgement.verdict == "pass")


SHAPES: dict[str, tuple[NetworkEvidence, Judgement]] = {
    "right": (RIGHT, passed()),
    "missing": (but(claimed={"W": W}), failed("network.missing", names="b")),
    "none": (
        but(claimed={"W": None, "b": None}),
        failed("network.missing", names="W, b"),
    ),
    "another shape": (
        but(claimed={"W": W, "b": np.ones(2)}),
        failed("network.shape", name="b", actual=[2], expected=[3]),
    ),
    "replaced": (
        but(gradients=(replace(BACK, kept=(True, False)), BACK)),
        failed("network.replaced", name="grads[1]"),
    ),
}


@pytest.mark.parametrize(("seen", "judgement"), SHAPES.values(), ids=SHAPES)
def test_there_is_a_gradient_of_each_parameter(
    seen: NetworkEvidence, judgement: Judgement
) -> None:
    assert networks.shapes(seen) == judgement


# Directions


SAW = {"directions": 20, "evaluations": 82}
TOLD = {**SAW, "threshold": 1e-7, "typical": 1e-4}
DIRECTIONS: dict[str, tuple[NetworkEvidence, Judgement]] = {
    "agrees": (RIGHT, passed("network.agrees", **TOLD, size=9, miss="2⁻²⁰")),
    "agrees without the guard": (
        but(guarded=0.5, guard=GUARD),
        passed(
            "network.agrees-unguarded",
            **TOLD,
            size=9,
            miss="2⁻²⁰",
            guard=GUARD,
            effect=0.5,
        ),
    ),
    "unclear": (
        but(survey=replace(SURVEY, answer="unclear")),
        not_covered("network.unclear-cancellation", **TOLD),
    ),
    "unclear, at a kink": (
        but(survey=replace(SURVEY, answer="unclear", trouble="kink")),
        not_covered("network.unclear-kink", **TOLD),
    ),
    "raised near there": (but(survey=RAISED), raised("loss")),
    "random": (
        but(losses=(1.5, 2.5)),
        not_covered("network.random", one=1.5, other=2.5),
    ),
    "without losses": (
        but(losses=()),
        passed("network.agrees", **TOLD, size=9, miss="2⁻²⁰"),
    ),
    "none": (but(survey=None), not_covered("network.no-gradient")),
}


@pytest.mark.parametrize(("seen", "judgement"), DIRECTIONS.values(), ids=DIRECTIONS)
def test_random_directions_agree_or_it_is_told_why_not(
    seen: NetworkEvidence, judgement: Judgement
) -> None:
    assert networks.directions(seen) == judgement


EXAMPLE = WrongEntry((1, 2), 2.0, 1.0, 1e-9)
ENTRY = {"entry": "W[1, 2]", "actual": 2.0, "expected": 1.0, "doubt": 1e-9}
WHOLE = Departure("W", (2, 3), ((0, 2), (0, 3)), None)
ROW = Departure("W", (2, 3), ((1, 2), (0, 3)), EXAMPLE)
COLUMN = Departure("W", (2, 3), ((0, 2), (2, 3)), EXAMPLE)
PART = Departure("W", (2, 3), ((0, 2), (1, 3)), EXAMPLE)
ONE = Departure("W", (2, 3), ((1, 2), (2, 3)), EXAMPLE)


def departed(*places: Departure, complete: bool = True, **fields: Any) -> Judgement:
    survey = replace(SURVEY, answer="departs", places=places, complete=complete)
    return networks.directions(but(survey=survey, **fields))


def with_factor(factor: float | None, place: Departure = WHOLE) -> Departure:
    return replace(place, factor=factor)


def told(place: Departure) -> list[Any]:
    found = departed(place)
    (said,) = found.parameters["places"]
    return list(said)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (WHOLE, ["whole", "W"]),
        (ROW, ["row", "W", 1]),
        (COLUMN, ["column", "W", 2]),
        (PART, ["part", "W[:, 1:3]"]),
        (ONE, ["part", "W[1, 2]"]),
        (Departure("W", (2, 3), ((1, 2), (1, 3)), None), ["part", "W[1, 1:3]"]),
        (Departure("W", (2, 3), ((0, 1), (2, 3)), None), ["part", "W[0, 2]"]),
        (Departure("W", (3, 3), ((0, 2), (2, 3)), None), ["part", "W[0:2, 2]"]),
        (Departure("b", (3,), ((0, 3),), None), ["whole", "b"]),
        (Departure("b", (3,), ((1, 2),), None), ["part", "b[1]"]),
        (Departure("b", (1,), ((0, 1),), None), ["part", "b[:]"]),
        (Departure("W", (1, 3), ((0, 1), (0, 3)), None), ["whole", "W"]),
        (Departure("W", (2, 2, 2), ((0, 1), (0, 2), (0, 2)), None), None),
    ],
)
def test_where_it_departs_is_told_as_a_reader_would(
    place: Departure, said: list[Any] | None
) -> None:
    assert told(place) == (said or ["part", "W[0, :, :]"])


def test_an_entry_that_shows_it_is_told_first() -> None:
    found = departed(WHOLE, ROW)
    assert found == failed(
        "network.departs-entry",
        **SAW,
        where="W[:, :], W[1, :]",
        places=[["whole", "W"], ["row", "W", 1]],
        count=9,
        **ENTRY,
    )
    within = departed(WHOLE)
    assert within.message == "network.departs-within"
    assert "entry" not in within.parameters
    many = departed(*[ROW] * 6)
    assert len(many.parameters["places"]) == 4
    assert many.parameters["where"].count("W") == 4
    assert many.parameters["count"] == 18


def test_what_departs_nowhere_by_itself_is_told_of_all() -> None:
    nowhere = departed()
    assert nowhere == failed(
        "network.departs-nowhere", **SAW, where="", places=[], count=9
    )
    unfinished = departed(complete=False)
    assert unfinished.message == "network.departs-unfinished-nowhere"


def test_a_term_or_an_end_is_told_before_a_factor() -> None:
    term = departed(with_factor(2.0), term=0.01)
    assert (term.message, term.parameters["term"]) == ("network.departs-term", 0.01)
    unfinished = departed(with_factor(2.0), complete=False)
    assert unfinished.message == "network.departs-unfinished"


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (4.0, "undivided"),
        (0.25, "divided-twice"),
        (0.0, "zero"),
        (2.0, "factor"),
        (-1.0, "factor"),
    ],
)
def test_what_is_off_by_a_factor_is_told_what_it_may_be(
    factor: float, message: str
) -> None:
    found = departed(with_factor(factor), with_factor(factor, ROW))
    assert found.message == f"network.departs-{message}"
    assert found.parameters.get("factor", 0.0) == factor


def test_a_factor_is_the_number_of_samples_where_there_are_more_than_one() -> None:
    def of(samples: int, factor: float) -> str:
        setting = replace(SETTING, fed=(np.zeros((samples, 2)), np.zeros(9)))
        return departed(with_factor(factor), setting=setting).message

    assert of(1, 1.0) == "network.departs-factor"
    assert of(2, 2.0) == "network.departs-undivided"
    assert of(2, 0.5) == "network.departs-divided-twice"
    assert of(3, 0.3333) == "network.departs-divided-twice"
    assert of(3, 0.333) == "network.departs-factor"
    for fed in ((), (1.0,)):
        setting = replace(SETTING, fed=fed)
        found = departed(with_factor(4.0), setting=setting)
        assert found.message == "network.departs-factor"
        none = departed(with_factor(0.0), setting=setting)
        assert none.message == "network.departs-zero"
    assert networks._samples(replace(RIGHT, setting=None)) == 0


def test_factors_that_are_alike_are_one() -> None:
    def factor(*factors: float | None) -> float | None:
        places = tuple(map(with_factor, factors))
        return networks._factor(replace(SURVEY, places=places))

    assert factor() is None
    assert factor(2.0, None) is None
    assert factor(1.23456789) == 1.235
    near = RESOLVED / 10
    assert factor(2.0, 2.0 - 1.99 * near) == 2.0
    assert factor(2.0, 2.0 - 2.01 * near) is None
    assert factor(-2.0, -2.0 + 1.99 * near) == -2.0
    assert factor(0.0, 0.0) == 0.0
    assert factor(1.0, 2.0) is None


# Once more, and what it is given


def turned(*later: Moment, first: Moment = BACK) -> Judgement:
    return networks.again(but(gradients=(first, *later)))


def shifted(by: Any, a: Any = W) -> Moment:
    return Moment("returned", (a + by, B), kept=(True, True))


NO_GRADIENT = not_covered("network.no-gradient")


def test_a_gradient_comes_out_again_after_other_data() -> None:
    other = shifted(1.0)
    assert turned(other, BACK) == passed()
    assert turned(BACK, other) == failed("network.again", names="W")
    assert turned(BACK, Moment("returned", (W, None))) == failed(
        "network.again", names="b"
    )
    assert turned(BACK, Moment("returned", (W[0], B + 1))) == failed(
        "network.again", names="W, b"
    )
    assert turned(BACK, RAISED) == raised("gradient")
    assert turned(RAISED, BACK) == raised("gradient")
    assert turned(BACK, BACK, first=RAISED) == NO_GRADIENT
    assert turned(BACK) == NO_GRADIENT
    assert turned() == NO_GRADIENT
    nothing = Moment("returned", (None, B))
    assert turned(BACK, BACK, first=nothing) == passed()
    fewer = Moment("returned", (W,))
    assert turned(fewer, fewer, first=fewer) == passed()


def test_sums_in_another_order_are_the_same() -> None:
    """Of the largest entry, 4, as many roundings are allowed as NN4 says: 1024."""
    one = np.array([0.0, -4.0])
    allowed = 1024 * UNIT_ROUNDOFF * 4
    for off, alike in ((allowed, True), (float(np.nextafter(allowed, 1)), False)):
        for sign in (1, -1):
            assert networks._alike(one, np.array([sign * off, -4.0])) is alike
    nearly = np.nextafter(one, 9)
    assert networks._alike(one, nearly)
    assert networks._alike(nearly, one)
    assert networks._alike(np.zeros(0), np.zeros(0))
    assert networks._alike(np.zeros(2), np.zeros(2))
    assert not networks._alike(np.zeros(2), np.full(2, 1e-300))


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_the_same_where_it_comes_out_again(lost: float) -> None:
    one = np.array([lost, 1.0])
    with np.errstate(all="ignore"):
        assert networks._alike(one, one)
        assert not networks._alike(one, np.ones(2))
        assert not networks._alike(np.ones(2), one)
        assert not networks._alike(one, np.array([lost, 1.5]))


def after(claimed: Any = None, **attributes: Any) -> Judgement:
    back = replace(BACK, attributes=attributes), BACK
    at = {**AT, "bn.running_mean": B}
    gradients = {**AT, "bn.running_mean": claimed}
    return networks.parameters_kept(but(gradients=back, at=at, claimed=gradients))


def test_parameters_are_left_as_they_are_but_for_running_statistics() -> None:
    assert after() == passed()
    assert after(W=W, b=B) == passed()
    assert after(W=W + 1, b=B) == failed("network.written", names="W")
    assert after(W=W + 1, b=B + 1) == failed("network.written", names="W, b")
    mean = {"bn.running_mean": B + 1}
    assert after(np.zeros(3), **mean) == passed()
    written = failed("network.written", names="bn.running_mean")
    assert after(np.ones(3), **mean) == written
    assert after(None, **mean) == written
    other = failed("network.written", names="W")
    zeros = but(
        gradients=(replace(BACK, attributes={"W": W + 1}),),
        claimed={"W": np.zeros((2, 3)), "b": B},
    )
    assert networks.parameters_kept(zeros) == other


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("running_var", True),
        ("layer.Std", True),
        ("mean.weight", False),
        ("W", False),
    ],
)
def test_a_running_statistic_is_known_by_the_end_of_its_name(
    name: str, is_one: bool
) -> None:
    assert networks._is_statistic(name, np.zeros(2)) is is_one


def given(ahead: tuple[bool, ...], back: tuple[bool, ...] = ()) -> Judgement:
    return networks.arguments_kept(
        but(
            ahead=Moment("returned", (np.asarray(1.5),), changed=ahead),
            gradients=(replace(BACK, changed=back), BACK),
        )
    )


def test_data_are_left_as_they_are() -> None:
    assert given((False, False)) == passed()
    assert given(()) == not_covered("not-told")

    def written(step: str, what: str) -> Judgement:
        return failed("network.argument-written", step=step, what=what)

    assert given((True, False)) == written("loss", "x")
    assert given((False, True)) == written("loss", "t")
    assert given((False, False, True)) == written("loss", "2")
    assert given((False, False), (False, True)) == written("gradient", "t")
    assert networks.arguments_kept(but(ahead=None, gradients=())).message == "not-told"


def test_labels_give_the_gradient_of_one_hot_rows() -> None:
    def labelled(*found: Any) -> Judgement:
        return networks.labels(but(labelled=found))

    assert labelled(W, B) == passed()
    assert labelled(W, B + 1) == failed("network.labels", names="b")
    assert labelled(W.T, B + 1) == failed("network.labels", names="W, b")
    assert labelled(None, B) == failed("network.labels", names="W")
    ids = [finding.clause.id for finding in networks.judge(but(labelled=(W, B)))]
    assert ids == [f"NN{n}" for n in range(1, 8)]
    without = [finding.clause.id for finding in networks.judge(RIGHT)]
    assert without == [f"NN{n}" for n in range(1, 7)]
    nothing = replace(BACK, value=(None, B))
    free = but(gradients=(nothing, replace(BACK, value=(W, B + 1))), labelled=(W, B))
    assert networks.labels(free) == passed()
    assert labelled(W) == passed()


def test_the_slopes_of_a_network_are_what_is_about_numbers() -> None:
    assert [c.id for c in networks.CLAUSES if c.numbers] == ["NN3"]
