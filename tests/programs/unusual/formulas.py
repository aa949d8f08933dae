"""Right by another formula: other steps, other nodes, other directions."""

import functools

import numpy as np

CHANCE = np.random.default_rng(4)


def _by_rows(at_point):
    @functools.wraps(at_point)
    def gradient(f, x):
        x = np.array(x, dtype=float)
        if x.ndim > 2 or x.ndim == 0:
            raise ValueError("points are due")
        slopes = [at_point(f, row) for row in np.atleast_2d(x)]
        return np.reshape(slopes, x.shape)

    return gradient


def _rises(f, x, steps):
    return np.array([f(x + step) - f(x - step) for step in steps])


@_by_rows
def a_step_by_chance(f, x):
    """Each call draws its step, and divides by that very step."""
    h = CHANCE.uniform(0.5e-4, 2e-4)
    return _rises(f, x, h * np.eye(x.size)) / (2 * h)


@_by_rows
def a_step_by_chance_for_each_component(f, x):
    """Each component has a step of its own, drawn anew."""
    h = CHANCE.uniform(0.5e-4, 2e-4, x.size)
    return _rises(f, x, np.diag(h)) / (2 * h)


@_by_rows
def steps_of_any_sign(f, x):
    """Some steps are negative: numerator and divisor turn together."""
    h = 1e-4 * (-1.0) ** np.arange(x.size)
    return _rises(f, x, np.diag(h)) / (2 * h)


@_by_rows
def a_step_that_grows_with_x(f, x):
    """The step is a share of the entry, but never less than a share of one."""
    h = 1e-5 * np.maximum(1, abs(x))
    return _rises(f, x, np.diag(h)) / (2 * h)


@_by_rows
def a_power_of_two(f, x):
    """With a power of two for a step, moving rounds as little as can be."""
    return _rises(f, x, np.ldexp(np.eye(x.size), -13)) * 2.0**12


@_by_rows
def a_step_in_single_precision(f, x):
    """A step of 24 bits is a step like any other where it divides as well."""
    h = np.float32(1e-4)
    return _rises(f, x, h * np.eye(x.size)) / (2 * h)


@_by_rows
def the_step_that_was_taken(f, x):
    """The divisor is the distance of the nodes as they came out."""
    slopes = np.empty(x.size)
    for i, step in enumerate(1e-4 * np.eye(x.size)):
        ahead, behind = x + step, x - step
        slopes[i] = (f(ahead) - f(behind)) / (ahead[i] - behind[i])
    return slopes


@_by_rows
def mean_of_both_sides(f, x):
    """The mean of the forward and the backward difference is the central one."""
    here, steps = f(x), 1e-4 * np.eye(x.size)
    ahead = np.array([(f(x + step) - here) / 1e-4 for step in steps])
    behind = np.array([(here - f(x - step)) / 1e-4 for step in steps])
    return (ahead + behind) / 2


@_by_rows
def one_sided_of_second_order(f, x):
    """Three points on one side: (−3·f0 + 4·f1 − f2) / 2h."""
    steps = 1e-4 * np.eye(x.size)
    rise = [4 * f(x + step) - 3 * f(x) - f(x + 2 * step) for step in steps]
    return np.array(rise) / 2e-4


@_by_rows
def five_points(f, x):
    """The central difference of fourth order."""
    near = _rises(f, x, 1e-3 * np.eye(x.size))
    far = _rises(f, x, 2e-3 * np.eye(x.size))
    return (8 * near - far) / 12e-3


@_by_rows
def seven_points(f, x):
    """The central difference of sixth order."""
    one, two, three = (_rises(f, x, k * 2e-3 * np.eye(x.size)) for k in (1, 2, 3))
    return (45 * one - 9 * two + three) / 120e-3


@_by_rows
def uneven_nodes(f, x):
    """One step ahead and two behind, with the weights that cancel f″."""
    a, b = 1e-4, 2e-4
    slopes = []
    for e in np.eye(x.size):
        ahead, here, behind = f(x + a * e), f(x), f(x - b * e)
        slopes.append(
            (b * b * (ahead - here) + a * a * (here - behind)) / (a * b * (a + b))
        )
    return np.array(slopes)


@_by_rows
def extrapolated_once(f, x):
    """Richardson: what is wrong with h and with h/2 is taken out."""
    wide = _rises(f, x, 1e-2 * np.eye(x.size)) / 2e-2
    narrow = _rises(f, x, 5e-3 * np.eye(x.size)) / 1e-2
    return (4 * narrow - wide) / 3


@_by_rows
def extrapolated_three_times(f, x):
    """Richardson's table to the end, at fixed steps."""
    table = [
        _rises(f, x, 0.02 / 2**k * np.eye(x.size)) / (0.04 / 2**k) for k in range(4)
    ]
    for order in (4, 16, 64):
        pairs = zip(table[1:], table, strict=False)
        table = [(order * fine - rough) / (order - 1) for fine, rough in pairs]
    return table[0]


@_by_rows
def weights_by_solving(f, x):
    """The weights come from a system of equations, at each call."""
    offsets = np.array([-2.0, -1.0, 1.0, 2.0])
    powers = np.vander(offsets, increasing=True).T
    weights = np.linalg.solve(powers, [0, 1, 0, 0]) / 1e-3
    values = [[f(x + 1e-3 * d * e) for d in offsets] for e in np.eye(x.size)]
    return np.array(values) @ weights


@_by_rows
def slope_of_a_fitted_line(f, x):
    """A line is fitted to five values by least squares."""
    offsets = 1e-5 * np.arange(-2, 3)
    values = [[f(x + d * e) for d in offsets] for e in np.eye(x.size)]
    return np.array(values) @ offsets / np.sum(offsets**2)


@_by_rows
def plane_of_least_squares(f, x):
    """A plane through the values around x; of the other components rounding is left."""
    offsets = 1e-4 * np.vstack([np.eye(x.size), -np.eye(x.size)])
    values = np.array([f(x + offset) for offset in offsets])
    return np.linalg.lstsq(offsets, values - values.mean(), rcond=None)[0]


@_by_rows
def along_all_signs(f, x):
    """Directions of ±1 that are orthogonal, as many as a power of two, turned back."""
    signs = np.array([[1.0]])
    while len(signs) < x.size:
        signs = np.block([[signs, signs], [signs, -signs]])
    rises = _rises(f, x, 1e-4 * signs[:, : x.size]) / 2e-4
    return (signs.T @ rises)[: x.size] / len(signs)


@_by_rows
def nodes_of_chebyshev(f, x):
    """The slope at the middle of the polynomial through Chebyshev's nodes."""
    nodes = np.cos((2 * np.arange(5) + 1) * np.pi / 10)
    weights = np.linalg.inv(np.vander(nodes, increasing=True))[1] / 1e-2
    values = [[f(x + 1e-2 * t * e) for t in nodes] for e in np.eye(x.size)]
    return np.array(values) @ weights


@_by_rows
def along_turned_axes(f, x):
    """Slopes along an orthogonal basis drawn by chance, turned back."""
    basis, _ = np.linalg.qr(CHANCE.normal(size=(x.size, x.size)))
    return basis @ (_rises(f, x, 1e-4 * basis.T) / 2e-4)


@_by_rows
def along_slanting_directions(f, x):
    """Slopes along directions that are no basis of right angles, solved for."""
    directions = np.eye(x.size) + np.tri(x.size, k=-1)
    return np.linalg.solve(directions, _rises(f, x, 1e-4 * directions) / 2e-4)


@_by_rows
def complex_step(f, x):
    """The imaginary part of f at x + ih, with an h that no difference could have."""
    return np.array([f(x + step).imag for step in 1e-100j * np.eye(x.size)]) / 1e-100


@_by_rows
def around_a_circle(f, x):
    """Cauchy's integral over eight points of a circle in the complex plane."""
    turns = np.exp(2j * np.pi * np.arange(8) / 8)
    values = [[f(x + 1e-2 * t * e) for t in turns] for e in np.eye(x.size)]
    return np.mean(np.array(values) / turns, axis=1).real / 1e-2


@_by_rows
def until_it_settles(f, x):
    """The table of Romberg is continued until two estimates agree."""
    return np.array([_settled(lambda t, e=e: f(x + t * e)) for e in np.eye(x.size)])


def _settled(along, h=0.02):
    last = [(along(h) - along(-h)) / (2 * h)]
    for _ in range(8):
        h /= 2
        row = [(along(h) - along(-h)) / (2 * h)]
        for k, rough in enumerate(last, 1):
            row.append(row[-1] + (row[-1] - rough) / (4**k - 1))
        if abs(row[-1] - last[-1]) <= 1e-10 * (1 + abs(row[-1])):
            break
        last = row
    return row[-1]


@_by_rows
def halved_until_it_settles(f, x):
    """The step is halved until the central difference stays as it is."""
    slopes = []
    for e in np.eye(x.size):
        h, last, now = 0.02, np.inf, 0.0
        while abs(now - last) > 1e-9 * max(1, abs(now)) and h > 1e-6:
            h, last = h / 2, now
            now = (f(x + h * e) - f(x - h * e)) / (2 * h)
        slopes.append(now)
    return np.array(slopes)


@_by_rows
def a_step_from_the_third_derivative(f, x):
    """Truncation is weighed against rounding, by a look around from afar."""
    slopes = []
    for e in np.eye(x.size):
        two, one, back, far = (f(x + t * e) for t in (0.02, 0.01, -0.01, -0.02))
        third = abs(two - 2 * one + 2 * back - far) / 2e-6
        h = np.cbrt(6e-16 * max(1, abs(f(x))) / max(third, 1e-3))
        slopes.append((f(x + h * e) - f(x - h * e)) / (2 * h))
    return np.array(slopes)


@_by_rows
def slope_of_a_wider_line(f, x):
    """As the fitted line, with the step of the book."""
    offsets = 1e-4 * np.arange(-2, 3)
    values = [[f(x + d * e) for d in offsets] for e in np.eye(x.size)]
    return np.array(values) @ offsets / np.sum(offsets**2)
