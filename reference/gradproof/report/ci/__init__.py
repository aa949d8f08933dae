"""The report for machines that show results: each writes the same list in its form."""
