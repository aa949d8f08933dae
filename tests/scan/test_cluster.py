"""On a Dask cluster the results are those of one machine, though a worker is lost."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gradproof.commands import cli, exit_codes

pytestmark = [
    pytest.mark.once,
    # What Dask leaves to the collector is its own matter.
    pytest.mark.filterwarnings("ignore"),
]

PORT = """\
import numpy as np
from helper import step
def numerical_gradient(f, x):
    grad = np.zeros_like(x, float)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x, float)
        e[i] = step * NUMBER
        grad[i] = (f(x + e) - f(x - e)) / (2 * e[i])SLIP
    return grad
"""


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    with cluster:
        yield cluster


def ports(folder: Path) -> Path:
    folder.mkdir()
    (folder / "helper.py").write_text("step = 1e-5\n")
    for number in range(1, 6):
        text = PORT.replace("NUMBER", str(number))
        slip = " * 2" if number % 3 == 0 else ""
        (folder / f"port{number}.py").write_text(text.replace("SLIP", slip))
    return folder


def scanned(output: Path, *options: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(
        cli.cli, ["scan", ".", "--output", str(output), *options]
    )
    assert result.exit_code == exit_codes.WRONG, result.output
    lines = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    for line in lines:
        del line["wall"]
    return lines


def test_the_results_are_those_of_one_machine_though_a_worker_is_lost(
    tmp_path: Path, scheduler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ports(tmp_path / "ports"))
    there = tmp_path / "there.jsonl"
    killed = threading.Thread(target=_kill_one_midway, args=(scheduler, there))
    killed.start()
    found = scanned(there, "--cluster", scheduler.scheduler_address)
    killed.join()
    assert found == scanned(tmp_path / "here.jsonl", "--jobs", "2")
    verdicts = [line["verdict"] for line in found]
    assert verdicts.count("fail") == 1
    assert verdicts.count("pass") == 4


def _kill_one_midway(scheduler: Any, output: Path) -> None:
    """End a worker once some results have come."""
    while not (output.exists() and output.read_bytes().count(b"\n") >= 1):
        time.sleep(0.01)
    with scheduler.get_client() as client:
        pids = client.run(os.getpid)
    os.kill(next(iter(pids.values())), signal.SIGKILL)


def test_workers_of_another_version_are_refused(
    tmp_path: Path, scheduler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradproof.scan import cluster

    monkeypatch.setattr(cluster, "__version__", "0.0.0")
    monkeypatch.chdir(ports(tmp_path / "ports"))
    options = ["scan", ".", "--cluster", scheduler.scheduler_address]
    result = CliRunner().invoke(cli.cli, options)
    assert result.exit_code == exit_codes.USAGE
    assert f"they say: {metadata.version('gradproof')}" in result.output


def test_where_there_is_no_scheduler_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradproof.scan import cluster

    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    monkeypatch.chdir(ports(tmp_path / "ports"))
    options = ["scan", ".", "--cluster", "tcp://127.0.0.1:9"]
    result = CliRunner().invoke(cli.cli, options)
    assert result.exit_code == exit_codes.USAGE
    assert "no Dask scheduler at tcp://127.0.0.1:9" in result.output
