"""Numbers and functions: exact derivatives, rigorous bounds, difference formulas."""
