"""What it costs to judge a file of layers, as a ratio to the imports alone.

    python benchmarks/layers.py [FILE.py]

Both are processes of their own, measured in turns. Exits with 1 when judging takes
longer than is promised.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

DEFAULT = f"{Path(__file__).parents[1]}/tests/programs/layers/volume1/layers.py"
ROUNDS = 5
PROMISED = 2.5
"""Times the imports, for a file of eight layers."""

IMPORTS = "from gradproof.project import checks; from gradproof.report import port_text"


def seconds(*arguments: str) -> float:
    """Wall time of a Python with these arguments."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    return time.perf_counter() - begin


def main() -> int:
    """Measure in turns, and print the quickest of each."""
    file = sys.argv[1] if len(sys.argv) > 1 else DEFAULT
    imports, judged = [], []
    for _ in range(ROUNDS):
        imports.append(seconds("-c", IMPORTS))
        judged.append(seconds("-m", "gradproof", "check", file))
    ratio = min(judged) / min(imports)
    print(
        f"imports {min(imports):.2f} s, judged {min(judged):.2f} s: {ratio:.2f} times"
    )
    return int(ratio > PROMISED)


if __name__ == "__main__":
    sys.exit(main())
