"""What in folders can be judged: found by reading, and nothing is run."""
