"""Heat maps as data: written, read back, compared, and their changes told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import repositories
from gradproof.commands import cli
from gradproof.golden.differences import describe
from gradproof.golden.document import differences, dumps, loads
from gradproof.golden.entries import Entries, Floats, Mask, entries
from gradproof.report.phrases import Phrases
from gradproof.report.review.words import Words
from repositories import ARROWS, Repo, png_of

ENGLISH = Words(Phrases("en"))
SMALL = entries("dW", [[0.5, -1.0]], [[0.5, np.nan]], [[False, True]])
WRITTEN = """\
{
 "format": "gradproof-entries/1",
 "panels": [
  {
   "title": "dW",
   "shape": [1, 2],
   "entries": [
    [[0, 0], 0.5, 0.5, false],
    [[0, 1], -1, null, true]
   ]
  }
 ]
}
"""
ACTUAL = np.round(np.random.default_rng(3).normal(size=(6, 9)), 6)
EXPECTED = np.where(np.arange(6)[:, None] < 2, 2 * ACTUAL, ACTUAL)
KNOWN = entries("dW", ACTUAL, EXPECTED, EXPECTED != ACTUAL)


def test_an_entry_is_a_line() -> None:
    assert dumps(SMALL) == WRITTEN
    assert loads(WRITTEN) == (SMALL,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1, 2]", "[2, 1]"),
        ("[[0, 1], ", "[[0, 0], "),
        ("true", '"wrong"'),
        ("entries/1", "entries/2"),
        ("false", "false, 1"),
    ],
)
def test_what_is_no_array_of_entries_is_refused(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"this is no gradproof-"):
        loads(WRITTEN.replace(old, new))


def test_three_arrays_of_two_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        entries("dW", np.zeros(3), np.zeros(3), np.zeros((3, 1)))


def changed(
    actual: Callable[[Floats], object] = lambda array: None,
    expected: Callable[[Floats], object] = lambda array: None,
    wrong: Callable[[Mask], object] = lambda array: None,
) -> Entries:
    """The known entries, changed in place, written and read back."""
    arrays = KNOWN.actual.copy(), KNOWN.expected.copy(), KNOWN.wrong.copy()
    for array, edit in zip(arrays, (actual, expected, wrong), strict=True):
        edit(array)  # type: ignore[operator]
    (back,) = loads(dumps(entries("dW", *arrays)))
    assert isinstance(back, Entries)
    return back


def rolled(array: Floats) -> None:
    array[:2, 3:] = np.roll(array[:2, 3:], 1)


TOLD: dict[str, tuple[Entries, list[str]]] = {
    "nothing": (changed(), []),
    "a block": (
        changed(rolled),
        ["12 of 54 entries of dW (rows 0–1, columns 3–8) moved, by up to 1.8"],
    ),
    "a row": (
        changed(lambda a: a.__setitem__(4, 0.0)),
        ["9 of 54 entries of dW (row 4) now zero"],
    ),
    "one": (
        changed(lambda a: a.__setitem__((5, 0), 7.0)),
        ["entry (5, 0) of dW: -0.052747 → 7"],
    ),
    "a sign": (
        changed(lambda a: a.__imul__(-1)),
        ["all 54 entries of dW with the sign turned"],
    ),
    "a factor": (
        changed(lambda a: a.__imul__(3)),
        ["all 54 entries of dW times 3"],
    ),
    "both by a factor": (
        changed(lambda a: a.__imul__(2), lambda a: a.__imul__(2)),
        [
            "all 54 entries of dW times 2, what is expected as well"
            " (the picture hides it: colours rescale)"
        ],
    ),
    "no number": (
        changed(lambda a: a.__setitem__((slice(2), 1), np.nan)),
        ["2 of 54 entries of dW (rows 0–1, column 1) no longer a number"],
    ),
    "what is expected": (
        changed(expected=lambda a: a.__setitem__((0, 0), 0.0)),
        ["what is expected of entry (0, 0) of dW moved, by up to 4.08"],
    ),
    "mended": (
        changed(
            lambda a: a.__setitem__(slice(2), KNOWN.expected[:2]),
            wrong=lambda a: a.__setitem__(slice(2), False),
        ),
        [
            "18 of 54 entries of dW (rows 0–1) times 2",
            "18 of 54 entries of dW (rows 0–1) were wrong, and are right",
        ],
    ),
    "blamed": (
        changed(wrong=lambda a: a.__setitem__(slice(3, 5), True)),
        ["18 of 54 entries of dW (rows 3–4) were right, and are wrong"],
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_was_done_to_entries_is_said(case: str) -> None:
    after, expected = TOLD[case]
    assert [ENGLISH.sentence(s) for s in describe([KNOWN], [after])] == expected
    assert bool(differences(KNOWN, after)) == bool(expected)


def test_a_transposed_square_a_shape_a_title_and_a_kind_are_told() -> None:
    square = entries("dW", ACTUAL[:, :6], ACTUAL[:, :6], np.zeros((6, 6)))
    turned = entries("dW", ACTUAL[:, :6].T, ACTUAL[:, :6], np.zeros((6, 6)))
    other = entries("db", ACTUAL[:, :6], ACTUAL[:, :6], np.zeros((6, 6)))
    cases = {
        "30 of 36 entries of dW moved: the array is transposed": (square, turned),
        'title: "dW" → "db"': (square, other),
        "shape: (6, 6) → (6, 9)": (square, KNOWN),
        'kind: "arrows" → "entries"': (ARROWS, square),
    }
    for expected, (before, after) in cases.items():
        assert [ENGLISH.sentence(s) for s in describe([before], [after])] == [expected]  # type: ignore[list-item]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    for name, value in repositories.ISOLATED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CI", raising=False)
    files = {"a.png": png_of((3, 4)), "a.json": dumps(KNOWN).encode()}
    made = repositories.new(tmp_path / "repo", files)
    monkeypatch.chdir(made.root)
    return made


def review(*arguments: str, code: int = 1) -> str:
    result = CliRunner().invoke(cli.cli, ["review", *arguments])
    assert result.exit_code == code, result.output
    return str(result.output)


def test_numbers_that_pixels_hide_and_pixels_that_numbers_hide_are_named(
    repo: Repo,
) -> None:
    doubled, _ = TOLD["both by a factor"]
    repo.write({"a.json": dumps(doubled).encode()})
    assert "same pixels, other meaning" in review()
    assert "does not fit" not in review()
    repo.write({"a.json": dumps(TOLD["a row"][0]).encode()})
    assert "the JSON does not fit its PNG" in review()
    repo.write({"a.png": png_of(), "a.json": dumps(KNOWN).encode()})
    assert "the entries are the same, actual and expected" in review()
    assert "other pixels, same meaning" in review()


def test_a_new_heat_map_says_how_much_it_holds(repo: Repo) -> None:
    repo.write({"b.png": png_of(), "b.json": dumps(KNOWN).encode()})
    assert "entries: 54, panels: 1; nothing to compare them with" in review()


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_a_decision_keeps_both_files_in_step(repo: Repo, verb: str) -> None:
    old = repo.read("a.png", "a.json")
    new = {"a.png": png_of(), "a.json": dumps(TOLD["a row"][0]).encode()}
    repo.write(new)
    review(f"--{verb}", "a", code=0)
    kept = list(new.values()) if verb == "accept" else old
    assert repo.read("a.png", "a.json") == kept
    assert bool(repo.git("diff", "--cached", "--name-only")) == (verb == "accept")
    assert not repo.git("diff", "--name-only")


DAMAGED = {
    "another version": WRITTEN.replace("entries/1", "entries/9"),
    "cut off": WRITTEN[:90],
    "an entry twice": WRITTEN.replace("[[0, 1], ", "[[0, 0], "),
    "an object": "{}",
    "empty": "",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_entries_that_stop_being_entries_are_told_and_not_accepted(
    repo: Repo, name: str
) -> None:
    repo.write({"a.json": DAMAGED[name].encode()})
    assert "a.json" in review()
    review("--accept", "a", code=2)
    assert not repo.git("diff", "--cached", "--name-only")


def test_a_page_of_heat_maps_has_their_pictures_and_no_arrows(repo: Repo) -> None:
    repo.write({"a.png": png_of(), "a.json": dumps(TOLD["a row"][0]).encode()})
    review("--format", "html", "--output", "page.html")
    page = Path("page.html").read_text("utf-8")
    start = page.index('id="picture-0">') + len('id="picture-0">')
    held = json.loads(page[start : page.index("</script>", start)])
    assert held["panels"] == []
    assert held["after"].startswith("data:image/png")
