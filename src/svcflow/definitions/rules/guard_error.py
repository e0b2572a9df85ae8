"""A condition that cannot be meant: an unknown field, a value the field cannot have, a comparison of unlike things.

Conditions read the fields under ``case:``. They compare with ``== != < <= > >= in``, and join with ``and or not``.

Wrong::

    flow: [register, work, {when: not vald, do: review}, close]

Right::

    flow: [register, work, {when: not valid, do: review}, close]
"""

CODE = "SVC401"
SEVERITY = "error"
FATAL = True
