"""A comment ignores a rule without saying why.

Whoever reads the definition next year needs the reason more than the silence.

Wrong::

    flow:
      - register
      - {parallel: [work]}  # svcflow: ignore[lone-branch]
      - review
      - close

Right::

    flow:
      - register
      - {parallel: [work]}  # svcflow: ignore[lone-branch] the second branch comes with the new department
      - review
      - close
"""

CODE = "SVC008"
SEVERITY = "warning"
