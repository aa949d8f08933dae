"""Is no Python."""

def gradient(f, x)
    return x
