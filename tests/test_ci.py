"""What CI adds to the suite: no test is skipped, and all are counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

SUITES = {
    "pass": ("def test(): pass", 0, 0),
    "fail": ("def test(): assert False", 1, 1),
    "skip": ("import pytest\ndef test(): pytest.skip('why')", 0, 1),
    "skip-module": ("import pytest\npytest.skip('why', allow_module_level=True)", 5, 2),
    "expected-failure": (
        "import pytest\n@pytest.mark.xfail\ndef test(): assert False",
        0,
        0,
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("name", SUITES)
@pytest.mark.parametrize("in_ci", [False, True], ids=["at-home", "in-ci"])
def test_a_skip_fails_in_ci_alone(tmp_path: Path, name: str, in_ci: bool) -> None:
    body, at_home, there = SUITES[name]
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(body)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", "."],
        cwd=tmp_path,
        env={
            **os.environ,
            "CI": "true" if in_ci else "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == (there if in_ci else at_home), done.stdout + done.stderr


CASES = {
    "passed": "<testcase/>",
    "failed": "<testcase><failure/></testcase>",
    "error": "<testcase><error/></testcase>",
    "skipped": "<testcase><skipped/></testcase>",
}


@pytest.mark.parametrize(
    ("files", "line", "code"),
    [
        ([], "0 passed, 0 failed, 0 skipped", 1),
        (["skipped"], "0 passed, 0 failed, 1 skipped", 1),
        (["passed", "passed skipped"], "2 passed, 0 failed, 1 skipped", 0),
        (["passed", "failed error"], "1 passed, 2 failed, 0 skipped", 1),
    ],
)
def test_all_results_are_added_up(
    tmp_path: Path, files: list[str], line: str, code: int
) -> None:
    paths = [tmp_path / f"{number}.xml" for number in range(len(files))]
    for path, cases in zip(paths, files, strict=True):
        body = "".join(CASES[case] for case in cases.split())
        path.write_text(f"<testsuites><testsuite>{body}</testsuite></testsuites>")
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "summarise.py", *paths],
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.returncode) == (line, code), done.stderr
