"""Starts four hundred threads."""

import threading
import time


def gradient(f, x):
    for _ in range(400):
        threading.Thread(target=time.sleep, args=[98765], daemon=True).start()
    time.sleep(98765)
