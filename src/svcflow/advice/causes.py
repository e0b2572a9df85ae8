"""Why the rows of a log wait, by cause: who lets work gather, who is busy, what was taken first (metrics.md 6).

Hours are the widest that the log shows (everybody together): nothing is put down to absence that may be none.
"""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Millis
from svcflow.mining.batches import find_batches
from svcflow.mining.causes import CAUSES, explain_waits
from svcflow.mining.enablement import enable
from svcflow.mining.rosters import WIDE, discover
from svcflow.replay.chain import Chain


def explain_rows(chain: Chain) -> dict[str, Millis]:
    """Return for each cause the milliseconds that it takes of the wait of every row; 0 where nothing is known."""
    log = chain.log
    enablement = enable(log, strictly=True)
    row = enablement.instances.row
    resource, known = log.resource[row], log.has_start[row]
    batches = find_batches(enablement, resource, known)
    everybody = np.zeros(len(log.resources), np.int64)
    times = (enablement.instances.start, enablement.instances.time)
    roster = discover(resource, enablement.instances.activity, times, log.zone, pools=everybody, minutes=WIDE)
    (parts,) = explain_waits(enablement, batches, (resource, enablement.enabled), [roster])
    found = {}
    for number, cause in enumerate(CAUSES):
        column = np.zeros(log.instances, np.int64)
        column[row[known]] = parts[number][known]
        found[cause] = column
    return found
