"""In one environment a report is the same, byte for byte, but for the time it took."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
TARGETS = (
    "wrong/precedence.py:gradient",
    "scripts/product.py",
)
TIME = re.compile(r'"wall": [-+.e\d]+')


def report(**variables: str) -> str:
    """The JSON report on all of them, without the times."""
    targets = [str(PROGRAMS / target) for target in TARGETS]
    done = subprocess.run(
        [sys.executable, "-m", "gradproof", "check", "--format", "json", *targets],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    return TIME.sub("", done.stdout)


@pytest.mark.part(0)
@pytest.mark.once
def test_a_report_depends_on_no_hash_and_no_number_of_threads() -> None:
    one = report(PYTHONHASHSEED="1", OPENBLAS_NUM_THREADS="1")
    other = report(PYTHONHASHSEED="2", OPENBLAS_NUM_THREADS="2")
    assert one == other
    assert len(one) > 5_000
