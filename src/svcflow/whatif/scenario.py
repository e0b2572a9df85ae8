"""A scenario: changes that are made together, under a name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from svcflow.definitions.durations import parse_duration
from svcflow.errors import UsageError
from svcflow.whatif.changes import (
    Arrivals,
    Automate,
    Bypass,
    Capacity,
    CapWait,
    Change,
    Dissolve,
    DropRepeats,
    Hours,
    KeepHands,
    MergeTeams,
    Parallel,
    Prioritise,
    Scope,
    Skip,
    Speed,
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A named scenario; every method returns it with one change more.

    >>> WhatIf("more people, no approval").capacity("L2", 2).skip("approve", where="priority == 'low'").changes[0]
    Capacity(team='L2', heads=2, share=None)
    """

    name: str
    changes: tuple[Change, ...] = ()

    def add(self, *changes: Change) -> WhatIf:
        """Return the scenario with these changes too."""
        return replace(self, changes=(*self.changes, *changes))

    def capacity(self, team: str, heads: float | None = None, *, share: float | None = None) -> WhatIf:
        """Give a team so many `heads` more (or fewer), or a `share` of those it has: 0.1 is a tenth more."""
        if (heads is None) == (share is None):
            raise UsageError("a change of capacity names heads or a share", "capacity('L2', 2) or share=0.1")
        return self.add(Capacity(team, heads, share))

    def hours(self, team: str, calendar: str) -> WhatIf:
        """Let a team work by another calendar of the organisation."""
        return self.add(Hours(team, calendar))

    def prioritise(self, where: str, team: str | None = None) -> WhatIf:
        """Let cases of which `where` holds be taken first."""
        return self.add(Prioritise(where, team))

    def skip(self, *activities: str, where: str | None = None, share: float = 1.0) -> WhatIf:
        """Leave activities out, in the cases of which `where` holds."""
        return self.add(Skip(Scope(activities, where=where), share))

    def reroute(self, drop: str, where: str | None = None) -> WhatIf:
        """Let cases go on without the team `drop`."""
        return self.add(Bypass(drop, where))

    def cap_wait(self, activity: str, limit: str | None = None, *, hours: float | None = None) -> WhatIf:
        """Let nobody wait longer before an activity than a duration such as ``1d``, or so many `hours`."""
        seconds = _read_limit(limit, hours)
        return self.add(CapWait(Scope((activity,)), seconds))

    def drop_repeats(self, *activities: str, p: float = 1.0, from_round: int = 2) -> WhatIf:
        """Let a share `p` of the repetitions not happen."""
        return self.add(DropRepeats(activities, p, from_round))

    def merge_roles(self, first: str, second: str) -> WhatIf:
        """Let two teams work as one."""
        return self.add(MergeTeams((first, second)))

    def keep_hands(self, activity: str, after: str | None = None) -> WhatIf:
        """Let handovers to an activity wait as those do that stay in the same hands."""
        return self.add(KeepHands(Scope((activity,), after=(after,) if after else ())))

    def automate(self, *activities: str, where: str | None = None) -> WhatIf:
        """Let activities need nobody."""
        return self.add(Automate(Scope(activities, where=where)))

    def parallel(self, first: str, second: str) -> WhatIf:
        """Let two activities begin together."""
        return self.add(Parallel((first, second)))

    def speed(self, *activities: str, factor: float) -> WhatIf:
        """Let the work on activities take `factor` times as long."""
        return self.add(Speed(activities, factor))

    def dissolve(self, *activities: str) -> WhatIf:
        """Let activities be done case by case instead of in batches."""
        return self.add(Dissolve(activities))

    def arrivals(self, factor: float) -> WhatIf:
        """Let `factor` times as many cases arrive."""
        return self.add(Arrivals(factor))

    def __or__(self, other: WhatIf) -> tuple[WhatIf, ...]:
        """Return both as a list of scenarios to compare."""
        return (self, other)

    def __ror__(self, others: tuple[WhatIf, ...]) -> tuple[WhatIf, ...]:
        """Return the list with this one behind it."""
        return (*others, self)


def _read_limit(limit: str | None, hours: float | None) -> int:
    seconds = round(hours * 3600) if hours is not None else parse_duration(limit or "")
    if seconds is None or seconds < 0:
        raise UsageError(f"'{limit}' is no duration", "write 90m, 4h, 2d or 1w")
    return seconds
