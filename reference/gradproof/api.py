"""What stands behind the public functions of the package."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from gradproof.contract.verdicts import Verdict
from gradproof.evidence.roles import RoleId
from gradproof.examination.examination import Examination, examine, examine_pair
from gradproof.examination.layers import LayersExamination, examine_layers
from gradproof.examination.policy import Terms
from gradproof.ports.in_process import FunctionPort, port_of
from gradproof.ports.layer_doors import Layers
from gradproof.ports.target import LoadError
from gradproof.project.checks import unknown_clauses
from gradproof.report import html_report, json_report, layer_text, layout, port_text
from gradproof.report.messages import Language
from gradproof.report.phrases import Phrases

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "LayerReport",
    "Report",
    "RoleId",
    "check",
    "check_layer",
    "check_pair",
    "quiver",
]


@dataclass(frozen=True)
class Report:
    """What was found out about a port; rich in a terminal, HTML in a notebook."""

    examination: Examination

    @property
    def verdict(self) -> Verdict:
        """The folded verdict: "pass", "fail", "error" or "not-covered"."""
        return self.examination.verdict

    def text(self, lang: Language = "en") -> str:
        """The report as plain text, 100 columns wide."""
        stream = io.StringIO()
        self._print(layout.console(stream), lang)
        return stream.getvalue()

    def json(self) -> str:
        """The report in the stable form, ``gradproof-report/1``."""
        return json_report.dumps(json_report.report([self.examination]))

    def __str__(self) -> str:
        return self.text()

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        recording = layout.console(io.StringIO(), options.max_width, record=True)
        self._print(recording)
        yield Text.from_ansi(recording.export_text(styles=True).rstrip("\n"))

    def _repr_html_(self) -> str:
        return html_report.fragment(self._print)

    def _print(self, console: Console, lang: Language = "en") -> None:
        port_text.show(self.examination, Phrases(lang), console)


@dataclass(frozen=True)
class LayerReport(Report):
    """What was found out about a layer."""

    examination: LayersExamination  # type: ignore[assignment] # all that is asked of it

    def _print(self, console: Console, lang: Language = "en") -> None:
        layer_text.show_all(self.examination, Phrases(lang), console)


def check(
    fn: Callable[..., Any],
    role: RoleId | None,
    vectorized: bool,
    strict: bool,
    only: Iterable[str],
    expect: Mapping[str, str],
) -> Report:
    """See `gradproof.check`."""
    chosen = frozenset(only)
    unknown = unknown_clauses(chosen | frozenset(expect))
    if unknown:
        raise ValueError(f"no such clause: {', '.join(unknown)}")
    terms = Terms(strict, chosen, dict(expect))
    return Report(examine(port(fn, vectorized), role, terms))


def check_pair(f: Callable[[Any], Any], grad: Callable[[Any], Any], x: Any) -> Report:
    """See `gradproof.check_pair`."""
    name = getattr(grad, "__qualname__", None) or repr(grad)
    return Report(examine_pair(f, grad, x, name=name))


def check_layer(layer: Any, inputs: tuple[Any, ...], strict: bool) -> LayerReport:
    """See `gradproof.check_layer`."""
    name = getattr(layer, "__name__", None) or type(layer).__name__
    if not all(callable(getattr(layer, way, None)) for way in ("forward", "backward")):
        raise TypeError(f"{name} has no forward and backward")
    examined = examine_layers(Layers({name: layer}, inputs), "", Terms(strict), name)
    return LayerReport(examined)


def port(fn: Callable[..., Any], vectorized: bool = False) -> FunctionPort:
    """``fn`` as a port in this process. Raises TypeError if it cannot be one."""
    name = getattr(fn, "__qualname__", None) or repr(fn)
    if not callable(fn):
        raise TypeError(f"{name} cannot be called")
    module = getattr(fn, "__module__", None)
    try:
        return port_of(fn, f"{module}:{name}" if module else name, vectorized)
    except LoadError as error:
        said = Phrases().say(error.message, **error.parameters)
        raise TypeError(f"{name}: {said}") from error


def quiver(f: Callable[..., Any], ax: Axes | None, limits: tuple[float, float]) -> Axes:
    """See `gradproof.quiver`."""
    from gradproof import fields, figures

    if ax is None:
        from matplotlib import pyplot

        ax = pyplot.gca()
    try:
        field = fields.field(f, limits)
    except LoadError as error:
        said = Phrases().say(error.message, **error.parameters)
        raise TypeError(said) from error
    figures.field(ax, *field, limits=limits)
    return ax
