"""A key that must be there is not.

Wrong::

    slas:
      resolution: {from: register, target: 8h}

Right::

    slas:
      resolution: {from: register, to: close, target: 8h}
"""

CODE = "SVC102"
SEVERITY = "error"
FATAL = True
