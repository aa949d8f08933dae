"""Test vectors: functions and places for what can only answer once."""
