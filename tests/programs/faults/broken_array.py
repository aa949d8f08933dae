"""Returns what fails as soon as it is looked at."""


class Broken:
    def __getattribute__(self, name):
        raise RuntimeError(name)


def gradient(f, x):
    return Broken()
