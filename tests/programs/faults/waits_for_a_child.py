"""Waits for a program that does not end."""

import subprocess


def gradient(f, x):
    subprocess.run(["sleep", "98765"])
