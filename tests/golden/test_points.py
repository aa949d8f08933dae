"""Paths as baselines: what changed in them is told, and checked before it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import valley
from gradproof.golden.differences import describe
from gradproof.golden.document import differences, dumps, loads
from gradproof.golden.entries import entries
from gradproof.golden.points import Points, points
from gradproof.golden.visibility import seen
from gradproof.report.phrases import Phrases
from gradproof.report.review.words import Words

PLACES = valley.published("nesterov")
BEFORE = points("Nesterov", PLACES)


def changed(change: Callable[[Any], object], title: str = "Nesterov") -> Points:
    places = PLACES.copy()
    found = change(places)
    return points(title, places if found is None else found)  # type: ignore[arg-type]


def told(after: Points, language: Any = "en") -> list[str]:
    words = Words(Phrases(language))
    return [words.sentence(message) for message in describe([BEFORE], [after])]


def from_17(places: Any) -> None:
    places[17:, 1] += 0.25


def one(places: Any) -> None:
    places[3, 0] -= 0.5


def lost(places: Any) -> None:
    places[29:] = np.nan


CHANGES: dict[str, tuple[Points, str]] = {
    "a part": (
        changed(from_17),
        "path of Nesterov: 14 of 31 points moved, all from #17 on, by up to 0.25",
    ),
    "one": (
        changed(one),
        "path of Nesterov: 1 of 31 points moved, the first #3, by up to 0.5",
    ),
    "lost": (
        changed(lost),
        "path of Nesterov: 2 of 31 points are no numbers any more, the first #29",
    ),
    "shorter": (
        changed(lambda places: places[:20]),
        "path of Nesterov: number of points: 31 → 20",
    ),
    "named otherwise": (changed(lambda p: None, "NAG"), 'title: "Nesterov" → "NAG"'),
}


@pytest.mark.parametrize("id", CHANGES)
def test_what_changed_in_a_path_is_told(id: str) -> None:
    after, expected = CHANGES[id]
    assert told(after) == [expected]
    assert told(after, "ja") != [expected]
    assert differences(BEFORE, after) != []


def test_what_is_the_same_after_writing_is_not_told_of() -> None:
    (read,) = loads(dumps(BEFORE))
    assert isinstance(read, Points)
    assert told(read) == []
    assert differences(BEFORE, read) == []
    assert '"format": "gradproof-points/1"' in dumps(BEFORE)


def test_a_path_in_the_place_of_a_heat_map_is_told_of() -> None:
    other = entries("dW", np.ones(2), np.ones(2), np.zeros(2, bool))
    (message,) = describe([other], [BEFORE])
    assert message.message == "review.kind"


def test_what_moves_far_is_seen_and_what_moves_a_little_is_not() -> None:
    assert seen([BEFORE], [changed(from_17)])

    def little(places: Any) -> None:
        places[5] += 0.01

    assert not seen([BEFORE], [changed(little)])


def test_the_right_paths_go_down_the_valley() -> None:
    for rule in valley.RATES:
        x, y = valley.published(str(rule))[-1]
        assert x * x / 20 + y * y < 49 / 20 + 4
