"""Changes of a user's text that may mend it: proposed here, proved elsewhere."""
