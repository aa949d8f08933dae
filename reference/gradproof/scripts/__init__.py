"""Scripts and notebooks as they stand: run, watched, and judged by what they did."""
