"""What-ifs: changes of a process as data, which replay and simulation judge and recommendations carry."""

from svcflow.whatif.changes import (
    KINDS,
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
from svcflow.whatif.scenario import WhatIf

__all__ = [
    "KINDS",
    "Arrivals",
    "Automate",
    "Bypass",
    "CapWait",
    "Capacity",
    "Change",
    "Dissolve",
    "DropRepeats",
    "Hours",
    "KeepHands",
    "MergeTeams",
    "Parallel",
    "Prioritise",
    "Scope",
    "Skip",
    "Speed",
    "WhatIf",
]
