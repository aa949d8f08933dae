"""Prints what would turn a terminal over, and fails."""


def gradient(f, x):
    print("\x1b[2J\x1b]0;owned\x07\u202e")
    raise ValueError("\x1b[31m\u202eevil\x07")
