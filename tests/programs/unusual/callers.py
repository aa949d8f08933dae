"""Right, and called in another manner: objects, methods, other orders and names."""

import functools

import numpy as np


def _point(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def _rows(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    if x.ndim == 2:
        return np.array([_point(f, row, h) for row in x]).reshape(x.shape)
    return _point(f, x, h)


class _Gradient:
    def __init__(self, h=1e-4):
        self.h = h

    def __call__(self, f, x):
        return _rows(f, x, self.h)

    def method(self, f, x):
        return self(f, x)

    @classmethod
    def of_class(cls, f, x):
        return cls(2e-4)(f, x)

    @staticmethod
    def static(f, x):
        return _rows(f, x)


an_object = _Gradient(1e-5)
"""An object that is called."""

a_bound_method = _Gradient().method
"""A method of an object."""

a_class_method = _Gradient.of_class
"""A method of a class."""

a_static_method = _Gradient.static
"""A function that lives in a class."""

a_partial = functools.partial(_rows, h=2e-4)
"""A function whose step is filled in."""

a_lambda = lambda f, x: _rows(f, x)  # noqa: E731
"""A function without a name."""


def _made(h):
    def gradient(f, x):
        return _rows(f, x, h)

    return gradient


a_closure = _made(2.0**-13)
"""A function made by a function."""


def x_before_f(x, f):
    """The point comes first."""
    return _rows(f, x)


def a_step_by_keyword(f, x, *, h=1e-4):
    """The step can be given by its name alone."""
    return _rows(f, x, h)


def a_step_that_is_due(f, x, eps):
    """The step has to be given."""
    return _rows(f, x, eps)


def f_of_separate_numbers(f, x):
    """f is called with the components one by one."""
    return _rows(lambda node: f(*node), x)


def any_number_of_arguments(*arguments):
    """Nothing in the signature says what is due."""
    f, x = arguments
    return _rows(f, x)


@functools.singledispatch
def by_the_type_of_its_argument(f, x):
    """It is looked up by the type of f."""
    return _rows(f, x)


@functools.wraps(_rows)
def wrapped(*arguments, **named):
    """It wears another function's name and signature."""
    return _rows(*arguments, **named)
