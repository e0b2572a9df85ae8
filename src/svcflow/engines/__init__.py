"""Where a fold runs: in this process, on threads."""
