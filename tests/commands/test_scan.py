"""Many ports at once on the command line."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from commandline import HEEDFUL
from gradproof.commands import cli, exit_codes
from gradproof.commands.scan import _unwritten
from places import PROGRAMS
from repositories import Repo

RIGHT = """\
import numpy as np
h = 1e-4
def numerical_gradient(f, x):
    grad = np.zeros_like(x, float)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x, float)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad
"""
RENAMED = (
    RIGHT.replace("grad[", "out[")
    .replace("grad =", "out =")
    .replace("return grad", "return out  # done")
)
WRONG = RIGHT.replace("/ (2 * h)", "/ 2 * h")
FILES = {
    "anna/ch04.py": RIGHT,
    "ben/ch04.py": RENAMED,
    "carl/ch04.py": WRONG,
    "carl/notes.py": "x = 1\n",
    "dora/grad.mjs": "export function numericalGradient(f, x) {}\n",
    "dora/grad.jl": "function numerical_gradient(f, x)\nend\n",
    "emil/broken.py": "def (\n",
    "emil/nb.ipynb": (
        '{"cells": [{"cell_type": "code", "source": "%matplotlib inline"},'
        '{"cell_type": "code", "source": "plt.quiver(X, Y, -g[0], -g[1])"}]}'
    ),
    "fay/pyproject.toml": (
        '[tool.gradproof.ports.fay]\ntarget = "mine.py:numerical_gradient"\n'
        'role = "gradient"\n[tool.gradproof.ports.other]\ntarget = "pkg.grad:slopes"\n'
    ),
    "fay/mine.py": RIGHT,
    "fay/src/pkg/grad.py": RIGHT.replace("numerical_gradient", "slopes"),
    "gus/pyproject.toml": "[tool.gradproof.ports.gus]\nwrong = 1\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli.cli, ["scan", *map(str, arguments)])


LISTED = """\
all/fay/mine.py
  numerical_gradient  declared
all/fay/src/pkg/grad.py
  slopes  declared
all/anna/ch04.py
  numerical_gradient  named for a gradient, line 3
    copy: all/ben/ch04.py:numerical_gradient
all/carl/ch04.py
  numerical_gradient  named for a gradient, line 3
all/emil/broken.py
  broken.py  not judged: line 1 is not valid Python: invalid syntax
all/emil/nb.ipynb
  nb.ipynb  a notebook that draws arrows or calls a gradient
in other languages, found and not judged:
  all/dora/grad.jl:1  numerical_gradient
      there is no starting point for its language; docs/protocol.md says how to judge it
  all/dora/grad.mjs:1  numericalGradient
      to judge it: gradproof init javascript --from all/dora/grad.mjs:numericalGradient
not judged: all/gus/pyproject.toml: $.tool.gradproof.ports.gus: unknown field `wrong`;\
 allowed: target, role, vectorized, python, expect, diagnosis, command, cwd, env, build
all: passed over 1 with nothing to judge
5 to judge; 1 more is a copy; 2 in other languages
"""


def test_what_is_found_is_listed_and_nothing_is_run(folder: Path) -> None:
    result = run("all", "--list")
    assert result.stdout == LISTED
    assert result.exit_code == exit_codes.AS_EXPECTED


def test_the_list_is_had_in_japanese(folder: Path) -> None:
    result = run("all", "--list", "--lang", "ja")
    assert "判定の対象 5 件、その写し 1 件、他の言語 2 件" in result.stdout


def test_a_folder_without_ports_has_nothing_to_judge(tmp_path: Path) -> None:
    assert run(tmp_path, "--list").exit_code == exit_codes.NOTHING_COVERED


def test_what_a_branch_has_touched_is_found_by_all_that_it_reaches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    uses = "from util import h\n" + RIGHT.replace("h = 1e-4\n", "")
    files = {
        "a.py": RIGHT,
        "b.py": uses,
        "c.py": uses.replace("util", "other"),
        "util.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch", "main")
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--message", "all")
    repo.git("switch", "--quiet", "--create", "branch")
    (tmp_path / "util.py").write_text("h = 1e-4\n")
    (tmp_path / "new.py").write_text(WRONG)
    result = run(".", "--list", "--changed-since", "main")
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.endswith(".py")] == ["b.py", "new.py"]
    assert "2 not touched" in result.stdout
    assert run(".", "--changed-since", "nowhere").exit_code == exit_codes.USAGE


KILLER = """\
import os, signal
def numerical_gradient(f, x):
    pid = os.getppid()
    while b"multiprocessing" not in open(f"/proc/{pid}/cmdline", "rb").read():
        pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    os.kill(pid, signal.SIGKILL)
"""
HANGS = "def numerical_gradient(f, x):\n    while True: pass\n"
FAULTS = {
    "ends.py": "import os\ndef numerical_gradient(f, x): os._exit(3)\n",
    "leaves.py": (
        "import os, tempfile\ndef numerical_gradient(f, x):\n"
        "    open(tempfile.gettempdir() + '/left', 'w').close()\n    1 / 0\n"
    ),
}
TIMES = re.compile(r'"wall":[0-9.e-]+')


def small(folder: Path) -> Path:
    """A folder of a few ports, some of which break."""
    files = {"right.py": RIGHT, "mine.py": RENAMED, "wrong.py": WRONG, **FAULTS}
    for name, text in files.items():
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


JUDGED = {
    "ends.py:numerical_gradient": "error",
    "leaves.py:numerical_gradient": "error",
    "mine.py:numerical_gradient": "pass",
    "wrong.py:numerical_gradient": "fail",
}


@pytest.mark.once
def test_all_is_judged_and_the_report_is_the_same_whatever_the_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small(tmp_path / "ports"))
    said, files = [], []
    for jobs in (1, 2):
        output = tmp_path / f"{jobs}.jsonl"
        common = ("--jobs", jobs, "--output", output)
        result = run(".", *common)
        assert result.exit_code == exit_codes.WRONG, result.output
        said.append(result.stdout)
        files.append(TIMES.sub('"wall":0', output.read_text("utf-8")))
    assert said[0] == said[1]
    assert files[0] == files[1]
    lines = [json.loads(line) for line in files[0].splitlines()]
    assert {line["target"]: line["verdict"] for line in lines} == JUDGED
    assert lines[2]["scan"]["copies"] == ["right.py:numerical_gradient"]
    assert (
        "5 ports: 1 wrong, 2 broken, 2 right (1 of them a copy, judged once)" in said[0]
    )
    assert "operator-precedence" in said[0]
    assert not Path(os.environ.get("TMPDIR", "/tmp"), "left").exists()


@pytest.mark.once
def test_what_is_known_is_kept_and_only_what_changed_is_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        text = RIGHT.replace("1e-4", f"1e-{'abc'.index(name) + 3}")
        (tmp_path / f"{name}.py").write_text(text)
    output = Path("r.jsonl")
    assert run(".", "--output", output).exit_code == exit_codes.AS_EXPECTED
    whole = output.read_bytes()
    before = tmp_path / "before.jsonl"
    before.write_bytes(whole)
    output.write_bytes(whole[:-40])  # as if it had been ended while it wrote
    (tmp_path / "a.py").write_text(WRONG)
    result = run(".", "--output", output, "--resume", "--baseline", before)
    assert "1 of 3 is kept from r.jsonl" in result.stderr
    assert result.exit_code == exit_codes.WRONG
    assert "1 port has changed since:" in result.stdout
    assert "  a.py:numerical_gradient was right, and is wrong\n" in result.stdout
    assert "another formula: x[0,0]" in result.stdout
    assert "another defect: none → operator-precedence" in result.stdout
    options = ("--output", output, "--resume", "--baseline", before, "--format", "csv")
    aside = run(".", *options)
    assert "1 port has changed since:" in aside.stderr
    assert "changed since" not in aside.stdout


@pytest.mark.once
def test_a_routine_of_several_scripts_is_one_row_that_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PROGRAMS / "scripts" / "repository", tmp_path, dirs_exist_ok=True)
    scripts = sorted(f"chapter/{path.name}" for path in Path("chapter").glob("*.py"))
    result = run(".", "--output", "r.jsonl")
    rows = [row for row in result.stdout.splitlines() if "called by" in row]
    (row,) = rows
    assert row.split("  ")[-1] == f"called by {', '.join(scripts)}"
    assert "common/slopes.py:numerical_gradient  " in row
    assert str(tmp_path) not in result.stdout
    assert str(tmp_path) not in Path("r.jsonl").read_text("utf-8")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_results_replace_nothing_but_a_file(folder: Path) -> None:
    os.mkfifo("pipe")
    result = run("all", "--output", "pipe")
    assert result.exit_code == exit_codes.USAGE
    assert "--output: pipe is not a regular file." in result.output
    assert Path("pipe").is_fifo()


@pytest.mark.once
def test_a_table_and_pages_tell_it_in_japanese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "=<b>.py").write_text(WRONG)
    (tmp_path / "mine.py").write_text(WRONG)
    result = run(".", "--format", "csv", "--pages", "pages", "--lang", "ja")
    # Without its mark Excel takes it for another encoding.
    text = result.stdout_bytes.decode("utf-8-sig")
    assert text != result.stdout_bytes.decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:4] == ["移植", "写しの元", "役割", "判定"]
    assert [row[0] for row in rows[1:]] == [
        "'=<b>.py:numerical_gradient",
        "mine.py:numerical_gradient",
    ]
    assert [row[3:5] for row in rows[1:]] == [["誤り", "operator-precedence"]] * 2
    index = (tmp_path / "pages" / "index.html").read_text("utf-8")
    assert "<b>.py" not in index
    (name,) = re.findall(r'href="([^"]+)"', index)
    page = (tmp_path / "pages" / name).read_text("utf-8")
    assert "<b>.py" not in page
    assert "operator-precedence" in page
    assert "<ins>+        grad[i] = (f(x + e) - f(x - e)) / (2 * h)</ins>" in page
    assert "gradproof fix" in page
    assert "--write" in page


@pytest.mark.once
def test_an_interrupted_run_reports_and_goes_on_from_there(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in ("a", "b"):
        text = RIGHT.replace("1e-4", {"a": "1e-4", "b": "1e-5"}[name])
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "z.py").write_text(HANGS)
    output = tmp_path / "r.jsonl"
    command = [*HEEDFUL, "scan", ".", "--jobs", "1"]
    command += ["--output", str(output), "--timeout", "100"]
    left = tmp_path_factory.mktemp("left")
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(left)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    begin = time.monotonic()
    while not (output.exists() and output.read_bytes().count(b"\n") == 2):
        assert time.monotonic() < begin + 60
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == exit_codes.INTERRUPTED
    assert "2 of 3 were judged before it was interrupted" in err
    assert "2 ports: 2 right" in out
    assert [*left.iterdir()] == []


@pytest.mark.once
@pytest.mark.skipif(sys.platform != "linux", reason="it finds its judge by /proc")
def test_a_port_that_ends_its_judge_is_named_and_costs_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(RIGHT)
    (tmp_path / "kills.py").write_text(KILLER)
    (tmp_path / "z.py").write_text(WRONG)
    # Behind a wall it finds no judge to end.
    result = run(".", "--jobs", "2", "--sandbox", "off")
    assert result.exit_code == exit_codes.WRONG
    assert "kills.py:numerical_gradient  it ended every process" in result.stdout
    assert "3 ports: 1 wrong, 1 broken, 1 right" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no name there has a line's end")
def test_a_name_of_two_lines_is_listed_as_one(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.py").write_text(RIGHT)
    result = run(str(tmp_path), "--list")
    assert "\nlines.py" not in result.stdout
    assert "1 to judge" in result.stdout


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/place/.r.jsonl.123"),
    ],
    ids=["its lines", "it as a whole"],
)
def test_an_output_that_cannot_be_written_is_named(error: OSError) -> None:
    output = Path("/place/r.jsonl")
    assert _unwritten(error, output) == f"{output}: No space left on device"
