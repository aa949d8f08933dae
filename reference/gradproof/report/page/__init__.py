"""The report as a page: its pictures, its mathematics, its facts."""
