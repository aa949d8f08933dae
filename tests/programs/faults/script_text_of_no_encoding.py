# coding: rot13
"""N fpevcg va na rapbqvat gung vf abar bs grkg."""
