"""Takes away the memory of x."""


def gradient(f, x):
    x.resize((0,), refcheck=False)
    return x
