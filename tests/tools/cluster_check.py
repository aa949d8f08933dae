"""Whether a cluster says what one machine says, though a worker is killed midway.

    python tests/tools/cluster_check.py [EVERY]

writes the three hundred ports of `generated_ports`, or every so many, scans them here
and on a Dask cluster of two workers on loopback, kills one of these when a third of the
results has come, and compares the two files but for times. It prints what is not as
expected, and where they differ, and exits with how many there are of both.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import generated_ports

SCAN = [sys.executable, "-m", "gradproof", "scan", ".", "--lang", "en"]


def scanned(folder: Path, output: Path, *options: str) -> float:
    """Scan the folder; the seconds that it took."""
    begin = time.monotonic()
    command = [*SCAN, "--output", str(output), *options]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    print(*done.stdout.splitlines()[-1:], *done.stderr.splitlines(), sep="\n")
    return time.monotonic() - begin


def timeless(output: Path) -> list[dict[str, Any]]:
    """The lines of a file without their times."""
    lines = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    for line in lines:
        line.pop("wall", None)
    return lines


def kill_midway(cluster: Any, output: Path, enough: int) -> None:
    """End a worker once so many results have come."""
    while not (output.exists() and output.read_bytes().count(b"\n") >= enough):
        time.sleep(0.05)
    with cluster.get_client() as client:
        pids = client.run(os.getpid)
    os.kill(next(iter(pids.values())), signal.SIGKILL)
    print(f"a worker was killed after {enough} results")


def there(folder: Path, output: Path, enough: int) -> float:
    """Scan on a cluster of two workers, one of which is killed."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        killer = threading.Thread(
            target=kill_midway, args=(cluster, output, enough), daemon=True
        )
        killer.start()
        return scanned(folder, output, "--cluster", cluster.scheduler_address)


def main() -> int:
    """Scan twice, and compare."""
    (every,) = sys.argv[1:] or ["1"]
    made = list(generated_ports.ports())[:: int(every)]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder = place / "ports"
        folder.mkdir()
        generated_ports.write(folder, made)
        one, two = place / "here.jsonl", place / "there.jsonl"
        seconds = [scanned(folder, one, "--jobs", "2")]
        seconds.append(there(folder, two, len(made) // 3))
        said = generated_ports.unexpected(made, one)
        pairs = zip(timeless(one), timeless(two), strict=True)
        differ = [a["target"] for a, b in pairs if a != b]
    print(*said, *(f"{target}: the cluster says something else" for target in differ))
    print(f"{len(made)} ports, {len(said)} not as expected, {len(differ)} differ")
    print("seconds here {:.0f}, on the cluster {:.0f}".format(*seconds))
    return len(said) + len(differ)


if __name__ == "__main__":
    sys.exit(main())
