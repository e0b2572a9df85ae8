"""An event of a scenario lies before the one above it.

Days only move forward: ``Mon`` after ``Tue`` is the Monday of the next week, but 09:00 after 10:00 on the same day is a
slip of the pen.

Wrong::

    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      straight:
        events:
          - Mon 10:00 register agent:amy
          - Mon 09:00 work agent:amy
        expect: {outcome: open}

Right::

    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      straight:
        events:
          - Mon 09:00 register agent:amy
          - Mon 10:00 work agent:amy
        expect: {outcome: open}
"""

CODE = "SVC805"
SEVERITY = "error"
FATAL = True
