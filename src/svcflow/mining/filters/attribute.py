"""Cases for which a condition of the guard language holds: ``{"kind": "attribute", "where": "priority == 'high'"}``.

The condition reads attributes of the case; of those that change within a case, the value at the first step. A case for
which it stays unknown does not pass.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.selection import judge
from svcflow.mining.facts import Facts


def keep(facts: Facts, *, where: str) -> NDArray[np.bool_]:
    """Return the cases for which `where` holds. Raises `GuardError` for what is no condition on this log."""
    return judge(facts.log, where)
