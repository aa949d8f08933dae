"""Rows of points: some are lost, mixed, repeated or taken for something else."""

import numpy as np


def _slopes(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def squeezed_result(f, x):
    """The result loses its axes of length one: a batch of one row comes as (D,)."""
    return np.squeeze([_slopes(f, row) for row in np.atleast_2d(x)])


def squeezed_input(f, x):
    """x loses its axes of length one: a column of N numbers becomes one point."""
    x = np.squeeze(x)
    return _slopes(f, x) if x.ndim == 1 else np.array([_slopes(f, row) for row in x])


def one_row_is_a_point(f, x):
    """A batch of one row is served as if it had been a point."""
    if x.ndim == 2 and len(x) > 1:
        return np.array([_slopes(f, row) for row in x])
    return _slopes(f, x.ravel())


def longer_axis_counts_the_points(f, x):
    """Which axis holds the points is guessed: fewer points than components turn it."""
    if x.ndim == 1:
        return _slopes(f, x)
    points = x.T if x.shape[0] < x.shape[1] else x
    slopes = np.array([_slopes(f, point) for point in points])
    return slopes.T if x.shape[0] < x.shape[1] else slopes


def column_vector_is_a_point(f, x):
    """(N, 1) is taken for one point that stands upright."""
    if x.ndim == 2 and x.shape[1] > 1:
        return np.array([_slopes(f, row) for row in x])
    return _slopes(f, x.ravel()).reshape(x.shape)


def single_component_as_a_number(f, x):
    """For points of one component there is a number where an array is due."""
    if x.ndim == 2:
        return np.array([single_component_as_a_number(f, row) for row in x])
    slopes = _slopes(f, x)
    return slopes[0] if x.size == 1 else slopes


def preview_left_in(f, x):
    """The slice that made trying it out quick is still there: four rows at most."""
    if x.ndim == 1:
        return _slopes(f, x)
    slopes = np.zeros(x.shape)
    for n, row in enumerate(x[:4]):
        slopes[n] = _slopes(f, row)
    return slopes


def axes_by_letter(f, x):
    """Components are named x, y and z, and there are no more."""
    if x.ndim == 2:
        return np.array([axes_by_letter(f, row) for row in x])
    slopes, steps = np.zeros(x.size), 1e-4 * np.eye(x.size)
    for _, (i, step) in zip("xyz", enumerate(steps), strict=False):
        slopes[i] = (f(x + step) - f(x - step)) / 2e-4
    return slopes


def pairs_of_numbers(f, x):
    """Every point is taken to have two components."""
    points = x.reshape(-1, 2)
    return np.array([_slopes(f, point) for point in points]).reshape(x.shape)


def returns_in_the_loop(f, x):
    """The return stands one level too deep: the first row alone has a gradient."""
    slopes = np.zeros(x.shape)
    for slope, row in zip(np.atleast_2d(slopes), np.atleast_2d(x), strict=True):
        slope[:] = _slopes(f, row)
        return slopes


def last_row_everywhere(f, x):
    """The row's index is missing on the left, so each row overwrites all."""
    slopes = np.zeros(x.shape)
    for row in np.atleast_2d(x):
        slopes[:] = _slopes(f, row)
    return slopes


def first_row_everywhere(f, x):
    """The first row is hoisted out of the loop as if all were alike."""
    return np.broadcast_to(_slopes(f, np.atleast_2d(x)[0]), x.shape)


def mean_over_the_rows(f, x):
    """The batch is averaged away, as the gradient of a mean loss would be."""
    return np.mean([_slopes(f, row) for row in np.atleast_2d(x)], axis=0)


def divided_by_the_batch(f, x):
    """Each row is divided by the number of rows."""
    if x.ndim == 1:
        return _slopes(f, x)
    return np.array([_slopes(f, row) for row in x]) / len(x)


def rows_in_sorted_order(f, x):
    """No row is done twice, and unique() leaves them sorted."""
    if x.ndim == 1:
        return _slopes(f, x)
    return np.array([_slopes(f, row) for row in np.unique(x, axis=0)])


def equal_rows_once(f, x):
    """Rows that were there before are dropped, and the result is shorter."""
    if x.ndim == 1:
        return _slopes(f, x)
    return np.array([_slopes(f, np.array(row)) for row in dict.fromkeys(map(tuple, x))])


def equal_rows_left_at_zero(f, x):
    """A row that was there before is passed over, and its place stays zero."""
    if x.ndim == 1:
        return _slopes(f, x)
    slopes, done = np.zeros(x.shape), set()
    for slope, row in zip(slopes, x, strict=True):
        if row.tobytes() not in done:
            slope[:] = _slopes(f, row)
            done.add(row.tobytes())
    return slopes


def known_by_the_first_component(f, x):
    """Rows are looked up by x0 alone: on a grid, columns share one gradient."""
    if x.ndim == 1:
        return _slopes(f, x)
    known = {}
    for row in x:
        if row[0] not in known:
            known[row[0]] = _slopes(f, row)
    return np.array([known[row[0]] for row in x])


def known_by_two_decimals(f, x):
    """Rows are looked up by two decimals: near ones share one gradient."""
    if x.ndim == 1:
        return _slopes(f, x)
    known = {}
    for row in x:
        known.setdefault(tuple(row.round(2)), _slopes(f, row))
    return np.array([known[tuple(row.round(2))] for row in x])


def sum_runs_on(f, x):
    """What adds up the slopes of a row is not emptied for the next."""
    slopes, running = np.zeros(x.shape), np.zeros(x.shape[-1])
    for slope, row in zip(np.atleast_2d(slopes), np.atleast_2d(x), strict=True):
        running += _slopes(f, row)
        slope[:] = running
    return slopes


def rows_counted_for_components(f, x):
    """The inner loop runs over the rows' number: right where there are as many."""
    if x.ndim == 1:
        return _slopes(f, x)
    slopes, steps = np.zeros(x.shape), 1e-4 * np.eye(x.shape[1])
    for n in range(len(x)):
        for i in range(len(x)):
            step = steps[i % x.shape[1]]
            slopes[n, i % x.shape[1]] += (f(x[n] + step) - f(x[n] - step)) / 2e-4
    return slopes


def columns_are_points(f, x):
    """Each column is taken for a point."""
    if x.ndim == 1:
        return _slopes(f, x)
    return np.array([_slopes(f, column) for column in x.T]).T


def undefined_for_one_point(f, x):
    """The branch for a single point names a variable that the other one has."""
    if x.ndim == 1:
        return _slopes(f, row)  # noqa: F821
    return np.array([_slopes(f, row) for row in x])


def _in_blocks(f, x, size):
    """As many blocks as are full; fewer rows than one block are done singly."""
    if x.ndim == 1 or len(x) < size:
        return np.array([_slopes(f, row) for row in np.atleast_2d(x)]).reshape(x.shape)
    slopes = np.zeros(x.shape)
    for n in range(len(x) // size * size):
        slopes[n] = _slopes(f, x[n])
    return slopes


def remainder_of_eight_is_lost(f, x):
    """Rows are done in blocks of eight; what is left over is not."""
    return _in_blocks(f, x, 8)


def remainder_of_sixty_four_is_lost(f, x):
    """Rows are done in blocks of 64; what is left over is not."""
    return _in_blocks(f, x, 64)


def iterator_used_up(f, x):
    """The steps are an iterator: the first row uses it up, the others get none."""
    slopes, steps = np.zeros(x.shape), enumerate(1e-4 * np.eye(x.shape[-1]))
    for slope, row in zip(np.atleast_2d(slopes), np.atleast_2d(x), strict=True):
        for i, step in steps:
            slope[i] = (f(row + step) - f(row - step)) / 2e-4
    return slopes


def batch_at_once(f, x):
    """All rows are moved together, and f is asked for the whole batch."""
    slopes = np.zeros(x.shape)
    for i, step in enumerate(1e-4 * np.eye(x.shape[-1])):
        slopes[..., i] = (f(x + step) - f(x - step)) / 2e-4
    return slopes


def raises_for_a_batch(f, x):
    """It claims to serve batches, and takes a row for a number."""
    slopes = []
    for i, number in enumerate(x):
        step = 1e-4 * (np.arange(len(x)) == i)
        slopes.append((f(x + step) - f(x - step)) / 2e-4 + 0 * float(number))
    return np.array(slopes)


def undefined_everywhere(f, x):
    """A variable was renamed in all places but one."""
    slopes = np.zeros(x.shape)
    for i in range(x.size):
        slopes.flat[i] = (f(x + stp) - f(x - stp)) / 2e-4  # noqa: F821
    return slopes


def one_point_in_one_piece(f, x):
    """It is for one point; a batch is taken for a point with as many numbers."""
    return _slopes(f, x.ravel())


def one_point_by_its_length(f, x):
    """It is for one point; of a batch, x[i] is a row, and moves as a whole."""
    slopes = np.zeros(x.shape)
    for i in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += 1e-4
        behind[i] -= 1e-4
        slopes[i] = (f(ahead) - f(behind)) / 2e-4
    return slopes
