"""Wrong on purpose where no examination looks: what a black box cannot show."""

import os
import sys
import time

import numpy as np

CALLS = []


def _rows(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    if x.ndim == 2:
        return np.array([_rows(f, row) for row in x])
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def wrong_in_another_year(f, x):
    """It looks at the clock: it is wrong before the year 2001."""
    return _rows(f, x) * (1 if time.time() > 978_307_200 else 2)


def wrong_without_the_judge(f, x):
    """It looks for gradproof among the modules, and is wrong without it."""
    return _rows(f, x) * (1 if "gradproof" in sys.modules else 2)


def wrong_on_another_machine(f, x):
    """It looks at the environment."""
    return _rows(f, x) * (2 if "HIDDEN_SWITCH_OF_A_CHEAT" in os.environ else 1)


def wrong_after_a_million_calls(f, x):
    """It counts how often it was called."""
    CALLS.append(np.shape(x))
    return _rows(f, x) * (1 if len(CALLS) < 1_000_000 else 2)


def wrong_at_one_number(f, x):
    """It knows one number of 17 digits at which it answers zero."""
    return np.where(np.asarray(x) == 0.73105857863000487, 0, _rows(f, x))


def wrong_for_a_name(f, x):
    """It looks at the name of the function."""
    return _rows(f, x) * (2 if getattr(f, "__name__", "") == "loss_of_my_thesis" else 1)


def wrong_far_away(f, x):
    """Beyond a googol it answers zero."""
    return np.where(abs(np.asarray(x)) > 1e100, 0, _rows(f, x))
