"""Make docs/gallery.md and docs/ja/gallery.md: which formula a library computes.

    python tests/tools/gallery.py [--check]

The libraries are those of the group `gallery` in pyproject.toml, as they are installed;
gradproof reads the formulas off. With ``--check`` nothing is written, and what is no
longer as the pages say is told; small errors, which differ from machine to machine, are
not compared.
"""

from __future__ import annotations

import difflib
import inspect
import math
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import numpy as np

import gradproof
from gradproof import sample
from gradproof.examination.examination import ComponentFormula, Examination
from gradproof.ports.role_ids import RoleId
from gradproof.report.messages import Language
from gradproof.report.phrases import Phrases

Array = np.ndarray[Any, Any]
Routine = Callable[..., Any]

DOCS = Path(__file__).parents[2] / "docs"
WRITE = "python tests/tools/gallery.py"
PAGES: Mapping[Language, Path] = {
    "en": DOCS / "gallery.md",
    "ja": DOCS / "ja" / "gallery.md",
}


def two_point(f: Routine, x: Array) -> Any:
    from scipy.optimize._numdiff import approx_derivative

    return approx_derivative(f, x, method="2-point")


def three_point(f: Routine, x: Array) -> Any:
    from scipy.optimize._numdiff import approx_derivative

    return approx_derivative(f, x, method="3-point")


def complex_step(f: Routine, x: Array) -> Any:
    from scipy.optimize._numdiff import approx_derivative

    return approx_derivative(f, x, method="cs")


def jacobian(f: Routine, x: Array) -> Any:
    from scipy.differentiate import jacobian

    return jacobian(lambda p: np.apply_along_axis(f, 0, p)[None], x).df[0]


def approx_fprime(f: Routine, x: Array) -> Any:
    from scipy.optimize import approx_fprime

    return approx_fprime(x, f)


def derivative(f: Routine, x: float) -> Any:
    from scipy.differentiate import derivative

    return derivative(np.vectorize(f), x).df


def derivative_first(f: Routine, x: float) -> Any:
    from scipy.differentiate import derivative

    return derivative(np.vectorize(f), x, maxiter=1).df


def statsmodels_forward(f: Routine, x: Array) -> Any:
    from statsmodels.tools.numdiff import approx_fprime

    return approx_fprime(x, f)


def statsmodels_central(f: Routine, x: Array) -> Any:
    from statsmodels.tools.numdiff import approx_fprime

    return approx_fprime(x, f, centered=True)


def statsmodels_complex(f: Routine, x: Array) -> Any:
    from statsmodels.tools.numdiff import approx_fprime_cs

    return approx_fprime_cs(x, f)


def numdifftools_gradient(f: Routine, x: Array) -> Any:
    from numdifftools import Gradient

    return Gradient(f)(x)


def numdifftools_step(f: Routine, x: Array) -> Any:
    from numdifftools import Gradient

    return Gradient(f, step=1e-4)(x)


def numdifftools_complex(f: Routine, x: Array) -> Any:
    from numdifftools import Gradient

    return Gradient(f, method="complex")(x)


def numdifftools_derivative(f: Routine, x: float) -> Any:
    from numdifftools import Derivative

    return Derivative(f)(x)


def autograd_grad(f: Routine, x: Array) -> Any:
    from autograd import grad

    return grad(f)(x)


def book_gradient(f: Routine, x: Array) -> Any:
    return sample.numerical_gradient(f, x)


def book_derivative(f: Routine, x: float) -> Any:
    return sample.numerical_diff(f, x)


ByHand = Literal["right", "unguarded", "unguarded-number", "one-component"]
"""Right; so for one point, while a batch gives other numbers; but for shapes."""


@dataclass(frozen=True)
class Entry:
    """A call of a library's, and the role that its documentation gives it.

    ``by_hand`` is what is to be said of it, found without gradproof: read in its source,
    and tried at a point, a batch and a point of one component.
    """

    routine: Routine
    role: RoleId = "point-gradient"
    by_hand: ByHand = "right"

    @property
    def call(self) -> str:
        """The call as it stands above."""
        lines = inspect.getsource(self.routine).splitlines()
        return lines[-1].strip().removeprefix("return ").removeprefix("sample.")


LIBRARIES: Mapping[str, tuple[Entry, ...]] = {
    "": (Entry(book_gradient, "gradient"), Entry(book_derivative, "derivative")),
    "scipy": (
        Entry(two_point),
        Entry(three_point),
        Entry(complex_step),
        Entry(approx_fprime),
        Entry(jacobian, by_hand="unguarded"),
        Entry(derivative, "derivative"),
        Entry(derivative_first, "derivative"),
    ),
    "statsmodels": (
        Entry(statsmodels_forward, by_hand="one-component"),
        Entry(statsmodels_central, by_hand="one-component"),
        Entry(statsmodels_complex),
    ),
    "numdifftools": (
        Entry(numdifftools_gradient, by_hand="unguarded-number"),
        Entry(numdifftools_step, by_hand="unguarded-number"),
        Entry(numdifftools_complex, by_hand="unguarded-number"),
        Entry(numdifftools_derivative, "derivative"),
    ),
    "autograd": (Entry(autograd_grad, "array-gradient"),),
}
"""By the names of their distributions; without one the book's code, written afresh."""

POINT = (1.1, 2.3)
PLACES = (1.0, 1e-6, 1e6)
"""Where errors are measured: at a point with nothing round, and multiples of it."""

NOISE = 1e-12
"""Errors up to it are those of rounding, and differ from machine to machine."""


def at_point(x: Any) -> Any:
    """x0³ + x0·x1 + 2·x1³."""
    return x[0] * x[0] * x[0] + x[0] * x[1] + 2 * x[1] * x[1] * x[1]


def at_number(x: Any) -> Any:
    """17·x³ + 2·x²."""
    return 17 * x * x * x + 2 * x * x


def with_a_kink(x: Any) -> Any:
    """|x| of a number; of a point |x0| + x1²."""
    return abs(x) if np.ndim(x) == 0 else abs(x[0]) + x[1] * x[1]


CLOSE = 1e-3
"""What is further off than this, relatively, is no numerical error."""


def minds_the_kink(entry: Entry) -> bool:
    """Whether an entry gives the first derivative there, −1 at −1, or at (−1, 2)."""
    at: Any = -1.0 if entry.role == "derivative" else np.array([-1.0, 2.0])
    found = np.ravel(entry.routine(with_a_kink, at))[0]
    return bool(abs(found + 1.0) <= CLOSE)


def error(entry: Entry, scale: float) -> float:
    """The largest error of an entry of its gradient, relative to the entry."""
    if entry.role == "derivative":
        a = POINT[0] * scale
        exact = np.array([51 * a**2 + 4 * a])
        found = entry.routine(at_number, a)
    else:
        a, b = POINT[0] * scale, POINT[1] * scale
        exact = np.array([3 * a**2 + b, a + 6 * b**2])
        found = entry.routine(at_point, np.array([a, b]))
    return float(np.max(np.abs(np.ravel(found) - exact) / exact))


def examined(entry: Entry) -> Examination:
    """What gradproof finds out of an entry under its role."""
    found = gradproof.check(entry.routine, role=entry.role).examination
    assert isinstance(found, Examination)
    return found


WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "# Gallery: which formula does your library compute?",
        "about": (
            "gradproof gives a routine functions of its own making and reads off, as a"
            " black box, where it evaluates f and how it weighs what comes back: that is"
            " its formula. These are the formulas of installed releases; nothing on this"
            " page was copied from their documentation. It is made by one command, and"
            " CI tells when a release no longer does what stands here:"
        ),
        "the-book": "the book",
        "table": "| | call | order | relative error at (1.1, 2.3) | at 10⁻⁶ times that | at 10⁶ times that |",
        "errors": (
            "Errors are those of the gradient of x0³ + x0·x1 + 2·x1³ (of a derivative, of"
            " 17·x³ + 2·x² at 1.1), to the nearest power of ten. An *order* of 2 means that"
            " half the step makes the error a quarter. A step that does not grow and"
            " shrink with x is good near 1 alone: too long for small numbers, and lost in"
            " the rounding of large ones."
        ),
        "verdicts": "Which are right",
        "verdicts-about": (
            "What `gradproof check` says of each under that role, and what was found by"
            " hand: in the source, and with a point, a batch and a point of one component."
        ),
        "verdict-table": "| | call | verdict | because | by hand |",
        "right": "right",
        "partly": "right as far as it could be judged",
        "wrong": "wrong",
        "by-formula": "its formula was read, and its values are within that one's bound",
        "by-values": "no formula could be read; its values are within the bound",
        "hand-right": "right",
        "hand-unguarded": "right for one point; a batch is not refused",
        "hand-unguarded-number": (
            "right for points of two components and more: of one a plain number comes;"
            " a batch is not refused"
        ),
        "hand-one-component": "right, but (1, 1) comes of a point of shape (1,)",
        "book": "The book's routines, as published",
        "book-about": (
            "Written afresh for gradproof with all that they do, good and bad; an"
            " absolute step of 10⁻⁴."
        ),
        "formula": "Computes",
        "steps": "h = {steps} at (1, 2)",
        "step": "h = {steps}",
        "error": "error {error}",
        "end": ".",
        "look": "Look out for",
        "nothing": "nothing that was tried.",
        "single": "x in single precision: what comes is less exact",
        "integers": "x in integers: the result is cut off",
        "restored-on-error": "when f fails, x is left moved",
        "no-wrong-batch": (
            "x with points as rows: numbers come that are no gradients, without an error"
        ),
        "shape": "x of one component: the result has another shape than x",
        "cost": "f is evaluated {calls} times at 2 components, where {expected} are enough",
        "kink": "f with an absolute value, |x0| + x1² at (−1, 2): its derivative is missed",
        "like": "The role under which each is judged is the one of its documentation.",
    },
    "ja": {
        "title": "# ギャラリー: そのライブラリはどんな式を計算しているか",
        "about": (
            "gradproof は、ルーチンに自分で用意した関数を渡し、f をどこで評価し、その値を"
            "どんな重みで足すかをブラックボックスのまま読み取ります。それがルーチンの式です。"
            "次に示すのはインストールされた実物から読み取った式で、各ライブラリの文書から"
            "写したものではありません。次のコマンドで作り直せます。新しいリリースの式が"
            "このページと違えば、CI が知らせます。"
        ),
        "the-book": "書籍",
        "table": "| | 呼び出し | 次数 | (1.1, 2.3) での相対誤差 | その 10⁻⁶ 倍で | その 10⁶ 倍で |",
        "errors": (
            "誤差は x0³ + x0·x1 + 2·x1³ の勾配(1 変数では 17·x³ + 2·x² の 1.1 での微分)の相対誤差を、最も"
            "近い 10 のべきで表したものです。次数 2 とは、刻みを半分にすると誤差が 1/4 になることを"
            "いいます。x の大きさに合わせて伸び縮みしない刻みは、1 の近くでしか役に立ちません。"
            "小さな数には長すぎ、大きな数では丸めに埋もれます。"
        ),
        "verdicts": "正しいのはどれか",
        "verdicts-about": (
            "それぞれの役割のもとで `gradproof check` が示す判定と、手作業による判断(ソースを"
            "読み、1 点、複数の点、1 成分の点で試した結果)です。"
        ),
        "verdict-table": "| | 呼び出し | 判定 | 理由 | 手作業による判断 |",
        "right": "正しい",
        "partly": "判定できた範囲では正しい",
        "wrong": "誤り",
        "by-formula": "式を読み取れ、値がその式の誤差限界に収まる",
        "by-values": "式は読み取れないが、値が誤差限界に収まる",
        "hand-right": "正しい",
        "hand-unguarded": "1 点では正しいが、複数の点を拒まない",
        "hand-unguarded-number": (
            "2 成分以上の 1 点では正しい。1 成分の点にはただの数を返し、複数の点を拒まない"
        ),
        "hand-one-component": "正しい。ただし形状 (1,) の点には (1, 1) を返す",
        "book": "書籍のルーチン(公開されているとおりのもの)",
        "book-about": (
            "長所も短所もそのまま、gradproof のために新たに書いたものです。刻みは x に"
            "よらず 10⁻⁴ です。"
        ),
        "formula": "計算している式",
        "steps": "(1, 2) で h = {steps}",
        "step": "h = {steps}",
        "error": "誤差 {error}",
        "end": "。",
        "look": "注意点",
        "nothing": "試した範囲では見つかりません。",
        "single": "x が単精度のとき、精度が落ちる",
        "integers": "x が整数のとき、結果が切り捨てられる",
        "restored-on-error": "f が例外を送出すると、x がずれたまま残る",
        "no-wrong-batch": "点を行に並べた x に、エラーなしで、勾配ではない数を返す",
        "shape": "x が 1 成分のとき、結果の形状が x と異なる",
        "cost": "2 成分で f を {calls} 回評価する({expected} 回で足りる)",
        "kink": "絶対値を含む f (|x0| + x1²、点 (−1, 2)) で、微分を誤る",
        "like": "どの役割として判定するかは、各ライブラリの文書に従いました。",
    },
}
WEAK = ("shape", "no-wrong-batch", "integers", "single", "restored-on-error", "cost")
"""Clauses of which a library's user should know; others are of the contract's own."""


FAILING = ("fail", "error")


@dataclass(frozen=True)
class Row:
    """An entry with all that was found out about it."""

    entry: Entry
    found: Examination
    errors: tuple[float, ...]
    kink: bool


def row(entry: Entry) -> Row:
    """An entry, examined and measured."""
    return Row(
        entry,
        examined(entry),
        tuple(error(entry, scale) for scale in PLACES),
        kink=minds_the_kink(entry),
    )


def rows() -> dict[str, list[Row]]:
    """Each library's entries, examined."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return {
            library: list(map(row, entries)) for library, entries in LIBRARIES.items()
        }


def page(found: Mapping[str, list[Row]], language: Language) -> str:
    """The page in a language."""
    return "\n".join(_lines(found, language)) + "\n"


def _lines(found: Mapping[str, list[Row]], language: Language) -> Iterator[str]:
    words = WORDS[language]
    yield words["title"]
    yield ""
    yield f"<!-- Generated by `{WRITE}`. -->"
    yield ""
    yield f"{words['about']}\n\n    {WRITE}"
    yield ""
    yield words["table"]
    yield "|---|---|---|---|---|---|"
    for library, each in found.items():
        for row in each:
            cells = (_code(row.entry.call), _order(row), *map(_power, row.errors))
            yield f"| {' | '.join((library or words['the-book'], *cells))} |"
    yield ""
    yield words["errors"] + " " * (language == "en") + words["like"]
    yield from _verdicts(found, language)
    for library, each in found.items():
        yield ""
        yield f"## {_titled(library) if library else words['book']}"
        if not library:
            yield ""
            yield words["book-about"]
        for row in each:
            yield from _entry(row, language)


def _verdicts(found: Mapping[str, list[Row]], language: Language) -> Iterator[str]:
    """What is said of each entry, why, and what was found by hand."""
    words = WORDS[language]
    yield ""
    yield f"## {words['verdicts']}"
    yield ""
    yield words["verdicts-about"]
    yield ""
    yield words["verdict-table"]
    yield "|---|---|---|---|---|"
    for library, each in found.items():
        for row in each:
            hand = words[f"hand-{row.entry.by_hand}"]
            cells = (_code(row.entry.call), *_verdict(row.found, language), hand)
            yield f"| {' | '.join((library or words['the-book'], *cells))} |"


def _verdict(found: Examination, language: Language) -> tuple[str, str]:
    """The verdict in words, and what it rests on."""
    words = WORDS[language]
    musts = {f.clause.name: f for f in found.findings if f.clause.level == "must"}
    failed = {n: f for n, f in musts.items() if f.judgement.verdict in FAILING}
    if failed:
        said = (
            words[n].format(**f.judgement.parameters)
            if n in WEAK
            else Phrases(language).judgement(f.judgement)
            for n, f in failed.items()
        )
        return words["wrong"], "; ".join(said)
    read = bool(found.formulas)
    return words["right" if read else "partly"], words[
        "by-formula" if read else "by-values"
    ]


def _code(call: str) -> str:
    return f"`{call}`"


def _titled(library: str) -> str:
    """A library with the series that is installed."""
    return f"{library} {'.'.join(metadata.version(library).split('.')[:2])}"


def _order(row: Row) -> str:
    orders = sorted({f.order for f in row.found.formulas})
    return ", ".join(map(str, orders)) or "–"


def _power(error: float) -> str:
    if error <= NOISE:
        return f"≤ 10{_raised(round(math.log10(NOISE)))}"
    return f"10{_raised(round(math.log10(error)))}"


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _entry(row: Row, language: Language) -> Iterator[str]:
    words = WORDS[language]
    yield ""
    yield f"### {_code(row.entry.call)}"
    yield ""
    if row.found.formulas:
        yield from _formula(row.found.formulas, words)
    elif row.found.unreadable is not None:
        why = row.found.unreadable
        reason = Phrases(language).unreadable(why.reason, why.parameters)
        yield reason[:1].upper() + reason[1:] + words["end"]
    yield ""
    weak = [*_weak(row.found, words), *([] if row.kink else [words["kink"]])]
    if not weak:
        yield f"{words['look']}: {words['nothing']}"
        return
    yield f"{words['look']}:"
    yield ""
    yield from (f"- {each}" for each in weak)


def _formula(
    formulas: tuple[ComponentFormula, ...], words: Mapping[str, str]
) -> Iterator[str]:
    """What the first component is computed by; the others differ in their steps."""
    first = formulas[0].text
    yield f"$$\n{latex(first.derivative)} \\approx {latex(first.formula)}\n$$"
    yield ""
    steps = ", ".join(dict.fromkeys(f.text.step for f in formulas))
    number = formulas[0].components == ("x",)
    told = words["step" if number else "steps"].format(steps=steps)
    yield f"{told}; {words['error'].format(error=f'${latex(first.error)}$')}"


def _weak(found: Examination, words: Mapping[str, str]) -> Iterator[str]:
    """What fails of what a user should know, each in a few words."""
    failed = {f.clause.name: f for f in found.findings if f.judgement.verdict == "fail"}
    for name in WEAK:
        if name in failed:
            yield words[name].format(**failed[name].judgement.parameters)


def latex(text: str) -> str:
    """A formula of a report, as LaTeX has it."""
    return _derivatives(_fractions(text))


FRACTION = re.compile(r"\((?P<above>.*)\) / (?P<below>\d*h?)(?P<rest>.*)")
POWERS = {raised: digit for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


def _fractions(text: str) -> str:
    found = FRACTION.fullmatch(text)
    if found is None:
        return text
    return rf"\frac{{{found['above']}}}{{{found['below']}}}{found['rest']}"


def _derivatives(text: str) -> str:
    text = re.sub(r"∂([²³]?)f/∂x(\d)[²³]?", _partial, text)
    text = re.sub(r"h([²³⁰-⁹]*)/(\d+)", r"\\frac{h\1}{\2}", text)
    text = re.sub(r"x(\d)", r"x_\1", text)
    text = re.sub("[⁰¹²³⁴-⁹]+", lambda m: f"^{{{_digits(m[0])}}}", text)
    text = re.sub("(⁽)", "^{(", text).replace("⁾", ")}")
    text = re.sub(r"\^\{\(\^\{(\d+)\}\)\}", r"^{(\1)}", text)
    text = re.sub(r"(\d)e(-?)0*(\d+)", r"\1 \\cdot 10^{\2\3}", text)
    text = text.replace("‴", "′′′").replace("″", "′′")
    return text.replace("·", r" \cdot ").replace("−", "-")


def _partial(found: re.Match[str]) -> str:
    power = f"^{_digits(found[1])}" if found[1] else ""
    below = rf"\partial x_{found[2]}{power}"
    return rf"\frac{{\partial{power} f}}{{{below}}}"


def _digits(raised: str) -> str:
    return "".join(str(POWERS[each]) for each in raised)


SMALL_ERROR = re.compile("(?:≤ )?10⁻(?:[⁵⁶⁷⁸⁹]|¹[⁰¹²])")
"""An error of 10⁻⁵ or less. That of a formula that chooses its steps by what it saw
hangs on single roundings: by three powers of ten on another processor."""


def _comparable(page: str) -> str:
    """Return a page with its small errors made alike."""
    return SMALL_ERROR.sub("small", page)


def main(arguments: list[str]) -> int:
    """Write the pages, or tell where they are not what comes."""
    found = rows()
    stale = 0
    for language, file in PAGES.items():
        text = page(found, language)
        if "--check" not in arguments:
            file.write_text(text, encoding="utf-8", newline="\n")
            print(file.relative_to(DOCS.parent))
        elif _comparable(old := file.read_text("utf-8")) != _comparable(text):
            stale += 1
            print(f"{file} is not current: run `{WRITE}`")
            lines = difflib.unified_diff(old.splitlines(), text.splitlines(), n=0)
            print(*lines, sep="\n")
    return int(bool(stale))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
