"""What is written where nothing may be written lies elsewhere, and is found there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

KEEPS = """\
import json, os, sys
from gradproof.ports.worker.core import diverted
diverted.install(sys.argv[1])
class Kept:
    stat, mkdir, remove = os.stat, os.mkdir, os.remove
kept, path = Kept(), sys.argv[2]
there = os.path.join(sys.argv[1], os.path.abspath(path).lstrip(os.sep))
kept.mkdir(os.path.dirname(there))
with open(there, "w") as file:
    file.write("diverted")
size = kept.stat(path).st_size
kept.remove(path)
from pathlib import Path
print(json.dumps([size, Path(path).exists(), os.path.exists(there), os.stat.__name__]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no wall to divert from")
def test_a_class_that_keeps_what_is_diverted_makes_no_method_of_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "there" / str(tmp_path).lstrip("/")).mkdir(parents=True)
    ran = subprocess.run(
        [sys.executable, "-c", KEEPS, tmp_path / "there", tmp_path / "new" / "file"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == [8, False, False, "stat"]
