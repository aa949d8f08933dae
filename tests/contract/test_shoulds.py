"""The shoulds: each catches what it is there for, alone, and lets the rest through.

A mutant is a routine that keeps the whole contract, spoilt in one way.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.contract.clauses import CONTRACT
from gradproof.corrected import numerical_gradient, numerical_gradient_whole
from gradproof.evidence.probe_ids import GIVEN, PLANES
from gradproof.evidence.probes import fixed, of
from gradproof.evidence.random_probes import drawn
from gradproof.evidence.value_probes import more
from gradproof.examination.counterexample import PROBE
from gradproof.examination.examination import Examination, examine
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.role_ids import PORT_ROLES, RoleId
from gradproof.ports.worker.core.calls import ProbeError
from gradproof.report.messages import CATALOGUES
from gradproof.report.phrases import Phrases

Routine = Callable[[Any, Any], Any]

LETTERS: dict[RoleId, str] = {
    "gradient": "G",
    "point-gradient": "P",
    "array-gradient": "A",
}
KEEPERS: dict[str, Routine] = {
    "G": numerical_gradient,
    "P": numerical_gradient,
    "A": numerical_gradient_whole,
}
ROLES = {letter: role for role, letter in LETTERS.items()}


def examined(routine: Routine, letter: str, vectorized: bool = False) -> Examination:
    return examine(FunctionPort("port", routine, vectorized), ROLES[letter])


def unmet(examination: Examination) -> set[str]:
    found = examination.having("fail") + examination.having("error")
    return {finding.clause.id for finding in found}


def message(examination: Examination, id: str) -> str:
    return next(f.judgement.message for f in examination.findings if f.clause.id == id)


def kind(x: Any) -> str:
    return str(getattr(x, "dtype", np.dtype(object)))


def plain(x: Any) -> bool:
    """Whether x is as a port gets it in the musts."""
    return (
        isinstance(x, np.ndarray)
        and kind(x) == "float64"
        and bool(x.flags.c_contiguous and x.flags.writeable)
        and x.size > 1
    )


# Mutants: what a routine that keeps everything is made into.


def nudges_x(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        result = right(f, x)
        if plain(x):
            x.flat[0] = np.nextafter(x.flat[0], 9)
        return result

    return routine


def leaves_x_moved(right: Routine, failing: int) -> Routine:
    """When f fails at its call of that number, and then only."""

    def routine(f: Any, x: Any) -> Any:
        calls = itertools.count()
        try:
            return right(lambda point: (next(calls), f(point))[1], x)
        except ProbeError:
            x.flat[0] += 1e-4 * (next(calls) == failing)
            raise

    return routine


def leaves_x_moved_at_first(right: Routine) -> Routine:
    return leaves_x_moved(right, 1)


def leaves_x_moved_later(right: Routine) -> Routine:
    return leaves_x_moved(right, 2)


def replaces_the_exception(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        try:
            return right(f, x)
        except ProbeError as error:
            raise RuntimeError("f failed") from error

    return routine


def swallows_the_exception(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        try:
            return right(f, x)
        except ProbeError:
            return np.zeros(x.shape)

    return routine


def truncates(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if kind(x) == "int64":
            return right(lambda point: f(np.trunc(point)), x)
        return right(f, x)

    return routine


def returns_integers(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        result = right(f, x)
        return np.rint(result).astype(int) if kind(x) == "int64" else result

    return routine


def moves_in_single_precision(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if kind(x) == "float32":
            return right(lambda point: f(point.astype(np.float32)), x)
        return right(f, x)

    return routine


def rounds_twice_as_much(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        wider = 1 + 2.0**-23 * (kind(x) == "float32")
        return right(f, x) * wider

    return routine


def refuses_single_precision(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if kind(x) == "float32":
            raise TypeError("float64 only")
        return right(f, x)

    return routine


def reads_memory(right: Routine) -> Routine:
    return lambda f, x: right(f, np.ravel(x, "K").reshape(np.shape(x)))


def reads_bytes(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        swapped = kind(x).startswith(">")
        return right(f, np.clip(x.view("<f8"), 1, 2) if swapped else x)

    return routine


def turns_lists(right: Routine) -> Routine:
    return lambda f, x: right(f, x[::-1] if isinstance(x, list) else x)


def ends_on_read_only(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if isinstance(x, np.ndarray) and not x.flags.writeable:
            raise SystemExit("cannot be written to")
        return right(f, x)

    return routine


def spreads_nan(right: Routine) -> Routine:
    return lambda f, x: right(f, x) + 0 * np.sum(x)


def spoils_the_next_row(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        result = right(f, x)
        if np.ndim(x) == 2:
            (spoilt,) = np.nonzero(~np.isfinite(x).all(axis=1))
            result[spoilt + 1] += 1
        return result

    return routine


def refuses_nan(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if np.isnan(x).any():
            raise ValueError("not a number")
        return right(f, x)

    return routine


def flattens_nothing(right: Routine) -> Routine:
    return lambda f, x: right(f, x) if np.size(x) else np.zeros(0)


def fails_on_nothing(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if np.size(x):
            return right(f, x)
        raise IndexError("no rows")

    return routine


def asks_twice(right: Routine) -> Routine:
    return lambda f, x: right(lambda point: (f(point), f(point))[1], x)


def grows(right: Routine) -> Routine:
    """The buffer of the sums is never emptied."""
    calls: dict[bytes, int] = {}

    def routine(f: Any, x: Any) -> Any:
        result = right(f, x)
        if not plain(x):
            return result
        calls[x.tobytes()] = calls.get(x.tobytes(), 0) + 1
        return calls[x.tobytes()] * result

    return routine


def fails_the_second_time(right: Routine) -> Routine:
    called = set()

    def routine(f: Any, x: Any) -> Any:
        if plain(x) and x.tobytes() in called:
            raise RuntimeError("this has been done")
        result = right(f, x)
        if plain(x):
            called.add(x.tobytes())
        return result

    return routine


def serves_all_shapes(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        return np.zeros(np.shape(x)) if np.ndim(x) in (0, 3) else right(f, x)

    return routine


def says_nothing_of_a_number(right: Routine) -> Routine:
    return lambda f, x: right(f, x) if np.ndim(x) else None


def ends_on_a_cube(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if np.ndim(x) == 3:
            raise SystemExit(1)
        return right(f, x)

    return routine


MUTANTS: list[tuple[Callable[[Routine], Routine], int, str, str]] = [
    (nudges_x, 8, "GPA", "not-bitwise"),
    (leaves_x_moved_at_first, 9, "GPA", "not-restored"),
    (leaves_x_moved_later, 9, "GPA", "not-restored"),
    (replaces_the_exception, 9, "GPA", "error-replaced"),
    (swallows_the_exception, 9, "GPA", "error-swallowed"),
    (truncates, 10, "GPA", "off-for"),
    (returns_integers, 10, "GPA", "no-floats"),
    (moves_in_single_precision, 11, "GPA", "off-for"),
    (rounds_twice_as_much, 11, "GPA", "off-for"),
    (refuses_single_precision, 11, "GPA", "raised"),
    (reads_memory, 12, "GA", "off-own"),
    (reads_bytes, 12, "GPA", "off-own"),
    (turns_lists, 12, "GPA", "off-own"),
    (ends_on_read_only, 12, "GPA", "broke.exit"),
    (spreads_nan, 13, "G", "off-own"),
    (spoils_the_next_row, 13, "G", "off-own"),
    (refuses_nan, 13, "G", "raised"),
    (flattens_nothing, 14, "GA", "wrong-shape"),
    (fails_on_nothing, 14, "GA", "raised"),
    (asks_twice, 15, "GPA", "too-many-calls"),
    (grows, 16, "GPA", "off-own"),
    (fails_the_second_time, 16, "GPA", "raised"),
    (serves_all_shapes, 17, "GP", "not-refused"),
    (says_nothing_of_a_number, 17, "GP", "nonsense"),
    (ends_on_a_cube, 17, "GP", "broke.exit"),
]


@pytest.mark.once
@pytest.mark.parametrize(
    ("mutant", "letter", "number", "said"),
    [
        pytest.param(mutant, letter, number, said, id=f"{mutant.__name__}-{letter}")
        for mutant, number, letters, said in MUTANTS
        for letter in letters
    ],
)
def test_a_mutant_fails_its_clause_and_no_other(
    mutant: Callable[[Routine], Routine], letter: str, number: int, said: str
) -> None:
    examination = examined(mutant(KEEPERS[letter]), letter)
    # What comes out otherwise the second time is wrong with another f there, too.
    again = {f"{letter}1", f"{letter}2", f"{letter}5"} if number == 16 else set()
    assert unmet(examination) - again == {f"{letter}{number}"}
    assert message(examination, f"{letter}{number}") == said
    assert examination.verdict == "pass" or number == 16


def test_every_should_has_a_mutant() -> None:
    clauses = itertools.chain(*(CONTRACT[role] for role in LETTERS))
    shoulds = {clause.id for clause in clauses if clause.level == "should"}
    assert shoulds == {
        f"{letter}{number}" for _, number, letters, _ in MUTANTS for letter in letters
    }


# Variations: other ways of keeping everything.


def refuses_integers(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if kind(x) == "int64":
            raise TypeError("floats only")
        return right(f, x)

    return routine


def returns_the_type_given(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        result = right(f, x)
        return result.astype(np.float32) if kind(x) == "float32" else result

    return routine


def rounds_to_single_precision(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        return right(f, x) * (1 + 0.99 * 2.0**-24 * (kind(x) == "float32"))

    return routine


def refuses_what_is_not_plain(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if isinstance(x, list) or not x.flags.c_contiguous or not x.flags.writeable:
            raise ValueError("plain arrays only")
        return right(f, x)

    return routine


def spoils_the_whole_row(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        result = right(f, x)
        if np.ndim(x) == 2:
            result[~np.isfinite(x).all(axis=1)] = np.nan
        return result

    return routine


def differs_by_a_rounding(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        return right(f, x) * (1 if plain(x) else 1 + 2.0**-52)

    return routine


def remembers(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        known: dict[bytes, Any] = {}

        def value(point: Any) -> Any:
            key = point.tobytes()
            if key not in known:
                known[key] = f(point)
            return known[key]

        return right(value, x)

    return routine


def moves_and_puts_back(right: Routine) -> Routine:
    def routine(f: Any, x: Any) -> Any:
        if not plain(x):
            return right(f, x)
        saved = x.copy()
        x += 1
        try:
            return right(f, saved)
        finally:
            x[...] = saved

    return routine


VARIATIONS = [
    refuses_integers,
    returns_the_type_given,
    rounds_to_single_precision,
    refuses_what_is_not_plain,
    spoils_the_whole_row,
    differs_by_a_rounding,
    remembers,
    moves_and_puts_back,
]


@pytest.mark.once
@pytest.mark.parametrize("letter", "GPA")
@pytest.mark.parametrize("variation", [lambda right: right, *VARIATIONS])
def test_a_variation_that_is_right_keeps_the_whole_contract(
    variation: Callable[[Routine], Routine], letter: str
) -> None:
    examination = examined(variation(KEEPERS[letter]), letter)
    assert {f.judgement.verdict for f in examination.findings} == {"pass"}


def test_batches_are_counted_by_their_rows() -> None:
    def batched(f: Any, x: Any) -> Any:
        return numerical_gradient(f, x, vectorized=True)

    def twice(f: Any, x: Any) -> Any:
        return batched(lambda rows: f(np.concatenate([rows, rows]))[: len(rows)], x)

    assert unmet(examined(batched, "G", vectorized=True)) == set()
    assert unmet(examined(twice, "G", vectorized=True)) == {"G15"}


def test_a_result_in_the_memory_of_x_is_not_fresh() -> None:
    def in_place(f: Any, x: Any) -> Any:
        result = numerical_gradient(f, x)
        if not plain(x):
            return result
        x[...] = result
        return x

    examination = examined(in_place, "G")
    assert {"G7", "G8", "G16"} <= unmet(examination)
    assert message(examination, "G16") == "shares-memory"


def test_a_result_that_changes_with_the_next_call_is_not_fresh() -> None:
    room = np.zeros(2)

    def into(room: Any, f: Any, x: Any) -> Any:
        result = numerical_gradient(f, x)
        if result.shape != (2,):
            return result
        room[...] = result
        return room

    alone = examined(lambda f, x: into(np.zeros(2), f, x), "G")
    shared = examined(lambda f, x: into(room, f, x), "G")
    assert unmet(shared) - unmet(alone) == {"G16"}
    assert message(shared, "G16") == "result-changed"


def test_where_f_is_asked_but_once_its_second_failure_is_not_covered() -> None:
    def stacked(f: Any, x: Any) -> Any:
        points = np.array(x, float, ndmin=2)
        d = points.shape[1]
        steps = 1e-4 * np.concatenate([np.eye(d), -np.eye(d)])
        values = f((points[:, None] + steps).reshape(-1, d)).reshape(-1, 2, d)
        return ((values[:, 0] - values[:, 1]) / 2e-4).reshape(np.shape(x))

    examination = examined(stacked, "G", vectorized=True)
    assert unmet(examination) == {"G17"}


def test_what_asks_f_nothing_is_not_covered_where_f_fails_or_costs() -> None:
    def silent(f: Any, x: Any) -> Any:
        return np.zeros(np.shape(x))

    found = {
        f.clause.id: f.judgement for f in examined(silent, "G").having("not-covered")
    }
    assert found["G9"].message == "f-did-not-fail"
    assert found["G15"].message == "unreadable"


@pytest.mark.once
def test_a_wrong_formula_is_told_once_and_hides_no_truncation() -> None:
    def half(f: Any, x: Any) -> Any:
        return numerical_gradient(f, x) / 2

    assert unmet(examined(half, "G")) == {"G4", "G5", "G6"}
    assert unmet(examined(truncates(half), "G")) == {"G4", "G5", "G6", "G10"}
    assert unmet(examined(spreads_nan(half), "G")) == {"G4", "G5", "G6", "G13"}


@pytest.mark.once
@pytest.mark.parametrize("factor", [np.nan, np.inf])
def test_an_answer_that_is_not_finite_is_told_once(factor: float) -> None:
    def undefined(f: Any, x: Any) -> Any:
        return numerical_gradient(f, x) * factor

    assert unmet(examined(undefined, "G")) == {"G2", "G5"}


@pytest.mark.parametrize("mutant", [says_nothing_of_a_number, ends_on_a_cube])
def test_to_end_the_interpreter_or_to_say_nothing_is_no_refusal(mutant: Any) -> None:
    examination = examined(mutant(numerical_gradient), "G")
    assert [f.clause.id for f in examination.having("fail")] == ["G17"]


def test_without_a_plain_answer_nothing_can_be_compared_with_it() -> None:
    def nothing(f: Any, x: Any) -> Any:
        return None if plain(x) else numerical_gradient(f, x)

    examination = examined(nothing, "G")
    assert message(examination, "G13") == message(examination, "G16") == "no-result"
    assert "G10" not in unmet(examination)


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_message_of_a_mutant_can_be_said(language: Any) -> None:
    phrases = Phrases(language)
    for mutant, number, letters, _ in MUTANTS:
        examination = examined(mutant(KEEPERS[letters[0]]), letters[0])
        for finding in examination.findings:
            said = phrases.judgement(finding.judgement)
            assert "{" not in said, (mutant.__name__, number)


def test_a_sentence_names_the_input_what_came_and_what_is_due() -> None:
    examination = examined(truncates(numerical_gradient), "G")
    (finding,) = examination.having("fail")
    said = Phrases().judgement(finding.judgement)
    assert said == (
        "∂f/∂x1 of x0³ + x0·x1 + 2·x1³ at (1, 2) is 75000 for one point of shape (2,)"
        " in integers and should be 25 (2 of 2 entries are off)"
    )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_probe_has_its_words(language: Any) -> None:
    said = {id for id in CATALOGUES[language] if id.startswith("probe.")}
    roles = [of(role) for role in ("derivative", "tangent", "descent")]
    beside = [more(role) for role in PORT_ROLES]
    random = [drawn(role, 0) for role in PORT_ROLES]
    probes = {probe.id for probe in itertools.chain(fixed(), *roles, *beside, *random)}
    assert said == {f"probe.{id}" for id in probes.union(GIVEN, PLANES, {PROBE})}
