"""The judge of dropout, of numbers that are written down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.contract import dropout
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.bounds import POLICY
from gradproof.evidence.dropout_kinds import RATIO_KEPT, kept_share
from gradproof.evidence.layer_plan import Plan

X = np.array([[1.0, -2.0, 3.0, 4.0, 9.0], [5.0, 6.0, -7.0, 8.0, -10.0]])
MASK = np.array([[1.0, 0, 1, 1, 1], [1, 1, 1, 1, 0]])
MADE = Plan({"dropout_ratio": "ratio"}, ("x",))
BARE = Plan({}, ("x",))
FED = Plan({}, ("x", "ratio"))
NO_MODES = not_covered("layer.no-modes")
EPS = float(np.finfo(float).eps)


@pytest.mark.parametrize(
    ("made", "fed", "fault", "blamed"),
    [
        ({"dropout_ratio": "ratio"}, ("x",), RATIO_KEPT, True),
        ({"dropout_ratio": "ratio"}, ("x",), "another", True),
        ({"keep_prob": "kept"}, ("x",), RATIO_KEPT, True),
        ({"p": "ratio"}, ("x",), RATIO_KEPT, False),
        ({"Prob": "kept"}, ("x",), RATIO_KEPT, False),
        ({"probability": "kept"}, ("x",), "another", True),
        ({}, ("x",), RATIO_KEPT, False),
        ({}, ("x",), "another", False),
        ({}, ("x", "ratio"), "another", True),
        ({}, ("x", "kept"), "another", True),
        ({}, ("x", "ratio"), RATIO_KEPT, False),
        ({"p": "ratio", "keep_prob": "kept"}, ("x",), RATIO_KEPT, False),
        ({"keep_prob": "kept", "p": "ratio"}, ("x",), RATIO_KEPT, True),
        ({"size": "n_in"}, ("x",), "another", False),
        ({"size": "n_in", "p": "ratio"}, ("x",), RATIO_KEPT, False),
    ],
)
def test_the_name_of_its_number_says_which_part_is_meant(
    made: dict[str, str], fed: tuple[str, ...], fault: str, blamed: bool
) -> None:
    assert dropout.is_blamed(fault, Plan(made, fed)) is blamed


def at_test(tested: Any, times: float = 1.0, plan: Plan = MADE) -> Judgement:
    return dropout.at_test(plan, X, times * X * MASK, np.asarray(tested))


(KEPT,) = kept_share(MASK != 0)
"""The part that a layer of this mask was made to keep: 0.8."""


def test_what_training_does_not_scale_is_scaled_at_test() -> None:
    assert at_test(KEPT * X) == passed()
    assert at_test(KEPT * X, plan=FED) == passed()
    assert at_test(2 * KEPT * X, times=2.0) == passed()
    wrong = failed("layer.scale-at-test", factor=1.0, expected=KEPT)
    assert at_test(X) == wrong
    negative = failed("layer.scale-at-test", factor=-0.125, expected=KEPT)
    assert at_test(-X / 8) == negative


def test_what_training_has_scaled_passes_as_it_is() -> None:
    assert at_test(X, times=2.0) == passed()
    assert at_test(X, times=2.0, plan=BARE) == passed()
    most = max(1.0, 2 * KEPT)
    wrong = failed("layer.scale-at-test", factor=3.0, expected=most)
    assert at_test(3 * X, times=2.0) == wrong


def test_without_a_part_that_is_known_nothing_is_due_of_what_is_not_scaled() -> None:
    assert at_test(X, plan=BARE) == NO_MODES


def test_what_drops_at_test_is_told() -> None:
    assert at_test(X * MASK) == failed("layer.drops-at-test")
    somewhere = X.copy()
    somewhere[1, 3] = 0
    assert at_test(somewhere) == failed("layer.drops-at-test")


def test_what_is_no_number_of_times_is_not_judged() -> None:
    assert at_test(X + 1) == NO_MODES
    assert dropout.at_test(MADE, X, X + 1, X) == NO_MODES
    assert dropout.at_test(MADE, X, np.zeros(X.shape), X) == NO_MODES


def test_a_multiple_is_one_but_for_its_rounding() -> None:
    """The bound of a product is a rounding, of which so many are allowed."""
    off = 2.0 * X
    assert dropout._is_multiple(off, X, 2.0)
    off[0, 0] *= 1 + POLICY * EPS / 8
    assert dropout._is_multiple(off, X, 2.0)
    off[0, 0] *= 1 + 16 * POLICY * EPS
    assert not dropout._is_multiple(off, X, 2.0)


def test_the_factor_is_read_at_the_largest_entry_that_is_looked_at() -> None:
    where = MASK != 0
    assert dropout._factor(3 * X * MASK, X, where) == 3.0
    assert dropout._factor(-3 * X * MASK, X, where) == -3.0
    # Where it is not looked at, what came may be anything.
    elsewhere = np.where(where, X, 99.0)
    assert dropout._factor(elsewhere, X, where) == 1.0
    assert dropout._factor(elsewhere, X, ~where) is None
    assert dropout._factor(elsewhere, X, np.zeros(X.shape, bool)) is None


# Chance


def masks(rows: int, columns: int, seed: int = 0) -> Any:
    return 1.0 * (np.random.default_rng(seed).random((rows, columns)) < 0.5)


def test_masks_differ_from_row_to_row_and_from_batch_to_batch() -> None:
    one, other = masks(8, 16), masks(8, 16, 1)
    assert dropout.draws(one, other) == passed()
    assert dropout.draws(one, None) == passed()
    assert dropout.draws(one, one) == failed("layer.mask-kept")
    assert dropout.draws(one, 2 * one) == failed("layer.mask-kept")
    assert dropout.draws(one, one[:4]) == passed()
    alike = np.tile(one[0], (8, 1))
    assert dropout.draws(alike, other) == failed("layer.one-mask-for-rows")
    assert dropout.draws(-alike, None) == failed("layer.one-mask-for-rows")


def test_what_is_just_as_seldom_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mask of one entry that is dropped and one that is not: ¼ are like it."""
    one = np.array([[1.0, 0.0]])
    monkeypatch.setattr(dropout, "SELDOM", 0.25)
    assert dropout.draws(one, one) == passed()
    monkeypatch.setattr(dropout, "SELDOM", 0.251)
    assert dropout.draws(one, one) == failed("layer.mask-kept")


def test_what_chance_may_do_is_not_told() -> None:
    """Of p = ½ an entry is alike with ½: 40 bits are more seldom than 1e-12."""
    assert dropout.SELDOM == 1e-12

    def half(rows: int, columns: int) -> Any:
        return np.tile([1.0, 0.0], (rows, columns // 2))

    assert 2.0**-38 > dropout.SELDOM > 2.0**-40
    assert dropout.draws(half(2, 38), None) == passed()
    assert dropout.draws(half(2, 40), None) == failed("layer.one-mask-for-rows")
    assert dropout.draws(half(3, 18), None) == passed()
    assert dropout.draws(half(3, 20), None) == failed("layer.one-mask-for-rows")
    one_row = half(1, 38)
    assert dropout.draws(one_row, one_row) == passed()
    longer = half(1, 40)
    assert dropout.draws(longer, longer) == failed("layer.mask-kept")


def test_masks_without_a_0_or_of_nothing_else_are_no_evidence() -> None:
    for number in (0.0, 1.0):
        whole = np.full((8, 64), number)
        assert dropout.draws(whole, whole) == passed()


def test_a_mask_of_few_zeros_comes_again_more_often() -> None:
    """H(1/8) is 0.377 nats: of 64 entries 24.1, and of 80 30.1; ln 1e-12 is −27.6."""
    few = np.zeros((1, 64))
    few[:, ::8] = 1.0
    assert dropout.draws(few, few) == passed()
    more = np.zeros((1, 80))
    more[:, ::8] = 1.0
    assert dropout.draws(more, more) == failed("layer.mask-kept")
    assert dropout.draws(1 - more, 1 - more) == failed("layer.mask-kept")
