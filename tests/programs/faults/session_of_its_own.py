"""Leaves a program behind in a session of its own, and dies."""

import os
import subprocess


def gradient(f, x):
    subprocess.Popen(["sleep", "98765"], start_new_session=True)
    os._exit(5)
