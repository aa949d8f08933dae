"""Compare what two revisions say of the same programs.

    python tests/tools/compare_reports.py BEFORE [AFTER]

Both revisions' packages run under this interpreter, over the programs and golden
pictures of BEFORE: every function, script and notebook of its tests, as JSON, as text
and in Japanese; fix, explain, demo, draw and a review. What differs is shown. Time and
environment may differ, and what the patterns of --allow match.
Exit code: 0 nothing else differs; 1 something does; 2 usage.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from re import Pattern

from reports import forms, outputs, surroundings, tasks
from reports.revisions import Outputs, Revision, dumped
from reports.tasks import Batch, Task

SHARDS = 6
"""Processes for a revision: enough to share the work, few enough to start."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; the exit code."""
    options = _parser().parse_args(arguments)
    allow = forms.sentences(options.allow.read_text("utf-8")) if options.allow else []
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        root = Path(folder).resolve()
        before = Revision.unpacked(options.before, root / "a")
        after = Revision.unpacked(options.after, root / "b")
        for revision in (before, after):
            surroundings.build(revision.folder, before.programs, before.pictures)
        batches = list(_chosen(before, options.only))
        found = _outputs(before, after, batches, options.jobs, options.cache)
    return told(batches, *found, allow)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("before", metavar="BEFORE", help="a revision")
    add("after", metavar="AFTER", nargs="?", default="HEAD", help="by default HEAD")
    add("--jobs", type=int, default=2, metavar="N", help="processes at a time")
    add("--only", default="*", metavar="GLOB", help="'scripts/*', explain, review, …")
    add("--allow", type=Path, metavar="FILE", help="regular expressions, one a line")
    add("--cache", type=Path, metavar="FOLDER", help="where BEFORE's outputs are kept")
    return parser


def _chosen(before: Revision, glob: str) -> Iterator[Batch]:
    task = Task(("explain",))
    listed = before.outputs([Batch("", (task,))], "list")[task.name]["stdout"]
    for batch in tasks.batches(before.programs, tasks.listed(listed)):
        if fnmatchcase(batch.subject, glob):
            yield batch


def _outputs(
    before: Revision,
    after: Revision,
    batches: Sequence[Batch],
    jobs: int,
    cache: Path | None,
) -> tuple[Outputs, Outputs]:
    """What both make of the batches; BEFORE's may have been kept."""
    kept = cache / f"{before.commit[:12]}-{_digest(batches)}.json" if cache else None
    found: dict[Revision, Outputs] = {before: {}, after: {}}
    if kept and kept.is_file():
        found[before] = json.loads(kept.read_text("utf-8"))
    work = [
        (revision, batches[n::SHARDS], str(n))
        for n in range(SHARDS)
        for revision in ((after,) if found[before] else (before, after))
    ]
    with ThreadPoolExecutor(jobs) as pool:
        for (revision, *_), made in zip(work, pool.map(_run, work), strict=True):
            found[revision].update(made)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found[before], ensure_ascii=False), "utf-8")
    return found[before], found[after]


def _run(work: tuple[Revision, Sequence[Batch], str]) -> Outputs:
    revision, batches, name = work
    return revision.outputs(batches, name)


def _digest(batches: Sequence[Batch]) -> str:
    """Of all that BEFORE's outputs follow from, beside its commit."""
    sources = map(inspect.getsource, (outputs, surroundings))
    text = "\n".join((dumped(batches), sys.version, *sources))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def told(
    batches: Sequence[Batch],
    before: Outputs,
    after: Outputs,
    allow: Sequence[Pattern[str]],
) -> int:
    """Print what differs; the exit code."""
    compared = differing = allowed = 0
    for batch in batches:
        for name, old, new in forms.pairs([t.name for t in batch.tasks], before, after):
            compared += 1
            if old == new:
                continue
            if forms.accepted(old, new, allow):
                allowed += 1
            else:
                differing += 1
                print(forms.difference(name, old, new))
    as_allowed = f" ({allowed} more as allowed)" if allow else ""
    print(f"{compared} outputs compared, {differing} differ{as_allowed}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
