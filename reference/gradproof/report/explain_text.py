"""The text of ``gradproof explain``: a defect, a clause, or the list of both."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.text import Text

from gradproof.contract.clauses import CONTRACT, Clause
from gradproof.defects import (
    kill_matrix,
    layer_matrix,
    layers,
    part_hiding,
    updates,
)
from gradproof.defects.catalogue import CATALOGUE, Defect
from gradproof.defects.clause_examples import OF_DEFECTS
from gradproof.defects.hiding import hiding
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.defects.update_examples import EXAMPLES
from gradproof.evidence import layer_kinds
from gradproof.fix.scope import MENDED
from gradproof.forms import FORMS
from gradproof.forms.form import FormDefect
from gradproof.numerics.functions import Function
from gradproof.report import unbroken
from gradproof.report.index import (
    CLAUSES,
    CONTRACTS,
    DEFECTS,
    OF_FORMS,
    OF_PARTS,
    example_of,
)
from gradproof.report.layout import show_line, show_rows, wrapped
from gradproof.report.phrases import Phrases

PART_EXAMPLES = {**LAYER_EXAMPLES, **EXAMPLES}
"""The smallest code of defects of layers and optimizers, where there is one."""

GROUPS = {"routines": tuple(CATALOGUE), "layers": layers.IDS, "optimizers": updates.IDS}
"""The defects by what can have them."""


def known(id: str) -> str | None:
    """The id as the catalogue or the contract writes it, if it is one of theirs."""
    everything = {name.lower(): name for name in (*DEFECTS, *CLAUSES)}
    return everything.get(id.lower())


def unknown(id: str, phrases: Phrases) -> str:
    """That there is no such defect or clause, and what comes near."""
    names = {name.lower(): name for name in (*DEFECTS, *CLAUSES)}
    near = difflib.get_close_matches(id.lower(), names, n=3, cutoff=0.5)
    if not near:
        return phrases.say("explain.unknown", id=id)
    found = " / ".join(names[name] for name in near)
    return phrases.say("explain.suggest", id=id, found=found)


def show_list(phrases: Phrases, console: Console) -> None:
    """Print the ids of all defects and clauses by group, each with what it is about."""
    for group, ids in GROUPS.items():
        console.print(Text(phrases.say(f"explain.defects-of.{group}"), "bold"))
        titles = [(id, "", phrases.say(f"defect.{id}.title")) for id in ids]
        show_rows(titles, console)
        console.print()
    for form in FORMS:
        named = phrases.say(f"role.{form.role}")
        heading = phrases.say("explain.defects-of-form", role=named)
        show_line(heading, "bold", console)
        titles = [
            (d.name, "", getattr(d.title, phrases.language)) for d in form.defects
        ]
        show_rows(titles, console)
        console.print()
    for role, clauses in CONTRACTS.items():
        named = phrases.say(f"role.{role}")
        heading = phrases.say("explain.clauses-of", role=named)
        show_line(heading, "bold", console)
        rows = [
            (clause.id, "", f"{clause.name} ({clause.level})") for clause in clauses
        ]
        show_rows(rows, console)
        console.print()


def show(id: str, phrases: Phrases, console: Console, *, drawn: bool) -> None:
    """Print a defect or a clause; ``id`` is as `known` gives it.

    ``drawn``: there is a picture of it.
    """
    if id in CATALOGUE:
        _defect(CATALOGUE[id], phrases, console)
    elif id in OF_PARTS:
        _part_defect(id, phrases, console)
    elif id in OF_FORMS:
        _form_defect(OF_FORMS[id], phrases, console)
    else:
        role, clause = CLAUSES[id]
        _clause(clause, role, phrases, console)

    if drawn:
        _heading(phrases.say("explain.picture"), console)
        command = f"gradproof explain {id} --picture {id}.svg"
        console.print(Text(indented(command)), soft_wrap=True)


def title(id: str, phrases: Phrases) -> str:
    """What a defect or a clause is called."""
    if id in DEFECTS:
        return f"{id}: {phrases.say(f'defect.{id}.title')}"
    clause = CLAUSES[id][1]
    return f"{clause.label} ({phrases.say(f'explain.{clause.level}')})"


def _defect(defect: Defect, phrases: Phrases, console: Console) -> None:
    show_line(title(defect.id, phrases), "bold", console)
    _paragraph(phrases.say(f"defect.{defect.id}.explanation"), console)
    broken = broken_by(defect)
    if broken:
        _paragraph(phrases.say("explain.shown-by", clauses=broken), console)
    for told in hidden(defect, phrases):
        _paragraph(told, console)
    _heading(phrases.say("explain.example"), console)
    console.print(Text(indented(defect.example)), soft_wrap=True)
    _heading(phrases.say("explain.remedy"), console)
    _paragraph(phrases.say(f"defect.{defect.id}.remedy"), console, above=0)
    if is_mended(defect.id):
        _paragraph(phrases.say("explain.mended"), console, above=0)
    if defect.references:
        _heading(phrases.say("explain.references"), console)
        for line in references(defect, phrases):
            _reference(line, console)


def _part_defect(id: str, phrases: Phrases, console: Console) -> None:
    show_line(title(id, phrases), "bold", console)
    _paragraph(phrases.say(f"defect.{id}.explanation"), console)
    kinds = of_layers(id)
    if kinds:
        _paragraph(phrases.say("explain.layers", kinds=", ".join(kinds)), console)
    rules = of_optimizers(id)
    if rules:
        _paragraph(phrases.say("explain.optimizers", rules=", ".join(rules)), console)
    for told in part_hidden(id, phrases):
        _paragraph(told, console)
    if id in PART_EXAMPLES:
        _heading(phrases.say("explain.example"), console)
        console.print(Text(indented(PART_EXAMPLES[id].code)), soft_wrap=True)
    _heading(phrases.say("explain.remedy"), console)
    _paragraph(phrases.say(f"defect.{id}.remedy"), console, above=0)
    if id in PART_EXAMPLES:
        console.print(Text(indented(mended(id))), soft_wrap=True)
    if is_mended(id):
        _paragraph(phrases.say("explain.mended"), console, above=0)
    read = list(part_references(id, phrases))
    if read:
        _heading(phrases.say("explain.references"), console)
        for line in read:
            _reference(line, console)


def _form_defect(defect: FormDefect, phrases: Phrases, console: Console) -> None:
    show_line(title(defect.name, phrases), "bold", console)
    _paragraph(getattr(defect.explanation, phrases.language), console)
    _heading(phrases.say("explain.example"), console)
    console.print(Text(indented(defect.example.code)), soft_wrap=True)
    _heading(phrases.say("explain.remedy"), console)
    _paragraph(getattr(defect.remedy, phrases.language), console, above=0)
    console.print(Text(indented(defect.example.corrected)), soft_wrap=True)


def part_hidden(id: str, phrases: Phrases) -> Iterator[str]:
    """Which uses hide a defect of a part and which show it, as it was tried.

    Where the usual one shows it, that is enough.
    """
    found = part_hiding.hiding(id)
    if not found.hides:
        yield phrases.say("explain.never-hidden", uses=_uses(found.shows, phrases))
        return
    yield phrases.say("explain.hidden-with", uses=_uses(found.hides, phrases))
    usual = [use for use in found.shows if use in part_hiding.USUAL]
    shown = _uses(usual or found.shows, phrases)
    yield phrases.say("explain.shown-with", uses=shown)


def _uses(ids: Iterable[str], phrases: Phrases) -> str:
    return phrases.say("use-and").join(phrases.say(f"use.{id}") for id in ids)


def mended(id: str) -> str:
    """How the example of a defect of a part is mended, as lines of a patch."""
    return "\n".join(PART_EXAMPLES[id].mended)


def is_mended(id: str) -> bool:
    """Whether there is a change for a defect."""
    return id in MENDED


def of_layers(id: str) -> list[str]:
    """The kinds of layers that can have a defect, where models of it tell."""
    if id not in layers.DEFECTS:
        return []
    # A layer of no known kind has no name of one.
    return [kind for kind in layer_matrix.kind_ids(id) if kind]


def _kinds(id: str) -> list[str]:
    """The same; where no model tells, the kind of the example."""
    if id in layers.DEFECTS or id not in LAYER_EXAMPLES:
        return of_layers(id)
    name = LAYER_EXAMPLES[id].code.split(":")[0].removeprefix("class ")
    kind = layer_kinds.named(name)
    return [kind.id] if kind else []


def of_optimizers(id: str) -> tuple[str, ...]:
    """The rules whose optimizers can have a defect, where it has a model."""
    defect = updates.DEFECTS.get(id)
    return defect.rules if defect else ()


def _clause(clause: Clause, role: str, phrases: Phrases, console: Console) -> None:
    show_line(title(clause.id, phrases), "bold", console)
    named = phrases.say(f"role.{role}")
    _paragraph(phrases.say("explain.role", role=named), console, above=0)
    _paragraph(phrases.say(f"clause.{clause.id}"), console)
    source = phrases.say(f"source.{clause.source}")
    _paragraph(f"{phrases.say('explain.source')}: {source}", console)
    breaking = breaking_it(clause, role)
    if breaking:
        ids = ", ".join(defect.id for defect in breaking)
        _paragraph(phrases.say("explain.broken-by", defects=ids), console)
    example = example_of(clause.id)
    _heading(example_heading(clause, phrases), console)
    console.print(Text(indented(example.code)), soft_wrap=True)
    _heading(phrases.say("explain.mended-so"), console)
    console.print(Text(indented("\n".join(example.mended))), soft_wrap=True)


def example_heading(clause: Clause, phrases: Phrases) -> str:
    """What stands above the example of a clause, which may be that of a defect."""
    defect = OF_DEFECTS.get(clause.id)
    if defect is None:
        return phrases.say("explain.example")
    return phrases.say("explain.example-of-part", defect=defect)


def breaking_it(clause: Clause, role: str) -> list[Defect]:
    """The defects whose models break a clause of what calls f, the plainest first.

    Plain is what is about that clause, has the role, and breaks little else.
    """
    for known_role in kill_matrix.ROLES:
        if known_role == role:
            kills = kill_matrix.kills(known_role)
            found = [CATALOGUE[id] for id in kills if clause.id in kills[id]]
            return sorted(
                found,
                key=lambda d: (_about(d, clause), d.role != role, len(kills[d.id])),
            )
    return []


def _about(defect: Defect, clause: Clause) -> int:
    """0 where the clause is the should that a defect is about, 2 where another is."""
    if defect.lesser is None:
        return 1
    return 0 if defect.lesser.should == clause.name else 2


def broken_by(defect: Defect) -> str:
    """The clauses that the defect's model breaks, in the role of its example."""
    for role in kill_matrix.ROLES:
        if role == defect.role:
            wrong = kill_matrix.broken(defect.id, role)
            broken = (c for c in CONTRACT[role] if c.id in wrong)
            return ", ".join(f"{c.id} {c.name}" for c in broken)
    return ""


def hidden(defect: Defect, phrases: Phrases) -> Iterator[str]:
    """Which functions hide it and which show it, as it was tried."""
    found = hiding(defect.id)
    if found is None:
        return
    if found.hides:
        how = "explain.hides" if found.shows else "explain.hides-all"
        yield phrases.say(how, functions=_listed(found.hides, phrases))
    if found.shows:
        yield phrases.say("explain.shows", functions=_listed(found.shows, phrases))


def _listed(functions: Iterable[Function], phrases: Phrases) -> str:
    return phrases.say("comma").join(f.text for f in functions)


def references(defect: Defect, phrases: Phrases) -> Iterator[str]:
    """Where to read more, the book's sections in words."""
    for reference in defect.references:
        _, book, section = reference.partition("book ")
        yield phrases.say("explain.book", section=section) if book else reference


LAYERS, OVER_TIME = "common/layers.py", "common/time_layers.py"
UTILITIES, FUNCTIONS = "common/util.py", "common/functions.py"

PLACES: Mapping[str, tuple[int, str, str, str]] = {
    "relu": (1, "5.5", LAYERS, "Relu"),
    "sigmoid": (1, "5.5", LAYERS, "Sigmoid"),
    "affine": (1, "5.6", LAYERS, "Affine"),
    "softmax-with-loss": (1, "5.6", LAYERS, "SoftmaxWithLoss"),
    "batch-normalization": (1, "6.3", LAYERS, "BatchNormalization"),
    "dropout": (1, "6.4", LAYERS, "Dropout"),
    "convolution": (1, "7.4", LAYERS, "Convolution"),
    "max-pooling": (1, "7.4", LAYERS, "Pooling"),
    "im2col": (1, "7.4", UTILITIES, "im2col"),
    "col2im": (1, "7.4", UTILITIES, "col2im"),
    "cross-entropy": (1, "4.2", FUNCTIONS, "cross_entropy_error"),
    "matmul": (2, "", LAYERS, "MatMul"),
    "softmax": (2, "", LAYERS, "Softmax"),
    "sigmoid-with-loss": (2, "", LAYERS, "SigmoidWithLoss"),
    "embedding": (2, "", LAYERS, "Embedding"),
    "rnn": (2, "", OVER_TIME, "RNN"),
    "lstm": (2, "6.3", OVER_TIME, "LSTM"),
    "gru": (2, "", OVER_TIME, "GRU"),
    "time-rnn": (2, "", OVER_TIME, "TimeRNN"),
    "time-lstm": (2, "6.3", OVER_TIME, "TimeLSTM"),
    "time-gru": (2, "", OVER_TIME, "TimeGRU"),
    "time-affine": (2, "", OVER_TIME, "TimeAffine"),
    "time-embedding": (2, "", OVER_TIME, "TimeEmbedding"),
    "time-softmax-with-loss": (2, "", OVER_TIME, "TimeSoftmaxWithLoss"),
    "sgd": (1, "6.1", "common/optimizer.py", "SGD"),
    "momentum": (1, "6.1", "common/optimizer.py", "Momentum"),
    "adagrad": (1, "6.1", "common/optimizer.py", "AdaGrad"),
    "adam": (1, "6.1", "common/optimizer.py", "Adam"),
    "nesterov": (1, "", "common/optimizer.py", "Nesterov"),
    "rmsprop": (1, "", "common/optimizer.py", "RMSprop"),
}
"""Where the book has a layer of a kind, or a rule: volume, section, and in its code the
file and the name. The section is left open where that is not known for certain."""

FIXED = "https://github.com/oreilly-japan/deep-learning-from-scratch/commit/89eadd0"
"""The commit by which the book's code has the rule right."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {"nesterov-old-form": (FIXED,)}


def part_references(id: str, phrases: Phrases) -> Iterator[str]:
    """Where the book has the layers, or the optimizers, that can have a defect."""
    found: dict[tuple[int, str, str], list[str]] = {}
    for kind in (*_kinds(id), *of_optimizers(id)):
        if kind in PLACES:
            volume, section, file, name = PLACES[kind]
            found.setdefault((volume, section, file), []).append(name)
    for (volume, section, file), names in sorted(found.items()):
        told = phrases.say("comma").join(names)
        how = f"explain.book-{volume}" + ("" if section else "-code")
        yield phrases.say(how, section=section, file=file, names=told)
    yield from ELSEWHERE.get(id, ())


def indented(code: str) -> str:
    """Code, four blanks further in, without its last newline."""
    return "\n".join(f"    {line}".rstrip() for line in code.rstrip().split("\n"))


def _heading(text: str, console: Console) -> None:
    console.print()
    console.print(Text(f"  {text}", "bold"))


def _reference(text: str, console: Console) -> None:
    """A line on where to read more; an address is never broken."""
    if text.startswith("http"):
        console.print(Text(f"  {text}"), soft_wrap=True)
    else:
        _paragraph(text, console, above=0)


def _paragraph(text: str, console: Console, above: int = 1) -> None:
    for _ in range(above):
        console.print()
    width = max(min(console.width, 90) - 2, 20)
    for line in wrapped(unbroken.held(text, width), width, console):
        console.print(Text("  " + unbroken.released(line.plain)), soft_wrap=True)
