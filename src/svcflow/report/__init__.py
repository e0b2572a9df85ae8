"""Analysis -> HTML, JSON; one section a file."""
