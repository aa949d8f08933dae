"""Ports judged in pytest: by option, by project, by decorator."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof import testing

# An inner run forgets what it has loaded, and NumPy cannot be loaded twice.
from gradproof.project import checks
from gradproof.report.ci.results import Suite
from gradproof.testing import items, judged_ports
from places import PROGRAMS
from programs.networks import Dense

LOADED = checks, testing, items, judged_ports
FORWARD = f"{PROGRAMS}/wrong/forward.py:gradient"
COPIES = f"{PROGRAMS}/right/copies.py:gradient"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the summary has room for a long id, and what failed."""
    monkeypatch.setenv("COLUMNS", "300")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest inside; without the sandbox's own CI, where a skip would fail."""
    return pytester.runpytest_inprocess("-p", "no:pytest-mpl", "-rA", *arguments)


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """The outcome of each clause, by its id."""
    lines = re.findall(r"^(\w+) .*::([A-Z]\d+)-[\w-]+", result.stdout.str(), re.M)
    return {clause: outcome for outcome, clause in lines}


GRADIENT = ("--gradproof-role", "gradient")


def parts(result: pytest.RunResult) -> dict[str, str]:
    """The outcome of each clause that is a part of an item, by its id."""
    lines = re.findall(r"::clauses (\w+) (?:\w+-)?([A-Z]+\d+)-", result.stdout.str())
    return {clause: outcome for outcome, clause in lines}


def test_a_port_whose_role_is_inferred_is_one_test_with_its_clauses_as_parts(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "--gradproof", FORWARD, "-v")
    found = parts(result)
    assert len(found) == 17
    assert (found["G5"], found["G6"], found["G10"]) == ("PASSED", "FAILED", "XFAILED")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["FAILED *forward.py:gradient::clauses - G6: *"])


def test_nothing_of_a_port_runs_while_tests_are_collected(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "check_subjects", None)
    result = run(pytester, "--collect-only", "--gradproof", FORWARD, *GRADIENT)
    result.stdout.fnmatch_lines(["collected 17 items", "*G5-value*"])
    pytester.makepyfile(
        DECORATED.replace("forward(f, x):", "forward(f, x):\n    1 / 0").replace(
            "{expect}", "{}"
        )
    )
    result = run(pytester, "--collect-only", "-q")
    result.stdout.fnmatch_lines(["*test_forward?forward-G6-accuracy?"])


@pytest.mark.once
def test_the_id_of_a_failure_can_be_pasted_back(pytester: pytest.Pytester) -> None:
    project(pytester, 'role = "gradient"\nexpect = {G6 = "on purpose"}')
    result = run(pytester, f"{FORWARD}::G6-accuracy", f"{FORWARD}::G1-point")
    assert outcomes(result) == {"G1": "PASSED", "G6": "XFAIL"}
    result = run(pytester, f"{FORWARD}::G99-nothing")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no *::G99-nothing"])


@pytest.mark.once
def test_a_line_says_what_failed(pytester: pytest.Pytester) -> None:
    port = f"{PROGRAMS}/wrong/precedence.py:gradient"
    result = run(pytester, "--gradproof", port, *GRADIENT, "-k", "G4")
    line = "FAILED *precedence.py:gradient::G4-consistent - G4: computes 1e-08·∂f/∂x0"
    result.stdout.fnmatch_lines([line])


def test_what_one_process_has_judged_another_reads(tmp_path: Path) -> None:
    suites = [Suite("a.py:g", "is right", "pass", (), 0.5)]
    asked: list[int] = []

    def judge() -> list[Suite]:
        asked.append(1)
        return suites

    found = [judged_ports.once(tmp_path / "key", judge, 1.0) for _ in range(2)]
    assert found == [suites, suites]
    assert len(asked) == 1


def test_one_that_waits_in_vain_judges_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judged_ports, "GRACE_SECONDS", 0.0)
    (tmp_path / "key.lock").touch()
    assert judged_ports.once(tmp_path / "key", lambda: [], 0.1) == []


def test_a_check_in_a_traceback_is_short() -> None:
    mark = testing.parametrize_with_clauses([(print, "gradient")])
    assert repr(mark.args[1][0].values[0]) == "<print-G1-point>"


@pytest.mark.once
def test_each_clause_is_a_test_of_its_own_name(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--gradproof", FORWARD, *GRADIENT)
    found = outcomes(result)
    assert found["G5"] == "PASSED"
    assert found["G6"] == "FAILED"
    assert found["G10"] == "XFAIL"
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.once
def test_a_failure_says_clause_input_observed_due_and_the_way_to_see_it_again(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "--gradproof", FORWARD, *GRADIENT)
    result.stdout.fnmatch_lines(
        [
            "*the error of its formula is about 0.0003 for ∂f/∂x0 of*",
            "G6 accuracy (must):",
            "  forward-difference (*)",
            "  gradproof check *forward.py:gradient --role gradient --only G6",
        ]
    )


@pytest.mark.once
def test_a_layer_of_a_file_has_its_name_and_its_defect(
    pytester: pytest.Pytester,
) -> None:
    layer = f"{PROGRAMS}/layers/wrong/layers.py:Convolution"
    result = run(pytester, "--gradproof", layer)
    result.stdout.fnmatch_lines(
        ["  overlaps-assigned (*)", "FAILED *:Convolution::clauses - L3: *"]
    )


@pytest.mark.once
def test_strict_makes_a_failed_should_fail(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--gradproof", FORWARD, *GRADIENT, "--gradproof-strict")
    assert outcomes(result)["G10"] == "FAILED"


@pytest.mark.once
def test_a_seed_is_taken_and_told_where_it_is_needed(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "--gradproof", FORWARD, *GRADIENT, "--gradproof-seed", "9")
    result.stdout.fnmatch_lines(["*--role gradient --seed 9 --only G6"])


@pytest.mark.once
def test_a_right_port_passes_and_clauses_can_be_chosen_by_name(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "--gradproof", COPIES, *GRADIENT, "-k", "value or rows")
    assert outcomes(result) == {"G2": "PASSED", "G5": "PASSED"}
    assert result.ret == 0


def test_what_is_not_covered_is_skipped_with_its_reason(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        port="""
        import numpy as np
        def gradient(f, x):
            x = np.asarray(x, float)
            if x.ndim == 2:
                return np.array([gradient(f, row) for row in x]).reshape(x.shape)
            steps = 1e-20j * np.eye(x.size)
            return np.array([np.imag(f(x + s)) / 1e-20 for s in steps])
        """
    )
    result = run(pytester, "--gradproof", "port.py:gradient", *GRADIENT, "-k", "G4")
    result.stdout.fnmatch_lines(["SKIPPED*no formula could be read*complex numbers*"])


def test_a_port_that_cannot_be_loaded_fails_one_test(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "--gradproof", "nowhere.py:gradient")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*nowhere.py:gradient: there is no such file*"])


@pytest.mark.once
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("while True: pass", "*did not finish*"),
        ("import os; os.abort()", "*crashed*SIGABRT*"),
    ],
)
def test_a_port_that_hangs_or_crashes_fails_its_tests_and_not_the_run(
    pytester: pytest.Pytester, body: str, said: str
) -> None:
    pytester.makepyfile(
        port=f"def gradient(f, x):\n    {body}", test_own="def test_own(): pass"
    )
    options = ["--gradproof", "port.py:gradient", "--gradproof-timeout", "2"]
    result = run(pytester, *options, "test_own.py")
    result.stdout.fnmatch_lines([said])
    result.stdout.fnmatch_lines(["PASSED *test_own"])


def project(pytester: pytest.Pytester, expect: str) -> None:
    pytester.makefile(
        ".toml",
        pyproject=f"[tool.gradproof.ports.mine]\ntarget = '{FORWARD}'\n{expect}",
    )


@pytest.mark.once
def test_known_failures_of_the_project_are_strict(pytester: pytest.Pytester) -> None:
    project(
        pytester,
        'role = "gradient"\nexpect = {G6 = "forward on purpose", G5 = "mended"}',
    )
    result = run(pytester, "--gradproof-project")
    found = outcomes(result)
    assert (found["G6"], found["G5"]) == ("XFAIL", "FAILED")
    result.stdout.fnmatch_lines(["*expected to fail, and passes: mended*"])


@pytest.mark.once
def test_an_expectation_of_no_clause_fails(pytester: pytest.Pytester) -> None:
    project(pytester, 'role = "gradient"\nexpect = {P1 = "another role"}')
    result = run(pytester, "--gradproof-project", "-k", "expects")
    result.assert_outcomes(failed=1, deselected=17)


@pytest.mark.once
@pytest.mark.parametrize(
    ("declared", "outcome", "said"),
    [
        ("forward-difference", "passed", ""),
        (
            "sign-flipped",
            "failed",
            "*the diagnosis was declared to be sign-flipped, and is"
            " forward-difference*",
        ),
    ],
)
def test_the_declared_diagnosis_is_a_test_of_its_own(
    pytester: pytest.Pytester, declared: str, outcome: str, said: str
) -> None:
    project(
        pytester,
        'role = "gradient"\nexpect = {G6 = "on purpose"}\n'
        f'diagnosis = ["{declared}"]',
    )
    result = run(pytester, "--gradproof-project", "-k", "diagnosis")
    result.assert_outcomes(deselected=17, **{outcome: 1})
    if said:
        result.stdout.fnmatch_lines([said])


@pytest.mark.once
def test_a_script_is_judged_by_its_clauses_and_its_diagnosis(
    pytester: pytest.Pytester,
) -> None:
    script = f"{PROGRAMS}/scripts/book_before_fix.py"
    pytester.makefile(
        ".toml",
        pyproject=f"[tool.gradproof.ports.mine]\ntarget = '{script}'\n"
        'diagnosis = ["transposed-points"]',
    )
    result = run(pytester, "--gradproof-project", "-v")
    found = parts(result)
    assert {id: found[id] for id in ("S1", "S2", "S3", "S4", "S5")} == {
        "S1": "PASSED",
        "S2": "PASSED",
        "S3": "FAILED",
        "S4": "PASSED",
        "S5": "PASSED",
    }
    assert "G5" in found
    result.stdout.fnmatch_lines(
        ["*::clauses PASSED diagnosis*", "defect:", "  transposed-points (*)"]
    )


def test_an_unknown_diagnosis_stops_the_run(pytester: pytest.Pytester) -> None:
    project(pytester, 'diagnosis = ["forward-differences"]')
    result = run(pytester, "--gradproof-project")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*mine.diagnosis*near: forward-difference*"])


def test_a_table_that_cannot_be_read_stops_the_run(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", pyproject="[tool.gradproof]\nprots = {}")
    result = run(pytester, "--gradproof-project")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unknown field `prots`*"])


DECORATED = """
import numpy as np
from gradproof.testing import parametrize_with_clauses

def forward(f, x):
    x = np.asarray(x, float)
    if x.ndim == 2:
        return np.array([forward(f, row) for row in x]).reshape(x.shape)
    return np.array([(f(x + e) - f(x)) / 1e-4 for e in 1e-4 * np.eye(x.size)])

@parametrize_with_clauses([(forward, "gradient")], expect={expect})
def test_forward(clause):
    clause()
"""


@pytest.mark.once
def test_a_test_file_of_ones_own_is_made_of_clauses(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(DECORATED.replace("{expect}", "{'G6': 'on purpose'}"))
    result = run(pytester)
    assert re.search(r"XFAIL .*forward-G6-accuracy", result.stdout.str())
    assert re.search(r"PASSED .*forward-G5-value", result.stdout.str())
    assert result.ret == 0


@pytest.mark.once
@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{'G5': 'mended'}", "*expected to fail, and passes: mended*"),
        ("{'P1': 'role'}", "*no port has the clauses P1*"),
    ],
)
def test_expectations_of_the_decorator_are_strict(
    pytester: pytest.Pytester, expect: str, said: str
) -> None:
    pytester.makepyfile(DECORATED.replace("{expect}", expect))
    run(pytester).stdout.fnmatch_lines([said])


PICTURE = """
import numpy as np
import numpy as np
import pytest
from gradproof.figures import quivers

@pytest.mark.mpl_image_compare(baseline_dir="pictures", filename="field.png")
def test_field(quiver_baseline):
    x = np.arange(4.0)
    return quiver_baseline(quivers.quiver(x, x, {u}, x))
"""


@pytest.mark.once
def test_ones_own_picture_is_compared_by_its_arrows_too(
    pytester: pytest.Pytester,
) -> None:
    def picture(u: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_picture=PICTURE.replace("{u}", u))
        return pytester.runpytest_subprocess(*options)

    picture("x", "--mpl-generate-path=pictures").assert_outcomes(skipped=1)
    assert (pytester.path / "pictures" / "field.json").is_file()
    options = ["--mpl", "--mpl-results-path=results"]
    picture("x", *options).assert_outcomes(passed=1)
    result = picture("-x", *options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the arrows are not those of *field.json:*"])
    japanese = picture("-x", *options, "--gradproof-lang=ja")
    japanese.stdout.fnmatch_lines(["*本の矢印が変化。最初は*"])
    assert (pytester.path / "results" / "field.json").is_file()
    picture("x", *options).assert_outcomes(passed=1)
    assert not (pytester.path / "results" / "field.json").exists()


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        pytest.param("quiver(x, x, -x, x)", {"png", "json"}, id="arrows"),
        pytest.param("quiver(x, x, 2 * x, 2 * x)", {"json"}, id="lengths"),
        pytest.param(
            "quiver(x, x, x, x * np.array([1, 1, 1, 1.02]))",
            {"png", "json"},
            id="few-pixels",
        ),
        pytest.param(
            "quiver(x, x, x, x, limits=(-9.0, 9.0))", {"png", "json"}, id="limits"
        ),
    ],
)
def test_what_a_failed_run_left_is_accepted_as_a_whole(
    pytester: pytest.Pytester, changed: str, parts: set[str]
) -> None:
    def picture(drawn: str, *options: str) -> pytest.RunResult:
        text = PICTURE.replace("quiver(x, x, {u}, x)", drawn)
        pytester.makepyfile(test_picture=text)
        return pytester.runpytest_subprocess(*options)

    def contents() -> dict[str, bytes]:
        return {p.suffix[1:]: p.read_bytes() for p in pictures.iterdir()}

    pictures = pytester.path / "pictures"
    options = ["--mpl", "--mpl-results-path=results"]
    picture("quiver(x, x, x, x)", "--mpl-generate-path=pictures")
    before = contents()
    result = picture(changed, *options)
    result.assert_outcomes(failed=1)
    review = [sys.executable, "-m", "gradproof", "review", "--path", "pictures"]
    accept = [*review, "--results", "results", "--accept", "field"]
    # In CI nothing is decided.
    there = {name: value for name, value in os.environ.items() if name != "CI"}
    subprocess.run(
        accept, cwd=pytester.path, env=there, check=True, capture_output=True
    )
    after = contents()
    assert {part for part in after if after[part] != before[part]} == parts
    picture(changed, *options).assert_outcomes(passed=1)


@pytest.mark.once
def test_clauses_are_spread_over_processes_and_judged_by_one(
    pytester: pytest.Pytester,
) -> None:
    result = pytester.runpytest_subprocess(
        "-n", "2", "-rA", "--gradproof", COPIES, *GRADIENT
    )
    assert outcomes(result)["G5"] == "PASSED"
    assert result.ret == 0


def test_the_plugin_costs_nothing_when_it_is_not_used() -> None:
    code = "import gradproof.pytest_plugin, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"sympy", "matplotlib", "scipy", "hypothesis", "numpy", "rich"}
    ours = {name for name in loaded if name.startswith("gradproof")}
    release = {"gradproof.report", "gradproof.report.release"}
    assert ours == {"gradproof", "gradproof.pytest_plugin", *release}


def test_optimizers_and_layers_are_parametrized_by_their_classes() -> None:
    class SGD:
        def __init__(self, lr: float = 0.01) -> None:
            self.lr = lr

        def update(self, params: Any, grads: Any) -> None:
            for key in params:
                params[key] -= 0.01 * grads[key]

    mark = testing.parametrize_with_clauses([SGD])
    checks = {case.id: case.values[0] for case in mark.args[1]}
    with pytest.raises(testing.ClauseError, match="rate-ignored"):
        checks["SGD-clauses"]()


class Wandering:
    """Of no rule that is known."""

    def __init__(self, lr: float = 0.01) -> None:
        self.lr = lr

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * np.cbrt(grads[key]) * np.abs(grads[key])


def test_what_could_not_be_judged_is_skipped_and_no_pass() -> None:
    mark = testing.parametrize_with_clauses([Wandering])
    (case,) = mark.args[1]
    with pytest.raises(pytest.skip.Exception, match="no known rule"):
        case.values[0]()


def test_a_file_of_which_nothing_could_be_judged_is_skipped(
    pytester: pytest.Pytester,
) -> None:
    source = inspect.getsource(Wandering).replace(": Any", "")
    pytester.makepyfile(rules="import numpy as np\n\n\n" + source)
    result = pytester.runpytest("--gradproof=rules.py:Wandering")
    result.assert_outcomes(skipped=1)


def test_networks_are_parametrized_with_what_their_loss_is_given() -> None:
    class Wrong(Dense):
        def gradient(self, x: Any, labels: Any) -> Any:
            return {n: 2 * g for n, g in super().gradient(x, labels).items()}

    x, t = np.random.default_rng(0).normal(size=(5, 6)), np.array([0, 2, 1, 1, 0])
    mark = testing.parametrize_with_clauses([(Wrong((6, 4, 3)), x, t)])
    checks = {case.id: case.values[0] for case in mark.args[1]}
    with pytest.raises(testing.ClauseError, match="2 times the right one"):
        checks["Wrong-clauses"]()


@pytest.mark.once
def test_a_network_of_a_file_has_its_name(pytester: pytest.Pytester) -> None:
    net = f"{PROGRAMS}/layers/wrong/networks.py:ByHand"
    result = run(pytester, "--gradproof", net)
    result.stdout.fnmatch_lines(
        ["*4 times the right one*", "FAILED *:ByHand::clauses - NN3: *"]
    )
