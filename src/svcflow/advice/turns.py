"""Where cases bounce: the rows on which a case leaves a party and comes back to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice.chain import Chain, Rows
from svcflow.findings import Finding


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Of every A, B, A: the first row of B (`out`) and the first row of the second A (`back`)."""

    out: Rows
    back: Rows


def find_turns(chain: Chain, finding: Finding) -> Turns:
    """Return the turns between the two parties of `finding`, whichever of them comes first.

    The sequence of a case is collapsed to runs of one team (or person); unknown is a value of its own.
    """
    log = chain.log
    column, words = (log.team, log.teams) if finding.subject.kind == "team-pair" else (log.resource, log.resources)
    pair = [words.find(name) for name in finding.subject.names[:2]]
    starts = np.flatnonzero(chain.first | (column != np.roll(column, 1)))
    party, case = column[starts], chain.case[starts]
    bounced = np.zeros(len(starts), dtype=bool)
    bounced[2:] = (party[2:] == party[:-2]) & (case[2:] == case[:-2])
    bounced[2:] &= np.isin(party[2:], [p for p in pair if p is not None])
    bounced[1:] &= np.isin(party[:-1], [p for p in pair if p is not None])
    out, back = np.zeros(log.instances, dtype=bool), np.zeros(log.instances, dtype=bool)
    back[starts[bounced]] = True
    out[starts[np.flatnonzero(bounced) - 1]] = True
    return Turns(out, back)
