"""Patches of scripts and routines, each proved by running it."""
