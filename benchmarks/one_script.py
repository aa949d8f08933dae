"""What a report on a script costs, beside the imports that the script itself needs.

    python benchmarks/one_script.py [SCRIPT.py]

Each is a process of its own, and they are run in turns, so that a machine that is busy
for a while slows both; ratios are taken turn by turn and the median is shown. There is
no limit: it depends on how many processors are free. Compile the bytecode beforehand:
without it, everything takes several times as long.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

DEFAULT = f"{Path(__file__).parents[1]}/tests/programs/scripts/book_before_fix.py"
TURNS = 9


def seconds(*arguments: str) -> float:
    """Wall time of a process of this interpreter, which is to give a verdict."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    taken = time.perf_counter() - begin
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments} ended with {done.returncode}")
    return taken


def main() -> None:
    """Measure in turns, and print the medians."""
    script = sys.argv[1] if len(sys.argv) > 1 else DEFAULT
    imports = ("-c", "import numpy, matplotlib.pyplot")
    check = ("-m", "gradproof", "check", script)
    for warm in (imports, check):
        seconds(*warm)
    found = [(seconds(*imports), seconds(*check)) for _ in range(TURNS)]
    own, whole = (statistics.median(column) for column in zip(*found, strict=True))
    ratio = statistics.median(whole / own for own, whole in found)
    print(f"{'import numpy, matplotlib.pyplot':32} {own:7.3f} s")
    print(f"{'gradproof check ' + Path(script).name:32} {whole:7.3f} s  x {ratio:.2f}")


if __name__ == "__main__":
    main()
