"""Behind the wall a port has what it needs, and nothing else.

Where the system forbids it, what is said of that is asserted in its place.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradproof.commands import exit_codes
from gradproof.commands.cli import cli
from gradproof.ports import grounds, wall
from gradproof.ports.frames import ChildError
from gradproof.ports.orders import ScriptOrder
from gradproof.ports.target import LoadError
from places import PROGRAMS

SOON = 30.0
once = pytest.mark.once


@pytest.fixture(autouse=True)
def mode() -> Iterator[None]:
    before = wall.wanted.set("auto")
    yield
    wall.wanted.reset(before)


def printed(path: Path, code: str) -> dict[str, object]:
    """What a script says of what it sees."""
    path.write_text(
        code
        + "\nimport json, sys\nsys.stderr.write(json.dumps(seen)); sys.stderr.flush()"
    )
    process = ScriptOrder(path).start(SOON)
    try:
        while b'"op": "ran"' not in process.receive(time.monotonic() + SOON).line:
            pass
    except ChildError:
        pass
    process.close()
    said: dict[str, object] = json.loads(process.last_lines(1))
    return said


SEES = """
import os, socket
import numpy as np
try:
    socket.create_connection(("192.0.2.1", 9), 0.2)
    net = "there"
except OSError as error:
    net = error.strerror
os.makedirs("new/deep")
np.savetxt("new/deep/numbers.txt", np.eye(2))
with open("data.txt", "a") as file:
    file.write(" and more")
seen = {
    "net": net,
    "data": open("data.txt").read(),
    "numbers": np.loadtxt("new/deep/numbers.txt").tolist(),
    "processes": len([p for p in os.listdir("/proc") if p.isdigit()]),
    "home": os.path.exists(os.path.expanduser("~/.ssh")),
    "secret": os.environ.get("SECRET_TOKEN"),
    "capabilities": [l for l in open("/proc/self/status") if l.startswith("CapEff")],
}
"""


@once
def test_a_script_has_what_is_beside_it_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").write_text("beside it")
    seen = printed(tmp_path / "script.py", SEES)
    assert seen["data"] == "beside it and more"
    assert seen["numbers"] == [[1, 0], [0, 1]]
    if wall.refusal():
        assert (tmp_path / "data.txt").read_text() == "beside it and more"
        assert wall.stood() == "keeper"
        return
    assert seen["net"] == "Network is unreachable"
    assert (tmp_path / "data.txt").read_text() == "beside it"
    assert not (tmp_path / "new").exists()
    assert int(str(seen["processes"])) <= 5
    assert not seen["home"]
    assert seen["secret"] is None
    assert seen["capabilities"] == ["CapEff:\t0000000000000000\n"]


@once
def test_one_finds_nothing_of_what_another_has_written(tmp_path: Path) -> None:
    code = "import os\nseen = {'before': os.path.exists('/tmp/left')}\n"
    code += "open('/tmp/left', 'w').close()"
    for _ in range(2):
        if not wall.refusal():
            assert printed(tmp_path / "script.py", code) == {"before": False}


@once
def test_what_can_be_written_is_bounded(tmp_path: Path) -> None:
    code = "import os\nlimit = os.statvfs('/tmp')\n"
    code += "seen = {'bytes': limit.f_blocks * limit.f_frsize}"
    if not wall.refusal():
        seen = printed(tmp_path / "script.py", code)
        assert seen == {"bytes": wall.SCRATCH_BYTES}


REASON = "bwrap: No permissions to create new namespace"
RIGHT = str(PROGRAMS / "right" / "book.py") + ":gradient"


def test_where_it_does_not_work_a_port_is_not_run_if_it_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wall, "refusal", lambda: REASON)
    result = CliRunner().invoke(cli, ["check", RIGHT, "--sandbox", "require"])
    assert result.exit_code == exit_codes.NOT_LOADED
    assert REASON in result.output


@once
def test_where_it_does_not_work_it_is_gone_on_without_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wall, "refusal", lambda: REASON)
    result = CliRunner().invoke(cli, ["check", RIGHT])
    assert result.exit_code == exit_codes.AS_EXPECTED
    said = " ".join(result.stdout.split())
    assert f"what it started is ended ({REASON})" in said
    assert "Not prevented: network, files, variables, other processes" in said


@once
@pytest.mark.parametrize("mode", ["auto", "off"])
def test_the_report_says_which_wall_stood(mode: str) -> None:
    words = ["check", RIGHT, "--sandbox", mode, "--format", "json"]
    environment = json.loads(CliRunner().invoke(cli, words).stdout)["environment"]
    up = mode == "auto" and not wall.refusal()
    assert environment["sandbox"] == ("bubblewrap" if up else "keeper")
    assert ("network" in environment["not_held"]) != up


def test_the_project_says_it_where_no_option_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(wall, "refusal", lambda: REASON)
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.gradproof]\nsandbox = "require"\n')
    assert CliRunner().invoke(cli, ["check", RIGHT]).exit_code == 3
    project.write_text('[tool.gradproof]\nsandbox = "perhaps"\n')
    result = CliRunner().invoke(cli, ["check", RIGHT])
    assert result.exit_code == exit_codes.USAGE
    assert "sandbox" in result.output


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home" / "me"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.mark.parametrize(
    ("folder", "repository", "seen"),
    [
        ("book/ch04", "book", "book"),
        ("book/ch04", None, "book"),
        ("src/book/ch04/more", None, "src"),
        ("src/book/ch04/more", "src/book/ch04", "src/book/ch04"),
        ("book/ch04", "", "book"),  # a repository of settings
        ("", None, ""),
    ],
)
def test_a_port_sees_its_repository_and_never_a_whole_home(
    folder: str, repository: str | None, seen: str, home: Path
) -> None:
    (home / folder).mkdir(parents=True, exist_ok=True)
    if repository is not None:
        (home / repository / ".git").mkdir()
    assert grounds.ground(home / folder) == home / seen


def test_of_a_home_that_is_seen_what_is_hidden_is_not(home: Path) -> None:
    (home / ".ssh").mkdir()
    (home / ".netrc").touch()
    words = " ".join(wall.behind([home], {**os.environ, "HOME": str(home)}))
    shown = words.index(f"--ro-bind {home} {home}")
    assert words.index(f"--tmpfs {home}/.ssh") > shown
    assert words.index(f"--ro-bind /dev/null {home}/.netrc") > shown


def test_a_wall_that_is_required_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wall, "refusal", lambda: REASON)
    wall.wanted.set("require")
    with pytest.raises(LoadError) as caught:
        wall.around()
    assert caught.value.parameters == {"text": REASON}
