"""Asks for an array of 80 GB."""

import numpy as np


def gradient(f, x):
    return np.ones(10**10)
