"""Verify numerical gradients: is it right, what formula is it, what is wrong."""

__version__ = "0.1.0"

__all__ = ["__version__"]
