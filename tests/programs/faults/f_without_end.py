"""Calls f without end."""


def gradient(f, x):
    while True:
        f(x)
