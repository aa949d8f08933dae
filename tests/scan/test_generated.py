"""Of ports that were made, a scan says what is known of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cluster_check
import generated_ports


def test_there_are_three_hundred_of_every_kind_and_no_two_are_the_same() -> None:
    made = list(generated_ports.ports())
    assert len({port.text for port in made}) == len(made) == 300
    kinds = {port.kind for port in made}
    assert kinds == {"right", "mutant", "pair", "script", "layer", "fault"}


@pytest.mark.part(0)
@pytest.mark.once
def test_a_slice_of_them_is_judged_as_expected(tmp_path: Path) -> None:
    made = list(generated_ports.ports())[::23]
    generated_ports.write(tmp_path, made)
    command = [sys.executable, "-m", "gradproof", "scan", ".", "--lang", "en"]
    command += ["--jobs", "2", "--output", "results.jsonl"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    said = generated_ports.unexpected(made, tmp_path / "results.jsonl")
    assert said == []


@pytest.mark.once
def test_a_cluster_that_loses_a_worker_says_the_same_of_them() -> None:
    command = [sys.executable, cluster_check.__file__, "60"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "5 ports, 0 not as expected, 0 differ" in done.stdout, done.stderr
    assert "a worker was killed after" in done.stdout
