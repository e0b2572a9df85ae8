"""A share that is not written in percent.

Wrong::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 0.85}

Right::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 85%}
"""

CODE = "SVC106"
SEVERITY = "error"
FATAL = True
