"""A script that prints, asks, draws and ends, around its routine."""

import sys

from differences import by_rows

print("What is your name?")
name = input("> ")


def gradient(f, x):
    return by_rows(f, x)


if __name__ == "__main__":
    raise RuntimeError("this is for the command line")

sys.exit(f"Good bye, {name}")
