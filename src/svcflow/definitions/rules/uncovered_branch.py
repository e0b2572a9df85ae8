"""No scenario takes this way, or none ends like this.

Counted are both sides of a condition, every branch of ``choose`` and ``any``, ``may`` done and left out, another round
of a ``repeat`` and its end, and every outcome. A branch inside one that is never taken is not reported again.

Wrong::

    flow: [register, {when: claim > 500, do: review}, work, close]
    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      small:
        given: {claim: 100}
        events: [Mon 09:00 register agent:amy, Mon 10:00 work agent:amy, Mon 11:00 close lead:lee]
        expect: {outcome: done}

Right::

    flow: [register, {when: claim > 500, do: review}, work, close]
    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      small:
        given: {claim: 100}
        events: [Mon 09:00 register agent:amy, Mon 10:00 work agent:amy, Mon 11:00 close lead:lee]
        expect: {outcome: done}
      large:
        given: {claim: 900}
        events:
          - Mon 09:00 register agent:amy
          - Mon 09:30 review lead:lee
          - Mon 10:00 work agent:amy
          - Mon 11:00 close lead:lee
        expect: {outcome: done}
"""

CODE = "SVC804"
SEVERITY = "warning"
BY_TEST = True
