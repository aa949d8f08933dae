"""What is said of two baselines is what was done to the arrows, and is true."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.golden import differences, maps
from gradproof.golden.differences import describe
from gradproof.golden.document import dumps, head, loads
from gradproof.golden.message import Message
from gradproof.golden.snapshot import Arrows
from gradproof.golden.written import close
from gradproof.report.phrases import Phrases
from gradproof.report.review.words import Words
from places import BASELINES

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

ENGLISH = Words(Phrases("en"))
Rows = np.ndarray[Any, np.dtype[np.float64]]


def baseline(name: str) -> Arrows:
    (arrows,) = loads((BASELINES / f"{name}.json").read_text("utf-8"))
    assert isinstance(arrows, Arrows)
    return arrows


PRODUCT = baseline("right-product")
SINE = baseline("right-sine")


def with_rows(arrows: Arrows, rows: Rows, **fields: Any) -> Arrows:
    """The arrows with other rows (x, y, u, v), written and read back."""
    told = tuple(tuple(float(n) for n in row) for row in rows)
    changed: Any = msgspec.structs.replace(arrows, arrows=told, **fields)
    (back,) = loads(dumps(changed))
    assert isinstance(back, Arrows)
    return back


def edited(arrows: Arrows, edit: Callable[[Rows], object], **fields: Any) -> Arrows:
    rows = arrows.values().copy()
    edit(rows)
    return with_rows(arrows, rows, **fields)


def told(before: Arrows, after: Arrows) -> list[str]:
    return [ENGLISH.sentence(s) for s in describe([before], [after])]


def turned(rows: Rows, degrees: float) -> None:
    z = (rows[:, 2] + 1j * rows[:, 3]) * cmath.exp(1j * math.radians(degrees))
    rows[:, 2], rows[:, 3] = z.real, z.imag


def flip(rows: Rows) -> None:
    rows[40, 2:] *= -1


def double(rows: Rows) -> None:
    rows[:, 2:] *= 2


def turn_some(rows: Rows) -> None:
    turned(rows[10:60:5], 30)


def exchange(rows: Rows) -> None:
    rows[[3, 9], 2:] = rows[[9, 3], 2:]


def lose(rows: Rows) -> None:
    rows[7:9, 2:] = np.nan


def reverse_points(rows: Rows) -> None:
    rows[:] = rows[::-1].copy()


def move_grid(rows: Rows) -> None:
    rows[:, :2] += (0.25, 0.5)


def widen_grid(rows: Rows) -> None:
    rows[:, :2] *= 1.5


def move_a_point(rows: Rows) -> None:
    rows[5, :2] += (0.03, 0.04)


def transpose(rows: Rows) -> None:
    grid = rows[:, 2:].reshape(18, 18, 2).transpose(1, 0, 2)
    rows[:, 2:] = grid.reshape(-1, 2).copy()


def ramp(arrows: Arrows) -> Arrows:
    """The points of a picture with values that have no symmetry at all."""
    values = np.random.default_rng(5).normal(size=(len(arrows.arrows), 2))
    return with_rows(arrows, np.column_stack([arrows.values()[:, :2], values]))


NO_SYMMETRY = ramp(SINE)
TWICE = with_rows(SINE, np.vstack([SINE.values(), SINE.values()[:3]]))


def permute(rows: Rows) -> None:
    order = np.random.default_rng(0).permutation(40)
    rows[:40, 2:] = rows[order, 2:]


EDITS: dict[str, tuple[Arrows, Callable[[Rows], object], list[str]]] = {
    "nothing": (PRODUCT, lambda rows: None, []),
    "one flipped": (PRODUCT, flip, ["arrow #40 at (-1, -1.5) turned by 180°"]),
    "doubled": (PRODUCT, double, ["all 324 arrows twice as long; unchanged by it: 1"]),
    "some turned": (
        NO_SYMMETRY,
        turn_some,
        ["10 of 324 arrows (#10, #15, #20, …) turned by 30°"],
    ),
    "exchanged": (
        NO_SYMMETRY,
        exchange,
        ["arrows #3 (-1.25, -2), #9 (0.25, -2) exchanged"],
    ),
    "permuted": (
        NO_SYMMETRY,
        permute,
        ["38 of 324 arrows (#0, #1, #2, …) permuted: they hold each other's values"],
    ),
    "lost": (
        PRODUCT,
        lose,
        ["arrows #7 (-0.25, -2), #8 (0, -2) no longer a number"],
    ),
    "points reversed": (
        PRODUCT,
        reverse_points,
        ["the same 324 points in another order"],
    ),
    "points reversed, of which some are there twice": (
        TWICE,
        reverse_points,
        ["the same 327 points in another order"],
    ),
    "grid moved by its own step": (
        SINE,
        move_grid,
        ["the points of all 324 arrows moved by (0.25, 0.5)"],
    ),
    "grid widened": (
        SINE,
        widen_grid,
        ["the points of all 324 arrows 1.5 times as far out; unchanged by it: 1"],
    ),
    "a point moved": (
        SINE,
        move_a_point,
        ["the points of arrow #5 at (-0.75, -2) moved by (0.03, 0.04)"],
    ),
    "values reversed": (
        NO_SYMMETRY,
        lambda rows: rows.__setitem__(
            (slice(None), slice(2, 4)), rows[::-1, 2:].copy()
        ),
        ["all 324 arrows hold the values in reverse order"],
    ),
    "grid transposed": (
        NO_SYMMETRY,
        transpose,
        ["all 324 arrows hold the values of the transposed grid; unchanged by it: 18"],
    ),
    "off by one": (
        NO_SYMMETRY,
        lambda rows: rows.__setitem__(
            (slice(None), slice(2, 4)), np.roll(rows[:, 2:], 1, axis=0)
        ),
        ["all 324 arrows hold the values shifted by 1 places"],
    ),
    "swapped": (
        NO_SYMMETRY,
        lambda rows: rows.__setitem__((slice(None), slice(2, 4)), rows[:, [3, 2]]),
        ["all 324 arrows with u and v swapped"],
    ),
    "one sign lost": (
        SINE,
        lambda rows: rows.__setitem__((slice(None), 3), -rows[:, 3]),
        ["all 324 arrows with v negated; unchanged by it: 18"],
    ),
    "zeroed": (
        SINE,
        lambda rows: rows.__setitem__((slice(None), slice(2, 4)), 0.0),
        ["all 324 arrows now zero; unchanged by it: 1"],
    ),
    "few left": (
        NO_SYMMETRY,
        lambda rows: rows.__setitem__((slice(5, None), slice(2, 4)), 0.0),
        ["only 5 of 324 arrows (#0, #1, #2, …) not zero; before, 324"],
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_what_was_done_to_arrows_is_said(case: str) -> None:
    before, edit, expected = EDITS[case]
    assert told(before, edited(before, edit)) == expected


@pytest.mark.parametrize("function", ["product", "sine"])
def test_the_shape_bug_is_named_when_it_comes_and_when_it_goes(function: str) -> None:
    right, faulty = baseline(f"right-{function}"), baseline(f"faulty-{function}")
    assert (
        told(right, faulty)[0] == "only 2 of 324 arrows are not zero: transposed points"
    )
    assert told(faulty, right)[0] == (
        "2 of 324 arrows were not zero: the points are no longer transposed"
    )


def test_two_arrows_left_by_anything_else_are_not_called_transposed_points() -> None:
    faulty = edited(baseline("faulty-product"), lambda rows: turned(rows, 10))
    (sentence, *_) = told(PRODUCT, faulty)
    assert "transposed" not in sentence
    assert sentence.startswith("only arrows #0 (-2, -2), #1 (-1.75, -2) not zero")


def test_all_doubled_is_hidden_by_a_scale_that_follows() -> None:
    assert PRODUCT.scale is not None
    after = edited(PRODUCT, double, scale=2 * PRODUCT.scale)
    assert told(PRODUCT, after) == [
        "all 324 arrows twice as long (the picture hides it: quiver rescales);"
        " unchanged by it: 1"
    ]


def test_a_scale_that_does_not_follow_is_told_by_itself() -> None:
    after = edited(PRODUCT, double, scale=3.0)
    assert told(PRODUCT, after)[1] == "scale: 55.909237 → 3"
    assert told(PRODUCT, msgspec.structs.replace(PRODUCT, scale=3.0)) == [
        "scale: 55.909237 → 3"
    ]


def test_points_that_were_added_are_told_beside_the_arrows_at_the_others() -> None:
    rows = np.delete(SINE.values(), [3, 4, 5], axis=0)
    rows[100, 2:] *= -1
    assert told(SINE, with_rows(SINE, rows)) == [
        "other points: 324 arrows before, 321 after, 321 at common points",
        "arrow #103 at (1.25, -0.75) turned by 180°",
    ]


def test_what_nothing_explains_is_counted_and_measured() -> None:
    def shake(rows: Rows) -> None:
        rows[:, 2:] += np.random.default_rng(1).normal(size=(324, 2))

    (sentence,) = told(SINE, edited(SINE, shake))
    assert sentence.startswith("all 324 arrows changed, each differently, by up to 3.")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": "new"}, 'title: "" → "new"'),
        ({"labels": ("x1", "x0")}, 'labels: ("x0", "x1") → ("x1", "x0")'),
        (
            {"limits": ((-2.0, 2.5), (-2.0, 2.0))},
            "limits: ((-2, 2), (-2, 2)) → ((-2, 2.5), (-2, 2))",
        ),
        ({"pivot": "tip"}, 'pivot: "tail" → "tip"'),
        ({"scale": None}, "scale: 55.909237 → –"),
        ({"colours": ("#000000",)}, 'colours: "#666666" → "#000000"'),
        ({"angles": (1.0,) * 324}, 'angles: "xy" → "324 values"'),
    ],
)
def test_labels_limits_and_style_are_told(
    fields: dict[str, Any], expected: str
) -> None:
    assert told(PRODUCT, msgspec.structs.replace(PRODUCT, **fields)) == [expected]


def test_colours_of_some_are_counted() -> None:
    one = msgspec.structs.replace(PRODUCT, colours=("#000000",) * 324)
    two = msgspec.structs.replace(PRODUCT, colours=("#ff0000", *("#000000",) * 323))
    assert told(one, two) == ["colours of 1 of 324 arrows changed"]


def test_every_field_is_told() -> None:
    for name in head(PRODUCT):
        ticks = (((0.0, "0"),), ())
        strange: Any = {"scale": 1.0, "ticks": ticks}.get(name, "strange")
        after = msgspec.structs.replace(PRODUCT, **{name: strange})
        # Either axis has its own ticks.
        assert len(told(PRODUCT, after)) == (2 if name == "ticks" else 1), name


def test_panels_are_numbered_and_counted() -> None:
    flipped = edited(PRODUCT, flip)
    sentences = describe([SINE, PRODUCT], [SINE, flipped])
    assert [ENGLISH.sentence(s) for s in sentences] == [
        "panel 2: arrow #40 at (-1, -1.5) turned by 180°"
    ]
    (sentence,) = describe([SINE], [SINE, SINE])
    assert ENGLISH.sentence(sentence) == "number of panels: 1 → 2"


def test_an_arrow_that_is_off_by_little_more_than_was_written_is_not_passed_over() -> (
    None
):
    def double_but_one(rows: Rows) -> None:
        double(rows)
        rows[40, 2] += 1e-5

    assert told(PRODUCT, edited(PRODUCT, double_but_one)) == [
        "322 of 324 arrows (#0, #1, #2, …) twice as long",
        "arrow #40 at (-1, -1.5): (1.5, 1) → (3.00001, 2)",
    ]


def test_groups_by_chance_are_not_told_where_fields_have_nothing_in_common() -> None:
    (sentence, _) = told(PRODUCT, SINE)
    assert sentence.startswith("289 of 324 arrows (#0, #1, #2, …) changed, each")


@pytest.mark.parametrize("seed", range(8))
def test_two_parameters_are_found_so_that_they_fit_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = np.round(rng.normal(size=40), 6) + 1j * np.round(rng.normal(size=40), 6)
    b = a * 0.8671875 * cmath.exp(1j * math.radians(274))
    found = maps.best(a, np.round(b.real, 6) + 1j * np.round(b.imag, 6))
    assert found is not None
    assert found[1].all()


# Seeded changes that the module was not written for.


@dataclass(frozen=True)
class Made:
    """A change as it was made: what it is called, and what it does to u + iv."""

    name: str
    numbers: tuple[float, ...]

    def __call__(self, z: complex) -> complex:
        """What becomes of an arrow."""
        n = self.numbers
        return {
            "turn": lambda: z * cmath.exp(1j * math.radians(n[0])),
            "scale": lambda: z * n[0],
            "both": lambda: z * n[1] * cmath.exp(1j * math.radians(n[0])),
            "mirror": lambda: z.conjugate() * cmath.exp(2j * math.radians(n[0])),
            "swap": lambda: complex(z.imag, z.real),
            "zero": lambda: 0j,
            "u": lambda: complex(z.real * n[0], z.imag),
            "v": lambda: complex(z.real, z.imag * n[0]),
            "set": lambda: complex(n[0], n[1]),
            "shift": lambda: z + complex(n[0], n[1]),
            "lose": lambda: complex(math.nan, math.nan),
        }[self.name]()


def numbers(*ranges: tuple[float, float]) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*(st.floats(low, high) for low, high in ranges))


FACTORS = ((0.1, 0.9), (1.1, 50.0))
ANGLE = (2.0, 358.0)
CHANGES = st.one_of(
    st.builds(Made, st.just("turn"), numbers(ANGLE)),
    st.builds(Made, st.just("turn"), st.sampled_from([(90.0,), (180.0,), (-90.0,)])),
    *(st.builds(Made, st.just("scale"), numbers(f)) for f in FACTORS),
    *(st.builds(Made, st.just("both"), numbers(ANGLE, f)) for f in FACTORS),
    *(st.builds(Made, st.sampled_from("uv"), numbers(f)) for f in FACTORS),
    st.builds(Made, st.just("mirror"), numbers((1.0, 179.0))),
    st.builds(Made, st.sampled_from(["swap", "zero", "lose"]), st.just(())),
    st.builds(Made, st.just("set"), numbers((3.0, 5.0), (3.0, 5.0))),
    st.builds(Made, st.just("shift"), numbers((0.5, 5.0), (0.5, 5.0))),
)


def kind(change: Made) -> str:
    return {"swap": "mirror"}.get(change.name, change.name)


@st.composite
def mixtures(draw: st.DrawFn) -> tuple[Arrows, Arrows, dict[Made, list[int]]]:
    """Arrows without symmetry, and the same with subsets changed, each its own way."""
    size = draw(st.integers(8, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    # Two of a kind can be the same within the resolution.
    changes = draw(st.lists(CHANGES, min_size=1, max_size=3, unique_by=kind))
    which = rng.integers(-1, len(changes), size)
    points = rng.permutation(size * 3)[:size].reshape(-1, 1) + np.zeros(2)
    before = with_rows(SINE, np.column_stack([points, rng.normal(size=(size, 2))]))
    rows = before.values()
    for k, change in enumerate(changes):
        for i in np.flatnonzero(which == k):
            z = change(complex(rows[i, 2], rows[i, 3]))
            rows[i, 2:] = z.real, z.imag
    made = {
        c: list(map(int, np.flatnonzero(which == k))) for k, c in enumerate(changes)
    }
    return before, with_rows(SINE, rows), {c: some for c, some in made.items() if some}


TOLD_AS = {
    "turn": {"review.turned"},
    "scale": {"review.scaled"},
    "both": {"review.turned-scaled"},
    "mirror": {"review.mirrored"},
    "swap": {"review.swapped"},
    "zero": {"review.zero", "review.few-left"},
    "u": {"review.u-times"},
    "v": {"review.v-times"},
    "set": {"review.set"},
    "shift": {"review.shifted"},
    "lose": {"review.lost"},
}


def complex_values(arrows: Arrows) -> Any:
    rows = arrows.values()
    return rows[:, 2] + 1j * rows[:, 3]


@pytest.mark.once
@settings(max_examples=150, deadline=None)
@given(mixtures())
def test_mixtures_are_described_as_they_were_made(
    mixture: tuple[Arrows, Arrows, dict[Made, list[int]]],
) -> None:
    before, after, made = mixture
    sentences = describe([before], [after])
    by_arrows = {s.numbers: s for s in sentences}
    for change, some in made.items():
        if len(some) < 3:  # one or two arrows can be told in several ways
            continue
        sentence = by_arrows.get(tuple(some)) or everyone(sentences, before)
        assert sentence is not None, (change, sentences)
        assert sentence.message in TOLD_AS[change.name] | named(change)
    assert len(sentences) <= sum(min(len(some), 3) for some in made.values())
    assert_true(sentences, before, after)


def everyone(sentences: tuple[Message, ...], before: Arrows) -> Message | None:
    """The one sentence about all arrows, those included that it leaves as they were."""
    full = [s for s in sentences if len(s.numbers) == len(before.arrows)]
    still = [s for s in sentences if s.message == "review.few-left"]
    return next(iter(full + still), None)


def named(change: Made) -> set[str]:
    """The other names under which a change is told at round numbers."""
    special = {
        "mirror": {"review.swapped", "review.negated-u", "review.antiswapped"},
        "both": {"review.turned", "review.scaled"},
    }
    return special.get(change.name, set())


def assert_true(sentences: tuple[Message, ...], before: Arrows, after: Arrows) -> None:
    """Every sentence holds for every arrow that it names, and all changes are named."""
    a, b = complex_values(before), complex_values(after)
    changed = ~close(before.values(), after.values()).all(axis=1)
    mentioned = np.zeros(len(a), dtype=bool)
    for sentence in sentences:
        some = list(sentence.numbers)
        if sentence.message == "review.few-left":
            rest = np.setdiff1d(np.arange(len(a)), some)
            assert (np.abs(b[rest]) <= 1e-6).all()
            mentioned[rest] = True
            continue
        mentioned[some] = True
        replayed = replay(sentence)
        if replayed is not None:
            assert replayed.fits(a[some], b[some]).all(), sentence
    assert not (changed & ~mentioned).any()


def replay(sentence: Message) -> maps.Map | None:
    """The map that a sentence tells, made of its words alone."""
    n: dict[str, Any] = dict(sentence.parameters)
    one = n.get("factor", 1.0)
    name = sentence.message.removeprefix("review.")
    if name in ("turned", "turned-scaled"):
        return maps.turned(n["degrees"], one)
    if name in ("mirrored", "mirrored-scaled"):
        return maps.mirrored(n["degrees"], one)
    fixed = {
        "scaled": lambda: maps.Map("", {}, 0, p=one),
        "swapped": lambda: maps.mirrored(45),
        "antiswapped": lambda: maps.mirrored(135),
        "negated-u": lambda: maps.stretched(-1, 1),
        "negated-v": lambda: maps.stretched(1, -1),
        "u-zero": lambda: maps.stretched(0, 1),
        "v-zero": lambda: maps.stretched(1, 0),
        "u-times": lambda: maps.stretched(one, 1),
        "v-times": lambda: maps.stretched(1, one),
        "u-v-times": lambda: maps.stretched(n["u"], n["v"]),
        "zero": lambda: maps.Map("", {}, 0),
        "set": lambda: maps.Map("", {}, 0, c=complex(n["u"], n["v"])),
        "shifted": lambda: maps.Map("", {}, 0, p=1, c=complex(n["u"], n["v"])),
        "became": lambda: maps.Map("", {}, 0, c=complex(*n["after"])),
    }
    return fixed[name]() if name in fixed else None


@pytest.mark.once
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_on_a_field_full_of_symmetries_everything_said_is_true(
    data: st.DataObject,
) -> None:
    rows = SINE.values()
    for change in data.draw(st.lists(CHANGES, min_size=1, max_size=3)):
        some = data.draw(st.lists(st.integers(0, 323), max_size=30, unique=True))
        for i in some:
            z = change(complex(rows[i, 2], rows[i, 3]))
            rows[i, 2:] = z.real, z.imag
    after = with_rows(SINE, rows)
    assert_true(describe([SINE], [after]), SINE, after)


@settings(max_examples=40, deadline=None)
@given(CHANGES, st.sampled_from([PRODUCT, SINE]))
def test_a_change_of_all_arrows_is_one_sentence(change: Made, before: Arrows) -> None:
    rows = before.values()
    z = np.array([change(z) for z in complex_values(before)])
    rows[:, 2], rows[:, 3] = z.real, z.imag
    (sentence,) = describe([before], [with_rows(before, rows)])
    assert len(sentence.numbers) >= 289  # zero arrows may stay as they are


@given(
    st.floats(-1e6, 1e6).filter(lambda x: x != 0),
    st.floats(1e-9, 1.0),
)
def test_the_simplest_number_of_a_stretch_lies_within_it(
    middle: float, width: float
) -> None:
    low, high = middle - width, middle + width
    found = maps.simplest(low, high)
    assert low <= found <= high
    digits = len(f"{found!r}".partition(".")[2])
    fewer = round(middle, digits - 1) if digits > 1 else math.nan
    assert not low <= fewer <= high or fewer == found


def test_the_deepest_stretch_is_the_one_that_most_share() -> None:
    centre, half = np.array([0.5, 1.0, 1.5, 9.0]), np.array([1.0, 1.0, 0.25, 1.0])
    assert maps.deepest(maps.Stretches(centre, half)) == (1.25, 1.5)
    assert maps.deepest(maps.Stretches(centre * np.nan, half)) is None


def test_angles_come_round() -> None:
    stretches = maps.Stretches(np.array([179.0]), np.array([2.0]), angle=True)
    assert stretches.allows(-179.5).all()
    assert not stretches.allows(-178.5).any()
    a = np.exp(1j * np.radians([10.0, 20.0, 30.0]))
    b = a * np.exp(1j * np.radians([179.99998, 180.0, -179.99998]))
    found = maps.best(a, b)
    assert found is not None
    assert found[0].parameters == {"degrees": 180.0}
    assert found[1].all()
    longer = maps.best(a, 3 * b)
    assert longer is not None
    assert longer[0].parameters == {"degrees": 180.0, "factor": 3.0}
    assert longer[1].all()


def test_a_picture_is_described_within_a_moment() -> None:
    """Each of 324 arrows changed its own way is the most there is to try."""
    rng = np.random.default_rng(0)
    rows = NO_SYMMETRY.values()
    rows[:, 2:] += rng.normal(size=(324, 2))
    after = with_rows(NO_SYMMETRY, rows)
    (sentence,) = describe([NO_SYMMETRY], [after])
    assert sentence.message == "review.otherwise"
    assert differences.MAX_GROUPS < 10
