"""Many ports at once: which they are, judged on one machine or on a cluster."""
