"""A key that must be there is not.

Wrong::

    slas:
      resolution: {from: register, target: 8h, objective: 90%}

Right::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 90%}
"""

CODE = "SVC102"
SEVERITY = "error"
FATAL = True
