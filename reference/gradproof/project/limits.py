"""What any port is held to."""

MAX_TIMEOUT_SECONDS = 1_000_000
"""Eleven days."""
