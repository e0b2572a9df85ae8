"""A value of the wrong type: a list where a text belongs, a text where a number belongs.

Wrong::

    flow: [register, {repeat: {do: [work, review], max: three}}, close]

Right::

    flow: [register, {repeat: {do: [work, review], max: 3}}, close]
"""

CODE = "SVC103"
SEVERITY = "error"
FATAL = True
