"""The file of results: what is written is kept, whatever ends the run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from gradproof.report.scan_lines import Line, ScanRecord
from gradproof.scan.results import Results, kept


def line(port: str, part: int = 0, parts: int = 1, state: str = "s") -> bytes:
    record = ScanRecord(port, part, parts, state, [], "pass", "right")
    clauses = [{"id": f"G{n}", "verdict": "pass"} for n in range(1, 4)]
    clauses.append({"id": "G5", "verdict": "fail"})
    whole = {"target": port, "verdict": "pass", "clauses": clauses, "scan": record}
    return msgspec.json.encode(whole) + b"\n"


def test_lines_come_into_the_order_of_their_tasks(tmp_path: Path) -> None:
    results = Results(tmp_path / "r.jsonl")
    results.begin({})
    for number, port in ((2, "c"), (0, "a"), (1, "b")):
        results.add(number, [line(port)])
    results.finish()
    assert results.path is not None
    assert results.path.read_bytes() == line("a") + line("b") + line("c")
    assert list(tmp_path.iterdir()) == [results.path]


def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(tmp_path / "r.jsonl")
    results = Results(link)
    results.begin({})
    results.add(0, [line("a")])
    results.finish()
    assert link.is_symlink()
    assert link.read_bytes() == line("a")


def test_of_a_port_no_more_is_held_than_a_summary_asks_for(tmp_path: Path) -> None:
    results = Results(tmp_path / "r.jsonl")
    results.begin({})
    results.add(0, [line("a")])
    (held,) = results.lines
    assert [clause.id for clause in held.clauses] == ["G5"]
    assert held.failing == ("G5",)


def test_what_is_kept_is_that_which_has_all_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    whole = line("a") + line("two", 1, 2) + line("two", 0, 2) + line("part", 0, 2)
    path.write_bytes(whole + b"no line\n" + line("cut")[:-30])
    found = kept(path)
    assert set(found) == {("a", "s"), ("two", "s")}
    data = path.read_bytes()
    said = [data[start:end] for start, end in found["two", "s"]]
    assert said == [line("two", 0, 2), line("two", 1, 2)]


def test_the_file_is_whole_whenever_the_run_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier run has judged is in it before anything is judged anew."""
    path = tmp_path / "r.jsonl"
    before = line("a") + line("gone") + line("b") + line("cut")[:-30]
    path.write_bytes(before)
    places = kept(path)
    chosen = {0: places["b", "s"], 3: places["a", "s"]}

    def ends(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", ends)
        with pytest.raises(KeyboardInterrupt):
            Results(path).begin(chosen)
    assert path.read_bytes() == before
    results = Results(path)
    results.begin(chosen)
    assert path.read_bytes() == line("b") + line("a")
    results.add(1, [line("c")])
    results.finish()
    assert path.read_bytes() == line("b") + line("c") + line("a")
    assert [each.target for each in results.lines] == ["b", "c", "a"]
    assert {type(each) for each in results.lines} == {Line}
