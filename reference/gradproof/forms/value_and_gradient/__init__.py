"""The form of functions that return their value and its gradient, or have one beside.

Both are judged by differences of the function's own value, in random directions of all
of its arguments that have a gradient; nothing need be known of the function.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradproof.contract import networks as judges
from gradproof.contract.clauses import Finding
from gradproof.contract.networks import judge_of_loss
from gradproof.defects.layer_diagnosis import LayerExplanation
from gradproof.evidence.layer_plan import UnbuildableError
from gradproof.evidence.network_plan import NetworkSetting
from gradproof.evidence.networks import NetworkEvidence, gather
from gradproof.forms.form import Bilingual, Form, Rule
from gradproof.forms.value_and_gradient import defects
from gradproof.forms.value_and_gradient.arguments import (
    INPUT,
    TRANSPOSED,
    feed_of,
    is_guessed_layout,
    other_feeds,
    settings,
    settings_of_derivative,
)
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description, Helper, LayerPort

ROLE = "value-and-gradient"


def observe(port: LayerPort, said: Description) -> NetworkEvidence:
    """Return what the function claims, and what its value says of that.

    A derivative may be meant to be fed the value of its function, σ of σ·(1 − σ), or
    the scores before a softmax; and it may be by any argument of its shape: it is right
    if it is so in one of these ways.
    """
    ways = settings_of_derivative if "derivative" in said.methods else settings
    try:
        tried = list(ways(said))
    except UnbuildableError as problem:
        return NetworkEvidence(said, problem=problem.parameter)
    found = gather(port, said, tried=tried)
    if found.setting is not None and _answer(found) == "departs":
        found = _otherwise(port, found, tried)
    return found if said.instance else replace(found, notes=tuple(_notes(found)))


def _otherwise(
    port: LayerPort, found: NetworkEvidence, tried: Sequence[NetworkSetting]
) -> NetworkEvidence:
    """Return evidence of the first other way in which it is right, or what was found.

    Arguments that were guessed may not be those that the function is for. If it is
    right in no way, that one is returned in which a defect explains what is wrong.
    """
    said, first = found.said, found.setting
    assert first is not None
    others = other_feeds(first) if "derivative" in said.methods else ()
    named = found if _is_named(found) else None
    later = [s for s in tried if s is not first and is_guessed_layout(s)]
    for setting in (*others, *later):
        other = gather(port, said, tried=(setting,))
        if _answer(other) == "agrees":
            wrong = feed_of(setting) == TRANSPOSED and "jac" in said.name.lower()
            return replace(found, setting=setting) if wrong else other
        if setting in later and not named and _is_named(other):
            named = other
    return named or found


def _is_named(evidence: NetworkEvidence) -> bool:
    return bool(defects.named(judges.directions(evidence)))


def _notes(evidence: NetworkEvidence) -> Iterator[Note]:
    """Yield what a derivative that is right is by, and that something else is fed."""
    said = evidence.said
    if "derivative" not in said.methods or _answer(evidence) != "agrees":
        return
    if len(said.forward) > len(evidence.at):
        yield Note("derivative-by", {"names": ", ".join(evidence.at)})
    feed = feed_of(evidence.setting) if evidence.setting else INPUT
    if feed != INPUT:
        yield Note(f"fed-{feed}", {"function": said.kind})


def _answer(evidence: NetworkEvidence) -> str:
    return getattr(evidence.survey, "answer", "")


def diagnose(
    evidence: NetworkEvidence, findings: Sequence[Finding]
) -> tuple[LayerExplanation, ...]:
    """Return the defect that explains how the gradient departs, if one does."""
    said, setting = evidence.said, evidence.setting
    turned = setting is not None and feed_of(setting) == TRANSPOSED
    for finding in findings:
        name = defects.named(finding.judgement, turned=turned)
        if name:
            place = Helper(said.name, said.file, said.line)
            return (LayerExplanation(name, 1, 1, place),)
    return ()


FORM = Form(
    role=ROLE,
    title=Bilingual(
        "value and gradient (a function that returns both, or has its derivative "
        "beside it)",
        "値と勾配(両方を返す関数、または関数とその導関数)",
    ),
    rules=(
        Rule(
            "runs",
            Bilingual(
                "The function returns a finite value and its gradients.",
                "関数は有限の値と勾配を返します。",
            ),
            judge_of_loss("value-and-gradient", judges.runs),
            defects.LOGARITHM_OF_NEGATIVES,
            source="gradient-check",
        ),
        Rule(
            "gradient-shapes",
            Bilingual(
                "Each gradient has the shape of the argument that it belongs to.",
                "各勾配は、対応する引数と同じ形状です。",
            ),
            judge_of_loss("value-and-gradient", judges.shapes),
            defects.NOT_SUMMED,
            source="optimizer",
        ),
        Rule(
            "gradient",
            Bilingual(
                "The gradients are those of the value that the function returns, in "
                "random directions of all their entries.",
                "勾配は、関数自身が返す値の勾配です(全要素のランダムな方向で確かめます)。",
            ),
            judge_of_loss("value-and-gradient", judges.directions),
            defects.HALVED,
            numbers=True,
        ),
        Rule(
            "repeatable",
            Bilingual(
                "The same arguments give the same gradients again.",
                "同じ引数では、再び同じ勾配を返します。",
            ),
            judge_of_loss("value-and-gradient", judges.again),
            defects.ACCUMULATED,
            source="trained",
        ),
    ),
    defects=defects.DEFECTS,
    observe=observe,
    diagnose=diagnose,
    messages={
        "note.derivative-by": Bilingual(
            "it is the derivative by {names}", "{names} についての導関数です"
        ),
        "note.fed-value": Bilingual(
            "it is right where it is given the value of {function}, not the input",
            "入力ではなく {function} の値を渡す場合に正しい導関数です",
        ),
        "note.fed-transposed": Bilingual(
            "it is right as the transposed Jacobian of {function}",
            "{function} のヤコビ行列の転置として正しい値です",
        ),
        "note.fed-softmax": Bilingual(
            "it is right as the derivative by the scores whose softmax {function} is "
            "given, not by what it is given",
            "{function} に渡す値そのものではなく、"
            "ソフトマックスの前のスコアについての導関数として正しい値です",
        ),
        "note.fed-sigmoid": Bilingual(
            "it is right as the derivative by the scores whose sigmoid {function} is "
            "given, not by what it is given",
            "{function} に渡す値そのものではなく、"
            "シグモイドの前のスコアについての導関数として正しい値です",
        ),
        "value-and-gradient.not-made": Bilingual(
            "nothing is known of its argument {parameter}; add this to the file: "
            "def make_case(): return {name}, (…its arguments…)",
            "引数 {parameter} に何を渡せばよいか分かりません。"
            "次の関数をファイルに追加してください: "
            "def make_case(): return {name}, (…引数…)",
        ),
        "value-and-gradient.not-fitting": Bilingual(
            "its result has neither the shape of an argument, as a gradient, nor a row "
            "for each value, as a Jacobian; return one of these, or, if it is for "
            "other arguments than were tried, add to the file: "
            "def make_case(): return {name}, (…its arguments…)",
            "返す値の形状が、勾配(引数と同じ形状)とも"
            "ヤコビ行列(値ごとに 1 行)とも一致しません。"
            "そのどちらかを返すか、別の引数を想定した関数であれば、"
            "次の関数をファイルに追加してください: "
            "def make_case(): return {name}, (…引数…)",
        ),
        "value-and-gradient.not-fed": Bilingual(
            "no arguments that were tried fit ({text}); add this to the file: "
            "def make_case(): return {name}, (…its arguments…)",
            "試した引数はどれも合いませんでした({text})。"
            "次の関数をファイルに追加してください: "
            "def make_case(): return {name}, (…引数…)",
        ),
    },
)
