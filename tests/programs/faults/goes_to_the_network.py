"""Asks a machine far away."""

import socket


def gradient(f, x):
    with socket.create_connection(("192.0.2.1", 9), timeout=98765):
        return x
