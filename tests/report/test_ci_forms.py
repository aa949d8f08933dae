"""The forms for CI, each read back by what reads such files."""

from __future__ import annotations

import functools
import importlib
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

import gradproof
from gradproof.commands import exit_codes
from gradproof.commands.cli import cli
from gradproof.contract.clauses import CONTRACT, Finding
from gradproof.contract.verdicts import failed, not_covered, passed
from gradproof.examination.examination import Examination
from gradproof.examination.policy import Outcome, Terms
from gradproof.ports.target import LoadError
from gradproof.report.ci import github, junit, markdown, results, sarif
from gradproof.report.phrases import Phrases, Unusable
from places import PROGRAMS, ROOT

pytestmark = pytest.mark.once

WRONG = PROGRAMS / "wrong" / "precedence.py"
FAULTY_LINE = 14
"""Where it multiplies by h."""


@functools.cache
def wrong(**terms: Any) -> Examination:
    """A wrong routine, examined in this process, under the name of its file."""
    precedence = importlib.import_module("programs.wrong.precedence")
    found = gradproof.check(precedence.gradient, "gradient", **terms).examination
    return replace(found, target=f"{WRONG}:gradient")


@functools.cache
def lax() -> Examination:
    """A routine with four mistakes: a wrong operator, and three should-rules."""

    def gradient(f: Any, x: Any) -> Any:
        h = 1e-4
        if x.ndim == 2:
            return np.array([gradient(f, row) for row in x]).reshape(x.shape)
        grad = np.zeros_like(x)
        for i in range(x.size):
            kept = x[i]
            x[i] = kept + h
            above = f(x)
            x[i] = kept - h
            below = f(x)
            grad[i] = (above - below) / 2 * h
            x[i] = kept
        return grad

    found = gradproof.check(gradient, "gradient").examination
    return replace(found, target="mine.py:gradient")


def named(text: str, target: str = "port.py:g") -> list[results.Suite]:
    """A port of one clause that fails with this text."""
    finding = Finding(CONTRACT["gradient"][0], failed("raised", kind=text, text=text))
    found = replace(wrong(), target=target, findings=(finding,), diagnosis=())
    return results.suites([found], [], Phrases())


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    ("judgement", "terms", "outcome"),
    [
        (passed(), Terms(), "passed"),
        (failed("x"), Terms(), "failed"),
        (not_covered("x"), Terms(), "skipped"),
        (not_covered("x"), Terms(strict=True), "failed"),
        (failed("x"), Terms(expect={"G1": "why"}), "expected"),
        (passed(), Terms(expect={"G1": "why"}), "failed"),
    ],
)
def test_a_clause_comes_to_what_the_terms_make_of_it(
    judgement: Any, terms: Terms, outcome: Outcome
) -> None:
    assert terms.reckoned(Finding(CONTRACT["gradient"][0], judgement)) == outcome


def test_a_should_is_hoped_for_and_fails_if_it_is_strict() -> None:
    (should,) = (c for c in CONTRACT["gradient"] if c.id == "G10")
    finding = Finding(should, failed("x"))
    assert Terms().reckoned(finding) == "hoped"
    assert Terms(strict=True).reckoned(finding) == "failed"


def test_a_failure_is_placed_on_the_line_that_the_change_for_its_defect_alters() -> (
    None
):
    (suite,) = results.suites([wrong()], [], Phrases())
    lines = {r.id: r.spot.line for r in suite.results}
    assert (lines["G5"], lines["G1"]) == (FAULTY_LINE, 6)
    assert all(r.spot.file == WRONG for r in suite.results)


def test_paths_begin_at_the_repository_wherever_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ports" / "deep").mkdir(parents=True)
    shutil.copy(WRONG, tmp_path / "ports" / "mine.py")
    monkeypatch.chdir(tmp_path / "ports" / "deep")
    found = replace(wrong(), target=f"{tmp_path}/ports/mine.py:gradient")
    said = github.dumps(results.suites([found], [], Phrases()))
    assert said.startswith(f"::error file=ports/mine.py,line={FAULTY_LINE},title=")


@pytest.mark.parametrize("text", ["a\nb", "100%", "x::y,z", "\r", "::error::no"])
def test_nothing_that_a_port_says_ends_an_annotation(text: str) -> None:
    said = github.dumps(named(text, f"p{text}.py:g"))
    command = re.fullmatch(r"::error (?:\w+=[^:,\n\r]+,?)+::([^\n\r]+)\n", said)
    assert command is not None, said
    unescaped = command[1].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    assert text.replace("\r", "\\r") in unescaped


def test_one_annotation_holds_all_that_is_wrong_at_a_line(at_root: None) -> None:
    said = github.dumps(results.suites([wrong()], [], Phrases())).splitlines()
    assert [line.partition(" ")[0] for line in said] == ["::error"]
    assert "G4 consistent%2C G5 value%2C G6 accuracy" in said[0]


def test_of_what_is_right_nothing_is_annotated() -> None:
    whole = replace(wrong(), findings=tuple(wrong().having("pass")))
    assert github.dumps(results.suites([whole], [], Phrases())) == ""


@pytest.mark.parametrize(
    "text", ["\x00\x08\x1b[31m", "\ud800", "\ufffe\uffff", "<&\"']]>", "\u2028"]
)
def test_no_text_makes_junit_ill_formed(text: str) -> None:
    document = ElementTree.fromstring(junit.dumps(named(text, f"p{text}.py:g")))
    (failure,) = document.iter("failure")
    assert "raised" in failure.attrib["message"]
    assert document.attrib["failures"] == "1"
    if text == "<&\"']]>":
        assert text in failure.attrib["message"]


def test_what_was_declared_counts_as_skipped_in_junit() -> None:
    found = replace(wrong(), terms=Terms(expect={"G5": "on purpose"}))
    document = ElementTree.fromstring(
        junit.dumps(results.suites([found], [], Phrases()))
    )
    assert (document.attrib["failures"], document.attrib["skipped"]) == ("2", "1")
    (skipped,) = document.iter("skipped")
    assert skipped.attrib["message"].startswith("on purpose (")


def test_what_was_declared_is_suppressed_in_sarif(at_root: None) -> None:
    found = replace(wrong(), terms=Terms(expect={"G5": "on purpose"}))
    said = json.loads(sarif.dumps(results.suites([found], [], Phrases()), Phrases()))
    suppressed = {
        tuple(result["properties"]["rules"]): bool(result.get("suppressions"))
        for result in said["runs"][0]["results"]
    }
    assert suppressed == {
        ("G4 consistent", "G6 accuracy"): False,
        ("G5 value",): True,
    }


def test_one_mistake_is_one_result_with_its_own_defect_and_line(at_root: None) -> None:
    (run,) = json.loads(sarif.dumps(results.suites([lax()], [], Phrases()), Phrases()))[
        "runs"
    ]
    found = {
        result["ruleId"]: (result["level"], result["properties"]["rules"])
        for result in run["results"]
    }
    assert found == {
        "operator-precedence": ("error", ["G4 consistent", "G5 value", "G6 accuracy"]),
        "not-restored-on-error": ("warning", ["G9 restored-on-error"]),
        "integer-truncation": ("warning", ["G10 integers"]),
        "G11": ("warning", ["G11 single"]),  # which no model explains here
    }
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules.keys() == found.keys()
    assert "by h" in rules["operator-precedence"]["shortDescription"]["text"]


def test_the_other_forms_name_the_same_defects(at_root: None) -> None:
    (suite,) = suites = results.suites([lax()], [], Phrases())
    named = {r.id: r.causes for r in suite.having("failed", "hoped")}
    assert named["G5"] == ("operator-precedence",)
    assert named["G10"] == ("integer-truncation",)
    titles = re.findall(r"title=[^:]*%3A (\S+) ", github.dumps(suites))
    assert titles == [
        *("operator-precedence", "not-restored-on-error"),
        *("integer-truncation", "G11"),
    ]
    cases = ElementTree.fromstring(junit.dumps(suites)).iter("testcase")
    told = {case.attrib["name"]: "".join(case.itertext()) for case in cases}
    assert "integer-truncation" in told["G10 integers"]
    assert "operator-precedence" not in told["G11 single"]


def test_a_page_of_a_rule_is_linked_where_the_pages_are_published(
    at_root: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sarif.DOCUMENTATION, "https://docs.example/gradproof/")
    said = sarif.dumps(results.suites([wrong()], [], Phrases()), Phrases())
    (rule,) = json.loads(said)["runs"][0]["tool"]["driver"]["rules"]
    page = "https://docs.example/gradproof/defects.html#operator-precedence"
    assert rule["helpUri"] == page


def test_a_fix_that_was_tried_replaces_the_faulty_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(WRONG, "mine.py")
    done = CliRunner().invoke(cli, ["check", "mine.py", "--format", "sarif"])
    (run,) = json.loads(done.stdout)["runs"]
    (result,) = run["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    lines = Path("mine.py").read_text().split("\n")
    region = replacement["deletedRegion"]
    assert (region["startLine"], region["endLine"]) == (FAULTY_LINE, FAULTY_LINE + 1)
    new = replacement["insertedContent"]["text"].rstrip("\n")
    lines[FAULTY_LINE - 1] = new
    Path("mine.py").write_text("\n".join(lines))
    assert CliRunner().invoke(cli, ["check", "mine.py"]).exit_code == 0


def test_a_target_that_does_not_load_is_a_result_in_each(at_root: None) -> None:
    unusable = [Unusable("nowhere.py:g", LoadError("load.no-file"))]
    suites = results.suites([], unusable, Phrases())
    assert "nowhere.py:g: there is no such file" in github.dumps(suites)
    assert "nowhere.py:g" in markdown.dumps(suites, "", Phrases())
    document = ElementTree.fromstring(junit.dumps(suites))
    assert document.attrib["errors"] == "1"
    (run,) = json.loads(sarif.dumps(suites, Phrases()))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [result["ruleId"] for result in run["results"]] == ["loads"]


def rendered(text: str) -> Iterable[tuple[str, str]]:
    """The elements that a renderer of GitHub's Markdown makes, with their text."""
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    return re.findall(r"<(td|code|li|summary|h\d|a|em|script)\b[^>]*>(.*?)</\1>", html)


@pytest.mark.parametrize("text", ["a|b", "<script>x</script>", "*b* _i_ `c`", "@me #1"])
def test_what_a_port_says_is_text_in_markdown(text: str) -> None:
    suites = named(text)
    found = rendered(markdown.dumps(suites, "1 port", Phrases()))
    assert {name for name, _ in found} <= {"td", "li", "code", "summary"}
    assert sum(name == "td" for name, _ in found) == 2


@functools.cache
def of_all(folder: Path) -> dict[str, str]:
    """A routine, a script and what is not there, in all of the forms at once."""
    forms = ("junit", "github", "sarif", "markdown")
    targets = (f"{WRONG}:gradient", f"{PROGRAMS}/scripts/book_before_fix.py", "no.py:g")
    files = [f"--report={form}={folder / form}" for form in forms]
    done = CliRunner().invoke(cli, ["check", *targets, *files])
    assert done.exit_code == exit_codes.WRONG, done.output
    assert "draws the right picture by luck" in done.stdout
    return {form: (folder / form).read_text("utf-8") for form in forms}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return of_all(tmp_path_factory.mktemp("reports"))


def test_junitparser_counts_what_the_report_counts(written: dict[str, str]) -> None:
    junitparser = pytest.importorskip("junitparser")
    report = junitparser.JUnitXml.fromstring(written["junit"])
    assert (report.failures, report.errors) == (5, 1)
    cases = [case for suite in report for case in suite]
    assert report.tests == len(cases)
    bad = [c for c in cases if any(type(r).__name__ == "Failure" for r in c.result)]
    assert [c.name for c in bad] == [
        *("G4 consistent", "G5 value", "G6 accuracy", "S3 points-only", "T1 touches"),
    ]


def test_sarif_keeps_the_schema_of_oasis_and_each_result_has_a_place(
    written: dict[str, str],
) -> None:
    # Made of the schema by a generator, with what it does not name forbidden.
    model = pytest.importorskip("pydantic_sarif.model")
    log = model.StaticAnalysisResultsFormatSarifVersion210JsonSchema
    log.model_validate_json(written["sarif"])
    said = json.loads(written["sarif"])
    with pytest.raises(ValueError, match="Extra inputs"):
        log.model_validate({**said, "runs": [{**said["runs"][0], "resluts": []}]})
    (run,) = said["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]
        assert uri.get("uriBaseId") == "%SRCROOT%" or result["ruleId"] == "loads"
    lines = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]["region"]
        for result in run["results"]
    }
    assert lines["operator-precedence"] == {"startLine": 14}
    assert lines["transposed-points"] == {"startLine": 54}


def test_annotations_stand_on_the_faulty_lines(written: dict[str, str]) -> None:
    errors = re.findall(r"^::error file=([^,]+),line=(\d+)", written["github"], re.M)
    assert errors[:2] == [
        ("tests/programs/wrong/precedence.py", "14"),
        ("tests/programs/scripts/book_before_fix.py", "54"),
    ]


def test_markdown_renders_as_a_table_and_folded_lists(written: dict[str, str]) -> None:
    found = rendered(written["markdown"])
    rows = [text for name, text in found if name == "td"]
    assert "".join(rows[::2]) == "❌❌✅✅❌💥"
    assert sum(name == "li" for name, _ in found) == 10


def test_a_form_that_is_none_is_refused() -> None:
    done = CliRunner().invoke(cli, ["check", "x.py:g", "--report", "junti=a.xml"])
    assert done.exit_code == exit_codes.USAGE
    assert "junti=a.xml" in done.stderr
