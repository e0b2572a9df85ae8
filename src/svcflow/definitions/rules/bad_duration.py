"""A duration that is written in another way than a number with m, h, d or w.

``30m``, ``4h``, ``1d``, ``2w``. A day is 24 hours on the clock in force, a week is seven of them.

Wrong::

    slas:
      resolution: {from: register, to: close, target: 8 hours, objective: 90%}

Right::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 90%}
"""

CODE = "SVC105"
SEVERITY = "error"
FATAL = True
