"""No scenario does this step.

What no scenario plays, no change can break unnoticed. `svcflow test --coverage` looks at all scenarios of a process
together. A step that is missing only because its whole branch is never taken is not reported: its branch is.

Wrong::

    anytime: [ask]
    steps:
      register: {owner: agent, labels: [Opened]}
      close:    {owner: lead, labels: [Closed]}
      ask:      {owner: agent, labels: [Asked]}
    flow: [register, close]
    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      straight:
        events: [Mon 09:00 register agent:amy, Mon 11:00 close lead:lee]
        expect: {outcome: done}

Right::

    anytime: [ask]
    steps:
      register: {owner: agent, labels: [Opened]}
      close:    {owner: lead, labels: [Closed]}
      ask:      {owner: agent, labels: [Asked]}
    flow: [register, close]
    # file: request.scenarios.yaml
    svcflow: 1
    scenarios: request
    start: 2026-11-02
    cases:
      asked_again:
        events: [Mon 09:00 register agent:amy, Mon 10:00 ask agent:amy, Mon 11:00 close lead:lee]
        expect: {outcome: done}
"""

CODE = "SVC803"
SEVERITY = "warning"
BY_TEST = True
