"""Where the repository's own files are."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
BASELINES = ROOT / "baseline_images"
PROGRAMS = ROOT / "tests" / "programs"
"""Ports, scripts and notebooks as users have them: what is judged in tests."""
