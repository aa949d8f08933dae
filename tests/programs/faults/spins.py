"""Computes for ever."""


def gradient(f, x):
    while True:
        pass
