"""Programs in any language, which speak the line protocol by themselves."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from gradproof.ports import protocol
from gradproof.ports.child_process import Process, launch
from gradproof.ports.frames import (
    ChildError,
    DeadlineError,
    EndedError,
    LimitError,
    text,
)
from gradproof.ports.layer_program import ROLES as LAYERS
from gradproof.ports.observation import Observation, Probe, Unserved
from gradproof.ports.protocol_child import not_loaded
from gradproof.ports.role_ids import ArrayRoleId, OwnRoleId, PortRoleId
from gradproof.ports.subprocess_port import ChildPort, Conversation, request_of
from gradproof.ports.target import LoadError
from gradproof.ports.worker.core.printable import clean

MAX_WORDS_LINES = 3
"""Lines of what a program printed last that are told."""

MAX_BUILD_SECONDS = 600.0

ARRAYS: tuple[ArrayRoleId, ...] = get_args(ArrayRoleId)
OTHERS: tuple[OwnRoleId, ...] = get_args(OwnRoleId)


@dataclass
class ProgramPort(ChildPort):
    """A program that speaks the protocol; it says what it serves.

    It is started in the folder ``cwd``, with ``env`` beside the variables that there
    are. A command of more words than one is not run by a shell.
    """

    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> tuple[PortRoleId, ...]:
        """The roles that it serves: of those of arrays one, the first that it names."""
        assert self._said is not None
        said = self._said.roles
        arrays = [role for role in ARRAYS if role in said][:1]
        return (*arrays, *(role for role in OTHERS if role in said))

    def asked(self, role: PortRoleId | None) -> tuple[PortRoleId | None, ...]:
        """The roles under which it is examined: the one that is given, or all.

        ``None`` stands for one of arrays that is to be found out. Raises LoadError
        for one that it does not serve.
        """
        if role is None:
            return tuple(None if r == "gradient" else r for r in self.roles)
        op = "gradient" if role in ARRAYS else role
        if op not in self._ops:
            served = ", ".join(self.roles) or ", ".join(LAYERS)
            raise LoadError("program.not-served", role=role, served=served)
        return (role,)

    @property
    def has_layers(self) -> bool:
        """Whether it has layers, networks or optimizers. Raises LoadError.

        A program that has those has no routines.
        """
        assert self._said is not None
        has = not set(LAYERS).isdisjoint(self._said.roles)
        if has and self.roles:
            raise LoadError("program.layers-apart", roles=", ".join(self._said.roles))
        return has

    @property
    def calls_back(self) -> bool:
        """Whether it asks the host for values of f."""
        assert self._said is not None
        return "callback" in self._said.f

    def observe(self, probe: Probe) -> Observation:
        """Run the routine on the probe, if the program serves such a one."""
        reason = self._unserved(probe)
        if reason is not None:
            return Conversation(probe, 0).ended(Unserved(reason))
        return super().observe(probe)

    def _unserved(self, probe: Probe) -> str | None:
        """Why the program is not asked: the id of a message."""
        if probe.layout not in ("C", "number"):
            return "own-arrays"
        if probe.at is not None and probe.at.ndim > 1:
            return "numbers-alone"
        if request_of(probe).__struct_config__.tag not in self._ops:
            return "not-its-role"
        if self.calls_back:
            return None
        unnamed = probe.function is None or probe.raises_at is not None
        return "f-by-name" if unnamed else None

    @property
    def _ops(self) -> set[str]:
        return {"gradient" if role in ARRAYS else role for role in self.roles}

    def _function(self, probe: Probe) -> protocol.AskedFunction:
        if self.calls_back or probe.function is None:
            return protocol.CALLBACK
        return protocol.AskedFunction(named=probe.function.name)

    def _launched(self) -> Process:
        return launch(self.command, cwd=self.cwd, env=self.env, seconds=self.timeout)

    def _hello(self, deadline: float) -> protocol.Hello:
        said = super()._hello(deadline)
        known = {*ARRAYS, *OTHERS, *LAYERS}
        routines = {*ARRAYS, *OTHERS}.intersection(said.roles)
        if not known.intersection(said.roles) or (routines and not said.f):
            raise LoadError("program.serves-nothing", known=", ".join(sorted(known)))
        return said

    def _not_loaded(self, error: ChildError) -> LoadError:
        process = self._process
        self.stop()
        words = _told(process.last_lines(MAX_WORDS_LINES) if process else "")
        if isinstance(error, DeadlineError):
            said = "program.silent" if self._said is None else "program.no-echo"
            return LoadError(said, seconds=self.timeout, words=words)
        if isinstance(error, EndedError):
            return LoadError("program.ended", how=error.how, words=words)
        if isinstance(error, LimitError):
            return not_loaded(error, words, self.timeout)
        if "out of range" in str(error):
            return LoadError("program.digits")
        return LoadError("program.no-frame", text=str(error), words=words)


def _told(words: str) -> str:
    lines = [clean(line, 200) for line in words.splitlines()]
    return "".join(f"\n  {line}" for line in lines)


def build(command: Sequence[str], cwd: Path | None, env: Mapping[str, str]) -> None:
    """Run what makes a program. Raises LoadError unless it ends well."""
    name = " ".join(command)
    try:
        ended = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=MAX_BUILD_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        late = {"command": name, "seconds": MAX_BUILD_SECONDS}
        raise LoadError("program.build-late", **late) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise LoadError("load.not-started", command=command[0], text=why) from error
    if ended.returncode:
        said = text(ended.stderr.strip() or ended.stdout.strip())
        words = _told("\n".join(said.splitlines()[-MAX_WORDS_LINES:]))
        code = ended.returncode
        raise LoadError("program.not-built", command=name, code=code, words=words)
