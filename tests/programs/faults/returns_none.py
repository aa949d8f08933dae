"""Returns nothing."""


def gradient(f, x):
    f(x)
