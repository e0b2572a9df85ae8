"""The problems that can be planted into a played log: one kind a file, found by listing this package.

A kind is a module with a function ``alter(visit, case, *, share, ...)``. It returns the visit as it is, or changed.
Its keyword-only parameters are the options of the plant file; `source` and `target` are written ``from`` and ``to``.
A draw of its own must be named after the kind, so that nothing else of the case changes with it.
"""
