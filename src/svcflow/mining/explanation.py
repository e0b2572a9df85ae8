"""The waits of a log explained, one instance after the other: what is waiting, whose it is, by which hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes, Log
from svcflow.mining.batches import Batches, find_batches
from svcflow.mining.causes import Parts, explain_waits
from svcflow.mining.enablement import Enablement, enable
from svcflow.mining.quantity import Setting
from svcflow.mining.rosters import NARROW, WIDE, Discovered, Roster, discover
from svcflow.mining.teamhours import give_hours
from svcflow.mining.told import choose_told, name_before

_NAME = "explanation"


class Place(NamedTuple):
    """The time zone of a log, and its first start and last completion."""

    zone: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Waits by cause; arrays have one entry for each instance, in the order of `enablement`.

    `before` is the activity that each waited for. `parts` is measured on the hours of `roster`; where those are
    discovered, `wide` is the same on the widest that could be. Steps that run side by side wait at the same time;
    `standing` takes only the time in which nobody was at work on the case, for the instance that ended it. `told` tells
    which instances waited and can be explained.
    """

    enablement: Enablement
    batches: Batches
    resource: Codes
    team: Codes
    before: Codes
    roster: Roster
    parts: Parts
    wide: Parts
    standing: Parts
    told: NDArray[np.bool_]


def explain(log: Log, setting: Setting) -> Explanation:
    """Return the waits of `log` by cause; worked out once for a setting."""
    if _NAME not in setting.memo:
        setting.memo[_NAME] = _explain(log, setting)
    found: Explanation = setting.memo[_NAME]
    return found


def _explain(log: Log, setting: Setting) -> Explanation:
    enablement = enable(log, setting.declared, strictly=True)
    row = enablement.instances.row
    resource, has_start = log.resource[row], log.has_start[row]
    batches = find_batches(enablement, resource, has_start)
    given = give_hours(log, setting)
    place = Place(log.zone, (int(log.start.min()), int(log.time.max())))
    everybody = np.zeros(len(log.resources), np.int64)
    rosters: list[Roster] = (
        [given]
        if given
        else [
            discover_alone(enablement, resource, len(log.resources), place),
            _discover(enablement, resource, everybody, place, minutes=WIDE),
        ]
    )
    parts, wide, standing = explain_parts(enablement, batches, resource, rosters)
    told, _ = choose_told(enablement, log, setting)
    return Explanation(
        enablement, batches, resource, log.team[row], name_before(enablement), rosters[0], parts, wide, standing, told
    )


def explain_parts(
    enablement: Enablement, batches: Batches, resource: Codes, rosters: list[Roster]
) -> tuple[Parts, Parts, Parts]:
    """Return the waits by cause on the first and the last of some rosters, and the standstill on the first."""
    parts = explain_waits(enablement, batches, (resource, enablement.enabled), rosters)
    standing = explain_waits(enablement, batches, (resource, enablement.stood), rosters[:1])[0]
    return parts[0], parts[-1], standing


def discover_alone(enablement: Enablement, resource: Codes, resources: int, place: Place) -> Discovered:
    """Return the hours that each of so many resources shows by itself; all instances of those that occur are there."""
    return _discover(enablement, resource, np.arange(resources), place, minutes=NARROW)


def _discover(
    enablement: Enablement, resource: Codes, pools: NDArray[np.int64], place: Place, *, minutes: int
) -> Discovered:
    instances = enablement.instances
    times = (instances.start, instances.time)
    return discover(resource, instances.activity, times, place.zone, pools=pools, minutes=minutes, span=place.span)
