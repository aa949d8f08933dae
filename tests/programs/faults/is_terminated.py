"""Has itself terminated."""

import os
import signal


def gradient(f, x):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
