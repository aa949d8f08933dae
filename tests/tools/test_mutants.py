"""The command kills a known mutant, and is red for a survivor without a reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coverage_map import Map, measure
from mutants import (
    ROOT,
    Mutant,
    Outcome,
    Project,
    Reason,
    Search,
    chosen,
    imports,
    known,
    mutants_of,
    report,
    share,
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform == "win32", reason="it forks"),
]

SOURCE = """
def larger(a: int | None, b: int) -> int | None:
    return a if a > b else b
"""
TEST = """
from package.largest import larger

def test_larger():
    assert (larger(1, 2), larger(2, 1)) == (2, 2)
"""
EQUAL = "return a if a >= b else b"
WHY = Reason("largest.py", "return a if a > b else b", (EQUAL,), "equal ones are equal")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What becomes of a module with one mutant that is equivalent."""
    root = tmp_path_factory.mktemp("project")
    (root / "package").mkdir()
    (root / "package" / "largest.py").write_text(SOURCE)
    (root / "test_largest.py").write_text(TEST)
    project = Project(root, "package", ("package", "test_largest.py"))
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        patched.syspath_prepend(root)
        map = measure(root, ["package/*"], ["test_largest.py"], 1)
        search = Search(project, map, jobs=1, loaded=())
        (found,) = search.outcomes(mutants_of(project, "largest.py"))
    return found


def test_what_changes_the_meaning_is_killed(outcome: Outcome) -> None:
    assert outcome.tried == 2  # > into >=, and the condition denied
    assert [m.now for m in outcome.survivors] == [EQUAL]


def test_a_survivor_without_a_reason_is_wrong(outcome: Outcome) -> None:
    assert [line for line, wrong in report(outcome, [], True) if wrong] == [
        f"largest.py:3\n  - {WHY.line}\n  + {EQUAL}"
    ]
    assert not any(wrong for _, wrong in report(outcome, [WHY], True))


def test_a_reason_that_no_survivor_needs_is_wrong(outcome: Outcome) -> None:
    killed = Outcome("largest.py", outcome.tried, [])
    assert any(wrong for _, wrong in report(killed, [WHY], True))
    assert not any(wrong for _, wrong in report(killed, [WHY], False))


@pytest.mark.parametrize(("alive", "too_few"), [(9, False), (10, False), (11, True)])
def test_of_two_hundred_ten_may_be_alive(alive: int, too_few: bool) -> None:
    mutant = Mutant("a.py", "", "a", "b", 1)
    found = [
        Outcome("a.py", 120, [mutant] * (alive - 2)),
        Outcome("b.py", 80, [mutant] * 2),
    ]
    said, wrong = share(found)
    assert said.startswith(f"{200 - alive} of 200 killed")
    assert wrong is too_few


def test_a_sample_is_the_same_when_other_code_is_changed() -> None:
    def mutants(words: str, first: int) -> list[Mutant]:
        return [
            Mutant("a.py", "", w, f"not {w}", n) for n, w in enumerate(words, first)
        ]

    some = chosen(mutants("abcdefgh", 1), 3, seed=1)
    assert len(some) == 3
    assert [m.line for m in some] == sorted(m.line for m in some)
    moved = chosen(mutants("abcdefgh", 5), 3, seed=1)
    assert [m.was for m in moved] == [m.was for m in some]
    more = chosen(mutants("abcdefghijkl", 1), 3, seed=1)
    assert {m.was for m in more if m.was in "abcdefgh"} <= {m.was for m in some}
    seeds = {tuple(chosen(mutants("abcdefgh", 1), 3, seed)) for seed in range(9)}
    assert len(seeds) > 1
    assert chosen(mutants("abc", 1), None, seed=1) == mutants("abc", 1)


def test_what_is_no_python_is_no_mutant(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(a):\n    return {'a': 1, **a}\n")
    found = mutants_of(Project(tmp_path, ""), "a.py")
    assert all(m.now.startswith("return") for m in found)


def test_annotations_make_no_mutants(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(a: int | None = 1) -> int | None: ...\n")
    found = mutants_of(Project(tmp_path, ""), "a.py")
    assert [m.now.partition(" = ")[2][:2] for m in found] == ["2)", "0)"]


def test_each_reason_is_of_a_line_that_there_is() -> None:
    for reason in known().survivor:
        lines = Project(ROOT).source(reason.module).splitlines()
        assert reason.line in {line.strip() for line in lines}


MAP = Map(
    {"a": 0.5, "b": 0.2, "c": 0.4, "d": 9.0},
    {"f.py": {4: ["a"], 5: ["b", "c"], 8: ["d"], 1: []}},
)
TWO = """
def first(x=1):
    if (
        x
        and not x
    ):
        return 1
    return 2

NUMBER = 1
"""


@pytest.mark.parametrize(
    ("line", "tests"),
    [
        (4, {"a", "b", "c"}),  # the condition, of several lines
        (8, {"d"}),
        (2, {"a", "b", "c", "d"}),  # the head: whoever runs the function
        (7, {"a", "b", "c", "d"}),  # nobody runs it
        (10, {"a", "b", "c", "d"}),  # outside: whoever runs the module
    ],
)
def test_what_runs_a_line_is_asked(line: int, tests: set[str]) -> None:
    assert MAP.running("f.py", TWO, line) == tests


def test_the_shortest_tests_are_taken_as_long_as_there_is_time() -> None:
    assert MAP.cheapest("abcd", 1.0) == ["b", "c"]
    assert MAP.cheapest("d", 1.0) == ["d"]
    assert not MAP.cheapest("", 1.0)


def test_of_each_file_the_shortest_is_taken_before_others_of_one() -> None:
    seconds = {"a::1": 0.1, "a::2": 0.2, "a::3": 0.3, "b::1": 0.9, "b::2": 1.0}
    names = ["a::1", "b::1", "a::2", "b::2", "a::3"]
    map = Map(seconds, {})
    assert map.cheapest(seconds, 9.0) == names
    assert map.cheapest(seconds, 1.25) == names[:3]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from gradproof.contract.networks import judge", True),
        ("from gradproof.contract import musts, networks", True),
        ("from gradproof.contract import musts", False),
        ("from gradproof.evidence.networks import SIZE", False),
        ("from gradproof.evidence import networks", False),
    ],
)
def test_a_file_imports_a_module_in_either_way(
    line: str, found: bool, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(line, "utf-8")
    assert imports(tmp_path / "test_it.py", "gradproof.contract.networks") is found


@pytest.mark.parametrize(
    "words",
    [
        ["evidence/bounds.py"],
        [
            "numerics/number_formats.py",
            "--tests=tests/numerics/test_number_formats.py",
            "--tests=tests/test_records.py",
        ],
    ],
    ids=["of what is tried whole", "of the rest"],
)
def test_a_slice_of_what_judges_is_killed(words: list[str]) -> None:
    """By exchange of functions, and in copies of the tree."""
    ran = subprocess.run(
        [sys.executable, "tests/tools/mutants.py", *words, "--sample=8", "--seed=1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "reference")},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "8 mutants" in ran.stdout


def test_modules_and_their_tests_are_where_they_are_said_to_be() -> None:
    for module in known().module:
        assert (ROOT / Project.package / module.name).exists()
        assert module.tests
        assert all((ROOT / tests).exists() for tests in module.tests)


def test_survivors_are_few_and_of_modules_that_are_tried_whole() -> None:
    survivors = known().survivor
    assert sum(len(reason.mutants) for reason in survivors) <= 30
    assert all(known().judged(reason.module) for reason in survivors)


def test_exceptions_that_are_attributes_are_left_out(tmp_path: Path) -> None:
    """Cosmic Ray cannot replace them, nor has it to: the others are tried."""
    (tmp_path / "package").mkdir()
    source = "try:\n    pass\nexcept (ValueError, module.Error):\n    one = True\n"
    (tmp_path / "package" / "module.py").write_text(source)
    found = mutants_of(Project(tmp_path, "package", ("package",)), "module.py")
    assert "one = False" in [m.now for m in found]
    assert any(m.line == 3 for m in found)
