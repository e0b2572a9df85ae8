"""Something in a flow that is no flow item.

An item is a step, a list of items, or one of ``parallel``, ``choose``, ``any``, ``may``, ``when`` with ``do``,
``repeat``, ``run``, ``end``.

Wrong::

    flow:
      - register
      - paralel: [work, review]
      - close

Right::

    flow:
      - register
      - parallel: [work, review]
      - close
"""

CODE = "SVC107"
SEVERITY = "error"
FATAL = True
