"""Leaves ten programs behind that ignore signals, and dies."""

import os
import subprocess


def gradient(f, x):
    for _ in range(10):
        subprocess.Popen(
            ["sh", "-c", "trap '' TERM HUP INT; sleep 98765"], start_new_session=True
        )
    os._exit(5)
