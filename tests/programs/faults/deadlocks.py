"""Waits for a lock that it holds."""

import threading


def gradient(f, x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
