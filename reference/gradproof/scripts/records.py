"""What a script did: frozen records, and no judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gradproof.ports.limits import Limit
from gradproof.ports.observation import Note

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """A line of a file, or of a notebook's cell."""

    file: str
    line: int


@dataclass(frozen=True)
class Given:
    """What f was given so often: its kind, its shape, and the shape of f's answer.

    ``kind`` is ``array``, ``list``, ``number``, ``numbers`` or ``arrays`` (several
    arguments; the shape then begins with how many), or the name of another type.
    ``answer`` is ``None`` where f raised an exception.
    """

    kind: str
    shape: tuple[int, ...]
    answer: tuple[int, ...] | None
    count: int


@dataclass(frozen=True, eq=False)
class GradientCall:
    """One call of a function with f and an array x, and what f was given in it.

    ``x`` and ``result`` are ``None`` where they were too large to keep. ``points``,
    (K, 2), are the first arguments of two components, ``samples`` the first others;
    ``answers``, (L, 3), are some of the points with f's answers.
    ``ended`` says whether an array of x's shape came back.
    """

    number: int
    f: int
    name: str
    qualified: str
    home: str
    place: Place
    f_name: str
    stub: bool
    argument: str
    shape: tuple[int, ...]
    integers: bool
    x: np.ndarray[Any, Any] | None
    result: np.ndarray[Any, Any] | None
    ended: bool
    seen: tuple[Given, ...]
    points: Array
    answers: Array
    samples: tuple[np.ndarray[Any, Any], ...]


@dataclass(frozen=True, eq=False)
class Quiver:
    """Arrows: ``arrows`` is (4, N), x, y, u and v; ``None`` if they are no numbers.

    Of ``total`` arrows each n-th is kept where there are very many; ``hidden`` are
    masked or not finite. ``calls`` were made before it; ``form`` is the number of
    arrays that it was given, 2 or 4; ``error`` is what Matplotlib raised. One of the
    kind ``in-space`` has three dimensions, and 6 arrays; an ``arrow`` was drawn alone;
    of ``streamlines`` nothing is known but that they were drawn. ``mirrored`` says for
    u and v whether its axis is inverted while arrows keep to the screen, as they do
    unless their angles are "xy": up is then towards smaller numbers.
    """

    place: Place
    arrows: Array | None
    total: int
    hidden: int
    calls: int
    form: int
    error: tuple[str, str] | None
    kind: Literal["quiver", "in-space", "arrow", "streamlines"] = "quiver"
    mirrored: tuple[bool, bool] = (False, False)

    @property
    def positions(self) -> Array:
        """(N, 2)."""
        return np.empty((0, 2)) if self.arrows is None else self.arrows[:2].T

    @property
    def directions(self) -> Array:
        """Where they point among the data, (N, 2)."""
        if self.arrows is None:
            return np.empty((0, 2))
        return np.asarray(self.arrows[2:].T * np.where(self.mirrored, -1.0, 1.0))


OFFLINE = frozenset({"URLError", "gaierror", "herror", "ConnectTimeout", "ProxyError"})
"""Exceptions of the standard library, and of requests, where no network is reached."""
UNREACHED = (
    "urlopen error",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "nodename nor servname",
    "getaddrinfo failed",
    "Failed to resolve",
    "Failed to establish a new connection",
)
"""What systems and libraries say of it."""


@dataclass(frozen=True)
class Failure:
    """An exception that ended the script, or a cell of it.

    ``missing`` are the modules whose stand-ins had been used by then.
    """

    place: Place
    cell: str
    kind: str
    text: str
    missing: tuple[str, ...] = ()

    @property
    def is_offline(self) -> bool:
        """Whether it wanted what only a network has, and there was none."""
        return self.kind in OFFLINE or any(said in self.text for said in UNREACHED)


@dataclass(frozen=True, eq=False)
class Run:
    """All that a script did.

    ``sources`` holds the text of its files, by name. ``stubs`` are modules that are
    missing and were stood in for; ``removed`` are names that NumPy or Matplotlib no
    longer has and was given back. ``broke`` says how its process ended early.
    """

    path: Path
    sources: Mapping[str, str]
    calls: tuple[GradientCall, ...]
    quivers: tuple[Quiver, ...]
    failures: tuple[Failure, ...]
    broke: tuple[Literal["timeout", "crash", "protocol"] | Limit, str] | None
    stubs: tuple[str, ...]
    removed: tuple[str, ...]
    notes: tuple[Note, ...]
    call_count: int
    notebook: bool

    def named(self, place: Place) -> str:
        """The file's name for a reader: without its folder if it is the script."""
        own = str(self.path)
        if place.file.startswith(own):
            return self.path.name + place.file[len(own) :]
        return place.file

    @property
    def is_script(self) -> bool:
        """Whether it did anything, or failed to, that a script can be judged by."""
        return bool(
            self.calls or self.quivers or self.failures or self.broke or self.notebook
        )

    @property
    def has_streamlines(self) -> bool:
        """Whether it draws the field as lines: these are no arrows."""
        return any(quiver.kind == "streamlines" for quiver in self.quivers)

    @property
    def speaks_of_quivers(self) -> bool:
        """Whether the script's own text names a quiver at all."""
        own = str(self.path)
        return any(
            "quiver" in text
            for name, text in self.sources.items()
            if name == own or name.startswith(own + "[")
        )
