"""Goes somewhere else."""

import os


def gradient(f, x):
    os.chdir("/")
    raise ValueError("elsewhere")
