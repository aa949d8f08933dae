"""Accepting and rejecting changes of golden pictures: whole, undoable, never in CI."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import repositories
from gradproof.commands import cli
from gradproof.edits.journal import replace_all
from gradproof.golden import decisions
from gradproof.golden.git import SourceError
from gradproof.golden.review import review
from gradproof.golden.sources import open_source
from repositories import FLIPPED, Repo, json_of, png_of

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

OLD = {"a.png": png_of(), "a.json": json_of()}
NEW = {"a.png": png_of((1, 2)), "a.json": json_of(FLIPPED)}
BOTH = ("a.png", "a.json")


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in repositories.ISOLATED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository in which one picture has changed, and in which the test runs."""
    made = repositories.new(tmp_path / "repo", OLD)
    made.write(NEW)
    monkeypatch.chdir(made.root)
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["review", *arguments])


def decided(*arguments: str) -> str:
    """Decide, and give the shell commands that undo it."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return "\n".join(result.stdout.splitlines()[1:])


def refusal(*arguments: str) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    return str(result.stderr).strip()


def shell(commands: str) -> None:
    subprocess.run(["sh", "-ec", commands], check=True, env={**os.environ})


def contents(root: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_what_is_accepted_is_staged_and_no_longer_undecided(repo: Repo) -> None:
    undo = decided("--accept", "a")
    assert repo.read(*BOTH) == list(NEW.values())
    assert repo.git("status", "--porcelain").split() == [
        *("M", "baseline_images/a.json"),
        *("M", "baseline_images/a.png"),
    ]
    assert run().exit_code == 0
    assert "1 accepted" in run().stdout
    shell(undo)
    assert run().exit_code == 1
    assert repo.read(*BOTH) == list(NEW.values())


def test_what_is_rejected_is_as_in_head_and_can_be_had_back(repo: Repo) -> None:
    undo = decided("--reject", "a")
    assert repo.read(*BOTH) == list(OLD.values())
    assert repo.git("status", "--porcelain") == ""
    shell(undo)
    assert repo.read(*BOTH) == list(NEW.values())
    assert run().exit_code == 1


def test_rejections_are_kept_apart(repo: Repo) -> None:
    first = decided("--reject", "a")
    repo.write({"a.png": png_of((5, 5))})
    decided("--reject", "a")
    shell(first)
    assert repo.read("a.png") == [NEW["a.png"]]


def test_an_accepted_change_can_be_rejected_after_all(repo: Repo) -> None:
    decided("--accept", "a")
    decided("--reject", "a")
    assert repo.read(*BOTH) == list(OLD.values())
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("verb", ["--accept", "--reject"])
def test_new_and_removed_pictures_are_decided_as_well(verb: str, repo: Repo) -> None:
    repo.write({"new.png": NEW["a.png"], "new.json": NEW["a.json"]})
    for name in BOTH:
        repo.path(name).unlink()
    before = contents(repo.root / "baseline_images")
    undo = decided(verb, "*")
    assert run().exit_code == 0
    if verb == "--reject":
        assert repo.read(*BOTH, "new.png") == [*OLD.values(), None]
    shell(undo)
    assert contents(repo.root / "baseline_images") == before
    assert run().exit_code == 1


def test_before_the_first_commit_there_is_something_to_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").mkdir()
    repo = Repo(tmp_path / "new")
    repo.git("init", "-q")
    repo.write(NEW)
    monkeypatch.chdir(repo.root)
    shell(decided("--accept", "a"))
    assert run().exit_code == 1
    shell(decided("--reject", "a"))
    assert repo.read(*BOTH) == list(NEW.values())


@pytest.mark.parametrize(
    "name",
    ["a", "a.png", "baseline_images/a.json", "./baseline_images/a.png", "[ab]", "*"],
)
def test_a_picture_is_named_by_stem_by_file_or_by_pattern(
    name: str, repo: Repo
) -> None:
    decided("--accept", name)
    assert run().exit_code == 0


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("a", "a"),
        ("a.json", "a"),
        ("baseline_images/a.png", "a"),
        ("a.png", "a.png"),
        ("a.png.png", "a.png"),
        ("baseline_images/a.png.png", "a.png"),
        ("x.json", "x.json"),
        ("x.json.png", "x.json"),
        ("baseline_images/x.json.png", "x.json"),
        ("x", None),
        ("*.json.png", "x.json"),
    ],
)
def test_a_picture_whose_name_ends_like_a_file_is_chosen_by_name(
    name: str, meant: str | None, repo: Repo
) -> None:
    repo.write(dict.fromkeys(("a.png.png", "x.json.png"), NEW["a.png"]))
    with open_source() as source:
        found = review(source)
    assert [c.name for c in found.changes] == ["a", "a.png", "x.json"]
    if meant is None:
        with pytest.raises(SourceError):
            decisions.select(found, [name])
    else:
        assert [c.name for c in decisions.select(found, [name])] == [meant]


def test_without_such_a_picture_the_name_is_that_of_a_file(repo: Repo) -> None:
    decided("--accept", "*.png")
    assert run().exit_code == 0


def test_several_names_follow_one_option(repo: Repo) -> None:
    repo.write({f"{n}.png": NEW["a.png"] for n in ("b", "c", "日本 語", "[x]")})
    decided("--accept", "a", "b", "日本 語", "[x]")
    assert "1 undecided, 4 accepted" in run().stdout


def test_a_name_that_means_nothing_decides_nothing(repo: Repo) -> None:
    assert refusal("--accept", "a", "nobody") == (
        "no changed picture is named nobody; nothing was decided"
    )
    assert repo.git("diff", "--cached", "--name-only") == ""


@pytest.mark.parametrize("verb", ["--accept", "--reject"])
@pytest.mark.parametrize("ci", ["true", "1", "yes"])
def test_nothing_is_decided_in_ci(
    verb: str, ci: str, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    before = contents(repo.root)
    assert "nothing is decided in CI" in refusal(verb, "a")
    assert contents(repo.root) == before
    assert run().exit_code == 1  # reporting goes on


def test_accept_and_reject_are_given_one_at_a_time(repo: Repo) -> None:
    assert "one at a time" in refusal("--accept", "a", "--reject", "a")


@pytest.mark.parametrize("spoil", ["orphan", "broken PNG", "broken JSON", "link"])
def test_what_does_not_belong_together_is_not_accepted_but_can_be_rejected(
    spoil: str, repo: Repo
) -> None:
    path = repo.path("a.png")
    if spoil == "orphan":
        repo.path("a.json").unlink()
    elif spoil == "link":
        path.unlink()
        path.symlink_to(repo.root / "elsewhere")
    else:
        name = "a.png" if spoil == "broken PNG" else "a.json"
        repo.write({name: NEW[name][:-20]})
    assert "is not a PNG with a JSON that fits" in refusal("--accept", "a")
    assert repo.git("diff", "--cached", "--name-only") == ""
    if spoil != "link":
        decided("--reject", "a")
        assert repo.read(*BOTH) == list(OLD.values())


def test_a_merge_in_conflict_is_not_decided(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.png": png_of((7, 7))})
    with pytest.raises(AssertionError):
        repo.git("merge", "other")
    for verb in ("--accept", "--reject"):
        assert "a is in conflict" in refusal(verb, "a")


def test_an_index_that_is_locked_leaves_everything_as_it_was(repo: Repo) -> None:
    (repo.root / ".git" / "index.lock").touch()
    before = contents(repo.root / "baseline_images")
    assert "git update-index failed" in refusal("--accept", "a")
    assert "git update-index failed" in refusal("--reject", "a")
    assert contents(repo.root / "baseline_images") == before


def test_line_ends_are_those_that_git_is_set_to_write(repo: Repo) -> None:
    repo.git("config", "core.autocrlf", "true")
    decided("--reject", "a")
    assert repo.read(*BOTH) == [OLD["a.png"], OLD["a.json"].replace(b"\n", b"\r\n")]
    assert repo.git("status", "--porcelain") == ""


# The results of a test run.


@pytest.fixture
def results(repo: Repo) -> Path:
    """The old baselines, and beside them what a failed run left."""
    repo.write(OLD)
    folder = repo.root / "results"
    test = folder / "tests.test_x.test_pixels_a"
    test.mkdir(parents=True)
    (test / "baseline.png").write_bytes(OLD["a.png"])
    (test / "result.png").write_bytes(NEW["a.png"])
    (folder / "a.json").write_bytes(NEW["a.json"])
    return folder


def test_an_accepted_result_takes_the_baselines_place(
    repo: Repo, results: Path
) -> None:
    undo = decided("--results", "results", "--accept", "a")
    assert repo.read(*BOTH) == list(NEW.values())
    assert run("--results", "results").exit_code == 0
    shell(undo)
    assert repo.read(*BOTH) == list(OLD.values())


def test_a_rejected_result_is_put_aside(repo: Repo, results: Path) -> None:
    before = contents(results)
    undo = decided("--results", "results", "--reject", "a")
    assert repo.read(*BOTH) == list(OLD.values())
    assert run("--results", "results").exit_code == 0
    shell(undo)
    assert contents(results) == before


def test_a_new_result_is_accepted_as_a_new_baseline(repo: Repo, results: Path) -> None:
    (results / "sub").mkdir()
    (results / "sub" / "new.png").write_bytes(NEW["a.png"])
    undo = decided("--results", "results", "--accept", "sub/new")
    assert repo.read("sub/new.png") == [NEW["a.png"]]
    shell(undo)
    assert repo.read("sub/new.png") == [None]


def test_a_result_of_no_known_baseline_is_not_accepted(
    repo: Repo, results: Path
) -> None:
    repo.write({"b.png": OLD["a.png"], "c.png": OLD["a.png"]})
    (results / "tests.test_x.test_pixels_a").rename(results / "tests.test_x.nobody")
    (results / "a.json").unlink()
    name = "tests.test_x.nobody"
    assert "is not known" in refusal("--results", "results", "--accept", name)


def test_nothing_is_written_through_a_link_that_leads_outside(
    repo: Repo, results: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repo.path("sub").symlink_to(outside)
    (results / "sub").mkdir()
    (results / "sub" / "new.png").write_bytes(NEW["a.png"])
    assert "this lies outside" in refusal("--results", "results", "--accept", "sub/new")
    assert list(outside.iterdir()) == []


# All or none.


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes, str], None]:
    """Makes the disk full when a baseline is about to take these contents."""
    replace = os.replace

    def fill(contents: bytes, name: str) -> None:
        def fail(source: Path, target: Path) -> None:
            if Path(target).name == name and Path(source).read_bytes() == contents:
                raise OSError(28, "No space left on device", str(target))
            replace(source, target)

        monkeypatch.setattr(os, "replace", fail)

    return fill


def test_a_rejection_that_fails_leaves_what_was_staged(
    repo: Repo, full: Callable[[bytes, str], None]
) -> None:
    staged = {"a.png": png_of((5, 5)), "new.png": png_of((6, 6))}
    repo.write(staged)
    repo.git("add", "--all")
    repo.write(NEW)
    before = repo.git("ls-files", "--stage"), repo.git("status", "--porcelain")
    full(OLD["a.json"], "a.json")
    assert "No space left on device" in refusal("--reject", "*")
    assert repo.read(*BOTH, "new.png") == [*NEW.values(), staged["new.png"]]
    after = repo.git("ls-files", "--stage"), repo.git("status", "--porcelain")
    assert after == before


def test_files_are_replaced_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c, new = (tmp_path / name for name in ("a", "b", "c", "new"))
    for path in (a, b, c):
        path.write_bytes(b"old")
    replace, calls = os.replace, []

    def fail_once(source: Path, target: Path) -> None:
        calls.append(target)
        if target == b and calls.count(b) == 1:
            raise OSError(28, "No space left on device", str(b))
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_once)
    with pytest.raises(OSError, match="No space"):
        replace_all({a: b"A", new: b"N", c: None, b: b"B"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "a": b"old",
        "b": b"old",
        "c": b"old",
    }
    replace_all({a: b"A", new: b"N", c: None, b: b"B"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "a": b"A",
        "b": b"B",
        "new": b"N",
    }


def test_a_folder_that_cannot_be_written_leaves_both_files_as_they_were(
    repo: Repo, results: Path, full: Callable[[bytes, str], None]
) -> None:
    full(NEW["a.json"], "a.json")
    said = refusal("--results", "results", "--accept", "a")
    assert said.endswith("a.json: No space left on device; nothing was decided")
    assert repo.read(*BOTH) == list(OLD.values())
