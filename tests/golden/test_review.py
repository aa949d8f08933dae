"""`gradproof review`: what changed in golden pictures, from each of its sources."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.testing.compare import compare_images
from numpy.typing import NDArray
from PIL import Image

import repositories
from gradproof.commands import cli
from gradproof.golden import pixels
from gradproof.golden.document import head
from gradproof.golden.pixels import UnreadableBaselineError
from gradproof.golden.review import review
from gradproof.golden.sources import open_source
from gradproof.report.messages import CATALOGUES
from gradproof.report.review.json import ReviewRecord
from gradproof.report.review.words import printable
from places import BASELINES
from repositories import ARROWS, FLIPPED, Repo, deep_png, json_of, png_of

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

PICTURE = {"a.png": png_of((3, 4)), "a.json": json_of()}
OTHER = png_of((3, 4), (10, 20), (12, 22))
DOUBLED = msgspec.structs.replace(
    ARROWS,
    scale=25.0,
    arrows=tuple((x, y, 2 * (u or 0), 2 * (v or 0)) for x, y, u, v in ARROWS.arrows),
)


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in repositories.ISOLATED.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with one picture, in which the test runs."""
    made = repositories.new(tmp_path / "repo", PICTURE)
    monkeypatch.chdir(made.root)
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["review", *arguments])


def said(*arguments: str, code: int = 1) -> list[str]:
    result = run(*arguments)
    assert result.exit_code == code, result.output
    return str(result.stdout).splitlines()


def complaint(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return str(result.stderr).strip()


def test_no_change_is_said_and_ends_in_0(repo: Repo) -> None:
    assert said(code=0) == ["No picture changed from HEAD to the working tree (of 1)."]


Edit = Callable[[Repo], object]
STATUSES: dict[str, tuple[Edit, list[str]]] = {
    "changed": (
        lambda repo: repo.write({"a.png": OTHER, "a.json": json_of(FLIPPED)}),
        [
            "a: arrow #1 at (0.5, 1) turned by 180°",
            "  changed; 2 of 1,200 pixels differ, RMS 10.4, within x 10–12, y 20–22",
        ],
    ),
    "a JSON edited alone": (
        lambda repo: repo.write({"a.json": json_of(FLIPPED)}),
        [
            "a: arrow #1 at (0.5, 1) turned by 180°",
            "  the picture should show this and does not:"
            " the JSON does not fit its PNG",
            "  same pixels, other meaning; no pixel differs",
        ],
    ),
    "doubled": (
        lambda repo: repo.write({"a.json": json_of(DOUBLED)}),
        [
            "a: all 3 arrows twice as long (the picture hides it: quiver rescales)",
            "  same pixels, other meaning; no pixel differs",
        ],
    ),
    "pixels alone": (
        lambda repo: repo.write({"a.png": OTHER}),
        [
            "a: the arrows, labels and limits are the same",
            "  other pixels, same meaning; 2 of 1,200 pixels differ, RMS 10.4,"
            " within x 10–12, y 20–22",
        ],
    ),
    "packed otherwise": (
        lambda repo: repo.write({"a.json": json_of() + b"\n"}),
        [
            "a: the same pixels and the same meaning, in other bytes",
            "  same pixels, same meaning; no pixel differs",
        ],
    ),
    "another size": (
        lambda repo: repo.write({"a.png": png_of(size=(41, 30))}),
        [
            "a: the arrows, labels and limits are the same",
            "  other size: (40, 30) → (41, 30) pixels",
            "  other pixels, same meaning",
        ],
    ),
    "added": (
        lambda repo: repo.write({"b.png": OTHER, "b.json": json_of()}),
        [
            "b: a new picture",
            "  arrows: 3, panels: 1; nothing to compare them with",
            "  added",
        ],
    ),
    "added without arrows": (
        lambda repo: repo.write({"sub/b.png": OTHER}),
        [
            "sub/b: a new picture",
            "  pixels only: there is no JSON of arrows or entries beside it",
            "  added",
        ],
    ),
    "removed": (
        lambda repo: deleted(repo),
        ["a: the picture was removed", "  removed"],
    ),
    "JSON gone": (
        lambda repo: repo.path("a.json").unlink(),
        ["a: orphan: the PNG is there, its JSON is gone", "  orphan"],
    ),
    "PNG gone": (
        lambda repo: repo.path("a.png").unlink(),
        ["a: orphan: the JSON is there, without its PNG", "  orphan"],
    ),
    "a new JSON alone": (
        lambda repo: repo.write({"b.json": json_of()}),
        ["b: orphan: the JSON is there, without its PNG", "  orphan"],
    ),
    "no PNG at all": (
        lambda repo: repo.write({"a.png": b"<html>"}),
        ["a: baseline_images/a.png: this is not a PNG", "  unreadable"],
    ),
    "a pointer of LFS": (
        lambda repo: repo.write({"a.png": pixels.LFS + b"v1\n"}),
        [
            "a: baseline_images/a.png: this is a pointer of Git LFS; `git lfs pull`"
            " fetches the PNG",
            "  unreadable",
        ],
    ),
    "a huge PNG": (
        lambda repo: repo.write({"a.png": huge()}),
        [
            "a: baseline_images/a.png: the PNG is too large to be decoded:"
            " 60000 × 60000 pixels",
            "  unreadable",
        ],
    ),
    "a link": (
        lambda repo: linked(repo),
        [
            "a: baseline_images/a.png: this is a symbolic link, and is not followed",
            "  unreadable",
        ],
    ),
}


def huge() -> bytes:
    """The beginning of a PNG that claims to be very large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"".join(
        [pixels.SIGNATURE, b"\0\0\0\r", head, struct.pack(">I", zlib.crc32(head))]
    )


def deleted(repo: Repo) -> None:
    for name in PICTURE:
        repo.path(name).unlink()


def linked(repo: Repo) -> None:
    outside = repo.root / "outside.png"
    outside.write_bytes(OTHER)
    repo.path("a.png").unlink()
    repo.path("a.png").symlink_to(outside)


@pytest.mark.parametrize("case", STATUSES)
def test_every_status_has_its_sentences(case: str, repo: Repo) -> None:
    edit, expected = STATUSES[case]
    edit(repo)
    *lines, _, _ = said()
    assert lines == expected


def test_a_damaged_png_is_said_to_be_damaged(repo: Repo) -> None:
    repo.write({"a.png": OTHER[:-30]})
    line, *_ = said()
    assert line.startswith("a: baseline_images/a.png: the PNG is damaged: ")


def test_a_json_that_was_cut_off_is_told_with_the_line(repo: Repo) -> None:
    repo.write({"a.json": json_of()[:-9]})
    line, *_ = said()
    assert line.startswith("a: baseline_images/a.json: this is no gradproof-arrows/1: ")
    assert "line 19" in line


def test_pngs_of_any_repository_are_told_by_pixels_only(repo: Repo) -> None:
    repo.commit({"plain.png": OTHER, "plain.json": b'{"some": "settings"}'})
    repo.write({"plain.png": png_of()})
    assert said()[:3] == [
        "plain: pixels only: there is no JSON of arrows or entries beside it",
        "  changed; 3 of 1,200 pixels differ, RMS 12.8, within x 3–12, y 4–22",
        "1 of 2 pictures changed from HEAD to the working tree: 1 undecided.",
    ]


def test_like_changes_are_said_once(repo: Repo) -> None:
    names = [f"p{k}" for k in range(7)]
    repo.commit(
        {
            f"{name}.{end}": PICTURE[f"a.{end}"]
            for name in names
            for end in ("png", "json")
        }
    )
    repo.write({f"{name}.json": json_of(DOUBLED) for name in names})
    assert said()[:3] == [
        "p0, p1, p2, p3, p4 and 2 more: all 3 arrows twice as long"
        " (the picture hides it: quiver rescales)",
        "  same pixels, other meaning; no pixel differs",
        "7 of 8 pictures changed from HEAD to the working tree: 7 undecided.",
    ]


def test_a_merge_in_conflict_is_to_be_finished_first(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"a.png": OTHER})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.png": png_of()})
    with pytest.raises(AssertionError):
        repo.git("merge", "other")
    assert said()[:2] == ["a: in conflict: finish the merge first", "  unmerged"]


def test_a_range_is_reviewed_without_a_checkout(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "branch")
    repo.commit({"a.json": json_of(DOUBLED)})
    repo.git("checkout", "-q", "main")
    lines = said("main..branch")
    assert lines[0].startswith("a: all 3 arrows twice as long")
    assert lines[-1] == "1 of 1 pictures changed from main to branch: 1 undecided."
    assert said("branch..", code=1)[0] == (
        "a: all 3 arrows half as long (the picture hides it: quiver rescales)"
    )
    assert said("main..main", code=0)
    assert repo.git("status", "--porcelain") == ""


def test_three_dots_compare_with_where_the_branch_began(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "branch")
    repo.commit({"a.json": json_of(DOUBLED)})
    repo.git("checkout", "-q", "main")
    repo.commit({"later.png": OTHER})
    assert len([s for s in said("main...branch") if "removed" in s]) == 0
    assert len([s for s in said("main..branch") if "removed" in s]) == 2


def test_a_bare_repository_is_reviewed_by_ranges_alone(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit({"a.json": json_of(DOUBLED)})
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    monkeypatch.chdir(tmp_path / "bare")
    assert "twice as long" in said("HEAD~..HEAD")[0]
    assert complaint() == (
        "a bare repository has no working tree: name two revisions, A..B"
    )


def test_a_folder_below_is_reviewed_from_where_one_stands(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"a.png": OTHER})
    monkeypatch.chdir(repo.root / "baseline_images")
    assert said("--path", ".")[0].startswith("a: ")
    assert said("--path", "../baseline_images")[0].startswith("a: ")
    assert said("--path", str(repo.root))[0].startswith("baseline_images/a: ")


def test_a_folder_is_its_name_and_no_pattern(repo: Repo) -> None:
    for folder in ("a", "*"):
        repo.write({f"../{folder}/x.png": OTHER})
    assert said("--path", "*")[-2].startswith("1 of 1 pictures changed")


NAMES = [
    "two words",
    'quo"te',
    "it's",
    "日本語 が",
    "tab\there",
    "line\nbreak",
    "[a]*",
    "-x",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_will_do(name: str, repo: Repo) -> None:
    repo.commit({f"{name}.png": PICTURE["a.png"], f"{name}.json": json_of()})
    repo.write({f"{name}.json": json_of(DOUBLED)})
    line, *_ = said()
    assert line.startswith(f"{printable(name)}: all 3 arrows twice as long")
    shown = run("--format", "markdown").stdout
    assert "\t" not in shown
    record = msgspec.json.decode(run("--format", "json").stdout, type=ReviewRecord)
    assert [change.name for change in record.changes] == [name]


@pytest.mark.skipif(sys.platform != "linux", reason="names elsewhere are Unicode")
def test_a_name_that_is_no_unicode_is_shown_escaped(repo: Repo) -> None:
    path = str(repo.path("")).encode() + b"/\xff.png"
    Path(path.decode("utf-8", "surrogateescape")).write_bytes(OTHER)
    assert said()[0] == "\\udcff: a new picture"
    assert json.loads(run("--format", "json").stdout)["changes"][0]["name"] == "\\udcff"


def test_what_cannot_be_reviewed_ends_in_2_with_a_sentence(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert complaint("main..nowhere") == "there is no revision nowhere"
    assert complaint("--", "--all..main") == "there is no revision --all"
    assert complaint("main") == "main: name two revisions, A..B"
    assert complaint("--path", "nothing") == (
        "nothing: there is no PNG below it; name another folder by --path"
    )
    assert complaint("--path", "../outside") == "../outside: this lies outside"
    assert complaint("--path", "/etc") == "/etc: this lies outside"
    assert complaint("--results", "nothing") == "nothing: there is no such folder"
    (repo.root / "link").symlink_to("baseline_images")
    assert complaint("--path", "link") == (
        "link: this is a symbolic link, and is not followed"
    )
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert complaint() == ".: this is not a git repository"


def test_revisions_that_never_met_have_no_common_ancestor(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "apart")
    repo.commit({"b.png": OTHER})
    assert complaint("main...apart") == "main and apart have no common ancestor"


def test_before_the_first_commit_every_picture_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("new").mkdir()
    repo = Repo(tmp_path / "new")
    repo.git("init", "-q")
    repo.write(PICTURE)
    monkeypatch.chdir(repo.root)
    assert said()[0] == "a: a new picture"


def test_json_says_the_same_and_has_the_same_bytes_each_time(repo: Repo) -> None:
    repo.write({"a.png": OTHER, "a.json": json_of(FLIPPED)})
    result = run("--format", "json")
    assert result.exit_code == 1
    assert result.stdout == run("--format", "json", "--lang", "ja").stdout
    record = msgspec.json.decode(result.stdout, type=ReviewRecord)
    (change,) = record.changes
    assert (record.kind, record.total, record.undecided) == ("working-tree", 1, 1)
    assert (change.status, change.state) == ("changed", "undecided")
    assert change.sentences[0].message_id == "review.turned"
    assert change.sentences[0].message == "arrow #1 at (0.5, 1) turned by 180°"
    assert change.pixels is not None
    assert change.pixels.box == (10, 20, 13, 23)


def test_markdown_says_the_same_and_nothing_of_it_is_taken_for_markup(
    repo: Repo,
) -> None:
    titled = msgspec.structs.replace(ARROWS, title="<b>*@you*</b>")
    repo.write({"a.json": json_of(titled)})
    lines = run("--format", "markdown").stdout.splitlines()
    assert lines[2] == (
        '- <code>a</code>: title: "" → "&lt;b&gt;&#42;&#64;you&#42;&lt;/b&gt;"  '
    )
    assert lines[3] == "  _same pixels, other meaning; no pixel differs_"


def test_a_review_speaks_japanese(repo: Repo) -> None:
    repo.write({"a.json": json_of(DOUBLED)})
    assert said("--lang", "ja")[0].startswith("a: 全 3 本の矢印の長さが 2 倍")


def test_a_review_can_be_written_to_a_file(repo: Repo, tmp_path: Path) -> None:
    repo.write({"a.json": json_of(DOUBLED)})
    assert said("--output", str(tmp_path / "報告.md"), "--format", "markdown") == []
    assert "twice" in (tmp_path / "報告.md").read_text("utf-8")


def test_reviewing_writes_nothing(repo: Repo) -> None:
    repo.write({"a.png": OTHER, "b.png": OTHER})
    before = {p: p.read_bytes() for p in repo.root.rglob("*") if p.is_file()}
    said()
    assert {p: p.read_bytes() for p in repo.root.rglob("*") if p.is_file()} == before


# The results of a test run.


def left(results: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return results


def test_a_result_is_matched_by_the_copy_of_its_baseline(repo: Repo) -> None:
    test = "tests.test_x.test_whatever"
    copies = {f"{test}/baseline.png": PICTURE["a.png"], f"{test}/result.png": OTHER}
    left(repo.root / "results", {**copies, f"{test}/result-failed-diff.png": OTHER})
    lines = said("--results", "results")
    assert lines[:2] == [
        "a: pixels only: the test run wrote no JSON",
        "  changed; 2 of 1,200 pixels differ, RMS 10.4, within x 10–12, y 20–22",
    ]
    assert lines[-1].startswith("Decide: gradproof review --results results --accept")


def test_among_equal_baselines_the_name_of_the_test_decides(repo: Repo) -> None:
    repo.write({"other-a.png": PICTURE["a.png"], "b.png": PICTURE["a.png"]})
    test = "tests.test_x.test_pixels_other-a"
    files = {"baseline.png": PICTURE["a.png"], "result.png": OTHER}
    files["result.json"] = json_of()
    left(
        repo.root / "results", {f"{test}/{name}": data for name, data in files.items()}
    )
    lines = said("--results", "results")
    assert lines[0].startswith("other-a: ")
    (repo.root / "results" / test).rename(repo.root / "results" / "tests.test_x.nobody")
    assert said("--results", "results")[2] == (
        "  it is not known which baseline this is a result of"
    )


def test_a_result_without_a_baseline_is_new_and_called_after_its_test(
    repo: Repo,
) -> None:
    left(repo.root / "results", {"tests.test_x.test_new_b/result.png": OTHER})
    assert said("--results", "results")[:4] == [
        "test_new_b: a new picture",
        "  pixels only: there is no JSON of arrows or entries beside it",
        "  no baseline was found; the name is the test's",
        "  added",
    ]


def test_a_baseline_that_lost_its_png_is_found_by_its_json(repo: Repo) -> None:
    repo.path("a.png").unlink()
    left(repo.root / "results", {"tests.test_x.test_pixels_a/result.png": OTHER})
    assert said("--results", "results")[0].startswith("a: ")


def test_arrows_that_a_run_wrote_are_told_beside_pixels(repo: Repo) -> None:
    test = "tests.test_x.test_pixels"
    copies = {f"{test}/baseline.png": PICTURE["a.png"], f"{test}/result.png": OTHER}
    left(repo.root / "results", {**copies, "a.json": json_of(FLIPPED)})
    assert said("--results", "results")[0] == "a: arrow #1 at (0.5, 1) turned by 180°"


def test_a_folder_of_pictures_generated_anew_is_a_result_too(repo: Repo) -> None:
    left(repo.root / "new", {"a.json": json_of(DOUBLED), "a.png": PICTURE["a.png"]})
    assert "twice as long" in said("--results", "new")[0]
    left(repo.root / "new", {"a.json": json_of()})
    assert said("--results", "new", code=0)


def test_results_need_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    left(tmp_path / "baseline_images", PICTURE)
    left(tmp_path / "results", {"a.json": json_of(DOUBLED)})
    assert "twice as long" in said("--results", "results")[0]


# Pixels.


def test_rms_is_that_of_matplotlib_and_pytest_mpl(tmp_path: Path) -> None:
    for name in ("right", "faulty"):
        path = BASELINES / f"{name}-product.png"
        (tmp_path / path.name).write_bytes(path.read_bytes())
    a, b = sorted(tmp_path.iterdir())
    expected: Any = compare_images(str(a), str(b), tol=0, in_decorator=True)
    found = pixels.compare(pixels.decode(a.read_bytes()), pixels.decode(b.read_bytes()))
    assert found is not None
    assert found.rms == pytest.approx(expected["rms"], rel=1e-12)


@given(st.sets(st.tuples(st.integers(0, 39), st.integers(0, 29))))
def test_pixels_are_counted_and_boxed(dots: set[tuple[int, int]]) -> None:
    found = pixels.compare(pixels.decode(png_of()), pixels.decode(png_of(*dots)))
    if not dots:
        assert found is None
        return
    assert found is not None
    xs, ys = zip(*dots, strict=True)
    assert found.count == len(dots)
    assert found.box == (min(xs), min(ys), max(xs) + 1, max(ys) + 1)
    assert found.rms == pytest.approx(255 * (len(dots) / 1200) ** 0.5)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_is_decoded(mode: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (3, 2), "white").convert(mode).save(stream, format="PNG")
    decoded = pixels.decode(stream.getvalue())
    assert decoded.shape == (2, 3, 4)
    assert (decoded == 255).all()


def deep(channels: int) -> NDArray[np.uint16]:
    """Values of 16 bits, (5, 7, channels), of which each byte counts."""
    made = 311 * np.arange(5 * 7 * channels).reshape(5, 7, channels) + 5
    return made.astype(np.uint16)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_sixteen_bits_are_decoded_in_full(channels: int, interlaced: bool) -> None:
    values = deep(channels)
    decoded = pixels.decode(deep_png(values, interlaced=interlaced))
    colours, alpha = (3, values[..., 3:]) if channels == 4 else (channels, None)
    if channels == 2:
        colours, alpha = 1, values[..., 1:]
    assert decoded.dtype == np.uint16
    assert (decoded[..., :3] == values[..., :colours]).all()
    assert (decoded[..., 3:] == (65535 if alpha is None else alpha)).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_the_transparent_colour_of_sixteen_bits_is_meant_in_full(channels: int) -> None:
    values = deep(channels)
    values[0, 0], values[0, 1] = values[2, 3], values[2, 3] ^ 1
    key = values[2, 3].astype(">u2").tobytes()
    alpha = pixels.decode(deep_png(values, key=key))[..., 3]
    clear = [(0, 0), (2, 3)]
    assert [tuple(at) for at in np.argwhere(alpha == 0).tolist()] == clear
    assert sorted(set(alpha.ravel().tolist())) == [0, 65535]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_lowest_bit_of_sixteen_is_a_change(channels: int) -> None:
    old, new = deep(channels), deep(channels)
    new[3, 2, 0] ^= 1
    before, after = (pixels.decode(deep_png(v)) for v in (old, new))
    found = pixels.compare(before, after)
    assert found is not None
    assert (found.count, found.total, found.box) == (1, 35, (2, 3, 3, 4))
    same, of = (3, 3) if channels == 1 else (3, 4) if channels == 2 else (1, channels)
    assert found.rms == pytest.approx((same / (35 * of)) ** 0.5 / 257)


def test_black_and_white_are_as_far_apart_in_sixteen_bits() -> None:
    black, white = (np.full((5, 7, 3), v, np.uint16) for v in (0, 65535))
    before, after = (pixels.decode(deep_png(v)) for v in (black, white))
    found = pixels.compare(before, after)
    assert found is not None
    assert (found.count, found.rms) == (35, 255.0)


def test_depths_are_compared_by_what_they_show() -> None:
    shallow = np.arange(35 * 3, dtype=np.uint8).reshape(5, 7, 3)
    stream = io.BytesIO()
    Image.fromarray(shallow).save(stream, format="PNG")
    eight, sixteen = stream.getvalue(), shallow.astype(np.uint16) * 257
    old, new = pixels.decode(eight), pixels.decode(deep_png(sixteen))
    assert pixels.compare(old, new) is None
    sixteen[0, 0, 0] += 1
    assert pixels.compare(old, pixels.decode(deep_png(sixteen))) is not None
    assert pixels.compare(pixels.decode(deep_png(sixteen)), old) is not None


@given(st.binary(max_size=40), st.integers(0, 300))
def test_no_bytes_make_decoding_fail_otherwise_than_by_a_sentence(
    junk: bytes, at: int
) -> None:
    spoilt = OTHER[:at] + junk + OTHER[at + len(junk) :]
    for data in (junk, spoilt, OTHER[:at]):
        with contextlib.suppress(UnreadableBaselineError):
            assert pixels.decode(data).shape[2] == 4


def test_the_golden_pictures_themselves_tell_the_three_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One arrow flipped, all doubled, and the shape bug back."""
    names = ("right-product", "right-squares", "right-sine", "faulty-sine")
    files = {
        f"{name}.{end}": (BASELINES / f"{name}.{end}").read_bytes()
        for name in names
        for end in ("png", "json")
    }
    repo = repositories.new(tmp_path / "repo", files)
    repo.git("checkout", "-q", "-b", "branch")
    product = files["right-product.json"].replace(
        b"[-1, -1.5, 1.5, 1]", b"[-1, -1.5, -1.5, -1]"
    )
    squares = msgspec.json.decode(files["right-squares.json"])
    for panel in squares["panels"]:
        panel["scale"] *= 2
        panel["arrows"] = [[x, y, 2 * u, 2 * v] for x, y, u, v in panel["arrows"]]
    repo.commit(
        {
            "right-product.json": product,
            "right-squares.json": json.dumps(squares).encode(),
            "right-sine.json": files["faulty-sine.json"],
            "right-sine.png": files["faulty-sine.png"],
        }
    )
    monkeypatch.chdir(repo.root)
    said_of = dict(
        line.split(": ", 1) for line in said("main..branch") if line[0] == "r"
    )
    assert said_of == {
        "right-product": "arrow #40 at (-1, -1.5) turned by 180°",
        "right-sine": "only 2 of 324 arrows are not zero: transposed points",
        "right-squares": "all 324 arrows twice as long"
        " (the picture hides it: quiver rescales); unchanged by it: 1",
    }


def test_versions_can_be_read_while_the_source_is_open(repo: Repo) -> None:
    repo.write({"a.png": OTHER})
    with open_source() as source:
        (change,) = review(source).changes
        assert change.before.png is not None
        assert change.after.png is not None
        assert change.before.png.read() == PICTURE["a.png"]
        assert change.after.png.read() == OTHER


def test_every_sentence_of_a_review_is_made_somewhere() -> None:
    sources = Path(cli.__file__).parents[1]
    code = "\n".join(
        path.read_text("utf-8")
        for folder in (sources / "golden", sources / "report" / "review")
        for path in folder.glob("*.py")
    )
    made = (
        *("status.", "times.", "who.", "count.", "done.", "order-", "points-"),
        *("place.", "orphan-", "negated-", *head(ARROWS), "swapped", "antiswapped"),
        *("u-zero", "v-zero", "u-times", "v-times", "colours-of", "angles-of"),
    )
    for message in CATALOGUES["en"]:
        name = message.removeprefix("review.")
        if name != message and not name.startswith(made):
            assert f'"{message}"' in code, message
