"""Returns what cannot be shown."""


class Broken:
    def __repr__(self):
        raise RuntimeError("no text")

    __str__ = __repr__


def gradient(f, x):
    return Broken()
