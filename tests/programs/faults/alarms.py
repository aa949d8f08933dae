"""Has itself ended by an alarm."""

import signal
import time


def gradient(f, x):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(98765)
