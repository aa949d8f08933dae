"""What stands behind the public functions of the package."""

from __future__ import annotations

import io
import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from gradproof.contract.verdicts import fold
from gradproof.examination.examination import Examination, examine, examine_pair
from gradproof.examination.layers import examine_layers
from gradproof.examination.parts import LayersExamination
from gradproof.examination.policy import Terms
from gradproof.ports.given_networks import GivenNetwork, networks_of
from gradproof.ports.in_process import FunctionPort, port_of
from gradproof.ports.layer_doors import Layers
from gradproof.ports.role_ids import RoleId
from gradproof.ports.target import LoadError
from gradproof.ports.worker.core import networks, updates
from gradproof.report import html_report, json_report, layer_text, layout, port_text
from gradproof.report.index import unknown_clauses
from gradproof.report.messages import CATALOGUES, Language
from gradproof.report.phrases import Phrases, Unusable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gradproof.project.checks import Checked
    from gradproof.report.examined import Examined

__all__ = [
    "FileReport",
    "Language",
    "LayerReport",
    "Report",
    "RoleId",
    "Terms",
    "check",
    "check_layer",
    "check_network",
    "check_optimizer",
    "check_pair",
    "quiver",
]


@dataclass(frozen=True, repr=False)
class Report:
    """What was found out about a port: text, rich in a terminal, HTML in a notebook.

    It is true if the port passes; ``lang`` is its language.
    """

    examination: Examination
    lang: Language = "en"

    @property
    def verdict(self) -> Literal["pass", "fail", "error", "not-covered"]:
        """The folded verdict."""
        return self.examination.verdict

    def text(self, lang: Language | None = None) -> str:
        """The report as plain text, 100 columns wide, in its language or another.

        Raises ValueError for a language that there is not.
        """
        known_language(lang or self.lang)
        stream = io.StringIO()
        # Where FORCE_COLOR asks for colours, it does so of what is printed.
        plain = layout.console(stream, force_terminal=False, color_system=None)
        self._print(plain, lang)
        return stream.getvalue()

    def json(self) -> str:
        """The report in the stable form, ``gradproof-report/1``, in English."""
        return json_report.dumps(json_report.report([self.examination]))

    def __post_init__(self) -> None:
        known_language(self.lang)

    def __bool__(self) -> bool:
        return self.verdict == "pass"

    def __repr__(self) -> str:
        return f"<Report {self.verdict}: {self.text().partition(chr(10))[0]}>"

    def __str__(self) -> str:
        return self.text()

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        recording = layout.console(io.StringIO(), options.max_width, record=True)
        self._print(recording)
        yield Text.from_ansi(recording.export_text(styles=True).rstrip("\n"))

    def _repr_html_(self) -> str:
        return html_report.fragment(self.examination, Phrases(self.lang))

    def _print(self, console: Console, lang: Language | None = None) -> None:
        port_text.show(self.examination, Phrases(lang or self.lang), console)


@dataclass(frozen=True, repr=False)
class LayerReport(Report):
    """What was found out about a layer, or an optimizer."""

    examination: LayersExamination  # type: ignore[assignment] # all that is asked of it

    def _print(self, console: Console, lang: Language | None = None) -> None:
        layer_text.show_all(self.examination, Phrases(lang or self.lang), console)


@dataclass(frozen=True, repr=False)
class FileReport:
    """What was found out about everything in a file that computes a gradient.

    It is true if something was judged and all of that is right; ``lang`` is its
    language.
    """

    target: str
    results: tuple[Checked, ...]
    lang: Language = "en"

    @property
    def verdict(self) -> Literal["pass", "fail", "error", "not-covered"]:
        """The folded verdict; what cannot be loaded is an error."""
        return fold(
            ("not-covered" if each.unjudged else "error")
            if isinstance(each, Unusable)
            else each.verdict
            for each in self.results
        )

    def text(self, lang: Language | None = None) -> str:
        """The report as plain text, 100 columns wide, in its language or another.

        Raises ValueError for a language that there is not.
        """
        known_language(lang or self.lang)
        stream = io.StringIO()
        plain = layout.console(stream, force_terminal=False, color_system=None)
        files = {self.target: self.results}
        port_text.show_all([], [], Phrases(lang or self.lang), plain, files)
        return stream.getvalue()

    def json(self) -> str:
        """The report in the stable form, ``gradproof-report/1``, in English."""
        return json_report.dumps(json_report.report(*self._divided))

    @property
    def _divided(self) -> tuple[list[Examined], list[Unusable]]:
        examined = [e for e in self.results if not isinstance(e, Unusable)]
        return examined, [e for e in self.results if isinstance(e, Unusable)]

    def __post_init__(self) -> None:
        known_language(self.lang)

    def __bool__(self) -> bool:
        return self.verdict == "pass"

    def __repr__(self) -> str:
        return f"<Report {self.verdict}: {self.text().partition(chr(10))[0]}>"

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return html_report.fragment_of(*self._divided, Phrases(self.lang))


def known_language(lang: str) -> None:
    """Raises ValueError for a language that there is not."""
    if lang not in CATALOGUES:
        raise ValueError(f"lang is {' or '.join(map(repr, CATALOGUES))}, not {lang!r}")


def _refused(message: str, thing: Any, lang: Language) -> TypeError:
    """What is raised for a thing that is none of those that are due."""
    known_language(lang)
    return TypeError(Phrases(lang).say(message, name=_class_name(thing)))


def check(
    fn: Callable[..., Any] | ModuleType,
    role: RoleId | None,
    vectorized: bool,
    strict: bool,
    only: Iterable[str],
    expect: Mapping[str, str],
    seed: int,
    lang: Language,
) -> Report | FileReport:
    """See `gradproof.check`."""
    known_language(lang)
    chosen = frozenset(only)
    unknown = unknown_clauses(chosen | frozenset(expect))
    if unknown:
        raise ValueError(f"no such clause: {', '.join(unknown)}")
    if seed < 0:
        raise ValueError(f"a seed is not negative, as {seed} is")
    terms = Terms(strict, chosen, dict(expect), seed=seed)
    if isinstance(fn, ModuleType):
        return _check_module(fn, terms, lang)
    return Report(examine(port(fn, vectorized, lang), role, terms), lang)


def _check_module(module: ModuleType, terms: Terms, lang: Language) -> FileReport:
    """Judge the file of a module in a child process, as the command line does."""
    from gradproof.project import checks
    from gradproof.project.config import PortTable

    file = getattr(module, "__file__", None)
    if not file or not file.endswith(".py"):
        raise _refused("api.no-file", module, lang)
    path = Path(file)
    here = Path.cwd()
    target = str(path.relative_to(here) if path.is_relative_to(here) else path)
    results = checks.check_subjects(PortTable(target), terms, MODULE_SECONDS)
    return FileReport(target, tuple(results), lang)


MODULE_SECONDS = 30.0
"""Wall seconds for each subject of a module, as on the command line."""


def check_pair(
    f: Callable[[Any], Any], grad: Callable[[Any], Any], x: Any, lang: Language
) -> Report:
    """See `gradproof.check_pair`."""
    if not callable(f):
        raise _refused("api.not-callable", f, lang)
    if not callable(grad):
        raise _refused("api.no-claim", grad, lang)
    if not _is_real(x):
        raise _refused("api.no-point", x, lang)
    return Report(examine_pair(f, grad, x, name=_name(grad)), lang)


def _is_real(x: Any) -> bool:
    """Whether it is a number, or an array of such, and none of them is complex."""
    try:
        return np.asarray(x).dtype.kind != "c" and np.asarray(x, float).size >= 0
    except (TypeError, ValueError):
        return False


def check_layer(
    layer: Any, inputs: tuple[Any, ...], strict: bool, lang: Language
) -> LayerReport:
    """See `gradproof.check_layer`."""
    if not is_layer(layer):
        raise _refused("api.no-layer", layer, lang)
    alone = not isinstance(layer, type) and not callable(getattr(layer, "loss", None))
    port = Layers({_class_name(layer): layer}, inputs, layers_alone=alone)
    examined = examine_layers(port, "", Terms(strict), _class_name(layer))
    return LayerReport(examined, lang)


def check_optimizer(optimizer: Any, strict: bool, lang: Language) -> LayerReport:
    """See `gradproof.check_optimizer`."""
    if isfunction(optimizer):
        optimizer = optimizer()
    if not updates.is_optimizer(optimizer):
        raise _refused("api.no-optimizer", optimizer, lang)
    return LayerReport(examined_part(optimizer, Terms(strict)), lang)


def is_layer(thing: Any) -> bool:
    """Whether it has forward and backward."""
    return all(callable(getattr(thing, way, None)) for way in ("forward", "backward"))


def is_part(thing: Any) -> bool:
    """Whether it is a layer or an optimizer, and no routine."""
    return is_layer(thing) or updates.is_optimizer(thing)


def examined_part(part: Any, terms: Terms) -> LayersExamination:
    """Examine a class, or an object of one, in this process."""
    name = _class_name(part)
    return examine_layers(Layers({name: part}), "", terms, name)


def _class_name(thing: Any) -> str:
    return getattr(thing, "__name__", None) or type(thing).__name__


def check_network(
    net: Any, fed: tuple[Any, ...], strict: bool, lang: Language
) -> LayerReport:
    """See `gradproof.check_network`."""
    return LayerReport(examined_network(net, fed, Terms(strict), lang), lang)


def is_network(thing: Any) -> bool:
    """Whether it is a network, or a class of networks."""
    return networks.is_network(thing)


def examined_network(
    net: Any, fed: tuple[Any, ...], terms: Terms, lang: Language = "en"
) -> LayersExamination:
    """Examine a network, or a class, in this process. Raises TypeError."""
    made = not isinstance(net, type)
    name = type(net).__name__ if made else net.__name__
    if made and not fed:
        raise _refused("api.no-data", net, lang)
    if not is_network(net):
        raise _refused("api.no-network", net, lang)
    port = GivenNetwork(net, fed) if made else networks_of(net)
    return examine_layers(port, "", terms, name)


def examined(
    thing: Any, role: RoleId | None, vectorized: bool, terms: Terms
) -> Examination | LayersExamination:
    """Examine, in this process, whatever may be given to be judged.

    It is a routine, or a pair of one and its ``role``; a layer or an optimizer, or a
    class of one; a network with what its loss is given, or a class of networks.
    """
    first, *fed = thing if isinstance(thing, tuple) else (thing,)
    if is_network(first):
        return examined_network(first, tuple(fed), terms)
    if is_part(thing):
        return examined_part(thing, terms)
    return examine(port(first, vectorized), role, terms)


def port(
    fn: Callable[..., Any], vectorized: bool = False, lang: Language = "en"
) -> FunctionPort:
    """``fn`` as a port in this process. Raises TypeError if it cannot be one."""
    known_language(lang)
    name = _name(fn)
    if not callable(fn):
        raise TypeError(Phrases(lang).say("api.not-callable", name=name))
    try:
        return port_of(fn, _target(fn), vectorized)
    except LoadError as error:
        said = Phrases(lang).say(error.message, **error.parameters)
        raise TypeError(f"{name}: {said}") from error


ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""Where an object is in memory, as it stands in its repr."""


def _name(fn: Any) -> str:
    """What it is called; an object by its repr, but for where it is in memory."""
    return getattr(fn, "__qualname__", None) or ADDRESS.sub("", repr(fn))


def _target(fn: Any) -> str:
    """What the command line calls it, if it finds it from here; else its name.

    It has the working folder and what is installed, and not what this process has.
    """
    name, module = _name(fn), getattr(fn, "__module__", None) or ""
    file = getattr(sys.modules.get(module), "__file__", None)
    here = [Path.cwd(), *(Path(p) for p in sysconfig.get_paths().values())]
    parts = Path(*module.split("."))
    places = [f for h in here for f in (h / f"{parts}.py", h / parts / "__init__.py")]
    found = file is not None and Path(file) in places and "<" not in name
    return f"{module}:{name}" if found else name


def quiver(
    f: Callable[..., Any],
    ax: Axes | None,
    limits: tuple[float, float],
    lang: Language,
) -> Axes:
    """See `gradproof.quiver`."""
    from gradproof.fields import drawing

    if ax is None:
        from matplotlib import pyplot

        ax = pyplot.gca()
    try:
        drawing.draw_on(ax, f, limits)
    except LoadError as error:
        said = Phrases(lang).say(error.message, **error.parameters)
        raise TypeError(said) from error
    return ax
