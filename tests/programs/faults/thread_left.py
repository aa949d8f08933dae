"""Leaves a thread behind that is waited for at the end."""

import threading
import time


def gradient(f, x):
    threading.Thread(target=time.sleep, args=[98765]).start()
    raise ValueError("left a thread")
