"""A comment ignores a rule that has nothing to say here.

The problem was mended or has moved, or the rule is misspelt. Problems without which a definition has no meaning
(unknown names, wrong shapes) cannot be ignored at all. The comment stands on the line of the problem or above it.

Wrong::

    # svcflow: ignore[unlabelled-step] the ticket system has no such event
    flow: [register, work, review, close]

Right::

    flow: [register, work, review, close]
"""

CODE = "SVC007"
SEVERITY = "warning"
