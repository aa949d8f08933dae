"""Which release this is, as every report says."""

__version__ = "0.1.0"
