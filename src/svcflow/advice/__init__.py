"""Finding -> Recommendation: a change of the process, as a patch where it is one, and what it would do."""
