"""Build and judge the usual signatures of every language, right and wrong: one table.

python tests/tools/signatures_table.py [LANGUAGE ...]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import starting_points
from gradproof.starters import files, starter
from gradproof.starters.languages import LANGUAGES
from usual_signatures import USUAL, Usual


def outcome(usual: Usual, text: str) -> tuple[str, str]:
    """The musts that fail, and the defect that is named, as a new user has them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / usual.file).write_text(text, "utf-8")
        language = LANGUAGES[usual.language]
        found = starter.calling(language, f"{folder / usual.file}:slope", folder)
        files.write(found.files, folder)
        examined = starting_points.judged_in(found, folder)
        return starting_points.outcome(examined, level="must")


def main(languages: list[str]) -> int:
    """Print the table; the number of those that are not judged as they should be."""
    others = 0
    for usual in USUAL:
        if languages and usual.language not in languages:
            continue
        for kind, text in (("right", usual.text), ("wrong", usual.wrong)):
            failing, defect = outcome(usual, text)
            wrong = kind == "wrong"
            others += {"operator-precedence" in defect, bool(failing)} != {wrong}
            told = f"fails {failing}  {defect}" if failing else "right"
            print(f"{usual.language:11} {kind:6} {usual.name:64} {told}", flush=True)
    return others


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
