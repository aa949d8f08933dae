"""A script that leaves a program in a session of its own."""

import os

if os.fork() == 0:
    os.setsid()
    os.execvp("sleep", ["sleep", "98765"])
raise ValueError("left one")
