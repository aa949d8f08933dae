"""English."""

MESSAGES = {
    # what is wrong, or why it could not be seen
    "holds": "holds",
    "no-probe": "nothing was observed",
    "raised": "it raised {kind} for {probe}: {text}",
    "broke.timeout": "it did not come to an end for {probe} ({detail})",
    "broke.crash": "it crashed for {probe}: {detail}",
    "broke.exit": "it ended the interpreter for {probe} ({detail})",
    "broke.protocol": "what it sent for {probe} was not what was due: {detail}",
    "broke.budget": "it called f too often for {probe} ({detail})",
    "nonsense": "it returned {what} for {probe}; an array of numbers is due",
    "wrong-shape": "for {probe} the result has shape {came}; {due} is due",
    "f-not-called": "f was not called for {probe}",
    "not-points": (
        "for {probe} f was given arrays of shape {came} ({count} of {calls} calls);"
        " {due} is due"
    ),
    "unreadable": "no formula could be read: {why}",
    "no-formula": "f was not given points, so there is no formula to judge",
    "other-row": (
        "for {probe} entry {entry} of the result is computed from f at {node}:"
        " that belongs to row {other}"
    ),
    "no-result": "there is no result of the right shape for {probe}",
    "rows-mixed": (
        "when the other rows of x change, row {row} of the result changes by"
        " {difference}"
    ),
    "inconsistent": "it computes {formula}",
    "adds": "it adds {constant} to the derivative",
    "off": (
        "∂f/∂x{component} of {function} at {point}: got {got}, due {due} ± {bound}"
        " ({count} of {total} entries are off)"
    ),
    "inaccurate": (
        "∂f/∂x{component} of {function} at {point} can be off by {error};"
        " {allowed} is allowed"
    ),
    "reshaped": "after the call for {probe} x has shape {came}",
    "not-restored": (
        "after the call for {probe} {place} is {after}, and was {before}"
        " ({count} of {total} entries of x have changed)"
    ),
    "batch-refused": "a batch raises {kind}",
    "batch-by-rows": "a batch gives the rows' gradients",
    "wrong-batch": (
        "for the batch {x} it returns numbers that are not the rows' gradients,"
        " and no error"
    ),
    # why no formula could be read
    "unreadable.no-result": "it gave no finite numbers for answers of 0 and 1",
    "unreadable.not-called": "f was not called",
    "unreadable.complex-arguments": (
        "f was given complex numbers (a complex step is judged by its values)"
    ),
    "unreadable.foreign-arguments": (
        "f was given objects of type {kind}, as automatic differentiation does;"
        " values decide"
    ),
    "unreadable.too-many-nodes": "f was asked at {nodes} points",
    "unreadable.stateful": "the same call gave another result the second time",
    "unreadable.value-dependent": (
        "where f is asked depends on f's values, as in adaptive methods; values decide"
    ),
    "unreadable.not-linear": "the result is not a linear combination of f's values",
    "unreadable.not-scaling": (
        "f times {scale} does not give the result times {scale}: small or large values"
        " are rounded or cut off"
    ),
    "unreadable.ignores-values": "the result does not depend on f's values",
    # the probes
    "probe.point": "one point of shape (2,)",
    "probe.rows": "3 points of shape (3, 2)",
    "probe.others": "4 other points of shape (4, 3)",
    "probe.square": "2 points of shape (2, 2)",
    "probe.wide": "4 points of shape (4, 3)",
    "probe.sine": "3 points of shape (3, 2), f = sin(x0·x1)",
    # the roles
    "role.gradient": "gradient (each row of x is a point)",
    "role.point-gradient": "point-gradient (one point at a time)",
    "role.array-gradient": "array-gradient (one scalar of the whole array)",
    "role-given": "as given",
    "role-vectorized": "f takes batches, as declared",
    "role-rows": "inferred: f was given the rows of a batch",
    "role-whole": "inferred: f was given the whole array, and all holds",
    "role-point": "inferred: one point works, and a batch raises an error",
    "role-fewest-wrong": "inferred: no role fits, this one comes nearest",
    # the page
    "headline.pass": "{target} is right.",
    "headline.fail": "{target} is wrong: {reason}.",
    "headline.error": "{target} broke: {reason}.",
    "headline.not-covered": "{target}: nothing could be judged.",
    "label.role": "role",
    "label.computes": "computes",
    "label.pass": "pass",
    "label.fail": "fail",
    "label.error": "error",
    "label.not-covered": "not covered",
    "likewise": "likewise {components}",
    "varies": "and otherwise at other points",
    "summary": "{ports} ports: {counts}",
    "count.pass": "{n} right",
    "count.fail": "{n} wrong",
    "count.error": "{n} broken",
    "count.not-covered": "{n} not covered",
    "count.unloaded": "{n} not loaded",
    # the demonstration
    "demo.title": "The book's gradient_2d.py draws the field of -grad f on 324 points.",
    "demo.given": (
        "  faulty call  numerical_gradient(f, {call})"
        "\n               f was given arrays of shape {shape}, {calls} times: each row"
        "\n               was taken for a point, and row 0 holds every x0, row 1 every x1."
    ),
    "demo.due": (
        "  right call   numerical_gradient(f, {call}).T"
        "\n               f was given arrays of shape {shape}, {calls} times: points."
    ),
    "demo.lucky": (
        "  {function}: the faulty call draws all {total} arrows right, by luck."
    ),
    "demo.faulty": "  {function}: the faulty call draws {wrong} of {total} arrows wrong.",
    "demo.proved": (
        "  {function}: the right call is right at all {total} points, within the bound"
        " of its formula."
    ),
    "demo.unproved": (
        "  {function}: the right call is wrong at {wrong} of {total} points."
    ),
    "demo.why": (
        "Luck: where f adds the same term g(x) for every entry, as a sum of squares does,"
        "\nthe derivative by an entry depends on that entry alone, in whatever row it is."
    ),
    "demo.pictures": "{count} pictures in {folder}",
}
