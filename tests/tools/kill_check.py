"""Kill commands that write at random moments, and see that nothing is half done.

    python tests/tools/kill_check.py [SCENE ...] [--times N] [--seed S]

Each scene is a command that changes files which belong together. It is killed by
SIGKILL: at a moment of its whole run, or within some milliseconds of the first file
that it writes; half the time it alone is killed, half the time all that it has started.
Then each file is the old or the new one, whole and with its mode; and when the folder
is read the next time all of them are old, or all are new, and nothing else is left.
It prints a table, and ends with 1 if that is not so. Git leaves the lock of its index
behind where it is killed itself: how often is counted, and the lock taken away.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

import repositories
from gradproof.edits.journal import finish_below
from gradproof.edits.replacement import PREFIX
from repositories import FLIPPED, json_of, png_of

SCRIPT = Path(__file__).parents[1] / "programs" / "scripts" / "by_indices.py"
GRADPROOF = (sys.executable, "-m", "gradproof")
AFTER_FIRST = 0.03
"""Seconds within which it is killed where it is killed while it writes."""
PATIENCE = 300.0
"""Seconds for a command that is not killed."""

Held = Mapping[str, tuple[bytes, int]]
"""Bytes and mode of each file, by its path in the folder."""


@dataclass(frozen=True)
class Scene:
    """A folder, the command that is run in it, and the files that go together."""

    prepare: Callable[[Path], object]
    command: tuple[str, ...]
    ours: Callable[[Path], Iterator[Path]]


def two_files(folder: Path) -> None:
    """A script that is faulty in two modules: one routine's formula, one call."""
    text = SCRIPT.read_text("utf-8").replace("/ (2 * h)", "/ 2 * h")
    imports, definition, rest = text.partition("def point_gradient")
    routine, side, call = rest.partition("side = ")
    calls, mark, shown = call.partition("plt.quiver")
    (folder / "routine.py").write_text(imports + definition + routine, "utf-8")
    (folder / "field.py").write_text(
        f"from routine import *\n\n\n{side}{calls}", "utf-8"
    )
    (folder / "main.py").write_text(f"from field import *\n{mark}{shown}", "utf-8")
    (folder / "routine.py").chmod(0o600)
    (folder / "field.py").chmod(0o664)


def scripts(folder: Path) -> Iterator[Path]:
    """The sources."""
    return folder.glob("*.py")


PICTURES = ("a", "b")


def repository(folder: Path) -> None:
    """A repository in which two pictures and their arrows have changed."""
    old = {f"{n}{end}": data for n in PICTURES for end, data in _drawn().items()}
    made = repositories.new(folder, old)
    made.write(
        {f"{n}{e}": data for n in PICTURES for e, data in _drawn(new=True).items()}
    )
    for path in baselines(folder):
        path.chmod(0o664)


def _drawn(new: bool = False) -> dict[str, bytes]:
    if new:
        return {".png": png_of((1, 2)), ".json": json_of(FLIPPED)}
    return {".png": png_of(), ".json": json_of()}


def baselines(folder: Path) -> Iterator[Path]:
    """The baselines, and what of them is staged."""
    return (folder / "baseline_images").glob("*.*")


def results(folder: Path) -> None:
    """Baselines, and what a run has left of two of them."""
    for where, new in (("baseline_images", False), ("results", True)):
        (folder / where).mkdir()
        for name in PICTURES:
            for end, data in _drawn(new).items():
                path = folder / where / f"{name}{end}"
                path.write_bytes(data)
                path.chmod(0o640)


def results_too(folder: Path) -> Iterator[Path]:
    """Baselines and results, but not what is put aside."""
    yield from baselines(folder)
    yield from (folder / "results").glob("*.*")


TEST = """
import numpy as np
import pytest
from gradproof.figures import quivers

@pytest.mark.mpl_image_compare(baseline_dir="baseline_images", filename="a.png")
def test_a(quiver_baseline):
    x = np.arange(4.0)
    return quiver_baseline(quivers.quiver(x, x, -x, x))
"""


def regenerated(folder: Path) -> None:
    """A test whose baselines are to be written anew."""
    (folder / "baseline_images").mkdir()
    for end, data in _drawn().items():
        (folder / "baseline_images" / f"a{end}").write_bytes(data)
        (folder / "baseline_images" / f"a{end}").chmod(0o640)
    (folder / "test_picture.py").write_text(TEST, "utf-8")


PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
ALL = ("a", "b")
SCENES: Mapping[str, Scene] = {
    "fix --write": Scene(two_files, (*GRADPROOF, "fix", "main.py", "--write"), scripts),
    "review --accept": Scene(
        repository, (*GRADPROOF, "review", "--accept", *ALL), baselines
    ),
    "review --reject": Scene(
        repository, (*GRADPROOF, "review", "--reject", *ALL), baselines
    ),
    "review --results --accept": Scene(
        results,
        (*GRADPROOF, "review", "--results", "results", "--accept", *ALL),
        results_too,
    ),
    "review --results --reject": Scene(
        results,
        (*GRADPROOF, "review", "--results", "results", "--reject", *ALL),
        results_too,
    ),
    "pytest --mpl-generate-path": Scene(
        regenerated, (*PYTEST, "--mpl-generate-path=baseline_images"), baselines
    ),
}


def held(scene: Scene, folder: Path) -> Held:
    """What the files are, and in a repository what is staged of them."""
    found = {
        str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mode & 0o777)
        for p in scene.ours(folder)
        if not p.name.startswith(PREFIX)
    }
    if (folder / ".git").exists():
        staged = ("git", "ls-files", "--stage", "-z", "--", "baseline_images")
        found["index"] = subprocess.check_output(staged, cwd=folder), 0
    return found


@contextmanager
def started(scene: Scene, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, in a session of its own."""
    there = {name: value for name, value in os.environ.items() if name != "CI"}
    with subprocess.Popen(
        scene.command,
        cwd=folder,
        env={**there, **repositories.ISOLATED},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield process


@dataclass(frozen=True)
class Whole:
    """The files before and after a run that is not killed, and its seconds."""

    before: Held
    after: Held
    seconds: float


@dataclass(frozen=True)
class Killing:
    """A scene that is prepared once, and a random order of moments."""

    scene: Scene
    template: Path
    whole: Whole

    def once(self, random: Random) -> tuple[str, bool]:
        """Kill it: what was found, ``half done`` included, or what is wrong.

        And whether git has left its lock.
        """
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made, "it")
            shutil.copytree(self.template, folder)
            with started(self.scene, folder) as process:
                self._wait(process, folder, random)
                _kill(process, together=random.random() < 0.5)
            lock = folder / ".git" / "index.lock"
            locked = lock.exists()
            lock.unlink(missing_ok=True)
            return self._found(folder), locked

    def _wait(
        self, process: subprocess.Popen[bytes], folder: Path, random: Random
    ) -> None:
        """Until the moment: of the whole run, or after the first file."""
        if random.random() < 0.3:
            time.sleep(random.uniform(0, self.whole.seconds))
            return
        while process.poll() is None and not _writes(folder):
            time.sleep(0.0002)
        time.sleep(random.uniform(0, AFTER_FIRST) ** 2 / AFTER_FIRST)

    def _found(self, folder: Path) -> str:
        before, after = self.whole.before, self.whole.after
        now = held(self.scene, folder)
        for path in {*now, *before, *after}:
            if now.get(path) not in (before.get(path), after.get(path)):
                return f"WRONG: {path} is neither old nor new"
        at_once = _state(now, before, after)
        finish_below(folder)
        later = _state(held(self.scene, folder), before, after)
        left = [p.name for p in folder.rglob(f"{PREFIX}*")]
        if left:
            return f"WRONG: {left} are left"
        return f"{at_once}, then {later}" if at_once != later else at_once


def _writes(folder: Path) -> bool:
    git = folder / ".git"
    if (git / "index.lock").exists() or (git / "refs" / "gradproof").exists():
        return True
    below = (folder, folder / "baseline_images", folder / "results")
    return any(_begun(path) for path in below)


def _begun(folder: Path) -> bool:
    try:
        return any(name.startswith(PREFIX) for name in os.listdir(folder))
    except OSError:
        return False


def _kill(process: subprocess.Popen[bytes], together: bool) -> None:
    try:
        if together:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass
    process.wait()
    time.sleep(0.05)  # for what git has begun by itself


def _state(now: Held, before: Held, after: Held) -> str:
    if now in (before, after):
        return "old" if now == before else "new"
    return "half done"


def whole(scene: Scene, template: Path, folder: Path) -> Whole:
    """Run it to its end. Raises AssertionError if that changes nothing."""
    shutil.copytree(template, folder)
    before, began = held(scene, folder), time.monotonic()
    with started(scene, folder) as process:
        process.wait(PATIENCE)
    seconds = time.monotonic() - began
    after = held(scene, folder)
    assert before != after, "it changes nothing"
    return Whole(before, after, seconds)


LOCKED = "git's lock left"


def killings(name: str, times: int, seed: int) -> Counter[str]:
    """What was found, and how often, after so many kills of a scene."""
    scene, random = SCENES[name], Random(f"{name} {seed}")
    with tempfile.TemporaryDirectory() as made:
        template = Path(made, "template")
        template.mkdir()
        scene.prepare(template)
        killing = Killing(scene, template, whole(scene, template, Path(made, "whole")))
        found = [killing.once(random) for _ in range(times)]
    locks = sum(locked for _, locked in found)
    return Counter(state for state, _ in found) + Counter({LOCKED: locks})


def is_wrong(found: str) -> bool:
    """Whether that is not to be."""
    return found.startswith("WRONG") or found.endswith("half done")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenes", nargs="*", metavar="SCENE")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    bad = False
    for name in asked.scenes or SCENES:
        found = killings(name, asked.times, asked.seed)
        bad |= any(map(is_wrong, found))
        told = ", ".join(f"{what}: {count}" for what, count in found.most_common())
        print(f"{name:26} {told}", flush=True)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
