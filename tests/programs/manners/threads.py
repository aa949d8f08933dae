"""Evaluates f in threads, and leaves one behind that never ends."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def _of_point(f, x):
    steps = 1e-4 * np.eye(x.size)
    with ThreadPoolExecutor(2) as pool:
        values = list(pool.map(f, [*(x + steps), *(x - steps)]))
    return np.subtract(values[: x.size], values[x.size :]) / 2e-4


def gradient(f, x):
    if threading.active_count() < 3:
        threading.Thread(target=time.sleep, args=[60]).start()
    x = np.asarray(x, dtype=float)
    return _of_point(f, x) if x.ndim == 1 else np.array([_of_point(f, r) for r in x])
