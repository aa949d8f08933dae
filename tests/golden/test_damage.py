"""Baselines that stop being what they were: each is named, and none is accepted."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import repositories
from gradproof.commands import cli
from gradproof.golden.review import review
from gradproof.golden.sources import open_source
from repositories import FLIPPED, Repo, json_of, png_of

ARROWS = json_of()
NO_ARROWS = {
    "a list": b"[]",
    "an object": b"{}",
    "null": b"null",
    "cut off": b"[1",
    "another version": b'{"format": "gradproof-arrows/9", "panels": []}',
    "two bytes a letter": ARROWS.decode().encode("utf-16"),
    "empty": b"",
}
JSONS: dict[str, bytes | None] = {
    "arrows": ARROWS,
    "flipped": json_of(FLIPPED),
    "none": None,
    **NO_ARROWS,
}
DOT = png_of((3, 4))
PNGS: dict[str, bytes | None] = {
    "dot": DOT,
    "no dot": png_of(),
    "none": None,
    "broken": b"\x89PNG",
}


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in repositories.ISOLATED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CI", raising=False)  # there nothing is decided


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = repositories.new(tmp_path / "repo", {"a.png": DOT, "a.json": ARROWS})
    monkeypatch.chdir(made.root)
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["review", *arguments])


@pytest.mark.parametrize("name", NO_ARROWS)
def test_a_json_that_stops_being_arrows_is_told_and_not_accepted(
    repo: Repo, name: str
) -> None:
    repo.write({"a.json": NO_ARROWS[name]})
    told = run()
    assert told.exit_code == 1, told.output
    assert "a.json" in told.stdout
    refused = run("--accept", "a")
    assert refused.exit_code == 2, refused.output
    assert not repo.git("diff", "--cached", "--name-only")


def test_a_json_that_becomes_arrows_again_is_accepted(repo: Repo) -> None:
    repo.commit({"a.json": b"[]"})
    repo.write({"a.json": ARROWS})
    assert run().exit_code == 1
    accepted = run("--accept", "a")
    assert accepted.exit_code == 0, accepted.output


@pytest.mark.once
def test_every_change_has_a_sentence_whatever_its_files_have_become(
    repo: Repo,
) -> None:
    sides = list(itertools.product(PNGS, JSONS))

    def files(side: int) -> dict[str, bytes]:
        both = itertools.product(range(len(sides)), repeat=2)
        chosen = {f"p{i}": sides[pair[side]] for i, pair in enumerate(both)}
        return {
            f"{name}{end}": data
            for name, (png, json) in chosen.items()
            for end, data in ((".png", PNGS[png]), (".json", JSONS[json]))
            if data is not None
        }

    repo.commit(files(0))
    for path in repo.root.glob("baseline_images/p*"):
        path.unlink()
    repo.write(files(1))
    with open_source() as source:
        found = review(source)
    assert all(change.sentences for change in found.changes)
    assert len(found.changes) > len(sides) ** 2 / 2
    for form in ("text", "json", "markdown"):
        result = run("--format", form)
        assert result.exit_code == 1, result.exception


def test_an_object_that_git_has_lost_is_named(repo: Repo) -> None:
    repo.write({"a.json": json_of(FLIPPED)})
    oid = repo.git("rev-parse", "HEAD:baseline_images/a.json").strip()
    os.remove(repo.root / ".git" / "objects" / oid[:2] / oid[2:])
    told = run()
    assert told.exit_code == 1, told.output
    assert "a.json" in told.stdout
    assert oid in told.stdout
    assert run("--accept", "a").exit_code == 2


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_results_whose_shelf_is_a_link_are_refused(
    repo: Repo, tmp_path: Path, verb: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    results = tmp_path / "results"
    results.mkdir()
    (results / "a.png").write_bytes(png_of())
    for shelf in ("replaced", "rejected"):
        (results / shelf).symlink_to(elsewhere)
    refused = run("--results", str(results), f"--{verb}", "a")
    assert refused.exit_code == 2, refused.output
    assert not list(elsewhere.iterdir())
    assert repo.read("a.png") == [DOT]


def test_results_that_name_no_picture_are_refused(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    refused = run("--results", str(tmp_path / "results"))
    assert refused.exit_code == 2, refused.output
    assert "results" in refused.stderr


def test_litter_of_a_run_that_was_killed_is_cleared(repo: Repo) -> None:
    folder = repo.root / "baseline_images"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    litter = folder / f".gradproof-{ended.pid}-abc"
    litter.write_bytes(b"half")
    own = folder / ".gradproof-kept.toml"
    own.write_bytes(b"a user's")
    repo.write({"a.png": png_of()})
    assert run("--reject", "a").exit_code == 0
    assert not litter.exists()
    assert own.exists()
