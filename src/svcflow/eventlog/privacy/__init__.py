"""Names that are nobody's business: pseudonyms, free text, direct identifiers.

A `Policy` says what is to be hidden; `protection.protect` makes it a step that every block of an export goes through.
"""
