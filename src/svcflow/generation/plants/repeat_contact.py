"""Repeat contacts: the customer of a case that is over comes back with the same matter, as a case of its own.

The new case has the data of the old one; a log shows whose it is where the process has a text field ``customer``.
Options: `days` (at most, from the end of the one to the other), `share` (of the cases that end).

    - {kind: repeat-contact, days: 5, share: 0.15}
"""

from __future__ import annotations

from svcflow.calendars import DAY_MS
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, days: float = 5.0, share: float = 0.15) -> Visit:  # noqa: ARG001 - the options of the kind
    """Leave the visits as they are."""
    return visit


def come_back(case: Case, *, days: float = 5.0, share: float = 0.15) -> int | None:
    """Return when the customer of a case comes back (ms), ``None`` where never."""
    if not case.draws.chance("repeat-contact", share):
        return None
    later = (0.1 + 0.9 * case.draws.uniform("repeat-contact/days")) * days * DAY_MS
    return max(row.at for row in case.rows) + round(later / 1000) * 1000
