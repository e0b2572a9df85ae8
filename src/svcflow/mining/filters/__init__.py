"""Filters of whole cases; one a file. ``keep(facts, **stated)`` returns which cases of the whole log pass."""
