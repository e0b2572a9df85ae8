"""A key that the language does not have.

Wrong::

    steps:
      register: {owner: agent, withn: 1h, labels: [Opened]}
      work:     {owner: agent, labels: [Worked on]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}

Right::

    steps:
      register: {owner: agent, within: 1h, labels: [Opened]}
      work:     {owner: agent, labels: [Worked on]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}
"""

CODE = "SVC101"
SEVERITY = "error"
FATAL = True
