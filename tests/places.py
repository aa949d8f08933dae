"""Where the repository's own files are."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BASELINES = ROOT / "baseline_images"
PROGRAMS = ROOT / "tests" / "programs"
"""Ports, scripts and notebooks as users have them: what is judged in tests."""


def installing(python: Path) -> list[str]:
    """The command that installs what follows for an interpreter: by uv if there is."""
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=beside)
    if uv is not None:
        return [uv, "pip", "install", "-q", "--python", str(python)]
    return [str(python), "-m", "pip", "install", "-q"]
