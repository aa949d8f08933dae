"""What was seen of a port: roles, probes, observations, the formula read from them."""
