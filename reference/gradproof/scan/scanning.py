"""A scan under way: what there is to judge, and what is known of it already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from gradproof.ports.target import LoadError
from gradproof.report import scan_lines
from gradproof.report.phrases import Phrases
from gradproof.scan import bundle, run
from gradproof.scan.bundle import Bundle
from gradproof.scan.cluster import Cluster, judge_there
from gradproof.scan.pages import Pages
from gradproof.scan.plan import ScanPlan
from gradproof.scan.results import Results, kept
from gradproof.scan.run import Pool
from gradproof.scan.task import Done, Manner, Task, judge
from gradproof.scan.tasks import tasks


class Scanning:
    """The tasks of a plan, their results, and the pages if there are to be any."""

    def __init__(
        self, plan: ScanPlan, manner: Manner, output: Path | None, pages: Path | None
    ) -> None:
        self.plan = plan
        self.strict = manner.strict
        self.phrases = Phrases(manner.lang)
        self.tasks = tasks(plan, manner)
        self.results = Results(output)
        self.pages = None if pages is None else Pages(pages, self.phrases)

    @property
    def left(self) -> list[Task]:
        """What is not judged yet."""
        return [task for task in self.tasks if task.number not in self.results.found]

    def begin(self, *, resume: bool) -> int:
        """Begin the file of results; how many ports are kept of an earlier run.

        Raises OSError.
        """
        path = self.results.path
        known = kept(path) if resume and path is not None and path.exists() else {}
        places = {
            task.number: known[task.record.port, task.record.state]
            for task in self.tasks
            if (task.record.port, task.record.state) in known
            and (self.pages is None or self.pages.has(task))
        }
        self.results.begin(places)
        return len(self.results.found)

    def judged(self, pool: Pool) -> Iterator[Done]:
        """What comes of that which is left, as it comes."""
        return self._named(run.results(self.left, pool, judge))

    def judged_there(self, pool: Cluster) -> Iterator[Done]:
        """The same, on a cluster, to which the files go with each port."""
        ports = self.plan.ports

        def packed(task: Task) -> tuple[Task, Bundle]:
            return task, bundle.of(ports[task.number])

        return self._named(run.results(self.left, pool, judge_there, packed))

    def _named(self, found: Iterable[Done | Task]) -> Iterator[Done]:
        for each in found:
            yield self._killed(each) if isinstance(each, Task) else each

    def _killed(self, task: Task) -> Done:
        error = LoadError("scan.killed")
        line = scan_lines.killed(task.record, error, self.phrases)
        return Done(task.number, (line,), self.phrases.say("scan.killed"))

    def keep(self, done: Done) -> None:
        """Keep a result where it belongs. Raises OSError."""
        if self.pages is not None:
            self.pages.add(self.tasks[done.number], done)
        self.results.add(done.number, done.lines)

    def finish(self) -> None:
        """All is there: put it in order. Raises OSError."""
        self.results.finish()
