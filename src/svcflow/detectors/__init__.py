"""Log -> Findings; one weakness a file."""
