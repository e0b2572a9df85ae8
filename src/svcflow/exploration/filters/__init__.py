"""Filters of whole cases; one a file. ``keep(opened, **stated)`` returns which cases of the whole log pass."""
