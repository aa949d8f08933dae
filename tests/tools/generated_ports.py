"""Ports of known kinds, as many as one likes, and what a scan is to say of each.

    python tests/tools/generated_ports.py [EVERY] [OPTION...]

writes 300 of them into a folder of its own, or every so many, scans that with the
options, and prints what is not as expected. It exits with the number of these.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOP = """\
import numpy as np
h = STEP
def numerical_gradient(f, x):
    if x.ndim > 1:
        return np.array([numerical_gradient(f, row) for row in x])
    grad = np.zeros_like(x, float)
    for i in range(x.size):
        ahead, behind = x.astype(float), x.astype(float)
        ahead[i] += h
        behind[i] -= h
        grad[i] = QUOTIENT
    return grad
"""
LIST = """\
import numpy as np
h = STEP
def numerical_gradient(f, x):
    if x.ndim > 1:
        return np.array([numerical_gradient(f, row) for row in x])
    slopes = []
    for e in np.eye(x.size):
        ahead, behind = x + h * e, x - h * e
        slopes.append(QUOTIENT)
    return np.array(slopes)
"""
SHAPED = LIST.replace("numerical_gradient", "steepness_of")
RIGHT = "(f(ahead) - f(behind)) / (2 * h)"
SLIPS = {
    "operator-precedence": "(f(ahead) - f(behind)) / 2 * h",
    "missing-half": "(f(ahead) - f(behind)) / h",
    "sign-flipped": "(f(behind) - f(ahead)) / (2 * h)",
    "sum-for-difference": "(f(ahead) + f(behind)) / (2 * h)",
    "forward-difference": "(f(ahead) - f(x)) / h",
    "backward-difference": "(f(x) - f(behind)) / h",
}
PAIRS = (
    "(f(behind) - f(ahead)) / h",
    "(f(behind) - f(ahead)) / 2 * h",
    "(f(x) - f(ahead)) / h",
)
SCRIPT = """\
import numpy as np
import matplotlib.pyplot as plt
from routine import numerical_gradient
def bowl(x):
    return SCALE * (x[0] ** 2 + 3 * x[1] ** 2)
X, Y = np.meshgrid(np.arange(-2, 2.5, 0.5), np.arange(-2, 2.5, 0.5))
X, Y = X.flatten(), Y.flatten()
grad = numerical_gradient(bowl, CALL)
plt.quiver(X, Y, -grad[0], -grad[1])
"""
LAYER = """\
import numpy as np
class Affine:
    note = NUMBER
    def __init__(self, W, b):
        self.W, self.b = W, b
    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b
    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = BIAS
        return np.dot(dout, self.W.T)
"""
FAULTS = (
    "import os\ndef numerical_gradient(f, x):\n    os._exit(NUMBER)\n",
    "def numerical_gradient(f, x):\n    raise ValueError(NUMBER)\n",
    "def numerical_gradient(f, x):\n    return 'NUMBER'\n",
    "import os, signal\ndef numerical_gradient(f, x):\n"
    "    os.kill(os.getpid(), signal.SIGKILL + 0 * NUMBER)\n",
    "raise SystemExit(NUMBER)\ndef numerical_gradient(f, x):\n    return f\n",
)


@dataclass(frozen=True)
class Made:
    """A file, what in it is a port, and what is expected: a verdict, and a defect."""

    kind: str
    file: str
    text: str
    name: str
    verdicts: frozenset[str]
    defect: str | None = None

    @property
    def target(self) -> str:
        return f"{self.file}:{self.name}" if self.name else self.file


def ports() -> Iterator[Made]:
    """Three hundred of them; no two are copies."""
    manners = (LOOP, LIST, SHAPED)
    steps = (f"{7 + number / 20:.2f}e-5" for number in itertools.count())
    for number in range(120):
        yield _routine("right", number, manners[number % 3], next(steps), RIGHT)
    for number in range(90):
        defect, quotient = list(SLIPS.items())[number % len(SLIPS)]
        text = manners[number // 6 % 3]
        yield _routine("mutant", number, text, next(steps), quotient, defect)
    for number in range(24):
        quotient = PAIRS[number % 3]
        yield _routine("pair", number, LOOP, next(steps), quotient, "+")
    for number in range(20):
        yield _script(number)
    for number in range(26):
        yield _layer(number)
    for number in range(20):
        text = FAULTS[number % len(FAULTS)].replace("NUMBER", str(number + 3))
        verdicts = frozenset({"error", "", "fail"})
        file = f"fault{number:03}.py"
        yield Made("fault", file, text, "numerical_gradient", verdicts)


def _routine(
    kind: str, number: int, text: str, step: str, quotient: str, defect: str = ""
) -> Made:
    name = "steepness_of" if text is SHAPED else "numerical_gradient"
    text = text.replace("STEP", step).replace("QUOTIENT", quotient)
    verdicts = frozenset({"fail" if defect else "pass"})
    return Made(kind, f"{kind}{number:03}.py", text, name, verdicts, defect)


def _script(number: int) -> Made:
    wrong = number % 2
    call = "np.array([X, Y])" if wrong else "np.array([X, Y]).T).T"
    text = SCRIPT.replace("CALL)", f"{call})" if wrong else call)
    text = text.replace("SCALE", str(number + 1))
    verdicts = frozenset({"fail" if wrong else "pass"})
    defect = "transposed-points" if wrong else ""
    return Made("script", f"script{number:03}.py", text, "", verdicts, defect)


def _layer(number: int) -> Made:
    wrong = number % 2
    text = LAYER.replace("BIAS", "dout[0]" if wrong else "np.sum(dout, axis=0)")
    text = text.replace("NUMBER", str(number))
    verdicts = frozenset({"fail" if wrong else "pass"})
    defect = "bias-first-row" if wrong else ""
    return Made("layer", f"layer{number:03}.py", text, "Affine", verdicts, defect)


ROUTINE = LOOP.replace("STEP", "1e-4").replace("QUOTIENT", RIGHT)
"""What the scripts call; it is a port as well."""


def write(folder: Path, made: list[Made]) -> None:
    """Write them all, and the routine of the scripts."""
    (folder / "routine.py").write_text(ROUTINE)
    for port in made:
        (folder / port.file).write_text(port.text)


def unexpected(made: list[Made], output: Path) -> list[str]:
    """What the results do not say as they should; each port has to be there."""
    found: dict[str, dict[str, Any]] = {}
    for line in output.read_text("utf-8").splitlines():
        said = json.loads(line)
        found.setdefault(said["target"], said)
    told = []
    for port in made:
        said = found.get(port.target)
        if said is None:
            told.append(f"{port.target}: there is nothing of it")
            continue
        verdict = said.get("verdict", "")
        defects = [" + ".join(each["defects"]) for each in said.get("diagnosis", [])]
        named = not port.defect or any(port.defect in each for each in defects[:1])
        if verdict not in port.verdicts or not named:
            wanted = f"{sorted(port.verdicts)} {port.defect}"
            told.append(f"{port.target}: {verdict} {defects[:1]}, not {wanted}")
    return told


def main() -> int:
    """Write, scan and compare."""
    every, *options = sys.argv[1:] or ["1"]
    made = list(ports())[:: int(every)]
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), made)
        command = [sys.executable, "-m", "gradproof", "scan", name, "--lang", "en"]
        output = Path(name, "results.jsonl")
        command += ["--output", str(output), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(done.stdout[done.stdout.rfind("\n", 0, -1) + 1 :], done.stderr)
        said = unexpected([_in(port, name) for port in made], output)
    print(*said, f"{len(made)} ports, {len(said)} not as expected", sep="\n")
    return len(said)


def _in(port: Made, folder: str) -> Made:
    kept = (port.kind, f"{folder}/{port.file}", port.text, port.name)
    return Made(*kept, port.verdicts, port.defect)


if __name__ == "__main__":
    sys.exit(main())
