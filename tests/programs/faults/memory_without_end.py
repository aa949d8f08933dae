"""Takes memory bit by bit."""


def gradient(f, x):
    held = []
    while True:
        held.append(b"x" * (1 << 24))
