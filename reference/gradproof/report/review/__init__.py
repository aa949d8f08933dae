"""Reports of what changed in golden pictures."""
