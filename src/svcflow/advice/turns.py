"""Where cases bounce: the rows on which a case leaves a party and comes back to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.findings import Finding
from svcflow.replay.chain import Chain, Rows, trace


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Of every A, B, A: the first row of B (`out`) and the first row of the second A (`back`)."""

    out: Rows
    back: Rows


def find_turns(chain: Chain, finding: Finding) -> Turns:
    """Return the turns between the two parties of `finding`, whichever of them comes first.

    A way there and back counts where it repeats work, as the detector has it: the first activity of one of its two
    legs was done before in the case.
    """
    routes, names = trace(chain, finding.subject.kind)
    codes = [names.find(name) for name in finding.subject.names[:2]]
    parties = [code for code in codes if code is not None]
    stays = np.flatnonzero(routes.bounced)
    stays = stays[np.isin(routes.holder[stays], parties) & np.isin(routes.holder[stays - 1], parties)]
    again = chain.number_occurrences() > 1
    stays = stays[again[routes.row[stays]] | again[routes.row[stays - 1]]]
    out, back = (np.zeros(chain.log.instances, dtype=np.bool_) for _ in range(2))
    back[routes.row[stays]] = True
    out[routes.row[stays - 1]] = True
    return Turns(out, back)
