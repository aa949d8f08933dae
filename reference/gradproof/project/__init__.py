"""What a project declares in its pyproject.toml, and judging that."""
