"""The gates an estimate must pass; one a module, each with its criterion. Source: advice.md 4.1.

A gate is a function ``judge(evidence, concern)`` that gives a `Verdict`, or ``None`` where it has nothing to say.
"""
