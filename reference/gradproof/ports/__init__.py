"""The doors through which ports come: one module each."""
