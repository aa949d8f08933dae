"""The catalogue of defects: each has its texts, and the contract catches each."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from gradproof.commands import cli, exit_codes
from gradproof.contract.clauses import CONTRACT, judge
from gradproof.defects import kill_matrix, models
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.diagnosis import diagnose
from gradproof.defects.recipe import Recipe
from gradproof.evidence.collection import gather, gather_more
from gradproof.evidence.roles import ARRAY_ROLES, OTHER_ROLES, ROLES
from gradproof.forms import FORMS
from gradproof.numerics import functions
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.role_ids import RoleId
from gradproof.report import explain_text, index
from gradproof.report.messages import CATALOGUES, Language
from places import ROOT

pytestmark = pytest.mark.once  # models do the same under each version

NO_MODEL = {"missing-term", "missing-constant", "missing-entries"}
"""Defects of a claimed gradient alone."""

ROUNDING = {"few-digits"}
"""What numbers of many decimals show, and no model of the fixed probes."""

KEEPS_MUSTS = {
    "integer-truncation": {"integers", "single"},
    "not-restored-on-error": {"restored-on-error"},
    "nan-spreads": {"isolation"},
}
"""Defects that no must catches, and the shoulds that do, by name."""


OF_ARRAYS = sorted(id for id, defect in CATALOGUE.items() if defect.role in ARRAY_ROLES)

INACCURATE = {
    "forward-difference",
    "backward-difference",
    "step-too-small",
    "step-too-large",
}
"""Defects that a consistent formula may have: a bound of its own covers its error, and
only a clause about accuracy catches them."""

CODE = {
    **{id: defect.example for id, defect in CATALOGUE.items()},
    **{name: defect.example.code for name, defect in index.OF_FORMS.items()},
}
"""The smallest code of each defect that is not one of a part."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, arguments)


# The kill matrix.


@pytest.mark.once
@pytest.mark.parametrize("role", ARRAY_ROLES)
def test_every_defect_is_caught_by_a_must_or_is_known_to_be_a_shoulds(
    role: RoleId,
) -> None:
    level = {clause.id: clause.level for clause in CONTRACT[role]}
    name = {clause.id: clause.name for clause in CONTRACT[role]}
    for defect, wrong in kill_matrix.kills(role).items():
        if defect in KEEPS_MUSTS:
            assert {name[id] for id in wrong} == KEEPS_MUSTS[defect], defect
        else:
            assert any(level[id] == "must" for id in wrong), defect


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_in_the_other_roles_only_what_is_inaccurate_may_pass(role: RoleId) -> None:
    accurate = any(clause.name == "accuracy" for clause in CONTRACT[role])
    passing = {id for id, wrong in kill_matrix.kills(role).items() if not wrong}
    assert passing == (set() if accurate else INACCURATE)


def test_each_must_is_there_for_some_defect() -> None:
    idle = {
        clause.id
        for role in kill_matrix.ROLES
        for clause in CONTRACT[role]
        if clause.level == "must"
        and not any(clause.id in wrong for wrong in kill_matrix.kills(role).values())
    }
    assert idle == set()


@pytest.mark.parametrize("role", ARRAY_ROLES)
def test_the_recipe_without_a_defect_keeps_every_clause(role: RoleId) -> None:
    port = FunctionPort("right", Recipe(points=ROLES[role].points))
    findings = judge(gather(port, role))
    assert {f.judgement.verdict for f in findings} == {"pass"}


def test_the_defects_with_a_model_are_those_of_the_catalogue() -> None:
    modelled = {id for role in kill_matrix.ROLES for id in kill_matrix.mutants(role)}
    assert modelled == set(CATALOGUE) - NO_MODEL - ROUNDING
    assert all(set(models.rounding(role)) == ROUNDING for role in kill_matrix.ROLES)


def page(name: str) -> str:
    """A page of docs/: tox holds it to what is generated."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["", "ja/"])
@pytest.mark.parametrize("role", kill_matrix.ROLES)
def test_the_page_of_the_defects_has_a_row_for_each_defect_of_a_role(
    role: RoleId, folder: str
) -> None:
    heading = CATALOGUES["ja" if folder else "en"]["docs.matrix"].format(role=role)
    text = page(f"{folder}defects.md")
    table = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" |")[0] for line in table.splitlines()]
    assert [row for row in rows if row in CATALOGUE] == list(kill_matrix.mutants(role))


@pytest.mark.parametrize("folder", ["", "ja/"])
def test_the_page_of_the_defects_shows_the_example_of_each(folder: str) -> None:
    text = page(f"{folder}defects.md")
    for id in index.DEFECTS:
        part = explain_text.PART_EXAMPLES.get(id)
        code = part.code if part else CODE[id]
        shown = text.split(f"\n### {id}\n")[1].split("\n### ")[0]
        assert explain_text.indented(code) in shown


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_of_the_contract_has_each_sentence_and_its_source(
    language: Language,
) -> None:
    folder = "ja/" if language == "ja" else ""
    contract, said = page(f"{folder}contract.md"), CATALOGUES[language]
    for id, (_, clause) in index.CLAUSES.items():
        texts = (said[f"clause.{id}"], said[f"source.{clause.source}"])
        shown = " | ".join(text.replace("|", "&#124;") for text in texts)
        anchor = clause.label.lower().replace(" ", "-")
        linked = f"[{clause.label}](#{anchor})"
        assert f"| {linked} | {clause.level} | {shown} |" in contract


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_of_the_contract_shows_the_example_of_each_clause(
    language: Language,
) -> None:
    text = page(f"{'ja/' if language == 'ja' else ''}contract.md")
    for id, (_, clause) in index.CLAUSES.items():
        shown = text.split(f"\n### {clause.label}\n")[1]
        shown = re.split("\n##", shown)[0]
        example = index.example_of(id)
        assert explain_text.indented(example.code) in shown
        assert "\n".join(["```diff", *example.mended, "```"]) in shown


# The catalogue.


@pytest.mark.parametrize("id", CATALOGUE)
def test_a_defect_has_its_texts_in_each_language(id: str) -> None:
    for part in ("title", "explanation", "remedy"):
        english, japanese = (CATALOGUES[it][f"defect.{id}.{part}"] for it in CATALOGUES)
        assert english.isascii() or english != japanese
        assert any("぀" <= character <= "鿿" for character in japanese)
        assert not english.isspace()


def test_there_are_no_texts_of_other_defects() -> None:
    ids = {m.split(".")[1] for m in CATALOGUES["en"] if m.startswith("defect.")}
    assert ids == {*index.DEFECTS}


@pytest.mark.parametrize("id", OF_ARRAYS)
def test_the_example_has_the_defect(id: str) -> None:
    defect = CATALOGUE[id]
    role = next(role for role in ARRAY_ROLES if role == defect.role)
    port = FunctionPort(id, routine(defect.example))
    evidence = gather_more(port, gather(port, role))
    found = diagnose(evidence, judge(evidence), role_given=True)
    # Some of them are not guarded against a batch, either.
    assert found[0].defects[0] == id
    assert set(found[0].defects[1:]) <= {"unguarded-batch"}


@pytest.mark.parametrize("id", CATALOGUE)
def test_the_example_is_short_and_can_be_compiled(id: str) -> None:
    lines = CATALOGUE[id].example.splitlines()
    assert len(lines) <= 12
    assert max(map(len, lines)) <= 88
    compile(CATALOGUE[id].example, id, "exec")
    assert CATALOGUE[id].role in {*ROLES, "quiver-script"}


def routine(text: str) -> Any:
    names: dict[str, Any] = {"np": np}
    exec(text, names)
    return names["gradient"]


def test_the_descent_of_the_example_moves_its_start_and_the_history_is_one_array() -> (
    None
):
    names: dict[str, Any] = {"np": np, "gradient": lambda f, x: 2 * x}
    exec(CATALOGUE["start-mutated"].example, names)
    start = np.array([3.0, 4.0])
    names["descent"](None, start)
    assert start[0] < 3
    exec(CATALOGUE["aliased-history"].example, names)
    _, history = names["descent"](None, np.array([3.0, 4.0]))
    assert np.unique(history, axis=0).shape == (1, 2)


def test_the_tangent_of_the_example_touches_where_x_is_1_alone() -> None:
    names: dict[str, Any] = {"gradient": lambda f, x: 2 * x}
    exec(CATALOGUE["tangent-off-point"].example, names)
    for x, touches in ((np.array([1.0]), True), (np.array([3.0]), False)):
        value = np.sum(x**2)
        line = names["tangent"](lambda x: np.sum(x**2), x)
        assert np.array_equal(np.sum(line(x)), value) == touches


def test_the_plane_of_the_example_gives_a_number_for_each_component() -> None:
    names: dict[str, Any] = {"gradient": lambda f, x: 2 * x}
    exec(CATALOGUE["tangent-by-component"].example, names)
    plane = names["tangent"](lambda x: np.sum(x**2), np.array([1.0, 2.0]))
    assert plane(np.array([1.0, 2.0])).tolist() == [5.0, 5.0]


def test_integers_come_back_as_the_explanation_says() -> None:
    book = Recipe(work="own", result="own")
    gradient = book(functions.sum_of_squares.point, np.array([3, 4]))
    assert gradient.tolist() == [25000, 35000]
    for language in CATALOGUES.values():
        assert "(25000, 35000)" in language["defect.integer-truncation.explanation"]


# gradproof explain.


@pytest.mark.parametrize("id", CATALOGUE)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_defect_is_explained(id: str, language: str) -> None:
    result = run("explain", id, "--lang", language)
    assert result.exit_code == 0
    said, messages = result.stdout, CATALOGUES[language]  # type: ignore[index]
    assert said.startswith(f"{id}: {messages[f'defect.{id}.title']}\n")
    assert explain_text.indented(CATALOGUE[id].example) in said
    for part in ("explanation", "remedy"):
        unwrapped = "".join(said.split())
        assert "".join(messages[f"defect.{id}.{part}"].split()) in unwrapped
    assert "{" not in said.replace(CATALOGUE[id].example, "")
    assert all(line == line.rstrip() for line in said.splitlines())


@pytest.mark.part(6)
@pytest.mark.parametrize("id", index.OF_PARTS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_defect_of_a_part_is_explained(id: str, language: str) -> None:
    said = run("explain", id, "--lang", language).stdout
    part, messages = explain_text.PART_EXAMPLES[id], CATALOGUES[language]  # type: ignore[index]
    assert said.startswith(f"{id}: {messages[f'defect.{id}.title']}\n")
    for code in (part.code, "\n".join(part.mended)):
        assert explain_text.indented(code) in said
    for text in ("explanation", "remedy"):
        told = "".join(messages[f"defect.{id}.{text}"].split())
        assert told in "".join(said.split())


def test_what_a_defect_breaks_and_where_to_read_of_it_is_said() -> None:
    said = run("explain", "transposed-points").stdout
    assert "It breaks G2 rows, G3 points-only, G5 value" in said
    assert "the book, section 4.4" in said
    assert "deep-learning-from-scratch/pull/37" in said
    assert "書籍 4.4 節" in run("explain", "transposed-points", "--lang", "ja").stdout


@pytest.mark.parametrize(
    ("id", "breaks"),
    [
        ("start-mutated", "N2 start-kept"),
        ("aliased-history", "N3 history"),
        ("tangent-off-point", "T1 touches"),
        ("tangent-by-component", "T1 touches"),
    ],
)
def test_what_a_defect_of_another_role_breaks_is_said(id: str, breaks: str) -> None:
    assert f"It breaks {breaks}." in run("explain", id).stdout
    assert f"満たされない条項: {breaks}\n" in run("explain", id, "--lang", "ja").stdout


@pytest.mark.parametrize("id", CATALOGUE)
def test_of_each_defect_with_a_model_it_is_said_what_it_breaks(id: str) -> None:
    assert bool(explain_text.broken_by(CATALOGUE[id])) == (id not in NO_MODEL)


@pytest.mark.parametrize("id", index.CLAUSES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_clause_is_explained_by_its_sentence_level_and_source(
    id: str, language: str
) -> None:
    role, clause = index.CLAUSES[id]
    said = run("explain", id.lower(), "--lang", language).stdout
    messages = CATALOGUES[language]  # type: ignore[index]
    assert said.startswith(f"{clause.label} ({clause.level}: ")
    assert messages[f"role.{role}"] in said
    for text in (messages[f"clause.{id}"], messages[f"source.{clause.source}"]):
        assert "".join(text.split()) in "".join(said.split())


@pytest.mark.part(6)
@pytest.mark.parametrize("id", index.CLAUSES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_breaks_a_clause_is_shown_and_what_mends_it(
    id: str, language: str
) -> None:
    example = index.example_of(id)
    said = run("explain", id, "--lang", language).stdout
    assert explain_text.indented(example.code) in said
    assert explain_text.indented("\n".join(example.mended)) in said


def test_a_clause_is_explained_in_japanese_without_english_words() -> None:
    said = run("explain", "G4", "--lang", "ja").stdout
    assert said.startswith("G4 consistent (must: 書籍のコード自身が守っていること)\n")
    assert "微分に整合する差分" in said
    assert "根拠: テイラーの定理" in said
    assert "Taylor" not in said


@pytest.mark.parametrize("width", [40, 60, 100, 120])
def test_without_an_id_all_are_listed(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = run("explain").stdout.splitlines()
    known = [*index.DEFECTS, *index.CLAUSES]
    # A row stands alone on its line, or has two blanks behind its id.
    rows = [re.match(r"  (\S+)(  |$)", line) for line in lines]
    first = [row[1] for row in rows if row]
    assert [word for word in first if word in known] == known
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_listed_stands_in_groups(language: str) -> None:
    lines = run("explain", "--lang", language).stdout.splitlines()
    groups = [line for line in lines if line and line[0] != " "]
    assert len(groups) == len([*explain_text.GROUPS, *FORMS, *index.CONTRACTS])


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [40, 60, 90, 120])
def test_no_line_but_of_code_or_an_address_is_wider_than_the_terminal(
    width: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for id in ("softmax-diagonal", "transposed-points", "nesterov-old-form", "L2"):
        for line in run("explain", id, "--lang", language).stdout.splitlines():
            prose = not line.startswith(("    ", "  http"))
            assert not prose or cell_len(line) <= width, line


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("mask-compared", "the book, section 5.5; in its code common/layers.py: Relu"),
        (
            "cell-not-carried",
            "section 6.3; in its code common/time_layers.py: TimeLSTM",
        ),
        ("squares-summed", "the book's code, common/optimizer.py: RMSprop"),
        ("nesterov-old-form", "deep-learning-from-scratch/commit/89eadd0"),
    ],
)
def test_it_is_said_where_the_book_and_its_code_have_it(id: str, told: str) -> None:
    assert told in run("explain", id).stdout


@pytest.mark.parametrize(
    ("id", "found"),
    [("transposed", "transposed-points"), ("sing-flipped", "sign-flipped"), ("?", "")],
)
def test_an_unknown_id_ends_in_2_with_what_comes_near(id: str, found: str) -> None:
    result = run("explain", id)
    assert result.exit_code == exit_codes.USAGE
    assert result.stdout == ""
    assert f"no defect and no clause '{id}'" in result.stderr
    assert ("did you mean" in result.stderr) == bool(found)
    assert found in result.stderr


@pytest.mark.parametrize("role", kill_matrix.ROLES)
def test_every_should_with_a_defect_is_a_should_of_the_contract(role: RoleId) -> None:
    names = {c.name for c in CONTRACT[role] if c.level == "should"}
    assert {d.lesser.should for d in models.lessers(role) if d.lesser} <= names
