"""Takes what everything uses apart."""

import builtins


def gradient(f, x):
    builtins.isinstance = builtins.len = builtins.getattr = None
    raise ValueError("broke builtins")
