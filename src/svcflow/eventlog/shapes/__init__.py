"""The shapes an export can have: one a module, found by listing.

A shape recognises itself in the columns of an export (`recognise` returns evidence with a score, or nothing), says what
it needs (`NEEDS`), and unfolds a block of rows into rows that are events (`unfold`). Where `WHOLE_CASES` holds, a block
must hold all rows of each of its cases; else any rows.
"""
