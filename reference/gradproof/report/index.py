"""Every clause and every defect that there is, by its id."""

from __future__ import annotations

from collections.abc import Iterable

from gradproof.contract import layers, networks, optimizers, script_checks
from gradproof.contract.clauses import CONTRACT, Clause
from gradproof.defects import clause_examples, updates
from gradproof.defects import layers as layer_defects
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.examples import Example
from gradproof.forms import FORMS
from gradproof.scripts import clauses as scripts

OF_PARTS = (*layer_defects.IDS, *updates.IDS)
"""The defects of layers and of optimizers."""

OF_FORMS = {defect.name: defect for form in FORMS for defect in form.defects}
"""The defects of forms that are a folder of ``forms/``, by name."""

DEFECTS = (*CATALOGUE, *OF_PARTS, *OF_FORMS)

_OF_ONE_ROLE = (scripts, layers, networks, optimizers, script_checks)

CONTRACTS: dict[str, tuple[Clause, ...]] = {
    **{str(role): clauses for role, clauses in CONTRACT.items()},
    **{module.ROLE: module.CLAUSES for module in _OF_ONE_ROLE},
    **{form.role: form.clauses for form in FORMS},
}
"""The clauses of each role, those of scripts, layers and the like too."""

CLAUSES = {
    clause.id: (role, clause)
    for role, clauses in CONTRACTS.items()
    for clause in clauses
}
"""Each clause with its role."""


_EXAMPLES = {rule.name: rule.example for form in FORMS for rule in form.rules}


def example_of(clause: str) -> Example:
    """Return the example that breaks a clause, by its id."""
    if clause in _EXAMPLES:
        return _EXAMPLES[clause]
    return clause_examples.example_of(clause)


def clauses_of(role: str | None) -> tuple[Clause, ...]:
    """The clauses of a role; none where it is yet to be inferred."""
    return CONTRACTS[role] if role else ()


def unknown_clauses(ids: Iterable[str]) -> list[str]:
    """Those that are clauses of no role."""
    return sorted(set(ids) - CLAUSES.keys())
