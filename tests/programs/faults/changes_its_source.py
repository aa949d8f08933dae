"""Writes over its own file."""


def gradient(f, x):
    with open(__file__, "w") as file:
        file.write("gradient = None")
    raise ValueError("changed")
