"""A derivative, a tangent and a descent of the book's kind, in plain Python."""


def numerical_diff(f, x):
    h = 1e-4
    return (f(x + h) - f(x - h)) / (2 * h)


def tangent_line(f, x):
    slope = numerical_diff(f, x)
    height = f(x) - slope * x
    return lambda t: slope * t + height


def gradient(f, x):
    slopes = []
    for i in range(len(x)):
        kept = x[i]
        x[i] = kept + 1e-4
        ahead = f(x)
        x[i] = kept - 1e-4
        slopes.append((ahead - f(x)) / 2e-4)
        x[i] = kept
    return slopes


def steps_down(f, init_x, learning_rate, n_iter):
    history = []
    for _ in range(n_iter):
        history.append(init_x.copy())
        for i, slope in enumerate(gradient(f, init_x)):
            init_x[i] -= learning_rate * slope
    return init_x, history
