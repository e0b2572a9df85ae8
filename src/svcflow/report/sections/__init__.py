"""The sections of the page: a module each, with its template and its catalogue beside it under the same name.

A section has ``ORDER``, its place on the page, and ``build(context)``, which returns a `Section`, one that says what
is missing, or ``None`` where it has nothing to say.
"""
