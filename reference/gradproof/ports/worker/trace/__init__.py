"""Numbers that remember how they were computed, in an f that is run on them."""
