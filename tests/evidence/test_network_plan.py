"""How networks are made and fed is told by names, by sizes, and by their arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.evidence.layer_plan import UnbuildableError
from gradproof.evidence.network_plan import role, settings, ways, with_mode
from gradproof.ports.trials import Description, Parameter

Array = Any


def named(signature: str) -> tuple[Parameter, ...]:
    """Parameters as they are written, but for semicolons: "x; shape=(1, 2)"."""
    parts = [part.strip().partition("=") for part in signature.split(";") if part]
    return tuple(Parameter(n, not d, d) for n, _, d in parts)


def described(make: str, forward: str = "x; t") -> Description:
    return Description("Net", "Net", make=named(make), forward=named(forward))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(("vocab_size", "vocab"), ("V", "vocab"), ("wordvec_size", "word")),
        *(("embedding_dim", "word"), ("hidden_size_list", "hidden-list")),
        *(("hidden_layers", "hidden-list"), ("layer_sizes", "list"), ("dims", "list")),
        *(("input_dim", "image"), ("in_shape", "image"), ("input_size", "input")),
        *(("n_in", "input"), ("num_inputs", "input"), ("i", "input")),
        *(("hidden_size", "hidden"), ("H", "hidden"), ("n_hidden", "hidden")),
        *(("hidden1_size", "hidden"), ("first_hidden", "hidden"), ("o", "output")),
        *(("num_classes", "output"), ("output_size", "output")),
        *(("window_size", "window"), ("corpus", "corpus")),
        *(("weight_init_std", "std"), ("sigma", "std"), ("foreign", "")),
    ],
)
def test_what_a_parameter_is_is_told_by_its_name(name: str, found: str) -> None:
    assert role(name) == found


def test_sizes_are_small_first_then_words_like_hidden_then_the_defaults() -> None:
    said = described("vocab_size=10; wordvec_size=100; hidden_size=100")
    small = {"vocab_size": 6, "wordvec_size": 4, "hidden_size": 5}
    assert ways(said) == [small, {**small, "wordvec_size": 5}, {}]


def test_a_way_that_is_there_already_is_not_tried_again() -> None:
    needed = described("input_size; hidden_size; output_size")
    assert ways(needed) == [{"input_size": 7, "hidden_size": 5, "output_size": 3}]
    given = described("input_size; weight_init_std=0.01; foreign=3")
    assert ways(given) == [{"input_size": 7}]
    later = described("std=0.01; scale=1; foreign=2; input_size")
    assert ways(later) == [{"input_size": 7}]
    assert ways(described("input_size; std")) == [{"input_size": 7, "std": 0.3}]


def test_lists_images_windows_and_words_have_their_own_values() -> None:
    of_all = "sizes; hidden_size_list; window_size; input_dim; corpus"
    made, _ = ways(described(of_all))
    assert made["sizes"] == (7, 5, 3)
    assert made["hidden_size_list"] == (5, 4)
    assert made["window_size"] == 1
    assert made["input_dim"] == (1, 10, 10)
    assert sorted(set(made["corpus"])) == list(range(6))
    small, plain = ways(described("shape=(3, 32, 32)"))
    assert (small, plain) == ({"shape": (1, 10, 10)}, {})


def test_a_parameter_that_is_needed_and_not_known_cannot_be_given() -> None:
    with pytest.raises(UnbuildableError, match="foreign"):
        ways(described("input_size; foreign; other"))


@pytest.mark.parametrize(
    ("signature", "given"),
    [
        ("x; t", (1, 2)),
        ("x; t; train_flg=False", (1, 2, True)),
        ("x; t; rate=0.5; train_flg=False; more=3", (1, 2, 0.5, True)),
        ("x; t; rate=0.5", (1, 2)),
        ("train; t; rate=0.5", (1, 2)),
        ("x; t; train_flg=False; rate=0.5; training=False", (1, 2, True)),
    ],
)
def test_training_is_switched_on_where_a_parameter_says_so(
    signature: str, given: Any
) -> None:
    assert with_mode(named(signature), (1, 2)) == given


def fed(
    make: str, forward: str, made: Any = (), arrays: Any = ()
) -> list[tuple[str, list[Any]]]:
    """The settings: their names, and the shapes of what the loss is given."""
    zeros = [np.zeros(shape) for shape in arrays]
    found = settings(described(make, forward), dict(made), zeros)
    return [(s.id, [np.shape(each) for each in s.fed]) for s in found]


SIZED = {"input_size": 7, "output_size": 3}
OF_SIZES = "input_size; output_size"


def three(*x: int, classes: int) -> list[Any]:
    rows = (4, classes)
    return [("one-hot", [x, rows]), ("labels", [x, (4,)]), ("numbers", [x, rows])]


@pytest.mark.parametrize(
    ("make", "forward", "made", "arrays", "found"),
    [
        (OF_SIZES, "x; t", SIZED, [(9, 9)], three(4, 7, classes=3)),
        (OF_SIZES, "x", SIZED, [(9, 9)], [("rows", [(4, 7)])]),
        (OF_SIZES, "x; t=None", SIZED, [(9, 9)], [("rows", [(4, 7)])]),
        ("", "x; t", {}, [(5,), (8, 3), (2,), ()], three(4, 8, classes=2)),
        ("", "x; t", {}, [(8, 2), (4, 2, 3, 3)], three(4, 8, classes=2)),
        (
            "",
            "x; t",
            {},
            [(6, 2, 3, 3), (9, 5), (5,)],
            three(4, 2, 28, 28, classes=5),
        ),
        ("input_size=7", "x; t", {}, [(9, 5)], three(4, 7, classes=5)),
        (
            "input_size",
            "x; t",
            {"input_size": 7},
            [(6, 2, 3, 3), (1, 5)],
            [*three(4, 7, classes=5), *three(4, 2, 28, 28, classes=5)],
        ),
        (
            "",
            "x; t",
            {},
            [],
            [*three(4, 7, classes=10), *three(4, 3, 10, 10, classes=10)],
        ),
        ("", "x", {}, [], [("rows", [(4, 7)]), ("rows", [(4, 3, 10, 10)])]),
        (
            "input_dim",
            "x; t",
            {"input_dim": (1, 10, 10)},
            [(8, 2)],
            [*three(4, 1, 10, 10, classes=2), *three(4, 8, classes=2)],
        ),
    ],
)
def test_data_have_the_shapes_that_sizes_say_and_else_the_arrays(
    make: str, forward: str, made: Any, arrays: Any, found: Any
) -> None:
    assert fed(make, forward, made, arrays) == found


@pytest.mark.parametrize(
    ("forward", "found"),
    [
        ("xs", [("words", [(4, 2)])]),
        (
            "contexts; target",
            [("words-one-hot", [(4, 2, 6), (4, 6)]), ("words", [(4, 2), (4,)])],
        ),
        (
            "xs; ts",
            [("words", [(4, 2), (4, 2)]), ("words-to-labels", [(4, 2), (4,)])],
        ),
        (
            "xs; hs",
            [
                ("words-and-state", [(4, 2), (4, 5)]),
                ("words-and-states", [(4, 2), (4, 2, 5)]),
            ],
        ),
    ],
)
def test_words_are_fed_by_number_or_one_hot_in_sequences_or_around_one(
    forward: str, found: Any
) -> None:
    made = {"vocab_size": 6}
    assert fed("vocab_size", forward, made) == found
    assert fed("vocab_size; hidden_size=5", forward, made) == found
    of_nine = [
        (id, [tuple(9 if n == 5 else n for n in s) for s in shapes])
        for id, shapes in found
    ]
    assert (
        fed("vocab_size; hidden_size", forward, {**made, "hidden_size": 9}) == of_nine
    )


def test_what_is_fed_is_of_classes_and_of_words_that_there_are() -> None:
    said = described(OF_SIZES, "x; t; train=False")
    one_hot, labels, *_ = settings(said, SIZED, [np.zeros((7, 3))])
    assert one_hot.fed[1].argmax(axis=1).tolist() == labels.fed[1].tolist()
    assert labels.fed[1].tolist() == [0, 1, 2, 0]
    assert labels.fed[2:] == (True,)
    vocab = described("vocab_size", "contexts; target")
    one, plain = settings(vocab, {"vocab_size": 3}, [])
    assert set(np.unique(plain.fed[0])) <= {0, 1, 2}
    assert plain.fed[1].tolist() == [0, 1, 2, 0]
    for rows, words in zip(one.fed, plain.fed, strict=True):
        assert np.array_equal(rows.argmax(axis=-1), words)
