"""What ``gradproof init`` writes: programs of other languages that serve a routine."""
