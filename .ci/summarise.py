"""Add up the JUnit files of pytest runs and print one closing line.

Usage: ``python summarise.py FILE…``. Exits with 1 if a test failed or none ran.
As in JUnit, an expected failure counts as skipped.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from xml.etree import ElementTree


def outcome(case: ElementTree.Element) -> str:
    """``failed``, ``skipped`` or ``passed``, for one ``testcase`` element."""
    children = {child.tag for child in case}
    if children & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in children else "passed"


def count(paths: Iterable[str]) -> Counter[str]:
    """Number of tests by outcome over all files."""
    return Counter(
        outcome(case)
        for path in paths
        for case in ElementTree.parse(path).iter("testcase")
    )


def main(paths: Iterable[str]) -> int:
    """Print the closing line and return the exit code."""
    total = count(paths)
    print(
        ", ".join(f"{total[word]} {word}" for word in ("passed", "failed", "skipped"))
    )
    return int(total["failed"] > 0 or total["passed"] == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
