"""Remedies: one redesign heuristic a file; see any module here for the form."""
