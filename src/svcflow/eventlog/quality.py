"""What about an export bears on the figures."""
