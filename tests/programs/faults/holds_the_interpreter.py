"""Is in C code that lets no other thread run."""

import itertools


def gradient(f, x):
    max(itertools.repeat(1))
