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
    "broke.memory": "it took more than {detail} of memory for {probe} and was stopped",
    "broke.tasks": "it started more than {detail} processes and threads for {probe} and was stopped",
    "broke.output": "it printed more than {detail} for {probe} and was stopped",
    "broke.processor": "it took more than {detail} of processor time for {probe} and was stopped",
    "nonsense": "it returned {what} for {probe}; an array of numbers is due",
    "nonsense-number": "it returned {what} for {probe}; a number is due",
    "nonsense-line": "it returned {what} for {probe}; a function that gives a number is due",
    "wrong-shape-number": (
        "for {probe} the result has shape {actual}; one number is due"
    ),
    "wrong-shape": "for {probe} the result has shape {actual}; {expected} is due",
    "unsupported": "the program does not do this: {reason}",
    "own-arrays": "the program has arrays of its own",
    "not-told": "the program does not say whether its arrays are written to",
    "not-its-role": "the program does not serve this role",
    "f-by-name": "the program takes f by name, and does not call it back",
    "f-not-called": "f was not called for {probe}",
    "not-points": (
        "for {probe} f was given arrays of shape {actual} ({count} of {calls} calls);"
        " {expected} is due"
    ),
    "unreadable": "no formula could be read: {why}",
    "no-formula": "f was not given points, so there is no formula to judge",
    "other-row": (
        "for {probe} entry {entry} of the result is computed from f at {node}:"
        " that belongs to row {other}"
    ),
    "no-result": "there is no result of the right shape for {probe}",
    "no-bound": "no finite bound of the error is known at {point} for {probe}",
    "rows-mixed": (
        "when the other rows of x change, row {row} of the result changes by"
        " {difference}"
    ),
    "inconsistent": "it computes {formula}",
    "formula.not": "{formula} ≈ {equals}, not {derivative}",
    "formula.error": "error {terms}",
    "comma": ", ",
    "semicolon": "; ",
    "adds": "it adds {constant} to the derivative",
    "off": (
        "∂f/∂x{component} of {function} at {point}: actual {actual}, expected {expected} ± {bound}"
        " ({count} of {total} entries are off)"
    ),
    "inaccurate": (
        "its formula is not accurate enough: ∂f/∂x{component} of {function} at {point}"
        " can be off by {error}; {allowed} is allowed"
    ),
    "unsteady": (
        "its answers differ from call to call: for {function} at {x}, entry {entry} is"
        " {actual} and then {again}"
    ),
    "reshaped": "after the call for {probe} x has shape {actual}",
    "not-restored": (
        "{place} was {before} before the call for {probe}, and is {after} after it"
        " ({count} of {total} entries of x have changed)"
    ),
    "batch-refused": "a batch raises {kind}",
    "batch-by-rows": "a batch gives the rows' gradients",
    "wrong-batch": (
        "for the batch {x} it returns numbers that are not the rows' gradients,"
        " and no error"
    ),
    # what a caller may hope for
    "not-bitwise": (
        "{place} was {before} before the call for {probe}, and is off by {difference}"
        " after it ({count} of {total} entries of x have changed)"
    ),
    "f-did-not-fail": "f was not called often enough to fail for {probe}",
    "error-swallowed": "f's exception is lost for {probe}",
    "error-replaced": "{kind} comes out in place of f's exception for {probe}",
    "off-for": (
        "∂f/∂x{component} of {function} at {point} is {actual} for {probe};"
        " {expected} ± {bound} is due ({count} of {total} entries are off)"
    ),
    "no-floats": "the gradient comes as {kind} for {probe}; floats are due",
    "refused": "it raises {kind} for {probe}",
    "answers-nowhere": "it raises whatever it is given: that refuses nothing",
    "not-refused": "it returns numbers, of shape {actual}, for {probe}; an exception is due",
    "too-many-calls": "f was evaluated {calls} times for {probe}; {expected} are enough",
    "shares-memory": "the result lies in the memory of x for {probe}",
    "result-changed": "the result for {probe} is another one after the next call",
    # numbers, lines and steps
    "off-number": "f′({at}) of f = {function}: actual {actual}, expected {expected} ± {bound}",
    "inaccurate-number": (
        "its formula is not accurate enough: f′({at}) of f = {function} can be off by"
        " {error}; {allowed} is allowed"
    ),
    "off-touch": (
        "the tangent of f = {function} at {point} has the value {actual} there;"
        " {expected} ± {bound} is due"
    ),
    "line-changed": (
        "the tangent of f = {function} at {point} is another line once the next one is"
        " made: its value there is {actual}; {expected} ± {bound} is due"
    ),
    "off-slope": (
        "the tangent of f = {function} at {point} rises by {actual} a unit on the way to"
        " {t}; {expected} ± {bound} is due"
    ),
    "off-steps": (
        "x{component} of {start} is {actual} after {steps} steps at the rate {rate} down"
        " {function}; {expected} ± {bound} is due"
    ),
    "no-history": "no history comes back after x",
    "history-shape": (
        "the history has shape {actual}; {expected} points, or one more, are due"
    ),
    "history-same": "the history holds one point {count} times: {point}",
    "history-off": "point {number} of the history is {actual}; {expected} is due",
    # a function and its claimed gradient
    "pair.off": (
        "entry {place} of the claimed gradient is {actual} for {probe}; {expected} ± {bound} is"
        " due ({count} of {total} entries are off)"
    ),
    "pair.off-number": (
        "the claimed derivative is {actual} for {probe}; {expected} ± {bound} is due"
    ),
    "pair.departs-number": (
        "the claimed derivative is {actual} for {probe}; differences give {expected}, and {bound}"
        " is the estimate of how far off that is"
    ),
    "pair.imaginary": (
        "entry {place} of the claimed gradient is {actual} for {probe}: it has an imaginary"
        " part, and f is real"
    ),
    "pair.imaginary-number": (
        "the claimed derivative is {actual} for {probe}: it has an imaginary part, and f is"
        " real"
    ),
    "pair.imaginary-somewhere": "the claimed gradient has an imaginary part",
    "pair.kink-number": (
        "f has a kink at or near x, or is too rough there to tell for {probe}"
    ),
    "pair.cancellation-number": (
        "the values of f are too inexact to tell for {probe}: its derivative is known to"
        " within {bound}"
    ),
    "pair.overflow-number": "f is infinite or no number near x for {probe}",
    "pair.kink": (
        "f has a kink at or near x in entry {place}, or is too rough there to tell for"
        " {probe} ({count} of {total} entries)"
    ),
    "pair.cancellation": (
        "the values of f are too inexact to tell for {probe}: entry {place} is known to"
        " within {bound} ({count} of {total} entries)"
    ),
    "pair.overflow": (
        "f is infinite or no number near x in entry {place} for {probe}"
        " ({count} of {total} entries)"
    ),
    "pair.holds": "holds in every entry",
    "pair.holds-unguarded": (
        "every entry is right for f without the {guard} that it adds in its logarithm,"
        " which changes an entry by up to {effect}"
    ),
    "pair.estimated": (
        "all {total} entries agree with differences to within {doubt}, which is an"
        " estimate: f was not evaluated in high precision"
    ),
    "pair.estimated-unguarded": (
        "all {total} entries agree with differences to within {doubt}, which is an"
        " estimate, for f without the {guard} that it adds in its logarithm; that"
        " changes an entry by up to {effect}"
    ),
    "pair.departs": (
        "entry {place} of the claimed gradient is {actual} for {probe}; differences give"
        " {expected}, and {bound} is the estimate of how far off these are"
        " ({count} of {total} entries are off)"
    ),
    "pair.large": "{total} entries are more than the {most} that are judged one by one",
    "pair.directions": (
        "{directions} random directions of all entries agree with differences; an error"
        " of {threshold} in one entry, where {typical} is typical, is missed with a"
        " probability of at most {miss} (by an estimate; not every entry was judged)"
    ),
    "pair.directions-unguarded": (
        "{directions} random directions of all entries agree with differences of f"
        " without the {guard} that it adds in its logarithm, which changes the slope in"
        " a direction by {effect}; an error of {threshold} in one entry, where"
        " {typical} is typical, is missed with a probability of at most {miss} (by an"
        " estimate; not every entry was judged)"
    ),
    "pair.directions-entry": (
        "entry {place} of the claimed gradient is {actual}; differences give {expected}, and"
        " {doubt} is the estimate of how far off these are; what departs lies within"
        " {where} ({evaluations} evaluations of f)"
    ),
    "pair.directions-within": (
        "the claimed gradient departs from differences in random directions, by what"
        " lies within {where} ({evaluations} evaluations of f)"
    ),
    "pair.directions-unfinished": (
        "the claimed gradient departs from differences in random directions; the search"
        " for the place ended at {evaluations} evaluations of f, within {where}"
    ),
    "pair.directions-kink": (
        "f has kinks at or near x, or is too rough there to tell: slopes in random"
        " directions are known to within {threshold}, where {typical} is a typical entry"
    ),
    "pair.directions-cancellation": (
        "the values of f are too inexact to tell: slopes in random directions are known"
        " to within {threshold}, where {typical} is a typical entry"
    ),
    "pair.directions-overflow": "f is infinite or no number near x",
    "pair.raises": "f raises {kind}: {text}",
    "pair.ends": "f ends the interpreter ({text})",
    "pair.array": (
        "f returns an array of shape {actual}; a gradient is that of a function that returns"
        " one number"
    ),
    "pair.complex": "f returns a complex number, {value}; a real one is due",
    "pair.no-number": "f returns {kind}; a number is due",
    "pair.infinite": "f is infinite or no number at x",
    "pair.random": "f gives different values for the same x",
    "pair.same": "f gives the same value everywhere: it does not look at its argument",
    "pair.empty": "x holds no numbers",
    # why no formula could be read
    "unreadable.no-result": "it gave no finite numbers for answers of 0 and 1",
    "unreadable.by-name": "the program takes f by name, and does not call it back",
    "unreadable.unsupported": "the program does not do what was asked",
    "unreadable.broke": "the port had broken before",
    "unreadable.broke-while-read": "it broke while the formula was read ({detail})",
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
    "probe.rosenbrock": "3 points of shape (3, 2), Rosenbrock's f",
    "probe.point-again": "one point of shape (2,) given again",
    "probe.point-integers": "one point of shape (2,) in integers",
    "probe.point-single": "one point of shape (2,) in float32",
    "probe.point-strided": "one point of shape (2,) spaced out in memory",
    "probe.point-reversed": "one point of shape (2,) backwards in memory",
    "probe.point-read-only": "one point of shape (2,) in read-only memory",
    "probe.point-byte-swapped": "one point of shape (2,) in the other byte order",
    "probe.point-list": "one point of shape (2,) in a list",
    "probe.point-raises-0": "one point of shape (2,) where f fails at its first call",
    "probe.point-raises-1": "one point of shape (2,) where f fails at its second call",
    "probe.rows-again": "3 points of shape (3, 2) given again",
    "probe.rows-integers": "3 points of shape (3, 2) in integers",
    "probe.rows-single": "3 points of shape (3, 2) in float32",
    "probe.rows-F": "3 points of shape (3, 2) in Fortran order",
    "probe.rows-strided": "3 points of shape (3, 2) spaced out in memory",
    "probe.rows-reversed": "3 points of shape (3, 2) backwards in memory",
    "probe.rows-read-only": "3 points of shape (3, 2) in read-only memory",
    "probe.rows-byte-swapped": "3 points of shape (3, 2) in the other byte order",
    "probe.rows-list": "3 points of shape (3, 2) in a list",
    "probe.rows-raises-0": "3 points of shape (3, 2) where f fails at its first call",
    "probe.rows-raises-1": "3 points of shape (3, 2) where f fails at its second call",
    "probe.nan": "4 points of shape (4, 3), a NaN in row 2",
    "probe.infinity": "4 points of shape (4, 3), an infinity in row 2",
    "probe.empty": "no points, shape (0, 2)",
    "probe.scalar": "a number, shape ()",
    "probe.cube": "an array of shape (2, 3, 2)",
    "probe.number": "the number 2",
    "probe.number-fourth": "the number 1.3",
    "probe.line": "the number 2",
    "probe.line-fourth": "the number -0.5",
    "probe.steps-1": "1 step from a point of shape (2,)",
    "probe.steps-2": "2 steps from a point of shape (2,)",
    "probe.steps-3": "3 steps from a point of shape (2,)",
    "probe.steps-4": "4 steps from a point of shape (2,)",
    "probe.example": "an example beyond the fixed ones",
    "probe.component": "one point of shape (1,)",
    "probe.zeros": "one point of shape (3,) with zeros",
    "probe.level": "one point of shape (2,), level in x0",
    "probe.many": "one point of shape (5,)",
    "probe.far": "one point of shape (2,), far out",
    "probe.flat": "one point of shape (2,), where f is all but flat",
    "probe.twin": "one point of shape (2,), with another f",
    "probe.ratio": "one point of shape (2,), with an f that divides",
    "probe.one-row": "one row of shape (1, 3)",
    "probe.low": "2 points of shape (2, 5)",
    "probe.repeated": "7 points of shape (7, 2), some of them alike",
    "probe.column": "67 points of shape (67, 1)",
    "probe.twin-rows": "3 points of shape (3, 2), with another f",
    "probe.later-rows": "3 points of shape (3, 2), given in the same array",
    "probe.solid": "an array of shape (3, 4, 2)",
    "probe.number-negative": "a negative number",
    "probe.number-zero": "the number 0",
    "probe.number-steep": "a number where f is steep",
    "probe.number-flat": "a number where f is all but flat",
    "probe.number-twin": "the number 2, with another f",
    "probe.number-ratio": "a number, with an f that divides",
    "probe.line-zero": "the number 0",
    "probe.line-negative": "a negative number",
    "probe.steps-5": "5 steps from a point of shape (2,)",
    "probe.steps-6": "6 steps from a point of shape (2,)",
    "probe.steps-zero": "1 step from a point of shape (3,) with a zero",
    "probe.steps-rise": "1 step that leads upwards",
    "probe.steps-flat": "1 step from where f is all but flat",
    "probe.random-point": "a random point",
    "probe.random-rows": "random points",
    "probe.random-array": "a random array",
    "probe.random-number": "a random number",
    "probe.random-number-2": "another random number",
    "probe.random-line": "a random number",
    "probe.random-step": "1 step from a random point",
    "probe.given": "x in float64",
    "probe.given-single": "x in float32",
    # the roles
    "role.gradient": "gradient (each row of x is a point)",
    "role.point-gradient": "point-gradient (one point at a time)",
    "role.array-gradient": "array-gradient (one scalar of the whole array)",
    "role.derivative": "derivative (of a function of one number)",
    "role.tangent": "tangent (a line that is returned as a function)",
    "role.descent": "descent (steps down the gradient)",
    "role.pair": "pair (f and its claimed gradient)",
    "role-given": "as given",
    "role-vectorized": "f takes batches, as declared",
    "role-rows": "inferred: f was given the rows of a batch",
    "role-whole": "inferred: f was given the whole array, and all holds",
    "role-point": "inferred: one point works, and a batch raises an error",
    "role-unguarded": "inferred: it is right for one point; given a batch it silently returns other numbers",
    "role-derivative": "inferred: it gives the derivative at a number",
    "role-tangent": "inferred: it returns a tangent",
    "role-descent": "inferred: it takes steps down the gradient",
    "role-number": "inferred: no role fits, and it gives one number for whatever x is",
    "role-named": "inferred from its name, as no role fits",
    "role-fewest-wrong": "inferred: no role fits, this one comes nearest",
    # the page
    "headline.pass": "{target} is right.",
    "headline.agrees-loss": "{target} agrees with its loss: {reason}.",
    "headline.in-part": "{target} is right as far as it could be judged; not covered: {clauses}.",
    "headline.holds": "{target}: what was judged holds ({clauses}); it was not judged in full.",
    "headline.fail": "{target} is wrong: {reason}.",
    "headline.error": "{target} broke: {reason}.",
    "headline.as-declared": "{target} is wrong as declared ({clauses}).",
    "headline.stale": "{target}: what was declared of it is not so: {reason}.",
    "headline.not-covered": "{target}: nothing could be judged.",
    "headline.agrees": "{target} agrees with f: {reason}.",
    "headline.not-covered-numbers": "{target}: its numbers could not be judged: {reason}.",
    "label.role": "role",
    "label.computes": "computes",
    "label.pass": "pass",
    "label.drawn": "random",
    "drawn": "beside the fixed points a few are drawn, with the seed {seed}",
    "label.fail": "fail",
    "label.error": "error",
    "label.not-covered": "not covered",
    "label.diagnosis": "defect",
    "diagnosis.none": "none of the known defects explains it",
    "diagnosis.explains.probes": "{defects} (explains {explained} of {probes} probes)",
    "diagnosis.explains.entries": "{defects} (explains {explained} of {probes} entries)",
    "diagnosis.next": "{best}; next: {next}",
    "diagnosis.should": "{clause}: {best}",
    "diagnosis.as-declared": "the diagnosis is {declared}, as declared",
    "diagnosis.changed": "the diagnosis was declared to be {declared}, and is {found}",
    "diagnosis.in-part": "the diagnosis was declared to be {declared}, and {found} explains no more than {explained} of {probes}",
    "diagnosis.missing": "the diagnosis was declared to be {declared}, and none of the known defects explains what fails",
    "diagnosis.gone": "the diagnosis was declared to be {declared}, and no must fails",
    "label.smallest": "smallest",
    "label.shown-by": "shown by",
    "smallest.off": "f = {function} at x = {x}: actual {actual}, expected {expected} ± {bound}",
    "smallest.unsteady": "f = {function} at x = {x}: got {actual}, and {again} when asked again",
    "smallest.otherwise": "f = {function} at x = {x}: {why}",
    "label.again": "again",
    "label.note": "note",
    "label.should": "should",
    "label.expected": "expected",
    "api.no-layer": "{name} has no forward and backward",
    "api.no-optimizer": "{name} has no update(params, grads) and no update_one(param)",
    "api.no-network": "{name} has no loss and gradient",
    "api.no-data": "{name} is given no data",
    "api.no-point": "x holds no real numbers: {name}",
    "api.no-claim": (
        "a claimed gradient is a function of x, and {name} is none; of an array g it is"
        " lambda x: g"
    ),
    "api.not-callable": "{name} cannot be called",
    "xpass": "{clause} was expected to fail, and passes",
    "unknown-clause": "{clause} is no clause of this role",
    "likewise": "likewise {components}",
    "varies": "and otherwise at other points",
    "summary": "{ports} ports: {counts}",
    "count.pass": "{n} right",
    "count.in-part": "{n} right in part",
    "count.holds": "{n} not judged in full",
    "count.as-declared": "{n} wrong as declared",
    "count.fail": "{n} wrong",
    "count.stale": "{n} not as declared",
    "count.error": "{n} broken",
    "count.not-covered": "{n} not covered",
    "count.unloaded": "{n} not loaded",
    "count.internal": "{n} not judged for an error of gradproof's own",
    # targets that cannot be used
    "usage.no-function-name": "'{name}' is no function's name",
    "usage.no-module-name": "'{name}' is neither a .py or .ipynb file nor a module's name",
    "usage.choose-function": "name the function, one of:{choice}",
    "usage.name-function": "name a function, as in path/file.py:numerical_gradient",
    "usage.limits": "limits {low} {high}: the first must be the smaller",
    "usage.no-png": "{path}: a picture is written as .png",
    "load.no-file": "there is no such file",
    "load.not-python": "this is no Python that can be read: {kind}: {text}",
    "load.cell-failed": "cell {cell}, line {line}: running it failed: {kind}: {text}",
    "load.import-failed": "importing it failed: {kind}: {text}",
    "load.import-failed-at": "line {line}: importing it failed: {kind}: {text}",
    "load.not-callable": "this is of type {kind}, and cannot be called",
    "load.not-there": "there is no {name}; functions here: {functions}",
    "load.needs-self": "it is a method without its class, and uses self",
    "load.no-python": "{command} is no Python",
    "load.python-too-old": "{command} is Python {version}; 3.6 or later is needed",
    "load.missing": "it could not be run here: {names} is not installed",
    "load.not-made": "no object of {name} can be made without arguments: {kind}: {text}",
    "load.needs-f-and-x": "it does not take f and x",
    "load.needs-more": "it needs more than f and x: {names}",
    "load.objective": "this looks like f, and not like a gradient; did you mean `gradproof draw`?",
    "usage.empty-command": "exec: needs a command, for example exec:'node port.mjs'",
    "usage.no-command": "this command cannot be taken apart into words: {text}",
    "program.no-python": "--python goes with Python targets: name the interpreter in the command",
    "program.silent": "no frame came from it in {seconds} s. A program begins with the frame hello, after the tag in GRADPROOF_TAG: docs/protocol.md has a conversation.{words}",
    "program.no-echo": "it did not send the echo back in {seconds} s. It has to read its input a line at a time, and to flush its output after each frame.{words}",
    "program.ended": "it ended before it could be spoken to: {how}.{words}",
    "program.no-frame": "it does not speak the protocol: {text}. docs/protocol.md has the frames.{words}",
    "program.serves-nothing": "its hello names no role and way of taking f that there is; the roles are {known}, f is taken by callback or named",
    "program.layers-apart": "its hello names {roles}: a program with layers, networks or optimizers serves nothing else. Start another one for the routines, or tell them apart by an argument",
    "program.not-served": "it does not serve the role {role}; its hello names {served}",
    "program.build-late": "{command} did not come to an end in {seconds} s",
    "program.not-built": "{command} ended with exit code {code}.{words}",
    "load.not-started": "{command} cannot be started: {text}",
    "load.no-hello": "it does not speak the protocol: {text}",
    "load.said": "it says that it cannot be had: {text}",
    "program.digits": "its number format loses digits: a number came back beyond the largest double; numbers are to be written with 17 digits",
    "load.inexact": "its number format is inexact: {sent} came back as {actual}; numbers are to be written with 17 digits",
    "wall.required": "it was not run: bubblewrap does not work here ({text})",
    "sandbox.bubblewrap": "behind bubblewrap: no network, no other processes, files unchanged",
    "sandbox.keeper": "no wall, but limits, and whatever was started is ended",
    "sandbox.none": "no wall; limits of time and output",
    "sandbox.not-held.bubblewrap": "reading its own repository and what is installed; memory and processes in the 0.05 s between two looks",
    "sandbox.not-held.keeper": "network, files, variables, other processes",
    "sandbox.not-held.none": "network, files, variables, memory, processes that leave their group",
    "sandbox.because": "{what} ({why})",
    "sandbox.line": "sandbox  {what}; not held: {rest}",
    "load.crashed": "loading it crashed: {how}",
    "load.memory": "it took more than {amount} of memory and was stopped",
    "load.tasks": "it started more than {amount} processes and threads and was stopped",
    "load.output": "it printed more than {amount} and was stopped",
    "load.processor": "it took more than {amount} of processor time and was stopped",
    "load.timeout": "loading it did not come to an end in {seconds} s",
    "load.no-numpy": "Python {version} there has no NumPy: {text}",
    "load.not-python-at": "line {line}: this is no Python that can be read: {kind}: {text}",
    "internal": "this is an error of gradproof's own, and says nothing of the port: {text}",
    "draw.failed": "{kind}: {text}",
    "draw.no-function": "this is no function of a point: f(x) with x of shape (2,) gives one number, or f(x0, x1) does\n  f(x): {of_point}\n  f(x0, x1): {of_two}",
    # what is no fault
    "note.printed-on-import": "it prints when it is imported",
    "note.relative-imports": "its relative imports are taken to be of the package {package}",
    "note.failed-after": "the file fails in line {line} ({kind}), after the routine",
    "note.cell-failed": "cell {cell} fails in line {line} ({kind}); the cells after it are run all the same",
    "note.found-above": "module {module} was found in a folder above",
    "note.made-instance": "it is called on an object that was made by {name}()",
    "note.step-given": "{name} = {step} was given",
    "note.without-self": "a stand-in is handed over as self",
    "note.x-first": "it is called with (x, f)",
    "note.calls-f()": "it calls f(): f is taken to look at the array that is moved",
    "note.calls-f(*x)": "it calls f(x0, x1, …): the arguments are taken for a point",
    "note.unpacked": "the gradient is the first item of the tuple that it returns",
    "note.list": "it returns a list",
    "note.prints": "it prints: {text}",
    "note.warns": "it warns: {text}",
    "note.loses-minus-zero": "its number format loses the sign of −0",
    "note.no-pictures": "it draws when it is imported; no window was opened and no picture written",
    "note.asked-for-input": "it asks for input when it is imported; nobody answers",
    # the demonstration
    "demo.title": "The book's gradient_2d.py draws the field of -grad f on 324 points.",
    "demo.given": (
        "  faulty call  numerical_gradient(f, {call})"
        "\n               f was given arrays of shape {shape}, {calls} times: each row"
        "\n               was taken for a point, and row 0 holds every x0, row 1 every x1."
    ),
    "demo.expected": (
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
    # reviewing golden pictures: the whole
    "review.headline": "{changed} of {total} pictures changed from {before} to {after}: {counts}.",
    "review.nothing": "No picture changed from {before} to {after}: {total} pictures.",
    "review.working-tree": "the working tree",
    "review.count.undecided": "{n} undecided",
    "review.count.accepted": "{n} accepted",
    "review.how": "Decide: gradproof review{options} --accept NAME… or --reject NAME…",
    "review.done.accept": "Accepted: {names}. To undo it:",
    "review.done.reject": "Rejected: {names}. To undo it:",
    "review.more": "{names} and {n} more",
    "review.panel": "panel {panel}: {text}",
    "review.pixels": "{count} of {total} pixels differ, RMS {rms}, within x {left}–{right}, y {top}–{bottom}",
    "review.pixels-many": "up to {count} pixels differ, RMS up to {rms}",
    "review.no-pixels": "no pixel differs",
    # statuses
    "review.status.added": "added",
    "review.status.removed": "removed",
    "review.status.changed": "changed",
    "review.status.same-pixels": "same pixels, other meaning",
    "review.status.same-meaning": "other pixels, same meaning",
    "review.status.same-both": "same pixels, same meaning",
    "review.status.orphan": "orphan",
    "review.status.unreadable": "unreadable",
    "review.status.unmerged": "unmerged",
    "review.accepted": "accepted",
    # who, and how much
    "review.who.all": "all {total} arrows",
    "review.who.one": "arrow #{number} at ({x}, {y})",
    "review.who.few": "arrows {list}",
    "review.who.some": "{count} of {total} arrows ({list}, …)",
    "review.times.twice": "twice",
    "review.times.half": "half",
    "review.times.other": "{factor} times",
    # what happened to arrows
    "review.turned": "{who} turned by {degrees}°",
    "review.turned-scaled": "{who} turned by {degrees}° and {factor} as long",
    "review.scaled": "{who} {factor} as long",
    "review.scaled-hidden": "{who} {factor} as long (the picture hides it: quiver rescales)",
    "review.mirrored": "{who} mirrored in the line at {degrees}°",
    "review.mirrored-scaled": "{who} mirrored in the line at {degrees}° and {factor} as long",
    "review.swapped": "{who} with u and v swapped",
    "review.antiswapped": "{who} with u and v swapped and negated",
    "review.negated-u": "{who} with u negated",
    "review.negated-v": "{who} with v negated",
    "review.u-zero": "{who} with u now zero",
    "review.v-zero": "{who} with v now zero",
    "review.u-times": "{who} with u times {factor}",
    "review.v-times": "{who} with v times {factor}",
    "review.u-v-times": "{who} with u times {u} and v times {v}",
    "review.zero": "{who} now zero",
    "review.set": "{who} now ({u}, {v})",
    "review.shifted": "{who} changed by ({u}, {v})",
    "review.became": "{who}: {before} → {after}",
    "review.lost": "{who} no longer a number",
    "review.found": "{who} a number again",
    "review.partly": "{who} changed where one component is not a number",
    "review.exchanged": "{who} exchanged",
    "review.permuted": "{who} permuted: they hold each other's values",
    "review.order-reversed": "{who} hold the values in reverse order",
    "review.order-transposed": "{who} hold the values of the transposed grid",
    "review.order-rows": "{who} hold the values of the grid with its rows in reverse",
    "review.order-columns": "{who} hold the values of the grid with its columns in reverse",
    "review.order-rolled": "{who} hold the values shifted by {places} places",
    "review.transposed": "only {count} of {total} arrows are not zero: transposed points",
    "review.transposed-no-more": "{count} of {total} arrows were not zero: the points are no longer transposed",
    "review.few-left": "only {who} not zero; before, {before}",
    "review.otherwise": "{who} changed, each otherwise, by up to {size}: {largest}",
    # points, scale, labels and style
    "review.points-shifted": "the points of {who} moved by ({u}, {v})",
    "review.points-scaled": "the points of {who} {factor} as far out",
    "review.points-u-v-times": "the points of {who} stretched: x times {u}, y times {v}",
    "review.points-swapped": "the points of {who} with x and y swapped",
    "review.points-moved": "the points of {who} moved, by up to {size}",
    "review.points": "other points: {before} arrows before, {after} after, {common} at common points",
    "review.reordered": "the same {count} points in another order",
    "review.panels": "number of panels: {before} → {after}",
    "review.title": "title: {before} → {after}",
    "review.labels": "labels: {before} → {after}",
    "review.limits": "limits: {before} → {after}",
    "review.angles": "angles: {before} → {after}",
    "review.angles-of": "angles of {count} of {total} arrows changed",
    "review.scale": "scale: {before} → {after}",
    "review.scale-follows": "quiver's scale follows the mean length: {before} → {after}",
    "review.scale_units": "scale_units: {before} → {after}",
    "review.units": "units: {before} → {after}",
    "review.pivot": "pivot: {before} → {after}",
    "review.colours": "colours: {before} → {after}",
    "review.colours-of": "colours of {count} of {total} arrows changed",
    # pictures as files
    "review.added": "a new picture",
    "review.removed": "the picture was removed",
    "review.arrows": "{arrows} arrows in {panels} panels; nothing to compare them with",
    "review.same": "the arrows, labels and limits are the same",
    "review.same-both": "the same pixels and the same meaning, in other bytes",
    "review.pixels-only": "pixels only: there is no JSON of arrows or entries beside it",
    "review.run-left-out": "pixels only: the test run wrote no JSON",
    "review.guessed": "no baseline was found; the name is the test's",
    "review.unplaced": "which baseline this result is of cannot be told",
    "review.orphan-png": "orphan: the PNG is there, its JSON is gone",
    "review.orphan-json": "orphan: the JSON is there, without its PNG",
    "review.unfit": "the picture should show this and does not: the JSON does not fit its PNG",
    "review.sizes": "other size: {before} → {after} pixels",
    "review.unmerged": "in conflict: finish the merge first",
    "review.png-none": "{path}: this is no PNG",
    "review.png-broken": "{path}: the PNG is damaged: {text}",
    "review.png-huge": "{path}: the PNG is too large to be decoded: {width} × {height} pixels",
    "review.png-lfs": "{path}: this is a pointer of Git LFS; `git lfs pull` fetches the PNG",
    "review.json-broken": "{path}: {text}",
    "review.json-stopped": "{path}: this no longer holds arrows or entries, as it did before",
    "review.link": "{path}: this is a symbolic link, and is not followed",
    "review.huge": "{path}: too large to be read: {bytes} bytes",
    "review.gone": "{path}: it cannot be read: {text}",
    # what hinders a review or a decision
    "review.no-repository": "{folder}: this is no git repository",
    "review.bare": "a bare repository has no working tree: name two revisions, A..B",
    "review.no-revision": "there is no revision {revision}",
    "review.no-merge-base": "{a} and {b} have no common ancestor",
    "review.no-range": "{revisions}: name two revisions, A..B",
    "review.no-pictures": "{folder}: there is no PNG below it; name another folder by --path",
    "review.no-folder": "{folder}: there is no such folder",
    "review.no-results": "{folder}: a test run has left no picture here",
    "review.folder-link": "{folder}: this is a symbolic link, and is not followed",
    "review.outside": "{folder}: this lies outside",
    "review.git-failed": "git {command} failed: {text}",
    "review.ci": "nothing is decided in CI: a person is to look (CI is set)",
    "review.committed": "A..B is committed already: decide in the working tree",
    "review.no-match": "no changed picture is named {name}; nothing was decided",
    "review.refuse-unmerged": "{name} is in conflict: finish the merge first; nothing was decided",
    "review.refuse-unplaced": "which baseline {name} is of cannot be told; nothing was decided",
    "review.refuse-broken": "{name} is not a PNG with a JSON that fits: write both anew, or reject it; nothing was decided",
    "review.not-written": "{path}: {text}; nothing was decided",
    # the page of a review
    "page.title": "Changed golden pictures",
    "page.before": "Before",
    "page.after": "After",
    "page.list": "Changed pictures",
    "page.filter": "Filter by name",
    "page.alike": "{n} alike",
    "page.views": "View",
    "page.side": "Side by side",
    "page.swipe": "Swipe",
    "page.onion": "Onion skin",
    "page.blink": "Blink",
    "page.difference": "Difference",
    "page.arrows": "Arrows",
    "page.zoom": "Zoom to what changed",
    "page.scales": "Lengths",
    "page.scale-own": "Each at its own scale",
    "page.scale-one": "Both at one scale",
    "page.accept": "Accept",
    "page.reject": "Reject",
    "page.accept-alike": "Accept all {n} alike",
    "page.reject-alike": "Reject all {n} alike",
    "page.to-accept": "accept",
    "page.to-reject": "reject",
    "page.previous": "Previous picture",
    "page.next": "Next picture",
    "page.position": "{n} of {total}",
    "page.command": "The command that applies the marks",
    "page.marks": "{accept} to accept, {reject} to reject, {rest} unmarked",
    "page.no-marks": "Mark pictures as accepted or rejected; the command to apply the marks then stands here.",
    "page.committed": "Both versions are committed: decide in the working tree.",
    "page.copy": "Copy the command",
    "page.copied": "Copied.",
    "page.not-copied": "The command is selected: copy it with Ctrl+C.",
    "page.dark": "Dark",
    "page.keys": "Keys",
    "page.keys-on": "Single keys act",
    "page.close": "Close",
    "page.no-picture": "No picture",
    "page.broken": "This picture cannot be shown.",
    "page.no-change": "Nothing to decide.",
    "page.no-script": "The pictures are shown by a script, which this browser does not run.",
    "page.edge": "Edge between before and after",
    "page.strength": "Strength of after over before",
    "page.pause": "Pause",
    "page.go-on": "Go on",
    "page.differ": "{n} of {total} pixels differ. They are magenta; a frame is around all of them.",
    "page.differ-none": "No pixel differs.",
    "page.panel": "Panel {n}",
    "page.unchanged": "unchanged: {n}",
    "page.old-arrows": "changed, before: {n}",
    "page.new-arrows": "changed, after: {n}",
    "page.only-before": "arrows, before: {n}",
    "page.only-after": "arrows, after: {n}",
    "page.arrows-hint": "Point at an arrow to read its numbers, or step through those that changed with ← and →.",
    "page.previous-arrow": "Previous arrow that changed",
    "page.next-arrow": "Next arrow that changed",
    "page.arrow": "Arrow #{number} at ({x}, {y})",
    "page.arrow-moved": "Arrow #{number}, moved from ({x}, {y}) to ({x2}, {y2})",
    "page.arrow-gone": "none",
    "page.table": "Arrows that changed: {n}",
    "page.table-cut": "The first {n} of {total}.",
    "page.key-next": "next, previous picture",
    "page.key-views": "the six views, in order",
    "page.key-zoom": "zoom to what changed",
    "page.key-scale": "arrows: each at its own scale, or both at one",
    "page.key-arrow": "step through the arrows that changed; move the edge, or the strength",
    "page.key-pause": "blink: pause",
    "page.key-marks": "mark as accepted, as rejected; the same key again takes the mark off",
    "page.key-alike": "the same for all that changed alike",
    "page.key-copy": "copy the command",
    "page.key-dark": "light or dark",
    "page.key-help": "these keys",
}
