"""English: the pages of the documentation that are generated."""

from __future__ import annotations

MESSAGES = {
    "docs.contract": "The contract",
    "docs.contract-lead": "What a port promises under each role. A **must** is what the book's own code keeps; a **should** is what a user may rightly hope for. The verdict of a clause is *pass*, *fail*, *error* (the port broke where the clause is about its answer) or *not covered* (what could not be observed is never a pass). u is 2⁻⁵³, h the step, d a node's offset from x, w its weight. Below each table stands the smallest code that breaks each of its clauses, and what mends that; `gradproof explain G4` prints it for one. The pictures show what a line of code gives, ✗, and what it gives when mended, ✓: as colours, those numbers framed that differ, and grey what is no number; as arrows, paths or curves. In these lines x is a point, X rows of points, W an array of parameters, and df the gradient of f; `asked` gives the places at which a routine asks for f, `fails` is an f that raises, and `tried` goes on after that.",
    "docs.contract-columns": "| clause | level | sentence | source |",
    "docs.breaks": "The smallest code that breaks it:",
    "docs.breaks-by": "The smallest code that breaks it has [{defect}](defects.md#{defect}):",
    "docs.mended": "*Mended*:",
    "docs.defects": "The defects",
    "docs.defects-lead": "Named ways of being wrong. Each of those that a routine can have has a model in every role where it can be met: the book's recipe with one choice made otherwise. The model is run as a mutant that the contract must catch, and as a hypothesis on a port that fails. `gradproof explain ID` prints one of these, in English or Japanese.",
    "docs.matrix": "Clause by defect: {role}",
    "docs.marks": "**F**: the clause fails; **E**: the mutant breaks where it is judged.",
    "docs.unmarked": "A row without a mark: the formula is inaccurate but consistent, its own bound covers its error, and this role has no clause about accuracy.",
    "docs.layers-matrix": "Each model is run for every kind of layer that can have the defect; a clause is marked that fails for one of them. Every one is caught, and is named first; by a must, but for what a layer only should do (log-of-zero, overflow, and what is written into). What changes values is off by more than 10^{exponent} times what a right layer is allowed to be, which is {bounds} running bounds.",
    "docs.optimizers-matrix": "Each model is run for every rule that can have the defect; a clause is marked that fails for one of them. In every published form of the rule, every one is caught by a must, and is named first. The smallest is off by more than 10^{exponent} times what a right one is allowed to be, which is {bounds} running bounds.",
    "docs.kinds": "kinds",
    "docs.rules": "rules",
    "docs.catalogue": "The catalogue",
    "docs.catalogue-layers": "The catalogue: layers",
    "docs.catalogue-optimizers": "The catalogue: optimizers",
    "docs.title": "**{title}.**",
    "docs.picture": "The field that a routine with {defect} draws, and the right one",
    "docs.path": "The path of an optimizer with {defect} over x²/20 + y², and the right one",
    "docs.entries": "{array} as {defect} makes it, and as it is right; entries that differ are framed",
    "docs.entries-with": "{array} as {defect} makes it, and as it is right, with {use}; entries that differ are framed",
    "docs.view": "{line}, of the code above (✗) and of the mended one (✓)",
    "docs.remedy": "*Remedy*: {remedy}",
    "docs.see-also": "*See also*: {references}",
}
