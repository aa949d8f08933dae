"""The contract: its clauses, the probes that they need, and their judges."""
