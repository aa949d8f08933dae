"""English: the catalogue of defects, and how it is explained."""

TEXTS = {
    "transposed-points": (
        "The points lie in the columns, and the rows are taken for points",
        "numerical_gradient takes each row of X as a point. np.array([X, Y]) holds all x0 in row 0 and all x1 in row 1, so f is asked about a few vectors with as many components as there are points, and never about a point. Where f adds the same term for every entry, as a sum of squares does, the numbers come out right all the same.",
        "Give the routine the points as rows, and turn its result back: numerical_gradient(f, np.array([X, Y]).T).T. Try it with f = x0·x1, which does not hide the mistake.",
    ),
    "whole-array": (
        "A whole batch is taken for one point",
        "f is given the whole array, and each entry is moved in turn: this is the gradient of one scalar of all entries. For a batch of points f has to be asked about one row at a time.",
        "Call the routine for each row, or use the one that takes rows as points. If one scalar of the whole array is meant, the role is array-gradient.",
    ),
    "row-by-row": (
        "The rows of a parameter matrix are taken for points",
        "f is given one row at a time, but it is a function of the whole array, as a loss is of a weight matrix. What f makes of a single row is another number, or an error.",
        "Move one entry at a time and give f the whole array, for instance with np.ndindex(x.shape). If each row is a point, the role is gradient.",
    ),
    "unguarded-batch": (
        "It is right for one point, but answers a batch with numbers that are no gradients",
        "The routine is written for one point. Given a batch it raises nothing: it takes all the numbers for one point, or each row for one component, and returns numbers that are no row's gradient.",
        "Refuse what is no point: if x.ndim != 1: raise ValueError. Or go over the rows: np.array([gradient(f, row) for row in x]).",
    ),
    "first-row-only": (
        "Only the first row of a batch is done",
        "The loop over the rows ends after its first turn, often since return or break is indented too far. The other rows of the result keep what they were filled with: zeros.",
        "Move the return out of the loop. Test with at least two different rows.",
    ),
    "forward-difference": (
        "The difference is taken on one side: f(x + h) − f(x)",
        "A forward difference has the error h/2·∂²f/∂x², a central one h²/6·∂³f/∂x³: at h = 1e-4 that is some ten thousand times more. For f = x0·x1 the second derivatives are zero, and it does not show.",
        "Ask f at x + h and at x − h, and divide by 2h.",
    ),
    "backward-difference": (
        "The difference is taken on one side: f(x) − f(x − h)",
        "A backward difference has the error −h/2·∂²f/∂x², a central one h²/6·∂³f/∂x³: at h = 1e-4 that is some ten thousand times more.",
        "Ask f at x + h and at x − h, and divide by 2h.",
    ),
    "missing-half": (
        "It divides by h and not by 2h: twice the gradient",
        "The nodes x + h and x − h are 2h apart. Divided by h, every component is twice as large as it should be. A picture hides it, since the arrows are scaled to fit.",
        "Divide by (2 * h).",
    ),
    "operator-precedence": (
        "It multiplies by h where it should divide",
        "/ and * are done from left to right, so (a - b) / 2 * h is ((a - b) / 2) * h: h² times the gradient, 1e-8 of it at h = 1e-4. All arrows keep their directions, and a picture hides it.",
        "Put the divisor into parentheses: (a - b) / (2 * h).",
    ),
    "step-too-small": (
        "The step is so small that rounding eats the difference",
        "f's values carry a rounding error of about 1e-16 of their size, which is divided by h. With h below about 1e-8 little is left of a difference, and below 1e-16 of x the nodes are x itself and the result is 0.",
        "Use a step of about 1e-4 or 1e-5 for a central difference.",
    ),
    "step-too-large": (
        "The step is so large that the formula is inaccurate",
        "The error of a central difference is h²/6·∂³f/∂x³, which grows with the square of h. For polynomials of second degree it is zero, so a sum of squares does not show it.",
        "Use a step of about 1e-4 or 1e-5 for a central difference.",
    ),
    "single-precision": (
        "It works in single precision",
        "float32 has seven digits. x + 1e-4 loses most of the step, and the differences of f lose what is left: the result is right to two or three digits. It happens always, or where x comes as float32 and x is moved in its own type.",
        "Move x in double precision: x = np.array(x, dtype=float). Round the result at the end, if at all.",
    ),
    "few-digits": (
        "Numbers are written with few digits",
        "What %f, %g, toFixed, a stream of C++ or awk's print writes has 6 decimals or 6 digits; a double has 17. The gradient was right until it was written: it is off by up to half a unit of its last digit. Where the arguments of f are written so, x + h is another point. The numbers tell so themselves: all of them are short, and none is further off than that.",
        'Write 17 significant digits (printf("%.17g"), std::setprecision(17), OFMT="%.17g", tcl_precision 17), or as few as read back the same number. Round for a reader only.',
    ),
    "not-restored": (
        "A component is not put back after its turn",
        "x[i] stays where the last step has left it, so the next components are differentiated at another point, and the caller's x has moved when the call is over. For a sum of squares no value shows it, since its mixed derivatives are zero.",
        "Keep x[i] before moving it and put it back after the second call of f, or move a copy.",
    ),
    "wrong-restore": (
        "What is put back is not what was there",
        "The value was kept, or read again, when x[i] had been moved already. So x[i] is put back to a moved value, and the next components are differentiated at another point.",
        "Keep x[i] once, before the first move.",
    ),
    "aliased-result": (
        "The result lies in the memory of x",
        "The routine returns x itself, or a view of it, with the gradient written over the point. The caller has lost x, and a step x -= lr * gradient(f, x) doubles the confusion.",
        "Make a new array for the result: np.zeros(x.shape). Note that slopes = x copies nothing.",
    ),
    "input-mutated": (
        "The caller's x is changed",
        "Beside the gradient the routine leaves another x behind: it has moved, scaled or sorted the caller's array. An array is handed over as itself, not as a copy.",
        "Work on x.copy(), and leave steps such as x -= lr * grad to the caller.",
    ),
    "sign-flipped": (
        "The sign is turned: f(x − h) − f(x + h)",
        "The two values have changed places, or −∇f is returned in place of ∇f. Descent climbs, and all arrows point the other way.",
        "Take f(x + h) − f(x − h). Put the minus where the arrows are drawn or the step is made.",
    ),
    "components-swapped": (
        "The components are stored in another order",
        "The derivative by one component is stored at the index of another. If f treats all components alike and the point is on the diagonal, nothing shows.",
        "Store the derivative by x[i] at index i. Test with f = x0² + 2·x1².",
    ),
    "sum-for-difference": (
        "The two values are added, not subtracted",
        "(f(x + h) + f(x − h)) / 2h is about f(x)/h: the value of f, ten thousand times over.",
        "Write a minus between the two values.",
    ),
    "lost-index": (
        "The whole result is overwritten, and not one entry of it",
        "slopes = … in place of slopes[i] = … gives the name to the last derivative. A number comes back, or a whole row filled with one number.",
        "Assign to slopes[i].",
    ),
    "first-component-only": (
        "Only the first component is done",
        "The loop over the components ends after its first turn, often since return or break is indented too far. The other components keep what they were filled with, zeros, or are not there at all.",
        "Move the return out of the loop.",
    ),
    "f-per-element": (
        "f is given single components in place of points",
        "f(x[i] + h) asks f about a number. A sum of squares makes sense of that, and its derivatives come out right; a function that reads x[0] and x[1] fails or does nonsense.",
        "Move x[i], then give f the whole point: f(x).",
    ),
    "wrong-node": (
        "The second node is at x − 2h",
        "x[i] was put back before 2h was taken off. The nodes are 3h apart but the difference is divided by 2h, so the result is 1.5 times the gradient.",
        "Set x[i] = kept - h, starting from the kept value.",
    ),
    "saved-view": (
        "f(x) stands in the place of f(x - h)",
        "(f(x + h) - f(x)) / (2 * h) is half of a forward difference: half the gradient. It is written so, or the kept value is no number: kept = x[i : i + 1], or x[i] of a 2-D array, is a view of x. After x[i] = kept + h the kept value is x + h, so the second node is x, and putting it back does nothing.",
        "Take the second value at x - h, and keep a copy of what is moved: kept = x[i].copy(), or float(x[i]).",
    ),
    "whole-row-step": (
        "All components are moved at once",
        "f(x + h) moves every component of x. Each entry of the result is the sum of all partial derivatives, the same number for each component.",
        "Move one component: x + h * e, with e = np.eye(x.size)[i].",
    ),
    "missing-call": (
        "f is missing in the second term",
        "behind = x[i] - h is a number near x[i], and no value of f. The difference is that of two unlike things.",
        "Write behind = f(x - h * e).",
    ),
    "all-zero": (
        "Every entry is 0",
        "The slopes are taken, and 0 comes out: in many languages 1 / 2 is an integer division and gives 0, what is computed is never stored, or x is not moved between the two values of f.",
        "Move x, divide by (2 * h) with h a floating-point number, and store each slope in its entry.",
    ),
    "partly-filled": (
        "Only some of the entries are filled, the others stay 0",
        "The loop runs over too few indices (over the axes, from 1 in place of 0), or each slope goes into one and the same entry, as *gradient = … does in C.",
        "Run over every component, and store into gradient[i].",
    ),
    "rows-shared": (
        "All rows of the result are the same row",
        "One array is made once and put into every row, so that the last row overwrites them all.",
        "Make a new array for each row.",
    ),
    "stored-by-columns": (
        "The result is stored column by column",
        "The slopes of a batch are right and lie in column-major order, as Fortran, Julia, R and Eigen keep a matrix, and not row by row.",
        "Write the rows one after the other, or transpose before the numbers are handed over.",
    ),
    "wrong-factor": (
        "The gradient comes with a factor",
        "The nodes are right, but the difference is divided by another number than their distance, as when h is written in two places and changed in one of them.",
        "Divide by the distance of the nodes, 2 * h, with the h that x was moved by.",
    ),
    "integer-truncation": (
        "Integers cut the gradient off",
        "np.zeros_like(x) of an array of integers is one too, and what is assigned into it loses its decimals without an error. Where x itself is moved, x + h is x again and x − h is x − 1, and for a sum of squares at (3, 4) the gradient (6, 8) comes back as (25000, 35000). Arrows are scaled to fit, so that a picture hides it.",
        "Begin with x = np.array(x, dtype=float), or raise an error for integers.",
    ),
    "not-restored-on-error": (
        "When f fails, x stays moved",
        "x[i] is put back after f has been called. If f raises an exception, that line is never reached, and the caller who catches the exception has another x than before.",
        "Put x back in a finally clause, or move a copy.",
    ),
    "nan-spreads": (
        "A NaN in one row spoils the other rows",
        "The rows are brought together by a sum or a matrix product with zeros. 0 · NaN is NaN, so one bad point spoils all results.",
        "Store each row's gradient at its index, without adding up the rows.",
    ),
    "start-mutated": (
        "The descent moves the caller's starting point",
        "x = start copies nothing: x -= … changes the caller's array. A second descent from the same array starts where the first one ended. The book's own gradient_descent does so.",
        "Begin with x = np.array(start, dtype=float).",
    ),
    "aliased-history": (
        "The history holds the same array many times",
        "history.append(x) stores the array, not its numbers. When x is moved in place, all entries show the last point.",
        "Append x.copy().",
    ),
    "tangent-off-point": (
        "The line does not go through the point of the curve",
        "The height at 0 is f(x) - slope · x. Without the x, the line does not have the value f(x) at x.",
        "Use the scalar product: f(x) + np.dot(slope, t - x).",
    ),
    "tangent-by-component": (
        "The tangent of a point is not summed over its components",
        "slope * x of two arrays is an array of products. The height of the tangent plane is one number, f(x) + Σ ∂f/∂xᵢ·(tᵢ − xᵢ): the products have to be summed, those with x and those with t. The book's own tangent_line in ch04/gradient_2d.py does not: its lines are those of ch04/gradient_1d.py, where x is a number and they are right.",
        "Use np.sum(slope * x), np.dot(slope, x) or slope @ x, and the same with t.",
    ),
    "missing-term": (
        "A term that is proportional to x is missing, or is there twice",
        "The claimed gradient differs from that of f by a multiple of x itself: the derivative of a sum of squares, as weight decay adds it to a loss. It is in f and not in the gradient, or the other way round, or with another factor.",
        "Add the derivative of the same term that f has: for λ/2·Σx² it is λ·x.",
    ),
    "missing-constant": (
        "A constant is missing, or is there twice",
        "The claimed gradient differs from that of f by a number that is the same in every entry that is wrong, or in those of each column or row: the derivative of a term that is linear in x, in which x no longer occurs. It is in f and not in the gradient, or the other way round, or with another factor. Seen at one x, the number could also depend on x.",
        "Add the derivative of the linear term that f has: for b·Σx it is b in every entry.",
    ),
    "missing-entries": (
        "Some entries are never filled in",
        "The claimed gradient is exactly 0 in entries where that of f is not, and right in the others. Often an array of zeros is filled for the weights, and the part of the bias is forgotten.",
        "Work out the other entries as well: the gradient of a bias is the sum, over the data, of what reaches it.",
    ),
}

MESSAGES = {
    f"defect.{id}.{part}": text
    for id, texts in TEXTS.items()
    for part, text in zip(("title", "explanation", "remedy"), texts, strict=True)
} | {
    "explain.role": "Role: {role}",
    "explain.example": "Example",
    "explain.broken-by": "These defects break it: {defects}.",
    "explain.example-of-part": "Example: {defect}",
    "explain.mended-so": "Mended",
    "explain.remedy": "Remedy",
    "explain.mended": "gradproof fix looks for a change of the text that mends it, and proves it.",
    "explain.references": "See also",
    "explain.source": "Source",
    "explain.book": "the book, section {section}",
    "explain.book-1": "the book, section {section}; in its code {file}: {names}",
    "explain.book-1-code": "the book's code, {file}: {names}",
    "explain.book-2": "the book's second volume, section {section}; in its code {file}: {names}",
    "explain.book-2-code": "the code of the book's second volume, {file}: {names}",
    "explain.shown-by": "It breaks {clauses}.",
    "explain.hides": "These functions hide it, since its numbers are right for them: {functions}.",
    "explain.hides-all": "The numbers at ordinary points do not show it: they are right for {functions}.",
    "explain.shows": "These show it: {functions}.",
    "explain.must": "must: what the book's own code keeps",
    "explain.should": "should: what a caller may hope for",
    "explain.defects-of.routines": "Defects of routines that take gradients",
    "explain.defects-of.layers": "Defects of layers",
    "explain.defects-of.optimizers": "Defects of optimizers",
    "explain.defects-of-form": "Defects: {role}",
    "explain.clauses-of": "Clauses: {role}",
    "explain.picture": "Picture",
    "explain.undrawn": "there is no picture of {id}: {why}",
    "explain.undrawn.raises": "the code that breaks it raises an exception, and gives nothing to draw",
    "explain.undrawn.refuses": "what is right is an exception, and gives nothing to draw",
    "explain.undrawn.empty": "it is about arrays without entries",
    "explain.undrawn.type": "the numbers are right, and their type is wrong",
    "explain.undrawn.nothing": "the script that breaks it draws nothing",
    "explain.unknown": "there is no defect and no clause '{id}'",
    "explain.suggest": "there is no defect and no clause '{id}'; did you mean {found}?",
}
