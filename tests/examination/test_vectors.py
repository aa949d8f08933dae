"""Test vectors: what they hold, what they show, and how answers to them are judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from gradproof.commands import exit_codes
from gradproof.commands.cli import cli
from gradproof.contract.expected import MAX_STEP, MIN_STEP
from gradproof.defects import kill_matrix, models
from gradproof.defects.changes import Clues
from gradproof.defects.recipe import Recipe
from gradproof.evidence.roles import ARRAY_ROLES
from gradproof.examination.examination import Examination
from gradproof.examination.policy import AS_WRITTEN
from gradproof.examination.vectors import shown
from gradproof.examination.vectors.numbers import NUMBERS
from gradproof.examination.vectors.vector import ANSWERED, vectors, vectors_of
from gradproof.ports.answers import FORMAT, MAX_BYTES
from gradproof.ports.answers import read as read_answers
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.role_ids import PortRoleId, RoleId
from gradproof.ports.target import LoadError, UsageError, parse
from gradproof.project import checks
from gradproof.project.config import PortTable
from gradproof.report import vectors_file
from gradproof.report.phrases import Phrases, Unusable

pytestmark = pytest.mark.once  # answers are the same under each version

ROLES = tuple(ANSWERED)
FORWARD = ((1, 1.0), (0, -1.0))
each_role = pytest.mark.parametrize("role", ROLES)


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value if np.isfinite(value) else str(value).replace("nan", "NaN")


def answers(routine: Any, role: RoleId) -> dict[str, Any]:
    """What a routine answers to all vectors of a role; null where it raises."""
    found: dict[str, Any] = {}
    for vector in vectors_of(role).values():
        with np.errstate(all="ignore"):
            value = FunctionPort("routine", routine).observe(vector.probe).value
        found[vector.id] = None if value is None else plain(value.tolist())
    return found


def written(folder: Path, role: str, found: dict[str, Any], **more: Any) -> Path:
    path = folder / "answers.json"
    path.write_text(
        json.dumps({"format": FORMAT, "role": role, "answers": found, **more})
    )
    return path


def checked(path: Path, role: PortRoleId | None = None) -> checks.Checked:
    table = PortTable(f"vectors:{path}", role)
    return checks.check_declared(table, AS_WRITTEN, 30.0)


def examined(path: Path, role: PortRoleId | None = None) -> Examination:
    found = checked(path, role)
    assert isinstance(found, Examination), found
    return found


def failing(found: Examination) -> str:
    broken = [f for f in found.findings if f.judgement.verdict in ("fail", "error")]
    return " ".join(f.clause.id for f in broken)


@each_role
@pytest.mark.parametrize("step", [MIN_STEP, 1e-6, 1e-4, MAX_STEP])
def test_central_differences_of_any_admitted_step_are_right(
    step: float, role: RoleId, tmp_path: Path
) -> None:
    right = models.right(role, Clues(step))
    found = examined(written(tmp_path, role, answers(right, role)))
    assert (found.verdict, found.role, failing(found)) == ("pass", role, "")
    assert [note.id for note in found.notes] == []


@each_role
def test_exact_answers_are_right(role: RoleId, tmp_path: Path) -> None:
    exact = {v.id: plain(v.exact.tolist()) for v in vectors_of(role).values()}
    found = examined(written(tmp_path, role, exact))
    assert (found.verdict, failing(found)) == ("pass", "")


@each_role
def test_forward_differences_of_the_books_step_are_wrong_and_named(
    role: RoleId, tmp_path: Path
) -> None:
    forward = kill_matrix.mutants(role)["forward-difference"]
    found = examined(written(tmp_path, role, answers(forward, role)))
    assert found.verdict == "fail"
    assert found.diagnosis[0].defects == ("forward-difference",)
    (note,) = found.notes
    assert note.parameters["total"] == len(vectors_of(role))


def test_what_cannot_be_seen_of_answers_is_not_covered(tmp_path: Path) -> None:
    right = models.right("gradient", Clues())
    found = examined(written(tmp_path, "gradient", answers(right, "gradient")))
    assert [found.of(id) for id in ("G1", "G2", "G5", "G10", "G13")] == ["pass"] * 5
    assert [found.of(id) for id in ("G3", "G4", "G6", "G7")] == ["not-covered"] * 4
    (restored,) = (f for f in found.findings if f.clause.id == "G7")
    assert restored.judgement.message == "not-told"
    assert found.seed is None


UNSEEN_OF_ARRAYS = {"aliased-result", "input-mutated", "not-restored-on-error"}
UNSEEN: dict[str, set[str]] = {
    **{role: UNSEEN_OF_ARRAYS for role in ARRAY_ROLES},
    "descent": {"start-mutated", "aliased-history"},
    "tangent": {"tangent-by-component"},
}
"""Defects that leave the values right, or take points where vectors have numbers."""


@each_role
def test_every_defect_that_values_show_is_shown_by_a_vector(role: RoleId) -> None:
    blind = {id for id, found in shown.shown(role).items() if not found}
    assert blind == UNSEEN.get(role, set())


@each_role
def test_every_vector_shows_a_defect_and_accepts_what_is_right(role: RoleId) -> None:
    right = models.right(role, Clues())
    for number, vector in vectors_of(role).items():
        assert shown.flags(number)
        assert shown.answered_rightly(right, vector, role)


def test_what_a_vector_shows_fails_when_it_is_answered(tmp_path: Path) -> None:
    recipe = Recipe(points="columns")
    right = answers(models.right("gradient", Clues()), "gradient")
    wrong = answers(recipe, "gradient")
    found = examined(written(tmp_path, "gradient", {**right, "11": wrong["11"]}))
    assert found.verdict == "fail"
    assert found.notes[0].parameters["ids"] == "11"


def test_a_routine_of_one_point_may_refuse_rows_and_other_sizes(tmp_path: Path) -> None:
    right = answers(models.right("point-gradient", Clues()), "point-gradient")
    two = {id: a for id, a in right.items() if a is not None and len(a) == 2}
    refusing = {**dict.fromkeys(right), **two}
    assert refusing["11"] is None
    found = examined(written(tmp_path, "point-gradient", refusing))
    assert (found.verdict, failing(found), found.notes) == ("pass", "", ())


def test_what_answers_nothing_broke(tmp_path: Path) -> None:
    nothing = dict.fromkeys(str(number) for number in vectors_of("gradient"))
    found = examined(written(tmp_path, "gradient", nothing))
    assert found.verdict == "error"
    (first, *_) = found.having("error")
    assert "no answer for one point" in Phrases("en").judgement(first.judgement)


def test_another_shape_and_no_number_fail(tmp_path: Path) -> None:
    right = answers(models.right("gradient", Clues()), "gradient")
    flat = examined(written(tmp_path, "gradient", {**right, "1": [3.0]}))
    assert flat.of("G1") == "fail"
    lost = examined(written(tmp_path, "gradient", {**right, "1": ["NaN", 25]}))
    assert lost.of("G5") == "fail"


def of_text(text: str) -> str:
    return json.dumps({"format": FORMAT, "role": "derivative", "answers": text})


POINT = {str(number): 1.0 for number in vectors_of("derivative")}
BAD: dict[str, tuple[Any, str, str]] = {
    "no JSON": ("{'format': 1", "answers.not-json", "not a JSON object"),
    "a list": ("[1, 2]", "answers.not-json", "Expected `object`"),
    "a bare NaN": ('{"answers": {"1": NaN}}', "answers.bare", "NaN stands in it"),
    "a version to come": (
        json.dumps({"format": "gradproof-answers/9", "answers": {}}),
        "answers.version",
        "'gradproof-answers/9'",
    ),
    "no answers": (json.dumps({"format": FORMAT}), "answers.not-so", "answers"),
    "text": (of_text("none"), "answers.not-so", "$.answers"),
    "too much": (" " * (MAX_BYTES + 1), "answers.too-large", "8388608"),
    "too deep": ("[" * 100_000, "answers.not-json", "JSON"),
    "missing ids": (({"35": 1.0}, "derivative"), "answers.missing", "36, 37"),
    "an id that is none": (({**POINT, "0": 1}, "derivative"), "answers.unknown", "0"),
    "ragged lists": (({**POINT, "35": [[1], [1, 2]]}, "derivative"), "", ""),
    "a word": (({**POINT, "35": "steep"}, "derivative"), "", ""),
    "truth": (({**POINT, "35": [True]}, "derivative"), "", ""),
    "no role": ((POINT, ""), "answers.no-role", "point-gradient"),
    "a role without vectors": ((POINT, "pair"), "answers.strange-role", "tangent"),
}


@pytest.mark.parametrize(("content", "message", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_what_is_wrong_with_it(
    content: Any, message: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "answers.json"
    if isinstance(content, str):
        path.write_text(content)
    else:
        written(tmp_path, content[1], content[0])
    found = checked(path)
    assert isinstance(found, Unusable)
    assert found.error.message == (message or "answers.no-numbers")
    assert (said or "vector 35") in Phrases("en").unusable(found)
    assert "{" not in Phrases("ja").unusable(found).replace('{"', "")
    assert exit_codes.of_result(found) == 3


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = checked(tmp_path / "none.json")
    assert isinstance(found, Unusable)
    assert found.error.message == "load.no-file"


def test_another_role_than_the_files_is_a_matter_of_usage(tmp_path: Path) -> None:
    found = checked(written(tmp_path, "derivative", POINT), "tangent")
    assert isinstance(found, Unusable)
    assert isinstance(found.error, UsageError)


def test_a_target_without_a_file_is_a_matter_of_usage() -> None:
    with pytest.raises(UsageError):
        parse("vectors: ")
    assert parse("vectors:a/b.json").answers == Path("a/b.json")


def test_numbers_are_never_given_to_another_vector() -> None:
    given = [f"{n} {place.kind} {place.probe}" for n, place in NUMBERS.items()]
    # Add new ones at the end; strike out none of these.
    assert given[:2] + given[-1:] == [
        "1 point point",
        "2 point component",
        "55 steps steps-flat",
    ]
    assert len(given) == len(set(given)) == len(vectors())
    assert list(NUMBERS) == sorted(NUMBERS)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_command_writes_vectors_schemas_and_the_table(
    lang: str, tmp_path: Path
) -> None:
    ran = CliRunner().invoke(
        cli, ["vectors", "--output", str(tmp_path), "--lang", lang]
    )
    assert ran.exit_code == 0
    assert "forward-difference" in ran.stdout
    found = json.loads((tmp_path / "vectors.json").read_text("utf-8"))
    assert found["format"] == vectors_file.FORMAT
    assert (tmp_path / found["schema"]).is_file()
    each = [vector for group in found["groups"] for vector in group["vectors"]]
    assert found["number_of_vectors"] == len(each) == len(NUMBERS)
    assert {flag for vector in each for flag in vector["flags"]} == set(found["notes"])
    assert ("差分" in str(found["notes"])) == (lang == "ja")


def test_decimal_and_hexadecimal_are_the_same_numbers() -> None:
    groups = vectors_file.record(Phrases("en")).groups
    for vector in (vector for group in groups for vector in group.vectors):
        exact = np.array(vector.exact, dtype=float).ravel()
        read = [float.fromhex(each) for each in np.ravel(vector.exact_hex).tolist()]
        assert np.array_equal(exact, read, equal_nan=True)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    text = '{"format": "gradproof-answers/1", "answers": {"a": 1}}'
    path.write_text(text, encoding="utf-8-sig")
    assert read_answers(path).answers == {"a": 1}


def test_an_id_that_is_there_twice_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    text = '{"format": "gradproof-answers/1", "answers": {"a": 1, "b": 2, "a": 3}}'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as error:
        read_answers(path)
    assert (error.value.message, error.value.parameters["id"]) == ("answers.twice", "a")
