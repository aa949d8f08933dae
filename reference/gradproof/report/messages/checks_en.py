"""What is said of scripts that check a gradient, in English."""

from __future__ import annotations

MESSAGES = {
    "role.gradient-check": "a script that compares a network's gradient with differences",
    "clause.GC1": "What the script has by differences is the slope of the loss, parameter by parameter, and leaves the parameters as they were. It is run as it stands and stopped after its first comparisons; of a network of more than 2000 entries a part is asked for of each array of more than 200. Of the entries where both gradients differ most, of the largest, and of some others the loss is followed on a line; right is what differences with steps between 1e-3 and 1e-6 give, or what agrees as far as differences at several steps and their estimated error tell.",
    "clause.GC2": "What the script compares with it is the slope of the loss too, as far as differences at several steps and their estimated error tell; or that of the loss without the 1e-7 that it adds in its logarithm.",
    "clause.GC3": "The two gradients differ by no more than differences with steps between 1e-3 and 1e-6 do: that is what the script compares. Both may be wrong all the same.",
    "check.numerical": "the numerical gradient of {names} is wrong: {entry} is {actual}, where differences of the loss give {expected}, give or take about {doubt}",
    "check.backward": "the gradient by backpropagation of {names} is wrong: {entry} is {actual}, where differences of the loss give {expected}, give or take about {doubt}",
    "check.alike": "both gradients of {names} are wrong, and alike, so that the script's check shows no difference: {entry} is {actual} in both, where differences of the loss give {expected}, give or take about {doubt}",
    "check.moved": "the numerical gradient leaves {names} changed, by up to {off}: what is compared afterwards is of other parameters",
    "check.agrees": "both gradients are right where they were held to the loss",
    "check.unclear": "too close to tell: differences of the loss are too inexact",
    "check.random": "the loss is not the same twice: it is {one}, and then {other}, on the same data; the script's check compares gradients of different losses",
    "check.other-data": "the script compares gradients for different data: what it compares differs by that",
    "check.unseen": "the script was run for some seconds as it stands, and both gradients of a network were not seen",
    "check.differ": "the two differ by at most {listed}",
    "check.difference": "{difference} in {name}",
    "check.difference-part": "{difference} in {name} ({compared} of {size} entries)",
    "note.check-cut": "its own check of the gradient was run as it stands, and watched",
    "note.check-unseen": "its own check of the gradient was run for some seconds as it stands, and both gradients were not seen",
    "note.check-zero": "both gradients of {names} are 0 in every entry, so its own check cannot fail there",
    "note.check-lacks": "its own check of the gradient leaves out {names}",
}
