"""Golden pictures: a PNG and, beside it, the same arrows as data."""
