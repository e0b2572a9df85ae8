"""A log played out from the definitions, with problems planted on demand and the truth beside it."""
