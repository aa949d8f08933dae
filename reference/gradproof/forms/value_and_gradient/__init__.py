"""The form of functions that return their value and its gradient.

Such a function is judged by differences of its own value, in random directions of all
of its arguments that have a gradient; nothing need be known of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradproof.contract import networks as judges
from gradproof.contract.clauses import Finding
from gradproof.contract.networks import judge_of_loss
from gradproof.defects.layer_diagnosis import LayerExplanation
from gradproof.evidence.networks import NetworkEvidence, gather
from gradproof.forms.form import Bilingual, Form, Rule
from gradproof.forms.value_and_gradient import defects
from gradproof.forms.value_and_gradient.arguments import settings
from gradproof.ports.trials import Description, Helper, LayerPort

ROLE = "value-and-gradient"


def observe(port: LayerPort, said: Description) -> NetworkEvidence:
    """Return what the function claims, and what its value says of that."""
    return gather(port, said, tried=settings(said))


def diagnose(
    evidence: NetworkEvidence, findings: Sequence[Finding]
) -> tuple[LayerExplanation, ...]:
    """Return the defect that explains how the gradient departs, if one does."""
    said = evidence.said
    for finding in findings:
        name = defects.named(finding.judgement)
        if name:
            place = Helper(said.name, said.file, said.line)
            return (LayerExplanation(name, 1, 1, place),)
    return ()


FORM = Form(
    role=ROLE,
    title=Bilingual(
        "value and gradient (a function that returns both)",
        "値と勾配(両方を返す関数)",
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
        "value-and-gradient.not-made": Bilingual(
            "nothing is known of its argument {parameter}; add this to the file: "
            "def make_case(): return {name}, (…its arguments…)",
            "引数 {parameter} に何を渡せばよいか分かりません。"
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
