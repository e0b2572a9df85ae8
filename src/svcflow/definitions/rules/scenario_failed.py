"""A scenario did not come out as it expects.

`svcflow test` executes the events of the scenario and compares the outcome, the states of the clocks it names and, if
it lists any, all deviations. Either the definition changed and the scenario should follow, or the change broke what
the scenario protects: `svcflow test --told` tells the case line by line.

Wrong::

    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      straight:
        events:
          - Mon 09:00 register agent:amy
          - Mon 10:00 work agent:amy
          - Mon 11:00 close lead:lee
        expect: {outcome: done, deviations: []}

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
          - Mon 11:00 close lead:lee
        expect: {outcome: done, deviations: [skipped review]}
"""

CODE = "SVC801"
SEVERITY = "error"
BY_TEST = True
