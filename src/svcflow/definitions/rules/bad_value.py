"""A value of the right type that is none of the possible ones.

Wrong::

    case: {severity: [low, high], claim: number, valid: bool}

Right::

    case: {severity: [low, high], claim: number, valid: boolean}
"""

CODE = "SVC104"
SEVERITY = "error"
FATAL = True
