"""A child that is sent f works out the very bits that it would be sent."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from gradproof.evidence.named_functions import named_functions
from gradproof.examination.counterexample import polynomial
from gradproof.examination.examination import examine
from gradproof.numerics.functions import FUNCTIONS, Function
from gradproof.ports import in_process, protocol
from gradproof.ports.observation import KnownValues, Probe
from gradproof.ports.sent_functions import can_be_sent, described
from gradproof.ports.subprocess_port import python_port
from gradproof.ports.target import parse
from gradproof.ports.worker.core.probe_calls import (
    MAX_UNSENT,
    MAX_UNSENT_NUMBERS,
    ProbeCalls,
)
from gradproof.ports.worker.core.sent_function import SentFunction
from places import PROGRAMS

Array = np.ndarray[Any, Any]

POLYNOMIALS = [
    polynomial(((1, (1,)),)),
    polynomial(((3, (2, 1)), (1, (0, 3)), (2, (1, 0)))),
]
EVERY: dict[str, Function] = {
    **FUNCTIONS,
    **named_functions(),
    **{f.name: f for f in POLYNOMIALS},
}
AWKWARD = [0.0, -0.0, 5e-324, 1e-200, 1e200, -1e308, np.inf, -np.inf, np.nan]


def sent(asked: protocol.AskedFunction) -> dict[str, Any]:
    """What a child is sent, as it reads it."""
    found: dict[str, Any] = json.loads(msgspec.json.encode(asked))
    return found


def nodes(size: int) -> Iterator[Array]:
    random = np.random.default_rng(size)
    for _ in range(20):
        yield random.normal(size=size) * 10.0 ** random.integers(-3, 4)
    for number in AWKWARD:
        yield np.resize([number, 1.5], size)
        yield np.resize([-2.0, number], size)


def probe(function: Function, x: Any, **more: Any) -> Probe:
    return Probe("probe", function.point, np.array(x, float), function, **more)


@pytest.mark.parametrize("name", EVERY)
def test_a_tape_gives_the_bits_of_the_function(name: str) -> None:
    function = EVERY[name]
    for size in {function.dimension or 1, 2, 5}:
        asked = probe(function, np.ones(size))
        child = SentFunction(sent(described(asked)))
        for node in nodes(size):
            actual, expected = child.value(node), in_process.answer(asked, 0, node)
            assert type(actual) is type(expected) is np.float64
            assert actual.tobytes() == expected.tobytes() or (
                math.isnan(actual) and math.isnan(expected)
            )


def test_whatever_the_routine_does_to_the_handling_of_errors() -> None:
    child = SentFunction(sent(described(probe(FUNCTIONS["quotient"], [1.0, 2.0]))))
    with np.errstate(all="raise"):
        assert child.value(np.array([1.0, 0.0])) == np.inf


def test_points_and_arrays_and_their_components_are_told_of() -> None:
    asked = described(probe(FUNCTIONS["sum-of-squares"], np.ones((2, 3))))
    assert [*asked.tapes] == [1, 3, 6]
    assert SentFunction(sent(asked)).value(np.ones((3, 2))) == 6.0
    assert SentFunction(sent(asked)).value(np.ones(2)) is None


@pytest.mark.parametrize(
    "node",
    [
        None,
        np.ones(2, np.float32),
        np.ones(2, np.int64),
        np.ones(2, np.longdouble),
        np.ones(2, complex),
        np.ones(2, np.dtype(np.float64).newbyteorder()),
    ],
)
def test_of_what_is_no_array_of_doubles_the_host_is_asked(node: Any) -> None:
    asked = described(probe(FUNCTIONS["sum-of-squares"], np.ones(2)))
    table = described(
        probe(FUNCTIONS["product"], [1, 2], known=KnownValues([], np.ones(9)))
    )
    assert SentFunction(sent(asked)).value(node) is None
    assert SentFunction(sent(table)).value(node) is None


def test_nothing_is_told_of_what_raises_on_purpose_or_is_not_known() -> None:
    known = probe(FUNCTIONS["product"], [1.0, 2.0])
    assert described(known).tapes
    for unknown in (
        replace(known, raises_at=0),
        replace(known, function=None),
        replace(known, known=KnownValues([np.ones(2, int)], np.ones(1))),
    ):
        assert described(unknown) == protocol.CALLBACK
    assert SentFunction(sent(protocol.CALLBACK)).value(np.ones(2)) is None


def test_long_points_are_asked_for() -> None:
    asked = described(probe(FUNCTIONS["sum-of-squares"], np.ones((2, 70))))
    assert [*asked.tapes] == [1, 70]


def test_a_table_gives_the_value_at_its_node() -> None:
    table = KnownValues(
        [np.array([1.0, 0.0]), np.array([[2.0]])], np.array([0.25, 0.75])
    )
    child = SentFunction(
        sent(described(probe(FUNCTIONS["product"], [1, 2], known=table)))
    )
    assert child.value(np.array([1.0, -0.0])) == 0.25
    assert child.value(np.array([[2.0]])) == 0.75
    assert child.value(np.array([2.0])) is None


def test_values_beyond_are_those_of_new_nodes() -> None:
    table = KnownValues([np.array([1.0])], np.array([0.25, 0.5, 0.75]))
    child = SentFunction(
        sent(described(probe(FUNCTIONS["product"], [1, 2], known=table)))
    )
    given = [child.value(np.array([x])) for x in (7.0, 1.0, 8.0, 7.0, 9.0)]
    assert given == [0.5, 0.25, 0.75, 0.5, None]


def test_once_the_host_has_been_asked_a_table_is_of_no_use() -> None:
    table = KnownValues([np.array([1.0])], np.array([0.25, 0.5]))
    child = SentFunction(
        sent(described(probe(FUNCTIONS["product"], [1, 2], known=table)))
    )
    child.forget()
    assert child.value(np.array([1.0])) is None
    assert child.value(np.array([2.0])) is None


@pytest.mark.parametrize(
    ("f", "library", "can"),
    [
        (["callback", "formula"], f"numpy {np.__version__}", True),
        (["callback"], f"numpy {np.__version__}", False),
        (["callback", "formula"], "numpy 1.13.0", False),
        (["callback", "formula"], "", False),
    ],
)
def test_other_numerics_are_not_trusted_to_give_the_same_bits(
    f: Any, library: str, can: bool
) -> None:
    hello = protocol.Hello(1, "name", "Python", ["gradient"], f, library)
    assert can_be_sent(hello) is can


class Line:
    """A channel whose host answers 7 to all that it is asked."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def own(self) -> None:
        """It is no copy of itself."""

    def write(self, *texts: str) -> None:
        self.frames += [json.loads(text) for text in texts if text]

    def receive(self) -> dict[str, Any]:
        return {"op": "value", "y": 7.0}


def calls_of_a_probe(size: int = 2) -> tuple[Line, ProbeCalls]:
    line, f = Line(), probe(FUNCTIONS["sum-of-squares"], np.ones(size))
    return line, ProbeCalls(line, 3, SentFunction(sent(described(f))))  # type: ignore[arg-type]


def test_calls_are_told_of_before_anything_else_is_asked() -> None:
    line, asked = calls_of_a_probe()
    nodes: list[Any] = [np.ones(2), np.zeros(2), [1.0, 2.0], 3.0, "no", np.ones(2)]
    assert [asked.value(node) for node in nodes] == [2.0, 0.0, 5.0, 9.0, 7.0, 2.0]
    line.write(asked.end())
    told_of = [
        (frame["op"], frame["n"], frame["kind"], frame["x"] and frame["x"]["shape"])
        for frame in line.frames
    ]
    assert told_of == [
        ("called", 0, "ndarray", [2, 2]),
        ("called", 2, "list", [1, 2]),
        ("called", 3, "float", [1]),
        ("call", 4, "str", None),
        ("called", 5, "ndarray", [1, 2]),
    ]
    assert {frame["id"] for frame in line.frames} == {3}


def test_the_arguments_are_those_of_the_moment() -> None:
    line, asked = calls_of_a_probe()
    x = np.array([1.0, 2.0])
    for _ in range(2):
        asked.value(x)
        x += 1
    line.write(asked.end())
    assert line.frames[0]["x"]["data"] == [1.0, 2.0, 2.0, 3.0]


def test_so_many_calls_and_no_more_are_kept() -> None:
    line, asked = calls_of_a_probe()
    for _ in range(MAX_UNSENT + 1):
        asked.value(np.ones(2))
    assert [frame["x"]["shape"] for frame in line.frames] == [[MAX_UNSENT, 2]]


def test_so_many_numbers_and_no_more_are_kept() -> None:
    line, asked = calls_of_a_probe(100)
    for _ in range(MAX_UNSENT_NUMBERS // 100 + 1):
        asked.value(np.ones(100))
    assert line.frames
    line.write(asked.end())
    assert sum(frame["x"]["shape"][0] for frame in line.frames) == 501


def test_there_is_no_f_after_the_end() -> None:
    _, asked = calls_of_a_probe()
    assert asked.end() == ""
    with pytest.raises(Exception, match="after the routine has ended"):
        asked.value(np.ones(2))


@pytest.mark.once
def test_a_routine_is_asked_for_few_values() -> None:
    target = f"{PROGRAMS}/right/book.py:gradient"
    waited = 0
    with python_port(parse(target)) as port:
        take = port._send

        def count(frame: protocol.FromHost) -> None:
            nonlocal waited
            waited += isinstance(frame, protocol.Value)
            take(frame)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(port, "_send", count)
            assert examine(port).verdict == "pass"
    assert 0 < waited < 100
