"""The pictures of clauses and defects: what they show, or why there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

from gradproof.commands import cli, exit_codes
from gradproof.defects import part_hiding
from gradproof.defects.clause_examples import OF_DEFECTS
from gradproof.defects.examples import Example
from gradproof.fields import entry_pictures, path_pictures, pictures
from gradproof.fields.views import UNSEEN, VIEWS, View
from gradproof.figures.palette import VERMILION
from gradproof.forms import FORMS
from gradproof.report.index import CLAUSES
from gradproof.report.messages import CATALOGUES

pytestmark = pytest.mark.once  # the same under each version

REASONS = {
    "raises": {"L1", "L15", "NN1", "O1"},
    "refuses": {"G17", "P17"},
    "empty": {"G14", "A14"},
    "type": {"L21"},
    "nothing": {"S1", "S2"},
}
"""Clauses without a picture, by what the reason is."""

OF_FORMS = {rule.name for form in FORMS for rule in form.rules}
"""Their examples are shown as code: the value and the gradient are two numbers."""

EVERY = [*pictures.DEFECTS, *(id for id in CLAUSES if id not in OF_FORMS)]


def test_every_defect_has_a_picture_and_every_clause_or_a_reason_why_not() -> None:
    without = {id for id in EVERY if not pictures.is_drawn(id)}
    assert without == {id for ids in REASONS.values() for id in ids}
    assert without == {*UNSEEN}
    assert all(UNSEEN[id] == why for why, ids in REASONS.items() for id in ids)


def test_there_is_no_picture_of_anything_else() -> None:
    assert {*VIEWS} <= {*EVERY}
    assert not {*VIEWS} & {*UNSEEN}


@pytest.mark.parametrize("id", VIEWS)
def test_the_eye_sees_a_difference(id: str) -> None:
    view, example = VIEWS[id], pictures.example_of(id)
    wrong = pictures.seen(example.code, view, view.shown)
    right = pictures.seen(example.corrected, view, view.right or view.shown)
    if view.kind == "entries":
        found = entry_pictures.compared("", "", wrong.value, right.value, 0.0)
        assert entry_pictures.is_seen(found)
    elif view.kind == "path":
        assert len(wrong.value) == len(right.value)
        off = path_pictures.pixels(wrong.value) - path_pictures.pixels(right.value)
        assert abs(off).max() > 10
    elif view.kind == "nodes":
        assert len(wrong.value) > len(right.value)
    else:
        off = abs(wrong.value - right.value)
        assert off.max() > abs(right.value).max() / 4


@pytest.mark.parametrize("id", VIEWS)
def test_of_what_is_right_nothing_is_marked_as_wrong(id: str) -> None:
    corrected = pictures.example_of(id).corrected
    view = replace(VIEWS[id], shown=VIEWS[id].right or VIEWS[id].shown)
    svg = pictures.drawn(id, view, Example(corrected, corrected))
    assert "h.8v.8h-.8z" not in svg  # frames
    if view.kind == "nodes":
        assert VERMILION not in svg


@pytest.mark.parametrize("id", VIEWS)
def test_a_picture_is_small_well_formed_and_says_which_line_is_drawn(id: str) -> None:
    svg = pictures.picture(id)
    ElementTree.fromstring(svg)
    assert len(svg.encode()) < 9000
    if VIEWS[id].kind != "field":
        assert VIEWS[id].shown in svg
    assert f"f = {VIEWS[id].f}" in svg or not VIEWS[id].f


def test_a_clause_with_the_example_of_a_defect_has_the_picture_of_that() -> None:
    assert OF_DEFECTS["L4"] == "bias-averaged"
    assert pictures.picture("L4") == pictures.picture("bias-averaged")
    assert pictures.file("L4") == "images/defects/bias-averaged.svg"


def test_where_f_is_asked_once_too_often_is_marked() -> None:
    svg = pictures.picture("P15")
    assert len(re.findall("<circle", svg)) == 5 + 4
    assert svg.count(VERMILION) == 1


def test_what_is_not_there_is_outlined() -> None:
    for id in ("NN2", "gradient-not-kept"):
        assert "stroke-dasharray" in pictures.picture(id)
        assert "✗, None" in pictures.picture(id)


def test_what_rounding_leaves_beside_a_departure_is_not_framed() -> None:
    # The first component is right but for a step, the second to the last digits.
    assert pictures.picture("not-restored").count("h.8v.8h-.8z") == 3


def test_panels_of_one_picture_have_entries_of_one_size() -> None:
    svg = pictures.picture("P2")  # (6,) and (3, 2)
    scales = re.findall(r"scale\((\d+)\)", svg)
    assert len(scales) == 2
    assert len({*scales}) == 1


def test_a_large_number_of_the_scale_is_written_out() -> None:
    array = np.array([35000.0, -0.6])
    found = entry_pictures.compared("", "x", array, 0 * array, 0.0)
    svg = entry_pictures.drawn(found, [""], ["", ""])
    assert ">35000<" in svg
    assert ">−35000<" in svg


def test_random_numbers_of_others_are_left_as_they_were() -> None:
    state = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    assert pictures.picture("NN3") == pictures.picture("NN3")
    assert np.random.get_state()[1].tolist() == state  # type: ignore[index]  # noqa: NPY002


def test_what_raises_otherwise_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        pictures.drawn("x", View("entries", "1 / 0"), Example("", ""))


def test_the_valley_is_walked_as_for_defects_of_optimizers() -> None:
    cls = part_hiding.class_of(pictures.example_of("setting-ignored").corrected)
    right = list(path_pictures.walked(cls(lr=0.1, momentum=0.5), False))
    view = VIEWS["setting-ignored"]
    corrected = pictures.example_of("setting-ignored").corrected
    np.testing.assert_array_equal(
        pictures.seen(corrected, view, view.shown).value, right
    )


# gradproof explain --picture.


def explain(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.cli, ["explain", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("id", ["transposed-points", "bias-averaged", "G7", "L4"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_picture_is_written_with_a_title_in_the_language(
    id: str, language: str, tmp_path: Path
) -> None:
    file = tmp_path / "it.SVG"
    code, said, _ = explain(id.lower(), "--picture", str(file), "--lang", language)
    assert (code, said) == (0, f"{file}\n")
    svg = file.read_text(encoding="utf-8")
    title = ElementTree.fromstring(svg).findtext("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.startswith(id)
    if id not in CLAUSES:
        said = CATALOGUES[language][f"defect.{id}.title"]  # type: ignore[index]
        assert title == f"{id}: {said}"
    # All else is the picture of the pages, in words of no language.
    plain = pictures.picture(id)
    assert re.sub("<title>.*</title>", "", svg) == re.sub(
        "<title>.*</title>", "", plain
    )


@pytest.mark.parametrize(("id", "has_one"), [("G7", True), ("L1", False)])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_where_there_is_a_picture_the_command_for_it_is_shown(
    id: str, has_one: bool, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    _, said, _ = explain(id, "--lang", language)
    command = f"    gradproof explain {id} --picture {id}.svg\n"
    assert (command in said) == has_one


@pytest.mark.parametrize("id", UNSEEN)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_where_there_is_none_the_reason_is_given(
    id: str, language: str, tmp_path: Path
) -> None:
    file = tmp_path / "it.svg"
    code, said, error = explain(id, "--picture", str(file), "--lang", language)
    why = CATALOGUES[language][f"explain.undrawn.{UNSEEN[id]}"]  # type: ignore[index]
    assert (code, said) == (exit_codes.USAGE, "")
    assert id in error
    assert why in error
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["G7", "--picture", "it.png"], "it.png is not named .svg"),
        (["G7", "--picture", "it"], "it is not named .svg"),
        (["G7", "--picture", "there.svg"], "there.svg' is a directory"),
        (["G7", "--picture", "nowhere/it.svg"], "No such file"),
        (["--picture", "it.svg"], "--picture goes with an ID"),
        (["nothing", "--picture", "it.svg"], "no defect and no clause"),
        (["G7", "--picture", "it.png", "--lang", "ja"], "SVG で保存します"),
        (["--picture", "it.svg", "--lang", "ja"], "--picture は ID と一緒に"),
    ],
)
def test_what_cannot_be_written_is_said(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.svg").mkdir()
    code, said, error = explain(*arguments)
    assert (code, said) == (exit_codes.USAGE, "")
    assert told in " ".join(error.split())
    assert [path.name for path in tmp_path.iterdir()] == ["there.svg"]
